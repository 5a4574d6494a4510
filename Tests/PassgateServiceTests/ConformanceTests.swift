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

/// Joint debugging over real TLS, in both access modes.
@Suite(.serialized) struct ConformanceTests {
  //= Measures art.7(3)
  //= type=test
  @Test func aMobileTenantPassesEveryCase() throws {
    let platform = try TestPlatform()
    try platform.loadSuite()
    let identity = try platform.authority.issue(.tenantMobile, name: "hotel")
    try platform.provision([platform.tenant("hotel", .mobileCertificate, identity)])
    try expectPass(platform, platform.profile(tenant: "hotel", identity: identity, key: identity.key))
  }

  @Test func anSM2TenantWithTwoKeysPassesEveryCase() throws {
    let platform = try TestPlatform()
    try platform.loadSuite()
    let keys = try (0..<2).map { _ in try platform.authority.issue(.tenantMobile, .sm2SM3, name: "hotel") }
    let tls = try (0..<2).map { _ in try platform.authority.issue(.tenantTLS, name: "hotel") }
    var tenant = platform.tenant("hotel", .mobileCertificate, keys[0], .sm2SM3, tls: tls[0])
    tenant.keys += platform.tenant("hotel", .mobileCertificate, keys[1], .sm2SM3, tls: tls[1]).keys
    try platform.provision([tenant])
    let profiles = zip(keys, tls).map {
      platform.profile(tenant: "hotel", identity: $1, key: $0.key, .sm2SM3)
    }
    try expectPass(platform, profiles[0], second: profiles[1])
    // With two live keys, one alone is not enough.
    let report = try run(platform, profiles[0])
    #expect(report.failures == ["second-key"])
  }

  @Test(arguments: [SignatureAlgorithm.ecdsaP256SHA256, .rsaPKCS1SHA256])
  func aSigningServersTenantPassesEveryCase(_ algorithm: SignatureAlgorithm) throws {
    let platform = try TestPlatform()
    try platform.loadSuite()
    let identity = try platform.authority.issue(.tenantSigning, algorithm, name: "airline")
    try platform.provision([platform.tenant("airline", .signingServer, identity, algorithm)])
    try expectPass(
      platform, platform.profile(tenant: "airline", identity: nil, key: identity.key, algorithm))
  }

  // MARK: Runs that must not count

  @Test func aRunIsItsTenantsAndGoodOnce() throws {
    let platform = try TestPlatform()
    try platform.loadSuite()
    let (identity, session) = try platform.mobileTenant("hotel")
    let (_, stranger) = try platform.mobileTenant("hostel")
    let passes = Passes()
    try platform.service.conformance.whenPassed(passes.take)
    let client = ConformanceClient(
      platform.profile(tenant: "hotel", identity: identity, key: identity.key), clock: platform.clock
    ) { _ in }
    let start = try client.start()
    let trials = ConformanceClient.requestCases.map { client.play($0) }
    var body = FinishConformanceRequest(
      salt: freshSalt(), operationID: try randomBytes(16), run: start.run,
      requests: trials.flatMap { trial in
        trial.requests.map { CaseRequest(name: trial.conformanceCase.id, requestDigest: $0.digest) }
      }, believed: start.specimens.map(client.believes))
    // Another tenant's, and one that was never begun.
    #expect(try finish(body, on: stranger).reason == .conformanceRefused)
    var other = body
    (other.run, other.operationID) = (try randomBytes(16), try randomBytes(16))
    #expect(try finish(other, on: session).reason == .conformanceRefused)
    #expect(passes.all.isEmpty)
    // Its own: once, and repeated the same.
    let first = try #require(try report(try finish(body, on: session)))
    #expect(first.passed)
    body.salt = freshSalt()
    #expect(try report(try finish(body, on: session)) == first)
    #expect(passes.all == ["hotel", "hotel"])
    body.operationID = try randomBytes(16)
    #expect(try finish(body, on: session).refusal?.field == "run")
    try platform.restart()
    let later = try platform.session(
      platform.profile(tenant: "hotel", identity: identity, key: identity.key))
    #expect(try finish(body, on: later).reason == .conformanceRefused)
  }

  @Test func aRunLastsAnHour() throws {
    let platform = try TestPlatform()
    try platform.loadSuite()
    let (identity, session) = try platform.mobileTenant("hotel")
    let client = ConformanceClient(
      platform.profile(tenant: "hotel", identity: identity, key: identity.key), clock: platform.clock
    ) { _ in }
    for (minutes, reason) in [(59, Reason.noReason), (60, .conformanceRefused)] {
      let start = try client.start()
      #expect(start.untilMilliseconds == platform.clock.wallMilliseconds() + 3_600_000)
      platform.clock.advance(milliseconds: UInt64(minutes) * 60_000)
      let body = FinishConformanceRequest(
        salt: freshSalt(), operationID: try randomBytes(16), run: start.run, requests: [], believed: [])
      let answer = try finish(body, on: session)
      #expect(answer.reason == reason)
      // A run that failed is answered with a report, and is over.
      #expect(try report(answer)?.passed == (reason == .noReason ? false : nil))
      #expect(try finish(body, on: session).reason == .conformanceRefused)
    }
  }

  @Test func aSandboxWithoutThePersonsSaysSo() throws {
    let platform = try TestPlatform()
    let (identity, _) = try platform.mobileTenant("hotel")
    let client = ConformanceClient(
      platform.profile(tenant: "hotel", identity: identity, key: identity.key), clock: platform.clock
    ) { _ in }
    let fault = #expect(throws: ConformanceFault.self) { try client.start() }
    #expect("\(fault as Any)".contains("the persons of the suite are not on record"))
  }

  @Test func specimensComeInAnOrderOfTheirOwn() throws {
    let platform = try TestPlatform()
    try platform.loadSuite()
    let (identity, _) = try platform.mobileTenant("hotel")
    let client = ConformanceClient(
      platform.profile(tenant: "hotel", identity: identity, key: identity.key), clock: platform.clock
    ) { _ in }
    let orders = try (0..<4).map { _ in try client.start().specimens.map(client.believes) }
    #expect(Set(orders).count > 1)
    #expect(orders.allSatisfy { $0.count == ConformanceSuite.replyCases.count })
  }

  /// The platform's own key of another purpose takes the place of a stranger's.
  @Test func aMisusedKeyOfThePlatformIsNotBelieved() throws {
    let platform = try TestPlatform()
    try platform.loadSuite()
    let misused = try platform.authority.issue(.serverTLS)
    var configuration = try platform.service.configuration.read()
    configuration.misusedKey = SigningKey(
      signer: try FileSigner(misused.key, .ecdsaP256SHA256), chain: misused.chain)
    try platform.service.reconfigure(configuration)
    let identity = try platform.authority.issue(.tenantMobile, name: "hotel")
    try platform.provision([platform.tenant("hotel", .mobileCertificate, identity)])
    let profile = platform.profile(tenant: "hotel", identity: identity, key: identity.key)
    let client = ConformanceClient(profile, clock: platform.clock) { _ in }
    let start = try client.start()
    let shown = start.specimens.filter {
      $0.keys.first?.certificates.first == misused.certificate.der
    }
    #expect(shown.count == 1 && !shown.map(client.believes).contains(true))
    #expect(start.specimens.map(client.believes).count { $0 } == 10)
  }

  /// Nobody can fill a tenant's memory with requests that nobody signed.
  @Test func aConnectionThatHasShownNobodyIsNotHeard() throws {
    let platform = try TestPlatform()
    try platform.loadSuite()
    let (identity, session) = try platform.mobileTenant("hotel")
    let profile = platform.profile(tenant: "hotel", identity: identity, key: identity.key)
    let start = try ConformanceClient(profile, clock: platform.clock) { _ in }.start()
    let quiet = try platform.session(profile)
    var digests: [[UInt8]] = []
    for session in [quiet, quiet, session] {
      var request = try session.sign([Guest.draft()])[0]
      // The second of the quiet connection's requests is right, and what comes behind it would be heard.
      if digests.count != 1 { request.signature.value[8] ^= 1 }
      _ = try session.send([request])
      let answer = try session.next(deadline: SystemClock().monotonicNanoseconds() + 10_000_000_000)
      digests.append(try #require(answer).header.requestDigest)
    }
    let cases = ["altered-signature", "altered-body", "altered-path"]
    let body = FinishConformanceRequest(
      salt: freshSalt(), operationID: try randomBytes(16), run: start.run,
      requests: zip(cases, digests).map { CaseRequest(name: $0, requestDigest: $1) }, believed: [])
    let results = try #require(try report(try finish(body, on: session))).results
    let seen = cases.map { name in results.first { $0.name == name }?.seen }
    #expect(seen == ["", "CONSISTENT", ""])
  }

  // MARK: Reports

  @Test func aReportIsBelievedUnderItsOwnSignatureAlone() throws {
    let platform = try TestPlatform()
    try platform.loadSuite()
    let (identity, session) = try platform.mobileTenant("hotel")
    let client = ConformanceClient(
      platform.profile(tenant: "hotel", identity: identity, key: identity.key), clock: platform.clock
    ) { _ in }
    let run = try client.start().run
    let answer = try finish(
      FinishConformanceRequest(
        salt: freshSalt(), operationID: try randomBytes(16), run: run, requests: [], believed: []),
      on: session)
    let reply = try FinishConformanceReply(decoding: answer.body.span)
    let now = Int64(platform.clock.wallMilliseconds() / 1_000)
    let anchors = [platform.authority.root]
    #expect(try ReportVerifier.report(reply, anchors: anchors, at: now).tenantID == "hotel")
    let changes: [(inout FinishConformanceReply) -> Void] = [
      { $0.report[$0.report.count - 1] ^= 1 }, { $0.signature.value[8] ^= 1 },
      { $0.signature.treeSize = 2 }, { $0.key.algorithm = 2 },
      { $0.key.certificates = [identity.certificate.der] },
    ]
    for change in changes {
      var changed = reply
      change(&changed)
      #expect(throws: ClientError.self) { try ReportVerifier.report(changed, anchors: anchors, at: now) }
    }
    let strangers = [try TestAuthority().root]
    #expect(throws: ClientError.self) { try ReportVerifier.report(reply, anchors: strangers, at: now) }
  }

  private func finish(_ body: FinishConformanceRequest, on session: ClientSession) throws -> ClientAnswer {
    try session.call(
      ClientDraft(method: "passgate.v1.Conformance/Finish", body: body.encoded(), timeout: 20_000))
  }

  private func report(_ answer: ClientAnswer) throws -> ConformanceReport? {
    guard answer.status == .ok else { return nil }
    let reply = try FinishConformanceReply(decoding: answer.body.span)
    return try ConformanceReport(decoding: reply.report.span)
  }

  /// The suite has passports, optional elements and hundreds of checks: an organisation that has applied for little
  /// must be able to pass it, and has no more than that before and after.
  @Test func whatWasAppliedForIsNoBoundWhileARunLasts() throws {
    let platform = try TestPlatform()
    try platform.loadSuite()
    let (identity, session) = try platform.mobileTenant("hotel")
    let scope = SceneScope(
      scene: "lodging", field: .lodging, checks: [.realName], elements: [], documentTypes: [.permit],
      hours: .allDay, legalBasis: "a law")
    let service = try platform.service
    var directory = service.directory.read()
    var tenant = try #require(directory.tenant("hotel"))
    tenant.policy = Policy(scopes: [scope], quota: Volume(checksPerDay: 5, peakPerMinute: 2))
    _ = try directory.apply(tenants: [tenant])
    service.directory.replace(directory)
    var passport = Guest.claim(number: "EJ1234567", name: "黄志强", birthDate: "1979-11-02")
    passport.documentType = .passport
    #expect(try session.call(Guest.draft(passport)).reason == .documentTypeNotAgreed)
    let profile = platform.profile(tenant: "hotel", identity: identity, key: identity.key)
    try expectPass(platform, profile)
    #expect(try session.call(Guest.draft(passport)).status != .ok)
    // Beginning and ending a run checks nobody and counts as no check.
    try expectPass(platform, profile)
  }

  private func run(
    _ platform: TestPlatform, _ profile: Profile, second: Profile? = nil
  ) throws -> ConformanceReport {
    let client = ConformanceClient(profile, second: second, clock: platform.clock) { _ in
      Issue.record("nothing had to wait")
    }
    let (signed, trials) = try client.run { _ in }
    for trial in trials where trial.problem != nil {
      Issue.record("\(trial.conformanceCase.id): \(trial.problem ?? "")")
    }
    return signed.report
  }

  private func expectPass(_ platform: TestPlatform, _ profile: Profile, second: Profile? = nil) throws {
    let passes = Passes()
    try platform.service.conformance.whenPassed(passes.take)
    let report = try run(platform, profile, second: second)
    for result in report.results where !result.passed { Issue.record("\(result.name): \(result.seen)") }
    #expect(report.passed && report.results.map(\.name) == ConformanceSuite.all.map(\.id))
    #expect(report.tenantID == profile.tenantID && report.suite == ConformanceSuite.version)
    #expect(passes.all == [profile.tenantID])
  }
}

/// Who passed.
private final class Passes: Sendable {
  private let tenants = Mutex<[String]>([])

  var all: [String] { tenants.withLock { $0 } }

  @Sendable func take(_ tenant: String, _ pass: ConformancePass) -> Outcome? {
    guard pass.cases == UInt32(ConformanceSuite.all.count), pass.report.count == 32 else { return nil }
    tenants.withLock { $0.append(tenant) }
    return nil
  }
}

extension ConformanceReport {
  fileprivate var failures: [String] { results.filter { !$0.passed }.map(\.name) }
}

extension TestPlatform {
  /// Puts the persons of the suite on record.
  func loadSuite() throws {
    try load(
      ConformanceSuite.persons.map { person in
        RegistryRecord(
          documentType: person.type == .permit ? .permit : .passport, number: person.number,
          hanName: person.hanName, latinName: person.latinName,
          formerNames: person.formerNames.isEmpty ? [] : [person.formerNames], birthDate: person.birthDate,
          sex: person.sex == .female ? .female : .male, expiry: person.expiry,
          previousNumbers: person.previousNumbers.split(separator: ";").map(String.init), superseded: false)
      })
  }
}
