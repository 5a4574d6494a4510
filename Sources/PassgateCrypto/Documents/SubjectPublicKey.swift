import COpenSSL

/// What a SubjectPublicKeyInfo says, before anything is computed with it.
enum SubjectPublicKey {
  case rsa(RSANumbers)
  /// A key for RSASSA-PSS alone, with its parameters when they are bound too.
  case pss(RSANumbers, DocumentSignatureAlgorithm?)
  case ec(DocumentCurve, point: [UInt8])

  private static let rsaEncryption = OID(1, 2, 840, 113549, 1, 1, 1)
  private static let rsaPSS = OID(1, 2, 840, 113549, 1, 1, 10)
  private static let ecPublicKey = OID(1, 2, 840, 10045, 2, 1)

  init(_ spki: [UInt8]) throws(CryptoError) {
    var outer = DERReader(spki)
    var fields = outer.inside(try outer.next(0x30))
    try outer.requireEnd()
    var algorithm = fields.inside(try fields.next(0x30))
    let bits = fields.content(try fields.next(0x03))
    try fields.requireEnd()
    guard bits.first == 0 else { throw DERReader.fault }
    let key = Array(bits.dropFirst())
    switch try algorithm.identifier() {
    case Self.rsaEncryption: self = .rsa(try RSANumbers(key))
    case Self.rsaPSS:
      let parameters = try algorithm.nextIfTagged(0x30)
      self = .pss(
        try RSANumbers(key), try Self.parameters(parameters.map { algorithm.inside($0) }))
    case Self.ecPublicKey:
      let curve = try DocumentCurve(parameters: &algorithm)
      try algorithm.requireEnd()
      self = .ec(curve, point: try Self.point(key, curve))
    default:
      throw CryptoError(.unsupported, "a public key is neither RSA nor of an elliptic curve")
    }
  }

  private static func parameters(_ content: DERReader?) throws(CryptoError) -> DocumentSignatureAlgorithm? {
    guard let content else { return nil }
    return try DocumentSignatureAlgorithm.pssParameters(content)
  }

  /// Compressed or not; infinity and the hybrid form are refused by their length or first byte.
  private static func point(_ bytes: [UInt8], _ curve: DocumentCurve) throws(CryptoError) -> [UInt8] {
    let width = curve.fieldLength
    switch bytes.first {
    case 4 where bytes.count == 1 + 2 * width, 2 where bytes.count == 1 + width,
      3 where bytes.count == 1 + width:
      return bytes
    default:
      throw CryptoError(.malformed, "the point of a public key is not as long as its curve demands")
    }
  }
}

/// An RSA key's two numbers, big-endian, within the bounds of what is verified.
struct RSANumbers {
  let modulus: [UInt8]
  let exponent: [UInt8]

  /// The sizes that are taken, in bits: travel documents of the first years have 1024, CSCAs up to 6144.
  static let bitLimits = 1024...6144

  /// Reads an RSAPublicKey (RFC 8017 appendix A.1.1).
  init(_ der: [UInt8]) throws(CryptoError) {
    var outer = DERReader(der)
    var fields = outer.inside(try outer.next(0x30))
    try outer.requireEnd()
    modulus = Array(try fields.unsignedInteger())
    exponent = Array(try fields.unsignedInteger())
    try fields.requireEnd()
    try requireBounds()
  }

  var bits: Int { modulus.count * 8 - (modulus.first?.leadingZeroBitCount ?? 0) }

  /// A larger exponent would make verification as dear as the sender likes; even numbers are of no RSA key.
  private func requireBounds() throws(CryptoError) {
    guard Self.bitLimits.contains(bits), modulus.last.map({ $0 & 1 == 1 }) == true else {
      throw CryptoError(
        .weakKey,
        "an RSA key must be odd and have \(Self.bitLimits.lowerBound) to \(Self.bitLimits.upperBound) bits")
    }
    guard 1...8 ~= exponent.count, exponent != [1], exponent.last.map({ $0 & 1 == 1 }) == true else {
      throw CryptoError(.weakKey, "the exponent of an RSA key must be odd, more than 1 and below 2^64")
    }
  }

  func decoded() throws(CryptoError) -> OpaquePointer {
    unsafe try ErrorQueue.unwrap(
      passgate_rsa_public_key(modulus, modulus.count, exponent, exponent.count), .malformed,
      "an RSA key cannot be used")
  }
}
