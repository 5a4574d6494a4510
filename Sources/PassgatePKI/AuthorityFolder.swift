import PassgateCrypto
package import PassgateSettings
import PassgateSystem

/// The folder of one certification authority, and what lies where in it.
package struct AuthorityFolder: Sendable {
  /// What `init` makes a key and a certificate for; the raw value begins the names of both files.
  package enum Item: String, CaseIterable, Sendable {
    /// The self-signed root.
    case root
    /// The authority that issues everything else.
    case issuing
    /// The platform's TLS server.
    case server
    /// The platform's replies to all but SM2 tenants.
    case replyP256 = "reply-p256"
    /// The platform's replies to SM2 tenants.
    case replySM2 = "reply-sm2"

    /// The role whose key set lists it; the root has none, because it is never rotated by a file.
    package var role: KeySet.Role? {
      switch self {
      case .root: nil
      case .issuing: .issuing
      case .server: .server
      case .replyP256, .replySM2: .reply
      }
    }
  }

  /// The folder.
  package let path: String

  /// The folder at `path`, which need not exist yet.
  package init(path: String) {
    self.path = path
  }

  /// Where the certificates of `item` are, leaf first.
  package func certificate(of item: Item) -> String { "\(path)/\(item.rawValue).crt.pem" }

  /// Where the private key of `item` is.
  package func key(of item: Item) -> String { "\(path)/\(item.rawValue).key.pem" }

  /// Where the keys of a role are listed with the times of their lives.
  package func keySet(of role: KeySet.Role) -> String { "\(path)/\(role.rawValue).keys.json" }

  /// Where everything is entered that was issued, revoked and tainted here.
  package var journal: String { "\(path)/journal.ndjson" }

  /// Where the journal's lines are found by key and by serial number; made again from the journal where it is missing.
  package var index: String { "\(path)/journal.index" }

  /// What a command holds while it works here.
  package var lock: String { "\(path)/.lock" }
}

/// A certification authority read from its folder, ready to issue.
struct Authority {
  let root: Certificate
  let issuer: CertificateIssuer

  /// Reads the root's certificate, and the certificate and key of the issuing authority that is in use at `now`,
  /// milliseconds since 1970; the root's key is not needed.
  init(_ folder: AuthorityFolder, at now: UInt64) throws(PKIError) {
    guard Files.exists(folder.certificate(of: .root)) else {
      throw .policy(
        "\(folder.path) is no authority's folder: it has no root.crt.pem; make one with 'passgate-pki init'")
    }
    root = try folder.certificate(at: folder.certificate(of: .root))
    let keys = try folder.issuingKeys()
    guard let key = keys.last(where: { $0.lifecycle.signs(at: now) }) else {
      throw .policy(
        "no issuing authority is in use now; make one with 'passgate-pki rotate issuing', or correct this machine's clock"
      )
    }
    guard key.lifecycle.state(at: now) != .tainted else {
      throw .policy(
        "the issuing authority \(key.name) is under suspicion and issues nothing; replace it with "
          + "'passgate-pki rotate issuing'")
    }
    issuer = try key.issuer()
  }

  /// The key id of the issuing authority.
  var keyID: [UInt8] { issuer.certificate.publicKey.keyID }

  init(root: Certificate, issuer: CertificateIssuer) {
    self.root = root
    self.issuer = issuer
  }

  /// Certifies `key`, and proves that the result is trusted before anyone is given it.
  func issue(
    _ template: CertificateTemplate, for key: PublicKey, purpose: KeyPurpose, at now: Int64
  ) throws(CryptoError) -> [Certificate] {
    let certificate = try issuer.issue(template, for: key)
    try ChainVerifier.verify(
      certificate, intermediates: [issuer.certificate], anchors: [root], at: now, purpose: purpose)
    try CertificateLint.check(
      certificate, under: CertificateProfiles.profile(for: purpose), tenantID: template.tenantID)
    return [certificate, issuer.certificate]
  }
}

/// The PEM text of several certificates.
func pem(of certificates: [Certificate]) throws(CryptoError) -> [UInt8] {
  var text: [UInt8] = []
  for certificate in certificates { text += try certificate.pem() }
  return text
}
