import CPKCS11

/// A mechanism of PKCS#11 with its parameter.
struct PKCS11Mechanism: Sendable {
  let type: CK_MECHANISM_TYPE
  /// Numbers, which is all that the structures in use here are made of.
  var parameter: [CK_ULONG] = []

  /// Runs `body` with the mechanism as C has it.
  func withValue<Result>(_ body: (UnsafeMutablePointer<CK_MECHANISM>) -> Result) -> Result {
    var parameter = parameter
    return unsafe parameter.withUnsafeMutableBytes { bytes in
      var mechanism = unsafe CK_MECHANISM(
        mechanism: type, pParameter: bytes.isEmpty ? nil : bytes.baseAddress,
        ulParameterLen: CK_ULONG(bytes.count))
      return unsafe body(&mechanism)
    }
  }
}

/// How an algorithm of the wire is used in a token.
struct PKCS11Algorithm: Sendable {
  let algorithm: SignatureAlgorithm
  let keyType: CK_KEY_TYPE
  let signing: PKCS11Mechanism
  let generation: PKCS11Mechanism
  /// CKA_EC_PARAMS; empty for RSA.
  let curve: [UInt8]
  /// How long the token's signature of a P-256 or Ed25519 key is.
  private let signatureLength: Int?

  /// - Throws: `.unsupported` for SM2.
  init(_ algorithm: SignatureAlgorithm) throws(CryptoError) {
    self.algorithm = algorithm
    switch algorithm {
    case .ecdsaP256SHA256:
      keyType = CKK_EC
      signing = PKCS11Mechanism(type: CKM_ECDSA)
      generation = PKCS11Mechanism(type: CKM_EC_KEY_PAIR_GEN)
      curve = Self.p256
      signatureLength = 64
    case .ed25519:
      keyType = CKK_EC_EDWARDS
      signing = PKCS11Mechanism(type: CKM_EDDSA)
      generation = PKCS11Mechanism(type: CKM_EC_EDWARDS_KEY_PAIR_GEN)
      curve = Self.ed25519[0]
      signatureLength = 64
    case .rsaPSSSHA256, .rsaPKCS1SHA256:
      keyType = CKK_RSA
      signing = algorithm == .rsaPSSSHA256 ? Self.pss : PKCS11Mechanism(type: CKM_RSA_PKCS)
      generation = PKCS11Mechanism(type: CKM_RSA_PKCS_KEY_PAIR_GEN)
      curve = []
      signatureLength = nil
    case .sm2SM3:
      throw CryptoError(
        .unsupported,
        "PKCS#11 2.40 has no mechanism for SM2, so a token's own would fit that token alone: keep an sm2-sm3 key in "
          + "a file")
    }
  }

  /// RFC 8017 section 9.1 with the salt of the wire.
  private static let pss = PKCS11Mechanism(
    type: CKM_RSA_PKCS_PSS, parameter: [CKM_SHA256, CKG_MGF1_SHA256, CK_ULONG(HashFunction.digestLength)])

  /// The DigestInfo of RFC 8017 section 9.2 before a SHA-256.
  private static let digestInfo: [UInt8] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
    0x04, 0x20,
  ]

  /// The named curve of RFC 5480.
  fileprivate static let p256: [UInt8] = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]

  /// The object identifier of RFC 8410, and the name that PKCS#11 3.0 allows beside it.
  fileprivate static let ed25519: [[UInt8]] = [
    [0x06, 0x03, 0x2b, 0x65, 0x70], [0x13, 0x0c] + Array("edwards25519".utf8),
  ]

  /// What the token is given to sign for `message`: hashing is done here, because a token is slow to reach.
  func input(_ message: Span<UInt8>) -> [UInt8] {
    switch algorithm {
    case .ed25519: unsafe message.withUnsafeBufferPointer { unsafe Array($0) }
    case .rsaPKCS1SHA256: Self.digestInfo + sha256(message)
    case .ecdsaP256SHA256, .rsaPSSSHA256, .sm2SM3: sha256(message)
    }
  }

  /// The token's signature in the form of the wire: DER for ECDSA, which PKCS#11 writes as r || s.
  func signature(_ raw: [UInt8]) throws(PKCS11Fault) -> [UInt8] {
    guard raw.count == signatureLength ?? raw.count else {
      throw .refused(CryptoError(.library, "a token gave a signature of \(raw.count) bytes"))
    }
    guard algorithm == .ecdsaP256SHA256 else { return raw }
    let halves = [raw.prefix(32), raw.suffix(32)].map { Array($0.drop { $0 == 0 }) }
    return DER.sequence(DER.integer(halves[0]), DER.integer(halves[1]))
  }
}

// MARK: - Public keys

extension PKCS11Session {
  /// The public key that an object holds, or the private key object itself where the token lets its public attributes
  /// be read; nil for an object that tells none, or of a kind that is not taken.
  func publicKey(of object: CK_OBJECT_HANDLE) throws(PKCS11Fault) -> PublicKey? {
    let spki: [UInt8]? =
      switch try number(CKA_KEY_TYPE, of: object) {
      case CKK_EC: try ecSPKI(object)
      case CKK_EC_EDWARDS: try edwardsSPKI(object)
      case CKK_RSA: try rsaSPKI(object)
      default: nil
      }
    guard let spki else { return nil }
    return try onCrypto { () throws(CryptoError) in try PublicKey(spki: spki.span) }
  }

  private func ecSPKI(_ object: CK_OBJECT_HANDLE) throws(PKCS11Fault) -> [UInt8]? {
    guard try value(CKA_EC_PARAMS, of: object) == PKCS11Algorithm.p256 else { return nil }
    guard let point = try point(object, length: 65) else { return nil }
    return try onCrypto { () throws(CryptoError) in
      DER.sequence(
        DER.sequence(try DER.objectIdentifier("1.2.840.10045.2.1"), PKCS11Algorithm.p256),
        DER.bitString(point))
    }
  }

  private func edwardsSPKI(_ object: CK_OBJECT_HANDLE) throws(PKCS11Fault) -> [UInt8]? {
    guard let curve = try value(CKA_EC_PARAMS, of: object), PKCS11Algorithm.ed25519.contains(curve) else {
      return nil
    }
    guard let point = try point(object, length: 32) else { return nil }
    return DER.sequence(DER.sequence(PKCS11Algorithm.ed25519[0]), DER.bitString(point))
  }

  private func rsaSPKI(_ object: CK_OBJECT_HANDLE) throws(PKCS11Fault) -> [UInt8]? {
    guard let modulus = try value(CKA_MODULUS, of: object),
      let exponent = try value(CKA_PUBLIC_EXPONENT, of: object)
    else { return nil }
    let numbers = [modulus, exponent].map { DER.integer(Array($0.drop { $0 == 0 })) }
    return try onCrypto { () throws(CryptoError) in
      let null: [UInt8] = [0x05, 0x00]
      return DER.sequence(
        DER.sequence(try DER.objectIdentifier("1.2.840.113549.1.1.1"), null),
        DER.bitString(DER.sequence(numbers[0], numbers[1])))
    }
  }

  /// CKA_EC_POINT: an OCTET STRING by the standard, the bare point with some tokens.
  private func point(_ object: CK_OBJECT_HANDLE, length: Int) throws(PKCS11Fault) -> [UInt8]? {
    guard let value = try value(CKA_EC_POINT, of: object) else { return nil }
    let bare =
      value.starts(with: [0x04, UInt8(length)]) && value.count == length + 2
      ? Array(value.dropFirst(2)) : value
    return bare.count == length ? bare : nil
  }
}
