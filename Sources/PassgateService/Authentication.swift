import PassgateCrypto
import PassgateDomain
import PassgateRPC
import PassgateWire

/// Decides whose a request is: first what depends on the sender alone, each fault with its own reason, then key,
/// certificate, digest and signature, which share one reason (DESIGN section 3, order of checks).
///
/// It belongs to one loop: verifiers and hashers are not shared.
final class Authentication {
  /// Milliseconds that a request's `created` may differ from the server's time.
  static let clockSkew: UInt64 = 300_000

  private let deployment: Deployment
  private let officers: [String: Officer]
  private var verifiers: [DigestKey: Verifier] = [:]
  private let dummies: [SignatureAlgorithm: Dummy]
  private let sha256: Hasher
  private let sm3: Hasher

  /// A key of nobody: what unknown keys are verified against, so that they take as long as known ones.
  private struct Dummy {
    let key: PublicKey
    let verifier: Verifier
  }

  /// Verifiers kept at most; beyond it they are made anew.
  private static let verifierCapacity = 10_000

  init(_ configuration: DeploymentConfiguration) throws(CryptoError) {
    deployment = configuration.deployment
    officers = Dictionary(configuration.officers.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var dummies: [SignatureAlgorithm: Dummy] = [:]
    for algorithm in SignatureAlgorithm.allCases {
      let key = try NobodysKey.make(for: algorithm)
      dummies[algorithm] = Dummy(key: key, verifier: try Verifier(key, algorithm))
    }
    self.dummies = dummies
    sha256 = try Hasher(.sha256)
    sm3 = try Hasher(.sm3)
  }

  /// Forgets the prepared keys: the directory has changed.
  func forgetVerifiers() { verifiers.removeAll(keepingCapacity: true) }

  // MARK: What depends on the sender alone

  /// The reason to refuse before any key is looked up, or nil.
  func senderFault(_ header: RequestHeader, _ session: Session, wallMilliseconds now: UInt64) -> Reason? {
    if header.deployment != deployment { return .wrongDeployment }
    let created = header.createdMilliseconds
    if (created > now ? created - now : now - created) > Self.clockSkew { return .clockSkew }
    if header.channelBinding != session.channelBinding { return .wrongChannel }
    if !session.accepts(header.sequence, of: header.keyID) { return .sequenceUsed }
    return nil
  }

  // MARK: Whose key

  /// The key that the header names, if anybody has registered it. `nil` and an unusable principal are verified
  /// all the same and refused in the same words.
  ///
  /// - Parameter withheld: fingerprints of certificates that their issuers have revoked.
  func principal(
    for header: RequestHeader, method: Method, peer: Peer, directory: Directory, withheld: Set<DigestKey>,
    unixSeconds: Int64
  ) -> Principal? {
    guard let algorithm = SignatureAlgorithm(rawValue: header.algorithm) else { return nil }
    if method.caller == .selfDeclared { return selfDeclared(header, algorithm) }
    guard header.publicKey.isEmpty else { return nil }
    let certificate = peer.identity.certificate
    let isCertificateLive =
      certificate.map {
        $0.notBefore <= unixSeconds && unixSeconds <= $0.notAfter
          && !withheld.contains(DigestKey($0.fingerprint))
      } ?? true
    if let (tenant, key) = directory.lookup(tenantID: header.tenantID, keyID: header.keyID) {
      return Principal(
        who: .tenant(tenant), keyID: key.keyID, spki: key.spki, algorithm: algorithm,
        isUsable: key.algorithm == header.algorithm && key.isLive(at: unixSeconds) && isCertificateLive
          && !withheld.contains(DigestKey(key.certificateFingerprint))
          && belongs(certificate, to: tenant, key))
    }
    guard let officer = officers[header.tenantID], officer.certificate.publicKey.keyID == header.keyID else {
      return nil
    }
    return Principal(
      who: .officer(officer), keyID: header.keyID, spki: officer.certificate.publicKey.spki,
      algorithm: algorithm,
      isUsable: officer.algorithm == algorithm && isCertificateLive
        && certificate?.fingerprint == officer.certificate.fingerprint)
  }

  private func selfDeclared(_ header: RequestHeader, _ algorithm: SignatureAlgorithm) -> Principal? {
    // PKCS#1 v1.5 is for registered keys of signing servers alone.
    guard algorithm != .rsaPKCS1SHA256, let key = try? PublicKey(spki: header.publicKey.span),
      key.keyID == header.keyID,
      (try? key.check(for: algorithm)) != nil
    else { return nil }
    return Principal(
      who: .selfDeclared, keyID: key.keyID, spki: key.spki, algorithm: algorithm,
      isUsable: header.tenantID == RequestHeader.selfDeclaredTenantID)
  }

  /// The access mode is the tenant record's: the connection must look as that mode demands (Measures art.8).
  //= Measures art.8
  private func belongs(_ certificate: Certificate?, to tenant: Tenant, _ key: TenantKey) -> Bool {
    switch tenant.mode {
    case .mobileCertificate:
      return certificate?.fingerprint == key.tlsFingerprint ?? key.certificateFingerprint
    case .signingServer:
      return certificate?.fingerprint == tenant.tlsFingerprint
    }
  }

  // MARK: The signature

  /// The leaf hash of a request: what its reply names it by.
  func requestDigest(_ headerBytes: [UInt8], algorithm: UInt32) -> [UInt8] {
    SignedStatement.leaf(.request, header: headerBytes.span, hasher: hasher(algorithm))
  }

  /// True when the request is what the principal's key signed. A missing or unusable principal is verified
  /// against a key of nobody and refused.
  func isAuthentic(
    _ principal: Principal?, _ header: RequestHeader, _ request: Request, leaf: [UInt8], session: Session,
    epoch: UInt64
  ) -> Bool {
    let hasher = hasher(header.algorithm)
    let signature = request.signature
    let isBodyBound = hasher.digest(request.body.span) == header.bodyDigest
    let root = MerkleTree.root(
      leaf: leaf, index: signature.leafIndex, size: signature.treeSize, path: signature.path, hasher: hasher)
    // A path that is wrong in shape is verified as if it were none, for the same work.
    let statement = SignedStatement.statement(treeSize: signature.treeSize, root: root ?? leaf)
    guard let principal, principal.isUsable, root != nil, isBodyBound else {
      _ = dummy(header.algorithm)?.isValid(signature: signature.value.span, of: statement.span)
      return false
    }
    // A tree of one leaf never comes again, so only larger ones are remembered.
    guard signature.treeSize > 1 else { return isSigned(request, statement, by: principal) }
    let entry = VerifiedRoots.Entry(
      keyID: principal.keyID, tenantID: header.tenantID, algorithm: header.algorithm,
      treeSize: signature.treeSize, root: root ?? leaf, value: signature.value)
    if session.verifiedRoots.contains(entry, epoch: epoch) { return true }
    guard isSigned(request, statement, by: principal) else { return false }
    session.verifiedRoots.insert(entry)
    return true
  }

  private func isSigned(_ request: Request, _ statement: [UInt8], by principal: Principal) -> Bool {
    guard let verifier = verifier(for: principal) else { return false }
    return verifier.isValid(signature: request.signature.value.span, of: statement.span)
  }

  private func verifier(for principal: Principal) -> Verifier? {
    if case .selfDeclared = principal.who { return makeVerifier(principal) }
    if let verifier = verifiers[DigestKey(principal.keyID)] { return verifier }
    guard let verifier = makeVerifier(principal) else { return nil }
    if verifiers.count >= Self.verifierCapacity { verifiers.removeAll(keepingCapacity: true) }
    verifiers[DigestKey(principal.keyID)] = verifier
    return verifier
  }

  private func makeVerifier(_ principal: Principal) -> Verifier? {
    guard let key = try? PublicKey(spki: principal.spki.span) else { return nil }
    return try? Verifier(key, principal.algorithm)
  }

  private func dummy(_ algorithm: UInt32) -> Verifier? {
    dummies[SignatureAlgorithm(rawValue: algorithm) ?? .ecdsaP256SHA256]?.verifier
  }

  private func hasher(_ algorithm: UInt32) -> Hasher {
    SignatureAlgorithm(rawValue: algorithm)?.hash == .sm3 ? sm3 : sha256
  }
}
