import Glibc
import PassgateSystem
import PassgateWire
import Synchronization
import Testing

@testable import PassgateService

/// A pool, its log and its clock, and the program that a test plays.
final class PoolStage: Sendable {
  /// What a worker does with a task.
  enum Deed: Sendable {
    case finding(PortraitFinding)
    case bytes([UInt8])
    case silence
    case end
  }

  static let standing = PortraitStanding(
    modelID: [UInt8](repeating: 1, count: 32), calibrationID: [UInt8](repeating: 2, count: 32),
    development: true, dimension: 1, engine: "stand-in", sandbox: "none")

  let pool: PortraitPool
  let program: StandInProgram
  let clock = ManualClock()
  private let lines: Monitor<[String]>

  /// - Parameters:
  ///   - failures: starts that fail before one succeeds.
  ///   - patience: milliseconds.
  ///   - deed: by the worker's number.
  convenience init(
    workers: Int = 2, failures: Int = 0, tasksOfWorker: Int = 1_000, patience: UInt64 = 200,
    standing: [UInt8] = PoolStage.standing.encoded(), deed: @escaping @Sendable (UInt32) -> Deed
  ) throws {
    let program = StandInProgram(standing: standing, deed)
    let failed = Mutex(0)
    var limits = PortraitPool.Limits()
    (limits.patience, limits.tasksOfWorker) = (patience * 1_000_000, tasksOfWorker)
    try self.init(program, workers: workers, limits) { () throws(SystemError) in
      let count = failed.withLock { failed in
        failed += 1
        return failed
      }
      guard count > failures else { throw SystemError(message: "no such program") }
      return try program.launch()
    }
  }

  /// With a real program, which is none.
  convenience init(program: String) throws {
    let settings = PortraitWorkerSettings(program: program, models: "models", calibration: nil)
    let none = StandInProgram(standing: []) { _ in .silence }
    try self.init(none, workers: 1, PortraitPool.Limits()) { () throws(SystemError) in
      try PortraitProgram.launch(settings)
    }
  }

  private init(
    _ program: StandInProgram, workers: Int, _ limits: PortraitPool.Limits,
    launch: @escaping PortraitKeeper.Launch
  ) throws {
    let lines = Monitor<[String]>([])
    let log = Log(perSecond: 1_000) { line in
      let text = String(decoding: line, as: UTF8.self)
      lines.update { $0.append(text) }
    }
    (self.program, self.lines) = (program, lines)
    pool = try PortraitPool(
      PortraitWorkerSettings(program: "", models: "", calibration: nil, workers: workers), limits: limits,
      clock: clock, log: log, launch: launch)
  }

  func waitUntilReady() { _ = wait(for: "portraits_ready") }

  /// Once the program serves.
  func examine(_ task: PortraitTask, milliseconds: UInt64 = 30_000) throws -> PortraitFinding {
    if pool.standing == nil && pool.problem?.contains("being started") == true { waitUntilReady() }
    if pool.standing == nil, count(of: "portraits_ready") == 0 { waitUntilReady() }
    return try pool.examine(task, deadline: clock.monotonicNanoseconds() + milliseconds * 1_000_000)
  }

  /// The line of an event, once it has happened so often.
  func wait(for event: String, count: Int = 1) -> String {
    lines.wait(nanoseconds: 30_000_000_000) { lines in
      let found = lines.filter { $0.contains("\"event\":\"\(event)\"") }
      return found.count >= count ? found[count - 1] : nil
    } ?? "\(event) did not happen"
  }

  func count(of event: String) -> Int {
    lines.update { lines in lines.count { $0.contains("\"event\":\"\(event)\"") } }
  }
}

/// Plays the program `passgate-portrait` and its workers on threads of the test.
final class StandInProgram: Sendable {
  private final class Held: Sendable {
    let socket: FileDescriptor
    init(_ socket: consuming FileDescriptor) { self.socket = socket }
    func close() { _ = shutdown(socket.raw, Int32(SHUT_RDWR)) }
  }

  private struct State: Sendable {
    var control: Held?
    var errors: Held?
    var workers: [UInt32: Held] = [:]
    var ended: Set<UInt32> = []
    var isOver = false
  }

  private let standing: [UInt8]
  private let deed: @Sendable (UInt32) -> PoolStage.Deed
  private let state = Monitor(State())

  init(standing: [UInt8], _ deed: @escaping @Sendable (UInt32) -> PoolStage.Deed) {
    (self.standing, self.deed) = (standing, deed)
  }

  func launch() throws(SystemError) -> PortraitProgram {
    let control = try SocketPair.packets()
    let errors = try SocketPair()
    let (held, words) = (Held(Self.copy(control.second)), Held(Self.copy(errors.second)))
    try Sockets.setNonBlocking(held.socket.raw, false)
    state.update { ($0.control, $0.errors, $0.isOver) = (held, words, false) }
    _ = try spawnThread(name: "program") { [self] in
      serve(held)
      words.close()
      state.update { state in
        for worker in state.workers.values { worker.close() }
        state.isOver = true
      }
    }
    return PortraitProgram(control: control.keepFirst(), errors: errors.keepFirst(), process: nil)
  }

  private static func copy(_ descriptor: borrowing FileDescriptor) -> FileDescriptor {
    FileDescriptor(adopting: fcntl(descriptor.raw, F_DUPFD_CLOEXEC, 0))
  }

  private func serve(_ control: Held) {
    guard (try? Packets.send(standing, on: control.socket.raw)) != nil else { return }
    while let packet = try? Packets.receive(on: control.socket.raw, limit: 4_096) {
      let bytes = packet.bytes
      guard let order = try? PortraitOrder(decoding: bytes.span) else { return }
      let descriptor = packet.takeDescriptor()
      switch order.act {
      case .fork:
        guard let descriptor else { return }
        work(order.worker, Held(descriptor))
      case .end: endWorker(order.worker)
      }
    }
  }

  private func work(_ number: UInt32, _ held: Held) {
    state.update { $0.workers[number] = held }
    _ = try? spawnThread(name: "worker") { [self] in
      var reader = FrameReader()
      var buffer = [UInt8](repeating: 0, count: 4_096)
      while true {
        let count = Sockets.receive(held.socket.raw, into: &buffer)
        guard count > 0 else { break }
        reader.append(buffer.span.extracting(first: count))
        while let payload = try? reader.next(limit: PortraitWire.taskLimit) {
          guard (try? PortraitTask(decoding: payload.span)) != nil else { return held.close() }
          answer(deed(number), on: held)
        }
      }
      state.update { _ = $0.ended.insert(number) }
    }
  }

  private func answer(_ deed: PoolStage.Deed, on held: Held) {
    switch deed {
    case .finding(let finding): _ = Sockets.send(held.socket.raw, finding.framed(), from: 0)
    case .bytes(let bytes): _ = Sockets.send(held.socket.raw, bytes, from: 0)
    case .silence: break
    case .end: held.close()
    }
  }

  func endWorker(_ number: UInt32) { state.update { $0.workers[number]?.close() } }

  func waitForEnd(ofWorker number: UInt32) { state.wait { $0.ended.contains(number) ? () : nil } }

  func waitForEnd() { state.wait { $0.isOver ? () : nil } }

  func say(_ words: String) {
    state.update { state in
      if let errors = state.errors { _ = Sockets.send(errors.socket.raw, Array(words.utf8), from: 0) }
    }
  }

  /// Ends as a program does that was killed, with its last words.
  func fall(saying words: String) {
    say(words)
    state.update { $0.control?.close() }
  }
}
