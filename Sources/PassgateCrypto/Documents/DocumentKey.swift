import COpenSSL

/// A public key of the travel documents' PKI or of a chip: RSA of 1024 to 6144 bits, or on a known curve.
///
/// Made from its numbers, so that nothing of the curve is ever the sender's choice. It may be shared by threads.
@safe package final class DocumentKey: @unchecked Sendable {
  /// What kind of key it is.
  package enum Kind: Sendable, Hashable {
    case rsa(bits: Int)
    case ec(DocumentCurve)
  }

  /// The SubjectPublicKeyInfo it was made from.
  package let spki: [UInt8]
  package let kind: Kind
  /// For a key that is bound to RSASSA-PSS (RFC 4055): nil when any parameters will do.
  private let binding: Binding
  private let pointer: OpaquePointer

  private enum Binding {
    case none
    case pss(DocumentSignatureAlgorithm?)
  }

  /// The largest SubjectPublicKeyInfo that is decoded, in bytes.
  package static let spkiLimit = 4096

  /// Decodes one SubjectPublicKeyInfo and nothing after it.
  ///
  /// - Throws: `.malformed`, also for a point that is not on its curve; `.unsupported` for another kind of key or
  ///   curve, explicit parameters that are not exactly a known curve's among them; `.weakKey` outside the bounds.
  package init(spki: [UInt8]) throws(CryptoError) {
    guard spki.count <= Self.spkiLimit else {
      throw CryptoError(.malformed, "a public key is larger than \(Self.spkiLimit) bytes")
    }
    let parts = try SubjectPublicKey(spki)
    self.spki = spki
    switch parts {
    case .rsa(let numbers):
      (kind, binding) = (.rsa(bits: numbers.bits), .none)
      unsafe pointer = try numbers.decoded()
    case .pss(let numbers, let parameters):
      (kind, binding) = (.rsa(bits: numbers.bits), .pss(parameters))
      unsafe pointer = try numbers.decoded()
    case .ec(let curve, let point):
      (kind, binding) = (.ec(curve), .none)
      unsafe pointer = try ErrorQueue.unwrap(
        passgate_ec_public_key(curve.openSSLName, point, point.count), .malformed,
        "the point of a public key is not on its curve")
    }
  }

  deinit {
    unsafe EVP_PKEY_free(pointer)
  }

  /// Whether it is below today's strength: RSA under 2048 bits, or a field under 224.
  package var isWeak: Bool {
    switch kind {
    case .rsa(let bits): bits < 2048
    case .ec(let curve): curve.bits < 224
    }
  }

  /// The bytes of an RSA signature or, for a curve, of its field.
  package var width: Int {
    switch kind {
    case .rsa(let bits): (bits + 7) / 8
    case .ec(let curve): curve.fieldLength
    }
  }

  /// Whether `signature` is this key's over `message`; no for an algorithm of another kind of key.
  ///
  /// Leaves no entry in the thread's error queue.
  package func isValid(
    signature: [UInt8], of message: [UInt8], algorithm: DocumentSignatureAlgorithm
  ) -> Bool {
    defer { ErrorQueue.clear() }
    guard allows(algorithm) else { return false }
    let digest = algorithm.digest.digest(message)
    switch (algorithm, kind) {
    case (.rsaPKCS1(let function), .rsa): return isPKCS1(signature, digest, function)
    case (.rsaPSS(let function, let mask, let salt), .rsa):
      return isPSS(signature, digest, function, mask: mask, salt: salt)
    case (.ecdsa(_, .der), .ec): return isECDSA(signature, digest)
    case (.ecdsa(_, .plain), .ec(let curve)):
      guard let encoded = Self.der(plain: signature, curve) else { return false }
      return isECDSA(encoded, digest)
    default: return false
    }
  }

  /// The block that the key's owner made an RSA signature from, as wide as the modulus and padding included.
  ///
  /// Leading zeros are kept: readers that dropped them refused genuine chips.
  ///
  /// - Throws: `.mismatch` for a key of another kind or a signature of another width; `.notAuthentic` when the
  ///   signature is no number below the modulus.
  package func recover(_ signature: [UInt8]) throws(CryptoError) -> [UInt8] {
    guard case .rsa = kind, signature.count == width else {
      throw CryptoError(.mismatch, "an RSA signature is not as wide as the key that is to verify it")
    }
    let context = try unsafe KeyContext(using: pointer)
    let what = "an RSA signature cannot be recovered"
    try unsafe ErrorQueue.check(EVP_PKEY_verify_recover_init(context.pointer), .library, what)
    try unsafe ErrorQueue.check(
      EVP_PKEY_CTX_set_rsa_padding(context.pointer, RSA_NO_PADDING), .library, what)
    var result: Int32 = 0
    let block = unsafe [UInt8](unsafeUninitializedCapacity: width) { buffer, count in
      count = width
      unsafe result = EVP_PKEY_verify_recover(
        context.pointer, buffer.baseAddress, &count, signature, signature.count)
      if result != 1 { count = 0 }
    }
    try ErrorQueue.check(result, .notAuthentic, what)
    return [UInt8](repeating: 0, count: width - block.count) + block
  }
}

extension DocumentKey {
  /// A key under id-RSASSA-PSS signs in no other way, and with its own hash functions when it names them.
  private func allows(_ algorithm: DocumentSignatureAlgorithm) -> Bool {
    guard case .pss(let bound) = binding else { return true }
    guard case .rsaPSS(let digest, let mask, let salt) = algorithm else { return false }
    guard case .rsaPSS(let boundDigest, let boundMask, let least) = bound else { return true }
    return digest == boundDigest && mask == boundMask && salt >= least
  }

  /// RFC 8017 section 8.2.2: the recovered block is compared whole with the two encodings that are allowed,
  /// because OpenSSL's own check refuses a DigestInfo without NULL, which real lists hold.
  private func isPKCS1(_ signature: [UInt8], _ digest: [UInt8], _ function: DocumentDigest) -> Bool {
    guard let block = try? recover(signature) else { return false }
    return function.infoPrefixes.contains { block == Self.pkcs1Block($0 + digest, width: width) }
  }

  static func pkcs1Block(_ info: [UInt8], width: Int) -> [UInt8] {
    // At least eight bytes of padding, which keys of 1024 bits and SHA-512 leave room for.
    [0, 1] + [UInt8](repeating: 0xff, count: max(8, width - info.count - 3)) + [0] + info
  }

  private func isPSS(
    _ signature: [UInt8], _ digest: [UInt8], _ function: DocumentDigest, mask: DocumentDigest, salt: Int
  ) -> Bool {
    guard signature.count == width, let context = try? unsafe KeyContext(using: pointer) else { return false }
    return unsafe EVP_PKEY_verify_init(context.pointer) == 1
      && passgate_prepare_pss(context.pointer, function.fetched, mask.fetched, Int32(clamping: salt)) == 1
      && EVP_PKEY_verify(context.pointer, signature, signature.count, digest, digest.count) == 1
  }

  private func isECDSA(_ signature: [UInt8], _ digest: [UInt8]) -> Bool {
    guard let context = try? unsafe KeyContext(using: pointer) else { return false }
    return unsafe EVP_PKEY_verify_init(context.pointer) == 1
      && EVP_PKEY_verify(context.pointer, signature, signature.count, digest, digest.count) == 1
  }

  /// A plain signature in DER; nil unless it is two numbers of the field's width.
  private static func der(plain signature: [UInt8], _ curve: DocumentCurve) -> [UInt8]? {
    let width = curve.fieldLength
    guard signature.count == 2 * width else { return nil }
    let halves = [signature[..<width], signature[width...]].map { Array($0.drop { $0 == 0 }) }
    return DER.sequence(DER.integer(halves[0]), DER.integer(halves[1]))
  }
}
