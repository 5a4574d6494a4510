/// One signature on a document (SignerInfo, RFC 5652 section 5.3).
struct DocumentSignature: Sendable {
  /// How the signer's certificate is named.
  enum Name: Sendable {
    /// A Name in DER, and a serial number.
    case issuerAndSerial([UInt8], [UInt8])
    case keyIdentifier([UInt8])
  }

  let name: Name
  let digest: DocumentDigest
  let algorithm: DocumentSignatureAlgorithm
  /// When it was made, by its own account, in seconds since 1970.
  let signedAt: Int64?
  /// What is signed: the attributes as a SET.
  private let attributes: [UInt8]
  private let messageDigest: [UInt8]
  private let value: [UInt8]

  /// - Throws: `.malformed` without signed attributes, or when they do not name `contentType`.
  init(_ reader: DERReader, contentType: OID) throws(CryptoError) {
    var reader = reader
    guard try [[1], [3]].contains(Array(reader.unsignedInteger())) else { throw DERReader.fault }
    name = try Name(&reader)
    digest = try DocumentDigest(reader.inside(try reader.next(0x30)))
    guard let signed = try reader.nextIfTagged(0xa0) else {
      throw CryptoError(.malformed, "a signature is not over signed attributes, which are mandatory")
    }
    attributes = DER.element(0x31, reader.content(signed))
    let read = try SignedAttributes(reader.inside(signed))
    guard read.contentType == contentType else {
      throw CryptoError(.malformed, "the signed attributes do not name the type of the content")
    }
    (messageDigest, signedAt) = (read.messageDigest, read.signingTime)
    algorithm = try DocumentSignatureAlgorithm(reader.inside(try reader.next(0x30)), beside: digest)
    value = reader.content(try reader.next(0x04))
    _ = try reader.nextIfTagged(0xa1)  // Attributes that nobody has signed.
    try reader.requireEnd()
  }

  /// Whether the attributes hold the digest of `content`.
  func covers(_ content: [UInt8]) -> Bool {
    digest.digest(content) == messageDigest
  }

  /// Whether the key of `certificate` has made it.
  func isMade(by certificate: DocumentCertificate) -> Bool {
    certificate.key.isValid(signature: value, of: attributes, algorithm: algorithm)
  }

  /// Whether it names `certificate`, whatever the order and the case of the names.
  func names(_ certificate: DocumentCertificate) -> Bool {
    switch name {
    case .issuerAndSerial(let issuer, let serial):
      // Nearly always they are the same bytes, which spares the comparison that forgives.
      certificate.serial == serial
        && (certificate.issuerName.der == issuer || certificate.issuerName == DocumentName(der: issuer))
    case .keyIdentifier(let identifier): certificate.subjectKeyIdentifier == identifier
    }
  }
}

extension DocumentSignature.Name {
  fileprivate init(_ reader: inout DERReader) throws(CryptoError) {
    if let identifier = try reader.nextIfTagged(0x80) {
      self = .keyIdentifier(reader.content(identifier))
      return
    }
    var fields = reader.inside(try reader.next(0x30))
    let issuer = Array(fields.bytes[try fields.next(0x30).whole])
    self = .issuerAndSerial(issuer, fields.content(try fields.next(0x02)))
    try fields.requireEnd()
  }
}

/// The attributes of RFC 5652 section 11 that are signed, each at most once and with one value.
private struct SignedAttributes {
  private(set) var contentType: OID?
  private(set) var messageDigest: [UInt8] = []
  private(set) var signingTime: Int64?

  init(_ reader: DERReader) throws(CryptoError) {
    var reader = reader
    var seen: Set<OID> = []
    while !reader.isAtEnd {
      var attribute = reader.inside(try reader.next(0x30))
      let type = try attribute.identifier()
      guard seen.count < 64, seen.insert(type).inserted else { throw DERReader.fault }
      let values = attribute.inside(try attribute.next(0x31))
      try attribute.requireEnd()
      try read(type, values)
    }
  }

  private mutating func read(_ type: OID, _ values: DERReader) throws(CryptoError) {
    var values = values
    switch type {
    case SignedDocument.contentTypeAttribute: contentType = try values.identifier()
    case SignedDocument.messageDigest: messageDigest = values.content(try values.next(0x04))
    case SignedDocument.signingTime: signingTime = try values.time()
    default: return
    }
    try values.requireEnd()
  }
}
