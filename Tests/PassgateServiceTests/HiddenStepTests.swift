import PassgateCaseFile
import PassgateClient
import PassgateCrypto
import PassgateDomain
import PassgateSystem
import PassgateWire
import Testing

@testable import PassgateService

/// What is for the provider and the supervisor alone: complaints, referrals, the supervisor's reading.
@Suite(.serialized) struct HiddenStepTests {
  private func complaint(
    _ text: String, about tenantID: String, of organisation: String = "", operation: [UInt8]? = nil
  ) throws -> ClientDraft {
    let body = ComplainRequest(
      salt: freshSalt(), operationID: try operation ?? randomBytes(16), tenantID: tenantID,
      organisation: organisation, text: text)
    return ClientDraft(method: "passgate.v1.Onboarding/Complain", body: body.encoded())
  }

  private func caseID(_ answer: ClientAnswer) throws -> [UInt8] {
    try ComplainReply(decoding: answer.body.span).caseID
  }

  //= Measures art.11
  //= type=test
  @Test func aComplaintIsAStepThatTheTenantDoesNotSee() throws {
    let hotel = try Applicant(try TestPlatform.lawful())
    try hotel.open()
    let stranger = try hotel.own(.generate(.ed25519), .ed25519)
    let operation = try randomBytes(16)
    let before = try hotel.law.lastNumber
    let first = try stranger.call(complaint("a fee of ten yuan", about: "hotel", operation: operation))
    // A lost answer: the same operation has the same case id, and there is no second step.
    let again = try stranger.call(complaint("a fee of ten yuan", about: "hotel", operation: operation))
    #expect(try caseID(first) == caseID(again) && caseID(first).count == 16)
    #expect(
      try stranger.call(complaint("other", about: "hotel", operation: operation)).reason == .operationConflict
    )
    #expect(try hotel.law.lastNumber == before + 1 && hotel.law.state == .open)
    let seen = try #require(try hotel.file().entries.last)
    #expect(seen.event == nil && seen.signed.requestHeader.isEmpty && seen.signed.signature == nil)
    let told = try #require(try hotel.file(by: "reviewer").entries.last?.event)
    guard case .complain(let id, let digest) = told.act else {
      throw CaseFault(reason: .wrongState, text: "")
    }
    #expect(try id == caseID(first) && told.clause == Ground(11))
    try expectText("a fee of ten yuan", digest, hotel)
  }

  private func expectText(_ text: String, _ digest: [UInt8], _ hotel: Applicant) throws {
    let body = GetDocumentRequest(salt: freshSalt(), tenantID: hotel.id, digest: digest, offset: 0)
    let answer = try hotel.officer("reviewer").call(
      ClientDraft(method: "passgate.v1.Supervision/GetDocument", body: body.encoded()))
    #expect(try GetDocumentReply(decoding: answer.body.span).bytes == Array(text.utf8))
  }

  @Test func aComplaintAboutNobodyKnownIsTakenAllTheSame() throws {
    let platform = try TestPlatform.lawful()
    let hotel = try Applicant(platform)
    let stranger = try hotel.own()
    let before = try platform.ledgerLength()
    for (tenantID, organisation) in [("", "海港旅馆"), ("nobody", "")] {
      let answer = try stranger.call(complaint("a fee", about: tenantID, of: organisation))
      #expect(try caseID(answer).count == 16)
    }
    #expect(try platform.ledgerLength() == before + 2)
    #expect(platform.cases?.allFolders.isEmpty == true)
    // Its text does not lie in the ledger.
    let events = try #require(platform.cases).ledger.events()
    #expect(events.suffix(2).allSatisfy { $0.requestBody.isEmpty && !$0.requestHeader.isEmpty })
    try platform.restart()
    #expect(try platform.ledgerLength() == before + 2)
    try expectComplaints(platform, [("", "海港旅馆\n\na fee"), ("nobody", "a fee")])
  }

  /// An officer finds the complaints and reads their texts, whomever they name.
  private func expectComplaints(_ platform: TestPlatform, _ expected: [(tenantID: String, text: String)])
    throws
  {
    let reviewer = try platform.officerSession("reviewer", in: .production)
    let listed = try reviewer.call(
      ClientDraft(
        method: "passgate.v1.Supervision/ListComplaints",
        body: ListComplaintsRequest(salt: freshSalt(), after: 0).encoded()))
    let complaints = try ListComplaintsReply(decoding: listed.body.span).complaints
    #expect(complaints.map(\.tenantID) == expected.map(\.tenantID))
    let before = try platform.ledgerLength()
    for (complaint, (tenantID, text)) in zip(complaints, expected) {
      let body = GetDocumentRequest(
        salt: freshSalt(), tenantID: tenantID, digest: complaint.digest, offset: 0)
      let answer = try reviewer.call(
        ClientDraft(method: "passgate.v1.Supervision/GetDocument", body: body.encoded()))
      #expect(try GetDocumentReply(decoding: answer.body.span).bytes == Array(text.utf8))
    }
    // That somebody read them is on record.
    #expect(try platform.ledgerLength() == before + expected.count)
  }

  //= Measures art.15
  //= type=test
  @Test func aReferralIsHiddenFromTheTenant() throws {
    let hotel = try Applicant(try TestPlatform.lawful())
    try hotel.open()
    let proposal = try hotel.act(.refer(text: "suspected sale of results"), by: "legal", Ground(15))
    try hotel.expect(.secondOfficer, .confirm(proposal: proposal.number), by: "legal")
    let referral = try hotel.act(.confirm(proposal: proposal.number), by: "legal-2")
    #expect(referral.clause == Ground(15) && referral.to == .open)
    try hotel.act(.direct(text: "inspect within a month"), by: "supervisor")
    let (ours, theirs) = (try hotel.file(), try hotel.file(by: "legal"))
    #expect(ours.entries.suffix(3).allSatisfy { $0.event == nil })
    #expect(theirs.law.isReferred && !ours.law.isReferred && ours.law.state == .open)
    #expect(try hotel.check(in: .production).verdict?.verdict == .consistent)
  }

  //= Measures art.10
  //= type=test
  @Test func theSupervisorsReadingIsRecorded() throws {
    let platform = try TestPlatform.lawful()
    let hotel = try Applicant(platform)
    try hotel.apply()
    let before = try hotel.standing
    for officer in ["reviewer", "legal", "key-officer"] { _ = try hotel.file(by: officer) }
    #expect(try hotel.standing == before)
    _ = try hotel.file(by: "supervisor")
    let list = ListCasesRequest(salt: freshSalt(), after: "")
    let cases = try hotel.officer("supervisor").call(
      ClientDraft(method: "passgate.v1.Supervision/ListCases", body: list.encoded()))
    #expect(try ListCasesReply(decoding: cases.body.span).cases.map(\.tenantID) == ["hotel"])
    let events = try #require(platform.cases).ledger.events()
    #expect(events.count == before.ledger + 2)
    let methods = try events.suffix(2).map { try RequestHeader(decoding: $0.requestHeader.span).method }
    #expect(methods == ["passgate.v1.Supervision/GetCase", "passgate.v1.Supervision/ListCases"])
    let body = try #require(events.dropLast().last).requestBody
    #expect(try GetCaseRequest(decoding: body.span).tenantID == "hotel")
    #expect(events.suffix(2).allSatisfy { $0.actor == "supervisor" && $0.caseEvent.isEmpty })
    #expect(try hotel.law == before.law)
  }

  // MARK: Limits for strangers

  @Test func anAddressReadsAndComplainsOnlySoOften() throws {
    let platform = try TestPlatform.lawful()
    let hotel = try Applicant(platform)
    try hotel.apply()
    let stranger = try hotel.own(.generate(.ed25519), .ed25519)
    var complaints: [Reason] = []
    for number in 0..<62 {
      complaints.append(try stranger.call(complaint("fee \(number)", about: "hotel")).reason)
    }
    #expect(complaints.prefix(60).allSatisfy { $0 == .noReason })
    #expect(complaints.suffix(2).allSatisfy { $0 == .tooManyCalls })
    let body = GetCaseRequest(salt: freshSalt(), tenantID: "hotel", after: 0)
    let draft = ClientDraft(method: "passgate.v1.Onboarding/GetCase", body: body.encoded())
    var reasons: [Reason: Int] = [:]
    for _ in 0..<6 {
      _ = try stranger.submit([ClientDraft](repeating: draft, count: 100))
      for _ in 0..<100 {
        let answer = try #require(
          try stranger.next(deadline: SystemClock().monotonicNanoseconds() + 10_000_000_000))
        reasons[answer.reason, default: 0] += 1
      }
    }
    #expect(Set(reasons.keys) == [.noSuchCase, .tooManyCalls])
    // It is the address that has used its share up; officers have none.
    #expect(try hotel.history().reason == .tooManyCalls)
    #expect(try hotel.history(by: "reviewer").reason == .noReason)
  }
}
