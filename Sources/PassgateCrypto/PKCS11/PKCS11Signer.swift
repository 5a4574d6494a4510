import CPKCS11
import Synchronization

/// A signer whose key is in a token and never leaves it. Threads may share it.
///
/// Each time the key is found, the token must show that it is the right one: not extractable, of the right kind, and
/// with a signature that the public key verifies.
package final class PKCS11Signer: Signer {
  package let algorithm: SignatureAlgorithm
  package let publicKey: PublicKey
  private let token: PKCS11Token
  private let uri: PKCS11URI
  private let inToken: PKCS11Algorithm
  private let state = Mutex(State())

  private struct State {
    var found: (epoch: UInt64, key: CK_OBJECT_HANDLE)?
    var backOff = BackOff()
  }

  package var isRemote: Bool { true }

  /// A signer for the key of `uri` whose public half is known, from its certificate say. The token is not touched,
  /// so it may be away: `prove()` tells.
  ///
  /// - Throws: `.unsupported` for SM2; `.mismatch` when the public key is of another kind.
  package init(
    _ uri: PKCS11URI, _ algorithm: SignatureAlgorithm, publicKey: PublicKey, token: PKCS11Token
  ) throws(CryptoError) {
    inToken = try PKCS11Algorithm(algorithm)
    try publicKey.requireKind(of: algorithm)
    self.algorithm = algorithm
    self.publicKey = publicKey
    self.token = token
    self.uri = uri
  }

  /// A signer for the key of `uri`, whose public half the token tells.
  ///
  /// - Throws: `.unavailable`, `.mismatch`, `.weakKey` for a key that can be taken out of the token, `.unsupported`.
  package convenience init(
    _ uri: PKCS11URI, _ algorithm: SignatureAlgorithm, token: PKCS11Token
  ) throws(CryptoError) {
    // An algorithm that no token has is refused before the token is looked for.
    _ = try PKCS11Algorithm(algorithm)
    let publicKey = try token.perform { session throws(PKCS11Fault) in try session.publicKey(of: uri) }
    try self.init(uri, algorithm, publicKey: publicKey, token: token)
    try prove()
  }

  /// Itself: it may be shared.
  package func duplicate() throws(CryptoError) -> any Signer { self }

  package func sign(_ message: Span<UInt8>) throws(CryptoError) -> [UInt8] {
    let now = token.limits.now()
    if let error = state.withLock({ $0.backOff.error(at: now) }) { throw error }
    let input = inToken.input(message)
    do throws(CryptoError) {
      let signature = try token.perform { session throws(PKCS11Fault) in
        try inToken.signature(session.sign(input, with: key(in: session), inToken.signing))
      }
      state.withLock { $0.backOff.succeeded() }
      return signature
    } catch {
      state.withLock { $0.backOff.failed(with: error, token.limits) }
      throw error
    }
  }

  /// The handle of the key, looked for and checked once for each finding of the token.
  private func key(in session: PKCS11Session) throws(PKCS11Fault) -> CK_OBJECT_HANDLE {
    if let found = state.withLock({ $0.found }), found.epoch == session.epoch { return found.key }
    let key = try session.privateKey(of: uri)
    try session.check(key, for: inToken, uri)
    try prove(key, session)
    state.withLock { $0.found = (session.epoch, key) }
    return key
  }

  private func prove(_ key: CK_OBJECT_HANDLE, _ session: PKCS11Session) throws(PKCS11Fault) {
    let message = try onCrypto { () throws(CryptoError) in try proofMessage() }
    let raw = try session.sign(inToken.input(message.span), with: key, inToken.signing)
    let signature = try inToken.signature(raw)
    try onCrypto { () throws(CryptoError) in try check(signature, of: message) }
  }
}

/// Runs `body` with its error as a refusal of what is in the token.
func onCrypto<Value>(_ body: () throws(CryptoError) -> Value) throws(PKCS11Fault) -> Value {
  do { return try body() } catch { throw .refused(error) }
}

extension Signer {
  /// Signs a text that means nothing and verifies it, so that a key that is gone, or another one than its public half
  /// says, is found out before it is needed.
  ///
  /// - Throws: what `sign` throws; `.mismatch`.
  package func prove() throws(CryptoError) {
    let message = try proofMessage()
    try check(sign(message.span), of: message)
  }

  /// Under a label of its own, so that it is never a signature of anything else.
  fileprivate func proofMessage() throws(CryptoError) -> [UInt8] {
    Array("passgate proof of key\0".utf8) + (try randomBytes(32))
  }

  fileprivate func check(_ signature: [UInt8], of message: [UInt8]) throws(CryptoError) {
    guard try Verifier(publicKey, algorithm).isValid(signature: signature.span, of: message.span) else {
      throw CryptoError(.mismatch, "the private key does not belong to its public key or certificate")
    }
  }
}

// MARK: - Objects

extension PKCS11Session {
  /// The one private key of this label and id.
  func privateKey(of uri: PKCS11URI) throws(PKCS11Fault) -> CK_OBJECT_HANDLE {
    guard uri.object ?? "" != "" || uri.id != nil else {
      throw .refused(
        CryptoError(.malformed, "\(uri.place) has many keys: add object=LABEL or id=ID to the URI"))
    }
    let found = try find(uri.attributes(of: CKO_PRIVATE_KEY))
    guard let key = found.first else {
      throw .missing(CryptoError(.unavailable, "\(uri.place) is not there"))
    }
    guard found.count == 1 else {
      throw .refused(CryptoError(.mismatch, "\(found.count) keys match \(uri.place): add id=ID to the URI"))
    }
    return key
  }

  /// The public key of this label and id, from its own object, or from the private key's where a token tells it there.
  func publicKey(of uri: PKCS11URI) throws(PKCS11Fault) -> PublicKey {
    let key = try privateKey(of: uri)
    let id = try value(CKA_ID, of: key)
    guard let publicKey = try publicKey(forPrivateKey: key, id: id) else {
      throw .refused(
        CryptoError(
          .unsupported, "\(uri.place) has no public key beside it that could be read; give its certificate"))
    }
    return publicKey
  }

  /// The public half of a private key: the object with its id, or its own attributes.
  func publicKey(forPrivateKey key: CK_OBJECT_HANDLE, id: [UInt8]?) throws(PKCS11Fault) -> PublicKey? {
    if let id, !id.isEmpty {
      let objects = try find([.init(CKA_CLASS, CKO_PUBLIC_KEY), .init(CKA_ID, id)])
      if objects.count == 1, let publicKey = try publicKey(of: objects[0]) { return publicKey }
    }
    return try publicKey(of: key)
  }

  /// Refuses a key that does not stay in its token, or cannot sign for `algorithm` unattended.
  func check(_ key: CK_OBJECT_HANDLE, for algorithm: PKCS11Algorithm, _ uri: PKCS11URI) throws(PKCS11Fault) {
    guard try number(CKA_KEY_TYPE, of: key) == algorithm.keyType else {
      throw .refused(
        CryptoError(.mismatch, "\(uri.place) is of another kind than \(algorithm.algorithm.name) needs"))
    }
    if let weakness = try weakness(of: key) {
      throw .refused(CryptoError(.weakKey, "\(uri.place) \(weakness)"))
    }
    guard try flag(CKA_SIGN, of: key) != false else {
      throw .refused(CryptoError(.mismatch, "\(uri.place) may not sign (CKA_SIGN is false)"))
    }
    guard try flag(CKA_ALWAYS_AUTHENTICATE, of: key) != true else {
      throw .refused(
        CryptoError(.unsupported, "\(uri.place) asks for the PIN at each signature (CKA_ALWAYS_AUTHENTICATE)")
      )
    }
  }

  /// Why a key is not safe in its token; nil for one that is.
  func weakness(of key: CK_OBJECT_HANDLE) throws(PKCS11Fault) -> String? {
    guard try flag(CKA_EXTRACTABLE, of: key) == false else {
      return
        "can be taken out of the token (CKA_EXTRACTABLE is not false): make a new one there with 'passgate-pki key make'"
    }
    guard try flag(CKA_SENSITIVE, of: key) == true else {
      return
        "can be read in the token (CKA_SENSITIVE is not true): make a new one there with 'passgate-pki key make'"
    }
    return nil
  }
}

extension PKCS11URI {
  /// What the object of a class must have.
  func attributes(of objectClass: CK_OBJECT_CLASS) -> [PKCS11Attribute] {
    [.init(CKA_CLASS, objectClass)]
      + (object.map { [.init(CKA_LABEL, Array($0.utf8))] } ?? [])
      + (id.map { [.init(CKA_ID, $0)] } ?? [])
  }
}
