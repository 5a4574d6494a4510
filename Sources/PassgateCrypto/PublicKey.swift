import COpenSSL

/// The kinds of key Passgate tells apart.
package enum KeyKind: String, Sendable {
  /// A P-256 key that names its curve and writes its point uncompressed.
  case p256 = "P-256"
  /// An Ed25519 key.
  case ed25519 = "Ed25519"
  /// A key under `rsaEncryption`; one under `id-RSASSA-PSS` is `other`.
  case rsa = "RSA"
  /// An SM2 key that names its curve and writes its point uncompressed.
  case sm2 = "SM2"
  /// Anything else, explicit curve parameters and compressed points included.
  case other = "other"
}

/// A public key decoded once from its SubjectPublicKeyInfo, shared by all threads and never changed.
@safe package final class PublicKey: @unchecked Sendable {
  /// The SubjectPublicKeyInfo it was made from, DER.
  package let spki: [UInt8]
  /// SHA-256 of `spki`, 32 bytes.
  package let keyID: [UInt8]
  /// What kind of key it is.
  package let kind: KeyKind
  /// The `EVP_PKEY`; a user on another thread works on a duplicate.
  let pointer: OpaquePointer

  /// The largest SubjectPublicKeyInfo that is decoded, in bytes.
  static let spkiLimit = 4096

  /// Decodes one SubjectPublicKeyInfo and nothing after it. Any kind of key is taken: `check(for:)` judges.
  ///
  /// - Throws: `.malformed` when it does not decode, has bytes left over, or its point is not on the curve.
  package init(spki: Span<UInt8>) throws(CryptoError) {
    guard spki.count <= Self.spkiLimit else {
      throw CryptoError(.malformed, "a public key is larger than \(Self.spkiLimit) bytes")
    }
    let decoded = unsafe spki.withUnsafeBufferPointer { bytes -> OpaquePointer? in
      var cursor = bytes.baseAddress
      guard let key = unsafe d2i_PUBKEY(nil, &cursor, bytes.count) else { return nil }
      guard unsafe cursor == bytes.baseAddress.map({ unsafe $0 + bytes.count }) else {
        unsafe EVP_PKEY_free(key)
        return nil
      }
      return unsafe key
    }
    unsafe pointer = try ErrorQueue.unwrap(
      decoded, .malformed, "a public key is not one DER SubjectPublicKeyInfo")
    let owned = unsafe spki.withUnsafeBufferPointer { unsafe Array($0) }
    self.spki = owned
    keyID = sha256(owned.span)
    unsafe kind = KeyEncoding.kind(of: owned, pointer)
  }

  /// The key `key` as OpenSSL decoded it out of `spki` inside a certificate; takes a reference of its own,
  /// because decoding again costs more than verifying a signature.
  ///
  /// - Throws: `.malformed` when `spki` is larger than a key that is decoded here.
  init(retaining key: OpaquePointer, spki: [UInt8]) throws(CryptoError) {
    guard spki.count <= Self.spkiLimit else {
      throw CryptoError(.malformed, "a public key is larger than \(Self.spkiLimit) bytes")
    }
    unsafe EVP_PKEY_up_ref(key)
    unsafe pointer = key
    self.spki = spki
    keyID = sha256(spki.span)
    unsafe kind = KeyEncoding.kind(of: spki, key)
  }

  /// The public half of `key`, which stays the caller's.
  convenience init(publicHalfOf key: OpaquePointer) throws(CryptoError) {
    let spki = try unsafe derBytes("a public key") { unsafe i2d_PUBKEY(key, $0) }
    try self.init(spki: spki.span)
  }

  deinit {
    unsafe EVP_PKEY_free(pointer)
  }

  /// Throws unless this is the kind of key that `algorithm` needs.
  ///
  /// - Throws: `.mismatch`.
  func requireKind(of algorithm: SignatureAlgorithm) throws(CryptoError) {
    guard kind == algorithm.keyKind else {
      throw CryptoError(
        .mismatch,
        "\(algorithm.name) needs a key of kind \(algorithm.keyKind.rawValue), this one is \(kind.rawValue)")
    }
  }

  /// What registration demands of a key beyond decoding, so that no key is accepted which signs for
  /// everybody, costs more to verify than planned, or has a second encoding and so a second id.
  ///
  /// Refused: another kind than `algorithm` needs, explicit curves, compressed points, RSA outside 2048 to
  /// 4096 bits or with an exponent other than an odd one of 65537 to 2^32 - 1, and Ed25519 points of small
  /// order or written non-canonically.
  ///
  /// - Throws: `.mismatch`, `.weakKey`, or `.malformed` for a second encoding.
  package func check(for algorithm: SignatureAlgorithm) throws(CryptoError) {
    try requireKind(of: algorithm)
    switch kind {
    case .rsa: try unsafe RSALimits.check(pointer, spki: spki)
    case .ed25519: try Ed25519Points.check(KeyEncoding.point(of: spki))
    // The one encoding that has such a kind names its curve, and decoding has proved the point.
    case .p256, .sm2, .other: break
    }
  }
}

/// The bytes that an `i2d_` function writes.
func derBytes(
  _ what: String, _ encode: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32
) throws(CryptoError) -> [UInt8] {
  var start: UnsafeMutablePointer<UInt8>?
  let length = unsafe encode(&start)
  guard length > 0, let start = unsafe start else {
    throw ErrorQueue.drain(.library, "\(what) could not be encoded")
  }
  defer { unsafe CRYPTO_free(start, nil, 0) }
  return unsafe Array(UnsafeBufferPointer(start: start, count: Int(length)))
}
