import PassgateCaseFile
import PassgateClient
import PassgateCrypto
import PassgateDomain
import PassgateSystem
import PassgateWire
import Testing

@testable import PassgateService

/// Terms under clocks that are right and wrong.
@Suite(.serialized) struct CaseClockTests {
  private static let day: UInt64 = 86_400_000

  /// Open, with a notice whose ten days end with Monday 13 July 2026.
  private func noticed() throws -> (platform: TestPlatform, hotel: Applicant) {
    let platform = try TestPlatform.lawful()
    let hotel = try Applicant(platform)
    try hotel.open()
    let notice = try hotel.act(.notice(text: "risks in operation"), by: "reviewer", Ground(12, 3)).number
    try platform.pass(until: "2026-07-02 10:00")
    try hotel.act(.acknowledge(subject: notice))
    return (platform, hotel)
  }

  /// What is signed with goes on being so, and the log says why.
  @Test func aReloadWithoutAnActiveKeyChangesNoSigner() throws {
    let platform = try TestPlatform.lawful()
    let hotel = try Applicant(platform)
    let service = try platform.service(of: .production)
    var configuration = service.configuration.read()
    configuration.replyKeys.keys.removeAll { $0.algorithm == .ecdsaP256SHA256 }
    service.reconfigure(configuration)
    #expect(platform.logged.count(of: "keys_refused") > 0)
    try hotel.apply()
    #expect(try hotel.file().law.state == .submitted)
  }

  private func isAnswered(_ hotel: Applicant) throws -> Bool {
    try hotel.check(in: .production).verdict?.verdict == .consistent
  }

  //= Measures art.13(1)
  //= type=test
  @Test func aTermThatEndedWhileThePlatformStoodRunsOutAtItsStart() throws {
    let (platform, hotel) = try noticed()
    platform.stop()
    platform.clock.advance(milliseconds: 12 * Self.day)
    try platform.restart()
    hotel.disconnect()
    // Nobody tells it to: the loops look at the clock by themselves.
    let deadline = SystemClock().monotonicNanoseconds() + 20_000_000_000
    while try hotel.law.state == .open, SystemClock().monotonicNanoseconds() < deadline {
      _ = try hotel.check(in: .production)
    }
    #expect(try hotel.law.state == .suspended)
    #expect(try hotel.check(in: .production).reason == .tenantSuspended)
    let lapse = try #require(try hotel.file().entries.last?.event)
    #expect(lapse.clause == Ground(13, 1) && lapse.actors == [.clock])
  }

  @Test func aJumpForwardHoldsEverythingUntilTheClockIsBack() throws {
    let (platform, hotel) = try noticed()
    let start = platform.clock.wallMilliseconds()
    platform.clock.advance(milliseconds: 12 * Self.day)
    #expect(platform.cases?.isHeld == true)
    platform.cases?.runTerms()
    try expectHeld(hotel)
    #expect(try isAnswered(hotel), "checks go on")
    platform.clock.set(wallMilliseconds: start + 60_000)
    #expect(platform.cases?.isHeld == false)
    try hotel.act(.inspect(text: "on site"), by: "reviewer")
    #expect(try hotel.law.state == .open)
    // Again, and this time somebody has looked at the clock.
    platform.clock.advance(milliseconds: 12 * Self.day)
    try expectHeld(hotel)
    try platform.trustClock()
    platform.cases?.runTerms()
    #expect(try hotel.law.state == .suspended)
    #expect(try !isAnswered(hotel))
  }

  /// Nothing comes between the jump and the next look of the loops, whoever acts.
  private func expectHeld(_ hotel: Applicant) throws {
    try hotel.expect(.clockHeld, .inspect(text: "on site"), by: "reviewer")
    let notice = try #require(try hotel.law.matters.first).number
    try hotel.expect(.clockHeld, .giveFeedback(subject: notice, text: "corrected"))
    let complaint = ComplainRequest(
      salt: freshSalt(), operationID: [UInt8](repeating: 1, count: 16), tenantID: hotel.id, organisation: "",
      text: "a fee was asked for")
    try hotel.expect(.clockHeld) {
      try hotel.own().call(
        ClientDraft(method: "passgate.v1.Onboarding/Complain", body: complaint.encoded()))
    }
    let anomaly = Anomaly(detector: "volume", text: "three times its own past", since: 1, until: 2)
    let outcome = hotel.platform.cases?.note(.reportAnomaly(anomaly), by: .platform, tenantID: hotel.id)
    #expect(outcome?.reason == .clockHeld)
  }

  @Test func aJumpBackwardsHoldsToo() throws {
    let (platform, hotel) = try noticed()
    let start = platform.clock.wallMilliseconds()
    platform.clock.set(wallMilliseconds: start - 3_600_000)
    try expectHeld(hotel)
    #expect(try isAnswered(hotel))
    platform.clock.set(wallMilliseconds: start)
    #expect(platform.cases?.isHeld == false)
    // What a time server corrects is followed, and no step is dated before the last one.
    platform.clock.set(wallMilliseconds: start - 300_000)
    let step = try hotel.act(.inspect(text: "on site"), by: "reviewer")
    #expect(step.at == start)
  }

  @Test func aClockBeforeTheLedgersLastEventHoldsFromTheStart() throws {
    let (platform, hotel) = try noticed()
    let recorded = platform.clock.wallMilliseconds()
    platform.stop()
    platform.clock.set(wallMilliseconds: recorded - 20 * 60_000)
    try platform.restart()
    hotel.disconnect()
    try expectHeld(hotel)
    #expect(try isAnswered(hotel))
    platform.clock.set(wallMilliseconds: recorded)
    #expect(platform.cases?.isHeld == false)
    try hotel.act(.inspect(text: "on site"), by: "reviewer")
  }

  @Test func anOperatorVouchesForAClockBeforeTheLedger() throws {
    let (platform, hotel) = try noticed()
    let recorded = platform.clock.wallMilliseconds()
    platform.stop()
    platform.clock.set(wallMilliseconds: recorded - 20 * 60_000)
    try platform.restart()
    hotel.disconnect()
    try platform.trustClock()
    #expect(try hotel.act(.inspect(text: "on site"), by: "reviewer").at == recorded)
  }
}

/// The guard by itself: wall milliseconds and monotonic nanoseconds.
@Suite struct ClockGuardTests {
  private static let start: UInt64 = 1_000_000_000
  private static let tolerance = ClockGuard.tolerance

  private func look(
    _ watched: inout ClockGuard, wall: Int64, after milliseconds: UInt64
  ) -> Bool {
    watched.isTrusted(
      wall: UInt64(Int64(Self.start) + wall), monotonic: milliseconds * 1_000_000)
  }

  @Test func clocksThatGoTogetherAreBelieved() {
    var watched = ClockGuard(wall: Self.start, monotonic: 0, recorded: 0)
    for day: Int64 in 1...400 {
      let passed = day * 86_400_000
      #expect(look(&watched, wall: passed, after: UInt64(passed)))
    }
  }

  @Test(arguments: [Int64(tolerance) + 1, -Int64(tolerance) - 1, 950_400_000, -950_400_000])
  func aJumpIsNotBelievedUntilItIsUndone(_ jump: Int64) {
    var watched = ClockGuard(wall: Self.start, monotonic: 0, recorded: 0)
    #expect(look(&watched, wall: 1_000, after: 1_000))
    for second: Int64 in 2...5 {
      #expect(!look(&watched, wall: second * 1_000 + jump, after: UInt64(second) * 1_000))
    }
    #expect(look(&watched, wall: 6_000, after: 6_000))
  }

  @Test(arguments: [Int64(tolerance), -Int64(tolerance)]) func aSmallCorrectionIsFollowed(_ correction: Int64)
  {
    var watched = ClockGuard(wall: Self.start, monotonic: 0, recorded: 0)
    #expect(look(&watched, wall: correction, after: 0))
    #expect(look(&watched, wall: 2 * correction, after: 0))
  }

  @Test func timeBeforeTheLedgerIsNotBelieved() {
    let recorded = Self.start + Self.tolerance
    var watched = ClockGuard(wall: Self.start - 1, monotonic: 0, recorded: recorded)
    #expect(!look(&watched, wall: -1, after: 0))
    #expect(look(&watched, wall: 0, after: 1))
  }

  @Test func aClockThatBeganBeforeTheLedgerIsSetRight() {
    let recorded = Self.start + 10 * Self.tolerance
    var watched = ClockGuard(wall: Self.start, monotonic: 0, recorded: recorded)
    #expect(!look(&watched, wall: 0, after: 1_000))
    let right = Int64(10 * Self.tolerance)
    #expect(look(&watched, wall: right, after: 2_000))
    #expect(!look(&watched, wall: 2 * right, after: 3_000), "from then on it is watched")
  }

  @Test func whatAnOperatorVouchesForIsBelieved() {
    var watched = ClockGuard(wall: Self.start, monotonic: 0, recorded: Self.start)
    #expect(!look(&watched, wall: -900_000_000, after: 1_000))
    watched.trust(wall: Self.start - 900_000_000, monotonic: 1_000_000_000)
    #expect(look(&watched, wall: -899_999_000, after: 2_000))
    #expect(!look(&watched, wall: 0, after: 2_000))
  }
}
