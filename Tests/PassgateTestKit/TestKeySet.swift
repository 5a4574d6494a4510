package import PassgateCrypto
package import PassgateSettings

extension KeyLifecycle {
  /// In use since ever.
  package static let inUse = KeyLifecycle(published: 0, active: 0)
  /// Announced, to come into use when no test runs any more, but while its certificate lives: in 300 days.
  package static let announced = KeyLifecycle(
    published: 0, active: UInt64(clamping: TestAuthority.present + 300 * 86_400) * 1_000)
}

extension KeySet.Entry {
  /// The entry of an identity whose files beside the set are NAME.crt.pem and NAME.key.pem.
  package init(
    _ identity: TestIdentity, _ algorithm: SignatureAlgorithm = .ecdsaP256SHA256, named name: String,
    _ lifecycle: KeyLifecycle = .inUse
  ) {
    self.init(
      keyID: identity.certificate.publicKey.keyID, algorithm: algorithm, certificate: "\(name).crt.pem",
      key: "\(name).key.pem", lifecycle: lifecycle)
  }
}
