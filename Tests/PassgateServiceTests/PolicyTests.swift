import PassgateClient
import PassgateDomain
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService

/// What was agreed, held against real requests: each term by itself, with its reason, article and remedy.
@Suite(.serialized) struct PolicyTests {
  private typealias Change = @Sendable (inout PassgateDomain.Tenant) -> Void

  /// What the sandbox's tenant may be asked beside: everything.
  private static let scope = PassgateDomain.SceneScope(
    scene: "lodging", field: .lodging, checks: Set(PassgateDomain.CheckKind.allCases),
    elements: Set(PassgateDomain.OptionalElement.allCases),
    documentTypes: Set(PassgateDomain.DocumentType.allCases), hours: .allDay, legalBasis: "法规")

  /// A tenant's record with one scene whose terms are changed.
  private static func agreed(
    perDay: UInt32 = 10_000,
    _ change: @Sendable @escaping (inout PassgateDomain.SceneScope) -> Void = { _ in }
  ) -> Change {
    { tenant in
      var scope = scope
      change(&scope)
      tenant.policy = Policy(
        scopes: [scope], quota: PassgateDomain.Volume(checksPerDay: perDay, peakPerMinute: 1_000))
    }
  }

  private static func inState(_ state: PassgateDomain.TenantState) -> Change { { $0.state = state } }

  /// Changes the tenant's record as an act in its case would.
  private func record(_ platform: TestPlatform, _ change: Change) throws {
    let published = try platform.service.directory
    var directory = published.read()
    var tenant = try #require(directory.tenant("hotel"))
    change(&tenant)
    _ = try directory.apply(tenants: [tenant])
    published.replace(directory)
  }

  private static var fullClaim: PassgateWire.IdentityClaim {
    var claim = Guest.claim()
    claim.sex = .female
    claim.expiry = "2031-06-30"
    return claim
  }

  private func batch(_ claims: [PassgateWire.IdentityClaim]) -> ClientDraft {
    ClientDraft(
      method: "passgate.v1.Verification/VerifyBatch", scene: "lodging",
      body: VerifyBatchRequest(salt: freshSalt(), claims: claims).encoded())
  }

  // MARK: Terms

  //= Measures art.4
  //= type=test
  //= Measures art.9(1)
  //= type=test
  //= Measures art.13(3)
  //= type=test
  @Test(arguments: [
    (agreed(), Reason.noReason, ""),
    (agreed { $0.scene = "check-in" }, .sceneNotAgreed, ""),
    (agreed { $0.checks = [.realPerson, .chip] }, .checkNotAgreed, ""),
    (agreed { $0.elements = [.expiry] }, .elementNotAgreed, "claim.sex"),
    (agreed { $0.elements = [.sex] }, .elementNotAgreed, "claim.expiry"),
    (agreed { $0.documentTypes = [.passport] }, .documentTypeNotAgreed, "claim.document_type"),
    // The test's clock stands at 08:00 in Beijing.
    (agreed { $0.hours = DailyHours(from: 481, until: 480) }, .outsideHours, ""),
    (agreed { $0.hours = DailyHours(from: 1320, until: 481) }, .noReason, ""),
    (inState(.notOpen), .tenantNotOpen, ""), (inState(.suspended), .tenantSuspended, ""),
    (inState(.terminated), .tenantTerminated, ""),
  ]) private func eachTermHasItsReason(_ change: Change, _ reason: Reason, _ field: String) throws {
    let platform = try TestPlatform()
    try platform.load([Guest.record])
    let (_, session) = try platform.mobileTenant()
    try record(platform, change)
    for draft in [Guest.draft(Self.fullClaim), batch([Self.fullClaim])] {
      let answer = try session.call(draft)
      #expect(answer.reason == reason)
      guard reason != .noReason else { continue }
      let refusal = try #require(answer.refusal)
      let place = draft.method.hasSuffix("Batch") ? field.replacing("claim.", with: "claims[0].") : field
      #expect(refusal.field == place && refusal.article == reason.article)
      #expect(refusal.article.hasPrefix("Measures art.") && refusal.remedy == reason.remedy)
      #expect(
        try platform.evidence().flatMap(\.entries).allSatisfy(\.verdicts.isEmpty), "recorded, unchecked")
    }
  }

  /// All of a batch or nothing: one claim outside of the agreement, and none is looked up or counted.
  @Test func aBatchWithOneClaimOutsideOfTheAgreementIsRefusedWhole() throws {
    let platform = try TestPlatform()
    try platform.load([Guest.record])
    let (_, session) = try platform.mobileTenant()
    try record(platform, Self.agreed { $0.elements = [.expiry] })
    let wrong = Guest.claim(birthDate: "1985-03-15")
    for place in 0..<4 {
      var claims = [wrong, Guest.claim(), wrong, Guest.claim()]
      claims[place].sex = .female
      let refused = try session.call(batch(claims))
      #expect(refused.reason == .elementNotAgreed && refused.refusal?.field == "claims[\(place)].sex")
    }
    #expect(try platform.evidence().flatMap(\.entries).allSatisfy(\.verdicts.isEmpty))
    #expect(try session.call(batch([wrong, Guest.claim()])).status == .ok)
  }

  @Test func changedTermsHoldOnAnOpenConnection() throws {
    let platform = try TestPlatform()
    let (_, session) = try platform.mobileTenant()
    #expect(try session.call(Guest.draft()).status == .ok)
    try record(platform, Self.agreed { $0.checks = [.chip] })
    #expect(try session.call(Guest.draft()).reason == .checkNotAgreed)
    try record(platform, Self.agreed())
    #expect(try session.call(Guest.draft()).status == .ok)
  }

  @Test func hoursEndByTheClockInBeijing() throws {
    let platform = try TestPlatform()
    let (_, session) = try platform.mobileTenant()
    try record(platform, Self.agreed { $0.hours = DailyHours(from: 480, until: 481) })
    platform.clock.advance(milliseconds: 59_999)
    #expect(try session.call(Guest.draft()).status == .ok)
    platform.clock.advance(milliseconds: 1)
    #expect(try session.call(Guest.draft()).reason == .outsideHours)
    platform.clock.advance(milliseconds: 86_400_000 - 60_000)
    #expect(try session.call(Guest.draft()).status == .ok)
  }

  // MARK: Quotas

  //= Measures art.8
  //= type=test
  @Test func theDaysQuotaBeginsAnewAtMidnightInBeijing() throws {
    let platform = try TestPlatform()
    let (_, session) = try platform.mobileTenant()
    try record(platform, Self.agreed(perDay: 3))
    let midnight: UInt64 = 16 * 3_600_000
    platform.clock.advance(milliseconds: midnight - 1)
    #expect(try session.call(batch([Guest.claim(), Guest.claim()])).status == .ok)
    #expect(try session.call(Guest.draft()).status == .ok)
    let refused = try session.call(Guest.draft())
    #expect(refused.reason == .dailyQuotaExceeded && refused.refusal?.retryAfterMilliseconds == 1)
    #expect(refused.refusal?.article == "Measures art.8")
    platform.clock.advance(milliseconds: 1)
    #expect(try session.call(Guest.draft()).status == .ok)
  }

  /// A technical act: a reason of its own without an article, and the tenant stays open.
  @Test func aThrottleLowersTheMinuteUntilItsTime() throws {
    let platform = try TestPlatform()
    let (_, session) = try platform.mobileTenant()
    let until = platform.clock.wallMilliseconds() + 5_000
    try record(platform) { $0.throttle = Throttle(checksPerMinute: 2, until: until) }
    for _ in 0..<2 { #expect(try session.call(Guest.draft()).status == .ok) }
    let refused = try session.call(Guest.draft())
    #expect(refused.reason == .throttled && refused.refusal?.article == "")
    #expect((1...5_000).contains(refused.refusal?.retryAfterMilliseconds ?? 0))
    #expect(try platform.service.directory.read().tenant("hotel")?.state == .open)
    platform.clock.advance(milliseconds: 5_000)
    #expect(try session.call(Guest.draft()).status == .ok)
  }

  @Test func aThrottleAboveWhatWasAgreedChangesNothing() throws {
    let platform = try TestPlatform()
    let (_, session) = try platform.mobileTenant()
    let until = platform.clock.wallMilliseconds() + 60_000
    try record(platform) { tenant in
      tenant.policy = Policy(allowingAllIn: ["lodging"], checksPerMinute: 1)
      tenant.throttle = Throttle(checksPerMinute: 2, until: until)
    }
    #expect(try session.call(Guest.draft()).status == .ok)
    #expect(try session.call(Guest.draft()).reason == .quotaExceeded)
  }

  // MARK: The table

  //= Measures art.4
  //= type=test
  @Test func everyMethodOfVerificationIsAWayOfChecking() {
    for method in Method.all where method.caller == .tenant {
      let isCheck = method.name.hasPrefix("passgate.v1.Verification/")
      #expect((Route.named(method.name)?.check != nil) == isCheck, "\(method.name)")
    }
  }
}
