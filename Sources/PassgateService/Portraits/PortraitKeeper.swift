import PassgateSystem
import PassgateWire
import Synchronization

/// How long to wait before the program is started again: longer each time, from the beginning once it has run for a while.
struct RestartPauses: Sendable {
  /// One that has run so long was in order.
  static let proof: UInt64 = 60_000_000_000
  private static let seconds: [UInt64] = [1, 2, 4, 8, 15, 30, 60]
  private var failures = 0

  /// Nanoseconds, after a program that served for so many.
  mutating func next(afterServing served: UInt64) -> UInt64 {
    if served >= Self.proof { failures = 0 }
    defer { failures = min(failures + 1, Self.seconds.count - 1) }
    return Self.seconds[failures] * 1_000_000_000
  }
}

/// Keeps the program running on a thread of its own: starts it, hears what it is, and starts it again when it has ended.
/// The platform never waits for it.
final class PortraitKeeper: Sendable {
  typealias Launch = @Sendable () throws(SystemError) -> PortraitProgram

  /// A program that serves, and what it is.
  struct Serving: Sendable {
    let program: PortraitProgram
    let standing: PortraitStanding
  }

  private struct State: Sendable {
    var serving: Serving?
    var problem: String? = "the portrait worker is being started"
    var isStopped = false
  }

  private let launch: Launch
  private let clock: any Clock
  private let log: Log
  private let state = Mutex(State())
  private let wakeup: Wakeup
  private let thread = Mutex<RunningThread?>(nil)

  /// How long a program may take to get ready, milliseconds: it reads and checks its model.
  private static let patience = 60_000
  /// How often the clock is looked at during a pause, milliseconds.
  private static let glance = 100
  /// Bytes of the program's words that are kept.
  private static let wordLimit = 400

  init(clock: any Clock, log: Log, launch: @escaping Launch) throws(SystemError) {
    (self.launch, self.clock, self.log) = (launch, clock, log)
    wakeup = try Wakeup()
    let thread = try spawnThread(name: "portraits", stackSize: 1 << 20) { [self] in run() }
    self.thread.withLock { $0 = thread }
  }

  /// What serves now.
  var serving: Serving? { state.withLock { $0.serving } }

  /// Why nothing does.
  var problem: String? { state.withLock { $0.problem } }

  /// Ends the program and the thread.
  func stop() {
    state.withLock { $0.isStopped = true }
    wakeup.signal()
    thread.withLock { $0.take() }?.join()
  }

  private var isStopped: Bool { state.withLock { $0.isStopped } }

  private func run() {
    var pauses = RestartPauses()
    while !isStopped {
      let (problem, served) = serve()
      if isStopped { break }
      let pause = pauses.next(afterServing: served)
      let end = clock.monotonicNanoseconds() + pause
      state.withLock { ($0.serving, $0.problem) = (nil, problem) }
      log.warning(
        "portraits_unavailable",
        ["problem": .string(problem), "retry_seconds": .number(Int(pause / 1_000_000_000))])
      rest(until: end)
    }
    state.withLock { ($0.serving, $0.problem) = (nil, "the platform is being stopped") }
  }

  private func rest(until end: UInt64) {
    while !isStopped, clock.monotonicNanoseconds() < end {
      _ = try? Sockets.poll(wakeup.fd, for: .readable, timeoutMilliseconds: Self.glance)
    }
  }

  /// Runs the program until it ends: why, and for how long it has served, nanoseconds.
  private func serve() -> (problem: String, served: UInt64) {
    do throws(SystemError) {
      let program = try launch()
      var words = Words()
      let begun: UInt64?
      let cause: String?
      do throws(SystemError) {
        (begun, cause) = try follow(program, &words)
      } catch {
        (begun, cause) = (nil, "\(error)")
      }
      state.withLock { $0.serving = nil }
      let end = "passgate-portrait ended \(program.finish())"
      words.take(program)
      let silent = "\(end) without a word"
      guard let begun else { return (cause ?? words.last ?? silent, 0) }
      // What it said while it served, as of a worker, need not be why it ended.
      let problem = cause ?? words.last.map { "\(end); the last it said: \($0)" } ?? silent
      return (problem, clock.monotonicNanoseconds() - begun)
    } catch {
      return ("\(error)", 0)
    }
  }

  /// Waits for the program's end: since when it has served, and what is wrong where its words do not tell.
  private func follow(_ program: PortraitProgram, _ words: inout Words) throws(SystemError) -> (
    UInt64?, String?
  ) {
    let poller = try poller(of: program)
    var begun: UInt64?
    var events: [Poller.Event] = []
    while !isStopped {
      try poller.wait(into: &events, timeoutMilliseconds: begun == nil ? Self.patience : -1)
      if events.isEmpty && begun == nil { return (nil, Self.lateness) }
      if events.contains(where: { $0.token == Token.errors }) {
        if words.take(program) { try poller.remove(program.descriptors.errors) }
        if begun != nil { tell(&words) }
      }
      guard events.contains(where: { $0.token == Token.control }) else { continue }
      guard let packet = try program.receive() else { return (begun, nil) }
      guard begun == nil, let standing = try? PortraitStanding(decoding: packet.span) else {
        return (begun, Self.strangeness)
      }
      begun = clock.monotonicNanoseconds()
      publish(Serving(program: program, standing: standing))
      _ = words.takeLines()
    }
    return (begun, "the platform is being stopped")
  }

  private enum Token {
    static let control: UInt64 = 0
    static let errors: UInt64 = 1
    static let wakeup: UInt64 = 2
  }

  private static let lateness = "passgate-portrait did not get ready within \(patience / 1_000) s"
  private static let strangeness =
    "passgate-portrait does not speak as this version of it does; install the one of this release"

  private func poller(of program: PortraitProgram) throws(SystemError) -> Poller {
    let poller = try Poller()
    try poller.add(program.descriptors.control, token: Token.control, .readable)
    try poller.add(program.descriptors.errors, token: Token.errors, .readable)
    try poller.add(wakeup.fd, token: Token.wakeup, .readable)
    return poller
  }

  private func publish(_ serving: Serving) {
    state.withLock { ($0.serving, $0.problem) = (serving, nil) }
    let standing = serving.standing
    log.info(
      "portraits_ready",
      [
        "engine": .string(standing.engine), "sandbox": .string(standing.sandbox),
        "model": .string(Hex.encode(standing.modelID)),
        "calibration": .string(standing.calibrationID.isEmpty ? "none" : Hex.encode(standing.calibrationID)),
        "development": .bool(standing.development),
      ])
  }

  /// Puts what a serving program says into the log.
  private func tell(_ words: inout Words) {
    for line in words.takeLines() { log.warning("portrait_program", ["said": .string(line)]) }
  }

  /// What a program says on its standard error, bounded and fit for a line of the log.
  private struct Words {
    private var line: [UInt8] = []
    private var lines: [String] = []
    private var lastWhole: String?

    /// The last line that is not empty.
    var last: String? { line.isEmpty ? lastWhole : Self.text(line) }

    /// Takes in what it has said; true when it will say no more.
    @discardableResult mutating func take(_ program: PortraitProgram) -> Bool {
      while let bytes = program.said() {
        if bytes.isEmpty { return false }
        for byte in bytes { take(byte) }
      }
      return true
    }

    private mutating func take(_ byte: UInt8) {
      if byte != UInt8(ascii: "\n") {
        if line.count < PortraitKeeper.wordLimit { line.append(byte) }
        return
      }
      guard !line.isEmpty else { return }
      lastWhole = Self.text(line)
      lines = lines.suffix(31) + [Self.text(line)]
      line = []
    }

    /// The lines that are whole, once.
    mutating func takeLines() -> [String] {
      defer { lines = [] }
      return lines
    }

    private static func text(_ line: [UInt8]) -> String {
      terminalSafe(String(decoding: line, as: UTF8.self))
    }
  }
}
