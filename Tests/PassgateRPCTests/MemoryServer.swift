import PassgateRPC
import PassgateSystem
import PassgateWire
import Testing

/// A loop without thread, socket or clock: its poller is a table and its time passes when told.
final class MemoryServer: EchoServer {
  /// What the loop asked its poller to watch.
  struct Watched {
    let id: ConnectionID
    let transport: MemoryTransport
    var readable = true
    var writable = false
  }

  let journal = Journal()
  let core: LoopCore
  private(set) var now: UInt64 = seconds(1_000)
  private(set) var watched: [Int32: Watched] = [:]
  private(set) var ended: [String] = []
  private var nextDescriptor: Int32 = 0

  /// No honest connection needs so many ticks for what lies ready; a loop that spins does.
  private static let tickLimit = 10_000

  init(_ limits: ServerLimits = ServerLimits()) {
    let silent = Log(sink: { _ in })
    core = LoopCore(handler: EchoService(journal), dialect: .platform, limits: limits, log: silent)
    core.watch = { [unowned self] _, descriptor, readable, writable in
      watched[descriptor]?.readable = readable
      watched[descriptor]?.writable = writable
    }
    core.unwatch = { [unowned self] in watched[$0] = nil }
    core.ended = { [unowned self] in ended.append($0) }
  }

  /// Takes in a connection that still shakes hands.
  func accept(handshake: [TransportResult] = []) -> MemoryClient {
    nextDescriptor += 1
    let transport = MemoryTransport(descriptor: nextDescriptor)
    transport.handshakeSteps = handshake
    let id = core.add(transport, address: "192.0.2.\(nextDescriptor)", now: now)
    watched[nextDescriptor] = Watched(id: id, transport: transport)
    core.ready(id, now: now)
    return MemoryClient(self, transport)
  }

  func connect() -> any EchoClient { accept() }

  func release() { core.receive(Release(), now: now) }

  func drain() { core.drain(.shutdown, now: now) }

  func wait(until condition: () -> Bool) throws {
    run()
    if !condition() { throw TimeIsOver() }
  }

  /// One turn of the loop over what a poller would report.
  func tick() {
    for (_, watch) in watched.sorted(by: { $0.key < $1.key }) where isReady(watch) {
      core.ready(watch.id, isHungUp: watch.transport.isReset || watch.transport.isHalfClosed, now: now)
    }
    core.resumeQueued(now: now)
    core.finishTick(now: now)
  }

  /// Turns until nothing is left to do.
  func run() {
    for _ in 0..<Self.tickLimit {
      tick()
      if !core.hasQueuedWork, !watched.values.contains(where: isReady) { return }
    }
    Issue.record("the loop spins")
  }

  /// Lets time pass, the loop working as it does: first what lies ready, then what has become due.
  func advance(milliseconds: UInt64) {
    run()
    now += milliseconds * 1_000_000
    core.timers(now: now)
    run()
  }

  /// Lets time pass without a turn, as a long tick does.
  func pass(milliseconds: UInt64) { now += milliseconds * 1_000_000 }

  /// As the kernel tells it: a reset is reported whatever is watched.
  private func isReady(_ watch: Watched) -> Bool {
    watch.transport.isReset || (watch.readable && watch.transport.isReadable)
      || (watch.writable && watch.transport.isWritable)
  }
}

/// The far end of a `MemoryTransport`.
final class MemoryClient: EchoClient {
  let transport: MemoryTransport
  private let server: MemoryServer
  private var reader = FrameReader()

  init(_ server: MemoryServer, _ transport: MemoryTransport) {
    self.server = server
    self.transport = transport
  }

  /// True while the loop has the connection.
  var isConnected: Bool { transport.descriptor.map { server.watched[$0] != nil } ?? false }

  func send(_ bytes: [UInt8]) { transport.incoming += bytes }

  func send(_ frames: Frame...) { send(bytes(frames)) }

  func hangUp() { transport.isHalfClosed = true }

  func next() throws -> Frame? {
    for _ in 0..<1_000 {
      server.run()
      if let frame = try received() { return frame }
      if transport.isShutDown || !isConnected { return nil }
      server.advance(milliseconds: 250)
    }
    throw TimeIsOver()
  }

  /// All frames that are here, without waiting for more.
  func frames() throws -> [Frame] {
    server.run()
    var frames: [Frame] = []
    while let frame = try received() { frames.append(frame) }
    return frames
  }

  private func received() throws -> Frame? {
    let arrived = transport.outgoing
    transport.outgoing = []
    reader.append(arrived.span)
    guard let payload = try reader.next(limit: 4 << 20) else { return nil }
    return try Frame(decoding: payload.span)
  }
}
