import PassgateSystem

/// Where a private key is, as a setting names it.
package enum KeyReference: Sendable, Equatable {
  /// A PEM file that its owner alone can read.
  case file(path: String)
  /// A key in a PKCS#11 token, as an RFC 7512 URI: it never leaves the token.
  case token(uri: String)

  /// Reads a setting; a relative file is looked for in `folder`, where the setting's own file is.
  package init(_ text: String, in folder: String) {
    self =
      text.hasPrefix("pkcs11:") ? .token(uri: text) : .file(path: Files.resolve(text, relativeTo: folder))
  }
}
