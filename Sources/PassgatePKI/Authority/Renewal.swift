package import PassgateCrypto
package import PassgateSystem

/// The renewal of a certificate: the same holder and purpose, a new key, a new validity.
package struct Renewal: Sendable {
  package let folder: AuthorityFolder
  /// The file of the certificate to renew, first in it.
  package let certificatePath: String
  /// The file of the new key's request; nil to make the key here.
  package let requestPath: String?
  /// The file with a signature by the old key over the bytes of the request's file; nil where the holder is known
  /// otherwise.
  package var proofPath: String?
  /// Why the renewal comes before its time; nil where it does not.
  package var early: String?
  /// Nil for as many as the purpose allows.
  package var days: Int?
  /// What the names of the new files begin with.
  package let outputPrefix: String
  /// Called with the path before each write; a test throws here, as a power cut would.
  package var beforeWrite: @Sendable (_ path: String) throws(PKIError) -> Void = { _ in }

  package init(
    folder: AuthorityFolder, certificatePath: String, requestPath: String?, outputPrefix: String
  ) {
    self.folder = folder
    self.certificatePath = certificatePath
    self.requestPath = requestPath
    self.outputPrefix = outputPrefix
  }

  /// Issues the successor.
  package func run(_ clock: any Clock) throws(PKIError) -> Issuance.Result {
    let certificate = try folder.certificate(at: certificatePath)
    let desk = try IssuingDesk(folder, clock)
    let record = try record(of: certificate, desk)
    try checkTime(record, desk)
    if let requestPath { try checkRequest(requestPath, old: certificate) }
    return try issuance(of: certificate, record).run(at: desk)
  }

  /// A certificate may be renewed from the time on at which a third of its life is left, seconds since 1970.
  package static func opens(_ certificate: Certificate) -> Int64 {
    opens(certificate.notBefore, certificate.notAfter)
  }

  private static func opens(_ notBefore: Int64, _ notAfter: Int64) -> Int64 {
    notAfter + 1 - (notAfter + 1 - notBefore) / 3
  }

  private func record(of certificate: Certificate, _ desk: IssuingDesk) throws(PKIError) -> CertificateRecord
  {
    guard let record = try desk.journal.certificate(serial: certificate.serial),
      record.fingerprint == certificate.fingerprint
    else { throw .policy("\(certificatePath): this certificate was not issued here") }
    if let revocation = try desk.journal.revocation(serial: record.serial) {
      throw .policy(
        "\(certificatePath): the certificate was revoked on \(day(revocation.revoked)); who held it enrols again with "
          + "'issue'")
    }
    return record
  }

  private func checkTime(_ record: CertificateRecord, _ desk: IssuingDesk) throws(PKIError) {
    guard desk.seconds <= record.notAfter else {
      throw .policy(
        "\(certificatePath): the certificate ended on \(day(record.notAfter)), and nobody can prove anything with its "
          + "key any more; the holder enrols again with 'issue'")
    }
    let opens = Self.opens(record.notBefore, record.notAfter)
    guard desk.seconds < opens, early == nil, try desk.journal.taint(ofKey: record.issuer) == nil else {
      return
    }
    throw .policy(
      "\(certificatePath): the certificate can be renewed from \(day(opens)) on, when a third of its life is left; for a "
        + "compromise give --early REASON")
  }

  private func checkRequest(_ path: String, old: Certificate) throws(PKIError) {
    let bytes = try onFiles { () throws(SystemError) in try Files.read(path, limit: 1 << 20) }
    let key = try content(of: path) { () throws(CryptoError) in try CertificateRequest(pem: bytes).publicKey }
    guard key.keyID != old.publicKey.keyID else {
      throw .policy("\(path): the request is for the old key; a renewal needs a new one")
    }
    guard let proofPath else { return }
    let proof = try onFiles { () throws(SystemError) in try Files.read(proofPath, limit: 1 << 16) }
    guard
      try content(
        of: proofPath, { () throws(CryptoError) in try Self.isSigned(bytes, proof, by: old.publicKey) })
    else {
      throw .policy(
        "\(proofPath) is no signature by the old key over the bytes of \(path); the holder makes it with: openssl dgst "
          + "-sha256 -sign OLD.key.pem -out PROOF \(path)")
    }
  }

  /// By any algorithm that the key's kind has on the wire.
  private static func isSigned(
    _ message: [UInt8], _ signature: [UInt8], by key: PublicKey
  ) throws(CryptoError) -> Bool {
    for algorithm in SignatureAlgorithm.allCases where algorithm.keyKind == key.kind {
      if try Verifier(key, algorithm).isValid(signature: signature.span, of: message.span) { return true }
    }
    return false
  }

  private func issuance(of certificate: Certificate, _ record: CertificateRecord) throws(PKIError) -> Issuance
  {
    guard let purpose = KeyPurpose(rawValue: record.purpose) else {
      throw .policy(
        "\(certificatePath): the certificate of an authority is not renewed; 'rotate issuing' makes a new authority"
      )
    }
    guard let name = certificate.commonName else {
      throw .policy("\(certificatePath): the certificate has no one common name to go on with")
    }
    var issuance = Issuance(
      folder: folder, purpose: purpose, commonName: name,
      keySource: requestPath.map { .request(path: $0, nil) } ?? .new(nil), days: days,
      serverNames: certificate.serverNames, tenantID: record.tenant, outputPrefix: outputPrefix)
    issuance.organization = certificate.organization
    issuance.beforeWrite = beforeWrite
    return issuance
  }
}
