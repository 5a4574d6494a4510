package import PassgateCrypto
package import PassgateSystem
package import PassgateWire

/// How a caller connects: where to, whom it trusts, who it is and what signs its requests.
package struct Profile: Sendable {
  /// A certificate, those that lead to its root, and its key.
  package struct Identity: Sendable {
    package let chain: [Certificate]
    package let key: PrivateKey

    /// What is shown to the platform, which knows certificates by their fingerprints and its issuing authority by
    /// itself: a chain would cost it 4 KiB for each connection.
    package var shown: [Certificate] { Array(chain.prefix(1)) }

    package init(chain: [Certificate], key: PrivateKey) {
      self.chain = chain
      self.key = key
    }
  }

  /// A tenant's own signing server.
  package struct SigningServer: Sendable {
    package let endpoint: Endpoint
    package let serverName: String
    package let anchors: [Certificate]
    /// The application's certificate towards the signing server.
    package let identity: Identity
    /// SHA-256 of the platform key's SubjectPublicKeyInfo; nil leaves the choice to the signing server, so that
    /// a new key of the tenant needs no new profile.
    package let keyID: [UInt8]?

    package init(
      endpoint: Endpoint, serverName: String, anchors: [Certificate], identity: Identity, keyID: [UInt8]?
    ) {
      self.endpoint = endpoint
      self.serverName = serverName
      self.anchors = anchors
      self.identity = identity
      self.keyID = keyID
    }
  }

  /// What signs requests (Measures art.8).
  package enum Signing: Sendable {
    /// The caller's own key: a mobile certificate's, an officer's, or one made for a self-declared call.
    case key(PrivateKey)
    case server(SigningServer)
  }

  package var endpoint: Endpoint
  package var serverName: String
  package var deployment: Deployment
  package var tenantID: String
  /// The platform's roots.
  package var anchors: [Certificate]
  /// Shown in TLS; a signing server's tenant may have none.
  package var identity: Identity?
  package var signing: Signing
  package var algorithm: SignatureAlgorithm
  package var scene: String

  package init(
    endpoint: Endpoint, serverName: String, deployment: Deployment, tenantID: String, anchors: [Certificate],
    identity: Identity?, signing: Signing, algorithm: SignatureAlgorithm, scene: String
  ) {
    self.endpoint = endpoint
    self.serverName = serverName
    self.deployment = deployment
    self.tenantID = tenantID
    self.anchors = anchors
    self.identity = identity
    self.signing = signing
    self.algorithm = algorithm
    self.scene = scene
  }

  /// The same platform, asked by nobody in particular: a key of its own, no certificate.
  package func selfDeclared() throws(CryptoError) -> Profile {
    var profile = self
    profile.tenantID = RequestHeader.selfDeclaredTenantID
    profile.identity = nil
    profile.algorithm = .ecdsaP256SHA256
    profile.signing = .key(try PrivateKey.generate(.ecdsaP256SHA256))
    profile.scene = ""
    return profile
  }
}
