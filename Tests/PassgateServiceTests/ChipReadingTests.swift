import PassgateClient
import PassgateDomain
import PassgateSoftChip
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService

/// Chips that the platform reads over a tenant's reader.
@Suite(.serialized) struct ChipReadingTests {
  private func desk(_ travellers: Traveller...) throws -> (platform: TestPlatform, desk: ReaderDesk) {
    let platform = try TestPlatform()
    for traveller in travellers { try traveller.arrive(at: platform) }
    return (platform, ReaderDesk(session: try platform.mobileTenant().session, platform: platform))
  }

  //= Measures art.4(3)
  //= type=test
  @Test(arguments: [
    ("chinese-passport", ChipFindings.Access.bac), ("home-return-permit", .paceGM),
  ]) func aGenuineChipIsRead(_ recipe: String, _ access: ChipFindings.Access) throws {
    let traveller = try Traveller(recipe)
    let (platform, desk) = try desk(traveller)
    var progress: [UInt32] = []
    let reading = try desk.read(traveller.claim, traveller.chip()) { progress.append($0.progress) }
    let result = try #require(
      reading.result, "\(reading.answer.reason) \(reading.answer.refusal?.field ?? "")")
    #expect(result.verdict.verdict == .consistent)
    #expect(result.findings.access == access && result.findings.accessSecret == .mrz)
    #expect(result.findings.chipGenuine == .activeAuthentication)
    #expect(result.fields?.portrait.isEmpty == false)
    #expect(reading.turns <= 15, "some ten round trips")
    #expect(progress == progress.sorted() && progress.allSatisfy { $0 <= 100 })
    #expect(try platform.metrics().contains(#"passgate_chip_readings{deployment="sandbox"} 0"#))
  }

  @Test func aCardAccessNumberOpensACard() throws {
    let traveller = try Traveller("home-return-permit")
    let (_, desk) = try desk(traveller)
    var claim = traveller.claim
    claim.expiry = ""
    let can = try #require(traveller.made.document.accessNumber)
    let result = try #require(try desk.read(claim, can: can, traveller.chip()).result)
    #expect(result.verdict.verdict == .consistent && result.findings.accessSecret == .can)
    let wrong = can == "000000" ? "000001" : "000000"
    let refused = try desk.read(claim, can: wrong, traveller.chip()).answer
    #expect(refused.reason == .chipFault && refused.refusal?.field == "password")
  }

  @Test func withoutExpiryThereIsNoPassword() throws {
    let traveller = try Traveller()
    let (_, desk) = try desk(traveller)
    var claim = traveller.claim
    claim.expiry = ""
    let answer = try desk.start(claim)
    #expect(answer.reason == .malformedBody && answer.refusal?.field == "claim.expiry")
  }

  @Test func anotherDocumentsClaimDoesNotOpenIt() throws {
    let traveller = try Traveller()
    let (platform, desk) = try desk(traveller)
    var claim = traveller.claim
    claim.birthDate = "1961-01-01"
    let refused = try desk.read(claim, traveller.chip()).answer
    #expect(refused.reason == .chipFault && refused.refusal?.field == "password")
    #expect(
      try platform.metrics().contains(#"passgate_chip_faults_total{deployment="sandbox",step="password"} 1"#))
  }

  @Test(arguments: [
    ("sm-plain-status", "messaging"), ("sm-wrong-code", "messaging"), ("second-chip", "messaging"),
    ("empty-answers", "reader"), ("one-byte-answers", "reader"),
  ]) func aChipThatFailsEndsTheReading(_ fault: String, _ step: String) throws {
    let traveller = try Traveller()
    let (platform, desk) = try desk(traveller)
    let refused = try desk.read(traveller.claim, traveller.chip(fault)).answer
    #expect(refused.reason == .chipFault)
    #expect(refused.refusal?.field == step)
    #expect(try platform.metrics().contains(#"passgate_chip_readings{deployment="sandbox"} 0"#))
  }

  @Test func aCopyWithoutTheKeyIsNotGenuine() throws {
    let traveller = try Traveller()
    let (_, desk) = try desk(traveller)
    let result = try #require(try desk.read(traveller.claim, traveller.chip("clone-own-keys")).result)
    #expect(result.verdict.verdict == .inconsistent && result.findings.chipGenuine == .failed)
  }

  // MARK: Turns

  /// Begins a reading, and the first turn's answers.
  private func begun(
    _ desk: ReaderDesk, _ traveller: Traveller
  ) throws -> (turn: ChipTurn, answers: [[UInt8]]) {
    let turn = try #require(try desk.start(traveller.claim).turn)
    #expect(turn.turn == 1)
    var chip = traveller.chip()
    return (turn, ReaderDesk.carry(turn.commands, to: &chip))
  }

  @Test func aTurnAnsweredAgainEndsTheReading() throws {
    let traveller = try Traveller()
    let (_, desk) = try desk(traveller)
    let (turn, answers) = try begun(desk, traveller)
    let next = try #require(try desk.proceed(turn, answers).turn)
    #expect(try desk.proceed(turn, answers).reason == .readingEnded)
    #expect(try desk.proceed(next, answers).reason == .noSuchReading)
  }

  @Test(arguments: [0, 2, 7] as [UInt32]) func aTurnOutOfOrderEndsTheReading(_ number: UInt32) throws {
    let traveller = try Traveller()
    let (_, desk) = try desk(traveller)
    var (turn, answers) = try begun(desk, traveller)
    turn.turn = number
    #expect(try desk.proceed(turn, answers).reason == .readingEnded)
    turn.turn = 1
    #expect(try desk.proceed(turn, answers).reason == .noSuchReading)
  }

  @Test func aReadingIsItsTenantsInItsScene() throws {
    let traveller = try Traveller()
    let (platform, desk) = try desk(traveller)
    let other = ReaderDesk(session: try platform.mobileTenant("inn").session)
    for stranger in [other, ReaderDesk(session: desk.session, scene: "transport")] {
      let (turn, answers) = try begun(desk, traveller)
      #expect(try stranger.proceed(turn, answers).reason == .noSuchReading)
      #expect(try desk.proceed(turn, answers).reason == .noSuchReading, "it is over for its owner, too")
    }
  }

  @Test func turnsMayTravelOnOtherConnections() throws {
    let traveller = try Traveller()
    let platform = try TestPlatform()
    try traveller.arrive(at: platform)
    let (identity, session) = try platform.mobileTenant()
    let (turn, answers) = try begun(ReaderDesk(session: session), traveller)
    let second = try platform.session(
      platform.profile(tenant: "hotel", identity: identity, key: identity.key))
    #expect(try ReaderDesk(session: second).proceed(turn, answers).turn?.turn == 2)
  }

  @Test func moreAnswersThanCommandsEndTheReading() throws {
    let traveller = try Traveller()
    let (_, desk) = try desk(traveller)
    let (turn, _) = try begun(desk, traveller)
    let tooMany = [[UInt8]](repeating: [0x90, 0x00], count: turn.commands.count + 1)
    let refused = try desk.proceed(turn, tooMany)
    #expect(refused.reason == .chipFault && refused.refusal?.field == "limits")
  }

  @Test func aReadingIsForOneTenantOfManyAtOnce() throws {
    let traveller = try Traveller()
    let (platform, desk) = try desk(traveller)
    for _ in 0..<512 { #expect(try desk.start(traveller.claim).turn != nil) }
    let refused = try desk.start(traveller.claim)
    #expect(refused.reason == .tooManyReadings)
    #expect((1...60_000).contains(refused.refusal?.retryAfterMilliseconds ?? 0))
    let other = ReaderDesk(session: try platform.mobileTenant("inn").session)
    #expect(try other.start(traveller.claim).turn != nil)
    #expect(try platform.metrics().contains(#"passgate_chip_readings{deployment="sandbox"} 513"#))
  }

  @Test func aSuspensionEndsReadingsToo() throws {
    let traveller = try Traveller()
    let (platform, desk) = try desk(traveller)
    let (turn, answers) = try begun(desk, traveller)
    let published = try platform.service.directory
    var directory = published.read()
    var tenant = try #require(directory.tenant("hotel"))
    tenant.state = .suspended
    _ = try directory.apply(tenants: [tenant])
    published.replace(directory)
    #expect(try desk.proceed(turn, answers).reason == .tenantSuspended)
  }

  // MARK: What the agreement names

  private func agree(
    _ platform: TestPlatform, perMinute: UInt32 = 1_000, _ change: (inout PassgateDomain.SceneScope) -> Void
  ) throws {
    var scope = PassgateDomain.SceneScope(
      scene: "lodging", field: .lodging, checks: Set(PassgateDomain.CheckKind.allCases),
      elements: Set(PassgateDomain.OptionalElement.allCases),
      documentTypes: Set(PassgateDomain.DocumentType.allCases), hours: .allDay, legalBasis: "法规")
    change(&scope)
    let published = try platform.service.directory
    var directory = published.read()
    var tenant = try #require(directory.tenant("hotel"))
    tenant.policy = Policy(
      scopes: [scope], quota: PassgateDomain.Volume(checksPerDay: 10_000, peakPerMinute: perMinute))
    _ = try directory.apply(tenants: [tenant])
    published.replace(directory)
  }

  //= Measures art.9(1)
  //= type=test
  @Test func whatIsNotAgreedIsNeitherReadNorTold() throws {
    let traveller = try Traveller()
    let (platform, desk) = try desk(traveller)
    try agree(platform) { ($0.elements, $0.checks) = ([.expiry], [.realName, .chip]) }
    let read = try #require(try desk.read(traveller.claim, traveller.chip()).result)
    #expect(read.verdict.verdict == .consistent)
    #expect(read.findings.groups.first { $0.kind == .dg2 }?.hash == .notSupplied, "the portrait was not read")
    for result in [read, try desk.verify(traveller.claim, traveller.files).chipResult] {
      let fields = try #require(result?.fields)
      #expect(fields.portrait.isEmpty && fields.sex == nil && fields.mrz.isEmpty)
      #expect(fields.expiry == traveller.record.expiry?.iso)
    }
    // What is compared is read, and not told.
    try agree(platform) { $0.elements = [.expiry] }
    let compared = try #require(try desk.read(traveller.claim, traveller.chip()).result)
    #expect(compared.findings.groups.first { $0.kind == .dg2 }?.hash == .match)
    #expect(compared.fields?.portrait.isEmpty == true)
    try agree(platform) { $0.elements = [.portrait] }
    for answer in [try desk.start(traveller.claim), try desk.verify(traveller.claim, traveller.files)] {
      #expect(answer.reason == .elementNotAgreed && answer.refusal?.field == "claim.expiry")
    }
    try agree(platform) { $0.documentTypes = [.permit] }
    #expect(try desk.start(traveller.claim).reason == .documentTypeNotAgreed)
    try agree(platform) { $0.checks = [.realName] }
    for answer in [try desk.start(traveller.claim), try desk.verify(traveller.claim, traveller.files)] {
      #expect(answer.reason == .checkNotAgreed)
    }
  }

  //= Measures art.8
  //= type=test
  @Test func aReadingCountsOnce() throws {
    let traveller = try Traveller()
    let (platform, desk) = try desk(traveller)
    try agree(platform, perMinute: 2) { _ in }
    #expect(try desk.read(traveller.claim, traveller.chip()).result != nil)
    #expect(try desk.verify(traveller.claim, traveller.files).chipResult != nil)
    #expect(try desk.start(traveller.claim).reason == .quotaExceeded)
  }

  // MARK: What is kept

  /// Evidence and log have the verdict and nothing that the chip, the claim or the reader said.
  @Test func nothingOfTheChipIsKept() throws {
    let traveller = try Traveller("home-return-permit")
    let (platform, desk) = try desk(traveller)
    let can = try #require(traveller.made.document.accessNumber)
    #expect(try desk.read(traveller.claim, can: can, traveller.chip()).result != nil)
    _ = try desk.read(traveller.claim, traveller.chip("sm-wrong-code"))
    _ = try desk.verify(traveller.claim, traveller.files)
    let entries = try platform.evidence().flatMap(\.entries)
    #expect(entries.flatMap(\.verdicts) == [.consistent, .consistent])
    let kept = entries.map { $0.encoded() }.reduce([], +) + platform.logged.all.flatMap { Array($0.utf8) }
    let files = traveller.made.document.files
    for secret in [
      Array(traveller.record.number.key.utf8), Array(traveller.record.hanName.utf8), Array(can.utf8),
      Array((files[.dg1] ?? []).suffix(20)), Array((files[.sod] ?? []).suffix(32)),
    ] {
      #expect(!kept.contains(secret))
    }
  }
}
