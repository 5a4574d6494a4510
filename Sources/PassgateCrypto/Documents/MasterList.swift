/// A list of the CSCAs that one country trusts (ICAO 9303-12 section 8), verified.
package struct MasterList: Sendable {
  /// A certificate of the list that cannot be used; the others are.
  package struct Problem: Sendable, Hashable {
    /// Its place in the list, from 0.
    package let index: Int
    /// Why.
    package let reason: String
  }

  /// The largest list that is read, in bytes, and the most certificates in it.
  package static let maximumLength = 64 * 1024 * 1024
  package static let certificateLimit = 50_000
  /// The extended key usage of those who sign one.
  static let signerPurpose = OID(2, 23, 136, 1, 1, 3)

  /// What it lists, each once, in its order.
  package let certificates: [DocumentCertificate]
  package let problems: [Problem]
  /// How many it lists more than once.
  package let duplicates: Int
  /// Who has signed it.
  package let signer: DocumentCertificate
  /// When, by its own account, in seconds since 1970; nil when it does not say.
  package let signedAt: Int64?

  /// Reads a list and checks that somebody under one of `anchors` has signed it and was allowed to.
  ///
  /// Its signer is judged at the time of the signature, because lists outlive their signers; a list that is older than
  /// the one in use is for the caller to refuse.
  ///
  /// - Parameters:
  ///   - anchors: certificates that came from elsewhere, by hand for instance.
  ///   - unixSeconds: now; a list that says it was signed later is refused.
  /// - Throws: `.malformed`, also for a list without certificates or beyond the bounds; `.notAuthentic`; `.untrusted`
  ///   when no anchor has certified the signer; `.wrongPurpose` when that is not for signing lists;
  ///   `.outsideValidity`.
  package static func parse(
    _ bytes: [UInt8], anchors: [DocumentCertificate], at unixSeconds: Int64
  ) throws(CryptoError) -> MasterList {
    guard bytes.count <= maximumLength else {
      throw CryptoError(
        .malformed, "the master list has \(bytes.count) bytes; at most \(maximumLength) are accepted")
    }
    let document = try SignedDocument(bytes, contentTypes: [.masterList])
    let trust = DocumentTrust(authorities: anchors)
    let signers = try document.verified(by: trust)
    for signer in signers {
      try ListSignerCheck(document, trust, now: unixSeconds).require(signer)
    }
    return try MasterList(document, signers)
  }

  private init(_ document: SignedDocument, _ signers: [DocumentCertificate]) throws(CryptoError) {
    let encoded = try Self.encodedCertificates(document.content)
    guard let signer = signers.first, !encoded.isEmpty else {
      throw CryptoError(.malformed, "the master list holds no certificate")
    }
    var (seen, certificates, problems): (Set<[UInt8]>, [DocumentCertificate], [Problem]) = ([], [], [])
    for (index, der) in encoded.enumerated() where seen.insert(sha256(der.span)).inserted {
      do throws(CryptoError) {
        certificates.append(try DocumentCertificate(der: der))
      } catch {
        problems.append(Problem(index: index, reason: error.detail))
      }
    }
    (self.certificates, self.problems) = (certificates, problems)
    duplicates = encoded.count - seen.count
    self.signer = signer
    signedAt = document.signedAt
  }

  /// CscaMasterList: a version, which is 0, and a set of certificates.
  private static func encodedCertificates(_ content: [UInt8]) throws(CryptoError) -> [[UInt8]] {
    var outer = DERReader(try BER.definite(content))
    var fields = outer.inside(try outer.next(0x30))
    try outer.requireEnd()
    guard try fields.unsignedInteger().isEmpty else {
      throw CryptoError(.unsupported, "the master list is of a version that is not known")
    }
    var items = fields.inside(try fields.next(0x31))
    try fields.requireEnd()
    var certificates: [[UInt8]] = []
    while !items.isAtEnd {
      guard certificates.count < certificateLimit else {
        throw CryptoError(.malformed, "the master list holds more than \(certificateLimit) certificates")
      }
      certificates.append(Array(items.bytes[try items.next().whole]))
    }
    return certificates
  }
}

/// Whether somebody was allowed to sign a master list.
private struct ListSignerCheck {
  private let trust: DocumentTrust
  /// The certification authorities that go with the list: believed when an anchor has signed them.
  private let links: [DocumentCertificate]
  private let signedAt: Int64
  private let now: Int64

  /// How far the clock of who signs may be ahead of ours, in seconds.
  private static let skew: Int64 = 86_400

  init(_ document: SignedDocument, _ trust: DocumentTrust, now: Int64) {
    self.trust = trust
    self.now = now
    links = document.certificates.compactMap { try? DocumentCertificate(der: $0) }.filter(\.isCA)
    signedAt = document.signedAt ?? now
  }

  func require(_ signer: DocumentCertificate) throws(CryptoError) {
    guard signedAt <= now + Self.skew else {
      throw CryptoError(.outsideValidity, "the master list says that it was signed later than now")
    }
    guard signer.isForMasterLists else {
      throw CryptoError(.wrongPurpose, "the signer of the master list is not certified for signing one")
    }
    guard signer.isValid(at: signedAt) else {
      throw CryptoError(.outsideValidity, "the signer of the master list was not valid when it was signed")
    }
    if trust.authorities.contains(signer) { return }
    guard isAnchored(signer) || isAnchoredByLink(signer) else {
      throw CryptoError(
        .untrusted,
        "no trusted anchor has certified the signer of the master list (issuer \(signer.issuer)); "
          + "import that country's certificate first")
    }
  }

  private func isAnchored(_ certificate: DocumentCertificate) -> Bool {
    trust.authorities(thatSigned: certificate).contains {
      $0.isCA && $0.country == certificate.country && $0.isValid(at: signedAt)
    }
  }

  /// Through one certificate that goes with the list: the new CSCA that the anchor's key has linked.
  private func isAnchoredByLink(_ signer: DocumentCertificate) -> Bool {
    links.contains {
      $0.country == signer.country && $0.isValid(at: signedAt) && signer.isSigned(by: $0) && isAnchored($0)
    }
  }
}
