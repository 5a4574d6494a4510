import PassgateCrypto
import PassgateSettings
import PassgateSystem

/// Who certifies a successor, and as what: the issuing authority certifies the platform's keys, the root the
/// issuing authority.
struct CertifyingAuthority {
  private let rotation: Rotation
  private let state: RotationState
  private let predecessor: Certificate
  private let purpose: KeyPurpose?

  init(_ rotation: Rotation, _ state: RotationState) throws(PKIError) {
    self.rotation = rotation
    self.state = state
    guard let predecessor = try rotation.folder.certificates(of: state.current).first else {
      throw .policy("the key in use has no certificate, which the next one would be made after")
    }
    self.predecessor = predecessor
    purpose = Self.purposes[rotation.rules.role]
  }

  private static let purposes: [KeySet.Role: KeyPurpose] = [.reply: .replySigning, .server: .serverTLS]

  private var now: Int64 { Int64(state.now / 1000) }
  private var folder: AuthorityFolder { rotation.folder }

  /// The certificates of a key, leaf first, checked against the root.
  func chain(for key: PublicKey) throws(PKIError) -> [Certificate] {
    guard let purpose else { return [try authorityCertificate(for: key)] }
    let authority = try Authority(folder, at: state.now)
    let template = try template(
      .purpose(purpose), days: CertificateProfiles.profile(for: purpose).defaultDays,
      until: authority.issuer.certificate.notAfter)
    return try content(of: folder.path) { () throws(CryptoError) in
      try authority.issue(template, for: key, purpose: purpose, at: now)
    }
  }

  /// Enters a certificate in the authority's journal, once. `chain` has it first, and its issuer next unless that is
  /// the root.
  func enter(_ chain: [Certificate]) throws(PKIError) {
    guard let journal = state.journal, let certificate = chain.first,
      try journal.certificate(serial: certificate.serial) == nil
    else { return }
    let issuer =
      if chain.count > 1 { chain[1] } else { try folder.certificate(at: folder.certificate(of: .root)) }
    try rotation.beforeWrite(folder.journal)
    let record = CertificateRecord(
      certificate, purpose: purpose?.rawValue ?? "issuing", issuer: issuer.publicKey.keyID, issued: state.now)
    try journal.append([.issued(record)])
  }

  /// The names of the predecessor, for as long as the policy and the issuer allow.
  private func template(
    _ use: CertificateTemplate.Use, days: Int, until end: Int64
  ) throws(PKIError) -> CertificateTemplate {
    let longest = validity(from: now, days: days)
    let predecessor = predecessor
    return try content(of: folder.path) { () throws(CryptoError) in
      CertificateTemplate(
        subject: try DistinguishedName(
          commonName: predecessor.commonName ?? "", organization: predecessor.organization),
        use: use, validity: longest.clamped(to: longest.lowerBound...max(longest.lowerBound, end)),
        serverNames: predecessor.serverNames)
    }
  }

  // MARK: A new issuing authority

  private func authorityCertificate(for key: PublicKey) throws(PKIError) -> Certificate {
    let root = try root()
    let days = Int((predecessor.notAfter - predecessor.notBefore + 1) / 86_400)
    let template = try template(.authority(pathLength: 0), days: days, until: root.certificate.notAfter)
    return try content(of: folder.path) { () throws(CryptoError) in try root.issue(template, for: key) }
  }

  private func root() throws(PKIError) -> CertificateIssuer {
    let place = rotation.rootKey ?? folder.key(of: .root)
    let reference = KeyReference(place, in: "")
    if case .file(let path) = reference, !Files.exists(path) {
      throw .policy(
        "\(path) is not there, and only the root certifies an issuing authority: mount the medium that holds "
          + "the root's private key and name the file with --root-key")
    }
    let certificate = try folder.certificate(at: folder.certificate(of: .root))
    let signer = try signer(for: reference, .ecdsaP256SHA256)
    return try content(of: place) { () throws(CryptoError) in
      try CertificateIssuer(certificate, signer: signer)
    }
  }
}
