/// One fault of a certificate.
package struct CertificateFinding: Sendable, Equatable, CustomStringConvertible {
  /// The rule that is broken: where it comes from, and a word; for programs.
  package let rule: String
  /// What is wrong, for people; it repeats nothing that the certificate says.
  package let sentence: String

  package var description: String { "\(sentence) (\(rule))" }
}

/// Holds certificates against the rules that go beyond what OpenSSL checks.
///
/// It says what is wrong with a certificate by itself: who signed it, and whether it is valid now,
/// `ChainVerifier` says.
package enum CertificateLint {
  /// Where a certificate stands in a path.
  enum Place: Sendable {
    /// At the end; nobody is certified by it.
    case leaf
    /// Above another.
    case authority
  }

  /// A certificate, where it stands, and whether it must name keys.
  struct Subject: Sendable {
    let facts: CertificateFacts
    let place: Place
    let needsKeyIdentifiers: Bool
  }

  /// Every fault of `certificate` against `profile`.
  ///
  /// - Parameters:
  ///   - tenantID: whose the certificate shall be, for profiles that name or register a tenant.
  package static func faults(
    of certificate: Certificate, under profile: CertificateProfile, tenantID: String? = nil
  ) -> [CertificateFinding] {
    let facts: CertificateFacts
    do { facts = try CertificateFacts(certificate) } catch { return [malformed] }
    let subject = Subject(
      facts: facts, place: profile.isAuthority ? .authority : .leaf,
      needsKeyIdentifiers: profile.needsKeyIdentifiers)
    return faults(of: subject) + useFaults(of: facts, under: profile)
      + writtenFaults(of: facts, under: profile, tenantID: tenantID)
  }

  /// - Throws: `.wrongPurpose` with every fault of `certificate` against `profile`, if there is one.
  package static func check(
    _ certificate: Certificate, under profile: CertificateProfile, tenantID: String? = nil
  ) throws(CryptoError) {
    let faults = faults(of: certificate, under: profile, tenantID: tenantID)
    guard !faults.isEmpty else { return }
    throw CryptoError(
      .wrongPurpose,
      "the certificate is refused for \(profile.name): "
        + faults.map(\.description).joined(separator: "; ") + "; have one issued that keeps to the profile")
  }

  static let malformed = CertificateFinding(
    rule: "rfc5280-4.1", sentence: "the certificate is not written as RFC 5280 says")

  /// The faults that a certificate has for whatever use.
  static func faults(of subject: Subject) -> [CertificateFinding] {
    PathRule.all.compactMap { $0.isBroken(subject) ? $0.finding : nil }
  }

  /// What stands in the way of the use: what `ChainVerifier` asks of a leaf too.
  static func useFaults(of facts: CertificateFacts, under profile: CertificateProfile) -> [CertificateFinding]
  {
    ProfileRule.use.compactMap { $0.isBroken(facts, profile) ? $0.finding : nil }
  }

  /// What else the policy says.
  private static func writtenFaults(
    of facts: CertificateFacts, under profile: CertificateProfile, tenantID: String?
  ) -> [CertificateFinding] {
    let names = ProfileRule.namesFault(of: facts.certificate, under: profile, tenantID: tenantID)
    return ProfileRule.written.compactMap { $0.isBroken(facts, profile) ? $0.finding : nil }
      + (names.map { [$0] } ?? [])
  }
}

/// A rule of one profile.
struct ProfileRule: Sendable {
  let finding: CertificateFinding
  let isBroken: @Sendable (CertificateFacts, CertificateProfile) -> Bool

  private init(
    _ rule: String, _ sentence: String,
    _ isBroken: @escaping @Sendable (CertificateFacts, CertificateProfile) -> Bool
  ) {
    finding = CertificateFinding(rule: "passgate-" + rule, sentence: sentence)
    self.isBroken = isBroken
  }

  /// What a key is good for.
  static let use = [
    ProfileRule("authority", "it is an authority's where none belongs, or none where one does") {
      $0.authority.isOne != $1.isAuthority || (!$1.isAuthority && $0.certificate.isCA)
    },
    ProfileRule("key-usage", "its key usage is not what this use needs, or more") {
      !$1.keyUsage.accept($0.keyUsage)
    },
    ProfileRule("purpose", "its extended key usage is not what this use needs, or more") {
      !$1.extendedKeyUsage.accept($0.extendedKeyUsage)
    },
    ProfileRule("key", "its key is of no kind that this use allows, or weak") {
      $0.algorithm(of: $1.algorithms) == nil
    },
    ProfileRule("signature", "it is signed with an algorithm that this use does not allow") {
      $0.signatureAlgorithm.map($1.signatureAlgorithms.contains) != true
    },
  ]

  /// What the issuer has to see to.
  static let written = [
    ProfileRule("days", "it is valid for longer than the policy allows") {
      $0.certificate.notAfter - $0.certificate.notBefore >= Int64($1.maximumDays) * 86_400
    },
    ProfileRule("path-length", "it does not limit the authorities under it as the policy does") {
      guard let most = $1.pathLength else { return false }
      return $0.authority.pathLength.map { $0 > most } ?? true
    },
  ]

  static func namesFault(
    of certificate: Certificate, under profile: CertificateProfile, tenantID: String?
  ) -> CertificateFinding? {
    let (servers, tenants) = (certificate.serverNames, certificate.tenantIDs)
    let isRight =
      switch profile.names {
      case .none: servers.isEmpty && tenants.isEmpty
      case .server: !servers.isEmpty && tenants.isEmpty
      case .tenant: tenants.count == 1 && (tenantID == nil || tenants == [tenantID])
      case .registered: tenants.isEmpty || tenants == [tenantID]
      }
    return isRight
      ? nil
      : CertificateFinding(
        rule: "passgate-names",
        sentence: profile.names == .tenant || profile.names == .registered
          ? "it does not name this tenant alone, as \(TenantURN.prefix)ID"
          : "it does not name what this use names, or more")
  }
}
