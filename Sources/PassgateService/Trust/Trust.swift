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
  /// Whether it is an outside authority's: a signing server's, which names none of our purposes.
  let isExternal: Bool

  init(_ certificate: Certificate, of holder: String, for purpose: KeyPurpose) {
    self.certificate = certificate
    self.holder = holder
    isExternal = CertificateProfiles.profile(of: certificate, for: purpose) == CertificateProfiles.externalCA
  }
}

/// The authorities in force and what they have revoked.
struct Trust: Sendable {
  /// Seconds for which an outside authority's list may be overdue before its keys stop.
  static let grace: Int64 = 86_400

  /// A certificate of a path, and who has issued it.
  struct Link: Sendable {
    let serial: [UInt8]
    /// The key id of the issuer.
    let issuer: DigestKey
  }

  let settings: TrustSettings
  /// By the key id of the issuer.
  let revocations: [DigestKey: Revocations]

  /// - Parameter path: as `path(of:)` gives it. Who has issued it may be revoked too, by the authority above.
  func standing(of known: KnownCertificate, path: [Link], at unixSeconds: Int64) -> Standing {
    for link in path {
      if let entry = revocations[link.issuer]?.entry(for: link.serial) { return .revoked(entry.reason) }
    }
    // What the platform's own authority has issued is revoked by its lists alone, and it knows them first.
    guard known.isExternal else { return .good }
    let list = path.first.flatMap { revocations[$0.issuer] }
    return list?.isCurrent(at: unixSeconds, grace: Self.grace) == true ? .good : .unproven
  }

  /// The next second at which a standing changes by time alone.
  func nextChange(after unixSeconds: Int64) -> Int64 {
    let ends = revocations.values.map { $0.nextUpdate + Self.grace + 1 }
    return ends.filter { $0 > unixSeconds }.min() ?? .max
  }

  /// The certificate and the authorities above it, but the root; empty when its issuer is not trusted any more.
  func path(of known: KnownCertificate) -> [Link] {
    guard let domain = domain(of: known) else { return [] }
    var (links, certificate): ([Link], Certificate) = ([], known.certificate)
    while links.count <= ChainVerifier.maximumIntermediates, let issuer = domain.issuer(of: certificate),
      issuer.fingerprint != certificate.fingerprint
    {
      links.append(Link(serial: certificate.serial, issuer: DigestKey(issuer.publicKey.keyID)))
      certificate = issuer
    }
    return links
  }

  /// Whose authorities have issued it: an outside one speaks for no certificate of ours, nor we for its.
  private func domain(of known: KnownCertificate) -> TrustDomain? {
    let domains = known.isExternal ? settings.external : [settings.own]
    return domains.first { $0.issuer(of: known.certificate) != nil }
  }

  /// Throws unless the certificate may be registered now for this purpose.
  func check(_ known: KnownCertificate, for purpose: KeyPurpose, at unixSeconds: Int64) throws(CryptoError) {
    try checkPath(of: known, for: purpose, at: unixSeconds)
    if let fault = registrationFault(of: known, at: unixSeconds) { throw CryptoError(.untrusted, fault) }
  }

  /// Throws unless the certificate leads to an authority in force, and is its holder's for this purpose.
  func checkPath(of known: KnownCertificate, for purpose: KeyPurpose, at unixSeconds: Int64)
    throws(CryptoError)
  {
    let (certificate, domain) = (known.certificate, domain(of: known) ?? settings.own)
    let profile = CertificateProfiles.profile(of: certificate, for: purpose)
    try ChainVerifier.verify(
      certificate, intermediates: ChainVerifier.issuers(of: certificate, among: domain.intermediates),
      anchors: domain.roots, at: unixSeconds, profile: profile)
    try CertificateLint.check(certificate, under: profile, tenantID: known.holder)
  }

  /// Why a certificate may not be registered now for its authority's lists; nil when they do not speak against it.
  private func registrationFault(of known: KnownCertificate, at unixSeconds: Int64) -> String? {
    let path = path(of: known)
    if case .revoked = standing(of: known, path: path, at: unixSeconds) {
      return "its issuer has revoked it, or was revoked itself; have another one issued"
    }
    guard let list = path.first.flatMap({ revocations[$0.issuer] }) else {
      return known.isExternal ? "there is no revocation list of its issuer here" : nil
    }
    return list.isCurrent(at: unixSeconds)
      ? nil : "the revocation list of its issuer has run out; have the next one put in its place"
  }
}
