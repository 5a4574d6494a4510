import PassgateCaseFile
import PassgateClient
import PassgateCrypto
import PassgateDomain
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService

/// The ways beside the story's: reviews that are not passed at once, materials that go out of date, feedback that
/// does not convince, and rates that are lowered for technical reasons.
@Suite(.serialized) struct CasePathTests {
  private func isAnswered(_ hotel: Applicant, in deployment: Deployment = .production) throws -> Bool {
    try hotel.check(in: deployment).verdict?.verdict == .consistent
  }

  private func renew(_ hotel: Applicant, edition: Int) throws -> PassgateDomain.Dossier {
    try hotel.uploadMaterials(edition: edition)
    return Applicant.dossier(edition: edition)
  }

  //= Measures art.7(2)
  //= type=test
  @Test func aReviewAsksForMoreOrFailsAndTheSameKeyGoesOn() throws {
    let hotel = try Applicant(try TestPlatform.lawful())
    try hotel.apply()
    let asked = try hotel.act(.review(.supplement(reasons: ["权属证明不清晰"])), by: "reviewer")
    #expect(asked.to == .supplement && asked.clause == Ground(7, 2))
    try hotel.expect(.wrongState, .review(.pass(Applicant.findings)), by: "reviewer")
    let more = try hotel.act(.supplement(renew(hotel, edition: 1)))
    #expect(more.to == .submitted && more.actors == [.tenant])
    let failed = try hotel.act(.review(.fail(reasons: ["无法律法规依据"])), by: "reviewer")
    #expect(failed.to == .rejected)
    // The id stays with the key that applied first.
    let other = try PrivateKey.generate(.ecdsaP256SHA256)
    try hotel.expect(.caseExists) { try hotel.ask(.apply(hotel.dossier), key: other) }
    #expect(try hotel.act(.apply(renew(hotel, edition: 2))).to == .submitted)
    try hotel.act(.review(.pass(Applicant.findings)), by: "reviewer")
    #expect(try hotel.file().law == hotel.law && hotel.law.lastNumber == 6)
  }

  /// Valid until Friday 10 July. The fifteenth day is Saturday 25 July, so the term ends with Monday 27 July.
  //= Measures art.6(2)
  //= type=test
  //= Measures art.13(2)
  //= type=test
  @Test func aMaterialThatIsNotRenewedSuspends() throws {
    let platform = try TestPlatform.lawful()
    let hotel = try Applicant(platform)
    try hotel.open(expiring: [.registration: "2026-07-10"])
    try platform.pass(until: "2026-07-11 00:00")
    let expiry = try #require(try hotel.file().entries.last?.event)
    #expect(expiry.act == .expireMaterial(.registration) && expiry.clause == Ground(6, 2))
    #expect(try expiry.dueAt == beijing("2026-07-28 00:00"))
    try platform.pass(until: "2026-07-27 23:59")
    #expect(try isAnswered(hotel))
    try platform.pass(until: "2026-07-28 00:00")
    #expect(try hotel.check(in: .production).reason == .tenantSuspended)
    let suspension = try #require(try hotel.law.matters.last)
    #expect(suspension.clause == Ground(13, 2) && suspension.materials == [.registration])
    try hotel.act(.acknowledge(subject: suspension.number))
    try hotel.expect(
      .stepMissing, .giveFeedback(subject: suspension.number, text: "renewed"), at: "renew_materials")
    // Handing in the same document again renews nothing.
    try hotel.act(.renewMaterials(Applicant.dossier()))
    #expect(try hotel.law.matter(suspension.number)?.stage == .received)
    try hotel.act(.renewMaterials(renew(hotel, edition: 1)))
    try hotel.act(
      .verifyCorrection(subject: suspension.number, isAccepted: true, text: "valid"), by: "reviewer")
    try hotel.act(.reopen(text: "renewed in time"), by: "legal")
    #expect(try isAnswered(hotel))
  }

  @Test func aDeclaredChangeStopsTheOpeningAlone() throws {
    let platform = try TestPlatform.lawful()
    let hotel = try Applicant(platform)
    try hotel.comeToAgreement()
    let today = LegalCalendar.day(of: platform.clock.wallMilliseconds())
    let change = try hotel.act(.declareChange(.systemSecurity, on: today))
    #expect(try change.dueAt == beijing("2026-07-17 00:00"))
    try hotel.agree(hotel.agreement())
    try hotel.connect(to: .production)
    try platform.pass(until: "2026-07-17 00:00")
    #expect(try hotel.law.state == .agreement)
    try hotel.expect(.stepMissing, .open, by: "legal", at: "renew_materials")
    try hotel.act(.renewMaterials(renew(hotel, edition: 1)))
    #expect(try hotel.act(.open, by: "legal").to == .open)
  }

  /// The ten days end with 13 July and stand still while feedback waits; refused, they are over at once.
  //= Measures art.12(1)
  //= type=test
  @Test func feedbackThatDoesNotConvinceGivesNoMoreTime() throws {
    let platform = try TestPlatform.lawful()
    let hotel = try Applicant(platform)
    try hotel.open()
    let notice = try hotel.act(.notice(text: "rules not followed"), by: "reviewer", Ground(12, 1)).number
    try platform.pass(until: "2026-07-02 10:00")
    try hotel.act(.acknowledge(subject: notice))
    let feedback = Act.giveFeedback(subject: notice, text: "all is well")
    try hotel.act(feedback)
    try hotel.expect(.wrongState, feedback, at: "waits for its verification")
    try hotel.act(.verifyCorrection(subject: notice, isAccepted: false, text: "it is not"), by: "reviewer")
    try hotel.act(feedback)
    try platform.pass(until: "2026-07-20 09:00")
    #expect(try hotel.law.state == .open && isAnswered(hotel))
    try hotel.act(.verifyCorrection(subject: notice, isAccepted: false, text: "still not"), by: "reviewer")
    // Before anything else happens in the case the clock has its turn.
    try hotel.act(.inspect(text: "on site"), by: "reviewer")
    let lapse = try #require(try hotel.file().entries.dropLast().last?.event)
    #expect(lapse.clause == Ground(13, 1) && lapse.to == .suspended)
  }

  /// How far an organisation comes before it is found to have lied.
  private static let ways: [(id: String, go: @Sendable (Applicant) throws -> Void)] = [
    ("submitted", { try $0.apply() }),
    (
      "rejected",
      {
        try $0.apply()
        try $0.act(.review(.fail(reasons: ["无法律法规依据"])), by: "reviewer")
      }
    ),
    (
      "approved",
      {
        try $0.apply()
        try $0.act(.review(.pass(Applicant.findings)), by: "reviewer")
      }
    ),
    ("debugging", { try $0.comeToDebugging() }),
    ("agreement", { try $0.comeToAgreement() }),
    ("open", { try $0.open() }),
    (
      "suspended",
      {
        try $0.open()
        try $0.act(.suspend(text: "out of scope"), by: "legal", Ground(13, 3))
      }
    ),
  ]

  //= Measures art.14(2)
  //= type=test
  @Test func aCaseEndsFromAnywhereAndForGood() throws {
    let platform = try TestPlatform.lawful()
    var applicants: [Applicant] = []
    for way in Self.ways {
      let applicant = try Applicant(platform, id: way.id)
      try way.go(applicant)
      let untrue = Act.terminate(text: "untrue materials")
      let proposal = try applicant.act(untrue, by: "legal", Ground(14, 2))
      #expect(try applicant.act(.confirm(proposal: proposal.number), by: "legal-2").to == .terminated)
      applicants.append(applicant)
    }
    try expectEnded(applicants)
    try platform.restart()
    for applicant in applicants { applicant.disconnect() }
    try expectEnded(applicants)
  }

  private func expectEnded(_ applicants: [Applicant]) throws {
    for applicant in applicants {
      for deployment in applicant.checking.keys {
        #expect(try applicant.check(in: deployment).reason == .tenantTerminated, "\(applicant.id)")
      }
      try applicant.expect(.wrongState, .suspend(text: "again"), by: "legal", Ground(13, 3))
      let reason = try applicant.ask(.apply(applicant.dossier)).reason
      #expect(reason == .caseExists || reason == .wrongState, "\(applicant.id) applies again")
    }
    let body = ListTenantsRequest(salt: freshSalt()).encoded()
    let answer = try #require(applicants.first).officer("key-officer").call(
      ClientDraft(method: "passgate.v1.Supervision/ListTenants", body: body))
    let tenants = try ListTenantsReply(decoding: answer.body.span).tenants
    #expect(tenants.map(\.id) == ["open", "suspended"], "those with a key for production")
    #expect(tenants.allSatisfy { $0.state == .terminated && $0.keys.allSatisfy { $0.state == .revoked } })
  }

  /// A technical act: not a state, and it ends by itself.
  //= Measures art.9(3)
  //= type=test
  @Test func aThrottleIsNoSuspension() throws {
    let platform = try TestPlatform.lawful()
    let hotel = try Applicant(platform)
    try hotel.open()
    let until = try beijing("2026-07-01 12:00")
    let step = try hotel.act(
      .throttle(checksPerMinute: 1, until: until, text: "the platform is under load"), by: "reviewer")
    #expect(step.to == .open && step.clause == Ground(9, 3) && step.dueAt == until)
    #expect(try isAnswered(hotel))
    let refused = try hotel.check(in: .production)
    #expect(refused.reason == .throttled && refused.refusal?.article == "")
    #expect(try isAnswered(hotel, in: .sandbox) && isAnswered(hotel, in: .sandbox))
    try platform.pass(until: "2026-07-01 12:00")
    #expect(try isAnswered(hotel))
  }

  /// Everything that a case has fits into pages, whatever their number.
  @Test func aLongCaseIsReadInPages() throws {
    let hotel = try Applicant(try TestPlatform.lawful())
    try hotel.comeToAgreement()
    var file = try hotel.file()
    for version in 1...14 { try hotel.act(.draftAgreement(long(hotel, UInt32(version))), by: "legal") }
    var (after, pages) = (UInt64(file.entries.count), 0)
    repeat {
      let body = GetCaseRequest(salt: freshSalt(), tenantID: hotel.id, after: after)
      let answer = try hotel.own().call(
        ClientDraft(method: "passgate.v1.Onboarding/GetCase", body: body.encoded()))
      let reply = try GetCaseReply(decoding: answer.body.span)
      let trust = try CaseTrust(anchors: [hotel.platform.authority.root])
      trust.learn(reply.keys)
      try file.append(reply.events, trust: trust)
      (after, pages) = (reply.next, pages + 1)
    } while after > 0 && pages < 10
    #expect(try pages == 2 && file.law == hotel.law)
  }

  /// An agreement with as many special terms as there may be.
  private func long(_ hotel: Applicant, _ version: UInt32) -> Pact {
    var agreement = hotel.agreement(version: version)
    agreement.text = AgreementTemplate.text(
      of: agreement, for: hotel.dossier.organisation,
      specialTerms: (0..<20).map { _ in String(repeating: "约", count: 500) })
    agreement.digest = Pact.digest(ofText: agreement.text)
    return agreement
  }
}
