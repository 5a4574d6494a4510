import PassgateCrypto
import Testing

/// What registration refuses of a key.
@Suite struct PublicKeyTests {
  /// What `openssl ecparam -name prime256v1 -param_enc explicit` makes of P-256.
  static let explicitP256 = bytes(
    """
    3082014b3082010306072a8648ce3d02013081f7020101302c06072a8648ce3d0101022100ffffffff000000010000000000
    00000000000000ffffffffffffffffffffffff305b0420ffffffff00000001000000000000000000000000ffffffffffffff
    fffffffffc04205ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b031500c49d360886e70493
    6a6678e1139d26b7819f7e900441046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342
    e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5022100ffffffff00000000ffffffffffffffffbce6
    faada7179e84f3b9cac2fc632551020101034200048153ae68c3a44e06e5e4c4e3ae224e2b84ed81605ccc46de5fac71fdea
    c204a196e43e5844139c33d2cff9a946d1ca4186a8f37e8de08f2b210cd386e8d2f199
    """)
  static let compressedP256 = bytes(
    """
    3039301306072a8648ce3d020106082a8648ce3d030107032200025f38ed82cd38aa13c58dd87b58a4456542cde675ef0089
    a7a99b931a40c692bc
    """)
  static let p384 = bytes(
    """
    3076301006072a8648ce3d020106052b8104002203620004597e0047c639b4621ddaa563115b21600cc7e62b8620a926fced
    779c7072b207253493832accc650407dcefdd651fe2694046ca834fc64397323cdf1f65d3d1d825585db33674a6379a12243
    043e96b790765177fd4c0627dc8fa4c05187e7d9
    """)
  static let ed448 = bytes(
    """
    3043300506032b6571033a0085da7d89840631aefecd29ae757ab6e6a82af1eb7384afe914518b5918d3066530fb0c5cff28
    8edb9d87e0a92c8f6b5e2abebfb73f4bddec80
    """)

  static func ed25519(_ point: [UInt8]) -> [UInt8] {
    bytes("302a300506032b6570032100") + point
  }

  /// An RSA key whose modulus is any odd number of `bits` bits.
  static func rsa(
    bits: Int, exponent: [UInt8] = [1, 0, 1], algorithm: UInt8 = 1, parameters: [UInt8] = [5, 0]
  ) -> [UInt8] {
    let top = UInt8(0x80 >> ((8 - bits % 8) % 8))
    let modulus = [top] + [UInt8](repeating: 0x5a, count: (bits + 7) / 8 - 2) + [1]
    let oid: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, algorithm]
    let key = der(0x30, derInteger(modulus), derInteger(exponent))
    return der(0x30, der(0x30, der(0x06, oid), parameters), der(0x03, [0], key))
  }

  @Test(arguments: SignatureAlgorithm.allCases, SignatureAlgorithm.allCases)
  func aKeyServesItsOwnKindAlone(_ made: SignatureAlgorithm, _ used: SignatureAlgorithm) throws {
    let own = try TestKeys.key(for: made)
    let key = own.publicKey
    let expected: CryptoError.Reason? = made.keyKind == used.keyKind ? nil : .mismatch
    #expect(key.kind == made.keyKind)
    #expect(fault { () throws(CryptoError) in try key.check(for: used) } == expected)
    #expect(fault { () throws(CryptoError) in _ = try Verifier(key, used) } == expected)
    #expect(fault { () throws(CryptoError) in _ = try FileSigner(own, used) } == expected)
  }

  @Test func theIdIsTheDigestOfTheEncoding() throws {
    let spki = Self.ed25519([9] + [UInt8](repeating: 0, count: 31))
    let (key, digest) = try (PublicKey(spki), sha256(spki.span))
    #expect(key.spki == spki && key.keyID == digest && digest.count == 32)
  }

  @Test(arguments: [
    ("explicit parameters", explicitP256), ("compressed point", compressedP256), ("P-384", p384),
    ("Ed448", ed448), ("id-RSASSA-PSS", rsa(bits: 2048, algorithm: 10, parameters: [])),
  ])
  func anotherKindServesNothing(_ name: String, _ spki: [UInt8]) throws {
    let key = try PublicKey(spki)
    #expect(key.kind == .other)
    for algorithm in SignatureAlgorithm.allCases {
      #expect(fault { () throws(CryptoError) in try key.check(for: algorithm) } == .mismatch)
      #expect(fault { () throws(CryptoError) in _ = try Verifier(key, algorithm) } == .mismatch)
    }
  }

  static func p256(lastByte: UInt8) -> [UInt8] {
    bytes(
      "3059301306072a8648ce3d020106082a8648ce3d030107034200046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0"
    )
      + bytes("f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51") + [lastByte]
  }

  @Test func aPointMustBeOnItsCurve() throws {
    #expect(try PublicKey(Self.p256(lastByte: 0xf5)).kind == .p256)
    #expect(fault { () throws(CryptoError) in _ = try PublicKey(Self.p256(lastByte: 0xf4)) } == .malformed)
    var sm2 = try TestKeys.key(for: .sm2SM3).publicKey.spki
    sm2[90] ^= 1
    #expect(fault { () throws(CryptoError) in _ = try PublicKey(sm2) } == .malformed)
  }

  @Test(arguments: [
    ("empty", []), ("no DER", [1, 2, 3]), ("a byte left over", p256(lastByte: 0xf5) + [0]),
    ("cut", Array(p256(lastByte: 0xf5).dropLast())),
    ("infinity", bytes("3019301306072a8648ce3d020106082a8648ce3d0301070302000000")),
    ("too long", [UInt8](repeating: 0x30, count: 5000)),
  ])
  func whatDoesNotDecodeIsRefused(_ name: String, _ spki: [UInt8]) {
    #expect(fault { () throws(CryptoError) in _ = try PublicKey(spki) } == .malformed)
  }

  @Test(
    arguments: [
      (rsa(bits: 2048), nil), (rsa(bits: 4096), nil), (rsa(bits: 3000), nil),
      (rsa(bits: 2048, exponent: [0xff, 0xff, 0xff, 0xff]), nil), (rsa(bits: 1024), .weakKey),
      (rsa(bits: 2047), .weakKey), (rsa(bits: 4097), .weakKey), (rsa(bits: 8192), .weakKey),
      (rsa(bits: 2048, exponent: [3]), .weakKey), (rsa(bits: 2048, exponent: [1]), .weakKey),
      (rsa(bits: 2048, exponent: [1, 0, 0]), .weakKey), (rsa(bits: 2048, exponent: [1, 0, 2]), .weakKey),
      (rsa(bits: 2048, exponent: [1, 0, 0, 0, 1]), .weakKey),
      (rsa(bits: 2048, exponent: [UInt8](repeating: 0xff, count: 200)), .weakKey),
      (rsa(bits: 2048, parameters: []), .malformed),
    ] as [([UInt8], CryptoError.Reason?)])
  func rsaHasLimits(_ spki: [UInt8], _ expected: CryptoError.Reason?) throws {
    let key = try PublicKey(spki)
    #expect(fault { () throws(CryptoError) in try key.check(for: .rsaPSSSHA256) } == expected)
    #expect(fault { () throws(CryptoError) in try key.check(for: .rsaPKCS1SHA256) } == expected)
  }

  /// The y coordinates of small order, little-endian: 0, 1, -1, two of order 8, and p and p + 1 for 0 and 1.
  static let smallOrder = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  ]

  @Test(arguments: smallOrder, [UInt8(0), 0x80])
  func smallOrderIsRefused(_ y: String, _ sign: UInt8) throws {
    var point = bytes(y)
    point[31] |= sign
    let key = try PublicKey(Self.ed25519(point))
    #expect(fault { () throws(CryptoError) in try key.check(for: .ed25519) } == .weakKey)
  }

  @Test(arguments: [UInt8(0xef), 0xf8, 0xff])
  func anUnreducedPointIsRefused(_ low: UInt8) throws {
    let point = [low] + [UInt8](repeating: 0xff, count: 30) + [0x7f]
    let key = try PublicKey(Self.ed25519(point))
    #expect(fault { () throws(CryptoError) in try key.check(for: .ed25519) } == .weakKey)
  }

  @Test func underTheIdentityPointOneSignatureVerifiesEverything() throws {
    let identity: [UInt8] = [1] + [UInt8](repeating: 0, count: 31)
    let verifier = try Verifier(PublicKey(Self.ed25519(identity)), .ed25519)
    let forged = identity + [UInt8](repeating: 0, count: 32)
    #expect(verifier.accepts(forged, of: [1]) && verifier.accepts(forged, of: [2]))
  }
}
