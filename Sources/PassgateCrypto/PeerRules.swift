import COpenSSL

/// What a handshake demands of the peer; OpenSSL's callbacks read it from many threads.
final class PeerRules: Sendable {
  /// Whose certificate is looked at.
  enum Peer: Sendable {
    /// A client, by the server's demands.
    case client(TLSContext.ClientCertificates)
    /// A server, which must also have the name that the connection looks for.
    case server(anchors: [Certificate], purpose: KeyPurpose)
  }

  let alpn: String
  private let peer: Peer

  init(_ peer: Peer, alpn: String) {
    self.peer = peer
    self.alpn = alpn
  }

  /// Whether the handshake can be signed with this key at a bounded cost.
  static func isUsableForTLS(_ key: PublicKey) -> Bool {
    let algorithms: [SignatureAlgorithm] = [.ecdsaP256SHA256, .ed25519, .rsaPSSSHA256]
    return algorithms.contains { (try? key.check(for: $0)) != nil }
  }

  /// Judges the peer's certificate in the middle of a handshake.
  func check(
    _ leaf: Certificate, _ intermediates: [Certificate], serverName: String?, at unixSeconds: Int64
  ) throws(ChainFault) {
    guard Self.isUsableForTLS(leaf.publicKey) else {
      throw ChainFault(code: X509_V_ERR_EE_KEY_TOO_SMALL)
    }
    switch peer {
    case .client(.requested): return
    case .client(.required(let anchors, let purpose)):
      try ChainVerifier.check(
        leaf, intermediates: intermediates, anchors: anchors, at: unixSeconds,
        profile: CertificateProfiles.profile(for: purpose))
    case .server(let anchors, let purpose):
      try ChainVerifier.check(
        leaf, intermediates: intermediates, anchors: anchors, at: unixSeconds,
        profile: CertificateProfiles.profile(for: purpose))
      guard let serverName, leaf.isFor(serverName: serverName) else {
        throw ChainFault(code: X509_V_ERR_HOSTNAME_MISMATCH)
      }
    }
  }
}

/// Replaces OpenSSL's own chain verification: 1 accepts the peer, and the error left in `context` becomes the
/// alert.
let verifyPeer: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Int32 = { context, rules in
  guard let context = unsafe context, let rules = unsafe rules else { return 0 }
  do throws(ChainFault) {
    try unsafe Unmanaged<PeerRules>.fromOpaque(rules).takeUnretainedValue().check(storeContext: context)
    unsafe X509_STORE_CTX_set_error(context, X509_V_OK)
    return 1
  } catch {
    unsafe X509_STORE_CTX_set_error(context, error.code)
    return 0
  }
}

/// Takes the one protocol served, or ends the handshake.
let selectALPN:
  @convention(c) (
    OpaquePointer?, UnsafeMutablePointer<UnsafePointer<UInt8>?>?, UnsafeMutablePointer<UInt8>?,
    UnsafePointer<UInt8>?, UInt32, UnsafeMutableRawPointer?
  ) -> Int32 = { _, chosen, chosenLength, offered, offeredLength, rules in
    guard let chosen = unsafe chosen, let chosenLength = unsafe chosenLength, let rules = unsafe rules else {
      return SSL_TLSEXT_ERR_ALERT_FATAL
    }
    let rulesObject = unsafe Unmanaged<PeerRules>.fromOpaque(rules).takeUnretainedValue()
    let list = unsafe UnsafeBufferPointer(start: offered, count: Int(offeredLength))
    guard let found = unsafe rulesObject.positionOfALPN(in: Array(list)), let offered = unsafe offered else {
      return SSL_TLSEXT_ERR_ALERT_FATAL
    }
    unsafe chosen.pointee = offered + found.lowerBound
    unsafe chosenLength.pointee = UInt8(found.count)
    return SSL_TLSEXT_ERR_OK
  }

extension PeerRules {
  /// Where our protocol stands in a list of length-prefixed names (RFC 7301 section 3.1).
  fileprivate func positionOfALPN(in list: [UInt8]) -> Range<Int>? {
    var at = 0
    while at < list.count {
      let name = (at + 1)..<(at + 1 + Int(list[at]))
      guard name.upperBound <= list.count else { return nil }
      if list[name].elementsEqual(alpn.utf8) { return name }
      at = name.upperBound
    }
    return nil
  }

  /// Reads what the peer sent out of OpenSSL's verification context.
  fileprivate func check(storeContext: OpaquePointer) throws(ChainFault) {
    let supplied = unsafe X509_STORE_CTX_get0_untrusted(storeContext)
    guard let leaf = try? unsafe Certificate(retaining: X509_STORE_CTX_get0_cert(storeContext)),
      let intermediates = try? unsafe certificates(in: supplied)
    else { throw ChainFault(code: X509_V_ERR_CERT_REJECTED) }
    let name = unsafe X509_VERIFY_PARAM_get0_host(X509_STORE_CTX_get0_param(storeContext), 0)
    try check(
      leaf, intermediates, serverName: unsafe name.map { unsafe String(cString: $0) },
      at: currentUnixSeconds())
  }

  private func certificates(in stack: OpaquePointer?) throws(CryptoError) -> [Certificate] {
    // A server that only asks decides by the leaf, so it decodes nothing else.
    if case .client(.requested) = peer { return [] }
    var decoded: [Certificate] = []
    for index in 0..<max(0, unsafe passgate_sk_X509_num(stack)) {
      decoded.append(try unsafe Certificate(retaining: passgate_sk_X509_value(stack, index)))
    }
    return decoded
  }
}
