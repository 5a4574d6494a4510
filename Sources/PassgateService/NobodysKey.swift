import PassgateCrypto

/// Public keys whose private half nobody has.
enum NobodysKey {
  /// A key for `algorithm`, made anew.
  static func make(for algorithm: SignatureAlgorithm) throws(CryptoError) -> PublicKey {
    switch algorithm {
    case .rsaPSSSHA256, .rsaPKCS1SHA256: try rsa()
    case .ecdsaP256SHA256, .ed25519, .sm2SM3: try PrivateKey.generate(algorithm).publicKey
    }
  }

  /// A random modulus of 2048 bits takes as long to verify with as one made of primes. The search for primes
  /// would take seconds of each start, and hold up all calls at each reload.
  private static func rsa() throws(CryptoError) -> PublicKey {
    var modulus = try randomBytes(256)
    // Close to the largest, so that hardly any signature exceeds it and is refused early; and odd.
    modulus[0] = 0xFF
    modulus[255] |= 1
    return try PublicKey(spki: (header + modulus + exponent).span)
  }

  /// A SubjectPublicKeyInfo of rsaEncryption up to the first byte of the modulus, a zero (RFC 8017 A.1.1).
  private static let header: [UInt8] = [
    0x30, 0x82, 0x01, 0x22, 0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01,
    0x05, 0x00, 0x03, 0x82, 0x01, 0x0F, 0x00, 0x30, 0x82, 0x01, 0x0A, 0x02, 0x82, 0x01, 0x01, 0x00,
  ]
  /// 65537.
  private static let exponent: [UInt8] = [0x02, 0x03, 0x01, 0x00, 0x01]
}
