import COpenSSL

/// Verification of certificate chains: RFC 5280 as OpenSSL does it in strict mode, then our own rules for the
/// leaf.
package enum ChainVerifier {
  /// A chain has at most this many certificates between its leaf and its root.
  package static let maximumIntermediates = 2
  /// A peer may send this many beside its leaf; a path needs fewer.
  private static let maximumSupplied = 8
  /// Keys and signatures of 112 bits of strength or more: no SHA-1, no RSA under 2048 bits.
  fileprivate static let authenticationLevel: Int32 = 2

  /// Throws unless `leaf` leads over `intermediates` to one of `anchors` at `unixSeconds` and is good for
  /// `purpose`.
  ///
  /// - Throws: as `verify(_:intermediates:anchors:at:profile:)`.
  package static func verify(
    _ leaf: Certificate, intermediates: [Certificate], anchors: [Certificate], at unixSeconds: Int64,
    purpose: KeyPurpose
  ) throws(CryptoError) {
    try verify(
      leaf, intermediates: intermediates, anchors: anchors, at: unixSeconds,
      profile: CertificateProfiles.profile(for: purpose))
  }

  /// Throws unless `leaf` leads over `intermediates` to one of `anchors` at `unixSeconds`, and every certificate
  /// of the path is what `PathRule` demands, and the leaf's key and usages are those of `profile`. What the
  /// profile says about length of validity and names, `CertificateLint` checks, once, when a certificate comes in.
  ///
  /// Keys and signatures give 112 bits or more. Both ends of each validity count as valid.
  ///
  /// - Parameters:
  ///   - intermediates: as the peer sent them, in any order; at most 8.
  ///   - anchors: roots, or authorities under them that are trusted by themselves.
  ///   - depth: how many certificates may stand between leaf and anchor.
  /// - Throws: `.untrusted`, `.outsideValidity` or `.wrongPurpose`.
  package static func verify(
    _ leaf: Certificate, intermediates: [Certificate], anchors: [Certificate], at unixSeconds: Int64,
    profile: CertificateProfile, depth: Int = maximumIntermediates
  ) throws(CryptoError) {
    do {
      try check(
        leaf, intermediates: intermediates, anchors: anchors, at: unixSeconds, profile: profile, depth: depth)
    } catch {
      throw error.asError(for: profile.name)
    }
  }

  /// Those of a verifier's own authorities that a path from `leaf` can go over. `verify` takes few, as a peer sends; who
  /// trusts more says which are meant.
  package static func issuers(of leaf: Certificate, among authorities: [Certificate]) -> [Certificate] {
    var (found, ends): ([Certificate], [Certificate]) = ([], [leaf])
    for _ in 0..<maximumIntermediates {
      let above = authorities.filter { authority in ends.contains { $0.isIssued(by: authority) } }
      ends = above.filter { authority in !found.contains { $0.fingerprint == authority.fingerprint } }
      found += ends
    }
    return found
  }

  /// As `verify`, with the fault as the number that a handshake can carry.
  static func check(
    _ leaf: Certificate, intermediates: [Certificate], anchors: [Certificate], at unixSeconds: Int64,
    profile: CertificateProfile, depth: Int = maximumIntermediates
  ) throws(ChainFault) {
    guard intermediates.count <= maximumSupplied else {
      throw ChainFault(code: X509_V_ERR_CERT_CHAIN_TOO_LONG)
    }
    let search = PathSearch(
      leaf: leaf, intermediates: intermediates, anchors: anchors, unixSeconds: unixSeconds, depth: depth,
      needsKeyIdentifiers: profile.needsKeyIdentifiers)
    try checkRules(try search.path(), profile)
  }

  /// The rules of ours for a path that OpenSSL takes, leaf first.
  private static func checkRules(_ path: [Certificate], _ profile: CertificateProfile) throws(ChainFault) {
    var constraints: [NameConstraints] = []
    for (index, certificate) in path.enumerated().reversed() {
      guard let facts = try? CertificateFacts(certificate) else {
        throw ChainFault(CertificateLint.malformed)
      }
      let place: CertificateLint.Place = index == 0 ? .leaf : .authority
      if index == 0, let fault = CertificateLint.useFaults(of: facts, under: profile).first {
        throw ChainFault(fault, code: X509_V_ERR_INVALID_PURPOSE)
      }
      let subject = CertificateLint.Subject(
        facts: facts, place: place, needsKeyIdentifiers: profile.needsKeyIdentifiers)
      if let fault = CertificateLint.faults(of: subject).first { throw ChainFault(fault) }
      guard constraints.allSatisfy({ !$0.excludesByWildcard(facts) }) else {
        throw ChainFault(code: X509_V_ERR_EXCLUDED_VIOLATION)
      }
      if place == .authority { try check(facts, serves: profile) }
      if let found = facts.find(CertificateFacts.Identifier.nameConstraints) {
        constraints += [NameConstraints(found.value)].compactMap(\.self)
      }
    }
  }

  /// An authority with extended key usages certifies for those alone.
  private static func check(_ authority: CertificateFacts, serves profile: CertificateProfile)
    throws(ChainFault)
  {
    guard let usages = authority.extendedKeyUsage,
      !profile.extendedKeyUsage.required.allSatisfy(usages.contains)
    else { return }
    throw ChainFault(code: X509_V_ERR_INVALID_PURPOSE)
  }
}

/// One search of OpenSSL for a path.
private struct PathSearch {
  let leaf: Certificate
  let intermediates: [Certificate]
  let anchors: [Certificate]
  let unixSeconds: Int64
  let depth: Int
  let needsKeyIdentifiers: Bool

  /// The path, leaf first and the anchor at its end.
  func path() throws(ChainFault) -> [Certificate] {
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
    unsafe setRules(X509_STORE_CTX_get0_param(context))
    unsafe X509_STORE_CTX_set_verify_cb(
      context, isOneIssuerEnough ? acceptLastSecondAndUnnamedKeys : acceptLastSecond)
    guard unsafe X509_verify_cert(context) == 1 else {
      throw unsafe ChainFault(code: X509_STORE_CTX_get_error(context))
    }
    return try unsafe certificates(of: X509_STORE_CTX_get0_chain(context))
  }

  /// Without identifiers of keys, names tell issuers apart, so no two may share one.
  private var isOneIssuerEnough: Bool {
    let names = Set((intermediates + anchors).map(\.fingerprint)).count
    let subjects = Set((intermediates + anchors).compactMap { try? CertificateFacts($0).subject })
    return !needsKeyIdentifiers && names == subjects.count
  }

  /// OpenSSL's path as those who own its certificates: nothing is decoded again.
  private func certificates(of chain: OpaquePointer?) throws(ChainFault) -> [Certificate] {
    let known = [leaf] + intermediates + anchors
    var path: [Certificate] = []
    for index in 0..<max(0, unsafe passgate_sk_X509_num(chain)) {
      let pointer = unsafe passgate_sk_X509_value(chain, index)
      guard let certificate = known.first(where: { unsafe $0.pointer == pointer }) else {
        throw ChainFault(code: X509_V_ERR_UNSPECIFIED)
      }
      path.append(certificate)
    }
    return path
  }

  private func setRules(_ rules: OpaquePointer?) {
    // The root's own signature is checked too: an SM2 root that was signed under another id is none of ours.
    unsafe X509_VERIFY_PARAM_set_flags(
      rules,
      UInt(X509_V_FLAG_X509_STRICT | X509_V_FLAG_CHECK_SS_SIGNATURE | X509_V_FLAG_PARTIAL_CHAIN))
    unsafe X509_VERIFY_PARAM_set_auth_level(rules, ChainVerifier.authenticationLevel)
    unsafe X509_VERIFY_PARAM_set_depth(rules, Int32(clamping: depth))
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

/// As `acceptLastSecond`, for authorities that do not write which keys they have.
private let acceptLastSecondAndUnnamedKeys: @convention(c) (Int32, OpaquePointer?) -> Int32 = {
  isGood, context in
  let missing = [X509_V_ERR_MISSING_AUTHORITY_KEY_IDENTIFIER, X509_V_ERR_MISSING_SUBJECT_KEY_IDENTIFIER]
  guard isGood == 0, unsafe missing.contains(X509_STORE_CTX_get_error(context)) else {
    return unsafe acceptLastSecond(isGood, context)
  }
  return 1
}

/// Why a chain is refused, in OpenSSL's numbers.
struct ChainFault: Error {
  /// One of `X509_V_ERR_*`.
  let code: Int32
  /// The rule that is broken, where it is one of ours.
  let finding: CertificateFinding?

  init(code: Int32) {
    self.code = code
    finding = nil
  }

  init(_ finding: CertificateFinding, code: Int32 = X509_V_ERR_CERT_REJECTED) {
    self.code = code
    self.finding = finding
  }

  /// What is wrong: our words, or OpenSSL's for `code`.
  var words: String {
    if let finding { return finding.description }
    guard let words = unsafe X509_verify_cert_error_string(Int(code)) else { return "unknown fault" }
    return unsafe String(cString: words)
  }

  func asError(for use: String) -> CryptoError {
    let (reason, advice) = meaning
    return CryptoError(reason, "the certificate is refused for \(use): \(words); \(advice)")
  }

  var meaning: (reason: CryptoError.Reason, advice: String) {
    switch code {
    case X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID:
      (.outsideValidity, "check this machine's clock, then have the certificate renewed")
    case X509_V_ERR_INVALID_PURPOSE:
      (.wrongPurpose, "use the certificate that was issued for this purpose")
    case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
      (.untrusted, "it is for another server than the one that is named here")
    case X509_V_ERR_CERT_REJECTED:
      (.untrusted, "have it issued again, or another authority in its path")
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
