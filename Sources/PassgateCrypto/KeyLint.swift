import COpenSSL

/// The exact encodings of the keys that have only one.
enum KeyEncoding {
  /// What stands before the point, and the length of the point: RFC 5480, RFC 8410, GM/T 0009.
  private static let fixed: [(kind: KeyKind, prefix: [UInt8], pointLength: Int)] = [
    (
      .p256,
      [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
        0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
      ], 64
    ),
    (
      .sm2,
      [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
        0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d, 0x03, 0x42, 0x00, 0x04,
      ], 64
    ),
    (.ed25519, [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00], 32),
  ]

  /// The kind of the key `spki`, decoded as `key`.
  static func kind(of spki: [UInt8], _ key: OpaquePointer) -> KeyKind {
    for (kind, prefix, pointLength) in fixed
    where spki.count == prefix.count + pointLength && spki.starts(with: prefix) {
      return kind
    }
    return unsafe EVP_PKEY_is_a(key, "RSA") == 1 ? .rsa : .other
  }

  /// The last 32 bytes of `spki`: the point of an Ed25519 key.
  static func point(of spki: [UInt8]) -> [UInt8] {
    Array(spki.suffix(32))
  }
}

/// What bounds the cost and the weakness of an RSA key.
enum RSALimits {
  static let bits = 2048...4096
  /// A longer exponent makes each verification dearer, and nobody uses one.
  static let exponents: ClosedRange<UInt> = 65537...0xffff_ffff

  /// - Throws: `.weakKey` outside the limits, `.malformed` when `spki` is not the key's one DER encoding.
  static func check(_ key: OpaquePointer, spki: [UInt8]) throws(CryptoError) {
    let length = unsafe Int(EVP_PKEY_get_bits(key))
    guard bits.contains(length), length.isMultiple(of: 8) else {
      throw CryptoError(
        .weakKey, "an RSA key must have \(bits.lowerBound) to \(bits.upperBound) bits, in whole bytes")
    }
    guard let exponent = unsafe exponent(of: key), exponents.contains(exponent), exponent % 2 == 1 else {
      throw CryptoError(.weakKey, "an RSA key must have an odd exponent of 65537 to 4294967295")
    }
    guard try unsafe derBytes("a public key", { unsafe i2d_PUBKEY(key, $0) }) == spki else {
      throw CryptoError(.malformed, "an RSA key is not written in its one DER encoding")
    }
  }

  private static func exponent(of key: OpaquePointer) -> UInt? {
    var number: OpaquePointer?
    defer { unsafe BN_free(number) }
    guard unsafe EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &number) == 1 else {
      ErrorQueue.clear()
      return nil
    }
    return unsafe BN_num_bits(number) <= 64 ? UInt(BN_get_word(number)) : nil
  }
}

/// The Ed25519 public keys under which one signature verifies every message.
enum Ed25519Points {
  /// The y coordinates of the eight points of small order, little-endian without the sign bit: 1, -1, 0 and
  /// two of order 8.
  private static let smallOrder: [[UInt8]] = [
    [1] + [UInt8](repeating: 0, count: 31),
    [0xec] + [UInt8](repeating: 0xff, count: 30) + [0x7f],
    [UInt8](repeating: 0, count: 32),
    [
      0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
      0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
      0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
      0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
  ]

  /// - Throws: `.weakKey` when `point`, 32 bytes, has small order with either sign, or a y of p or above.
  static func check(_ point: [UInt8]) throws(CryptoError) {
    var y = point
    y[31] &= 0x7f
    guard isReduced(y) else {
      throw CryptoError(.weakKey, "an Ed25519 key is not written in its one canonical encoding")
    }
    guard !smallOrder.contains(y) else {
      throw CryptoError(.weakKey, "an Ed25519 key is a point of small order, for which anybody can sign")
    }
  }

  /// Whether the little-endian `y` is below p = 2^255 - 19, whose bytes are ed ff ... ff 7f.
  private static func isReduced(_ y: [UInt8]) -> Bool {
    y[0] < 0xed || y[31] != 0x7f || y[1..<31].contains { $0 != 0xff }
  }
}
