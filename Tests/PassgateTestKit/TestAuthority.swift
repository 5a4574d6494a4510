package import PassgateCrypto
import PassgateSystem

/// A throw-away certification authority: a root and an issuing authority under it, both P-256 and long valid. What it
/// issues is valid around the time of the test, for as long as the profile allows.
package struct TestAuthority: Sendable {
  /// Of the authorities: from 2020 to the end of 2099, so that no test ages.
  package static let validity: ClosedRange<Int64> = 1_577_836_800...4_102_444_799
  /// When `ManualClock` starts, seconds since 1970.
  package static let clockStart = Int64(clamping: ManualClock().wallMilliseconds() / 1_000)
  /// Now, seconds since 1970: for programs and TLS, which know no other time.
  package static var present: Int64 { Int64(clamping: SystemClock().wallMilliseconds() / 1_000) }

  /// The longest life that the profile of `purpose` allows, begun 30 days before `unixSeconds`.
  package static func life(
    _ purpose: KeyPurpose, around unixSeconds: Int64 = clockStart
  ) -> ClosedRange<Int64> {
    let start = unixSeconds - 30 * 86_400
    return start...start + Int64(CertificateProfiles.profile(for: purpose).maximumDays) * 86_400 - 1
  }

  /// The self-signed root that relying parties pin.
  package let root: Certificate
  /// The authority between root and leaf.
  package let issuing: Certificate
  /// What signs for `root`.
  package let rootSigner: FileSigner
  /// What signs for `issuing`.
  package let signer: FileSigner
  private let issuer: CertificateIssuer
  private let time: Int64

  /// - Parameter unixSeconds: the time of the test, around which certificates are valid.
  package init(at unixSeconds: Int64 = clockStart) throws(CryptoError) {
    let rootSigner = try Self.newSigner()
    try self.init(
      root: try Certificate.selfSigned(try Self.template("Test Root", pathLength: 1), by: rootSigner),
      rootSigner, at: unixSeconds)
  }

  /// Another issuing authority under the same root: its name again, with a new key.
  package func successor() throws(CryptoError) -> TestAuthority {
    try TestAuthority(root: root, rootSigner, at: time)
  }

  private init(root: Certificate, _ rootSigner: FileSigner, at time: Int64) throws(CryptoError) {
    (self.root, self.rootSigner, self.time) = (root, rootSigner, time)
    signer = try Self.newSigner()
    issuing = try CertificateIssuer(root, signer: rootSigner).issue(
      try Self.template("Test Issuing", pathLength: 0), for: signer.publicKey)
    issuer = try CertificateIssuer(issuing, signer: signer)
  }

  /// A certificate for a new key of `algorithm`, or for this one, that keeps to its profile unless told; TLS servers are named by `serverNames`. What
  /// tenants hold names `tenant`, or `name` as one.
  package func issue(
    _ purpose: KeyPurpose, _ algorithm: SignatureAlgorithm = .ecdsaP256SHA256, name: String = "test",
    tenant: String? = nil,
    validity: ClosedRange<Int64>? = nil,
    serverNames: [String] = ["localhost", "127.0.0.1"],
    key: PrivateKey? = nil
  ) throws(CryptoError) -> TestIdentity {
    var names: [ServerName] = []
    let profile = CertificateProfiles.profile(for: purpose)
    if profile.names == .server { for text in serverNames { names.append(try ServerName(text)) } }
    let key = if let key { key } else { try PrivateKey.generate(algorithm) }
    let template = CertificateTemplate(
      subject: try DistinguishedName(commonName: name), use: .purpose(purpose),
      validity: validity ?? Self.life(purpose, around: time),
      serverNames: names, tenantID: profile.names == .tenant ? tenant ?? name : nil)
    return TestIdentity(chain: [try issuer.issue(template, for: key.publicKey), issuing], key: key)
  }

  private static func newSigner() throws(CryptoError) -> FileSigner {
    try FileSigner(PrivateKey.generate(.ecdsaP256SHA256), .ecdsaP256SHA256)
  }

  private static func template(_ name: String, pathLength: UInt8) throws(CryptoError) -> CertificateTemplate {
    CertificateTemplate(
      subject: try DistinguishedName(commonName: name, organization: "Passgate Test"),
      use: .authority(pathLength: pathLength), validity: validity)
  }
}

/// A key and its certificates, leaf first, without the root.
package struct TestIdentity: Sendable {
  package let chain: [Certificate]
  package let key: PrivateKey

  package init(chain: [Certificate], key: PrivateKey) {
    self.chain = chain
    self.key = key
  }

  /// The holder's own certificate.
  package var certificate: Certificate { chain[0] }
}
