import COpenSSL

/// `count` bytes of OpenSSL's random generator.
///
/// - Throws: `.library` when it is not seeded.
package func randomBytes(_ count: Int) throws(CryptoError) -> [UInt8] {
  var result: Int32 = 0
  let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
    result = unsafe RAND_bytes(buffer.baseAddress, Int32(clamping: count))
    filled = result == 1 ? count : 0
  }
  try ErrorQueue.check(result, .library, "no random bytes")
  return bytes
}

/// Whether two strings of bytes are equal, in a time that depends on their lengths alone.
package func constantTimeEqual(_ first: [UInt8], _ second: [UInt8]) -> Bool {
  guard first.count == second.count else { return false }
  return unsafe CRYPTO_memcmp(first, second, first.count) == 0
}

/// A key for HMAC-SHA-256 (RFC 2104), prepared once. Each thread makes its own.
@safe package final class HMACKey {
  private let context: OpaquePointer

  /// Prepares `key`, of any length.
  ///
  /// - Throws: `.library`.
  package init(_ key: Span<UInt8>) throws(CryptoError) {
    let algorithm = unsafe try ErrorQueue.unwrap(
      EVP_MAC_fetch(nil, "HMAC", nil), .library, "OpenSSL offers no HMAC")
    defer { unsafe EVP_MAC_free(algorithm) }
    unsafe context = try ErrorQueue.unwrap(
      EVP_MAC_CTX_new(algorithm), .library, "no memory for an HMAC context")
    let result = unsafe key.withUnsafeBufferPointer {
      unsafe passgate_hmac_sha256_init(context, $0.baseAddress, $0.count)
    }
    try ErrorQueue.check(result, .library, "an HMAC key could not be prepared")
  }

  deinit {
    unsafe EVP_MAC_CTX_free(context)
  }

  /// The 32-byte code of `message`.
  package func authenticate(_ message: Span<UInt8>) -> [UInt8] {
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: HashFunction.digestLength) { buffer in
      var length = 0
      let updated = unsafe message.withUnsafeBufferPointer {
        unsafe EVP_MAC_update(context, $0.baseAddress, $0.count)
      }
      // A wrong code would be worse than a stopped process, and a prepared context has no cause to fail.
      precondition(
        unsafe updated == 1 && EVP_MAC_final(context, buffer.baseAddress, &length, buffer.count) == 1
          && EVP_MAC_init(context, nil, 0, nil) == 1, "OpenSSL failed in an HMAC")
      return unsafe Array(buffer)
    }
  }
}
