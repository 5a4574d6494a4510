package import PassgateCrypto
package import PassgateSystem

/// A certificate, those that lead to its root, and its key, as a configuration names them side by side.
package struct KeyPair: Sendable {
  /// The leaf first.
  package let chain: [Certificate]
  package let key: PrivateKey
  /// The first certificate of the chain.
  package let certificate: Certificate
}

/// A certificate, those that lead to its root, and what signs with its key, in a file or in a token.
package struct SigningPair: Sendable {
  /// The leaf first.
  package let chain: [Certificate]
  package let signer: any Signer
  /// The first certificate of the chain.
  package let certificate: Certificate
}

// Settings that name keys, certificates, algorithms, addresses and ids: each problem is noted at its key.
extension SettingsReader {
  /// The certificates of the PEM file under a key, the leaf first; none when there is a problem.
  package func certificates(_ key: String) -> [Certificate] {
    load(key, { path throws(SystemError) in try Files.read(path) }, Certificate.parsePEM) ?? []
  }

  /// The private key of the file under `key`, which its owner alone may be able to read.
  package func privateKey() -> PrivateKey? {
    if has("key"), string("key").hasPrefix("pkcs11:") {
      problem(
        "key",
        "names a key in a token, which can sign but not be read: here it must be a file, as TLS and this program need it"
      )
      return nil
    }
    return load("key", Files.readSecret) { bytes throws(CryptoError) in try PrivateKey(pem: bytes) }
  }

  /// The files under `certificate` and `key`, which must belong together.
  package func keyPair() -> KeyPair? {
    let chain = certificates("certificate")
    guard let key = privateKey(), let leaf = chain.first else { return nil }
    if key.publicKey.keyID != leaf.publicKey.keyID {
      problem("key", "is not the key of the certificate beside it; name the pair that was issued together")
    }
    return KeyPair(chain: chain, key: key, certificate: leaf)
  }

  /// What signs with the key under `key`, a file or the URI of a key in a token (RFC 7512). Its certificate may be known.
  ///
  /// - Parameter proving: whether the key must sign now; else one in a token may be away, if its certificate is known.
  package func signer(
    _ algorithm: SignatureAlgorithm, of certificate: Certificate? = nil, proving: Bool
  ) -> (any Signer)? {
    let text = string("key")
    guard !text.isEmpty else { return nil }
    do {
      let signer = try KeyReference(text, in: folder).signer(algorithm, publicKey: certificate?.publicKey)
      if let certificate, signer.publicKey.keyID != certificate.publicKey.keyID {
        problem("key", "is not the key of the certificate beside it; name the pair that was issued together")
      }
      if proving { try signer.prove() }
      return signer
    } catch {
      problem("key", "\(error)")
      return nil
    }
  }

  /// The files under `certificate`, and what signs with the key under `key`, which must belong together.
  ///
  /// - Parameter proving: as for `signer`.
  package func signingPair(_ algorithm: SignatureAlgorithm, proving: Bool) -> SigningPair? {
    let chain = certificates("certificate")
    guard let leaf = chain.first,
      let signer = signer(algorithm, of: leaf, proving: proving)
    else { return nil }
    return SigningPair(chain: chain, signer: signer, certificate: leaf)
  }

  /// The signature algorithm under `algorithm`; P-256 unless said otherwise.
  package func algorithm() -> SignatureAlgorithm? {
    SignatureAlgorithm(
      name: choice(
        "algorithm", of: SignatureAlgorithm.allCases.map(\.name),
        default: SignatureAlgorithm.ecdsaP256SHA256.name))
  }

  /// The addresses under a key, at least one.
  package func endpoints(_ key: String) -> [Endpoint] {
    let texts = list(key)
    if has(key), texts.isEmpty { problem(key, "must name an address") }
    return texts.enumerated().compactMap { index, text in
      if let endpoint = Endpoint(text) { return endpoint }
      problem("\(key)[\(index)]", "must be \"host:port\", such as \"127.0.0.1:7443\" or \"[::1]:7443\"")
      return nil
    }
  }

  /// The id of a tenant, an officer, an application or a scene.
  package func identifier(_ key: String) -> String {
    let text = string(key)
    if !text.isEmpty, !isIdentifier(text) { problem(key, "must have 1 to 32 characters of a-z, 0-9 and -") }
    return text
  }

  /// The level under `key`; info unless said otherwise.
  package func logLevel(_ key: String) -> LogLevel {
    let name = choice(key, of: LogLevel.allCases.map(\.name), default: LogLevel.info.name)
    return LogLevel.allCases.first { $0.name == name } ?? .info
  }

  private func load<Value>(
    _ key: String, _ read: (String) throws(SystemError) -> [UInt8],
    _ parse: ([UInt8]) throws(CryptoError) -> Value
  ) -> Value? {
    let path = path(key)
    // A missing setting or file is a problem that is noted already.
    guard !path.isEmpty else { return nil }
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try read(path)
    } catch {
      problem(key, error.description)
      return nil
    }
    do throws(CryptoError) {
      return try parse(bytes)
    } catch {
      problem(key, "\(path): \(error)")
      return nil
    }
  }
}

/// Whether a text is an id as the wire has them: 1 to 32 of a-z, 0-9 and -.
package func isIdentifier(_ text: String) -> Bool {
  (1...32).contains(text.utf8.count)
    && text.utf8.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789-".utf8.contains($0) }
}
