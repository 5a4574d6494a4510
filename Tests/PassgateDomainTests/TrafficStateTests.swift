import Testing

@testable import PassgateDomain

@Suite struct TrafficStateTests {
  @Test func aTenantTakesElevenKibibytesWhateverComes() {
    #expect(MemoryLayout<TenantTraffic>.stride <= 11 << 10)
    #expect(_isPOD(TenantTraffic.self), "nothing is held elsewhere")
  }

  @Test func everyDetectorHasItsRow() {
    #expect(TrafficDetector.rules.count == TrafficDetector.allCases.count)
    #expect(Set(TrafficDetector.rules.map(\.id)).count == TrafficDetector.rules.count)
    for rule in TrafficDetector.rules {
      #expect((1...40).contains(rule.id.utf8.count))
      #expect(rule.id.allSatisfy { ("a"..."z").contains($0) || $0 == "-" })
      #expect(rule.template.contains("{figure}") && rule.template.hasSuffix("."))
    }
  }

  @Test func aRowsNamedNumbersAreFilledIn() {
    let figures = TrafficFigures(figure: 1, usual: 2, checks: 3, peak: 4)
    #expect(figures.text("a {figure} b {usual} {checks}{peak}.") == "a 1 b 2 34.")
    for rule in TrafficDetector.rules { #expect(!figures.text(rule.template).contains("{")) }
  }

  @Test func wordsBringTheBaselinesBack() throws {
    var tenant = QuietTenant(days: 20)
    for check in 0..<30 { tenant.observe(at: QuietTenant.time(20, 9, check)) }
    var restored = tenant
    restored.watch = try #require(TenantTraffic(words: tenant.watch.words))
    for check in 0..<10 {
      tenant.observe(at: QuietTenant.time(20, 9, 100 + check))
      restored.observe(at: QuietTenant.time(20, 9, 100 + check))
    }
    #expect(tenant.detectors == ["volume-hour"] && restored.anomalies == tenant.anomalies)
    let again = try #require(TenantTraffic(words: restored.watch.words))
    #expect(again.words == restored.watch.words)
    restored.watch = again
    restored.observe(at: QuietTenant.time(20, 9, 500))
    #expect(restored.detectors == ["volume-hour"], "a report is not made twice")
  }

  @Test func wordsOfAnotherShapeAreRefused() {
    let words = QuietTenant(days: 3).watch.words
    #expect(words.count == TenantTraffic.wordCount)
    #expect(TenantTraffic(words: words.dropLast()) == nil && TenantTraffic(words: words + [0]) == nil)
    #expect(TenantTraffic(words: [29] + words.dropFirst()) == nil, "more days than are kept")
    #expect(TenantTraffic(words: words.dropLast() + [.max]) == nil, "no count of checks")
  }

  @Test func noWordTellsOfAPerson() {
    var tenant = QuietTenant(days: 1)
    for turn in 0..<40 {
      tenant.observe(at: QuietTenant.time(1, 9), number: UInt32(70_000_000 + turn), name: 42, birth: 88_888)
    }
    let places = Set((0..<40).map { SerialNumber(series: 5, number: UInt32(70_000_000 + $0)).place })
    #expect(tenant.watch.words.allSatisfy { $0 < 1_000_000 && !places.contains($0) && $0 != 88_888 })
    let texts = tenant.anomalies.map(\.text)
    #expect(!texts.isEmpty && !texts.contains { $0.contains("7000") || $0.contains("8888") })
  }

  @Test func aClockSetBackOrALongSilenceStartsAnew() {
    var tenant = QuietTenant(days: 20)
    tenant.observe(at: QuietTenant.time(10, 9))
    for check in 0..<100 { tenant.observe(at: QuietTenant.time(10, 9, check)) }
    #expect(tenant.anomalies == [], "nothing to compare with")
    tenant = QuietTenant(days: 20)
    for check in 0..<100 { tenant.observe(at: QuietTenant.time(40, 9, check)) }
    #expect(tenant.anomalies == [])
  }

  @Test func aWeekOfSilenceIsSurvived() {
    var tenant = QuietTenant(days: 20)
    for check in 0..<100 { tenant.observe(at: QuietTenant.time(26, 9, check)) }
    #expect(tenant.detectors == ["volume-hour"])
  }

  @Test func wordsOfAStrangeHourAreHarmless() throws {
    var words = [UInt32](repeating: 1 << 30, count: TenantTraffic.wordCount)
    words[0] = 28
    for hour in [0, 1, 700, 495_000, 1 << 30] as [UInt32] {
      words[words.count - 4] = hour
      var watch = try #require(TenantTraffic(words: words))
      var anomalies: [Anomaly] = []
      let check = TrafficObservation(
        at: QuietTenant.start, document: 1, serial: SerialNumber(series: 1, number: 1), name: 1, birth: 1,
        isInconsistent: true, scene: 1, signer: 1)
      for _ in 0..<3 { watch.observe(check, &anomalies) }
    }
  }

  @Test(arguments: [
    ("H12345678", DocumentType.permit, 1, 12_345_678), ("M00000001", .permit, 2, 1),
    ("H1234567802", .permit, 1, 12_345_678), ("HA1234567", .permit, 3, 1_234_567),
    ("MA1234567", .permit, 4, 1_234_567), ("G12345678", .passport, 5, 12_345_678),
    ("E12345678", .passport, 6, 12_345_678), ("EA1234567", .passport, 7, 1_234_567),
    ("EJ1234567", .passport, 15, 1_234_567), ("EP1234567", .passport, 20, 1_234_567),
    ("EZ9999999", .passport, 30, 9_999_999),
  ])
  func lettersMakeTheSeriesAndDigitsThePlace(
    _ text: String, _ type: DocumentType, _ series: UInt32, _ number: UInt32
  ) throws {
    let serial = try DocumentNumber(text, type: type, accepting: .includingNonChineseResidents).serial
    #expect(serial == SerialNumber(series: series, number: number))
  }

  @Test func namesSpeltAlikeHashAlikeUnderOneKey() throws {
    func hash(_ name: String, key: UInt64 = 1) throws -> UInt64 {
      try PersonName(claimed: name, type: .permit).trafficHash(key: key)
    }
    #expect(try hash("CHAN, MEI LING") == hash("chan, mei-ling"))
    #expect(try Set(["陳美玲", "陳玲美", "陳美", "CHAN, MEI LING"].map { try hash($0) }).count == 4)
    #expect(try hash("陳美玲") != hash("陳美玲", key: 2))
  }

  @Test func anObservationPrintsNothing() {
    let check = TrafficObservation(
      at: 1, document: 2, serial: SerialNumber(series: 1, number: 70_000_007), name: 3, birth: 4,
      isInconsistent: true, scene: 5, signer: 6)
    #expect("\(check) \(check.serial)" == "TrafficObservation(withheld) SerialNumber(withheld)")
  }
}
