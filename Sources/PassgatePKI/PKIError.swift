package import PassgateCrypto
package import PassgateSystem

/// Why the key tool could not do what it was asked, by who can mend it.
package enum PKIError: Error, Sendable, CustomStringConvertible {
  /// The file system refused.
  case system(SystemError)
  /// A file does not hold what it should, or OpenSSL refused; `place` is the path or the option at fault.
  case content(place: String, CryptoError)
  /// The certificate policy forbids what was asked; the sentence says what is allowed.
  case policy(String)
  /// What the authority itself has written is no longer as it was written.
  case damaged(String)
  /// Something is there already that would be overwritten.
  case exists(path: String, advice: String)

  package var description: String {
    switch self {
    case .system(let error): error.description
    case .content(let place, let error): "\(place): \(error.description)"
    case .policy(let sentence), .damaged(let sentence): sentence
    case .exists(let path, let advice): "\(path) exists and is not overwritten; \(advice)"
    }
  }
}

/// Runs `body` with a refusal of the file system as an error of this library.
func onFiles<Value>(_ body: () throws(SystemError) -> Value) throws(PKIError) -> Value {
  do { return try body() } catch { throw .system(error) }
}

/// Runs `body` with a fault in what `place` holds as an error of this library.
func content<Value>(of place: String, _ body: () throws(CryptoError) -> Value) throws(PKIError) -> Value {
  do { return try body() } catch { throw .content(place: place, error) }
}
