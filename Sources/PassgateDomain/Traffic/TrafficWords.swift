/// What of a watch is kept over a restart: counts by hour and day, nothing of a number, a name or a key.
extension TenantTraffic {
  /// How many numbers `words` has.
  package static let wordCount = TrafficPast.wordCount + DayFigure.allCases.count + 4

  /// The baselines and the day's counts.
  package var words: [UInt32] {
    past.words + DayFigure.allCases.map { today[$0] }
      + [UInt32(clock.hour), clock.hourChecks, limits.reported, limits.isOutsideBand ? 1 : 0]
  }

  /// Takes over what `words` gave; nil when it cannot be that.
  package init?(words: [UInt32]) {
    guard words.count == Self.wordCount, words.allSatisfy({ $0 < 1 << 31 }),
      let past = TrafficPast(words: words.prefix(TrafficPast.wordCount))
    else { return nil }
    self.init()
    self.past = past
    let rest = Array(words.dropFirst(TrafficPast.wordCount))
    for (figure, value) in zip(DayFigure.allCases, rest) { today[figure] = value }
    let last = Array(rest.dropFirst(DayFigure.allCases.count))
    (clock.hour, clock.hourChecks) = (Int(last[0]), last[1])
    limits = TrafficLimits(reported: last[2], isOutsideBand: last[3] == 1)
    setLimits()
  }
}
