package import PassgateSystem
package import PassgateWire

/// The connections of one loop, driven from outside: no polling and no thread, so that a test steps it.
///
/// A tick is: `ready(_:now:)` for each connection that can move, then `finishTick(now:)`.
package final class LoopCore {
  /// What a loop counts, for its owner to read.
  package struct Statistics: Sendable {
    package var opened: UInt64 = 0
    package var closed: UInt64 = 0
    package var failedHandshakes: UInt64 = 0
    /// Connections ended by the server, by the GoAway's reason.
    package var farewells: [GoAway.Reason: UInt64] = [:]
  }

  private let handler: any CallHandler
  private let dialect: ConnectionMachine.Dialect
  private let limits: ServerLimits
  private let log: Log
  private var connections: [Connection?] = []
  private var generations: [UInt32] = []
  private var vacant: [Int] = []
  private var input: [UInt8]
  private var calls: [Call] = []
  private var dirty: [Connection] = []
  /// Who waits for a turn, the longest first.
  private var queued: [Connection] = []
  /// Calls that one connection may make in its turn.
  private var share = callsPerTick
  private var isDraining: GoAway.Reason?
  /// Told when a connection's polling must change or end.
  package var watch: ((ConnectionID, Int32, _ readable: Bool, _ writable: Bool) -> Void)?
  package var unwatch: ((Int32) -> Void)?
  /// Told the remote address of a connection that has ended.
  package var ended: ((String) -> Void)?
  package private(set) var statistics = Statistics()

  /// Bytes read from one connection before the others get their turn.
  private static let readBudget = 262_144
  /// Calls of one tick: whoever comes next waits for all of them.
  private static let callsPerTick = 1_024
  /// What a connection may take of a tick when many want a share.
  private static let leastShare = 4

  package init(
    handler: any CallHandler, dialect: ConnectionMachine.Dialect, limits: ServerLimits, log: Log
  ) {
    self.handler = handler
    self.dialect = dialect
    self.limits = limits
    self.log = log
    input = [UInt8](repeating: 0, count: 65_536)
  }

  /// Connections that are open or shaking hands.
  package var count: Int { connections.count - vacant.count }

  /// True when some connection has input left that no poller will report.
  package var hasQueuedWork: Bool { !queued.isEmpty }

  // MARK: Life of a connection

  /// Takes a new connection in.
  package func add(_ transport: any Transport, address: String, now: UInt64) -> ConnectionID {
    let slot = vacant.popLast() ?? appendSlot()
    generations[slot] &+= 1
    let id = ConnectionID(slot: UInt32(slot), generation: generations[slot])
    let machine = ConnectionMachine(dialect: dialect, limits: limits, now: now)
    connections[slot] = Connection(id: id, address: address, transport: transport, machine: machine, now: now)
    statistics.opened += 1
    return id
  }

  private func appendSlot() -> Int {
    connections.append(nil)
    generations.append(0)
    return connections.count - 1
  }

  private func connection(_ id: ConnectionID) -> Connection? {
    let slot = Int(id.slot)
    guard slot < connections.count, let connection = connections[slot], connection.id == id else {
      return nil
    }
    return connection
  }

  /// Ends a connection that cannot be polled.
  package func drop(_ id: ConnectionID) {
    if let connection = connection(id) { close(connection) }
  }

  private func close(_ connection: Connection) {
    guard self.connection(connection.id) != nil else { return }
    connections[Int(connection.id.slot)] = nil
    vacant.append(Int(connection.id.slot))
    statistics.closed += 1
    if let descriptor = connection.transport.descriptor { unwatch?(descriptor) }
    ended?(connection.address)
    if let peer = connection.peer { handler.closed(peer) }
  }

  // MARK: Input

  /// Moves what can be moved on this connection. `isHungUp`: the peer has left.
  package func ready(_ id: ConnectionID, isHungUp: Bool = false, now: UInt64) {
    guard let connection = connection(id) else { return }
    if isHungUp { connection.isHungUp = true }
    switch connection.phase {
    case .handshaking: shakeHands(connection, now: now)
    case .open where isHungUp && !mayRead(connection):
      // Nothing would be read, and the poller would report it for ever.
      return close(connection)
    case .open where !queued.isEmpty: queueAgain(connection, now: now)
    case .open: receive(connection, now: now)
    case .closing: break
    case .lingering: return discard(connection)
    }
    markDirty(connection)
  }

  private func discard(_ connection: Connection) {
    switch connection.transport.read(into: &input) {
    case .bytes, .wantsRead, .wantsWrite: return
    case .closed, .failed: return close(connection)
    }
  }

  private func shakeHands(_ connection: Connection, now: UInt64) {
    switch connection.transport.handshake() {
    case .bytes:
      open(connection, now: now)
      receive(connection, now: now)
    case .wantsRead: setWatch(connection, readable: true, writable: false)
    case .wantsWrite: setWatch(connection, readable: false, writable: true)
    case .closed: failHandshake(connection, "closed by the peer")
    case .failed(let reason): failHandshake(connection, reason)
    }
  }

  private func open(_ connection: Connection, now: UInt64) {
    let peer = Peer(
      id: connection.id, address: connection.address, identity: connection.transport.identity())
    connection.peer = peer
    connection.phase = .open
    handler.opened(peer)
    connection.machine.isTrusted = peer.isTrusted
    connection.queue(Frame(callID: 0, kind: .hello(handler.hello())))
    setWatch(connection, readable: true, writable: false)
    if let isDraining { drain(connection, isDraining, now: now) }
  }

  private func failHandshake(_ connection: Connection, _ reason: String) {
    statistics.failedHandshakes += 1
    log.warning("handshake_failed", ["address": .string(connection.address), "reason": .string(reason)])
    close(connection)
  }

  /// - Parameter arrived: since when the connection's input has waited for its turn; nil when it has not.
  private func receive(_ connection: Connection, since arrived: UInt64? = nil, now: UInt64) {
    let turn = Turn(lastCall: min(calls.count + share, Self.callsPerTick), arrived: arrived ?? now)
    var budget = Self.readBudget
    var isDrained = false
    while case .open = connection.phase {
      // What is still in the socket, the poller reports: asking it for nothing would be a system call a call.
      guard parse(connection, turn, now: now), mayRead(connection), !isDrained else { return }
      guard budget > 0 else { return queueAgain(connection, now: now) }
      switch connection.transport.read(into: &input) {
      case .bytes(let count):
        budget -= count
        connection.noteRead(awaitsWriting: false, now: now)
        connection.reader.append(input.span.extracting(0..<count))
        // The end of a peer that has left is looked for, so that nobody works for it.
        isDrained = !connection.isHungUp && !connection.transport.hasBufferedInput
      case .wantsRead: return connection.noteRead(awaitsWriting: false, now: now)
      case .wantsWrite: return connection.noteRead(awaitsWriting: true, now: now)
      case .closed, .failed: return close(connection)
      }
    }
  }

  private func mayRead(_ connection: Connection) -> Bool {
    connection.machine.mayReadCalls && connection.unsent < limits.outputBytes
  }

  private func queueAgain(_ connection: Connection, now: UInt64) {
    guard connection.queuedSince == nil else { return }
    connection.queuedSince = now
    queued.append(connection)
  }

  /// One connection's part of a tick.
  private struct Turn {
    /// How many calls the tick may have when the turn ends.
    let lastCall: Int
    /// What counts as the arrival of its calls.
    let arrived: UInt64
  }

  /// Handles the complete frames that are here. False when the connection reads no further.
  private func parse(_ connection: Connection, _ turn: Turn, now: UInt64) -> Bool {
    guard let peer = connection.peer else { return false }
    while mayRead(connection) {
      guard calls.count < turn.lastCall else {
        queueAgain(connection, now: now)
        return false
      }
      connection.machine.isTrusted = peer.isTrusted
      do throws(FrameError) {
        guard let payload = try connection.reader.next(limit: connection.machine.frameLimit) else { break }
        connection.frameBegan = nil
        let frame: Frame
        do throws(WireError) {
          frame = try Frame(decoding: payload.span)
        } catch {
          fail(connection, .protocolError, "frame: \(error)", now: now)
          return false
        }
        let directive = connection.machine.receive(frame, now: now)
        if directive == .deliver {
          calls.append(Call(peer: peer, id: frame.callID, kind: frame.kind, arrived: turn.arrived))
        } else if !act(connection, directive, now: now) {
          return false
        }
      } catch {
        fail(connection, error == .empty ? .protocolError : .frameTooLarge, "\(error)", now: now)
        return false
      }
    }
    noteProgress(connection, now: now)
    return true
  }

  private func noteProgress(_ connection: Connection, now: UInt64) {
    // A frame that waits for a free place is the server's delay, not the peer's.
    if !connection.reader.isPartial || !mayRead(connection) {
      connection.frameBegan = nil
    } else if connection.frameBegan == nil {
      connection.frameBegan = now
    }
  }

  /// Carries a directive out. False when the connection reads no further.
  private func act(_ connection: Connection, _ directive: ConnectionMachine.Directive, now: UInt64) -> Bool {
    switch directive {
    case .deliver, .ignore: break
    case .send(let kind): connection.queue(Frame(callID: 0, kind: kind))
    case .cancel(let id): handler.cancel(id, of: connection.id)
    case .fail(let reason, let detail):
      fail(connection, reason, detail, now: now)
      return false
    case .close:
      startClosing(connection, now: now)
      return false
    }
    return true
  }

  private func fail(_ connection: Connection, _ reason: GoAway.Reason, _ detail: String, now: UInt64) {
    // The replies of one tick may each give cause; the first one is told.
    guard case .open = connection.phase else { return }
    statistics.farewells[reason, default: 0] += 1
    log.warning(
      "connection_refused", ["address": .string(connection.address), "reason": .string("\(reason)")])
    let goAway = GoAway(reason: reason, lastCallID: connection.machine.lastCallID, detail: detail)
    connection.queue(Frame(callID: 0, kind: .goAway(goAway)))
    startClosing(connection, now: now)
  }

  private func startClosing(_ connection: Connection, now: UInt64) {
    guard case .open = connection.phase else { return }
    connection.phase = .closing(since: now)
    markDirty(connection)
  }

  // MARK: Output

  /// Hands the tick's calls to the service and sends what is ready.
  package func finishTick(now: UInt64) {
    if !calls.isEmpty {
      // Calls of connections that closed meanwhile are not worked on.
      let live = calls.filter { connection($0.peer.id) != nil }
      calls.removeAll(keepingCapacity: true)
      deliver(handler.handle(live, now: now), now: now)
    }
    flush(now: now)
  }

  /// Gives mail to the service and queues the replies that it completes.
  package func receive(_ mail: any Mail, now: UInt64) {
    deliver(handler.receive(mail, now: now), now: now)
  }

  private func deliver(_ replies: [Reply], now: UInt64) {
    for reply in replies {
      guard let connection = connection(reply.connection) else { continue }
      if case .goAway(let goAway) = reply.kind {
        fail(connection, goAway.reason, goAway.detail, now: now)
        continue
      }
      connection.queue(Frame(callID: reply.callID, kind: reply.kind))
      markDirty(connection)
      let couldRead = connection.machine.mayReadCalls
      _ = act(connection, connection.machine.answered(isUnauthentic: reply.isUnauthentic), now: now)
      // Frames that waited for a free place are in the reader, where no poller sees them.
      if !couldRead { queueAgain(connection, now: now) }
    }
  }

  private func markDirty(_ connection: Connection) {
    guard !connection.isDirty else { return }
    connection.isDirty = true
    dirty.append(connection)
  }

  private func flush(now: UInt64) {
    let batch = dirty
    dirty.removeAll(keepingCapacity: true)
    for connection in batch {
      connection.isDirty = false
      guard self.connection(connection.id) != nil else { continue }
      settle(connection, now: now)
    }
  }

  /// Sends, then decides what to wait for.
  private func settle(_ connection: Connection, now: UInt64) {
    let wasFull = connection.unsent >= limits.outputBytes
    switch connection.phase {
    case .handshaking, .lingering: return
    case .open, .closing:
      guard connection.flush(now: now) else { return close(connection) }
    }
    if case .closing = connection.phase { return finishClosing(connection, now: now) }
    if wasFull, connection.unsent < limits.outputBytes { queueAgain(connection, now: now) }
    // A peer that takes nothing would be reported as readable for ever.
    setWatch(
      connection, readable: mayRead(connection) && !connection.readAwaitsWriting,
      writable: connection.unsent > 0 || connection.readAwaitsWriting)
  }

  private func finishClosing(_ connection: Connection, now: UInt64) {
    guard connection.unsent == 0 else { return setWatch(connection, readable: false, writable: true) }
    connection.transport.shutdown()
    connection.phase = .lingering(since: now)
    setWatch(connection, readable: true, writable: false)
  }

  private func setWatch(_ connection: Connection, readable: Bool, writable: Bool) {
    let wanted = Connection.Watch(readable: readable, writable: writable)
    guard connection.watch != wanted, let descriptor = connection.transport.descriptor else { return }
    connection.watch = wanted
    watch?(connection.id, descriptor, readable, writable)
  }

  /// Takes up the connections whose turn had ended before their input had, and those that came behind them.
  package func resumeQueued(now: UInt64) {
    let batch = queued
    queued.removeAll(keepingCapacity: true)
    share = max(Self.leastShare, Self.callsPerTick / max(1, batch.count))
    defer { share = Self.callsPerTick }
    for (place, connection) in batch.enumerated() {
      guard calls.count < Self.callsPerTick else {
        queued.insert(contentsOf: batch[place...], at: 0)
        return
      }
      resume(connection, now: now)
    }
  }

  private func resume(_ connection: Connection, now: UInt64) {
    let since = connection.queuedSince
    connection.queuedSince = nil
    guard case .open = connection.phase, self.connection(connection.id) != nil else { return }
    receive(connection, since: since, now: now)
    markDirty(connection)
  }

  // MARK: Time

  /// What is due: handshakes, slow frames, stalls, pings, farewells. Call it a few times a second.
  package func timers(now: UInt64) {
    handler.timer(now: now)
    deliver(handler.farewells(), now: now)
    for case let connection? in connections {
      switch connection.phase {
      case .handshaking(let since):
        if now &- since >= limits.handshake { failHandshake(connection, "took too long") }
      case .open: openTimers(connection, now: now)
      case .closing(let since): if now &- since >= limits.writeStall { close(connection) }
      case .lingering(let since): if now &- since >= limits.linger { close(connection) }
      }
    }
    flush(now: now)
  }

  private func openTimers(_ connection: Connection, now: UInt64) {
    if isStalled(connection, now: now) { return close(connection) }
    if isTooSlow(connection, now: now) {
      return fail(
        connection, .tooSlow, "a frame must arrive at \(limits.frameBytesPerSecond) bytes a second", now: now)
    }
    let due = connection.machine.timers(now: now)
    for directive in due { _ = act(connection, directive, now: now) }
    if !due.isEmpty { markDirty(connection) }
  }

  private func isStalled(_ connection: Connection, now: UInt64) -> Bool {
    guard let since = connection.blockedSince else { return false }
    return now &- since >= limits.writeStall
  }

  private func isTooSlow(_ connection: Connection, now: UInt64) -> Bool {
    guard let began = connection.frameBegan, mayRead(connection), now &- began > limits.frameGrace else {
      return false
    }
    let milliseconds = (now &- began &- limits.frameGrace) / 1_000_000
    return UInt64(connection.reader.bufferedCount) * 1_000 < milliseconds * UInt64(limits.frameBytesPerSecond)
  }

  // MARK: The whole loop

  /// Sends Hello again on every open connection: the reply keys have changed.
  package func announceHello(now: UInt64) {
    handler.reconfigured()
    let hello = handler.hello()
    for case let connection? in connections {
      guard case .open = connection.phase else { continue }
      connection.queue(Frame(callID: 0, kind: .hello(hello)))
      markDirty(connection)
    }
    flush(now: now)
  }

  /// Starts the two-phase farewell on every connection, and on those that still come.
  package func drain(_ reason: GoAway.Reason, now: UInt64) {
    isDraining = reason
    for case let connection? in connections {
      switch connection.phase {
      // Nobody is there yet to be told.
      case .handshaking: close(connection)
      case .open: drain(connection, reason, now: now)
      case .closing, .lingering: break
      }
    }
    flush(now: now)
  }

  private func drain(_ connection: Connection, _ reason: GoAway.Reason, now: UInt64) {
    for directive in connection.machine.drain(reason, now: now) {
      _ = act(connection, directive, now: now)
    }
    markDirty(connection)
  }

  /// Ends every connection at once.
  package func closeAll() {
    for case let connection? in connections { close(connection) }
  }
}
