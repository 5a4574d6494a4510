import COpenSSL

/// One key prepared for verifying with one algorithm. Each thread makes its own and keeps it.
package final class Verifier {
  /// The algorithm it verifies with.
  package let algorithm: SignatureAlgorithm
  private let prepared: PreparedContext

  /// Prepares `key` for `algorithm`. The key must have passed `check(for:)` when it was registered: only its
  /// kind is looked at here.
  ///
  /// - Parameter distinguishingID: the id of an SM2 signer; the other algorithms have none.
  /// - Throws: `.mismatch` when the key is of another kind, `.library`.
  package init(
    _ key: PublicKey, _ algorithm: SignatureAlgorithm, distinguishingID: [UInt8] = sm2DistinguishingID
  ) throws(CryptoError) {
    try key.requireKind(of: algorithm)
    self.algorithm = algorithm
    prepared = try unsafe PreparedContext(
      .verify, key.pointer, algorithm, distinguishingID: distinguishingID)
  }

  /// Whether `signature` is this key's over `message`. Leaves no entry in the thread's error queue.
  package func isValid(signature: Span<UInt8>, of message: Span<UInt8>) -> Bool {
    let valid = unsafe signature.withUnsafeBufferPointer { unsafe prepared.verify($0, message) }
    if !valid { ErrorQueue.clear() }
    return valid
  }
}
