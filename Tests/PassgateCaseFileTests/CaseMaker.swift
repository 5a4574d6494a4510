import PassgateCaseFile
import PassgateCrypto
import PassgateDomain
import PassgateTestKit
import PassgateWire

/// A platform in small: it decides acts by the law, has them ordered by signed requests and signs what comes of them.
final class CaseMaker {
  static let tenantID = "bank-a"
  /// 2026-11-23 16:00 in Beijing.
  static let start: UInt64 = 1_795_420_800_000

  let authority: TestAuthority
  let platform: TestIdentity
  /// A certificate of the same authority, which is not for replies.
  let stray: TestIdentity
  let applicant: FileSigner
  let officers: [String: FileSigner]
  /// The first of them, "o-1".
  let officer: FileSigner
  private(set) var law: Case?
  var events: [SignedEvent] = []
  var now = CaseMaker.start
  /// What replaces the platform's key for the events to come.
  var forger: FileSigner?
  private var sequence: UInt64 = 0

  init(validity: ClosedRange<Int64>? = nil) throws {
    authority = try TestAuthority()
    platform = try authority.issue(.replySigning, validity: validity)
    stray = try authority.issue(.operatorSigning)
    applicant = try FileSigner(.generate(.ed25519), .ed25519)
    officer = try FileSigner(.generate(.ecdsaP256SHA256), .ecdsaP256SHA256)
    officers = ["o-1": officer, "o-2": try FileSigner(.generate(.ecdsaP256SHA256), .ecdsaP256SHA256)]
  }

  var platformKey: PassgateWire.ReplyKey {
    ReplyKey(
      state: .active, algorithm: SignatureAlgorithm.ecdsaP256SHA256.rawValue,
      certificates: platform.chain.map(\.der))
  }

  var strayKey: PassgateWire.ReplyKey {
    ReplyKey(state: .active, algorithm: 1, certificates: stray.chain.map(\.der))
  }

  func trust(knowsOfficers: Bool = false) throws -> CaseTrust {
    let trust = try CaseTrust(
      anchors: [authority.root], callers: knowsOfficers ? officers.values.map(\.publicKey) : [])
    trust.learn([platformKey])
    return trust
  }

  // MARK: Acts

  /// Decides an act and signs what comes of it.
  func act(
    _ act: PassgateDomain.CaseAct, by actor: PassgateDomain.CaseActor,
    clause: PassgateDomain.Clause? = nil, evidence: [[UInt8]] = []
  ) throws {
    now += 1_000
    let event = try Case.decide(
      act, by: actor, clause: clause, evidence: evidence, tenantID: Self.tenantID, in: law, at: now,
      calendar: .builtIn)
    let request = try request(act, actor, clause, evidence)
    let wire = try PassgateWire.CaseEvent(
      event, previous: events.last?.digest,
      requestDigest: request.map { try Self.leaf(.request, $0.header, $0.signer) })
    events.append(try sign(wire.encoded(), request))
    if law == nil { law = try Case(first: event) } else { try law?.apply(event) }
  }

  struct Order {
    var header: [UInt8]
    var body: [UInt8]
    var signer: FileSigner
  }

  /// Signs an event, as the platform or as who forges.
  func sign(_ event: [UInt8], _ request: Order?) throws -> SignedEvent {
    let key = try FileSigner(platform.key, .ecdsaP256SHA256)
    return SignedEvent(
      event: event, digest: sha256(event.span), signature: try Self.sign(.event, event, by: forger ?? key),
      keyID: (forger ?? key).publicKey.keyID, requestHeader: request?.header ?? [],
      requestBody: request?.body ?? [],
      requestSignature: try request.map { try Self.sign(.request, $0.header, by: $0.signer) })
  }

  private func request(
    _ act: PassgateDomain.CaseAct, _ actor: PassgateDomain.CaseActor, _ clause: PassgateDomain.Clause?,
    _ evidence: [[UInt8]]
  ) throws -> Order? {
    if case .complain = act { return try complaint(actor) }
    guard let signer = signer(of: actor) else { return nil }
    let body = ActRequest(
      salt: [UInt8](repeating: 1, count: 16), operationID: randomBytes(16), tenantID: Self.tenantID,
      clause: clause.map { PassgateWire.Clause($0) }, act: try PassgateWire.CaseAct(act), evidence: evidence
    ).encoded()
    let kind = PassgateWire.CaseAct.Kind(act.kind)
    let method = Method.all.first { $0.act == kind }?.name ?? ""
    return Order(header: try header(method, signer, actor, body), body: body, signer: signer)
  }

  /// Its body is kept sealed elsewhere.
  private func complaint(_ actor: PassgateDomain.CaseActor) throws -> Order {
    let header = try header("passgate.v1.Onboarding/Complain", applicant, actor, [1])
    return Order(header: header, body: [], signer: applicant)
  }

  private func signer(of actor: PassgateDomain.CaseActor) -> FileSigner? {
    switch actor {
    case .tenant, .anyone: applicant
    case .officer(let id): officers[id]
    case .clock, .platform: nil
    }
  }

  func header(
    _ method: String, _ signer: FileSigner, _ actor: PassgateDomain.CaseActor, _ body: [UInt8]
  ) throws -> [UInt8] {
    sequence += 1
    let isSelfDeclared = signer === applicant
    var tenantID = RequestHeader.selfDeclaredTenantID
    if case .officer(let id) = actor { tenantID = id }
    return RequestHeader(
      deployment: .production, tenantID: tenantID, keyID: signer.publicKey.keyID,
      algorithm: signer.algorithm.rawValue, method: method, createdMilliseconds: now,
      channelBinding: [UInt8](repeating: 2, count: 32), sequence: sequence, bodyDigest: sha256(body.span),
      traceID: [UInt8](repeating: 3, count: 16), publicKey: isSelfDeclared ? signer.publicKey.spki : []
    ).encoded()
  }

  private func randomBytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in .random(in: 1...255) } }

  static func leaf(
    _ label: SignedStatement.Label, _ bytes: [UInt8], _ signer: FileSigner
  ) throws -> [UInt8] {
    SignedStatement.leaf(label, header: bytes.span, hasher: try Hasher(signer.algorithm.hash))
  }

  static func sign(
    _ label: SignedStatement.Label, _ bytes: [UInt8], by signer: FileSigner
  ) throws -> Signature {
    let signed = try MerkleSignature.sign(
      leaves: [try leaf(label, bytes, signer)], with: signer, hasher: try Hasher(signer.algorithm.hash))[0]
    return Signature(
      value: signed.value, treeSize: signed.treeSize, leafIndex: signed.leafIndex, path: signed.path)
  }

  // MARK: A whole case

  static let digest = [UInt8](repeating: 0x3C, count: 32)
  private static let day = LegalCalendar.day(of: 1_850_000_000_000)
  private static let volume = Volume(checksPerDay: 20_000, peakPerMinute: 300)
  static let dossier = Dossier(
    organisation: Organisation(
      name: "银行甲", kind: .enterprise, creditCode: CreditCode.completed("91350100M000100Y4") ?? ""),
    scopes: [
      SceneScope(
        scene: "account-opening", field: .finance, checks: [.realName], elements: [],
        documentTypes: [.permit], hours: .allDay, legalBasis: "反洗錢法第十六條")
    ], volume: volume,
    materials: MaterialKind.allCases.map {
      Material(
        kind: $0, mediaType: .pdf, title: "\($0)", digest: [UInt8](repeating: $0.rawValue, count: 32),
        byteCount: 400_000, expiresOn: day)
    })

  /// From the application over joint debugging, with a complaint, to a termination by two officers.
  func makeWhole() throws {
    try act(.apply(Self.dossier), by: .tenant)
    let findings = (1...5).map {
      ConditionFinding(condition: $0, isMet: true, evidence: Self.digest, reviewBy: Self.day)
    }
    try act(.review(.pass(findings)), by: .officer("o-1"))
    let assessment = Assessment(
      mode: .mobileCertificate, declared: Self.volume, measured: nil, quota: Self.volume, reason: "small")
    try act(.assess(assessment), by: .officer("o-1"))
    try connect()
    try act(.complain(caseID: [UInt8](repeating: 1, count: 16), digest: Self.digest), by: .anyone(stranger))
    try act(
      .terminate(text: "t"), by: .officer("o-1"), clause: Clause(14, 2), evidence: [Self.digest])
    let second: [[UInt8]] = [[UInt8](repeating: 9, count: 32)]
    try act(.confirm(proposal: UInt64(events.count)), by: .officer("o-2"), evidence: second)
  }

  private var stranger: [UInt8] { applicant.publicKey.keyID }

  /// The tenant's key for the sandbox.
  private func connect() throws {
    let identity = try authority.issue(.tenantMobile)
    tenantKey = identity.key
    let keyID = identity.certificate.publicKey.keyID
    try act(
      .requestCertificate(
        CertificateOrder(isProduction: false, algorithm: 1, request: [1], keyID: keyID)), by: .tenant)
    try act(
      .registerCertificate(
        RegisteredCertificate(
          isProduction: false, algorithm: 1, certificate: identity.certificate.der, keyID: keyID,
          tlsCertificate: [])), by: .officer("o-2"))
  }

  private(set) var tenantKey: PrivateKey?

  // MARK: Attestation and evidence

  func attest(_ change: (inout CaseStatement) -> Void = { _ in }) throws -> AttestCaseReply {
    var statement = CaseStatement(
      tenantID: Self.tenantID, events: UInt64(events.count), head: events.last?.digest ?? Self.digest,
      atMilliseconds: now + 1)
    change(&statement)
    let bytes = statement.encoded()
    return AttestCaseReply(
      salt: [UInt8](repeating: 1, count: 16), statement: bytes,
      signature: try Self.sign(.statement, bytes, by: FileSigner(platform.key, .ecdsaP256SHA256)),
      key: platformKey)
  }

  /// A check that the tenant made and the platform answered, stating this algorithm.
  /// - Parameter stranger: who made it in the tenant's name, with a key that the request brings along.
  func evidence(
    tenantID: String = CaseMaker.tenantID, algorithm: UInt32 = 1, by stranger: FileSigner? = nil,
    reason: Reason = .noReason
  ) throws -> EvidenceEntry {
    guard let tenantKey else { throw CryptoError(.malformed, "no key") }
    let signer = try stranger ?? FileSigner(tenantKey, .ecdsaP256SHA256)
    sequence += 1
    let request = RequestHeader(
      deployment: .sandbox, tenantID: tenantID, keyID: signer.publicKey.keyID,
      algorithm: signer.algorithm.rawValue, method: "passgate.v1.Verification/VerifyIdentity",
      sceneID: "account-opening", createdMilliseconds: now,
      channelBinding: Self.digest, sequence: sequence, bodyDigest: Self.digest,
      traceID: [UInt8](repeating: 1, count: 16), publicKey: stranger?.publicKey.spki ?? []
    ).encoded()
    let response = ResponseHeader(
      deployment: .sandbox, tenantID: tenantID, keyID: platform.certificate.publicKey.keyID,
      algorithm: algorithm,
      requestDigest: try Self.leaf(.request, request, signer), status: reason.code, reason: reason,
      createdMilliseconds: now, bodyDigest: Self.digest
    ).encoded()
    return EvidenceEntry(
      requestHeader: request, requestSignature: try Self.sign(.request, request, by: signer),
      responseHeader: response,
      responseSignature: try Self.sign(.response, response, by: FileSigner(platform.key, .ecdsaP256SHA256)),
      verdicts: [.consistent])
  }

  func pack() throws -> EvidencePack {
    let records = try (1...2).map {
      EvidenceRecord(
        number: $0, atMilliseconds: now, entries: [try evidence(), try evidence()], unverified: [], gap: nil)
    }
    return EvidencePack(
      try attest(), keyID: platform.certificate.publicKey.keyID, events: events, keys: [platformKey],
      records: records, exportedAt: now, exporter: "o-1")
  }
}

// The law's own values are meant where both have the name.
typealias Dossier = PassgateDomain.Dossier
typealias Organisation = PassgateDomain.Organisation
typealias SceneScope = PassgateDomain.SceneScope
typealias Volume = PassgateDomain.Volume
typealias Material = PassgateDomain.Material
typealias ConditionFinding = PassgateDomain.ConditionFinding
typealias Assessment = PassgateDomain.Assessment
typealias CertificateOrder = PassgateDomain.CertificateOrder
typealias RegisteredCertificate = PassgateDomain.RegisteredCertificate
typealias Clause = PassgateDomain.Clause
