import PassgateClient
import PassgateConformance
import PassgateCrypto
import PassgateDomain
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Synchronization
import Testing

@testable import PassgateService

/// What somebody tries who wants more of the legal path than is his.
@Suite(.serialized) struct CaseAbuseTests {
  /// The clock's operations have ids that anybody can compute, and a tenant chooses those of its own.
  @Test func nobodyWhoIsNamedLikeTheClockStopsIt() throws {
    let platform = try TestPlatform.lawful()
    try platform.loadSuite()
    let hotel = try Applicant(platform)
    try hotel.open()
    let notice = try hotel.act(.notice(text: "risks in operation"), by: "reviewer", Ground(12, 3)).number
    let next = "hotel \(notice + 1) \(Act.deemReceived(subject: notice))"
    try passConformance(
      platform, as: "clock", operation: Array(sha256(Array(next.utf8).span).prefix(16)))
    try platform.pass(until: "2026-08-10 10:00")
    #expect(try hotel.law.state == .suspended)
    #expect(platform.logged.count(of: "term_not_recorded") == 0)
  }

  private func passConformance(_ platform: TestPlatform, as id: String, operation: [UInt8]) throws {
    let identity = try platform.authority.issue(.tenantMobile, name: id)
    try platform.provision([platform.tenant(id, .mobileCertificate, identity)])
    let profile = platform.profile(tenant: id, identity: identity, key: identity.key)
    let client = ConformanceClient(profile, clock: platform.clock) { _ in }
    let start = try client.start()
    let requests = ConformanceClient.requestCases.flatMap { row in
      client.play(row).requests.map { CaseRequest(name: row.id, requestDigest: $0.digest) }
    }
    let body = FinishConformanceRequest(
      salt: freshSalt(), operationID: operation, run: start.run, requests: requests,
      believed: start.specimens.map(client.believes))
    let answer = try platform.session(profile).call(
      ClientDraft(method: "passgate.v1.Conformance/Finish", body: body.encoded(), timeout: 20_000))
    try #require(answer.reason == .noReason)
  }

  //= Measures art.10
  //= type=test
  @Test func noPageEscapesTheRecordOfTheSupervisorsReading() throws {
    let platform = try TestPlatform.lawful()
    let hotel = try Applicant(platform)
    try hotel.open()
    let before = try platform.ledgerLength()
    // From behind the first event on, twice; and the list from behind the first letter.
    let page = GetCaseRequest(salt: freshSalt(), tenantID: hotel.id, after: 1).encoded()
    let list = ListCasesRequest(salt: freshSalt(), after: "0").encoded()
    let session = try hotel.officer("supervisor")
    for (method, body) in [("GetCase", page), ("GetCase", page), ("ListCases", list)] {
      let draft = ClientDraft(method: "passgate.v1.Supervision/\(method)", body: body)
      #expect(try session.call(draft).reason == .noReason)
    }
    #expect(try platform.ledgerLength() == before + 3)
  }

  /// A message has at most 4,096 elements, and complaints are small.
  @Test func aFloodOfHiddenEventsLeavesTheCaseReadable() throws {
    let platform = try TestPlatform.lawful()
    let hotel = try Applicant(platform)
    try hotel.open()
    let cases = try #require(platform.cases)
    for number in 0..<500 {
      let anomaly = Anomaly(detector: "volume", text: "figure \(number)", since: 1, until: 2)
      #expect(cases.note(.reportAnomaly(anomaly), by: .platform, tenantID: hotel.id).reason == .noReason)
    }
    let first = try GetCaseReply(decoding: hotel.history().body.span)
    #expect(first.events.count == 500 && first.next == 500)
    let body = GetCaseRequest(salt: freshSalt(), tenantID: hotel.id, after: first.next)
    let answer = try hotel.own().call(
      ClientDraft(method: "passgate.v1.Onboarding/GetCase", body: body.encoded()))
    let rest = try GetCaseReply(decoding: answer.body.span)
    #expect(try rest.next == 0 && 500 + UInt64(rest.events.count) == hotel.law.lastNumber)
  }

  /// Many applications whose materials end on one day: an officer is answered meanwhile, and all of it is recorded.
  @Test func aNightOfManyEndsHoldsNobodyUp() throws {
    let platform = try TestPlatform.lawful()
    let hotel = try Applicant(platform)
    try hotel.uploadMaterials()
    let dossier = Applicant.dossier(
      expiring: Dictionary(uniqueKeysWithValues: MaterialKind.allCases.map { ($0, "2026-07-10") }))
    for number in 0..<20 {
      var request = try hotel.request(.apply(dossier))
      request.tenantID = "a-\(number)"
      #expect(try hotel.call(request, over: hotel.own()).reason == .noReason)
    }
    platform.clock.advance(milliseconds: 40 * 86_400_000)
    try platform.trustClock()
    let cases = try #require(platform.cases)
    let deadline = SystemClock().monotonicNanoseconds() + 20_000_000_000
    let list = ListCasesRequest(salt: freshSalt(), after: "").encoded()
    while cases.allFolders.contains(where: { $0.law.nextDue != nil }),
      SystemClock().monotonicNanoseconds() < deadline
    {
      let draft = ClientDraft(method: "passgate.v1.Supervision/ListCases", body: list)
      #expect(try hotel.officer("reviewer").call(draft).reason == .noReason)
    }
    // Applied, five ends of materials, five terms of fifteen days.
    #expect(cases.allFolders.allSatisfy { $0.law.lastNumber == 11 })
  }

  /// Whatever strangers keep busy.
  @Test func officersDoNotWaitForStrangers() throws {
    let platform = try TestPlatform.lawful()
    let hotel = try Applicant(platform)
    let service = try platform.service(of: .production)
    let isOver = Atomic<Bool>(false)
    defer { isOver.store(true, ordering: .relaxed) }
    for _ in 0..<2 { #expect(service.visitors.submit { while !isOver.load(ordering: .relaxed) {} }) }
    let list = ListCasesRequest(salt: freshSalt(), after: "").encoded()
    let draft = ClientDraft(method: "passgate.v1.Supervision/ListCases", body: list)
    #expect(try hotel.officer("reviewer").call(draft).reason == .noReason)
  }

  /// The law sees one case and a directory one deployment: an organisation with two cases had a key in both.
  //= Measures art.7(3)
  //= type=test
  @Test func aKeyOfOneDeploymentIsNotAnotherCasesInTheOther() throws {
    let platform = try TestPlatform.lawful()
    let (hotel, inn) = (try Applicant(platform), try Applicant(platform, id: "inn"))
    try hotel.comeToDebugging()
    try inn.comeToAgreement()
    let key = try PrivateKey.generate(.ecdsaP256SHA256)
    for (applicant, deployment) in [(hotel, Deployment.sandbox), (inn, .production)] {
      try applicant.act(.requestCertificate(applicant.order(key, in: deployment)))
    }
    try hotel.act(
      .registerCertificate(hotel.registration(hotel.certify(key), in: .sandbox)), by: "key-officer")
    let identity = try inn.certify(key)
    try inn.expect(
      .certificateRefused, .registerCertificate(inn.registration(identity, in: .production)),
      by: "key-officer", at: "act.register_certificate.key_id")
  }
}
