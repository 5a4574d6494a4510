import CPKCS11

/// A key in a token, as an inventory shows it.
package struct PKCS11Key: Sendable {
  /// Its label; may be empty.
  package let label: String
  /// CKA_ID; may be empty.
  package let id: [UInt8]
  /// The public half, where the token tells it and it is of a kind in use.
  package let publicKey: PublicKey?
  /// Why it is not taken as it is: it can leave the token. Nil for one that is safe.
  package let weakness: String?
}

extension PKCS11Token {
  /// The private keys of the token, those without a label last.
  ///
  /// - Throws: `.unavailable`, `.library`.
  package func keys() throws(CryptoError) -> [PKCS11Key] {
    let keys = try perform { session throws(PKCS11Fault) in
      var keys: [PKCS11Key] = []
      for object in try session.find([.init(CKA_CLASS, CKO_PRIVATE_KEY)]) {
        keys.append(try session.key(object))
      }
      return keys
    }
    return keys.sorted { ($0.label.isEmpty ? 1 : 0, $0.label) < ($1.label.isEmpty ? 1 : 0, $1.label) }
  }

  /// Makes a key pair that cannot leave the token, under the label of `uri`, and gives its signer.
  ///
  /// - Parameter rsaBits: counts for RSA alone.
  /// - Throws: `.mismatch` when the label is in use; `.malformed` without a label; `.unsupported` for SM2.
  package func generate(
    _ uri: PKCS11URI, _ algorithm: SignatureAlgorithm, rsaBits: Int = 3072
  ) throws(CryptoError) -> PKCS11Signer {
    let inToken = try PKCS11Algorithm(algorithm)
    guard let label = uri.object else {
      throw CryptoError(.malformed, "a new key needs a label: add object=LABEL to the URI")
    }
    let id = if let given = uri.id { given } else { try randomBytes(20) }
    let names: [PKCS11Attribute] = [
      .init(CKA_TOKEN, true), .init(CKA_LABEL, Array(label.utf8)), .init(CKA_ID, id),
    ]
    try perform(forWriting: true) { session throws(PKCS11Fault) in
      try session.refuseExisting(uri.with(object: label))
      try session.generate(
        inToken.generation, publicHalf: names + inToken.publicHalf(rsaBits),
        privateHalf: names + Self.privateHalf)
    }
    return try PKCS11Signer(uri.with(object: label, id: id), algorithm, token: self)
  }

  private static let privateHalf: [PKCS11Attribute] = [
    .init(CKA_PRIVATE, true), .init(CKA_SENSITIVE, true), .init(CKA_EXTRACTABLE, false),
    .init(CKA_SIGN, true),
  ]
}

extension PKCS11Algorithm {
  fileprivate func publicHalf(_ rsaBits: Int) -> [PKCS11Attribute] {
    let shape: [PKCS11Attribute] =
      curve.isEmpty
      ? [.init(CKA_MODULUS_BITS, CK_ULONG(rsaBits)), .init(CKA_PUBLIC_EXPONENT, [1, 0, 1])]
      : [.init(CKA_EC_PARAMS, curve)]
    return [.init(CKA_VERIFY, true)] + shape
  }
}

extension PKCS11Session {
  fileprivate func refuseExisting(_ uri: PKCS11URI) throws(PKCS11Fault) {
    for kind in [CKO_PRIVATE_KEY, CKO_PUBLIC_KEY] where try !find(uri.attributes(of: kind)).isEmpty {
      throw .refused(CryptoError(.mismatch, "\(uri.place) is there already and is not overwritten"))
    }
  }

  fileprivate func key(_ object: CK_OBJECT_HANDLE) throws(PKCS11Fault) -> PKCS11Key {
    let id = try value(CKA_ID, of: object) ?? []
    let label = try value(CKA_LABEL, of: object) ?? []
    return PKCS11Key(
      label: String(decoding: label, as: UTF8.self), id: id,
      publicKey: try publicKey(forPrivateKey: object, id: id), weakness: try weakness(of: object))
  }
}
