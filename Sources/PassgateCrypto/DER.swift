import COpenSSL

/// Writes DER (X.690), as much of it as certificates and requests need.
enum DER {
  static func sequence(_ parts: [UInt8]...) -> [UInt8] { element(0x30, parts.flatMap(\.self)) }
  static func set(_ parts: [UInt8]...) -> [UInt8] { element(0x31, parts.flatMap(\.self)) }
  static func octetString(_ content: [UInt8]) -> [UInt8] { element(0x04, content) }
  static func utf8String(_ text: String) -> [UInt8] { element(0x0c, Array(text.utf8)) }
  static let yes: [UInt8] = [0x01, 0x01, 0xff]

  /// A bit string of whole bytes, or of less with `unused` bits at the end.
  static func bitString(_ content: [UInt8], unused: UInt8 = 0) -> [UInt8] {
    element(0x03, [unused] + content)
  }

  /// The value of a context-specific tag, primitive or constructed.
  static func tagged(_ number: UInt8, constructed: Bool = false, _ content: [UInt8]) -> [UInt8] {
    element(0x80 | (constructed ? 0x20 : 0) | number, content)
  }

  /// A positive integer, `magnitude` big-endian without leading zeros.
  static func integer(_ magnitude: [UInt8]) -> [UInt8] {
    element(0x02, (magnitude.first ?? 0x80) >= 0x80 ? [0] + magnitude : magnitude)
  }

  /// An object identifier given in dotted form.
  static func objectIdentifier(_ dotted: String) throws(CryptoError) -> [UInt8] {
    let what = "an object identifier"
    let object = try unsafe ErrorQueue.unwrap(
      OBJ_txt2obj(dotted, 1), .malformed, "\(what) is not in dotted form")
    defer { unsafe ASN1_OBJECT_free(object) }
    return try unsafe derBytes(what) { unsafe i2d_ASN1_OBJECT(object, $0) }
  }

  /// A time in the one form that RFC 5280 section 4.1.2.5 allows for it.
  static func time(_ unixSeconds: Int64) throws(CryptoError) -> [UInt8] {
    let what = "a time"
    let time = try unsafe ErrorQueue.unwrap(
      ASN1_TIME_set(nil, Int(unixSeconds)), .malformed, "\(what) is outside what certificates can say")
    defer { unsafe ASN1_TIME_free(time) }
    return try unsafe derBytes(what) { unsafe i2d_ASN1_TIME(time, $0) }
  }

  static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    [tag] + length(content.count) + content
  }

  private static func length(_ count: Int) -> [UInt8] {
    guard count >= 0x80 else { return [UInt8(count)] }
    let bytes = unsafe withUnsafeBytes(of: count.bigEndian) { unsafe Array($0) }.drop { $0 == 0 }
    return [0x80 | UInt8(bytes.count)] + bytes
  }
}

extension SignatureAlgorithm {
  /// The AlgorithmIdentifier in DER: RFC 5758, RFC 8410, RFC 4055 with the parameters of the wire, GM/T 0009.
  var identifier: [UInt8] {
    switch self {
    case .ecdsaP256SHA256:
      [0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]
    case .ed25519:
      [0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70]
    case .rsaPKCS1SHA256:
      [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b, 0x05, 0x00]
    case .rsaPSSSHA256:
      [
        0x30, 0x41, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a, 0x30, 0x34,
        0xa0, 0x0f, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
        0xa1, 0x1c, 0x30, 0x1a, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08,
        0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
        0xa2, 0x03, 0x02, 0x01, 0x20,
      ]
    case .sm2SM3:
      [0x30, 0x0a, 0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x75]
    }
  }
}
