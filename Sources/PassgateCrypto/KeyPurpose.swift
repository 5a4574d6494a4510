/// What a certificate's key may be used for: one purpose per key, named in the extended key usage extension.
///
/// Each purpose has an object identifier of its own under a UUID arc (ITU-T X.667), so that a certificate of
/// one purpose never passes for another even when TLS knows them by one name.
package enum KeyPurpose: String, CaseIterable, Sendable {
  /// The platform's TLS server.
  case serverTLS = "server-tls"
  /// The platform's replies.
  case replySigning = "reply-signing"
  /// The requests and the TLS connection of a tenant with a mobile certificate.
  case tenantMobile = "tenant-mobile"
  /// The requests of a tenant with a signing server.
  case tenantSigning = "tenant-signing"
  /// The TLS client of a signing-server tenant, or of a mobile tenant whose requests are signed with SM2.
  case tenantTLS = "tenant-tls"
  /// The TLS server of a tenant's signing server.
  case signerTLS = "signer-tls"
  /// An application towards its own signing server.
  case applicationTLS = "application-tls"
  /// The requests and the TLS connection of an officer of the platform.
  case operatorSigning = "operator-signing"
  /// Data of a tenant's own business, in its signing server: registered for nobody.
  case generalSigning = "general-signing"

  /// The object identifiers that the extended key usage must hold, all of them, in dotted form.
  package var extendedKeyUsage: [String] {
    switch self {
    case .serverTLS: [Self.serverAuthentication, Self.arc + ".1"]
    case .replySigning: [Self.arc + ".2"]
    case .tenantMobile: [Self.clientAuthentication, Self.arc + ".3"]
    case .tenantSigning: [Self.arc + ".4"]
    case .tenantTLS: [Self.clientAuthentication, Self.arc + ".5"]
    case .signerTLS: [Self.serverAuthentication, Self.arc + ".6"]
    case .applicationTLS: [Self.clientAuthentication, Self.arc + ".7"]
    case .operatorSigning: [Self.clientAuthentication, Self.arc + ".8"]
    case .generalSigning: [Self.arc + ".10"]
    }
  }

  /// UUID 922c88dc-39b1-4e07-83a8-e0e6737ecaff, drawn for Passgate.
  private static let arc = "2.25.194298524302130093538031510570229746431"
  /// id-kp-serverAuth and id-kp-clientAuth of RFC 5280 section 4.2.1.12.
  private static let serverAuthentication = "1.3.6.1.5.5.7.3.1"
  private static let clientAuthentication = "1.3.6.1.5.5.7.3.2"
}
