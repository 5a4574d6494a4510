import COpenSSL

/// A private key of a made travel document: of its CSCA, its signer or its chip. For software chips and tests; real
/// ones never leave an issuer's device. OpenSSL wipes it when the last owner lets go.
@safe package final class DocumentPrivateKey: @unchecked Sendable {
  /// The public half.
  package let publicKey: DocumentKey
  private let pointer: OpaquePointer

  private init(adopting key: OpaquePointer) throws(CryptoError) {
    unsafe pointer = unsafe key
    do {
      publicKey = try DocumentKey(spki: try unsafe derBytes("a public key") { unsafe i2d_PUBKEY(key, $0) })
    } catch {
      unsafe EVP_PKEY_free(key)
      throw error
    }
  }

  deinit {
    unsafe EVP_PKEY_free(pointer)
  }

  /// A new key.
  ///
  /// - Throws: `.library`.
  package static func generate(_ kind: DocumentKey.Kind) throws(CryptoError) -> DocumentPrivateKey {
    let key =
      switch kind {
      case .rsa(let bits): unsafe passgate_generate_rsa_key(bits)
      case .ec(let curve): unsafe passgate_generate_ec_key(curve.openSSLName)
      }
    return try unsafe DocumentPrivateKey(
      adopting: try ErrorQueue.unwrap(key, .library, "a key of a travel document could not be generated"))
  }

  /// The key of a PrivateKeyInfo in DER, as `encoded` gives it.
  ///
  /// - Throws: `.malformed`; `.unsupported` for a kind that travel documents do not use.
  package convenience init(encoded: [UInt8]) throws(CryptoError) {
    let key = unsafe encoded.withUnsafeBufferPointer { bytes -> OpaquePointer? in
      var cursor = bytes.baseAddress
      return unsafe d2i_AutoPrivateKey(nil, &cursor, bytes.count)
    }
    try unsafe self.init(
      adopting: try ErrorQueue.unwrap(key, .malformed, "a private key of a travel document does not decode"))
  }

  /// The key in DER. The caller owns a secret from here on.
  ///
  /// - Throws: `.library`.
  package func encoded() throws(CryptoError) -> [UInt8] {
    try unsafe derBytes("a private key") { unsafe i2d_PrivateKey(pointer, $0) }
  }

  /// The signature of `message`.
  ///
  /// - Throws: `.mismatch` when the algorithm is of another kind of key, `.library`.
  package func sign(
    _ message: [UInt8], _ algorithm: DocumentSignatureAlgorithm
  ) throws(CryptoError) -> [UInt8] {
    let digest = algorithm.digest.digest(message)
    let context = try unsafe KeyContext(using: pointer)
    let what = "a travel document could not be signed"
    try unsafe ErrorQueue.check(EVP_PKEY_sign_init(context.pointer), .library, what)
    switch (algorithm, publicKey.kind) {
    case (.rsaPKCS1(let function), .rsa):
      try unsafe ErrorQueue.check(
        EVP_PKEY_CTX_set_signature_md(context.pointer, function.fetched), .library, what)
    case (.rsaPSS(let function, let mask, let salt), .rsa):
      try unsafe ErrorQueue.check(
        passgate_prepare_pss(
          context.pointer, function.fetched, mask.fetched, Int32(clamping: salt)), .library, what)
    case (.ecdsa(_, let form), .ec(let curve)):
      let signature = try Self.sign(digest, context, limit: 2 * curve.fieldLength + 16)
      return form == .der ? signature : try Self.plain(signature, curve)
    default:
      throw CryptoError(.mismatch, "a key of a travel document is of another kind than the algorithm")
    }
    return try Self.sign(digest, context, limit: publicKey.width)
  }

  /// The RSA operation on a block as wide as the modulus, without padding: what ISO 9796-2 signatures are made of.
  ///
  /// - Throws: `.mismatch` for another kind of key, `.library` when the block is no number below the modulus.
  package func signBlock(_ block: [UInt8]) throws(CryptoError) -> [UInt8] {
    guard case .rsa = publicKey.kind, block.count == publicKey.width else {
      throw CryptoError(.mismatch, "a block is not as wide as the RSA key that is to sign it")
    }
    let context = try unsafe KeyContext(using: pointer)
    let what = "a block could not be signed"
    try unsafe ErrorQueue.check(EVP_PKEY_sign_init(context.pointer), .library, what)
    try unsafe ErrorQueue.check(
      EVP_PKEY_CTX_set_rsa_padding(context.pointer, RSA_NO_PADDING), .library, what)
    return try Self.sign(block, context, limit: publicKey.width)
  }

  private static func sign(
    _ digest: [UInt8], _ context: KeyContext, limit: Int
  ) throws(CryptoError) -> [UInt8] {
    var result: Int32 = 0
    let signature = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      count = limit
      unsafe result = EVP_PKEY_sign(
        context.pointer, buffer.baseAddress, &count, digest, digest.count)
      if result != 1 { count = 0 }
    }
    try ErrorQueue.check(result, .library, "a travel document could not be signed")
    return signature
  }

  private static func plain(_ der: [UInt8], _ curve: DocumentCurve) throws(CryptoError) -> [UInt8] {
    var reader = DERReader(der)
    var numbers = reader.inside(try reader.next(0x30))
    let halves = [try numbers.unsignedInteger(), try numbers.unsignedInteger()]
    return halves.flatMap { [UInt8](repeating: 0, count: max(0, curve.fieldLength - $0.count)) + $0 }
  }
}
