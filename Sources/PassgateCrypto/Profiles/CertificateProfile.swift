/// What the policy allows for certificates of one kind; `PKI/profiles` says it.
package struct CertificateProfile: Sendable, Equatable {
  /// What a certificate names beside its subject.
  package enum Names: Sendable {
    /// Nothing.
    case none
    /// The DNS names and addresses of a TLS server.
    case server
    /// The one tenant that it belongs to, as `TenantURN` says.
    case tenant
    /// Nothing that must be there: whose it is, the platform's registration says. Where it names a tenant, it
    /// names the right one.
    case registered
  }

  /// Who may ask for a successor while the certificate is valid.
  package enum Renewal: Sendable {
    /// Its holder, over the old key.
    case holder
    /// An officer of the platform.
    case officer
    /// Two people at the offline authority.
    case ceremony
  }

  /// What a list of usages must and may hold.
  package struct Usages<Usage: Hashable & Sendable>: Sendable, Equatable {
    package let required: [Usage]
    /// What may stand beside it; anything else may not.
    package let allowed: [Usage]
    /// Whether the whole extension may be left out.
    package let mayBeAbsent: Bool

    package init(required: [Usage], allowed: [Usage], mayBeAbsent: Bool = false) {
      self.required = required
      self.allowed = allowed
      self.mayBeAbsent = mayBeAbsent
    }

    /// Whether `usages` is good; nil for an extension that is not there.
    func accept(_ usages: [Usage]?) -> Bool {
      guard let usages else { return mayBeAbsent }
      return required.allSatisfy(usages.contains)
        && usages.allSatisfy { required.contains($0) || allowed.contains($0) }
    }
  }

  /// The name of the file in `PKI/profiles` and of `passgate-pki lint --profile`.
  package let name: String
  /// Who holds such a certificate, for the help.
  package let holder: String
  /// The purpose that its extended key usage names; nil for authorities and for certificates of strangers.
  package let purpose: KeyPurpose?
  /// The longest validity in days.
  package var maximumDays: Int
  /// The validity in days that is given unless another is asked for.
  package let defaultDays: Int
  /// What the key may sign with; the first is what a new key is made for unless another is asked for.
  package let algorithms: [SignatureAlgorithm]
  /// What the certificate itself may be signed with.
  package let signatureAlgorithms: [SignatureAlgorithm]
  /// The key usage.
  package var keyUsage: Usages<KeyUsage>
  /// The extended key usage, in dotted form.
  package var extendedKeyUsage: Usages<String>
  /// How many authorities may follow an authority; nil for what certifies nobody.
  package let pathLength: Int?
  /// What it names beside its subject.
  package let names: Names
  /// Whether every certificate of its path, the leaf included, must say which keys it and its issuer have.
  package let needsKeyIdentifiers: Bool
  /// Who may ask for a successor.
  package let renewal: Renewal

  /// Whether it is an authority's.
  package var isAuthority: Bool { pathLength != nil }
}

/// The bits of the key usage, by their numbers (RFC 5280 section 4.2.1.3).
package enum KeyUsage: Int, CaseIterable, Sendable {
  case digitalSignature, nonRepudiation, keyEncipherment, dataEncipherment, keyAgreement, keyCertSign
  case cRLSign, encipherOnly, decipherOnly
}

/// The certificate policy as data.
package enum CertificateProfiles {
  /// The profile of the root.
  package static var root: CertificateProfile { named("root") }
  /// The profile of issuing authorities.
  package static var issuing: CertificateProfile { named("issuing") }
  /// The profile of signing servers with a certificate of an accredited authority of their own choice.
  package static var externalCA: CertificateProfile { named("external-ca") }

  /// The profiles that `passgate-pki issue` issues for.
  package static let purposes = all.filter { $0.purpose != nil }

  /// The profile for a purpose.
  package static func profile(for purpose: KeyPurpose) -> CertificateProfile { named(purpose.rawValue) }

  /// The profile that `certificate` is held against when it comes in for `purpose`: a signing server's may be an
  /// outside authority's, which does not know our purposes.
  package static func profile(of certificate: Certificate, for purpose: KeyPurpose) -> CertificateProfile {
    purpose == .tenantSigning && certificate.namesNoPurpose ? externalCA : profile(for: purpose)
  }

  /// The profile of this name; nil when there is none.
  package static func profile(named name: String) -> CertificateProfile? { byName[name] }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  /// Every purpose and each name above has a file: a test goes through them. Without one, nothing is allowed.
  private static func named(_ name: String) -> CertificateProfile {
    byName[name]
      ?? CertificateProfile(
        name: name, holder: "", purpose: nil, maximumDays: 0, defaultDays: 0, algorithms: [],
        signatureAlgorithms: [], keyUsage: .init(required: [], allowed: []),
        extendedKeyUsage: .init(required: [], allowed: []), pathLength: nil, names: .none,
        needsKeyIdentifiers: true, renewal: .ceremony)
  }
}
