import PassgateCaseFile
import PassgateDomain
import Testing

@testable import passgate

/// A case in a test: acts are decided by the law and folded, at moments of Beijing.
struct StoryDesk {
  static let reviewer = CaseActor.officer("reviewer")
  static let legal = CaseActor.officer("legal")

  var current: Case?
  var events: [CaseEvent] = []
  var now: UInt64

  init(at moment: String) throws { now = try Self.moment(moment) }

  static func moment(_ text: String) throws -> UInt64 {
    let parts = text.split(separator: " ").map(String.init)
    let clock = parts[1].split(separator: ":").compactMap { UInt64($0) }
    return LegalCalendar.start(of: try day(parts[0])) + (clock[0] * 60 + clock[1]) * 60_000
  }

  mutating func at(_ moment: String) throws { now = try Self.moment(moment) }

  @discardableResult
  mutating func act(_ act: CaseAct, by actor: CaseActor, _ clause: Clause? = nil) throws -> UInt64 {
    let event = try Case.decide(
      act, by: actor, clause: clause, evidence: [], tenantID: "hotel-17", in: current, at: now,
      calendar: .builtIn)
    if current == nil { current = try Case(first: event) } else { try current?.apply(event) }
    events.append(event)
    return event.number
  }

  /// What the clock does until a moment.
  mutating func pass(until moment: String) throws {
    try at(moment)
    let future = try Rehearsal.run(try #require(current), until: now, calendar: .builtIn)
    for event in future { try current?.apply(event) }
    events += future
  }

  func story(_ side: CaseCalls.Side) throws -> StoryText {
    try StoryText(events, current: try #require(current), now: now, side: side)
  }

  // MARK: What the acts state

  static let volume = Volume(checksPerDay: 1_000, peakPerMinute: 20)

  static func dossier() throws -> Dossier {
    let scope = SceneScope(
      scene: "check-in", field: .lodging, checks: [.realName], elements: [],
      documentTypes: [.permit, .passport], hours: .allDay, legalBasis: "旅馆业治安管理办法第六条")
    let expiry = try day("2027-12-31")
    return Dossier(
      organisation: Organisation(name: "海港酒店有限公司", kind: .enterprise, creditCode: "91110000802100433B"),
      scopes: [scope], volume: volume,
      materials: MaterialKind.allCases.map { kind in
        Material(
          kind: kind, mediaType: .pdf, title: kind.chinese,
          digest: [UInt8](repeating: kind.rawValue, count: 32),
          byteCount: 1_000, expiresOn: expiry)
      })
  }

  static func findings() throws -> [ConditionFinding] {
    let reviewBy = try day("2027-03-01")
    return (1...5).map {
      ConditionFinding(
        condition: $0, isMet: true, evidence: [UInt8](repeating: 1, count: 32), reviewBy: reviewBy)
    }
  }

  // MARK: Ways that many tests go

  /// From nothing to joint debugging.
  mutating func comeToDebugging() throws {
    try act(.apply(try Self.dossier()), by: .tenant)
    try act(.review(.pass(try Self.findings())), by: Self.reviewer)
    try act(
      .assess(AssessmentPolicy.standard.suggestion(declared: Self.volume)), by: Self.reviewer)
  }

  mutating func connect(production isProduction: Bool) throws {
    let keyID = [UInt8](repeating: isProduction ? 2 : 1, count: 32)
    try act(
      .requestCertificate(
        CertificateOrder(isProduction: isProduction, algorithm: 1, request: [1], keyID: keyID)), by: .tenant)
    try act(
      .registerCertificate(
        RegisteredCertificate(
          isProduction: isProduction, algorithm: 1, certificate: [1], keyID: keyID, tlsCertificate: [])),
      by: .officer("key-officer"))
  }

  /// From nothing to the opening.
  mutating func comeToOpen() throws {
    try comeToDebugging()
    try connect(production: false)
    try act(
      .passConformance(ConformancePass(suite: 1, cases: 64, report: [UInt8](repeating: 9, count: 32))),
      by: .platform)
    let agreement = try AgreementDraftCommand.draft(
      of: try #require(current), version: 1, nil, deemedDays: 5)
    try act(.draftAgreement(agreement), by: Self.legal)
    try act(.signAgreement(digest: agreement.digest), by: .tenant)
    try act(.countersignAgreement(digest: agreement.digest), by: Self.legal)
    try connect(production: true)
    try act(.open, by: Self.legal)
  }
}
