/// Content that somebody has signed (CMS SignedData, RFC 5652), as EF.SOD, EF.CardSecurity and master lists are.
///
/// Decoded and not yet believed: `verified(by:)` finds the signers and checks every signature.
package struct SignedDocument: Sendable {
  static let signedData = OID(1, 2, 840, 113549, 1, 7, 2)
  static let contentTypeAttribute = OID(1, 2, 840, 113549, 1, 9, 3)
  static let messageDigest = OID(1, 2, 840, 113549, 1, 9, 4)
  static let signingTime = OID(1, 2, 840, 113549, 1, 9, 5)

  /// The most signatures on one document, and certificates in it, that are looked at.
  static let signatureLimit = 8
  static let certificateLimit = 64

  package let contentType: OID
  package let content: [UInt8]
  /// The certificates that go with it, in DER, unread.
  package let certificates: [[UInt8]]
  let signatures: [DocumentSignature]

  /// Decodes one document in BER and nothing after it.
  ///
  /// OpenSSL's own reader takes any version, bytes at the end, and signatures without signed attributes.
  ///
  /// - Parameter contentTypes: those that may be signed here.
  /// - Throws: `.malformed` unless it is version 3 with content, one signature at least, and signed attributes in each;
  ///   `.unsupported` for another content type, or an algorithm that is not of travel documents.
  package init(_ bytes: [UInt8], contentTypes: Set<OID>) throws(CryptoError) {
    var reader = DERReader(try BER.definite(bytes))
    try self.init(&reader, contentTypes: contentTypes)
  }

  /// Reads a document in DER, and nothing after it.
  init(_ outer: inout DERReader, contentTypes: Set<OID>) throws(CryptoError) {
    var info = outer.inside(try outer.next(0x30))
    try outer.requireEnd()
    guard try info.identifier() == Self.signedData else {
      throw CryptoError(.unsupported, "the document is not CMS SignedData")
    }
    var wrapper = info.inside(try info.next(0xa0))
    try info.requireEnd()
    var fields = wrapper.inside(try wrapper.next(0x30))
    try wrapper.requireEnd()
    let version = Array(try fields.unsignedInteger())
    _ = try fields.next(0x31)  // The hash functions, which each signature names again.
    (contentType, content) = try Self.content(fields.inside(try fields.next(0x30)))
    // RFC 5652 section 5.1: plain data is the one content that is also signed in version 1.
    guard version == [3] || (version == [1] && contentType == .data) else {
      throw CryptoError(.malformed, "the SignedData is not of version 3")
    }
    guard contentTypes.contains(contentType) else {
      throw CryptoError(.unsupported, "the signed content is of a type that is not signed here")
    }
    certificates = try Self.certificates(&fields)
    _ = try fields.nextIfTagged(0xa1)  // Revocation lists, which nobody here asks for.
    signatures = try Self.signatures(fields.inside(try fields.next(0x31)), of: contentType)
    try fields.requireEnd()
  }

  private static func content(_ reader: DERReader) throws(CryptoError) -> (OID, [UInt8]) {
    var reader = reader
    let type = try reader.identifier()
    var wrapper = reader.inside(try reader.next(0xa0))
    try reader.requireEnd()
    let content = wrapper.content(try wrapper.next(0x04))
    try wrapper.requireEnd()
    return (type, content)
  }

  private static func certificates(_ fields: inout DERReader) throws(CryptoError) -> [[UInt8]] {
    guard let element = try fields.nextIfTagged(0xa0) else { return [] }
    var items = fields.inside(element)
    var certificates: [[UInt8]] = []
    while !items.isAtEnd {
      let item = try items.next()
      guard certificates.count < certificateLimit else {
        throw CryptoError(.malformed, "more than \(certificateLimit) certificates go with a signature")
      }
      // Other tags are attribute certificates and the like.
      if item.tag == 0x30 { certificates.append(Array(items.bytes[item.whole])) }
    }
    return certificates
  }

  private static func signatures(
    _ items: DERReader, of contentType: OID
  ) throws(CryptoError) -> [DocumentSignature] {
    var items = items
    var signatures: [DocumentSignature] = []
    while !items.isAtEnd {
      guard signatures.count < signatureLimit else {
        throw CryptoError(.malformed, "the document has more than \(signatureLimit) signatures")
      }
      signatures.append(
        try DocumentSignature(items.inside(try items.next(0x30)), contentType: contentType))
    }
    guard !signatures.isEmpty else { throw CryptoError(.malformed, "the document has no signature") }
    return signatures
  }
}

extension OID {
  /// LDSSecurityObject (ICAO 9303-10 section 4.6.2.2).
  package static let securityObject = OID(2, 23, 136, 1, 1, 1)
  /// SecurityInfos of EF.CardSecurity (BSI TR-03110-3 section A.1.2).
  package static let cardSecurity = OID(0, 4, 0, 127, 0, 7, 3, 2, 1)
  /// CscaMasterList (ICAO 9303-12 section 8).
  package static let masterList = OID(2, 23, 136, 1, 1, 2)

  /// Data of any kind (RFC 5652 section 4).
  package static let data = OID(1, 2, 840, 113549, 1, 7, 1)

  /// What the content of EF.SOD is called in the field: besides the standard's name the older one of Belgium and
  /// France, the Netherlands' own, and the plain data of Chinese passports.
  package static let securityObjects: Set<OID> = [
    securityObject, OID(1, 3, 27, 1, 1, 1), OID(1, 2, 528, 1, 1006, 1, 20, 1),
    OID(1, 2, 840, 113549, 1, 7, 1),
  ]
}
