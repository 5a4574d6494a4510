/// The bounds of a table of readings, or of captures.
struct ReadingLimits: Sendable {
  /// Readings of one tenant at once.
  var ofTenant = 512
  /// Readings at once.
  var inAll = 2_048
  /// What all readings hold together.
  var bytes = 256 << 20
  /// How long a reading may take, from its start.
  var life: UInt64 = 60_000_000_000
}

/// Who may go on with a reading or a capture: on any connection, with the key and in the scene that began it.
struct ReadingOwner: Sendable, Hashable {
  let tenantID: String
  let keyID: [UInt8]
  let sceneID: String
}

/// Why a reading does not begin or go on.
enum ReadingFault: Error {
  /// One may end, by itself, after this time, nanoseconds.
  case full(wait: UInt64)
  /// There is none of this id, or none any more, or it is another's.
  case notFound
  /// A turn that it does not wait for.
  case ended
}

/// How readings ended of which nobody heard any more, for the figures.
struct ReadingEnds: Sendable {
  /// Time to live over.
  var expired = 0
  /// A turn repeated, out of order, or answered by another.
  var disturbed = 0
}

/// Readings of chips under way: whose each is, which turn it waits for, until when, and how much it holds. Bounded in
/// number and bytes; pure, times are monotonic nanoseconds.
///
/// A reading that is taken is with a worker until it is put back: whoever answers the same turn meanwhile ends it.
struct ReadingTable<Reading> {
  private struct Entry {
    let reading: Reading
    let owner: ReadingOwner
    let until: UInt64
    var turn: UInt32 = 1
    var bytes: Int
    var isTaken = false
  }

  private let limits: ReadingLimits
  private var entries: [[UInt8]: Entry] = [:]
  private var tenants: [String: Int] = [:]
  /// Ids with their ends, in the order of their starts; ended ones stay for a while.
  private var order: [(id: [UInt8], until: UInt64)] = []
  private var oldest = 0
  /// Bytes that all readings hold.
  private(set) var bytes = 0
  private(set) var ends = ReadingEnds()

  init(limits: ReadingLimits = ReadingLimits()) { self.limits = limits }

  var count: Int { entries.count }

  /// Whether one more may begin.
  mutating func admit(_ tenantID: String, now: UInt64) throws(ReadingFault) {
    expire(now)
    guard entries.count < limits.inAll, tenants[tenantID, default: 0] < limits.ofTenant, bytes < limits.bytes
    else { throw .full(wait: untilNextEnd(now)) }
  }

  /// Keeps a reading that waits for its first turn.
  mutating func insert(_ reading: Reading, id: [UInt8], owner: ReadingOwner, bytes: Int, now: UInt64)
    throws(ReadingFault)
  {
    try admit(owner.tenantID, now: now)
    let until = now &+ limits.life
    entries[id] = Entry(reading: reading, owner: owner, until: until, bytes: bytes)
    tenants[owner.tenantID, default: 0] += 1
    self.bytes += bytes
    order.append((id, until))
  }

  /// Takes a reading on for the answers to one of its turns. A turn that is not the one it waits for, and anybody
  /// else's, ends it.
  mutating func take(_ id: [UInt8], turn: UInt32, by owner: ReadingOwner, now: UInt64) throws(ReadingFault)
    -> Reading
  {
    expire(now)
    guard let entry = entries[id] else { throw .notFound }
    guard entry.owner == owner else {
      disturb(id)
      throw .notFound
    }
    guard entry.turn == turn, !entry.isTaken else {
      disturb(id)
      throw .ended
    }
    entries[id]?.isTaken = true
    return entry.reading
  }

  /// A reading that waits, without going on with it. Anybody else who names it ends it.
  mutating func find(_ id: [UInt8], by owner: ReadingOwner, now: UInt64) throws(ReadingFault) -> Reading {
    expire(now)
    guard let entry = entries[id] else { throw .notFound }
    guard entry.owner == owner else {
      disturb(id)
      throw .notFound
    }
    return entry.reading
  }

  /// Puts a reading back, which waits for its next turn now: its number.
  /// - Parameter bytes: what it holds now.
  mutating func putBack(_ id: [UInt8], bytes: Int, now: UInt64) throws(ReadingFault) -> UInt32 {
    expire(now)
    guard let entry = entries[id], entry.isTaken else { throw .ended }
    guard self.bytes + bytes - entry.bytes <= limits.bytes else {
      remove(id)
      throw .full(wait: untilNextEnd(now))
    }
    self.bytes += bytes - entry.bytes
    entries[id]?.bytes = bytes
    entries[id]?.turn = entry.turn + 1
    entries[id]?.isTaken = false
    return entry.turn + 1
  }

  /// Ends a reading; false when it had been ended meanwhile.
  @discardableResult mutating func remove(_ id: [UInt8]) -> Bool {
    guard let entry = entries.removeValue(forKey: id) else { return false }
    bytes -= entry.bytes
    let left = tenants[entry.owner.tenantID, default: 1] - 1
    tenants[entry.owner.tenantID] = left == 0 ? nil : left
    tidy()
    return true
  }

  /// Ends the readings whose time is over.
  mutating func expire(_ now: UInt64) {
    while oldest < order.count, order[oldest].until <= now {
      let id = order[oldest].id
      oldest += 1
      if remove(id) { ends.expired += 1 }
    }
    tidy()
  }

  /// Forgets those that ended, once they are more than the others.
  private mutating func tidy() {
    guard order.count > 1_024 + 2 * entries.count else { return }
    order = order[oldest...].filter { entries[$0.id]?.until == $0.until }
    oldest = 0
  }

  private mutating func disturb(_ id: [UInt8]) {
    remove(id)
    ends.disturbed += 1
  }

  private func untilNextEnd(_ now: UInt64) -> UInt64 {
    oldest < order.count ? order[oldest].until - min(now, order[oldest].until) : limits.life
  }
}
