/// A certificate of the travel documents' PKI (ICAO 9303-12 section 7.1): of a CSCA, a document signer, a signer of
/// master lists, or a link between two CSCAs.
///
/// Read with tolerance for what real certificates hold, serial numbers below one and curves written out for instance:
/// nothing is believed before `DocumentTrust` has judged it.
package final class DocumentCertificate: Sendable {
  /// The longest certificate that is decoded, in bytes of DER.
  package static let maximumLength = 16 * 1024

  /// The certificate as received.
  package let der: [UInt8]
  /// SHA-256 of `der`, 32 bytes.
  package let fingerprint: [UInt8]
  package let subjectName: DocumentName
  package let issuerName: DocumentName
  /// The contents of the serial number as encoded, sign included.
  package let serial: [UInt8]
  /// The first second of the validity, in seconds since 1970.
  package let notBefore: Int64
  /// The last second of the validity, itself included, in seconds since 1970.
  package let notAfter: Int64
  /// The key that it certifies.
  package let key: DocumentKey
  /// How it is signed.
  package let algorithm: DocumentSignatureAlgorithm
  let extensions: DocumentExtensions
  private let body: Range<Int>
  private let signature: Range<Int>

  /// Decodes one certificate and nothing after it.
  ///
  /// - Throws: `.malformed`, also for extensions that this platform reads and cannot; `.unsupported` for a key or a
  ///   signature of another kind; `.weakKey` for an RSA key outside its bounds.
  package init(der: [UInt8]) throws(CryptoError) {
    guard der.count <= Self.maximumLength else {
      throw CryptoError(
        .malformed, "a certificate has \(der.count) bytes; at most \(Self.maximumLength) are accepted")
    }
    let signed = try SignedStructure(der)
    var fields = signed.fields
    let version = try CertificateVersion(&fields)
    serial = fields.content(try fields.next(0x02))
    let inner = try fields.next(0x30)
    guard !serial.isEmpty, der[inner.whole] == der[signed.algorithm.whole] else { throw DERReader.fault }
    algorithm = try DocumentSignatureAlgorithm(fields.inside(inner))
    issuerName = try fields.name()
    var validity = fields.inside(try fields.next(0x30))
    (notBefore, notAfter) = (try validity.time(), try validity.time())
    try validity.requireEnd()
    subjectName = try fields.name()
    key = try DocumentKey(spki: Array(der[fields.next(0x30).whole]))
    extensions = try DocumentExtensions(&fields, version: version)
    (body, signature) = (signed.body, signed.signature)
    self.der = der
    fingerprint = sha256(der.span)
  }

  /// The subject on one line.
  package var subject: String { subjectName.text }
  /// The issuer on one line.
  package var issuer: String { issuerName.text }
  /// The country of the subject, or of the issuer when the subject has none, in upper case.
  package var country: String? { subjectName.country ?? issuerName.country }
  package var subjectKeyIdentifier: [UInt8]? { extensions.subjectKeyIdentifier }
  package var authorityKeyIdentifier: [UInt8]? { extensions.authorityKeyIdentifier }

  /// Whether it says in any way that its key may certify others: some CSCAs say so in their key usage alone.
  package var isCA: Bool { extensions.isAuthority || extensions.mayCertify == true }

  /// Whether it is for signing master lists (ICAO 9303-12 section 7.1.1.5).
  package var isForMasterLists: Bool {
    extensions.purposes.contains(MasterList.signerPurpose)
  }

  /// Whether a CSCA has made it for something else that stands beside travel documents (ICAO 9303-12 section 7.1.1): for
  /// lists of deviations, or as the server or client of a connection.
  package var isForOtherUse: Bool { extensions.purposes.contains(where: Self.otherPurposes.contains) }

  private static let otherPurposes: Set<OID> = [
    OID(2, 23, 136, 1, 1, 8), OID(1, 3, 6, 1, 5, 5, 7, 3, 1), OID(1, 3, 6, 1, 5, 5, 7, 3, 2),
  ]

  /// Whether the key of `issuer` verifies its signature. Names and key identifiers are not looked at.
  package func isSigned(by issuer: DocumentCertificate) -> Bool {
    issuer.key.isValid(signature: Array(der[signature]), of: Array(der[body]), algorithm: algorithm)
  }

  /// Whether `unixSeconds` lies within its validity.
  package func isValid(at unixSeconds: Int64) -> Bool {
    (notBefore...max(notBefore, notAfter)) ~= unixSeconds
  }
}

extension DocumentCertificate: Hashable {
  package static func == (one: DocumentCertificate, other: DocumentCertificate) -> Bool {
    one.fingerprint == other.fingerprint
  }

  package func hash(into hasher: inout Swift.Hasher) { hasher.combine(fingerprint) }
}

/// A sequence of what is signed, an algorithm and a signature: certificates and revocation lists alike.
struct SignedStructure {
  /// Inside what is signed.
  let fields: DERReader
  let algorithm: DERReader.Element
  /// What is signed.
  let body: Range<Int>
  let signature: Range<Int>

  init(_ der: [UInt8]) throws(CryptoError) {
    var outer = DERReader(der)
    var parts = outer.inside(try outer.next(0x30))
    try outer.requireEnd()
    let signed = try parts.next(0x30)
    algorithm = try parts.next(0x30)
    let bits = try parts.next(0x03)
    try parts.requireEnd()
    guard bits.content.count > 1, der[bits.content.lowerBound] == 0 else { throw DERReader.fault }
    fields = parts.inside(signed)
    body = signed.whole
    signature = bits.content.dropFirst()
  }
}

/// The version of a certificate, which decides whether it may have extensions.
enum CertificateVersion: UInt8 {
  case one, two, three

  init(_ fields: inout DERReader) throws(CryptoError) {
    guard let element = try fields.nextIfTagged(0xa0) else {
      self = .one
      return
    }
    var inner = fields.inside(element)
    let number = try inner.unsignedInteger().first ?? 0
    try inner.requireEnd()
    guard let version = CertificateVersion(rawValue: number) else { throw DERReader.fault }
    self = version
  }
}

extension DERReader {
  /// The next element, a Name.
  mutating func name() throws(CryptoError) -> DocumentName {
    let element = try next(0x30)
    return try DocumentName(inside(element), der: Array(bytes[element.whole]))
  }
}
