import PassgateCaseFile
import PassgateClient
import PassgateCrypto
import PassgateDomain
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService

/// What is refused in a case, with the right reason, and that nothing has changed by it: not in the ledger, not in
/// the case, not in the directories.
@Suite(.serialized) struct RefusalTests {
  private static let digest = [UInt8](repeating: 7, count: 32)

  // MARK: Who

  /// Every method of officers, called by an officer of every single role, by the tenant and by a stranger.
  @Test func onlyTheNamedRolesAct() throws {
    let hotel = try Applicant(try TestPlatform.lawful())
    try hotel.open()
    let body = HealthCheckRequest(salt: freshSalt()).encoded()
    var refused = 0
    let before = try hotel.standing
    for method in Method.all where method.deployments.contains(.production) {
      guard case .officer(let roles) = method.caller else { continue }
      for role in OfficerRole.allCases where !roles.contains(role) {
        let answer = try hotel.officer(role.rawValue).call(ClientDraft(method: method.name, body: body))
        #expect(answer.reason == .notPermitted, "\(method.name) by \(role)")
        refused += 1
      }
      let draft = ClientDraft(method: method.name, scene: "lodging", body: body)
      #expect(try hotel.checker(in: .production).call(draft).reason == .notPermitted, "\(method.name)")
      // A connection of its own, for forgeries end one soon.
      #expect(try hotel.own(hotel.key).call(draft).reason == .notAuthentic, "\(method.name)")
    }
    #expect(refused > 90)
    #expect(try hotel.standing == before)
    for method in Method.all where method.deployments.contains(.production) {
      guard case .officer(let roles) = method.caller else { continue }
      for role in roles {
        let answer = try hotel.officer(role.rawValue).call(ClientDraft(method: method.name, body: body))
        #expect(answer.reason != .notPermitted, "\(method.name) by \(role)")
      }
    }
  }

  @Test func officersDoNotActForAnApplicant() throws {
    let hotel = try Applicant(try TestPlatform.lawful())
    try hotel.uploadMaterials()
    let request = try hotel.request(.apply(hotel.dossier))
    try hotel.expect(.notAuthentic) { try hotel.call(request, over: hotel.officer("officer-1")) }
  }

  /// A method carries the act that it is named after and no other.
  @Test func anActUnderAnotherMethodIsNone() throws {
    let hotel = try Applicant(try TestPlatform.lawful())
    try hotel.apply()
    let request = try hotel.request(.review(.pass(Applicant.findings)))
    try hotel.expect(.malformedBody, at: "act") {
      try hotel.call(request, over: hotel.own(), method: "passgate.v1.Onboarding/Acknowledge")
    }
    let pass = try hotel.request(.passConformance(Applicant.pass))
    try hotel.expect(.malformedBody, at: "act") {
      try hotel.call(pass, over: hotel.officer("reviewer"), method: "passgate.v1.Supervision/Review")
    }
  }

  @Test func somebodyElsesCaseDoesNotExist() throws {
    let hotel = try Applicant(try TestPlatform.lawful())
    try hotel.open()
    let notice = try hotel.act(.notice(text: "rules not followed"), by: "reviewer", Ground(12, 1))
    let other = try PrivateKey.generate(.ecdsaP256SHA256)
    // The forged receipt would start the ten days.
    let acts: [Act] = [
      .acknowledge(subject: notice.number), .giveFeedback(subject: notice.number, text: "corrected"),
      .declareChange(.registration, on: LegalCalendar.day(of: hotel.platform.clock.wallMilliseconds())),
      .requestCertificate(try hotel.order(other, in: .production)), .renewMaterials(hotel.dossier),
      .signAgreement(digest: Self.digest),
    ]
    for act in acts { try hotel.expect(.noSuchCase) { try hotel.ask(act, key: other) } }
    try hotel.expect(.noSuchCase) { try hotel.history(key: other) }
    // The key that it checks with is not the one that it acts with either.
    let checking = try #require(hotel.checking[.production]?.key)
    try hotel.expect(.noSuchCase) { try hotel.history(key: checking) }
    let nowhere = try Applicant(hotel.platform, id: "nowhere")
    try nowhere.expect(.noSuchCase) { try nowhere.history(key: other) }
    try nowhere.expect(.noSuchCase, .suspend(text: "nobody"), by: "legal", Ground(13, 3))
    #expect(try hotel.history(key: other).body.count == nowhere.history(key: other).body.count)
  }

  // MARK: Ids

  @Test func anIDThatIsTakenIsNobodyElses() throws {
    let platform = try TestPlatform.lawful()
    let hotel = try Applicant(platform)
    try hotel.comeToDebugging()
    let provisioned = try platform.authority.issue(.tenantMobile, name: "provisioned")
    #expect(
      try platform.provision([platform.tenant("provisioned", .mobileCertificate, provisioned)]).status == .ok)
    for id in ["hotel", "provisioned", "officer-1", "legal", "self"] {
      let applicant = try Applicant(platform, id: id)
      try applicant.uploadMaterials()
      try applicant.expect(.caseExists, .apply(applicant.dossier), at: "tenant_id")
    }
    // And its own owner does not apply twice.
    try hotel.expect(.caseExists, .apply(hotel.dossier))
  }

  @Test func aCaseIsNotProvisioned() throws {
    let platform = try TestPlatform.lawful()
    let hotel = try Applicant(platform)
    try hotel.apply()
    let identity = try platform.authority.issue(.tenantMobile, name: "hotel")
    try hotel.expect(.provisionRefused, at: "tenants[0].id") {
      try platform.provision([platform.tenant("hotel", .mobileCertificate, identity)])
    }
  }

  // MARK: Materials

  //= Measures art.6(1)
  //= type=test
  //= Measures art.6(2)
  //= type=test
  @Test func whatTheDossierStatesMustBeThere() throws {
    let hotel = try Applicant(try TestPlatform.lawful())
    let dossier = hotel.dossier
    try hotel.expect(.documentMissing, .apply(dossier), at: "act.apply.materials[0], act.apply.materials[1]")
    try hotel.uploadMaterials()
    // Bytes that are not the digest's are forgotten whole, and the digest stays missing.
    var changed = dossier
    changed.materials[2].digest = Self.digest
    #expect(try hotel.upload(Array("%PDF-1.7 other bytes".utf8), as: Self.digest).reason == .uploadRefused)
    try hotel.expect(.documentMissing, .apply(changed), at: "act.apply.materials[2]")
    changed = dossier
    changed.materials[2].byteCount += 1
    try hotel.expect(.dossierRefused, .apply(changed), at: "act.apply.materials[2].byte_count")
    changed = dossier
    changed.materials[3].mediaType = .png
    try hotel.expect(.dossierRefused, .apply(changed), at: "act.apply.materials[3].media_type")
    changed = Applicant.dossier(expiring: [.systemRights: "2026-06-30"])
    try hotel.expect(.dossierRefused, .apply(changed), at: "act.apply.materials[3].expires_on")
    changed = dossier
    changed.materials.remove(at: 4)
    try hotel.expect(.dossierRefused, .apply(changed), at: "materials")
    // Another key's uploads are not the applicant's.
    let other = try PrivateKey.generate(.ecdsaP256SHA256)
    try hotel.expect(.documentMissing) { try hotel.ask(.apply(dossier), key: other) }
    try hotel.act(.apply(dossier))
  }

  // MARK: Steps and states

  @Test func nothingIsSkipped() throws {
    let hotel = try Applicant(try TestPlatform.lawful())
    try hotel.apply()
    try hotel.expect(.wrongState, .assess(hotel.assessment()), by: "reviewer", at: "in state submitted")
    try hotel.expect(.wrongState, .open, by: "legal")
    try hotel.expect(.wrongState, .draftAgreement(hotel.agreement()), by: "legal")
    try hotel.expect(.wrongState, .suspend(text: "early"), by: "legal", Ground(13, 3))
    try hotel.expect(.wrongState, .supplement(hotel.dossier))
    try hotel.expect(.wrongState) {
      try hotel.ask(.requestCertificate(hotel.order(.generate(.ecdsaP256SHA256), in: .sandbox)))
    }
    try hotel.expect(.groundsRefused, .review(.pass(Array(Applicant.findings.dropLast()))), by: "reviewer")
    try hotel.act(.review(.pass(Applicant.findings)), by: "reviewer")
    try hotel.act(.assess(hotel.assessment()), by: "reviewer")
    let outcome = hotel.platform.cases?.note(
      .passConformance(Applicant.pass), by: .platform, tenantID: hotel.id)
    #expect(outcome?.reason == .stepMissing, "no certificate of the sandbox")
    try hotel.connect(to: .sandbox)
    try hotel.passConformance()
    try hotel.expect(.stepMissing, .open, by: "legal", at: "draft_agreement")
    try hotel.act(.draftAgreement(hotel.agreement()), by: "legal")
    try hotel.expect(.stepMissing, .open, by: "legal", at: "sign_agreement")
    let digest = hotel.agreement().digest
    try hotel.expect(.stepMissing, .countersignAgreement(digest: digest), by: "legal", at: "sign_agreement")
    try hotel.act(.signAgreement(digest: digest))
    try hotel.expect(.stepMissing, .open, by: "legal", at: "countersign_agreement")
    try hotel.act(.countersignAgreement(digest: digest), by: "legal")
    try hotel.expect(.stepMissing, .open, by: "legal", at: "request_certificate")
  }

  @Test func ordersCiteTheirGrounds() throws {
    let hotel = try Applicant(try TestPlatform.lawful())
    try hotel.open()
    for clause in [nil, Ground(13, 3), Ground(12), Ground(12, 4), Ground(11)] as [Ground?] {
      try hotel.expect(.groundsRefused, .notice(text: "why"), by: "reviewer", clause)
    }
    for clause in [nil, Ground(13, 1), Ground(13, 2), Ground(13), Ground(14, 2)] as [Ground?] {
      try hotel.expect(.groundsRefused, .suspend(text: "why"), by: "legal", clause)
    }
    for clause in [nil, Ground(14, 1), Ground(14), Ground(13, 3)] as [Ground?] {
      try hotel.expect(.groundsRefused, .terminate(text: "why"), by: "legal", clause)
    }
    try hotel.expect(.malformedBody, .notice(text: ""), by: "reviewer", Ground(12, 1), at: "text")
    try hotel.expect(.noSuchSubject, .acknowledge(subject: 3))
    try hotel.expect(.noSuchSubject, .acknowledge(subject: 99))
  }

  // MARK: Terms

  //= Measures art.12
  //= type=test
  @Test func feedbackAfterTheTermIsLate() throws {
    let hotel = try Applicant(try TestPlatform.lawful())
    try hotel.open()
    let notice = try hotel.act(.notice(text: "rules not followed"), by: "reviewer", Ground(12, 1)).number
    try hotel.expect(.stepMissing, .giveFeedback(subject: notice, text: "done"), at: "acknowledge")
    try hotel.act(.acknowledge(subject: notice))
    try hotel.expect(.wrongState, .acknowledge(subject: notice))
    try hotel.expect(
      .stepMissing, .verifyCorrection(subject: notice, isAccepted: true, text: "?"), by: "reviewer",
      at: "give_feedback")
    try hotel.platform.pass(until: "2026-07-14 09:00")
    #expect(try hotel.law.state == .suspended)
    try hotel.expect(.termOver, .giveFeedback(subject: notice, text: "done"))
    try hotel.expect(.wrongState, .open, by: "legal")
  }

  // MARK: Two officers

  //= Measures art.14
  //= type=test
  @Test func twoOfficersTerminate() throws {
    let hotel = try Applicant(try TestPlatform.lawful())
    try hotel.open()
    let untrue = Act.terminate(text: "a forged licence")
    let first = try hotel.act(untrue, by: "legal", Ground(14, 2))
    #expect(first.act == .propose(untrue) && first.to == .open)
    try hotel.expect(.secondOfficer, .confirm(proposal: first.number), by: "legal")
    try hotel.expect(.noSuchSubject, .confirm(proposal: first.number + 1), by: "legal-2")
    try hotel.expect(.groundsRefused, .confirm(proposal: first.number), by: "legal-2", Ground(14, 3))
    try hotel.platform.pass(until: "2026-07-02 08:01")
    try hotel.expect(.secondOfficer, .confirm(proposal: first.number), by: "legal-2")
    let again = try hotel.act(untrue, by: "legal", Ground(14, 2))
    let done = try hotel.act(.confirm(proposal: again.number), by: "legal-2")
    #expect(done.act == untrue && done.actors == [.officer("legal"), .officer("legal-2")])
    #expect(done.clause == Ground(14, 2) && done.to == .terminated)
    #expect(try hotel.check(in: .production).reason == .tenantTerminated)
    try hotel.expect(.wrongState, .reopen(text: "mercy"), by: "legal")
  }
}
