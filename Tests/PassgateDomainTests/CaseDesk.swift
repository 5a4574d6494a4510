import Testing

@testable import PassgateDomain

/// Milliseconds since 1970 of a moment in Beijing: "2026-03-02 09:30".
func beijing(_ text: String) -> UInt64 {
  let parts = text.split(separator: " ")
  let clock = parts.last?.split(separator: ":").compactMap { UInt64($0) } ?? []
  guard let date = CalendarDate(iso: String(parts[0])), parts.count == 2, clock.count == 2 else { return 0 }
  return LegalCalendar.start(of: date) + (clock[0] * 60 + clock[1]) * 60_000
}

/// Where a test handles one case: acts are decided, recorded and folded.
struct CaseDesk {
  static let anna = CaseActor.officer("anna")
  static let bela = CaseActor.officer("bela")
  static let minute: UInt64 = 60_000
  static let day: UInt64 = 24 * 60 * minute

  var law: Case?
  var events: [CaseEvent] = []
  var now: UInt64
  var calendar = LegalCalendar.builtIn

  init(at moment: String = "2026-03-02 09:00") { now = beijing(moment) }

  var state: CaseState? { law?.state }
  /// The number of the last event.
  var last: UInt64 { UInt64(events.count) }

  mutating func set(_ moment: String) { now = beijing(moment) }

  /// Carries an act out, or throws why not.
  @discardableResult
  mutating func act(
    _ act: CaseAct, by actor: CaseActor = anna, _ clause: Clause? = nil
  ) throws -> CaseEvent {
    let event = try Case.decide(
      act, by: actor, clause: clause, evidence: [], tenantID: "bank", in: law, at: now, calendar: calendar)
    if law == nil { law = try Case(first: event) } else { try law?.apply(event) }
    events.append(event)
    return event
  }

  @discardableResult
  mutating func tenant(_ act: CaseAct) throws -> CaseEvent { try self.act(act, by: .tenant) }

  /// Two officers.
  @discardableResult
  mutating func both(_ act: CaseAct, _ clause: Clause? = nil) throws -> CaseEvent {
    let proposal = try self.act(act, clause)
    return try self.act(.confirm(proposal: proposal.number), by: Self.bela)
  }

  /// Why an act is refused; nil when it is not. Nothing changes.
  func refusal(
    _ act: CaseAct, by actor: CaseActor = anna, _ clause: Clause? = nil
  ) -> CaseFault.Reason? {
    var copy = self
    do {
      try copy.act(act, by: actor, clause)
      return nil
    } catch {
      return (error as? CaseFault)?.reason
    }
  }

  /// Lets the clock do what is due.
  mutating func runClock() throws {
    while let act = law?.dueActs(at: now).first { try self.act(act, by: .clock) }
  }

  /// The clock's acts until this moment, each when it is due.
  mutating func pass(until moment: String) throws {
    let events = try law.map { try Rehearsal.run($0, until: beijing(moment), calendar: calendar) } ?? []
    for event in events { try law?.apply(event) }
    self.events += events
    set(moment)
  }

  // MARK: What acts state

  static let scope = SceneScope(
    scene: "counter", field: .finance, checks: [.realName], elements: [.sex], documentTypes: [.permit],
    hours: .allDay, legalBasis: "Anti-Money Laundering Law art.29")
  static let quota = Volume(checksPerDay: 10_000, peakPerMinute: 100)

  /// - Parameter edition: another one has other documents.
  static func dossier(
    _ edition: UInt8 = 0, expiring days: [MaterialKind: String] = [:], fresh: Set<MaterialKind> = []
  ) -> Dossier {
    Dossier(
      organisation: Organisation(name: "Example Bank", kind: .enterprise, creditCode: "91330100799655058B"),
      scopes: [scope], volume: quota,
      materials: MaterialKind.allCases.map { kind in
        let stamp = fresh.isEmpty || fresh.contains(kind) ? edition : 0
        return Material(
          kind: kind, mediaType: .pdf, title: "Document \(kind.rawValue)",
          digest: [UInt8](repeating: stamp, count: 31) + [kind.rawValue], byteCount: 1000,
          expiresOn: days[kind].flatMap { CalendarDate(iso: $0) } ?? CalendarDate(iso: "2030-01-01")
            ?? .unixEpoch)
      })
  }

  static func findings(_ isMet: Bool = true) -> [ConditionFinding] {
    (1...5).map {
      ConditionFinding(
        condition: $0, isMet: isMet, evidence: [UInt8](repeating: $0, count: 32),
        reviewBy: CalendarDate(iso: "2027-03-01") ?? .unixEpoch)
    }
  }

  static let assessment = Assessment(
    mode: .mobileCertificate, declared: quota, measured: nil, quota: quota, reason: "small volume")

  static func agreement(
    _ version: UInt32 = 1, deemedReceiptDays: UInt8 = 5, quota: Volume = quota
  ) -> Agreement {
    var agreement = Agreement(
      version: version, mode: .mobileCertificate, quota: quota, scopes: [scope],
      deemedReceiptDays: deemedReceiptDays, text: "",
      digest: [UInt8](repeating: UInt8(truncatingIfNeeded: version), count: 32))
    agreement.text = AgreementTemplate.text(of: agreement, for: dossier().organisation)
    return agreement
  }

  static func order(_ key: UInt8, isProduction: Bool) -> CertificateOrder {
    CertificateOrder(
      isProduction: isProduction, algorithm: 1, request: [1], keyID: [UInt8](repeating: key, count: 32))
  }

  static func certificate(_ key: UInt8, isProduction: Bool) -> RegisteredCertificate {
    RegisteredCertificate(
      isProduction: isProduction, algorithm: 1, certificate: [1], keyID: [UInt8](repeating: key, count: 32),
      tlsCertificate: [])
  }

  static let pass = ConformancePass(suite: 1, cases: 60, report: [UInt8](repeating: 9, count: 32))

  // MARK: Ways that many tests go

  mutating func connect(_ key: UInt8, isProduction: Bool) throws {
    try tenant(.requestCertificate(Self.order(key, isProduction: isProduction)))
    try act(.registerCertificate(Self.certificate(key, isProduction: isProduction)))
  }

  /// From nothing to the agreement's drafting.
  mutating func comeToAgreement(_ dossier: Dossier = dossier()) throws {
    try tenant(.apply(dossier))
    try act(.review(.pass(Self.findings())))
    try act(.assess(Self.assessment))
    try connect(1, isProduction: false)
    try act(.passConformance(Self.pass), by: .platform)
  }

  mutating func sign(_ agreement: Agreement) throws {
    try act(.draftAgreement(agreement))
    try tenant(.signAgreement(digest: agreement.digest))
    try act(.countersignAgreement(digest: agreement.digest))
  }

  /// A case that is open.
  static func open(
    at moment: String = "2026-03-02 09:00", _ dossier: Dossier = dossier()
  ) throws -> CaseDesk {
    var desk = CaseDesk(at: moment)
    try desk.comeToAgreement(dossier)
    try desk.sign(agreement())
    try desk.connect(2, isProduction: true)
    try desk.act(.open)
    return desk
  }

  /// A notice, and its number.
  @discardableResult
  mutating func notice(_ clause: Clause = Clause(12, 2)) throws -> UInt64 {
    try act(.notice(text: "numbers in sequence"), clause).number
  }

  @discardableResult
  mutating func suspend(_ clause: Clause = Clause(13, 3)) throws -> UInt64 {
    try act(.suspend(text: "checks for another business"), clause).number
  }

  func due(_ matter: UInt64) -> UInt64? { law?.matter(matter)?.dueAt }
  func stage(_ matter: UInt64) -> Case.Matter.Stage? { law?.matter(matter)?.stage }
}
