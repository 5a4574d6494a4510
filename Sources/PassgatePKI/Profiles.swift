package import PassgateCrypto

/// What the policy allows for certificates of one purpose. The key usage is digitalSignature for all; the
/// extended key usage is in `KeyPurpose`.
package struct Profile: Sendable {
  package let purpose: KeyPurpose
  /// The longest validity in days, and the one that is given unless fewer are asked for.
  package let days: Int
  /// What the key may sign with; the first is what a new key is made for unless another is asked for.
  package let algorithms: [SignatureAlgorithm]
  /// Whether the certificate names the host that clients connect to; the others name none.
  package let namesServers: Bool
  /// Whether the certificate names the tenant that it belongs to; the others name none.
  package let namesTenant: Bool
  /// Who holds such a key, for the help.
  package let holder: String
}

/// The certificate policy as data; PKI/README.md explains it.
package enum Profiles {
  /// 397 days: a year, and a month to renew in.
  private static let yearly = 397
  private static let tls: [SignatureAlgorithm] = [.ecdsaP256SHA256, .ed25519, .rsaPSSSHA256]

  /// One row for each purpose.
  package static let all: [Profile] = [
    Profile(
      purpose: .serverTLS, days: yearly, algorithms: tls, namesServers: true, namesTenant: false,
      holder: "the platform's TLS server"),
    Profile(
      purpose: .replySigning, days: 3 * 365, algorithms: [.ecdsaP256SHA256, .sm2SM3], namesServers: false,
      namesTenant: false,
      holder: "the platform, for its replies"),
    Profile(
      purpose: .tenantMobile, days: yearly, algorithms: tls + [.sm2SM3], namesServers: false,
      namesTenant: true,
      holder: "a tenant with a mobile certificate, for requests and TLS"),
    Profile(
      purpose: .tenantSigning, days: 3 * 365, algorithms: SignatureAlgorithm.allCases, namesServers: false,
      namesTenant: true,
      holder: "a tenant's signing server, for requests"),
    Profile(
      purpose: .tenantTLS, days: yearly, algorithms: tls, namesServers: false, namesTenant: true,
      holder: "a tenant's signing server, or a tenant that signs with SM2, for TLS"),
    Profile(
      purpose: .signerTLS, days: yearly, algorithms: tls, namesServers: true, namesTenant: false,
      holder: "a tenant's signing server, as TLS server for its applications"),
    Profile(
      purpose: .applicationTLS, days: yearly, algorithms: tls, namesServers: false, namesTenant: false,
      holder: "an application towards its tenant's signing server"),
    Profile(
      purpose: .operatorSigning, days: yearly, algorithms: tls, namesServers: false, namesTenant: false,
      holder: "an officer of the platform, for requests and TLS"),
    Profile(
      purpose: .generalSigning, days: 3 * 365, algorithms: SignatureAlgorithm.allCases, namesServers: false,
      namesTenant: false, holder: "a tenant's signing server, for data of the tenant's own business"),
  ]

  /// How long a root is valid unless asked otherwise, and what may be asked for, in years; an issuing
  /// authority is valid for half as long.
  package static let rootYears = 20
  package static let rootYearsAllowed = 2...30

  /// The row for `purpose`.
  package static func profile(for purpose: KeyPurpose) -> Profile? {
    all.first { $0.purpose == purpose }
  }
}

/// Clocks that run a little late still find a new certificate valid.
private let backdatedSeconds: Int64 = 300

/// From five minutes before `now` for `days` days, both ends included, in seconds since 1970.
func validity(from now: Int64, days: Int) -> ClosedRange<Int64> {
  let start = now - backdatedSeconds
  return start...(start + Int64(days) * 86_400 - 1)
}
