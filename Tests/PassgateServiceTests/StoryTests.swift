import PassgateCaseFile
import PassgateClient
import PassgateConformance
import PassgateCrypto
import PassgateDomain
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService

/// The whole law once, from nothing to the termination, over signed calls and under a clock that the test moves.
@Suite(.serialized) struct StoryTests {
  /// How the organisation comes in (art.8), and whether its production certificate is for the key that it acts with.
  enum Way: String, CaseIterable, CustomTestStringConvertible {
    case mobileWithItsOwnKey
    case mobileWithAnotherKey
    case signingServer

    var testDescription: String { rawValue }
    var mode: Mode { self == .signingServer ? .signingServer : .mobileCertificate }
  }

  /// An event as the story expects it.
  private struct Expected: Equatable, CustomStringConvertible {
    let act: Act.Kind
    let clause: Ground
    let state: Standing
    /// The last day; nil when the event sets no term.
    var due: String?

    init(_ act: Act.Kind, _ clause: Ground, _ state: Standing, due: String? = nil) {
      (self.act, self.clause, self.state, self.due) = (act, clause, state, due)
    }

    init(_ event: Step) {
      self.init(event.act.kind, event.clause, event.to, due: event.dueAt.map(Self.lastDay))
    }

    /// The day at whose 24:00 in Beijing the term ends.
    private static func lastDay(_ end: UInt64) -> String {
      let day = LegalCalendar.day(of: end - 1)
      return end == LegalCalendar.end(of: day) ? day.iso : "\(end)"
    }

    var description: String { "\(act) \(clause) \(state) \(due ?? "-")" }
  }

  //= Measures art.7
  //= type=test
  //= Measures art.7(1)
  //= type=test
  //= Measures art.7(3)
  //= type=test
  //= Measures art.7(4)
  //= type=test
  //= Measures art.7(5)
  //= type=test
  //= Measures art.8
  //= type=test
  //= Measures art.12
  //= type=test
  //= Measures art.13(1)
  //= type=test
  //= Measures art.13(3)
  //= type=test
  //= Measures art.14(1)
  //= type=test
  @Test(arguments: Way.allCases) func fromNothingToTheTermination(_ way: Way) throws {
    let platform = try TestPlatform.lawful()
    let hotel = try Applicant(platform, mode: way.mode, sharesKey: way == .mobileWithItsOwnKey)
    try comeToOpening(hotel)
    try missTenDays(hotel, platform)
    try correctAndReopen(hotel, platform)
    try missThirtyDays(hotel, platform)
    try expectHistory(of: hotel)
    try expectPack(of: hotel, platform)
  }

  /// Joint debugging as the tenant's own program does it, with what its dossier asks for.
  //= Measures art.7(3)
  //= type=test
  @Test(arguments: Mode.allCases) func aPassedRunEndsJointDebugging(_ mode: Mode) throws {
    let platform = try TestPlatform.lawful()
    try platform.loadSuite()
    let hotel = try Applicant(platform, mode: mode)
    try hotel.comeToDebugging()
    let client = ConformanceClient(try hotel.profile(in: .sandbox), clock: platform.clock) { _ in }
    let (signed, _) = try client.run { _ in }
    #expect(signed.report.results.filter { !$0.passed }.map(\.name) == [])
    let reply = try FinishConformanceReply(decoding: signed.bytes.span)
    #expect(try hotel.law.state == .agreement && hotel.law.conformance?.report == sha256(reply.report.span))
    let pass = try #require(try hotel.file().entries.last?.event)
    #expect(pass.actors == [.platform] && pass.clause == Ground(7, 3))
  }

  /// A pass that the case cannot take is not given as one.
  @Test func aRunThatEndsWhileTheClockIsHeldIsNotPassed() throws {
    let platform = try TestPlatform.lawful()
    try platform.loadSuite()
    let hotel = try Applicant(platform)
    try hotel.comeToDebugging()
    platform.clock.advance(milliseconds: 20 * 60_000)
    let client = ConformanceClient(try hotel.profile(in: .sandbox), clock: platform.clock) { _ in }
    let fault = #expect(throws: ConformanceFault.self) { try client.run { _ in } }
    guard case .refused(let answer)? = fault, answer.reason == .clockHeld else {
      Issue.record("\(fault as Any)")
      return
    }
    #expect(try hotel.law.state == .debugging)
    try platform.trustClock()
    _ = try client.run { _ in }
    #expect(try hotel.law.state == .agreement)
  }

  // MARK: Chapters

  private func comeToOpening(_ hotel: Applicant) throws {
    try hotel.comeToDebugging()
    #expect(try isConsistent(hotel, .sandbox))
    #expect(try refusal(of: .open, by: "legal", hotel) == .wrongState)
    try hotel.passConformance()
    try hotel.agree(hotel.agreement())
    #expect(try refusal(of: .open, by: "legal", hotel) == .stepMissing, "no certificate for production")
    try hotel.connect(to: .production)
    #expect(try hotel.check(in: .production).reason == .tenantNotOpen)
    try hotel.act(.open, by: "legal")
    #expect(try isConsistent(hotel, .production))
  }

  /// Received on Thursday 2 July: the tenth day is a Sunday, so the term ends with Monday 13 July.
  private func missTenDays(_ hotel: Applicant, _ platform: TestPlatform) throws {
    let notice = try hotel.act(.notice(text: "numbers in sequence"), by: "reviewer", Ground(12, 2))
    try complain(about: hotel)
    try platform.pass(until: "2026-07-02 10:00")
    try hotel.act(.acknowledge(subject: notice.number))
    try platform.pass(until: "2026-07-13 23:59")
    #expect(try isConsistent(hotel, .production), "a notice stops nothing")
    try platform.pass(until: "2026-07-14 00:00")
    #expect(try hotel.check(in: .production).reason == .tenantSuspended)
    #expect(try isConsistent(hotel, .sandbox))
  }

  /// Feedback in time stops the thirty days until it is verified.
  private func correctAndReopen(_ hotel: Applicant, _ platform: TestPlatform) throws {
    let suspension = try #require(try hotel.law.matters.last).number
    try platform.pass(until: "2026-07-15 09:00")
    try hotel.act(.acknowledge(subject: suspension))
    #expect(try refusal(of: .reopen(text: "corrected"), by: "legal", hotel) == .stepMissing)
    try platform.pass(until: "2026-08-01 09:00")
    try hotel.act(.giveFeedback(subject: suspension, text: "scripts removed, access restricted"))
    try platform.pass(until: "2026-08-20 09:00")
    let verified = Act.verifyCorrection(subject: suspension, isAccepted: true, text: "seen on site")
    try hotel.act(verified, by: "reviewer")
    let refused = try hotel.check(in: .production)
    #expect(refused.reason == .tenantSuspended, "verified is not reopened")
    #expect(refused.refusal?.article == "Measures art.13(1)")
    try hotel.act(.reopen(text: "corrected in time"), by: "legal")
    #expect(try isConsistent(hotel, .production))
  }

  /// No receipt: it counts as received at the end of the fifth day, 26 August. The thirtieth day after it is the
  /// Mid-Autumn Festival, which lasts until Sunday 27 September.
  private func missThirtyDays(_ hotel: Applicant, _ platform: TestPlatform) throws {
    try platform.pass(until: "2026-08-21 09:00")
    try hotel.act(.suspend(text: "checks for another business"), by: "legal", Ground(13, 3))
    let suspended = try hotel.check(in: .production)
    #expect(suspended.reason == .tenantSuspended && suspended.refusal?.article == "Measures art.13(3)")
    try platform.pass(until: "2026-09-28 23:59")
    #expect(try hotel.law.state == .suspended)
    try platform.pass(until: "2026-09-29 00:00")
    for deployment in [Deployment.production, .sandbox] {
      let refused = try hotel.check(in: deployment)
      #expect(refused.reason == .tenantTerminated && refused.refusal?.article == "Measures art.14")
    }
    #expect(try refusal(of: .reopen(text: "again"), by: "legal", hotel) == .wrongState)
  }

  private func isConsistent(_ hotel: Applicant, _ deployment: Deployment) throws -> Bool {
    try hotel.check(in: deployment).verdict?.verdict == .consistent
  }

  private func refusal(of act: Act, by officer: String, _ hotel: Applicant) throws -> Reason {
    try hotel.ask(act, by: officer).reason
  }

  private func complain(about hotel: Applicant) throws {
    let body = ComplainRequest(
      salt: freshSalt(), operationID: try randomBytes(16), tenantID: hotel.id, organisation: "",
      text: "a fee was asked for")
    let answer = try hotel.own(.generate(.ed25519), .ed25519).call(
      ClientDraft(method: "passgate.v1.Onboarding/Complain", body: body.encoded()))
    #expect(try ComplainReply(decoding: answer.body.span).caseID.count == 16)
  }

  // MARK: What is left of it

  private func expectHistory(of hotel: Applicant) throws {
    let (ours, theirs) = (try hotel.file(), try hotel.file(by: "supervisor"))
    let told = theirs.entries.compactMap(\.event).map { Expected($0) }
    for (told, expected) in zip(told, Self.story) { #expect(told == expected) }
    #expect(told.count == Self.story.count)
    #expect(theirs.law == (try hotel.law))
    // Nothing of the complaint but its digest; all else, and what follows from it, is the same for both.
    #expect(ours.entries.filter { $0.event == nil }.map(\.number) == [14])
    #expect(ours.entries.map(\.digest) == theirs.entries.map(\.digest))
    #expect(ours.law.state == theirs.law.state && ours.law.matters == theirs.law.matters)
    #expect(
      ours.law.runningTerms == theirs.law.runningTerms && ours.law.certificates == theirs.law.certificates)
    #expect(ours.entries.compactMap(\.event).filter { $0.actors == [.tenant] }.count == 7)
  }

  private static let story: [Expected] = [
    Expected(.apply, Ground(7, 1), .submitted),
    Expected(.review, Ground(7, 2), .approved),
    Expected(.assess, Ground(8), .debugging),
    Expected(.requestCertificate, Ground(7, 3), .debugging),
    Expected(.registerCertificate, Ground(7, 3), .debugging),
    Expected(.passConformance, Ground(7, 3), .agreement),
    Expected(.draftAgreement, Ground(9), .agreement),
    Expected(.signAgreement, Ground(7, 4), .agreement),
    Expected(.countersignAgreement, Ground(7, 4), .agreement),
    Expected(.requestCertificate, Ground(8), .agreement),
    Expected(.registerCertificate, Ground(8), .agreement),
    Expected(.open, Ground(7, 5), .open),
    // The agreement's five days, after which it would count as received.
    Expected(.notice, Ground(12, 2), .open, due: "2026-07-06"),
    Expected(.complain, Ground(11), .open),
    Expected(.acknowledge, Ground(12), .open, due: "2026-07-13"),
    Expected(.lapse, Ground(13, 1), .suspended, due: "2026-07-20"),
    Expected(.acknowledge, Ground(13), .suspended, due: "2026-08-14"),
    Expected(.giveFeedback, Ground(13), .suspended),
    Expected(.verifyCorrection, Ground(13), .suspended),
    Expected(.reopen, Ground(13), .open),
    Expected(.suspend, Ground(13, 3), .suspended, due: "2026-08-26"),
    Expected(.deemReceived, Ground(13), .suspended, due: "2026-09-28"),
    Expected(.lapse, Ground(14, 1), .terminated),
  ]
  //= Measures art.15
  //= type=test
  private func expectPack(of hotel: Applicant, _ platform: TestPlatform) throws {
    let pack = try EvidencePack.collected(about: hotel)
    let summary = try pack.verify(CaseTrust(anchors: [platform.authority.root]))
    #expect(summary.isGood, "\(summary.problems)")
    #expect(summary.law == (try hotel.law) && summary.events == Self.story.count)
    // Before the opening, in each state since, and after the end.
    #expect(summary.evidenceEntries == 8 && summary.verifiedEntries == 8)
    let elsewhere = try pack.verify(CaseTrust(anchors: [TestAuthority().root]))
    #expect(!elsewhere.isGood)
  }
}

extension EvidencePack {
  /// What the supervisor gets together about a case.
  fileprivate static func collected(about hotel: Applicant) throws -> EvidencePack {
    let supervisor = try hotel.officer("supervisor")
    let reading = ListEvidenceRequest(salt: freshSalt(), after: 0, limit: 1_000, tenantID: hotel.id)
    let page = try supervisor.call(
      ClientDraft(method: "passgate.v1.Supervision/ListEvidence", body: reading.encoded()))
    let records = try ListEvidenceReply(decoding: page.body.span).records.filter { !$0.entries.isEmpty }
    let reply = try GetCaseReply(decoding: hotel.history(by: "supervisor").body.span)
    let question = AttestCaseRequest(salt: freshSalt(), tenantID: hotel.id)
    let answer = try supervisor.call(
      ClientDraft(method: "passgate.v1.Supervision/AttestCase", body: question.encoded()))
    let attested = try AttestCaseReply(decoding: answer.body.span)
    let der = try #require(attested.key.certificates.first)
    let leaf = try Certificate(der: der.span)
    return EvidencePack(
      attested, keyID: leaf.publicKey.keyID, events: reply.events,
      keys: reply.keys + supervisor.hello.replyKeys, records: records, exportedAt: 1, exporter: "supervisor")
  }
}
