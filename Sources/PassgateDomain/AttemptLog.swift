/// A ring of attempts in the order of their times, each linked to the one before it for the same document.
struct AttemptLog: Sendable {
  private struct Entry: Sendable {
    let document: ShortDigest
    let set: ShortDigest
    let at: UInt64
    /// The serial of the document's attempt before this one, 0 for none.
    let previous: UInt64
    let tenant: UInt32
    var isReported: Bool
  }

  /// What is held against one document.
  struct Tally {
    /// Distinct wrong sets over all tenants.
    var sets: [ShortDigest] = []
    /// Distinct wrong sets of the tenant that asks.
    var tenantSets = 0
    /// Wrong sets counted for each tenant.
    var attempts = 0
    /// True when this tenant has claimed the set in question before.
    var isKnown = false
    /// The serial of the newest attempt, 0 for none.
    var newest: UInt64 = 0
  }

  private let capacity: Int
  private var entries: [Entry] = []
  private var newest: [ShortDigest: UInt64] = [:]
  /// The serial of the oldest attempt held; serials count from 1.
  private var first: UInt64 = 1
  private var next: UInt64 = 1

  /// Room for all entries is taken at once, and touched only as it fills, so that no call pays for growth.
  init(capacity: Int) {
    self.capacity = max(capacity, 1)
    entries.reserveCapacity(self.capacity)
    newest.reserveCapacity(self.capacity)
  }

  var count: Int { Int(next - first) }

  mutating func append(document: ShortDigest, set: ShortDigest, tenant: UInt32, at: UInt64) {
    if count == capacity { dropOldest() }
    let entry = Entry(
      document: document, set: set, at: max(at, latestTime), previous: newest[document] ?? 0, tenant: tenant,
      isReported: false)
    let slot = slot(next)
    if slot < entries.count { entries[slot] = entry } else { entries.append(entry) }
    newest[document] = next
    next += 1
  }

  /// Drops at most two expired attempts, so that a call stays short and the log still shrinks.
  mutating func dropExpired(until horizon: UInt64) {
    for _ in 0..<2 where first < next && entries[slot(first)].at <= horizon { dropOldest() }
  }

  func tally(_ document: ShortDigest, tenant: UInt32, set: ShortDigest?, after horizon: UInt64) -> Tally {
    var tally = Tally()
    var serial = newest[document] ?? 0
    tally.newest = serial
    while serial >= first {
      let entry = entries[slot(serial)]
      guard entry.at > horizon else { break }
      tally.attempts += 1
      if !tally.sets.contains(entry.set) { tally.sets.append(entry.set) }
      if entry.tenant == tenant {
        tally.tenantSets += 1
        tally.isKnown = tally.isKnown || entry.set == set
      }
      serial = entry.previous
    }
    return tally
  }

  /// True the first time since the newest attempt of this document.
  mutating func report(_ tally: Tally) -> Bool {
    let slot = slot(tally.newest)
    let isFirst = !entries[slot].isReported
    entries[slot].isReported = true
    return isFirst
  }

  /// A wall clock that steps back must not break the order of the ring.
  private var latestTime: UInt64 { next > first ? entries[slot(next - 1)].at : 0 }

  private func slot(_ serial: UInt64) -> Int { Int((serial - 1) % UInt64(capacity)) }

  private mutating func dropOldest() {
    let document = entries[slot(first)].document
    if newest[document] == first { newest[document] = nil }
    first += 1
  }
}
