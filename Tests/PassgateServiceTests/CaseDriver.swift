import PassgateCaseFile
import PassgateClient
import PassgateCrypto
import PassgateDomain
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService

// The law's own values are meant where the wire has the name too.
typealias Act = PassgateDomain.CaseAct
typealias Step = PassgateDomain.CaseEvent
typealias Standing = PassgateDomain.CaseState
typealias Ground = PassgateDomain.Clause
typealias Pact = PassgateDomain.Agreement
typealias Mode = PassgateDomain.AccessMode

/// Milliseconds since 1970 of a moment in Beijing: "2026-03-02 09:30".
func beijing(_ text: String) throws -> UInt64 {
  let parts = text.split(separator: " ")
  let clock = parts[1].split(separator: ":").compactMap { UInt64($0) }
  let date = try #require(CalendarDate(iso: String(parts[0])))
  return LegalCalendar.start(of: date) + (clock[0] * 60 + clock[1]) * 60_000
}

/// An organisation on its way, and the officers whom it meets: signed calls over TLS, each written as the act it is.
final class Applicant {
  let platform: TestPlatform
  let id: String
  let mode: Mode
  /// What it applies and acts with.
  let key: PrivateKey
  /// Another edition has other documents.
  private(set) var dossier = Applicant.dossier()
  /// The keys that it checks with.
  private(set) var checking: [Deployment: TestIdentity] = [:]
  /// Whether the acting key is the production certificate's too.
  private let sharesKey: Bool
  private var sessions: [String: ClientSession] = [:]
  /// What a test does before each act, and after it with its answer; given what asks for the same operation again.
  var beforeAct: ((_ ask: () throws -> ClientAnswer) throws -> Void)?
  var afterAct: ((ClientAnswer, _ ask: () throws -> ClientAnswer) throws -> Void)?

  init(
    _ platform: TestPlatform, id: String = "hotel", mode: Mode = .mobileCertificate, sharesKey: Bool = false
  ) throws {
    (self.platform, self.id, self.mode, self.sharesKey) = (platform, id, mode, sharesKey)
    key = try PrivateKey.generate(.ecdsaP256SHA256)
  }

  // MARK: What it hands in

  static func document(_ kind: MaterialKind, edition: Int = 0) -> [UInt8] {
    Array("%PDF-1.7 material \(kind.rawValue), edition \(edition)".utf8)
  }

  static func dossier(
    edition: Int = 0, expiring: [MaterialKind: String] = [:]
  ) -> PassgateDomain.Dossier {
    PassgateDomain.Dossier(
      organisation: PassgateDomain.Organisation(
        name: "海港酒店", kind: .enterprise, creditCode: "91330100799655058B"),
      scopes: [
        PassgateDomain.SceneScope(
          scene: "lodging", field: .lodging, checks: [.realName], elements: [], documentTypes: [.permit],
          hours: .allDay, legalBasis: "旅馆业治安管理办法第六条")
      ], volume: quota,
      materials: MaterialKind.allCases.map { kind in
        let bytes = document(kind, edition: edition)
        return PassgateDomain.Material(
          kind: kind, mediaType: .pdf, title: "材料\(kind.rawValue)", digest: sha256(bytes.span),
          byteCount: UInt64(bytes.count),
          expiresOn: expiring[kind].flatMap { CalendarDate(iso: $0) } ?? lastDay)
      })
  }

  static let quota = PassgateDomain.Volume(checksPerDay: 1_000_000, peakPerMinute: 60_000)
  private static let lastDay = LegalCalendar.day(of: 2_082_672_000_000)

  static let findings = (1...5).map {
    PassgateDomain.ConditionFinding(
      condition: $0, isMet: true, evidence: [UInt8](repeating: $0, count: 32), reviewBy: lastDay)
  }

  static let pass = ConformancePass(suite: 1, cases: 60, report: [UInt8](repeating: 9, count: 32))

  func assessment(_ mode: Mode? = nil) -> PassgateDomain.Assessment {
    PassgateDomain.Assessment(
      mode: mode ?? self.mode, declared: Self.quota, measured: nil, quota: Self.quota, reason: "as declared")
  }

  /// The agreement as the template words it.
  func agreement(version: UInt32 = 1, _ mode: Mode? = nil, deemedReceiptDays: UInt8 = 5) -> Pact {
    var agreement = Pact(
      version: version, mode: mode ?? self.mode, quota: Self.quota, scopes: dossier.scopes,
      deemedReceiptDays: deemedReceiptDays, text: "", digest: [])
    agreement.text = AgreementTemplate.text(of: agreement, for: dossier.organisation)
    agreement.digest = Pact.digest(ofText: agreement.text)
    return agreement
  }

  @discardableResult
  func upload(_ document: [UInt8], as digest: [UInt8]? = nil) throws -> ClientAnswer {
    let body = PutDocumentRequest(
      salt: freshSalt(), digest: digest ?? sha256(document.span), byteCount: UInt64(document.count),
      offset: 0, bytes: document)
    return try own().call(
      ClientDraft(method: "passgate.v1.Onboarding/PutDocument", body: body.encoded()))
  }

  func uploadMaterials(edition: Int = 0) throws {
    for kind in MaterialKind.allCases {
      #expect(try upload(Self.document(kind, edition: edition)).reason == .noReason)
    }
  }

  // MARK: Calls

  /// Forgets every connection, as after a restart of the platform.
  func disconnect() { sessions = [:] }

  private func session(_ name: String, _ connect: () throws -> ClientSession) throws -> ClientSession {
    if let session = sessions[name] { return session }
    let session = try connect()
    sessions[name] = session
    return session
  }

  /// The connection of its acts, which no certificate proves.
  func own() throws -> ClientSession { try session("self") { try own(key) } }

  /// One of anybody's.
  func own(
    _ key: PrivateKey, _ algorithm: SignatureAlgorithm = .ecdsaP256SHA256
  ) throws -> ClientSession {
    try platform.session(
      platform.profile(
        tenant: RequestHeader.selfDeclaredTenantID, identity: nil, key: key, algorithm, scene: "",
        in: .production))
  }

  private func session(of key: PrivateKey?) throws -> ClientSession { try key.map { try own($0) } ?? own() }

  func officer(_ id: String) throws -> ClientSession {
    try session("officer \(id)") { try platform.officerSession(id, in: .production) }
  }

  func call(_ request: ActRequest, over session: ClientSession, method: String? = nil) throws -> ClientAnswer
  {
    let named = Method.all.first { $0.act == request.act.kind }?.name
    return try session.call(
      ClientDraft(method: try #require(method ?? named), body: request.encoded()))
  }

  func request(
    _ act: Act, clause: Ground? = nil, evidence: [[UInt8]] = [], operation: [UInt8]? = nil
  ) throws -> ActRequest {
    ActRequest(
      salt: freshSalt(), operationID: try operation ?? randomBytes(16), tenantID: id,
      clause: clause.map { PassgateWire.Clause($0) }, act: try PassgateWire.CaseAct(act), evidence: evidence)
  }

  /// Asks for an act of the organisation's own, or an officer's when one is named.
  func ask(
    _ act: Act, by officer: String? = nil, _ clause: Ground? = nil, operation: [UInt8]? = nil,
    key: PrivateKey? = nil
  ) throws -> ClientAnswer {
    let session = try officer.map { try self.officer($0) } ?? session(of: key)
    return try call(try request(act, clause: clause, operation: operation), over: session)
  }

  /// Carries an act out.
  @discardableResult
  func act(
    _ act: Act, by officer: String? = nil, _ clause: Ground? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Step {
    let request = try request(act, clause: clause)
    let ask = { try self.call(request, over: officer.map { try self.officer($0) } ?? self.own()) }
    try beforeAct?(ask)
    let answer = try ask()
    try #require(
      answer.reason == .noReason, "\(act.kind): \(answer.reason) \(answer.refusal?.field ?? "")",
      sourceLocation: sourceLocation)
    try afterAct?(answer, ask)
    return try answer.step
  }

  // MARK: Reading

  func history(by officer: String? = nil, key: PrivateKey? = nil) throws -> ClientAnswer {
    let (session, service) =
      try officer.map { (try self.officer($0), "Supervision") } ?? (session(of: key), "Onboarding")
    let body = GetCaseRequest(salt: freshSalt(), tenantID: id, after: 0)
    return try session.call(ClientDraft(method: "passgate.v1.\(service)/GetCase", body: body.encoded()))
  }

  /// The case as its signed events tell it to the organisation, or to an officer: all of it verified.
  func file(by officer: String? = nil) throws -> CaseFile {
    let reply = try GetCaseReply(decoding: history(by: officer).body.span)
    let trust = try CaseTrust(anchors: [platform.authority.root])
    trust.learn(reply.keys)
    return try CaseFile(reply.events, trust: trust)
  }

  /// The case as the platform has it.
  var law: Case { get throws { try #require(platform.cases?.folder(id)).law } }

  /// One check of a guest, with the registered key.
  func check(in deployment: Deployment) throws -> ClientAnswer {
    try checker(in: deployment).call(Guest.draft())
  }

  func checker(in deployment: Deployment) throws -> ClientSession {
    try session("\(deployment)") { try platform.session(profile(in: deployment)) }
  }

  /// How it connects to check.
  func profile(in deployment: Deployment) throws -> Profile {
    let identity = try #require(checking[deployment])
    return platform.profile(
      tenant: id, identity: mode == .mobileCertificate ? identity : nil, key: identity.key, in: deployment)
  }
}

extension ClientAnswer {
  /// The event that came of an act.
  var step: Step {
    get throws {
      let event = try ActReply(decoding: body.span).event.event
      return try Step(PassgateWire.CaseEvent(decoding: event.span))
    }
  }
}

// MARK: Ways that many tests go

extension Applicant {
  /// A certificate of the platform's authority for this key.
  func certify(_ key: PrivateKey, _ purpose: KeyPurpose? = nil) throws -> TestIdentity {
    try platform.authority.issue(
      purpose ?? (mode == .mobileCertificate ? .tenantMobile : .tenantSigning), name: id, key: key)
  }

  func order(_ key: PrivateKey, in deployment: Deployment) throws -> PassgateDomain.CertificateOrder {
    let signer = try FileSigner(key, .ecdsaP256SHA256)
    let request = try CertificateRequest(subject: DistinguishedName(commonName: id), signer: signer)
    return PassgateDomain.CertificateOrder(
      isProduction: deployment == .production, algorithm: SignatureAlgorithm.ecdsaP256SHA256.rawValue,
      request: request.der, keyID: key.publicKey.keyID)
  }

  func registration(
    _ identity: TestIdentity, in deployment: Deployment
  ) -> PassgateDomain.RegisteredCertificate {
    PassgateDomain.RegisteredCertificate(
      isProduction: deployment == .production, algorithm: SignatureAlgorithm.ecdsaP256SHA256.rawValue,
      certificate: identity.certificate.der, keyID: identity.certificate.publicKey.keyID,
      tlsCertificate: [])
  }

  /// Asks for a certificate and gets it.
  func connect(to deployment: Deployment) throws {
    let isOwn = sharesKey && deployment == .production
    let key = isOwn ? self.key : try PrivateKey.generate(.ecdsaP256SHA256)
    try act(.requestCertificate(order(key, in: deployment)))
    let identity = try certify(key)
    try act(.registerCertificate(registration(identity, in: deployment)), by: "key-officer")
    checking[deployment] = identity
  }

  /// Uploads and applies.
  func apply(expiring: [MaterialKind: String] = [:]) throws {
    dossier = Self.dossier(expiring: expiring)
    try uploadMaterials()
    try act(.apply(dossier))
  }

  func comeToDebugging(expiring: [MaterialKind: String] = [:]) throws {
    try apply(expiring: expiring)
    try act(.review(.pass(Self.findings)), by: "reviewer")
    try act(.assess(assessment()), by: "reviewer")
    try connect(to: .sandbox)
  }

  func passConformance() throws {
    let outcome = try #require(platform.cases).note(.passConformance(Self.pass), by: .platform, tenantID: id)
    try #require(outcome.reason == .noReason)
  }

  /// Drafts the next agreement; both sign it.
  func agree(_ agreement: Pact) throws {
    try act(.draftAgreement(agreement), by: "legal")
    try act(.signAgreement(digest: agreement.digest))
    try act(.countersignAgreement(digest: agreement.digest), by: "legal")
  }

  func comeToAgreement(expiring: [MaterialKind: String] = [:]) throws {
    try comeToDebugging(expiring: expiring)
    try passConformance()
  }

  func open(expiring: [MaterialKind: String] = [:]) throws {
    try comeToAgreement(expiring: expiring)
    try agree(agreement())
    try connect(to: .production)
    try act(.open, by: "legal")
  }
}

extension TestPlatform {
  /// Both deployments, with the guest on record.
  static func lawful() throws -> TestPlatform {
    let platform = try TestPlatform(deployments: [.sandbox, .production])
    for deployment in [Deployment.sandbox, .production] {
      let body = ImportChunkRequest(
        salt: freshSalt(), operationID: try randomBytes(16), importID: try randomBytes(16), chunk: 0,
        records: [Guest.record], last: true)
      let answer = try platform.officerSession("registrar", in: deployment).call(
        ClientDraft(method: "passgate.v1.Registry/ImportChunk", body: body.encoded()))
      try #require(answer.status == .ok)
    }
    return platform
  }

  /// Moves the wall clock to a moment in Beijing as time passes: every term on the way ends when it is due.
  func pass(until moment: String) throws {
    let cases = try #require(cases)
    let target = try beijing(moment)
    while let due = cases.allFolders.compactMap(\.law.nextDue).min(), due <= target {
      try set(max(due, clock.wallMilliseconds()))
      let before = cases.allFolders.map(\.law.lastNumber)
      cases.runTerms()
      try #require(cases.allFolders.map(\.law.lastNumber) != before, "the clock does nothing")
    }
    try set(target)
  }

  private func set(_ milliseconds: UInt64) throws {
    let now = clock.wallMilliseconds()
    try #require(milliseconds >= now)
    clock.advance(milliseconds: milliseconds - now)
    try trustClock()
  }

  /// An operator vouches for the clock.
  func trustClock() throws { try #require(cases).trustClock() }

  /// How many events the ledger has.
  func ledgerLength() throws -> Int { try #require(cases).ledger.events().count }
}
