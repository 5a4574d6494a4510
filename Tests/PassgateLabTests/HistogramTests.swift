import Testing

@testable import passgate_lab

@Suite struct HistogramTests {
  @Test func anEmptyOneHasNoLatency() {
    #expect(Histogram().quantile(0.5) == 0 && Histogram().count == 0)
  }

  @Test(arguments: [1, 31, 32, 33, 1_000, 65_535, 1_000_000, 123_456_789, UInt64.max / 2] as [UInt64])
  func aLatencyIsKnownToThreePercent(_ value: UInt64) {
    var histogram = Histogram()
    histogram.add(value)
    histogram.add(value * 2)
    let found = histogram.quantile(0.5)
    #expect(found >= value && Double(found) <= Double(value) * 1.032)
    #expect(histogram.quantile(1) == value * 2 && histogram.longest == value * 2)
  }

  @Test func quantilesCountFromTheShortest() {
    var histogram = Histogram()
    for value in 1...1_000 as ClosedRange<UInt64> { histogram.add(value * 1_000) }
    for (share, expected) in [(0.5, 500_000.0), (0.9, 900_000), (0.99, 990_000), (1, 1_000_000)] {
      let found = Double(histogram.quantile(share))
      #expect(found >= expected && found <= expected * 1.032)
    }
  }
}
