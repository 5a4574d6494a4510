import PassgateCrypto
import PassgateDomain
import PassgateRPC
import PassgateWire

/// What replies of a run are made of, right and deliberately wrong ones.
struct SpecimenWorkshop {
  /// The call that began the run: the replies are for its tenant, in its family.
  let caller: RequestHeader
  /// The active reply key of the family.
  let key: SigningKey
  /// The platform's other reply keys, as they are announced.
  let others: [PassgateWire.ReplyKey]
  /// A key that was certified for another purpose; nil where the platform has none to show.
  let misused: SigningKey?
  let stranger: StrangeAuthority
  /// Milliseconds since 1970.
  let now: UInt64

  init(_ configuration: DeploymentConfiguration, caller: RequestHeader, now: UInt64) throws(CryptoError) {
    self.caller = caller
    self.now = now
    let keys = configuration.replyKeys
    let key = try keys.signing(for: ReplyFamily(requestAlgorithm: caller.algorithm), at: now)
    self.key = key
    others = keys.announced(at: now).filter { $0.certificates != key.announcement.certificates }
    misused = configuration.misusedKey
    stranger = try StrangeAuthority(now: now)
  }

  /// The specimen of a case of the suite; nil for a case that has none.
  func specimen(_ id: String) throws(CryptoError) -> ReplySpecimen? {
    guard let recipe = specimenRecipes[id] else { return nil }
    var draft = try draft()
    try recipe(&draft, self)
    return try draft.sealed()
  }

  /// A right answer to a check that nobody made.
  private func draft() throws(CryptoError) -> SpecimenDraft {
    let request = RequestHeader(
      deployment: caller.deployment, tenantID: caller.tenantID, keyID: caller.keyID,
      algorithm: caller.algorithm, method: "passgate.v1.Verification/VerifyIdentity",
      sceneID: caller.sceneID, createdMilliseconds: now, channelBinding: try randomBytes(32),
      sequence: 1, bodyDigest: try randomBytes(32), traceID: try randomBytes(16))
    let header = ResponseHeader(
      deployment: caller.deployment, tenantID: caller.tenantID, keyID: key.signer.publicKey.keyID,
      algorithm: key.signer.algorithm.rawValue, requestDigest: [], status: .ok, reason: .noReason,
      createdMilliseconds: now, bodyDigest: [])
    return SpecimenDraft(
      request: request, header: header, body: Self.reply(.consistent), signer: key.signer,
      announced: [key.announcement])
  }

  static func reply(_ verdict: PassgateDomain.Verdict) -> [UInt8] {
    VerifyIdentityReply(salt: freshSalt(), result: IdentityVerdict(verdict), ruleSet: NameRules.version)
      .encoded()
  }
}

/// A reply before it is signed.
struct SpecimenDraft {
  var request: RequestHeader
  var header: ResponseHeader
  var body: [UInt8]
  var signer: any Signer
  var announced: [PassgateWire.ReplyKey]
  /// Behind the header's last field.
  var suffix: [UInt8] = []
  /// The leaf hash of the request where it is not the one that is shown.
  var requestDigest: [UInt8]?
  var label = SignedStatement.Label.response
  /// Leaves of the signed tree, and which of them this reply is.
  var (leafCount, leafIndex) = (1, 0)
  /// Signs the root itself in place of the statement about it.
  var signsBareRoot = false
  /// What happens to the reply on its way.
  var alteration: (@Sendable (inout Response) -> Void)?

  init(
    request: RequestHeader, header: ResponseHeader, body: [UInt8], signer: any Signer,
    announced: [PassgateWire.ReplyKey]
  ) {
    (self.request, self.header, self.body) = (request, header, body)
    (self.signer, self.announced) = (signer, announced)
  }

  /// Has another key sign, and announces it.
  mutating func sign(with key: SigningKey) {
    signer = key.signer
    header.keyID = key.signer.publicKey.keyID
    header.algorithm = key.signer.algorithm.rawValue
    announced = [key.announcement]
  }

  /// Answers with a refusal.
  mutating func refuse(_ reason: Reason) {
    (header.status, header.reason) = (reason.code, reason)
    body = Outcome.refusal(reason).body
  }

  func sealed() throws(CryptoError) -> ReplySpecimen {
    let hasher = try Hasher(signer.algorithm.hash)
    let request = request.encoded()
    var header = header
    header.requestDigest = try digest(of: request)
    header.bodyDigest = hasher.digest(body.span)
    let bytes = header.encoded() + suffix
    let leaf = SignedStatement.leaf(label, header: bytes.span, hasher: hasher)
    var response = Response(header: bytes, body: body, signature: try signature(leaf, hasher))
    alteration?(&response)
    return ReplySpecimen(requestHeader: request, response: response, keys: announced)
  }

  private func digest(of request: [UInt8]) throws(CryptoError) -> [UInt8] {
    if let requestDigest { return requestDigest }
    let hash = SignatureAlgorithm(rawValue: self.request.algorithm)?.hash ?? .sha256
    return SignedStatement.leaf(.request, header: request.span, hasher: try Hasher(hash))
  }

  private func signature(_ leaf: [UInt8], _ hasher: Hasher) throws(CryptoError) -> Signature {
    var leaves: [[UInt8]] = []
    for index in 0..<leafCount { leaves.append(index == leafIndex ? leaf : try randomBytes(32)) }
    var signature = try MerkleSignature.sign(leaves: leaves, with: signer, hasher: hasher)[leafIndex]
    if signsBareRoot {
      let root = try MerkleTree(leaves: leaves, hasher: hasher).root
      signature.value = try signer.sign(root.span)
    }
    return Signature(signature)
  }
}

/// An authority that nobody has pinned, made for one run.
struct StrangeAuthority {
  private static let day: Int64 = 86_400

  private let issuer: CertificateIssuer
  private let unixSeconds: Int64

  init(now: UInt64) throws(CryptoError) {
    unixSeconds = Int64(clamping: now / 1_000)
    let signer = try FileSigner(PrivateKey.generate(.ecdsaP256SHA256), .ecdsaP256SHA256)
    let root = try Certificate.selfSigned(
      CertificateTemplate(
        subject: try DistinguishedName(commonName: "Conformance Stranger"), use: .authority(pathLength: 0),
        validity: (unixSeconds - 30 * Self.day)...(unixSeconds + Self.day)), by: signer)
    issuer = try CertificateIssuer(root, signer: signer)
  }

  /// The same key under this authority.
  func certify(
    _ signer: any Signer, for purpose: KeyPurpose = .replySigning, isExpired: Bool = false
  ) throws(CryptoError) -> SigningKey {
    let from = unixSeconds - 20 * Self.day
    let template = CertificateTemplate(
      subject: try DistinguishedName(commonName: "Conformance Specimen"), use: .purpose(purpose),
      validity: from...(isExpired ? from + Self.day : unixSeconds + Self.day))
    let leaf = try issuer.issue(template, for: signer.publicKey)
    return SigningKey(signer: signer, chain: [leaf, issuer.certificate])
  }
}
