import PassgateDomain
import Synchronization

/// How often a key has signed what was accepted.
struct KeyUse: Sendable, Equatable {
  var count: UInt64 = 0
  /// Milliseconds since 1970.
  var first: UInt64 = .max
  var last: UInt64 = 0

  mutating func add(_ other: KeyUse) {
    count += other.count
    first = min(first, other.first)
    last = max(last, other.last)
  }
}

/// What one loop has counted since it last told. A plain value: nothing is shared while it is counted.
struct KeyUses: Sendable {
  private(set) var counts: [DigestKey: KeyUse] = [:]

  var isEmpty: Bool { counts.isEmpty }

  mutating func count(_ keyID: [UInt8], at now: UInt64) {
    counts[DigestKey(keyID), default: KeyUse()].add(KeyUse(count: 1, first: now, last: now))
  }

  mutating func removeAll() { counts.removeAll(keepingCapacity: true) }
}

/// The uses of all keys since the platform started.
final class KeyUseBoard: Sendable {
  private let total = Mutex<[DigestKey: KeyUse]>([:])

  /// Adds what a loop has counted.
  func add(_ uses: KeyUses) {
    total.withLock { total in
      for (key, use) in uses.counts { total[key, default: KeyUse()].add(use) }
    }
  }

  /// Nil when the key was not used yet.
  subscript(keyID: [UInt8]) -> KeyUse? { total.withLock { $0[DigestKey(keyID)] } }
}
