import Testing

@testable import PassgateDomain

//= Measures art.12(2)
//= type=test
@Suite struct TrafficDetectorTests {
  private static let quota = TrafficTerms(quota: Volume(checksPerDay: 200, peakPerMinute: 20), band: nil)

  @Test func aQuietPastIsNoAnomaly() {
    let tenant = QuietTenant(days: 40, terms: Self.quota)
    #expect(tenant.anomalies == [])
  }

  @Test func theAgreedChecksOfADayAreReportedOnce() {
    var tenant = QuietTenant(days: 1, terms: Self.quota)
    for check in 0..<199 { tenant.observe(at: QuietTenant.time(1, 9, check * 10_000)) }
    #expect(tenant.anomalies == [])
    for check in 0..<50 { tenant.observe(at: QuietTenant.time(1, 10, check * 10_000)) }
    #expect(
      tenant.anomalies == [
        Anomaly(
          detector: "quota-day", text: "200 checks on one day, where the agreement has 200.",
          since: QuietTenant.time(1, 0), until: QuietTenant.time(1, 10))
      ])
    tenant.work(on: 2, perHour: 20)
    #expect(tenant.detectors == ["quota-day", "quota-day"], "a new day may be reported anew")
  }

  @Test func minutesAtTheAgreedRateAreCounted() {
    var tenant = QuietTenant(
      days: 1, terms: TrafficTerms(quota: Volume(checksPerDay: 0, peakPerMinute: 20), band: nil))
    for minute in 0..<10 {
      #expect(tenant.anomalies == [])
      for check in 0..<20 { tenant.observe(at: QuietTenant.time(1, 9, minute * 60_000 + check * 100)) }
    }
    #expect(tenant.detectors == ["quota-minute"])
  }

  @Test func aDayFarAboveTheTenantsOwnIsReported() {
    var tenant = QuietTenant(days: 20)
    tenant.work(on: 20, perHour: 24)
    #expect(tenant.anomalies == [], "twice as much is not far above")
    tenant.work(on: 21, perHour: 26)
    #expect(tenant.detectors == ["volume-day"])
    #expect(
      tenant.anomalies.first?.text
        == "300 checks on one day, where a busy day of the last four weeks had 120.")
  }

  @Test func anHourFarAboveItsOwnPastIsReported() {
    var tenant = QuietTenant(days: 20)
    for check in 0..<39 { tenant.observe(at: QuietTenant.time(20, 9, check * 1_000)) }
    #expect(tenant.anomalies == [])
    tenant.observe(at: QuietTenant.time(20, 9, 50_000))
    #expect(tenant.detectors == ["volume-hour"])
    #expect(tenant.anomalies.first?.since == QuietTenant.time(20, 9))
  }

  @Test func nothingIsComparedWithAPastTooShort() {
    var tenant = QuietTenant(days: 13)
    tenant.work(on: 13, perHour: 100)
    #expect(tenant.anomalies == [])
  }

  @Test(arguments: [1, -1, 7, -100, 1_000, 999_983])
  func numbersInSequenceAreSeenBetweenOthers(_ step: Int) {
    var tenant = QuietTenant(days: 10)
    for turn in 0..<300 {
      let number = turn % 3 == 0 ? UInt32(40_000_000 + turn / 3 % 40 * step) : nil
      tenant.observe(at: QuietTenant.time(10, 9, turn * 5_000), number: number)
    }
    #expect(tenant.detectors.contains("sequential-numbers"))
  }

  @Test func familiesAndRepeatsAreNoSequence() {
    var tenant = QuietTenant(days: 10)
    for turn in 0..<400 {
      let isFamily = turn % 20 < 2
      tenant.observe(
        at: QuietTenant.time(10, 9, turn * 5_000),
        number: isFamily ? UInt32(1_000_000 + turn / 20 * 4_000_037 + turn % 20) : nil)
      tenant.observe(at: QuietTenant.time(10, 9, turn * 5_000 + 1), number: 77, birth: 1)
    }
    #expect(!tenant.detectors.contains("sequential-numbers"))
  }

  @Test func oneNameWithManyNumbersIsReported() {
    var tenant = QuietTenant(days: 10)
    for turn in 0..<40 {
      tenant.observe(at: QuietTenant.time(10, 9, turn * 5_000), name: 42)
      tenant.observe(at: QuietTenant.time(10, 9, turn * 5_000 + 1))
    }
    #expect(tenant.detectors == ["one-name-many-numbers"])
  }

  @Test func oneNameWithOneNumberIsACustomer() {
    var tenant = QuietTenant(days: 10)
    for turn in 0..<30 {
      tenant.observe(at: QuietTenant.time(10, 9, turn * 5_000), number: 5, name: 42, birth: 7)
    }
    #expect(tenant.anomalies == [])
  }

  @Test func oneNumberWithManyBirthsIsReported() {
    var tenant = QuietTenant(days: 1)
    for turn in 0..<5 { tenant.observe(at: QuietTenant.time(1, 9, turn), number: 5, birth: UInt32(turn)) }
    #expect(tenant.anomalies == [])
    tenant.observe(at: QuietTenant.time(1, 9, 5), number: 5, birth: 5)
    #expect(tenant.detectors == ["one-number-many-births"])
  }

  @Test func manyNumbersWithAFewBirthsEachAreReported() {
    var tenant = QuietTenant(days: 10)
    for turn in 0..<24 {
      tenant.observe(
        at: QuietTenant.time(10, 9, turn), number: UInt32(turn / 3 * 9_000_007), birth: UInt32(turn))
    }
    #expect(tenant.detectors == ["many-numbers-many-births"])
  }

  @Test func oneNumberWithAFewBirthsIsCountedOnce() {
    var tenant = QuietTenant(days: 10)
    for turn in 0..<30 {
      tenant.observe(at: QuietTenant.time(10, 9, turn), number: 5, birth: UInt32(turn % 3))
    }
    #expect(tenant.anomalies == [])
  }

  @Test func aLowHitRateIsNoAnomalyWhereItIsUsual() {
    var tenant = QuietTenant(days: 0)
    for day in 0..<25 { tenant.work(on: day, missEvery: 3) }
    #expect(tenant.anomalies == [])
  }

  @Test func aFallingHitRateIsReportedWithWhatIsUsual() {
    var tenant = QuietTenant(days: 0)
    for day in 0..<10 { tenant.work(on: day, missEvery: 20) }
    #expect(tenant.anomalies == [])
    tenant.work(on: 10, missEvery: 2)
    #expect(tenant.detectors == ["falling-hit-rate"])
    let text = tenant.anomalies.first?.text ?? ""
    #expect(text.contains("checks in a row were inconsistent; 5"), "about 50 in a thousand: \(text)")
    tenant.work(on: 11, missEvery: 20)
    #expect(tenant.detectors == ["falling-hit-rate"], "what was reported is not counted again")
  }

  @Test func checksOutsideTheUsualHoursAreReported() {
    var tenant = QuietTenant(days: 20)
    for turn in 0..<19 { tenant.observe(at: QuietTenant.time(20, 2, turn * 60_000)) }
    #expect(tenant.anomalies == [])
    tenant.observe(at: QuietTenant.time(20, 2, 3_000_000))
    #expect(tenant.detectors == ["off-hours"])
  }

  @Test func oneSignerWithManyScenesIsReported() {
    var tenant = QuietTenant(days: 10)
    for scene in 0..<3 { tenant.observe(at: QuietTenant.time(10, 9, scene), scene: UInt64(scene)) }
    for scene in 0..<6 {
      tenant.observe(at: QuietTenant.time(10, 9, scene), scene: UInt64(scene), signer: UInt64(10 + scene))
    }
    #expect(tenant.anomalies == [], "several keys with a scene each are no sign")
    tenant.observe(at: QuietTenant.time(10, 10), scene: 7)
    #expect(tenant.detectors == ["signer-many-scenes"])
  }

  //= Measures art.8
  //= type=test
  @Test func leavingTheAssessedBandIsReportedOnce() {
    let band = VolumeBand(
      least: Volume(checksPerDay: 0, peakPerMinute: 0), most: Volume(checksPerDay: 100, peakPerMinute: 60))
    var tenant = QuietTenant(days: 28, terms: TrafficTerms(quota: TrafficTerms.none.quota, band: band))
    #expect(tenant.watch.measuredVolume == nil && tenant.anomalies == [])
    for day in 28..<35 { tenant.work(on: day) }
    #expect(tenant.watch.measuredVolume == Volume(checksPerDay: 120, peakPerMinute: 1))
    #expect(tenant.detectors == ["volume-outside-band"])
    tenant.watch.adopt(
      TrafficTerms(
        quota: TrafficTerms.none.quota,
        band: VolumeBand(least: band.least, most: Volume(checksPerDay: 50, peakPerMinute: 60))))
    for day in 35..<38 { tenant.work(on: day) }
    #expect(tenant.detectors.count == 2, "a new band is held against anew")
    #expect(tenant.anomalies.first?.text.contains("120 checks on a busy day and 1 in a busy minute") == true)
  }
}
