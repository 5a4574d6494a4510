import PassgateSystem
import PassgateWire

/// A worker's process: a copy of this one, locked, which answers tasks on one socket until the other side closes it.
enum LockedWorker {
  /// Bytes of memory that it may map.
  static let memory: UInt64 = 768 << 20
  /// With what it ends when it cannot be locked.
  static let notLocked: Int32 = 3

  /// Makes one on a socket that blocks; answers its process.
  ///
  /// - Parameter tells: it says first what confines it, or what failed, as the payload of a frame.
  static func make(
    _ examination: Examination, on socket: Int32, tells: Bool = false
  ) throws(SystemError) -> Int32 {
    let parent = Forking.identifier
    if let child = try Forking.fork() { return child }
    run(examination, socket, parent, tells)
  }

  private static func run(
    _ examination: Examination, _ socket: Int32, _ parent: Int32, _ tells: Bool
  ) -> Never {
    do throws(SystemError) {
      let held = try Confinement.apply(
        keeping: socket, parent: parent, memory: memory)
      if tells { _ = FramedExchange.write(framed(held.words), to: 0) }
    } catch {
      // Never unlocked: whoever waits for it learns that it has ended.
      if tells { _ = FramedExchange.write(framed("! \(error)"), to: 0) }
      Forking.end(status: notLocked)
    }
    while let bytes = FramedExchange.read(from: 0, limit: PortraitWire.taskLimit),
      let task = try? PortraitTask(decoding: bytes.span)
    {
      guard FramedExchange.write(examination.find(task).framed(), to: 0) else { break }
    }
    Forking.end(status: 0)
  }

  private static func framed(_ words: String) -> [UInt8] {
    let bytes = Array(words.utf8.prefix(255))
    return [0, 0, 0, UInt8(bytes.count)] + bytes
  }
}

/// A locked worker of this program's own, for its trial, the bench and hostile pictures.
final class OwnWorker {
  private let socket: FileDescriptor
  private let child: Int32
  /// What confines it beyond what always does.
  let confinement: Confinement

  /// Makes one and waits until it is locked; throws what keeps it from being.
  init(_ examination: Examination) throws(SystemError) {
    let pair = try SocketPair()
    try Sockets.setNonBlocking(pair.second.raw, false)
    child = try LockedWorker.make(examination, on: pair.second.raw, tells: true)
    socket = pair.keepFirst()
    let words = try Self.words(on: socket.raw)
    guard let confinement = Confinement(words: words) else {
      throw SystemError(message: String(words.dropFirst(2)))
    }
    self.confinement = confinement
  }

  private static func words(on socket: Int32) throws(SystemError) -> String {
    do throws(FramedExchange.Fault) {
      let words = try FramedExchange.receive(on: socket, limit: 255, nanoseconds: patience)
      return String(decoding: words, as: UTF8.self)
    } catch {
      throw SystemError(message: "a worker cannot be locked: it \(error == .late ? "hangs" : "ends at once")")
    }
  }

  /// Nanoseconds that a task may take.
  static let patience: UInt64 = 10_000_000_000

  func ask(_ task: PortraitTask, nanoseconds: UInt64 = patience) throws(FramedExchange.Fault)
    -> PortraitFinding
  {
    let payload = try FramedExchange.ask(
      socket.raw, task.framed(), limit: PortraitWire.findingLimit, nanoseconds: nanoseconds)
    guard let finding = try? PortraitFinding(decoding: payload.span) else { throw .nonsense }
    return finding
  }

  deinit {
    Forking.kill(child: child)
    _ = Forking.wait(for: child)
  }
}
