import PassgateCrypto
import PassgateDomain

/// Where a certificate that was registered stands today.
enum Standing: Equatable {
  case good
  case revoked(RevocationReason)
  /// An outside authority's, of which there is no list that is current enough: nothing says that it is still good.
  case unproven

  /// The word in the log; nil for a good one.
  var word: String? {
    switch self {
    case .good: nil
    case .revoked(let reason): reason.name
    case .unproven: "noCurrentList"
    }
  }
}

/// A certificate of a tenant or an officer, as much of it as its standing depends on.
struct KnownCertificate: Sendable {
  let certificate: Certificate
  /// The id of the tenant or officer.
  let holder: String
  /// Whether it is an outside authority's.
  let isExternal: Bool
}

/// The authorities in force and what they have revoked.
struct Trust: Sendable {
  /// Seconds for which an outside authority's list may be overdue before its keys stop.
  static let grace: Int64 = 86_400

  let settings: TrustSettings
  /// By the key id of the issuer.
  let revocations: [DigestKey: Revocations]

  func standing(of known: KnownCertificate, issuer: DigestKey?, at unixSeconds: Int64) -> Standing {
    let list = issuer.flatMap { revocations[$0] }
    if let entry = list?.entry(for: known.certificate.serial) { return .revoked(entry.reason) }
    // What the platform's own authority has issued is revoked by its lists alone, and it knows them first.
    guard known.isExternal else { return .good }
    return list?.isCurrent(at: unixSeconds, grace: Self.grace) == true ? .good : .unproven
  }

  /// The next second at which a standing changes by time alone.
  func nextChange(after unixSeconds: Int64) -> Int64 {
    let ends = revocations.values.map { $0.nextUpdate + Self.grace + 1 }
    return ends.filter { $0 > unixSeconds }.min() ?? .max
  }

  /// The key id of the authority that has issued it; nil when it is not trusted any more.
  func issuer(of known: KnownCertificate) -> DigestKey? {
    let domains = known.isExternal ? settings.external : [settings.own]
    for domain in domains {
      if let issuer = domain.issuer(of: known.certificate) { return DigestKey(issuer.publicKey.keyID) }
    }
    return nil
  }

  /// Throws unless the certificate may be registered now for this tenant and purpose.
  func check(
    _ certificate: Certificate, of tenantID: String, for purpose: KeyPurpose, at unixSeconds: Int64
  ) throws(CryptoError) {
    let own = settings.own
    try ChainVerifier.verify(
      certificate, intermediates: own.intermediates, anchors: own.roots, at: unixSeconds, purpose: purpose)
    try certificate.check(tenantID: tenantID)
    let known = KnownCertificate(certificate: certificate, holder: tenantID, isExternal: false)
    if let fault = registrationFault(of: known, at: unixSeconds) { throw CryptoError(.untrusted, fault) }
  }

  /// Why a certificate may not be registered now for its authority's lists; nil when they do not speak against it.
  private func registrationFault(of known: KnownCertificate, at unixSeconds: Int64) -> String? {
    let issuer = issuer(of: known)
    if case .revoked = standing(of: known, issuer: issuer, at: unixSeconds) {
      return "its issuer has revoked it; have another one issued"
    }
    guard let list = issuer.flatMap({ revocations[$0] }) else {
      return known.isExternal ? "there is no revocation list of its issuer here" : nil
    }
    return list.isCurrent(at: unixSeconds)
      ? nil : "the revocation list of its issuer has run out; have the next one put in its place"
  }
}
