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
  /// The checkpoints of the platform's ledger and evidence.
  case checkpoint
  /// Data of a tenant's own business, in its signing server: registered for nobody.
  case generalSigning = "general-signing"
  /// The live pictures that a tenant's capture device takes: registered for nobody, and shown with each.
  case captureDevice = "capture-device"

  /// The object identifiers that the extended key usage must hold, all of them, in dotted form. The own one of
  /// each purpose is under 2.25.194298524302130093538031510570229746431: UUID
  /// 922c88dc-39b1-4e07-83a8-e0e6737ecaff, drawn for Passgate.
  package var extendedKeyUsage: [String] { CertificateProfiles.profile(for: self).extendedKeyUsage.required }
}
