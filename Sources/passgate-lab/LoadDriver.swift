import Glibc
import PassgateSystem

/// Drives connections from one thread, in a closed loop (each reply brings the next request) or an open one
/// (requests come when they are due, replies or not).
final class LoadDriver {
  enum Shape {
    /// Calls in flight on each connection.
    case closed(depth: Int)
    /// Calls a second over all connections, at random moments (Poisson).
    case open(rate: Double)
  }

  /// What was measured between warm-up and end.
  struct Result {
    let tally: LoadTally
    let seconds: Double
    /// Processor time of the server, nanoseconds; nil when its process is not known.
    let serverTime: UInt64?
    /// The bare operations in the same seconds, while the server was busy.
    let bare: BareCost
  }

  /// Between two samples of the bare operations, nanoseconds; they take a tenth of it at most.
  private static let sampling: UInt64 = 50_000_000

  private let connections: [LoadConnection]
  private let shape: Shape
  private let server: ServerProcess?
  private let meters: [BareMeter]
  private let clock = SystemClock()
  private let poller: Poller
  private var events: [Poller.Event] = []
  private var tally = LoadTally()
  private var arrivals: Arrivals
  private var turn = 0
  private var nextSample: UInt64 = 0

  init(
    _ connections: [LoadConnection], _ shape: Shape, server: ServerProcess?, seed: UInt64, meters: [BareMeter]
  ) throws {
    self.meters = meters
    self.connections = connections
    self.shape = shape
    self.server = server
    arrivals = Arrivals(seed: seed)
    poller = try Poller()
    for (index, connection) in connections.enumerated() {
      try poller.add(connection.descriptor, token: UInt64(index), .readable)
    }
  }

  /// Warms up, measures, and waits for the last answers.
  func run(warmUp: Double, seconds: Double) throws -> Result {
    try begin()
    try turn(for: warmUp)
    tally = LoadTally()
    _ = bareCost()
    let (began, serverBegan) = (clock.monotonicNanoseconds(), try server?.processorTime())
    try turn(for: seconds)
    let (ended, serverEnded) = (clock.monotonicNanoseconds(), try server?.processorTime())
    let (measured, bare) = (tally, bareCost())
    try drain()
    return Result(
      tally: measured, seconds: Double(ended - began) / 1e9,
      serverTime: serverEnded.flatMap { ended in serverBegan.map { ended - $0 } }, bare: bare)
  }

  private func bareCost() -> BareCost { BareCost.mean(meters.map { $0.read() }) }

  private func begin() throws {
    let now = clock.monotonicNanoseconds()
    switch shape {
    case .closed(let depth): for connection in connections { try connection.send(depth, since: now) }
    case .open(let rate): arrivals.start(at: now, rate: rate)
    }
  }

  private func turn(for seconds: Double) throws {
    let end = clock.monotonicNanoseconds() + UInt64(seconds * 1e9)
    while clock.monotonicNanoseconds() < end {
      try sendDue()
      try poller.wait(into: &events, timeoutMilliseconds: patience)
      for event in events { try answer(connections[Int(event.token)]) }
      try sampleBare()
    }
  }

  /// Not in an open loop: calls that are due would wait for it.
  private func sampleBare() throws {
    guard case .closed = shape, clock.monotonicNanoseconds() >= nextSample else { return }
    for meter in meters { try meter.sample() }
    nextSample = clock.monotonicNanoseconds() + Self.sampling
  }

  /// The poller counts in milliseconds, which is too coarse for moments of an open loop: it spins.
  private var patience: Int {
    if case .open = shape { return 0 }
    return 10
  }

  private func sendDue() throws {
    guard case .open(let rate) = shape else { return }
    while let due = arrivals.next(before: clock.monotonicNanoseconds(), rate: rate) {
      try connections[turn].send(1, since: due)
      turn = (turn + 1) % connections.count
    }
  }

  private func answer(_ connection: LoadConnection) throws {
    let answered = try connection.receive(into: &tally)
    if case .closed = shape { try connection.send(answered, since: clock.monotonicNanoseconds()) }
  }

  private func drain() throws {
    let deadline = clock.monotonicNanoseconds() &+ 10_000_000_000
    while connections.contains(where: { $0.inFlight > 0 }), clock.monotonicNanoseconds() < deadline {
      try poller.wait(into: &events, timeoutMilliseconds: 100)
      for event in events { _ = try connections[Int(event.token)].receive(into: &tally) }
    }
  }
}

/// The moments of a Poisson process, from a seed.
private struct Arrivals {
  private var generator: SeededGenerator
  private var due: UInt64 = 0

  init(seed: UInt64) { generator = SeededGenerator(state: seed) }

  mutating func start(at now: UInt64, rate: Double) { due = now &+ gap(rate) }

  /// The next moment, if it has come; monotonic nanoseconds.
  mutating func next(before now: UInt64, rate: Double) -> UInt64? {
    guard due <= now else { return nil }
    defer { due &+= gap(rate) }
    return due
  }

  private mutating func gap(_ rate: Double) -> UInt64 {
    UInt64(-log(Double.random(in: Double.leastNonzeroMagnitude..<1, using: &generator)) / rate * 1e9)
  }
}

/// SplitMix64.
private struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
