import PassgateCrypto
import PassgateSettings

/// Where the rotation of one key stands.
package enum RotationPhase: String, Sendable, CaseIterable {
  /// One key is in use and no other is announced.
  case settled
  /// A new key is announced and not yet in use.
  case announced
  /// The new key is in use, and the old one is still needed for what is stored.
  case overlapping
  /// The old key is needed no longer, and not yet put away.
  case ended
}

/// What somebody wants of a rotation.
package enum RotationOrder: String, Sendable, CaseIterable {
  /// Begin one, or go on with it.
  case rotate
  /// Use a new key at once.
  case now
  /// Withdraw the announced key.
  case cancel
  /// Mark the key in use as suspect.
  case taint
  /// Delete the secrets of keys that are at their end.
  case destroyRetired = "destroy-retired"
}

/// What an order comes to in a phase.
package enum RotationAction: Sendable, Equatable {
  /// Make a key and decide on all times.
  case begin(atOnce: Bool)
  /// Use the announced key from now on.
  case hasten
  /// Revoke the announced key, and keep the present one.
  case withdraw
  /// Mark the present key.
  case taint
  /// Retire or remove what is needed no longer.
  case putAway
  /// Delete the secrets of retired keys.
  case destroy
  /// Change nothing and say what is under way.
  case report
  /// Change nothing and say why not.
  case refuse(String)
}

extension RotationAction {
  private static let notAnnounced = "nothing is announced that could be withdrawn"
  private static let inUse =
    "the new key is in use already, and what it did cannot be undone; 'rotate' replaces it by another one"
  private static let stillNeeded =
    "a key that is still needed cannot be destroyed; wait for the rotation's end"

  /// The whole law of rotations. Every order has a line, and in it every phase.
  private static let table: [RotationOrder: [RotationPhase: RotationAction]] = [
    .rotate: [
      .settled: .begin(atOnce: false), .announced: .report, .overlapping: .report, .ended: .putAway,
    ],
    .now: [.settled: .begin(atOnce: true), .announced: .hasten, .overlapping: .report, .ended: .putAway],
    .cancel: [
      .settled: .refuse(notAnnounced), .announced: .withdraw, .overlapping: .refuse(inUse),
      .ended: .refuse(inUse),
    ],
    .taint: [.settled: .taint, .announced: .taint, .overlapping: .taint, .ended: .taint],
    .destroyRetired: [
      .settled: .destroy, .announced: .destroy, .overlapping: .refuse(stillNeeded), .ended: .putAway,
    ],
  ]

  /// What `order` comes to in `phase`.
  package static func action(for order: RotationOrder, in phase: RotationPhase) -> RotationAction {
    table[order]?[phase] ?? .report
  }
}

/// The keys of a set that one rotation is about: those of one algorithm.
package struct RotatingKeys: Sendable {
  /// The place in the set of the key that signs.
  let current: Int
  /// The place of the announced key.
  let successor: Int?
  /// The places of keys that are replaced and not at their end.
  let replaced: [Int]

  /// Nil when no key for `algorithm` is in use at `now`, milliseconds since 1970.
  init?(_ set: KeySet, _ algorithm: SignatureAlgorithm?, at now: UInt64) {
    let places = set.entries.indices.filter { set.entries[$0].algorithm == algorithm }
    func first(_ matches: (KeyLifecycle) -> Bool) -> Int? {
      places.last { matches(set.entries[$0].lifecycle) }
    }
    guard let current = first({ $0.signs(at: now) }) else { return nil }
    self.current = current
    successor = first { $0.revoked == nil && ($0.active ?? 0) > now }
    replaced = places.filter { place in
      let lifecycle = set.entries[place].lifecycle
      return lifecycle.verifies(at: now) && (lifecycle.retiring ?? .max) <= now
    }
  }
}
