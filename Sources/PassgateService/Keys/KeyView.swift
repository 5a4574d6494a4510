import PassgateCrypto
import PassgateDomain
import PassgateWire

/// A key as it stands: what is registered and what the ledger tells of it.
struct KeyView: Sendable {
  let name: KeyName
  /// What is registered; nil for a key that waits for its certificate or never got one.
  let key: TenantKey?
  let facts: KeyFacts?
  let use: KeyUse?
  /// When its issuer was tainted, milliseconds since 1970.
  let issuerTainted: UInt64?
  /// When it was used last by what is known from before the platform's start, milliseconds since 1970; where nothing is,
  /// the start.
  let usedBefore: UInt64

  /// With all that is known, the end that is planned included.
  var lifecycle: KeyLifecycle {
    var lifecycle = facts?.lifecycle ?? KeyLifecycle()
    if let key, lifecycle.published == nil {
      lifecycle.published = key.notBefore.milliseconds
      lifecycle.active = key.notBefore.milliseconds
    }
    lifecycle.tainted = [lifecycle.tainted, issuerTainted].compactMap(\.self).min()
    lifecycle.retired = lifecycle.retired ?? key?.retires?.milliseconds
    // Revoked by what is stated of the tenant, which has no time.
    if let key, key.isRevoked { lifecycle.revoked = lifecycle.revoked ?? key.notBefore.milliseconds }
    return lifecycle
  }

  /// Milliseconds since 1970.
  var lastUse: UInt64 { use?.last ?? usedBefore }

  /// When a key that was replaced ends by what is known of its use, milliseconds since 1970.
  var end: UInt64? {
    guard let key, let replacement = facts?.replacement else { return nil }
    return replacement.end(lastUse: lastUse, notAfter: key.notAfter.milliseconds)
  }

  /// Whether it is accepted, by what is known of its certificate and its end.
  func isAccepted(at now: UInt64) -> Bool {
    key?.isLive(at: Int64(clamping: now / 1_000)) ?? false && lifecycle.verifies(at: now)
  }

  func isTainted(at now: UInt64) -> Bool { isAccepted(at: now) && lifecycle.state(at: now) == .tainted }

  /// - Parameter isFull: with its certificates.
  func record(at now: UInt64, isFull: Bool = true) -> KeyRecord {
    let lifecycle = lifecycle
    return KeyRecord(
      tenantID: name.tenantID, keyID: name.keyID,
      algorithm: key?.algorithm ?? facts?.request?.body.algorithm ?? 0,
      state: KeyRecord.State(lifecycle.state(at: now)), requestedMilliseconds: facts?.requested ?? 0,
      publishedMilliseconds: lifecycle.published ?? 0, activeMilliseconds: lifecycle.active ?? 0,
      retiringMilliseconds: lifecycle.retiring ?? 0, retiredMilliseconds: lifecycle.retired ?? 0,
      taintedMilliseconds: lifecycle.tainted ?? 0, revokedMilliseconds: lifecycle.revoked ?? 0,
      notAfterMilliseconds: key?.notAfter.milliseconds ?? 0, uses: use?.count ?? 0,
      lastUsedMilliseconds: use?.last ?? 0, replaces: facts?.request?.replaces ?? [],
      certificate: isFull ? facts?.certificate ?? [] : [],
      tlsCertificate: isFull ? facts?.tlsCertificate ?? [] : [])
  }
}

extension Int64 {
  /// Seconds since 1970 in milliseconds.
  var milliseconds: UInt64 { UInt64(clamping: self).multipliedReportingOverflow(by: 1_000).partialValue }
}

extension KeyRecord.State {
  init(_ state: KeyState) {
    switch state {
    case .pending: self = .pending
    case .published: self = .published
    case .active: self = .active
    case .retiring: self = .retiring
    case .retired: self = .retired
    case .tainted: self = .tainted
    case .revoked: self = .revoked
    }
  }
}
