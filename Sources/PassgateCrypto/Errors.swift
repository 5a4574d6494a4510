import COpenSSL

/// A cryptographic operation that was refused or failed, with the sentence to show.
///
/// The sentence never holds key material, a name, or a value of the data at fault.
package struct CryptoError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of fault it is; callers branch on this and never on the sentence.
  package enum Reason: Sendable, Equatable, CaseIterable {
    /// The bytes are not what they are said to be: they do not decode, or have bytes left over.
    case malformed
    /// The thing is well formed, but Passgate does not take its kind.
    case unsupported
    /// Two things do not belong together: key and algorithm, key and certificate, hash and algorithm.
    case mismatch
    /// The key is of the right kind but too weak or too dear to be accepted.
    case weakKey
    /// The sealed bytes were changed, or sealed with another key or other associated data.
    case notAuthentic
    /// The certificate does not lead to a trusted root.
    case untrusted
    /// The certificate is not yet or no longer valid.
    case outsideValidity
    /// It is older than what was accepted before.
    case superseded
    /// The certificate was not issued for this purpose.
    case wrongPurpose
    /// The device that holds the key is gone or refuses to work now; it may come back.
    case unavailable
    /// OpenSSL itself failed: memory, randomness, or a provider that is missing.
    case library
  }

  /// The kind of fault.
  package let reason: Reason
  /// One sentence: what is wrong and, where it helps, what to do.
  package let detail: String

  /// Makes an error of `reason` with the sentence `detail`.
  package init(_ reason: Reason, _ detail: String) {
    self.reason = reason
    self.detail = detail
  }

  package var description: String { detail }
}

/// The error queue of the calling thread, which OpenSSL fills on failure and `SSL_read` later misreads.
enum ErrorQueue {
  /// Forgets every entry.
  static func clear() {
    ERR_clear_error()
  }

  /// Empties the queue into an error whose sentence is `what` and OpenSSL's own words for the first cause.
  static func drain(_ reason: CryptoError.Reason, _ what: String) -> CryptoError {
    let first = ERR_get_error()
    ERR_clear_error()
    guard first != 0, let words = unsafe ERR_reason_error_string(first) else {
      return CryptoError(reason, what)
    }
    return unsafe CryptoError(reason, "\(what) (OpenSSL: \(String(cString: words)))")
  }

  /// Throws the drained queue unless `result` is exactly 1, OpenSSL's only value for success.
  static func check(
    _ result: Int32, _ reason: CryptoError.Reason, _ what: @autoclosure () -> String
  ) throws(CryptoError) {
    guard result == 1 else { throw drain(reason, what()) }
  }

  /// The pointer OpenSSL returned, or the drained queue thrown when it returned none.
  static func unwrap<Pointer>(
    _ pointer: Pointer?, _ reason: CryptoError.Reason, _ what: @autoclosure () -> String
  ) throws(CryptoError) -> Pointer {
    guard let pointer else { throw drain(reason, what()) }
    return pointer
  }
}
