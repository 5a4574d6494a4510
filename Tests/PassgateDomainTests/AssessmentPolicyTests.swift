import PassgateDomain
import Testing

struct AssessmentPolicyTests {
  private static let policy = AssessmentPolicy.standard

  private static func band(of assessment: Assessment) -> VolumeBand {
    VolumeBand(of: assessment, by: policy)
  }

  private static func volume(_ day: UInt32, _ minute: UInt32) -> Volume {
    Volume(checksPerDay: day, peakPerMinute: minute)
  }

  //= Measures art.8
  //= type=test
  @Test(arguments: [
    (volume(10_000, 120), nil, AccessMode.mobileCertificate, volume(15_000, 180)),
    (volume(10_001, 120), nil, .signingServer, volume(15_002, 180)),
    (volume(10_000, 121), nil, .signingServer, volume(15_000, 182)),
    (volume(5, 1), nil, .mobileCertificate, volume(1_000, 60)),
    (volume(1_440_000, 1_000), nil, .signingServer, volume(2_160_000, 1_500)),
    (volume(.max, .max), nil, .signingServer, volume(.max, .max)),
    // Measured within the band, what was declared goes on counting; outside of it, what was measured does.
    (volume(8_000, 100), volume(12_000, 150), .mobileCertificate, volume(12_000, 150)),
    (volume(8_000, 100), volume(12_001, 100), .signingServer, volume(18_002, 150)),
    (volume(8_000, 100), volume(8_000, 151), .signingServer, volume(12_000, 227)),
    (volume(20_000, 300), volume(9_999, 110), .mobileCertificate, volume(14_999, 165)),
  ]) private func suggestsModeAndQuota(
    _ declared: Volume, _ measured: Volume?, _ mode: AccessMode, _ quota: Volume
  ) {
    let suggestion = Self.policy.suggestion(declared: declared, measured: measured)
    #expect(suggestion.mode == mode && suggestion.quota == quota)
    #expect(suggestion.declared == declared && suggestion.measured == measured)
    #expect(CaseText.isClean(suggestion.reason, characters: 1...2_000))
    #expect(suggestion.reason.contains(mode.chinese) && suggestion.reason.contains(mode.english))
    #expect(suggestion.reason.contains("每日\(quota.checksPerDay)次、每分钟\(quota.peakPerMinute)次。"))
  }

  @Test func everyQuotaSuggestedIsOneThatAnAgreementMayHave() {
    var generator = SeededGenerator(seed: 8)
    func volume() -> Volume {
      let minute = UInt32.random(in: 1...2_000, using: &generator)
      return Self.volume(UInt32.random(in: minute...minute * 1_440, using: &generator), minute)
    }
    for round in 0..<2_000 {
      let (declared, measured) = (volume(), volume())
      let suggestion = Self.policy.suggestion(
        declared: declared, measured: round.isMultiple(of: 2) ? measured : nil)
      let expected =
        round.isMultiple(of: 2)
          && !Self.band(of: Self.policy.suggestion(declared: declared)).contains(measured)
        ? measured : declared
      #expect(suggestion.quota.isPlausible)
      #expect(suggestion.quota.checksPerDay >= expected.checksPerDay)
      #expect(suggestion.quota.peakPerMinute >= expected.peakPerMinute)
    }
  }

  //= Measures art.8
  //= type=test
  @Test(arguments: [
    (volume(20_000, 200), false), (volume(10_000, 100), false), (volume(30_000, 300), false),
    (volume(9_999, 200), true), (volume(30_001, 200), true), (volume(20_000, 99), true),
    (volume(20_000, 301), true),
  ]) private func aVolumeLeavesItsBand(_ measured: Volume, _ isOutside: Bool) {
    let assessment = Self.policy.suggestion(declared: Self.volume(20_000, 200))
    #expect(Self.band(of: assessment).contains(measured) != isOutside)
    let revised = Self.policy.suggestion(declared: Self.volume(20_000, 200), measured: measured)
    #expect(Self.band(of: revised).contains(measured), "a new assessment settles it")
  }

  @Test func smallVolumesAreAllAlike() {
    let assessment = Self.policy.suggestion(declared: Self.volume(10, 1))
    let band = Self.band(of: assessment)
    #expect(band.contains(Self.volume(1_500, 90)))
    #expect(band.contains(Self.volume(0, 0)))
    #expect(!band.contains(Self.volume(1_501, 1)))
    #expect(!band.contains(Self.volume(1, 91)))
  }

  @Test func figuresThatMakeNoSenseAreSeen() {
    func changed(_ change: (inout AssessmentPolicy) -> Void) -> AssessmentPolicy {
      var policy = Self.policy
      change(&policy)
      return policy
    }
    #expect(Self.policy.isValid)
    #expect(!changed { $0.quotaPercent = 99 }.isValid)
    #expect(!changed { $0.quotaPercent = 1_001 }.isValid)
    #expect(!changed { $0.bandPercent = 101...150 }.isValid)
    #expect(!changed { $0.smallestQuota.peakPerMinute = 0 }.isValid)
    #expect(!changed { $0.mobileCertificateUpTo.checksPerDay = 0 }.isValid)
  }
}
