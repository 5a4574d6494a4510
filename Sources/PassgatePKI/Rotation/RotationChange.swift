import PassgateCrypto
import PassgateSettings

/// The changes of a set: pure, so that a plan shows what a run would write.
struct RotationChange {
  let rules: RotationRules
  let keys: RotatingKeys
  /// Milliseconds since 1970.
  let now: UInt64
  /// When the certificate of the key in use ends, and by when nothing that it issues is valid any longer.
  let certificateEnd: UInt64?
  /// Between the activation and the end of the replaced key, where the role's rule is not wanted.
  let keepOldFor: Lapse?

  /// The set with `entry` announced now and in use after `announcement`.
  func begun(_ set: KeySet, with entry: KeySet.Entry, after announcement: Lapse) -> KeySet {
    var set = set
    var entry = entry
    let active = now + announcement.milliseconds
    entry.lifecycle = KeyLifecycle(published: now, active: active)
    replaceCurrent(of: &set, at: active)
    set.entries.append(entry)
    return set
  }

  /// The set with the announced key in use from now on.
  func hastened(_ set: KeySet) -> KeySet {
    guard let successor = keys.successor else { return set }
    var set = set
    set.entries[successor].lifecycle.active = now
    replaceCurrent(of: &set, at: now)
    return set
  }

  /// The set with the announced key revoked, and the present one going on.
  func withdrawn(_ set: KeySet) -> KeySet {
    guard let successor = keys.successor else { return set }
    var set = set
    set.entries[successor].lifecycle.active = nil
    set.entries[successor].lifecycle.revoked = now
    set.entries[keys.current].lifecycle.retiring = nil
    set.entries[keys.current].lifecycle.retired = nil
    return set
  }

  /// The set with the present key marked.
  func tainted(_ set: KeySet) -> KeySet {
    var set = set
    set.entries[keys.current].lifecycle.tainted = now
    return set
  }

  /// The set with the replaced keys at their end.
  func putAway(_ set: KeySet) -> KeySet {
    var set = set
    for place in keys.replaced { set.entries[place].lifecycle.retired = now }
    return set
  }

  private func replaceCurrent(of set: inout KeySet, at active: UInt64) {
    set.entries[keys.current].lifecycle.retiring = active
    let isTainted = set.entries[keys.current].lifecycle.tainted != nil
    set.entries[keys.current].lifecycle.retired = end(ofKeyReplacedAt: active, isTainted: isTainted)
  }

  private func end(ofKeyReplacedAt active: UInt64, isTainted: Bool) -> UInt64? {
    if let keepOldFor, rules.end != .lastRecord { return active + keepOldFor.milliseconds }
    let certificateEnd = certificateEnd ?? .max
    switch rules.end {
    // Whoever else has a suspected key could go on signing with it.
    case .certificate: return isTainted ? active : max(active, certificateEnd)
    case .replacement: return active
    case .lastLeaf: return max(active, min(certificateEnd, active + RotationRules.longestLeaf.milliseconds))
    case .lastRecord: return nil
    }
  }
}

extension RotationRules {
  /// No certificate that an issuing authority signs until its last moment is valid longer than this after it.
  static var longestLeaf: Lapse { .days(UInt64(CertificateProfiles.purposes.map(\.maximumDays).max() ?? 0)) }
}
