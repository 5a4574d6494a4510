package import PassgateCrypto
package import PassgateSystem

/// The issue of one certificate for one purpose.
package struct Issuance: Sendable {
  /// Where the key to be certified comes from.
  package enum KeySource: Sendable {
    /// A new one, made here for the algorithm, or for the first that the purpose allows.
    case new(SignatureAlgorithm?)
    /// That of the certificate request in this file; the algorithm it will sign with, where that is known.
    case request(path: String, SignatureAlgorithm?)
  }

  /// What was made.
  package struct Result: Sendable {
    package let issued: IssuedCertificate
    /// The file with the certificate and, after it, the issuing authority's.
    package let certificatePath: String
    /// The file with the new private key; nil when a request was certified.
    package let keyPath: String?
  }

  package let folder: AuthorityFolder
  package let purpose: KeyPurpose
  /// The holder's name, decided by whoever issues, whatever a request asks for.
  package let commonName: String
  package let keySource: KeySource
  /// Nil for as many as the purpose allows.
  package let days: Int?
  /// What a server is reached by, for the purposes that have them.
  package let serverNames: [ServerName]
  /// The tenant that the certificate belongs to, for the purposes that have one.
  package let tenantID: String?
  /// What the names of the files begin with.
  package let outputPrefix: String
  /// The holder's organisation; nil for none in the name.
  package var organization: String?
  /// Called with the path before each write; a test throws here, as a power cut would.
  package var beforeWrite: @Sendable (_ path: String) throws(PKIError) -> Void = { _ in }

  package init(
    folder: AuthorityFolder, purpose: KeyPurpose, commonName: String, keySource: KeySource, days: Int? = nil,
    serverNames: [ServerName] = [], tenantID: String? = nil, outputPrefix: String
  ) {
    self.folder = folder
    self.purpose = purpose
    self.commonName = commonName
    self.keySource = keySource
    self.days = days
    self.serverNames = serverNames
    self.tenantID = tenantID
    self.outputPrefix = outputPrefix
  }

  private var certificatePath: String { outputPrefix + ".crt.pem" }
  private var keyPath: String { outputPrefix + ".key.pem" }
  /// Where a new key is until its certificate exists: one that is found there was made by an interrupted command.
  private var unfinishedKeyPath: String { outputPrefix + ".key.pem.unfinished" }

  /// Issues the certificate. The journal is written before the certificate, so that none is in use that the
  /// journal lacks; whatever interrupts the command, running it again finishes with the same key and certificate.
  package func run(_ clock: any Clock) throws(PKIError) -> Result {
    try run(at: try IssuingDesk(folder, clock))
  }

  func run(at desk: IssuingDesk) throws(PKIError) -> Result {
    let template = try template(desk.authority, at: desk.seconds)
    let (publicKey, newKey) = try certifiedKey()
    let prepared = try desk.prepare(template, for: publicKey, purpose: purpose)
    try write(prepared, newKey, desk.journal)
    return Result(
      issued: IssuedCertificate(certificate: prepared.chain[0], purpose: purpose.rawValue),
      certificatePath: certificatePath, keyPath: newKey == nil ? nil : keyPath)
  }

  /// The certificate for a request, in memory; that which the journal has for the key, where it has one.
  func prepare(at desk: IssuingDesk) throws(PKIError) -> PreparedCertificate {
    let template = try template(desk.authority, at: desk.seconds)
    return try desk.prepare(template, for: try certifiedKey().0, purpose: purpose, repeating: true)
  }

  private func write(
    _ prepared: PreparedCertificate, _ key: PrivateKey?, _ journal: AuthorityJournal
  ) throws(PKIError) {
    let (keyText, chainText) = try content(of: outputPrefix) { () throws(CryptoError) in
      (try key?.pem(), try pem(of: prepared.chain))
    }
    try refuse(keyPath, unlessItHolds: keyText)
    try refuse(certificatePath, unlessItHolds: chainText)
    if let keyText, !Files.exists(unfinishedKeyPath) { try writeKey(keyText, to: unfinishedKeyPath) }
    if !prepared.isEntered {
      try beforeWrite(folder.journal)
      try journal.append([.issued(prepared.record)])
    }
    try beforeWrite(certificatePath)
    try onFiles { () throws(SystemError) in try Files.writeDurably(chainText, to: certificatePath) }
    guard let keyText else { return }
    try writeKey(keyText, to: keyPath)
    try beforeWrite(unfinishedKeyPath)
    try onFiles { () throws(SystemError) in try Files.remove(unfinishedKeyPath) }
  }

  private func writeKey(_ text: [UInt8], to path: String) throws(PKIError) {
    try beforeWrite(path)
    try onFiles { () throws(SystemError) in try Files.writeDurably(text, to: path, mode: 0o600) }
  }

  /// Nothing of others is overwritten; what an interrupted command has written already is the same.
  private func refuse(_ path: String, unlessItHolds text: [UInt8]?) throws(PKIError) {
    guard let text, Files.exists(path) else { return }
    let held = try onFiles { () throws(SystemError) in try Files.read(path, limit: 1 << 20) }
    guard held == text else {
      throw .exists(path: path, advice: "choose another --out, or move the file away")
    }
  }
}

// MARK: - Policy

extension Issuance {
  private var profile: CertificateProfile { CertificateProfiles.profile(for: purpose) }

  private func template(_ authority: Authority, at now: Int64) throws(PKIError) -> CertificateTemplate {
    try checkServerNames(profile)
    try checkTenant(profile)
    let subject = try content(of: "--name") { () throws(CryptoError) in
      try DistinguishedName(commonName: commonName, organization: organization)
    }
    return CertificateTemplate(
      subject: subject, use: .purpose(purpose), validity: try validity(profile, authority, at: now),
      serverNames: serverNames, tenantID: tenantID)
  }

  private func validity(
    _ profile: CertificateProfile, _ authority: Authority, at now: Int64
  ) throws(PKIError) -> ClosedRange<Int64> {
    let days = days ?? profile.defaultDays
    guard 1...profile.maximumDays ~= days else {
      throw .policy("--days must be 1 to \(profile.maximumDays) for \(purpose.rawValue)")
    }
    let range = PassgatePKI.validity(from: now, days: days)
    let end = authority.issuer.certificate.notAfter
    guard range.upperBound <= end else {
      throw .policy(
        "the certificate would outlive the issuing authority, which ends on \(day(end)); "
          + "give fewer --days, or make a new issuing authority")
    }
    return range
  }

  private func checkServerNames(_ profile: CertificateProfile) throws(PKIError) {
    guard (profile.names == .server) != serverNames.isEmpty else {
      throw .policy(
        profile.names == .server
          ? "a certificate for \(purpose.rawValue) names its server: give --dns or --ip"
          : "a certificate for \(purpose.rawValue) names no server: leave out --dns and --ip")
    }
  }

  private func checkTenant(_ profile: CertificateProfile) throws(PKIError) {
    guard (profile.names == .tenant) == (tenantID != nil) else {
      throw .policy(
        profile.names == .tenant
          ? "a certificate for \(purpose.rawValue) names its tenant: give --tenant"
          : "a certificate for \(purpose.rawValue) names no tenant: leave out --tenant")
    }
    guard let tenantID else { return }
    _ = try content(of: "--tenant") { () throws(CryptoError) in try TenantURN.uri(tenantID) }
  }

  /// The key to certify, and its private half when it is new.
  private func certifiedKey() throws(PKIError) -> (PublicKey, PrivateKey?) {
    switch keySource {
    case .new(let wanted):
      let algorithm = wanted ?? profile.algorithms[0]
      try allow(algorithm, profile)
      let key = try newKey(algorithm)
      return (key.publicKey, key)
    case .request(let path, let wanted):
      return (try requestedKey(path, wanted, profile), nil)
    }
  }

  /// A new key, or that which an interrupted command has left.
  private func newKey(_ algorithm: SignatureAlgorithm) throws(PKIError) -> PrivateKey {
    let path = unfinishedKeyPath
    guard Files.exists(path) else {
      return try content(of: algorithm.name) { () throws(CryptoError) in try PrivateKey.generate(algorithm) }
    }
    let text = try onFiles { () throws(SystemError) in try Files.readSecret(path) }
    return try content(of: path) { () throws(CryptoError) -> PrivateKey in
      let key = try PrivateKey(pem: text)
      try key.publicKey.check(for: algorithm)
      return key
    }
  }

  private func allow(_ algorithm: SignatureAlgorithm, _ profile: CertificateProfile) throws(PKIError) {
    guard profile.algorithms.contains(algorithm) else {
      let allowed = profile.algorithms.map(\.name).joined(separator: ", ")
      throw .policy("\(algorithm.name) is not allowed for \(purpose.rawValue); allowed are \(allowed)")
    }
  }

  /// Reading the request proves that its sender holds the key.
  private func requestedKey(
    _ path: String, _ wanted: SignatureAlgorithm?, _ profile: CertificateProfile
  ) throws(PKIError) -> PublicKey {
    // Nobody holds the authority's lock by a pipe among the requests.
    let pem = try onFiles { () throws(SystemError) in try Files.readRegular(path, limit: 1 << 20) }
    let key = try content(of: path) { () throws(CryptoError) in
      let request = try CertificateRequest(pem: pem)
      if let wanted { try request.publicKey.check(for: wanted) }
      return request.publicKey
    }
    if let wanted { try allow(wanted, profile) }
    guard profile.algorithms.contains(where: { $0.keyKind == key.kind }) else {
      throw .policy(
        "\(path): a key of kind \(key.kind.rawValue) is not allowed for \(purpose.rawValue); allowed are "
          + profile.algorithms.map(\.name).joined(separator: ", "))
    }
    return key
  }
}
