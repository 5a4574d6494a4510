/// How a certificate, a list or EF.SOD of a travel document is signed (ICAO 9303-12 section 4.1.6), or how a chip
/// answers a challenge.
package enum DocumentSignatureAlgorithm: Sendable, Hashable {
  /// How an ECDSA signature is written.
  package enum Form: Sendable, Hashable {
    /// A sequence of two integers (RFC 3279).
    case der
    /// r and s beside each other, each as wide as the field (BSI TR-03111 section 5.2.1).
    case plain
  }

  case rsaPKCS1(DocumentDigest)
  case rsaPSS(DocumentDigest, mask: DocumentDigest, salt: Int)
  case ecdsa(DocumentDigest, Form)

  /// The hash function of the message.
  package var digest: DocumentDigest {
    switch self {
    case .rsaPKCS1(let digest), .rsaPSS(let digest, _, _), .ecdsa(let digest, _): digest
    }
  }

  /// Whether today's rules would not take it: SHA-1.
  package var isWeak: Bool { digest == .sha1 }
}

extension DocumentSignatureAlgorithm {
  private static let rsaEncryption = OID(1, 2, 840, 113549, 1, 1, 1)
  private static let rsaPSS = OID(1, 2, 840, 113549, 1, 1, 10)
  private static let maskGeneration = OID(1, 2, 840, 113549, 1, 1, 8)
  private static let ecPublicKey = OID(1, 2, 840, 10045, 2, 1)

  private static let named: [OID: DocumentSignatureAlgorithm] = [
    OID(1, 2, 840, 113549, 1, 1, 5): .rsaPKCS1(.sha1),
    OID(1, 2, 840, 113549, 1, 1, 14): .rsaPKCS1(.sha224),
    OID(1, 2, 840, 113549, 1, 1, 11): .rsaPKCS1(.sha256),
    OID(1, 2, 840, 113549, 1, 1, 12): .rsaPKCS1(.sha384),
    OID(1, 2, 840, 113549, 1, 1, 13): .rsaPKCS1(.sha512),
    OID(1, 2, 840, 10045, 4, 1): .ecdsa(.sha1, .der),
    OID(1, 2, 840, 10045, 4, 3, 1): .ecdsa(.sha224, .der),
    OID(1, 2, 840, 10045, 4, 3, 2): .ecdsa(.sha256, .der),
    OID(1, 2, 840, 10045, 4, 3, 3): .ecdsa(.sha384, .der),
    OID(1, 2, 840, 10045, 4, 3, 4): .ecdsa(.sha512, .der),
    OID(0, 4, 0, 127, 0, 7, 1, 1, 4, 1, 1): .ecdsa(.sha1, .plain),
    OID(0, 4, 0, 127, 0, 7, 1, 1, 4, 1, 2): .ecdsa(.sha224, .plain),
    OID(0, 4, 0, 127, 0, 7, 1, 1, 4, 1, 3): .ecdsa(.sha256, .plain),
    OID(0, 4, 0, 127, 0, 7, 1, 1, 4, 1, 4): .ecdsa(.sha384, .plain),
    OID(0, 4, 0, 127, 0, 7, 1, 1, 4, 1, 5): .ecdsa(.sha512, .plain),
  ]

  /// The algorithm that an AlgorithmIdentifier names.
  ///
  /// - Parameter digest: what CMS names beside it, for the identifiers that say the kind of key alone; nil in a
  ///   certificate, where those are refused.
  /// - Throws: `.unsupported` for another algorithm, `.malformed`.
  init(_ identifier: DERReader, beside digest: DocumentDigest? = nil) throws(CryptoError) {
    var reader = identifier
    let name = try reader.identifier()
    if name == Self.rsaPSS {
      self = try Self.pss(reader)
    } else if let found = Self.named[name] {
      self = found
    } else if let digest, name == Self.rsaEncryption {
      self = .rsaPKCS1(digest)
    } else if let digest, name == Self.ecPublicKey {
      self = .ecdsa(digest, .der)
    } else {
      throw CryptoError(.unsupported, "a signature's algorithm is none of those of travel documents")
    }
  }

  /// RSASSA-PSS-params of RFC 4055 section 3.1, whose defaults are SHA-1 and a salt of 20 bytes.
  private static func pss(_ identifier: DERReader) throws(CryptoError) -> Self {
    var reader = identifier
    guard let parameters = try reader.nextIfTagged(0x30) else {
      throw CryptoError(.unsupported, "an RSASSA-PSS signature does not say its parameters")
    }
    return try pssParameters(reader.inside(parameters))
  }

  static func pssParameters(_ content: DERReader) throws(CryptoError) -> Self {
    var fields = content
    var (digest, mask, salt) = (DocumentDigest.sha1, DocumentDigest.sha1, 20)
    if let field = try fields.nextIfTagged(0xa0) { digest = try self.digest(fields.inside(field)) }
    if let field = try fields.nextIfTagged(0xa1) { mask = try self.mask(fields.inside(field)) }
    if let field = try fields.nextIfTagged(0xa2) {
      var inner = fields.inside(field)
      let bytes = try inner.unsignedInteger()
      guard bytes.count <= 2 else { throw DERReader.fault }
      salt = bytes.reduce(0) { $0 << 8 | Int($1) }
    }
    if let field = try fields.nextIfTagged(0xa3) {
      var inner = fields.inside(field)
      guard try inner.unsignedInteger().elementsEqual([1]) else { throw DERReader.fault }
    }
    try fields.requireEnd()
    return .rsaPSS(digest, mask: mask, salt: salt)
  }

  private static func digest(_ field: DERReader) throws(CryptoError) -> DocumentDigest {
    var reader = field
    return try DocumentDigest(reader.inside(try reader.next(0x30)))
  }

  private static func mask(_ field: DERReader) throws(CryptoError) -> DocumentDigest {
    var reader = field
    var function = reader.inside(try reader.next(0x30))
    guard try function.identifier() == maskGeneration else {
      throw CryptoError(
        .unsupported, "an RSASSA-PSS signature has another mask generation function than MGF1")
    }
    return try digest(function)
  }

  /// The AlgorithmIdentifier in DER.
  var identifier: [UInt8] {
    switch self {
    case .rsaPSS(let digest, let mask, let salt):
      let mgf1 = DER.sequence(Self.maskGeneration.der, mask.algorithmIdentifier())
      return DER.sequence(
        Self.rsaPSS.der,
        DER.sequence(
          DER.tagged(0, constructed: true, digest.algorithmIdentifier()),
          DER.tagged(1, constructed: true, mgf1),
          DER.tagged(2, constructed: true, DER.integer(salt))))
    case .rsaPKCS1: return DER.sequence(name, [0x05, 0x00])
    case .ecdsa: return DER.sequence(name)
    }
  }

  private var name: [UInt8] { Self.named.first { $0.value == self }?.key.der ?? [] }
}

extension DER {
  /// A number that is not negative.
  static func integer(_ value: Int) -> [UInt8] {
    let magnitude = unsafe withUnsafeBytes(of: value.bigEndian) { unsafe Array($0) }.drop { $0 == 0 }
    return integer(Array(magnitude))
  }
}
