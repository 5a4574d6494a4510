import PassgateClient
import PassgateProfile
import PassgateSystem

/// Calls at a steady rate for as long as asked, by tenants that do what clients should: they believe announced keys
/// alone, heed goodbyes, connect anew, and sign with another key as soon as their profile names it.
final class SteadyLoad {
  /// Where the connections of a profile are, and what they are made from.
  private final class Caller {
    let path: String
    var stamp: FileStamp
    var tenant: LoadTenant
    /// The key of the connections that new calls go to.
    var keyID: [UInt8] { tenant.signing.keyID }
    /// No connection is tried before, monotonic nanoseconds.
    var notBefore: UInt64 = 0

    init(_ path: String, _ stamp: FileStamp, _ tenant: LoadTenant) {
      (self.path, self.stamp, self.tenant) = (path, stamp, tenant)
    }
  }

  /// One connection; while it leaves, its last answers are waited for.
  private struct Line {
    let caller: Int
    let connection: LoadConnection
    /// Monotonic nanoseconds.
    let since: UInt64
    var isLeaving = false
  }

  struct Counts {
    var tally = LoadTally()
    var sent = 0
    /// Calls that a goodbye had left unprocessed, sent again.
    var sentAgain = 0
    var connections = 0
    /// Calls without an authentic answer, by what happened.
    var failed: [String: Int] = [:]
    /// Connections that could not be made, by what happened.
    var unconnected: [String: Int] = [:]
    var profilesRead = 0
  }

  struct Settings {
    let rate: Double
    /// Connections of each profile.
    let connections: Int
    /// After which a connection is replaced by another, nanoseconds; nil leaves that to the platform.
    let connectionAge: UInt64?
    /// Reads a profile anew.
    let tenant: (_ path: String) throws -> LoadTenant
  }

  private static let second: UInt64 = 1_000_000_000
  /// Without an answer by then a call has failed, nanoseconds.
  private static let patience = 10 * second
  /// Between looks at files and clocks, nanoseconds.
  private static let lookEvery = second / 20
  /// Before a caller tries again to connect, nanoseconds.
  private static let pause = second / 20
  /// Calls of one caller in one turn at most: what a stall has held back comes in pieces.
  private static let burst = 256

  private let settings: Settings
  private let callers: [Caller]
  private let clock = SystemClock()
  private let poller: Poller
  private var events: [Poller.Event] = []
  private var lines: [UInt64: Line] = [:]
  private var nextToken: UInt64 = 0
  private var turn = 0
  private var due: UInt64 = 0
  private var nextLook: UInt64 = 0
  private(set) var counts = Counts()

  init(profiles: [String], _ settings: Settings) throws {
    self.settings = settings
    callers = try profiles.map { Caller($0, Files.stamp($0), try settings.tenant($0)) }
    poller = try Poller()
    counts.tally.keys = KeyTally()
  }

  /// The key that each profile signs with now, in the order of the profiles; nil while calls of another key are
  /// under way.
  var keyIDs: [[UInt8]?] {
    callers.indices.map { index in
      lines.values.contains { $0.caller == index && $0.isLeaving } ? nil : callers[index].keyID
    }
  }

  /// - Parameter look: called many times a second; false ends the load.
  func run(while look: (SteadyLoad) throws -> Bool) throws {
    due = clock.monotonicNanoseconds()
    while true {
      let now = clock.monotonicNanoseconds()
      if now >= nextLook {
        tend(now)
        guard try look(self) else { break }
        nextLook = now + Self.lookEvery
      }
      sendDue(now)
      try receive(timeout: 1)
    }
    try finish()
  }

  private func receive(timeout: Int) throws {
    try poller.wait(into: &events, timeoutMilliseconds: timeout)
    for event in events { answer(event.token) }
  }

  /// Waits for the last answers.
  private func finish() throws {
    let end = clock.monotonicNanoseconds() + Self.patience
    while lines.values.contains(where: { $0.connection.inFlight > 0 }), clock.monotonicNanoseconds() < end {
      try receive(timeout: 10)
    }
    for token in lines.keys { drop(token, because: "no answer in time") }
  }

  private func fail(_ count: Int, _ reason: String) {
    if count > 0 { counts.failed[reason, default: 0] += count }
  }
}

// MARK: - Sending

extension SteadyLoad {
  private func sendDue(_ now: UInt64) {
    guard now > due else { return }
    let count = Int(Double(now - due) / 1e9 * settings.rate)
    guard count > 0 else { return }
    due += UInt64(Double(count) / settings.rate * 1e9)
    let slots = callers.count * settings.connections
    // One piece for each connection, each in its turn.
    let (each, more) = count.quotientAndRemainder(dividingBy: slots)
    for step in 0..<(each > 0 ? slots : more) {
      send(each + (step < more ? 1 : 0), slot: (turn + step) % slots, since: now)
    }
    turn = (turn + more) % slots
  }

  private func send(_ count: Int, slot: Int, since now: UInt64) {
    let index = slot % callers.count
    let place = slot / callers.count
    var open = lines.filter { $0.value.caller == index && !$0.value.isLeaving }.keys.sorted()
    while open.count < settings.connections, let token = connect(index, now) { open.append(token) }
    counts.sent += count
    guard !open.isEmpty else { return fail(count, "there was no connection") }
    send(count, on: open[place % open.count], since: now)
  }

  private func send(_ count: Int, on token: UInt64, since now: UInt64) {
    guard let connection = lines[token]?.connection else { return }
    let before = connection.inFlight
    do throws(ClientError) {
      try connection.send(count, since: now)
    } catch {
      // What could not be signed is not under way.
      fail(before + count - connection.inFlight, error.description)
      guard case .signing = error else { return drop(token, because: error.description) }
    }
  }

  /// A new connection for a caller; nil when there is none to be had now.
  private func connect(_ index: Int, _ now: UInt64) -> UInt64? {
    let caller = callers[index]
    guard now >= caller.notBefore else { return nil }
    do {
      let connection = try LoadConnection(caller.tenant, verifyEvery: 1, signsTogether: true)
      nextToken += 1
      try poller.add(connection.descriptor, token: nextToken, .readable)
      lines[nextToken] = Line(caller: index, connection: connection, since: now)
      counts.connections += 1
      return nextToken
    } catch {
      counts.unconnected["\(error)", default: 0] += 1
      caller.notBefore = now + Self.pause
      return nil
    }
  }
}

// MARK: - Hearing

extension SteadyLoad {
  private func answer(_ token: UInt64) {
    while let line = lines[token] {
      do throws(ClientError) {
        _ = try line.connection.receive(into: &counts.tally)
        return closeIfDone(token)
      } catch .farewell(_, let lastCallID) {
        leave(token, after: lastCallID)
      } catch {
        if case .notAuthentic = error { fail(1, error.description) }
        drop(token, because: error.description)
      }
    }
  }

  /// The server said goodbye: what it will not answer goes to another connection, the rest is waited for.
  private func leave(_ token: UInt64, after lastCallID: UInt64) {
    guard let line = lines[token] else { return }
    lines[token]?.isLeaving = true
    let unheard = line.connection.abandon(after: lastCallID)
    if unheard > 0 {
      counts.sentAgain += unheard
      counts.sent -= unheard
      send(unheard, slot: line.caller, since: clock.monotonicNanoseconds())
    }
    closeIfDone(token)
  }

  private func closeIfDone(_ token: UInt64) {
    guard let line = lines[token], line.isLeaving, line.connection.inFlight == 0 else { return }
    remove(token)
  }

  /// The connection has ended: what was under way on it has failed.
  private func drop(_ token: UInt64, because reason: String) {
    guard let line = lines[token] else { return }
    fail(line.connection.inFlight, reason)
    remove(token)
  }

  private func remove(_ token: UInt64) {
    guard let line = lines.removeValue(forKey: token) else { return }
    // A descriptor that has failed may be unwatched already.
    try? poller.remove(line.connection.descriptor)
    line.connection.close()
  }
}

// MARK: - Looking after it

extension SteadyLoad {
  private func tend(_ now: UInt64) {
    for index in callers.indices { refresh(index) }
    for token in lines.keys {
      guard let line = lines[token] else { continue }
      let late = line.connection.abandon(sentBefore: now > Self.patience ? now - Self.patience : 0)
      fail(late, "no answer in time")
      if let age = settings.connectionAge, now > line.since + age { lines[token]?.isLeaving = true }
      closeIfDone(token)
    }
  }

  /// A profile that has changed is taken up: its next calls go out on new connections.
  private func refresh(_ index: Int) {
    let caller = callers[index]
    let stamp = Files.stamp(caller.path)
    guard stamp != caller.stamp, stamp != .absent else { return }
    caller.stamp = stamp
    do {
      caller.tenant = try settings.tenant(caller.path)
      caller.notBefore = 0
      counts.profilesRead += 1
    } catch {
      return fail(1, "\(caller.path): \(error)")
    }
    for token in lines.filter({ $0.value.caller == index }).keys { lines[token]?.isLeaving = true }
  }
}
