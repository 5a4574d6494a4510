import PassgateCrypto
import PassgateSettings
import PassgateSystem

/// Where the key that comes next is made.
enum SuccessorPlace {
  /// A file beside the set.
  case file
  /// A PKCS#11 token, where it stays. The set gets the URI as it is; a relative `pin-source` is seen from its folder.
  case token(PKCS11URI)

  /// What `--key` says for a file where the key in use is in a token.
  static let fileWord = "file"

  /// Where `--key` says, or else where the key in use is. A key in a token is called like the new key's files unless
  /// `--key` has a label.
  init(_ rotation: Rotation, replacing current: KeySet.Entry, title: String) throws(PKIError) {
    let present = rotation.rules.mayBeInToken ? current.key : Self.fileWord
    let text = rotation.newKey ?? present
    guard text.hasPrefix("pkcs11:") else {
      guard [nil, Self.fileWord].contains(rotation.newKey) else { throw Self.notUnderstood }
      self = .file
      return
    }
    let uri = try content(of: "--key") { () throws(CryptoError) in try PKCS11URI(text) }
    let hasLabel = rotation.newKey != nil && uri.object != nil
    self = .token(hasLabel ? uri : uri.with(object: title))
  }

  private static let notUnderstood = PKIError.policy(
    "--key is the URI of a PKCS#11 token, pkcs11:token=LABEL?module-path=LIBRARY&pin-source=file:FILE, or the word "
      + "'\(fileWord)'")
}

/// The making of a key in a token, or the finding of one that an interrupted run has made there.
struct TokenSuccessor {
  let rotation: Rotation
  let uri: PKCS11URI
  let algorithm: SignatureAlgorithm
  private let token: PKCS11Token

  init(_ rotation: Rotation, _ uri: PKCS11URI, _ algorithm: SignatureAlgorithm) throws(PKIError) {
    self.rotation = rotation
    self.algorithm = algorithm
    let pin = uri.pinSource.map { Files.resolve($0, relativeTo: rotation.folder.path) }
    let resolved = pin.map { uri.with(pinSource: $0) } ?? uri
    self.uri = resolved
    token = try content(of: uri.place) { () throws(CryptoError) in try PKCS11Token.shared(resolved) }
  }

  /// The public half of the key that is there under the label, which has proven itself by a signature; nil where there
  /// is none.
  func found() throws(PKIError) -> PublicKey? {
    try content(of: uri.place) { () throws(CryptoError) in
      guard try token.keys().contains(where: { $0.label == uri.object }) else { return nil }
      return try PKCS11Signer(uri, algorithm, token: token).publicKey
    }
  }

  func make() throws(PKIError) -> PublicKey {
    try rotation.beforeWrite(uri.place)
    return try content(of: uri.place) { () throws(CryptoError) in
      try token.generate(uri, algorithm).publicKey
    }
  }
}
