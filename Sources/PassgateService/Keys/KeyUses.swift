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

/// When replaced keys were used last, over restarts: their ends depend on it.
final class KeyPast: Sendable {
  /// How stale the store may be, milliseconds: ends are in whole hours.
  private static let interval: UInt64 = 60_000

  private let before: [[UInt8]: UInt64]
  private let started: UInt64
  private let kept: Mutex<[[UInt8]: UInt64]>

  /// - Parameters:
  ///   - kept: what the store knew at the start.
  ///   - started: milliseconds since 1970.
  init(_ kept: [[UInt8]: UInt64], started: UInt64) {
    before = kept
    self.started = started
    self.kept = Mutex(kept)
  }

  /// What is known from before the start; the start itself where nothing is.
  subscript(keyID: [UInt8]) -> UInt64 { before[keyID] ?? started }

  /// Whether this last use is to be written to the store; it counts as written then.
  func isToKeep(_ keyID: [UInt8], _ lastUse: UInt64) -> Bool {
    kept.withLock { kept in
      if let known = kept[keyID], lastUse < known + Self.interval { return false }
      kept[keyID] = lastUse
      return true
    }
  }
}
