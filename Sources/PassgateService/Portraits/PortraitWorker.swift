import PassgateSystem
import PassgateWire

/// One worker: a process that is locked, and the socket on which it answers. Whoever has it has it alone.
final class PortraitWorker: Sendable {
  /// Why a worker is of no more use.
  enum Loss: String, Error, Sendable, CaseIterable {
    /// It is gone: killed, or ended by what confines it.
    case ended
    /// It took too long.
    case late
    /// What it said cannot be.
    case nonsense
  }

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
    let end = SystemClock().monotonicNanoseconds() &+ nanoseconds
    try send(frame, until: end)
    var reader = FrameReader()
    var buffer = [UInt8](repeating: 0, count: PortraitWire.findingLimit)
    while true {
      try wait(for: .readable, until: end)
      let count = Sockets.receive(socket.raw, into: &buffer)
      guard count > 0 else { throw .ended }
      reader.append(buffer.span.extracting(first: count))
      guard let payload = try Self.next(&reader) else { continue }
      guard !reader.isPartial else { throw .nonsense }
      return payload
    }
  }

  private static func next(_ reader: inout FrameReader) throws(Loss) -> [UInt8]? {
    do throws(FrameError) { return try reader.next(limit: PortraitWire.findingLimit) } catch {
      throw .nonsense
    }
  }

  private func send(_ frame: [UInt8], until end: UInt64) throws(Loss) {
    var sent = 0
    while sent < frame.count {
      try wait(for: .writable, until: end)
      let count = Sockets.send(socket.raw, frame, from: sent)
      guard count > 0 else { throw .ended }
      sent += count
    }
  }

  private func wait(for readiness: Readiness, until end: UInt64) throws(Loss) {
    let now = SystemClock().monotonicNanoseconds()
    let left = end > now ? (end - now) / 1_000_000 + 1 : 0
    let isReady = try? Sockets.poll(socket.raw, for: readiness, timeoutMilliseconds: Int(clamping: left))
    switch isReady {
    case true?: return
    case false?: throw .late
    case nil: throw .ended
    }
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
    return referenceVector.count == (isEmbedded ? 4 * standing.dimension : 0)
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
    guard let distance else { return !isComparable && score == 0 && !isSamePhotograph }
    return isComparable && distance >= 0
  }

  /// Whether a decoder has refused a picture: its process is not used again.
  var hasBadImage: Bool {
    liveFault == Self.badImage || referenceFault == Self.badImage
      || frames.contains { $0.fault == Self.badImage }
  }

  private static let badImage = PortraitWire.faultLimit
}
