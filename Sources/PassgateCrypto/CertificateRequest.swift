import COpenSSL

/// A request for a certificate (PKCS#10, RFC 2986) whose sender has proven to hold the private key.
///
/// Only the key counts: what else a certificate says, its issuer decides.
package struct CertificateRequest: Sendable {
  /// The longest request that is decoded, in bytes of DER.
  package static let maximumLength = 16 * 1024

  /// The request as received.
  package let der: [UInt8]
  /// The key to be certified; it has passed `PublicKey.check(for:)`.
  package let publicKey: PublicKey
  /// What the request is signed with.
  package let algorithm: SignatureAlgorithm
  /// The subject that the sender wishes for, on one line as RFC 4514 writes it.
  package let subject: String

  /// Decodes one request and verifies its proof of possession; an SM2 signer has the id of GM/T 0009.
  ///
  /// - Throws: `.malformed`; `.unsupported` for a signature algorithm that is not of the wire;
  ///   `.notAuthentic` when the proof fails; what `PublicKey.check(for:)` throws.
  package init(der: Span<UInt8>) throws(CryptoError) {
    guard der.count <= Self.maximumLength else {
      throw CryptoError(
        .malformed,
        "the certificate request has \(der.count) bytes; at most \(Self.maximumLength) are accepted")
    }
    let decoded = try DecodedRequest(der: der)
    self.der = unsafe der.withUnsafeBufferPointer { unsafe Array($0) }
    algorithm = try decoded.algorithm()
    publicKey = try decoded.publicKey()
    subject = decoded.subject
    try publicKey.check(for: algorithm)
    try decoded.verify(with: publicKey, algorithm)
  }

  /// Reads the one request of a PEM text.
  ///
  /// - Throws: as `init(der:)`; `.malformed` when the text holds no request or anything else.
  package init(pem: [UInt8]) throws(CryptoError) {
    var blocks = try PEMBlocks(pem)
    let first = try blocks.next()
    let second = try blocks.next()
    guard let first, second == nil, ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"].contains(first.label)
    else {
      throw CryptoError(
        .malformed, "the file must hold one certificate request: -----BEGIN CERTIFICATE REQUEST-----")
    }
    try self.init(der: first.der.span)
  }

  /// A request for `signer`'s own key.
  ///
  /// - Throws: `.library`, or what the signer throws.
  package init(subject: DistinguishedName, signer: any Signer) throws(CryptoError) {
    let noAttributes = DER.tagged(0, constructed: true, [])
    let body = DER.sequence(
      DER.integer([0]), try subject.encoded(), signer.publicKey.spki, noAttributes)
    let signature = try signer.sign(body.span)
    let der = DER.sequence(body, signer.algorithm.identifier, DER.bitString(signature))
    try self.init(der: der.span)
  }

  /// The request as one PEM block (RFC 7468), ending in a line feed.
  package func pem() throws(CryptoError) -> [UInt8] {
    try PEMBlocks.text(label: "CERTIFICATE REQUEST", der)
  }
}

/// Owns one decoded request.
@safe private struct DecodedRequest: ~Copyable {
  private let pointer: OpaquePointer

  init(der: Span<UInt8>) throws(CryptoError) {
    let decoded = unsafe der.withUnsafeBufferPointer { bytes -> OpaquePointer? in
      var next = bytes.baseAddress
      guard let decoded = unsafe d2i_X509_REQ(nil, &next, bytes.count) else { return nil }
      guard unsafe next == bytes.baseAddress.map({ unsafe $0 + bytes.count }) else {
        unsafe X509_REQ_free(decoded)
        return nil
      }
      return unsafe decoded
    }
    unsafe pointer = try ErrorQueue.unwrap(
      decoded, .malformed, "the bytes are not one DER certificate request and nothing after it")
  }

  deinit {
    unsafe X509_REQ_free(pointer)
  }

  var subject: String { unsafe oneLine(X509_REQ_get_subject_name(pointer)) }

  func publicKey() throws(CryptoError) -> PublicKey {
    let info = unsafe X509_REQ_get_X509_PUBKEY(pointer)
    let spki = try unsafe derBytes("a public key") { unsafe i2d_X509_PUBKEY(info, $0) }
    return try PublicKey(spki: spki.span)
  }

  func algorithm() throws(CryptoError) -> SignatureAlgorithm {
    switch unsafe X509_REQ_get_signature_nid(pointer) {
    case NID_ecdsa_with_SHA256: .ecdsaP256SHA256
    case NID_ED25519: .ed25519
    case NID_rsassaPss: .rsaPSSSHA256
    case NID_sha256WithRSAEncryption: .rsaPKCS1SHA256
    case NID_SM2_with_SM3: .sm2SM3
    default:
      throw CryptoError(
        .unsupported,
        "the request is signed with an algorithm that is not accepted; accepted are "
          + SignatureAlgorithm.allCases.map(\.name).joined(separator: ", "))
    }
  }

  /// Proof of possession: the request is signed with the key in it.
  func verify(with key: PublicKey, _ algorithm: SignatureAlgorithm) throws(CryptoError) {
    var remedy = "make it again with the right key"
    if algorithm == .sm2SM3 {
      unsafe X509_REQ_set0_distinguishing_id(pointer, try sm2DistinguishingString())
      remedy += " and with openssl's -sigopt distid:1234567812345678"
    }
    try unsafe ErrorQueue.check(
      X509_REQ_verify(pointer, key.pointer), .notAuthentic,
      "the request is not signed with the private key of its public key; \(remedy)")
  }
}
