import Testing

@testable import PassgateDomain

/// From the application to the opening, and the duty to keep materials in date.
struct CaseApplicationTests {
  //= Measures art.7(1)
  //= type=test
  //= Measures art.7(2)
  //= type=test
  //= Measures art.7(5)
  //= type=test
  @Test func anApplicationComesToItsOpeningStepByStep() throws {
    var desk = CaseDesk()
    try desk.comeToAgreement()
    #expect(desk.refusal(.open) == .stepMissing)
    try desk.sign(CaseDesk.agreement())
    #expect(desk.refusal(.open) == .stepMissing)
    try desk.connect(2, isProduction: true)
    try desk.act(.open)
    let path = desk.events.map(\.to).reduce(into: [CaseState]()) { if $0.last != $1 { $0.append($1) } }
    #expect(path == [.submitted, .approved, .debugging, .agreement, .open])
    #expect(desk.law?.agreementInForce == CaseDesk.agreement())
    #expect(desk.events.first?.clause == Clause(7, 1) && desk.events.last?.clause == Clause(7, 5))
  }

  @Test func nothingIsPossibleWithoutACaseAndNoCaseTwice() throws {
    var desk = CaseDesk()
    #expect(desk.refusal(.open) == .noSuchCase)
    #expect(desk.refusal(.confirm(proposal: 1)) == .noSuchCase)
    #expect(desk.refusal(.complain(caseID: [], digest: []), by: .anyone([])) == .noSuchCase)
    try desk.tenant(.apply(CaseDesk.dossier()))
    #expect(desk.refusal(.apply(CaseDesk.dossier()), by: .tenant) == .caseExists)
  }

  @Test func aRejectedOrganisationMayApplyAgain() throws {
    var desk = try CaseSpecimens.desk(in: .rejected)
    #expect(desk.law?.nextDue == nil, "no term runs")
    desk.set("2026-05-04 09:00")
    try desk.tenant(.apply(CaseDesk.dossier(1)))
    #expect(desk.state == .submitted && desk.law?.dossier == CaseDesk.dossier(1))
    #expect(
      desk.refusal(.declareChange(.registration, on: day("2026-05-01")), by: .tenant) == .dossierRefused)
  }

  @Test func aSupplementIsReviewedAgain() throws {
    var desk = try CaseSpecimens.desk(in: .supplement)
    #expect(desk.refusal(.renewMaterials(CaseDesk.dossier(1)), by: .tenant) == .wrongState)
    #expect(desk.refusal(.review(.pass(CaseDesk.findings()))) == .wrongState)
    try desk.tenant(.supplement(CaseDesk.dossier(1)))
    #expect(desk.state == .submitted)
  }

  //= Measures art.5
  //= type=test
  @Test func aReviewIsPassedOnTheFiveConditionsAlone() throws {
    let desk = try CaseSpecimens.desk(in: .submitted)
    let findings = CaseDesk.findings()
    #expect(desk.refusal(.review(.pass(findings.dropLast()))) == .groundsRefused)
    #expect(desk.refusal(.review(.pass(CaseDesk.findings(false)))) == .groundsRefused)
    #expect(desk.refusal(.review(.pass(findings.dropLast() + [findings[0]]))) == .groundsRefused)
    #expect(desk.refusal(.review(.fail(reasons: []))) == .groundsRefused)
    #expect(desk.refusal(.review(.supplement(reasons: [""]))) == .groundsRefused)
    #expect(desk.refusal(.review(.pass(findings))) == nil)
  }

  @Test func conditionsAreLookedAtAgain() throws {
    var desk = try CaseDesk.open()
    var lost = CaseDesk.findings()[2]
    lost.isMet = false
    #expect(desk.refusal(.recheckEligibility([])) == .groundsRefused)
    #expect(desk.refusal(.recheckEligibility([lost, lost])) == .groundsRefused)
    let event = try desk.act(.recheckEligibility([lost]))
    #expect(event.isInternal)
    #expect(desk.law?.findings.map(\.isMet) == [true, true, false, true, true])
  }

  //= Measures art.6(1)
  //= type=test
  @Test func aDossierIsCheckedOnTheDayInBeijing() throws {
    var desk = CaseDesk(at: "2026-03-02 23:59")
    let dossier = CaseDesk.dossier(expiring: [.registration: "2026-03-02"])
    #expect(desk.refusal(.apply(dossier), by: .tenant) == nil)
    desk.set("2026-03-03 00:00")
    #expect(desk.refusal(.apply(dossier), by: .tenant) == .dossierRefused)
    do {
      try desk.tenant(.apply(dossier))
    } catch let fault as CaseFault {
      #expect(fault.field == "act.apply.materials[1].expires_on")
    }
  }

  //= Measures art.8
  //= type=test
  @Test func aRevisedAssessmentNeedsANewAgreement() throws {
    var desk = try CaseSpecimens.desk(in: .agreement)
    try desk.act(.draftAgreement(CaseDesk.agreement()))
    var more = CaseDesk.assessment
    more.quota = Volume(checksPerDay: 50_000, peakPerMinute: 500)
    try desk.act(.assess(more))
    #expect(desk.law?.draft == nil, "the draft states another quota")
    #expect(desk.refusal(.draftAgreement(CaseDesk.agreement(2))) == .agreementRefused)
    #expect(desk.refusal(.draftAgreement(CaseDesk.agreement(1, quota: more.quota))) == .agreementRefused)
    try desk.sign(CaseDesk.agreement(2, quota: more.quota))
    try desk.connect(2, isProduction: true)
    try desk.act(.assess(CaseDesk.assessment))
    #expect(desk.refusal(.open) == .stepMissing, "what was signed states another quota")
    try desk.act(.assess(more))
    try desk.act(.open)
    // while it is open, what is in force stays until both have signed anew
    try desk.act(.assess(CaseDesk.assessment))
    try desk.act(.draftAgreement(CaseDesk.agreement(3)))
    try desk.tenant(.signAgreement(digest: CaseDesk.agreement(3).digest))
    #expect(desk.law?.agreementInForce?.version == 2)
    try desk.act(.countersignAgreement(digest: CaseDesk.agreement(3).digest))
    #expect(desk.law?.agreementInForce?.version == 3)
  }

  //= Measures art.7(4)
  //= type=test
  //= Measures art.9
  //= type=test
  @Test func bothSignTheSameText() throws {
    var desk = try CaseSpecimens.desk(in: .agreement)
    let (first, second) = (CaseDesk.agreement(), CaseDesk.agreement(2))
    #expect(desk.refusal(.signAgreement(digest: first.digest), by: .tenant) == .stepMissing)
    #expect(desk.refusal(.countersignAgreement(digest: first.digest)) == .stepMissing)
    try desk.act(.draftAgreement(first))
    #expect(desk.refusal(.countersignAgreement(digest: first.digest)) == .stepMissing, "the tenant is first")
    #expect(desk.refusal(.signAgreement(digest: second.digest), by: .tenant) == .agreementRefused)
    try desk.tenant(.signAgreement(digest: first.digest))
    #expect(desk.refusal(.signAgreement(digest: first.digest), by: .tenant) == .wrongState)
    try desk.act(.draftAgreement(second))
    #expect(desk.refusal(.countersignAgreement(digest: first.digest)) == .agreementRefused)
    #expect(desk.refusal(.countersignAgreement(digest: second.digest)) == .stepMissing)
    var wider = CaseDesk.agreement(3)
    wider.scopes[0].checks = [.realName, .chip]
    #expect(desk.refusal(.draftAgreement(wider)) == .agreementRefused)
  }

  //= Measures art.7(3)
  //= type=test
  @Test func certificatesAreRegisteredAsOrdered() throws {
    var desk = try CaseSpecimens.desk(in: .debugging)
    #expect(desk.refusal(.passConformance(CaseDesk.pass), by: .platform) == .stepMissing)
    #expect(
      desk.refusal(.requestCertificate(CaseDesk.order(2, isProduction: true)), by: .tenant) == .wrongState)
    #expect(
      desk.refusal(.registerCertificate(CaseDesk.certificate(1, isProduction: false))) == .certificateRefused)
    try desk.tenant(.requestCertificate(CaseDesk.order(1, isProduction: false)))
    var other = CaseDesk.certificate(1, isProduction: false)
    other.algorithm = 2
    #expect(desk.refusal(.registerCertificate(other)) == .certificateRefused)
    #expect(
      desk.refusal(.requestCertificate(CaseDesk.order(1, isProduction: false)), by: .tenant)
        == .certificateRefused)
    try desk.act(.registerCertificate(CaseDesk.certificate(1, isProduction: false)))
    #expect(desk.law?.orders == [])
    for key: UInt8 in 10..<18 {
      try desk.tenant(.requestCertificate(CaseDesk.order(key, isProduction: false)))
    }
    #expect(
      desk.refusal(.requestCertificate(CaseDesk.order(18, isProduction: false)), by: .tenant)
        == .certificateRefused)
    try desk.act(.passConformance(CaseDesk.pass), by: .platform)
    #expect(
      desk.refusal(.requestCertificate(CaseDesk.order(1, isProduction: true)), by: .tenant)
        == .certificateRefused, "a key serves one deployment")
  }

  // MARK: Materials

  private func day(_ iso: String) -> CalendarDate { CalendarDate(iso: iso) ?? .unixEpoch }

  //= Measures art.6(2)
  //= type=test
  @Test func aChangeRunsFifteenDaysFromItsDay() throws {
    var desk = try CaseDesk.open()
    desk.set("2026-03-10 09:00")
    #expect(
      desk.refusal(.declareChange(.registration, on: day("2026-03-11")), by: .tenant) == .dossierRefused)
    #expect(
      desk.refusal(.declareChange(.registration, on: day("2026-03-01")), by: .tenant) == .dossierRefused)
    let declared = try desk.tenant(.declareChange(.registration, on: day("2026-03-08")))
    #expect(declared.dueAt == beijing("2026-03-24 00:00"))
    try desk.tenant(.declareChange(.registration, on: day("2026-03-10")))
    #expect(desk.law?.nextDue == beijing("2026-03-24 00:00"), "a later change does not prolong the term")
    try desk.tenant(.renewMaterials(CaseDesk.dossier(1, fresh: [.lawfulness])))
    #expect(desk.law?.nextDue == beijing("2026-03-24 00:00"), "another kind is no renewal")
    try desk.tenant(.renewMaterials(CaseDesk.dossier(2, fresh: [.registration])))
    #expect(desk.law?.nextDue == beijing("2030-01-02 00:00"))
  }

  @Test func anOldDocumentRenewsNothing() throws {
    var desk = try CaseDesk.open()
    try desk.tenant(.renewMaterials(CaseDesk.dossier(1)))
    try desk.tenant(.declareChange(.registration, on: day("2026-03-02")))
    try desk.tenant(.renewMaterials(CaseDesk.dossier(0)))
    #expect(desk.law?.materialTerms.isEmpty == false)
  }

  //= Measures art.13(2)
  //= type=test
  @Test func anExpiryThatIsNotMadeGoodSuspends() throws {
    var desk = try CaseDesk.open(CaseDesk.dossier(expiring: [.registration: "2026-03-20"]))
    try desk.pass(until: "2026-03-20 23:59")
    #expect(desk.law?.materialTerms.isEmpty == true)
    try desk.pass(until: "2026-03-21 00:00")
    // fifteen days: Saturday the 4th of April, Qingming until the 6th
    #expect(desk.events.last?.dueAt == beijing("2026-04-08 00:00"))
    #expect(desk.state == .open)
    #expect(desk.refusal(.suspend(text: "x"), Clause(13, 2)) == .groundsRefused, "nothing lapsed yet")
    try desk.pass(until: "2026-04-08 00:00")
    #expect(desk.state == .suspended)
    #expect(desk.events.last?.clause == Clause(13, 2))
    #expect(desk.refusal(.suspend(text: "x"), Clause(13, 2)) == nil)
    let ground = desk.last
    try desk.tenant(.acknowledge(subject: ground))
    #expect(desk.refusal(.giveFeedback(subject: ground, text: "soon"), by: .tenant) == .stepMissing)
    let renewal = try desk.tenant(.renewMaterials(CaseDesk.dossier(1)))
    #expect(desk.law?.matter(ground)?.answeredBy == renewal.number)
    #expect(desk.refusal(.reopen(text: "x")) == .stepMissing)
    // not accepted: the same term goes on, and other documents are needed
    try desk.act(.verifyCorrection(subject: ground, isAccepted: false, text: "not legible"))
    #expect(desk.law?.nextDue == desk.due(ground))
    try desk.tenant(.renewMaterials(CaseDesk.dossier(2, fresh: [.registration])))
    try desk.act(.verifyCorrection(subject: ground, isAccepted: true, text: "seen"))
    try desk.act(.reopen(text: "corrected"))
    #expect(desk.state == .open)
  }

  @Test func materialsSubmittedBeforeTheReceiptCorrectTheSuspension() throws {
    var desk = try CaseDesk.open(CaseDesk.dossier(expiring: [.registration: "2026-03-20"]))
    try desk.pass(until: "2026-04-08 00:00")
    let ground = desk.last
    try desk.tenant(.renewMaterials(CaseDesk.dossier(1)))
    #expect(desk.stage(ground) == .answered)
    try desk.pass(until: "2026-05-30 09:00")
    #expect(desk.due(ground) != nil && desk.state == .suspended, "received meanwhile, and standing still")
    try desk.act(.verifyCorrection(subject: ground, isAccepted: true, text: "seen"))
    #expect(desk.refusal(.reopen(text: "corrected")) == nil)
  }

  @Test func aLapseBeforeTheOpeningHoldsUpTheOpeningAlone() throws {
    var desk = CaseDesk()
    try desk.comeToAgreement(CaseDesk.dossier(expiring: [.lawfulness: "2026-03-05"]))
    try desk.sign(CaseDesk.agreement())
    try desk.connect(2, isProduction: true)
    #expect(desk.refusal(.open) == nil)
    try desk.pass(until: "2026-03-06 00:00")
    #expect(desk.refusal(.open) == .stepMissing, "out of date")
    try desk.pass(until: "2026-04-06 00:00")
    #expect(desk.state == .agreement && desk.law?.lapsedMaterials == [.lawfulness])
    #expect(desk.events.last?.clause == Clause(6, 2))
    #expect(desk.refusal(.open) == .stepMissing, "lapsed")
    try desk.tenant(.renewMaterials(CaseDesk.dossier(1)))
    try desk.act(.open)
    #expect(desk.state == .open)
  }

  @Test func aLapseWhileSuspendedIsAFurtherGround() throws {
    var desk = try CaseDesk.open(CaseDesk.dossier(expiring: [.registration: "2026-03-05"]))
    try desk.pass(until: "2026-03-06 09:00")
    let first = try desk.suspend()
    try desk.tenant(.acknowledge(subject: first))
    try desk.pass(until: "2026-03-25 09:00")
    let second = desk.last
    #expect(desk.law?.matter(second)?.materials == [.registration])
    try desk.tenant(.acknowledge(subject: second))
    #expect(desk.due(second) == desk.due(first), "no longer than the first")
    try desk.tenant(.giveFeedback(subject: first, text: "done"))
    try desk.act(.verifyCorrection(subject: first, isAccepted: true, text: "seen"))
    #expect(desk.refusal(.reopen(text: "x")) == .stepMissing)
    try desk.pass(until: "2026-04-30 09:00")
    #expect(desk.state == .terminated)
  }

  //= Measures art.10
  //= type=test
  //= Measures art.11
  //= type=test
  @Test func whatIsNotedChangesNothing() throws {
    var desk = try CaseDesk.open()
    let inspection = try desk.act(.inspect(text: "rules read, machines seen"))
    let before = desk.law
    #expect(!inspection.isInternal, "both sides see an inspection")
    let anomaly = Anomaly(detector: "sequence", text: "40 numbers in a row", since: 1, until: 2)
    let hidden = try [
      desk.act(.direct(text: "look closer")), desk.act(.reportAnomaly(anomaly), by: .platform),
      desk.act(.complain(caseID: [1], digest: [2]), by: .anyone([3])),
    ]
    #expect(hidden.allSatisfy { $0.isInternal && $0.from == .open && $0.to == .open && $0.dueAt == nil })
    #expect(hidden.map(\.clause) == [Clause(10), Clause(12, 2), Clause(11)])
    #expect(desk.law?.runningTerms == before?.runningTerms && desk.law?.matters == before?.matters)
  }
}
