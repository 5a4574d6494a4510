/// A revocation list of a CSCA (ICAO 9303-12 section 7.1.4), decoded and not yet believed: `DocumentTrust` judges it.
///
/// Complete lists alone are taken: one that is indirect, a delta or partial would leave open what is not on it.
package struct DocumentRevocationList: Sendable {
  /// The longest list that is decoded, in bytes.
  package static let maximumLength = 16 * 1024 * 1024

  /// The list as received.
  package let der: [UInt8]
  package let issuer: DocumentName
  /// The number that rises with every list of this issuer; nil when it says none.
  package let number: SerialNumber?
  /// When it was made, in seconds since 1970.
  package let thisUpdate: Int64
  /// The last second before which the next list is out, in seconds since 1970; nil when it says none.
  package let nextUpdate: Int64?
  /// What is revoked, in the order of the serial numbers.
  package let entries: [RevokedCertificate]
  private let algorithm: DocumentSignatureAlgorithm
  private let body: Range<Int>
  private let signature: Range<Int>

  /// Decodes one list in DER and nothing after it.
  ///
  /// - Throws: `.malformed`; `.unsupported` for a signature algorithm that is not of travel documents, and for lists
  ///   that are not complete.
  package init(der: [UInt8]) throws(CryptoError) {
    guard der.count <= Self.maximumLength else {
      throw CryptoError(
        .malformed, "the revocation list has \(der.count) bytes; at most \(Self.maximumLength) are accepted")
    }
    let signed = try SignedStructure(der)
    let parsed = try RevocationListBody(signed.fields, algorithm: der[signed.algorithm.whole])
    algorithm = try DocumentSignatureAlgorithm(signed.fields.inside(signed.algorithm))
    guard let name = DocumentName(der: parsed.issuer) else { throw DERReader.fault }
    issuer = name
    (number, thisUpdate, nextUpdate) = (parsed.number, parsed.thisUpdate, parsed.nextUpdate)
    entries = parsed.entries
    (body, signature) = (signed.body, signed.signature)
    self.der = der
  }

  /// Whether the key of `authority` has signed it, and the certificate lets it sign lists of this name.
  package func isSigned(by authority: DocumentCertificate) -> Bool {
    authority.isCA && authority.extensions.mayRevoke != false
      && authority.subjectName == issuer
      && authority.key.isValid(
        signature: Array(der[signature]), of: Array(der[body]), algorithm: algorithm)
  }

  /// Whether it lists the certificate with this serial number, as `DocumentCertificate.serial`.
  package func revokes(_ serial: [UInt8]) -> Bool { entries.entry(for: serial) != nil }
}
