import COpenSSL

/// A private key; OpenSSL wipes it when the last owner lets go.
@safe package final class PrivateKey: @unchecked Sendable {
  /// The public half.
  package let publicKey: PublicKey
  /// The `EVP_PKEY`; a user on another thread works on a duplicate.
  let pointer: OpaquePointer

  private init(adopting key: OpaquePointer) throws(CryptoError) {
    unsafe pointer = unsafe key
    do {
      publicKey = try unsafe PublicKey(publicHalfOf: key)
    } catch {
      unsafe EVP_PKEY_free(key)
      throw error
    }
  }

  deinit {
    unsafe EVP_PKEY_free(pointer)
  }

  /// A new key for `algorithm`; `rsaBits` counts for RSA alone.
  ///
  /// - Throws: `.library`.
  package static func generate(
    _ algorithm: SignatureAlgorithm, rsaBits: Int = 2048
  ) throws(CryptoError) -> PrivateKey {
    let context = try KeyContext(generating: algorithm.keyKind)
    let what = "a key for \(algorithm.name) could not be generated"
    switch algorithm.keyKind {
    case .p256:
      try unsafe ErrorQueue.check(EVP_PKEY_CTX_set_group_name(context.pointer, "P-256"), .library, what)
    case .rsa:
      try unsafe ErrorQueue.check(
        EVP_PKEY_CTX_set_rsa_keygen_bits(context.pointer, Int32(clamping: rsaBits)), .library, what)
    case .ed25519, .sm2, .other: break
    }
    var key: OpaquePointer?
    try unsafe ErrorQueue.check(EVP_PKEY_generate(context.pointer, &key), .library, what)
    return try unsafe PrivateKey(adopting: try ErrorQueue.unwrap(key, .library, what))
  }

  /// Reads the first private key of a PEM text. An encrypted one is refused: nothing asks for a passphrase.
  ///
  /// - Throws: `.malformed`.
  package convenience init(pem: [UInt8]) throws(CryptoError) {
    let key = unsafe pem.withUnsafeBytes { bytes -> OpaquePointer? in
      guard let bio = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else {
        return nil
      }
      defer { unsafe BIO_free(bio) }
      return unsafe PEM_read_bio_PrivateKey(bio, nil, { _, _, _, _ in -1 }, nil)
    }
    try unsafe self.init(
      adopting: try ErrorQueue.unwrap(
        key, .malformed, "no unencrypted PEM private key: expected -----BEGIN PRIVATE KEY-----"))
  }

  /// The key as unencrypted PKCS#8 PEM. The caller owns a secret from here on.
  ///
  /// - Throws: `.library`.
  package func pem() throws(CryptoError) -> [UInt8] {
    let bio = unsafe try ErrorQueue.unwrap(BIO_new(BIO_s_mem()), .library, "no memory for a PEM text")
    defer { unsafe BIO_free(bio) }
    try unsafe ErrorQueue.check(
      PEM_write_bio_PKCS8PrivateKey(bio, pointer, nil, nil, 0, nil, nil), .library,
      "a private key could not be written as PKCS#8")
    return unsafe memoryContents(of: bio)
  }
}

/// The bytes written so far to the memory `bio`.
func memoryContents(of bio: OpaquePointer) -> [UInt8] {
  var start: UnsafeMutablePointer<CChar>?
  let length = unsafe passgate_bio_contents(bio, &start)
  return unsafe Array(UnsafeRawBufferPointer(start: start, count: max(0, length)))
}

/// A key operation's context, freed with its owner.
@safe final class KeyContext {
  let pointer: OpaquePointer

  /// For generating a key of `kind`.
  init(generating kind: KeyKind) throws(CryptoError) {
    unsafe pointer = try ErrorQueue.unwrap(
      EVP_PKEY_CTX_new_from_name(nil, kind.openSSLName, nil), .library,
      "OpenSSL offers no keys of kind \(kind.rawValue)")
    try unsafe ErrorQueue.check(
      EVP_PKEY_keygen_init(pointer), .library, "the generation of a key could not be started")
  }

  /// For using `key`, which must outlive it.
  init(using key: OpaquePointer) throws(CryptoError) {
    unsafe pointer = try ErrorQueue.unwrap(
      EVP_PKEY_CTX_new_from_pkey(nil, key, nil), .library, "no memory for a key context")
  }

  deinit {
    unsafe EVP_PKEY_CTX_free(pointer)
  }
}

extension KeyKind {
  fileprivate var openSSLName: String {
    switch self {
    case .p256: "EC"
    case .ed25519: "ED25519"
    case .rsa: "RSA"
    case .sm2: "SM2"
    case .other: ""
    }
  }
}
