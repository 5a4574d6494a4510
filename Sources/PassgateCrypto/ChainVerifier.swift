import COpenSSL

/// Verification of certificate chains: RFC 5280 as OpenSSL does it in strict mode, then our own rules for the
/// leaf.
package enum ChainVerifier {
  /// A chain has at most this many certificates between its leaf and its root.
  private static let maximumIntermediates: Int32 = 2
  /// A peer may send this many beside its leaf; a path needs fewer.
  private static let maximumSupplied = 8
  /// Keys and signatures of 112 bits of strength or more: no SHA-1, no RSA under 2048 bits.
  private static let authenticationLevel: Int32 = 2

  /// Throws unless `leaf` leads over `intermediates` to one of `anchors` at `unixSeconds` and signs for
  /// `purpose`.
  ///
  /// Beyond RFC 5280: the leaf names the purpose in its extended key usage and digitalSignature in its key
  /// usage, and is no CA; keys and signatures give 112 bits or more. Both ends of each validity count as
  /// valid.
  ///
  /// - Parameters:
  ///   - intermediates: as the peer sent them, in any order; at most 8.
  ///   - anchors: self-signed roots.
  /// - Throws: `.untrusted`, `.outsideValidity` or `.wrongPurpose`.
  package static func verify(
    _ leaf: Certificate, intermediates: [Certificate], anchors: [Certificate], at unixSeconds: Int64,
    purpose: KeyPurpose
  ) throws(CryptoError) {
    do {
      try check(leaf, intermediates: intermediates, anchors: anchors, at: unixSeconds, purpose: purpose)
    } catch {
      throw error.asError(for: purpose)
    }
  }

  /// As `verify`, with the fault as the number that a handshake can carry.
  static func check(
    _ leaf: Certificate, intermediates: [Certificate], anchors: [Certificate], at unixSeconds: Int64,
    purpose: KeyPurpose
  ) throws(ChainFault) {
    guard intermediates.count <= maximumSupplied else {
      throw ChainFault(code: X509_V_ERR_CERT_CHAIN_TOO_LONG)
    }
    try checkPath(leaf, intermediates, anchors, at: unixSeconds)
    // OpenSSL takes a leaf without key usages as good for everything, and a CA as a leaf.
    guard leaf.has(purpose: purpose), leaf.isForDigitalSignature, !leaf.isCA else {
      throw ChainFault(code: X509_V_ERR_INVALID_PURPOSE)
    }
  }

  private static func checkPath(
    _ leaf: Certificate, _ intermediates: [Certificate], _ anchors: [Certificate], at unixSeconds: Int64
  ) throws(ChainFault) {
    ErrorQueue.clear()
    defer { ErrorQueue.clear() }
    let store = unsafe X509_STORE_new()
    let supplied = CertificateStack(intermediates)
    let context = unsafe X509_STORE_CTX_new()
    defer {
      unsafe X509_STORE_CTX_free(context)
      unsafe X509_STORE_free(store)
    }
    for anchor in anchors { unsafe X509_STORE_add_cert(store, anchor.pointer) }
    guard unsafe X509_STORE_CTX_init(context, store, leaf.pointer, supplied.pointer) == 1 else {
      throw ChainFault(code: X509_V_ERR_OUT_OF_MEM)
    }
    unsafe setRules(X509_STORE_CTX_get0_param(context), at: unixSeconds)
    unsafe X509_STORE_CTX_set_verify_cb(context, acceptLastSecond)
    guard unsafe X509_verify_cert(context) == 1 else {
      throw unsafe ChainFault(code: X509_STORE_CTX_get_error(context))
    }
  }

  private static func setRules(_ rules: OpaquePointer?, at unixSeconds: Int64) {
    // The root's own signature is checked too: an SM2 root that was signed under another id is none of ours.
    unsafe X509_VERIFY_PARAM_set_flags(
      rules, UInt(X509_V_FLAG_X509_STRICT | X509_V_FLAG_CHECK_SS_SIGNATURE))
    unsafe X509_VERIFY_PARAM_set_auth_level(rules, authenticationLevel)
    unsafe X509_VERIFY_PARAM_set_depth(rules, maximumIntermediates)
    unsafe X509_VERIFY_PARAM_set_time(rules, Int(unixSeconds))
  }
}

/// OpenSSL calls a certificate expired in the very second of its notAfter; RFC 5280 section 4.1.2.5 includes
/// it.
private let acceptLastSecond: @convention(c) (Int32, OpaquePointer?) -> Int32 = { isGood, context in
  guard isGood == 0, unsafe X509_STORE_CTX_get_error(context) == X509_V_ERR_CERT_HAS_EXPIRED else {
    return isGood
  }
  let certificate = unsafe X509_STORE_CTX_get_current_cert(context)
  let now = unsafe X509_VERIFY_PARAM_get_time(X509_STORE_CTX_get0_param(context))
  return unsafe (try? unixSeconds(X509_get0_notAfter(certificate))) == Int64(now) ? 1 : 0
}

/// Why a chain is refused, in OpenSSL's numbers.
struct ChainFault: Error {
  /// One of `X509_V_ERR_*`.
  let code: Int32

  /// OpenSSL's words for `code`.
  var words: String {
    guard let words = unsafe X509_verify_cert_error_string(Int(code)) else { return "unknown fault" }
    return unsafe String(cString: words)
  }

  func asError(for purpose: KeyPurpose) -> CryptoError {
    let (reason, advice) = meaning
    return CryptoError(reason, "the certificate is refused for \(purpose.rawValue): \(words); \(advice)")
  }

  var meaning: (reason: CryptoError.Reason, advice: String) {
    switch code {
    case X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID:
      (.outsideValidity, "check this machine's clock, then have the certificate renewed")
    case X509_V_ERR_INVALID_PURPOSE:
      (.wrongPurpose, "use the certificate that was issued for this purpose")
    case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
      (.untrusted, "it is for another server than the one that is named here")
    default:
      (
        .untrusted,
        "it must come with the certificates between it and a root that is trusted here; compare that root's "
          + "fingerprint"
      )
    }
  }
}

/// OpenSSL's list of certificates, borrowed from those who own them.
@safe struct CertificateStack: ~Copyable {
  let pointer: OpaquePointer?
  private let owners: [Certificate]

  init(_ certificates: [Certificate]) {
    unsafe pointer = passgate_sk_X509_new_null()
    owners = certificates
    for certificate in certificates { unsafe passgate_sk_X509_push(pointer, certificate.pointer) }
  }

  deinit {
    unsafe passgate_sk_X509_free(pointer)
  }
}
