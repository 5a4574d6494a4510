import PassgateCrypto
import PassgateSystem

/// What issues during one command: the journal, held open, and the authority in use.
struct IssuingDesk {
  let journal: AuthorityJournal
  let authority: Authority
  /// Milliseconds since 1970.
  let now: UInt64
  /// The certificates of all issuing authorities, by key id.
  private let issuers: [[UInt8]: Certificate]

  /// Opens the journal and the authority in use; one that is under suspicion issues nothing.
  init(_ folder: AuthorityFolder, _ clock: any Clock) throws(PKIError) {
    // First, as a command that is waited for may replace the authority.
    journal = try AuthorityJournal(folder)
    now = clock.wallMilliseconds()
    authority = try Authority(folder, at: now)
    var issuers: [[UInt8]: Certificate] = [:]
    for key in try folder.issuingKeys() { issuers[key.keyID] = key.certificate }
    self.issuers = issuers
    if let taint = try journal.taint(ofKey: authority.keyID) {
      throw .policy(
        "the issuing authority is under suspicion since \(CivilTime(milliseconds: taint.entered).date) and issues "
          + "nothing; replace it with 'passgate-pki rotate issuing'")
    }
  }

  /// Seconds since 1970.
  var seconds: Int64 { Int64(now / 1000) }

  /// A certificate for `key`, if the key is free for it, in memory. One that an interrupted command has entered in the
  /// journal within the last week is taken from there; with `repeating`, any that is in force.
  func prepare(
    _ template: CertificateTemplate, for key: PublicKey, purpose: KeyPurpose, repeating: Bool = false
  ) throws(PKIError) -> PreparedCertificate {
    let chain = try content(of: "the certificate") { () throws(CryptoError) in
      try authority.issue(template, for: key, purpose: purpose, at: seconds)
    }
    let record = CertificateRecord(
      chain[0], purpose: purpose.rawValue, tenant: template.tenantID, issuer: authority.keyID, issued: now)
    try journal.requireFreeKey(for: record)
    let week: UInt64 = 7 * 86_400_000
    let isSame: (CertificateRecord, Certificate) -> Bool = { old, certificate in
      repeating
        || old.issued + week > now && old.issuer == record.issuer
          && old.notAfter - old.notBefore == record.notAfter - record.notBefore
          && certificate.serverNames == chain[0].serverNames
    }
    return try entered(like: record, isSame)
      ?? PreparedCertificate(record: record, chain: chain, isEntered: false)
  }

  /// The last certificate in force that the journal has for the key, holder and purpose of `record`, where `isWanted`
  /// takes it.
  func entered(
    like record: CertificateRecord, _ isWanted: (CertificateRecord, Certificate) -> Bool
  ) throws(PKIError) -> PreparedCertificate? {
    for old in try journal.certificates(ofKey: record.keyID).reversed()
    where old.holderAndPurpose == record.holderAndPurpose && old.notAfter >= seconds {
      let certificate = try old.certificate()
      guard let issuer = issuers[old.issuer], isWanted(old, certificate) else { continue }
      return PreparedCertificate(record: old, chain: [certificate, issuer], isEntered: true)
    }
    return nil
  }
}

/// A certificate that may leave the authority once the journal has it.
struct PreparedCertificate {
  let record: CertificateRecord
  /// The certificate, and its authority's.
  let chain: [Certificate]
  /// Whether the journal has it.
  let isEntered: Bool
}

extension CertificateRecord {
  /// The certificate itself.
  func certificate() throws(PKIError) -> Certificate {
    let bytes = der
    return try content(of: "certificate \(Hex.encode(serial)) of the journal") { () throws(CryptoError) in
      try Certificate(der: bytes.span)
    }
  }
}
