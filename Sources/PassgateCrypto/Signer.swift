import COpenSSL
import Synchronization

/// A private key in use for one algorithm, wherever it lives.
package protocol Signer: AnyObject, Sendable {
  /// The algorithm it signs with.
  var algorithm: SignatureAlgorithm { get }
  /// The public half of its key.
  var publicKey: PublicKey { get }
  /// Whether the key is elsewhere, so that signing waits for a device that may be slow or gone: never on a loop.
  var isRemote: Bool { get }
  /// A signer of the same key for another thread.
  func duplicate() throws(CryptoError) -> any Signer
  /// The signature of `message`: DER for ECDSA and SM2, else the bytes of the scheme.
  ///
  /// - Throws: `.unavailable` when the device that holds the key is gone; it may come back.
  func sign(_ message: Span<UInt8>) throws(CryptoError) -> [UInt8]
}

/// A signer whose key is in memory. Threads may share it, at the price of a lock, or each have a duplicate.
package final class FileSigner: Signer {
  package let algorithm: SignatureAlgorithm
  private let key: PrivateKey
  private let longest: Int
  private let prepared: Mutex<PreparedContext>

  package var publicKey: PublicKey { key.publicKey }
  package var isRemote: Bool { false }

  /// Prepares `key` for `algorithm`.
  ///
  /// - Throws: `.mismatch` when the key is of another kind, `.library`.
  package init(_ key: PrivateKey, _ algorithm: SignatureAlgorithm) throws(CryptoError) {
    try key.publicKey.requireKind(of: algorithm)
    self.key = key
    self.algorithm = algorithm
    longest = unsafe Int(EVP_PKEY_get_size(key.pointer))
    prepared = Mutex(
      try unsafe PreparedContext(.sign, key.pointer, algorithm, distinguishingID: sm2DistinguishingID))
  }

  /// A signer of the same key with contexts of its own.
  package func duplicate() throws(CryptoError) -> any Signer {
    try FileSigner(key, algorithm)
  }

  package func sign(_ message: Span<UInt8>) throws(CryptoError) -> [UInt8] {
    guard let signature = prepared.withLock({ $0.sign(message, limit: longest) }) else {
      throw ErrorQueue.drain(.library, "a signature with \(algorithm.name) failed")
    }
    return signature
  }
}
