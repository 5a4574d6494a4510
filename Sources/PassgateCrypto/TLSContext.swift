import COpenSSL

/// The settings that many TLS connections share: TLS 1.3 alone, no resumption of any kind.
///
/// One per thread that makes connections: the private key in it is a duplicate of its own.
@safe package final class TLSContext: Sendable {
  /// What a server asks of its clients.
  package enum ClientCertificates: Sendable {
    /// A client may show a certificate with any usable key; who it is, the caller decides by its fingerprint.
    case requested
    /// A client must show a certificate for `purpose` under one of `anchors`.
    case required(anchors: [Certificate], purpose: KeyPurpose)
  }

  /// The application protocol that both sides must agree on.
  let alpn: String
  /// Whether connections of this context accept rather than connect.
  let isServer: Bool
  nonisolated(unsafe) let pointer: OpaquePointer
  /// OpenSSL's callbacks point at it, so it lives as long as the context.
  private let rules: PeerRules

  /// A server's settings.
  ///
  /// - Parameters:
  ///   - chain: the server's certificate, then those between it and the root.
  ///   - key: the key of the first certificate.
  ///   - alpn: the one protocol served, for instance `passgate/1`; a client that does not offer it is
  ///     refused.
  /// - Throws: `.mismatch` when key and certificate differ, `.unsupported` for an SM2 key, `.library`.
  package static func server(
    chain: [Certificate], key: PrivateKey, alpn: String, clientCertificates: ClientCertificates
  ) throws(CryptoError) -> TLSContext {
    let rules = PeerRules(.client(clientCertificates), alpn: alpn)
    let context = try TLSContext(isServer: true, rules: rules)
    try context.setIdentity(chain, key)
    context.requestClientCertificate(clientCertificates)
    return context
  }

  /// A client's settings.
  ///
  /// - Parameters:
  ///   - anchors: the roots that the server's certificate must lead to.
  ///   - chain: the client's certificate, then those between it and its root; empty to show none.
  ///   - key: the key of the first certificate of `chain`; nil to show none.
  ///   - purpose: what the server's certificate must be for.
  /// - Throws: `.mismatch` when key and certificate differ, `.unsupported` for an SM2 key, `.library`.
  package static func client(
    anchors: [Certificate], chain: [Certificate] = [], key: PrivateKey? = nil, alpn: String,
    purpose: KeyPurpose = .serverTLS
  ) throws(CryptoError) -> TLSContext {
    let rules = PeerRules(.server(anchors: anchors, purpose: purpose), alpn: alpn)
    let context = try TLSContext(isServer: false, rules: rules)
    if let key { try context.setIdentity(chain, key) }
    unsafe SSL_CTX_set_verify(context.pointer, SSL_VERIFY_PEER, nil)
    try context.offerALPN()
    return context
  }

  private init(isServer: Bool, rules: PeerRules) throws(CryptoError) {
    self.isServer = isServer
    self.rules = rules
    alpn = rules.alpn
    unsafe pointer = try ErrorQueue.unwrap(
      SSL_CTX_new(isServer ? TLS_server_method() : TLS_client_method()), .library,
      "no memory for TLS settings")
    try restrict()
    unsafe SSL_CTX_set_cert_verify_callback(pointer, verifyPeer, Unmanaged.passUnretained(rules).toOpaque())
    if isServer {
      unsafe SSL_CTX_set_alpn_select_cb(pointer, selectALPN, Unmanaged.passUnretained(rules).toOpaque())
    }
  }

  deinit {
    unsafe SSL_CTX_free(pointer)
  }
}

// MARK: settings

extension TLSContext {
  /// What a server signs and what a client may sign its handshake with.
  private static let signatureAlgorithms = "ecdsa_secp256r1_sha256:ed25519:rsa_pss_rsae_sha256"
  /// Others cost the server several times more, at the client's choice.
  private static let groups = "X25519:P-256"
  /// The longest certificate message of a peer, in bytes.
  private static let maximumChainLength = 16 * 1024

  private func restrict() throws(CryptoError) {
    let what = "the TLS settings cannot be made"
    try unsafe ErrorQueue.check(
      passgate_SSL_CTX_set_min_proto_version(pointer, TLS1_3_VERSION), .library, what)
    try unsafe ErrorQueue.check(
      passgate_SSL_CTX_set_max_proto_version(pointer, TLS1_3_VERSION), .library, what)
    unsafe SSL_CTX_set_security_level(pointer, 2)
    try unsafe ErrorQueue.check(
      passgate_SSL_CTX_set1_sigalgs_list(pointer, Self.signatureAlgorithms), .library, what)
    try unsafe ErrorQueue.check(passgate_SSL_CTX_set1_groups_list(pointer, Self.groups), .library, what)
    unsafe passgate_SSL_CTX_set_max_cert_list(pointer, Self.maximumChainLength)
    try forbidResumption(what)
    // An idle connection holds 14 KiB instead of 30, and a tick writes from one buffer that may have moved.
    unsafe passgate_SSL_CTX_set_mode(
      pointer,
      Int(SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER))
    unsafe passgate_SSL_CTX_set_read_ahead(pointer, 1)
  }

  /// A resumed session runs no certificate check, so a suspended tenant would get in.
  private func forbidResumption(_ what: String) throws(CryptoError) {
    unsafe passgate_SSL_CTX_set_session_cache_mode(pointer, Int(SSL_SESS_CACHE_OFF))
    try unsafe ErrorQueue.check(SSL_CTX_set_num_tickets(pointer, 0), .library, what)
    try unsafe ErrorQueue.check(SSL_CTX_set_max_early_data(pointer, 0), .library, what)
    unsafe SSL_CTX_set_post_handshake_auth(pointer, 0)
    // Frames carry their length and replies their signature, so a connection cut short needs no error of its
    // own.
    unsafe SSL_CTX_set_options(pointer, passgate_SSL_OP_NO_TICKET | passgate_SSL_OP_IGNORE_UNEXPECTED_EOF)
  }

  private func setIdentity(_ chain: [Certificate], _ key: PrivateKey) throws(CryptoError) {
    guard let leaf = chain.first else {
      throw CryptoError(.mismatch, "a TLS key is given without its certificate")
    }
    guard PeerRules.isUsableForTLS(leaf.publicKey) else {
      throw CryptoError(
        .unsupported,
        "TLS needs a P-256, Ed25519 or RSA key of 2048 to 4096 bits; this is \(leaf.publicKey.kind.rawValue)"
      )
    }
    guard leaf.publicKey.keyID == key.publicKey.keyID else {
      throw CryptoError(.mismatch, "the TLS key is not the key of its certificate")
    }
    let own = try unsafe ErrorQueue.unwrap(
      EVP_PKEY_dup(key.pointer), .library, "no memory for a copy of a key")
    defer { unsafe EVP_PKEY_free(own) }
    let others = CertificateStack(Array(chain.dropFirst()))
    try unsafe ErrorQueue.check(
      SSL_CTX_use_cert_and_key(pointer, leaf.pointer, own, others.pointer, 1), .mismatch,
      "the certificate chain and key cannot be used for TLS")
  }

  private func requestClientCertificate(_ policy: ClientCertificates) {
    let isRequired = if case .required = policy { true } else { false }
    unsafe SSL_CTX_set_verify(
      pointer, isRequired ? SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT : SSL_VERIFY_PEER, nil)
  }

  private func offerALPN() throws(CryptoError) {
    let list = [UInt8(truncatingIfNeeded: alpn.utf8.count)] + Array(alpn.utf8)
    // Alone among its kind, this function returns 0 for success.
    guard unsafe SSL_CTX_set_alpn_protos(pointer, list, UInt32(list.count)) == 0 else {
      throw ErrorQueue.drain(.library, "the application protocol cannot be offered")
    }
  }
}
