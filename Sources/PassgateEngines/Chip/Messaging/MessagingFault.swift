/// Why secure messaging ended. There is no way on with the same keys.
package enum MessagingFault: Error, Sendable, Hashable, CustomStringConvertible {
  /// The chip answered without protection.
  case unprotected(status: UInt16)
  /// DO'99', the protected status, is missing.
  case statusMissing
  /// DO'8E', the authentication code, is missing.
  case codeMissing
  /// The authentication code is not of this answer: it was changed, repeated, or another chip's.
  case codeWrong
  /// The status beside the protected one is another.
  case statusDiffers
  /// An object has not the form, the place or the padding that it must have.
  case malformed
  /// There are no answers.
  case notAnswered
  /// There are more answers than commands, or answers after one that should have been the last.
  case tooMany
  /// The keys are dropped already.
  case ended
  /// OpenSSL failed.
  case unavailable

  package var description: String {
    switch self {
    case .unprotected: "the chip answered without secure messaging"
    case .statusMissing: "an answer of secure messaging has no protected status (DO'99')"
    case .codeMissing: "an answer of secure messaging has no authentication code (DO'8E')"
    case .codeWrong: "an answer of secure messaging was changed, repeated, or given by another chip"
    case .statusDiffers: "the status of an answer is not the one that secure messaging protects"
    case .malformed: "an answer of secure messaging is malformed"
    case .notAnswered: "a command of secure messaging was not answered"
    case .tooMany: "there are more answers of secure messaging than there may be"
    case .ended: "secure messaging has ended"
    case .unavailable: "the cryptography of secure messaging failed on the server"
    }
  }
}
