package import PassgateCrypto
import PassgateSettings
package import PassgateSystem

/// The making of a certification authority and of the platform's first keys.
package struct Initialization: Sendable {
  /// What was made.
  package struct Result: Sendable {
    package let folder: AuthorityFolder
    /// The items in the order of `AuthorityFolder.Item`.
    package let items: [(item: AuthorityFolder.Item, issued: IssuedCertificate)]
  }

  /// The folder to make; nothing may be in it yet.
  package let folder: AuthorityFolder
  /// The names and addresses of the platform's TLS server.
  package let serverNames: [ServerName]
  /// The validity of the root; the issuing authority's is half of it.
  package let years: Int

  package init(folder: AuthorityFolder, serverNames: [ServerName], years: Int) {
    self.folder = folder
    self.serverNames = serverNames
    self.years = years
  }

  /// Makes everything in memory, writes it to a folder beside the final one, and gives that its name at the
  /// end: after a crash there is all of it or nothing, and running again starts afresh.
  package func run(_ clock: any Clock) throws(PKIError) -> Result {
    try refuseExisting()
    let now = clock.wallMilliseconds()
    let made = try content(of: folder.path) { () throws(CryptoError) in try make(at: Int64(now / 1000)) }
    let draft = AuthorityFolder(path: folder.path + ".incomplete")
    try onFiles { () throws(SystemError) in
      try removeDraft(draft)
      try Files.createDirectory(draft.path, mode: 0o700)
    }
    for item in made { try item.write(to: draft) }
    try writeKeySets(of: made, to: draft, at: now)
    try writeBundle(to: draft)
    let journal = made.flatMap { $0.record(among: made, at: now).line }
    try onFiles { () throws(SystemError) in
      try Files.writeDurably(journal, to: draft.journal, mode: 0o600)
      try Files.publish(folder: draft.path, as: folder.path)
    }
    return Result(folder: folder, items: made.map { ($0.item, $0.issued) })
  }

  /// The certificates of all issuing authorities, of which there is one: platforms name this file from the start, and
  /// a rotation adds the next one to it.
  private func writeBundle(to draft: AuthorityFolder) throws(PKIError) {
    try onFiles { () throws(SystemError) in
      try Files.writeDurably(Files.read(draft.certificate(of: .issuing)), to: draft.bundle, replace: false)
    }
  }

  /// Every key is in use from the start.
  private func writeKeySets(of made: [KeyMaterial], to draft: AuthorityFolder, at now: UInt64)
    throws(PKIError)
  {
    for role in KeySet.Role.allCases {
      let entries = made.filter { $0.item.role == role }.map { $0.entry(at: now) }
      guard !entries.isEmpty else { continue }
      let text = KeySet(role: role, entries: entries).json
      try onFiles { () throws(SystemError) in
        try Files.writeDurably(Array(text.utf8), to: draft.keySet(of: role), replace: false)
      }
    }
  }

  private func refuseExisting() throws(PKIError) {
    guard Files.exists(folder.path) else { return }
    let names = try onFiles { () throws(SystemError) in try Files.list(folder.path) }
    guard names.isEmpty else {
      throw .exists(path: folder.path, advice: "name a folder that is empty or does not exist")
    }
  }

  /// What an interrupted run left was never in use.
  private func removeDraft(_ draft: AuthorityFolder) throws(SystemError) {
    guard Files.exists(draft.path) else { return }
    for name in try Files.list(draft.path) { try Files.remove("\(draft.path)/\(name)") }
    try Files.remove(draft.path)
  }
}

// MARK: - In memory

extension Initialization {
  private func make(at now: Int64) throws(CryptoError) -> [KeyMaterial] {
    let root = try makeRoot(at: now)
    let issuing = try makeIssuing(under: root, at: now)
    let authority = Authority(root: root.issued.certificate, issuer: try issuing.issuer())
    return [root, issuing] + [
      try makeLeaf(.server, .serverTLS, .ecdsaP256SHA256, serverNames, authority, at: now),
      try makeLeaf(.replyP256, .replySigning, .ecdsaP256SHA256, [], authority, at: now),
      try makeLeaf(.replySM2, .replySigning, .sm2SM3, [], authority, at: now),
    ]
  }

  private func makeRoot(at now: Int64) throws(CryptoError) -> KeyMaterial {
    let key = try PrivateKey.generate(.ecdsaP256SHA256)
    let template = try authorityTemplate("Root", pathLength: 1, years * 365, at: now)
    let certificate = try Certificate.selfSigned(template, by: FileSigner(key, .ecdsaP256SHA256))
    try CertificateLint.check(certificate, under: CertificateProfiles.root)
    return KeyMaterial(.root, key, .ecdsaP256SHA256, [certificate], purpose: "root")
  }

  private func makeIssuing(under root: KeyMaterial, at now: Int64) throws(CryptoError) -> KeyMaterial {
    let key = try PrivateKey.generate(.ecdsaP256SHA256)
    let template = try authorityTemplate("Issuing", pathLength: 0, years * 365 / 2, at: now)
    let certificate = try root.issuer().issue(template, for: key.publicKey)
    try CertificateLint.check(certificate, under: CertificateProfiles.issuing)
    return KeyMaterial(.issuing, key, .ecdsaP256SHA256, [certificate], purpose: "issuing")
  }

  private func authorityTemplate(
    _ role: String, pathLength: UInt8, _ days: Int, at now: Int64
  ) throws(CryptoError) -> CertificateTemplate {
    CertificateTemplate(
      // The year tells generations apart: names must differ when an authority is replaced.
      subject: try DistinguishedName(
        commonName: "Passgate \(role) \(day(now).prefix(4))", organization: "Passgate"),
      use: .authority(pathLength: pathLength), validity: validity(from: now, days: days))
  }

  private func makeLeaf(
    _ item: AuthorityFolder.Item, _ purpose: KeyPurpose, _ algorithm: SignatureAlgorithm,
    _ serverNames: [ServerName], _ authority: Authority, at now: Int64
  ) throws(CryptoError) -> KeyMaterial {
    let key = try PrivateKey.generate(algorithm)
    let days = min(CertificateProfiles.profile(for: purpose).defaultDays, years * 365 / 2)
    let template = CertificateTemplate(
      subject: try DistinguishedName(commonName: item.rawValue, organization: "Passgate"),
      use: .purpose(purpose), validity: validity(from: now, days: days), serverNames: serverNames)
    let chain = try authority.issue(template, for: key.publicKey, purpose: purpose, at: now)
    return KeyMaterial(item, key, algorithm, chain, purpose: purpose.rawValue)
  }
}

/// A key of the authority's folder with its certificates.
private struct KeyMaterial {
  let item: AuthorityFolder.Item
  let issued: IssuedCertificate
  private let key: PrivateKey
  private let algorithm: SignatureAlgorithm
  private let chain: [Certificate]

  init(
    _ item: AuthorityFolder.Item, _ key: PrivateKey, _ algorithm: SignatureAlgorithm,
    _ chain: [Certificate], purpose: String
  ) {
    self.item = item
    self.key = key
    self.algorithm = algorithm
    self.chain = chain
    issued = IssuedCertificate(certificate: chain[0], purpose: purpose)
  }

  func issuer() throws(CryptoError) -> CertificateIssuer {
    try CertificateIssuer(issued.certificate, signer: FileSigner(key, .ecdsaP256SHA256))
  }

  /// Its line in the set of its role, active from `now`; files are named as beside the set.
  func entry(at now: UInt64) -> KeySet.Entry {
    KeySet.Entry(
      keyID: key.publicKey.keyID, algorithm: algorithm, certificate: "\(item.rawValue).crt.pem",
      key: "\(item.rawValue).key.pem", lifecycle: KeyLifecycle(published: now, active: now))
  }

  /// The journal's event of its issue, by another of the `made` or by itself.
  func record(among made: [KeyMaterial], at now: UInt64) -> JournalEvent {
    let authority = item == .root || item == .issuing ? AuthorityFolder.Item.root : .issuing
    let issuer = made.first { $0.item == authority }?.key.publicKey.keyID ?? []
    return .issued(
      CertificateRecord(issued.certificate, purpose: issued.purpose, issuer: issuer, issued: now))
  }

  func write(to folder: AuthorityFolder) throws(PKIError) {
    let (keyText, chainText) = try content(of: folder.path) { () throws(CryptoError) in
      (try key.pem(), try pem(of: chain))
    }
    try onFiles { () throws(SystemError) in
      try Files.writeDurably(keyText, to: folder.key(of: item), mode: 0o600, replace: false)
      try Files.writeDurably(chainText, to: folder.certificate(of: item), replace: false)
    }
  }
}
