package import PassgateCrypto
import PassgateSystem

/// Where a private key is, as a setting names it.
package enum KeyReference: Sendable, Equatable {
  /// A PEM file that its owner alone can read.
  case file(path: String)
  /// A key in a PKCS#11 token, as an RFC 7512 URI: it never leaves the token.
  case token(uri: String)

  /// Reads a setting; a relative file, that of a token's PIN too, is looked for in `folder`, where the setting's own
  /// file is.
  package init(_ text: String, in folder: String) {
    guard text.hasPrefix("pkcs11:") else {
      self = .file(path: Files.resolve(text, relativeTo: folder))
      return
    }
    // What is wrong with a URI is said when it is used.
    let uri = try? PKCS11URI(text)
    let resolved = uri?.pinSource.flatMap { uri?.with(pinSource: Files.resolve($0, relativeTo: folder)) }
    self = .token(uri: resolved?.description ?? text)
  }

  /// What signs with the key.
  ///
  /// A key in a token whose `publicKey` is given, from its certificate say, need not be there yet: its signer throws
  /// `.unavailable` until it is. Without one the token is asked.
  ///
  /// - Throws: a sentence with the place, never a PIN.
  package func signer(
    _ algorithm: SignatureAlgorithm, publicKey: PublicKey? = nil
  ) throws(SettingsError) -> any Signer {
    switch self {
    case .file(let path):
      let pem = try onSystem { () throws(SystemError) in try Files.readSecret(path) }
      return try at(path) { () throws(CryptoError) in try FileSigner(PrivateKey(pem: pem), algorithm) }
    case .token(let text):
      return try at("key") { () throws(CryptoError) in
        let uri = try PKCS11URI(text)
        let token = try PKCS11Token.shared(uri)
        guard let publicKey else { return try PKCS11Signer(uri, algorithm, token: token) }
        return try PKCS11Signer(uri, algorithm, publicKey: publicKey, token: token)
      }
    }
  }
}

extension PKCS11Token {
  /// The token of a URI, with the PIN from the file that it names.
  ///
  /// - Throws: `.library`.
  package static func shared(_ uri: PKCS11URI) throws(CryptoError) -> PKCS11Token {
    guard let path = uri.pinSource else { return try shared(uri, readPIN: nil) }
    return try shared(uri) { () throws(CryptoError) in try readPIN(path) }
  }

  /// The first line of a file that its owner alone can read.
  private static func readPIN(_ path: String) throws(CryptoError) -> [UInt8] {
    let bytes: [UInt8]
    do { bytes = try Files.readSecret(path) } catch { throw CryptoError(.unavailable, error.description) }
    let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    guard !line.isEmpty else { throw CryptoError(.unavailable, "\(path) holds no PIN in its first line") }
    return Array(line)
  }
}

private func onSystem<Value>(_ body: () throws(SystemError) -> Value) throws(SettingsError) -> Value {
  do { return try body() } catch { throw SettingsError(error.description) }
}

private func at<Value>(
  _ place: String, _ body: () throws(CryptoError) -> Value
) throws(SettingsError) -> Value {
  do { return try body() } catch { throw SettingsError("\(place): \(error)") }
}
