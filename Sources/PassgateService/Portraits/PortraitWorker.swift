import PassgateDomain
import PassgateSystem
import PassgateWire

/// One worker: a process that is locked, and the socket on which it answers. Whoever has it has it alone.
final class PortraitWorker: Sendable {
  /// Why a worker is of no more use.
  typealias Loss = FramedExchange.Fault

  let number: UInt32
  let program: PortraitProgram
  private let socket: FileDescriptor

  init(_ number: UInt32, of program: PortraitProgram, on socket: consuming FileDescriptor) {
    self.number = number
    self.program = program
    self.socket = socket
  }

  /// Whether it is silent, as one is that waits for a task: what has ended or speaks unasked is not.
  var isWaiting: Bool {
    (try? Sockets.poll(socket.raw, for: .readable, timeoutMilliseconds: 0)) == false
  }

  /// Gives it a frame and waits for the payload of the frame that it answers, so many nanoseconds at most.
  func ask(_ frame: [UInt8], nanoseconds: UInt64) throws(Loss) -> [UInt8] {
    try FramedExchange.ask(socket.raw, frame, limit: PortraitWire.findingLimit, nanoseconds: nanoseconds)
  }
}

extension PortraitFinding {
  /// Whether a worker can have found this, given what it was asked: its word counts for nothing else.
  func answers(_ task: PortraitTask, _ standing: PortraitStanding) -> Bool {
    answersReference(task, standing) && answersLive(task) && answersComparison(task, standing)
      && frames.count == task.frames.count
  }

  private func answersReference(_ task: PortraitTask, _ standing: PortraitStanding) -> Bool {
    let isEmbedded = !task.referenceImage.isEmpty && referenceFault == 0
    // What is no number would be kept, and never be compared with again.
    return referenceVector.count == (isEmbedded ? 4 * standing.dimension : 0)
      && Self.areFinite(referenceVector)
  }

  /// Of numbers as IEEE 754 has them, little-endian: all bits of the exponent say that one is none.
  private static func areFinite(_ vector: [UInt8]) -> Bool {
    stride(from: 2, to: vector.count - 1, by: 4).allSatisfy {
      vector[$0 + 1] & 0x7F != 0x7F || vector[$0] < 0x80
    }
  }

  private func answersLive(_ task: PortraitTask) -> Bool {
    if task.live.isEmpty { return liveFault == 0 && pictureHash.isEmpty }
    return pictureHash.isEmpty == (liveFault == Self.badImage)
  }

  private func answersComparison(_ task: PortraitTask, _ standing: PortraitStanding) -> Bool {
    let hasReference = !task.referenceImage.isEmpty || !task.referenceVector.isEmpty
    let isComparable =
      !standing.calibrationID.isEmpty && !task.live.isEmpty && liveFault == 0 && hasReference
      && referenceFault == 0
    return distance == nil ? !isComparable && score == 0 && !isSamePhotograph : isComparable
  }

  /// Whether a decoder has refused a picture: its process is not used again.
  var hasBadImage: Bool {
    liveFault == Self.badImage || referenceFault == Self.badImage
      || frames.contains { $0.fault == Self.badImage }
  }

  private static let badImage = UInt32(PortraitFault.badImage.rawValue)
}
