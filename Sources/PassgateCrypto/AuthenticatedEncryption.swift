import COpenSSL

/// A key for AES-256-GCM (NIST SP 800-38D), prepared once. Each thread makes its own.
///
/// Nonces are random, so one key seals at most 2^32 messages.
package final class AEADKey {
  /// The length of a key, in bytes.
  package static let length = 32
  /// How much longer the sealed bytes are than the plain ones: a nonce of 12 bytes and a tag of 16.
  package static let overhead = nonceLength + tagLength

  private static let nonceLength = 12
  private static let tagLength = 16
  private let sealing: GCMContext
  private let opening: GCMContext

  /// Prepares `key`.
  ///
  /// - Throws: `.malformed` when `key` has not 32 bytes, `.library`.
  package init(_ key: Span<UInt8>) throws(CryptoError) {
    guard key.count == Self.length else {
      throw CryptoError(.malformed, "an AES-256-GCM key has \(Self.length) bytes, this one has \(key.count)")
    }
    sealing = try GCMContext(encrypting: true, key)
    opening = try GCMContext(encrypting: false, key)
  }

  /// `nonce || ciphertext || tag` of `plaintext`; `associated` is authenticated but not contained.
  ///
  /// - Throws: `.library`.
  package func seal(_ plaintext: Span<UInt8>, associated: Span<UInt8>) throws(CryptoError) -> [UInt8] {
    var sealed = try randomBytes(Self.nonceLength)
    sealed.reserveCapacity(plaintext.count + Self.overhead)
    guard sealing.start(nonce: sealed.span), sealing.absorb(associated),
      let ciphertext = sealing.transform(plaintext), sealing.finish(), let tag = sealing.tag(Self.tagLength)
    else { throw ErrorQueue.drain(.library, "a message could not be sealed") }
    sealed += ciphertext
    sealed += tag
    return sealed
  }

  /// The plaintext of `sealed`, which `seal` made with this key and the same `associated`.
  ///
  /// - Throws: `.notAuthentic` when key, associated data or any byte differ.
  package func open(_ sealed: Span<UInt8>, associated: Span<UInt8>) throws(CryptoError) -> [UInt8] {
    guard sealed.count >= Self.overhead else {
      throw CryptoError(.notAuthentic, "sealed bytes are shorter than \(Self.overhead) bytes")
    }
    let body = sealed.extracting(droppingFirst: Self.nonceLength)
    guard opening.start(nonce: sealed.extracting(first: Self.nonceLength)), opening.absorb(associated),
      let plaintext = opening.transform(body.extracting(droppingLast: Self.tagLength)),
      opening.expect(tag: body.extracting(last: Self.tagLength)), opening.finish()
    else {
      ErrorQueue.clear()
      throw CryptoError(
        .notAuthentic, "sealed bytes were changed, or sealed with another key or for another use")
    }
    return plaintext
  }
}

/// AES-256-GCM in one direction with its key schedule kept. Each step answers whether it succeeded.
@safe private final class GCMContext {
  private let pointer: OpaquePointer

  init(encrypting: Bool, _ key: Span<UInt8>) throws(CryptoError) {
    unsafe pointer = try ErrorQueue.unwrap(
      EVP_CIPHER_CTX_new(), .library, "no memory for a cipher context")
    let cipher = unsafe try ErrorQueue.unwrap(
      EVP_CIPHER_fetch(nil, "AES-256-GCM", nil), .library, "OpenSSL offers no AES-256-GCM")
    defer { unsafe EVP_CIPHER_free(cipher) }
    let result = unsafe key.withUnsafeBufferPointer {
      unsafe EVP_CipherInit_ex2(pointer, cipher, $0.baseAddress, nil, encrypting ? 1 : 0, nil)
    }
    try ErrorQueue.check(result, .library, "an AES-256-GCM key could not be prepared")
  }

  deinit {
    unsafe EVP_CIPHER_CTX_free(pointer)
  }

  func start(nonce: Span<UInt8>) -> Bool {
    unsafe nonce.withUnsafeBufferPointer {
      unsafe EVP_CipherInit_ex2(pointer, nil, nil, $0.baseAddress, -1, nil) == 1
    }
  }

  func absorb(_ associated: Span<UInt8>) -> Bool {
    unsafe update(nil, associated)
  }

  func transform(_ input: Span<UInt8>) -> [UInt8]? {
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: input.count) { buffer in
      unsafe update(buffer.baseAddress, input) ? Array(buffer) : nil
    }
  }

  private func update(_ output: UnsafeMutablePointer<UInt8>?, _ input: Span<UInt8>) -> Bool {
    // With no input OpenSSL would take the call for the last one.
    if input.isEmpty { return true }
    guard let length = Int32(exactly: input.count) else { return false }
    var written: Int32 = 0
    return unsafe input.withUnsafeBufferPointer {
      unsafe EVP_CipherUpdate(pointer, output, &written, $0.baseAddress, length) == 1
    }
  }

  func finish() -> Bool {
    var nothing: UInt8 = 0
    var written: Int32 = 0
    return unsafe EVP_CipherFinal_ex(pointer, &nothing, &written) == 1
  }

  func tag(_ length: Int) -> [UInt8]? {
    var tag = [UInt8](repeating: 0, count: length)
    return unsafe EVP_CIPHER_CTX_ctrl(pointer, EVP_CTRL_AEAD_GET_TAG, Int32(length), &tag) == 1 ? tag : nil
  }

  func expect(tag: Span<UInt8>) -> Bool {
    unsafe tag.withUnsafeBufferPointer {
      unsafe EVP_CIPHER_CTX_ctrl(
        pointer, EVP_CTRL_AEAD_SET_TAG, Int32($0.count), UnsafeMutablePointer(mutating: $0.baseAddress)) == 1
    }
  }
}
