/// What is counted by the day.
enum DayFigure: Int, CaseIterable {
  case checks, inconsistent, continued, peakMinute, fullMinutes, namePeak, ambiguousNumbers, offHours,
    scenePeak
}

/// The figures of one day.
struct DayFigures: Sendable {
  private var values = InlineArray<9, UInt32>(repeating: 0)

  subscript(figure: DayFigure) -> UInt32 {
    get { values[figure.rawValue] }
    set { values[figure.rawValue] = newValue }
  }
}

/// Four weeks of a tenant's own traffic, by the hour and by the day, in Beijing time.
struct TrafficPast: Sendable {
  static let days = 28
  static let hours = 672
  static let milliseconds = UInt64(hours) * TenantTraffic.hourMilliseconds

  /// Checks of each hour, at the hour's number modulo four weeks.
  private var hours = InlineArray<672, UInt32>(repeating: 0)
  /// Figures of each day, at the day's number modulo four weeks.
  private var figures = InlineArray<28, DayFigures>(repeating: DayFigures())
  /// Whole days seen, up to four weeks.
  private(set) var daysSeen: UInt32 = 0

  mutating func finish(hour: Int, checks: UInt32) { hours[hour % Self.hours] = checks }

  mutating func finish(day: Int, _ figures: DayFigures) {
    self.figures[day % Self.days] = figures
    daysSeen = min(daysSeen + 1, UInt32(Self.days))
  }

  // MARK: What is usual

  /// A busy day's figure: three of four days had no more.
  func busy(_ figure: DayFigure, before day: Int) -> UInt32 {
    var sample = Sample()
    for age in 1...max(1, Int(daysSeen)) { sample.add(self[day - age, figure]) }
    return sample.upperQuartile
  }

  /// The second-highest day's figure: one outlier is no habit.
  func secondHighest(_ figure: DayFigure, before day: Int) -> UInt32 {
    var sample = Sample()
    for age in 1...max(1, Int(daysSeen)) { sample.add(self[day - age, figure]) }
    return sample.secondHighest
  }

  /// The busiest the same day of the week was.
  func sameWeekday(_ figure: DayFigure, before day: Int) -> UInt32 {
    var most: UInt32 = 0
    for weeks in 1...4 where weeks * 7 <= Int(daysSeen) { most = max(most, self[day - 7 * weeks, figure]) }
    return most
  }

  /// A busy hour at this time of the week or, where that is more, of the day: a workday may fall on a Sunday.
  func usual(atHour hour: Int) -> UInt32 {
    max(usual(atHour: hour, every: 168), usual(atHour: hour, every: 24))
  }

  private func usual(atHour hour: Int, every period: Int) -> UInt32 {
    var sample = Sample()
    for round in 1...max(1, Int(daysSeen) * 24 / period) {
      let center = hour - round * period
      // Four weeks back, the hour before has been overwritten already.
      let before = center - 1 > hour - Self.hours ? checks(center - 1) : 0
      let after = center + 1 < hour ? checks(center + 1) : 0
      sample.add(max(before, checks(center), after))
    }
    return sample.upperQuartile
  }

  /// The hours of the day that are in use, one bit each: those with a tenth of an average hour, and their neighbours.
  func usualHours(before day: Int) -> UInt32 {
    var busy: UInt32 = 0
    let total = (1...max(1, Int(daysSeen))).reduce(0) { $0 + Int(self[day - $1, .checks]) }
    for hour in 0..<24 where checks(ofHour: hour, before: day) * 240 >= total { busy |= 1 << UInt32(hour) }
    return (busy | busy << 1 | busy >> 1 | busy << 23 | busy >> 23) & 0xFF_FFFF
  }

  private func checks(ofHour hour: Int, before day: Int) -> Int {
    (1...max(1, Int(daysSeen))).reduce(0) { $0 + Int(checks((day - $1) * 24 + hour)) }
  }

  /// A figure's share of the checks, leaving out the quarter of the days where it was highest.
  func share(of figure: DayFigure, before day: Int) -> Double {
    let limit = busyPerMyriad(figure, before: day, leastChecks: 0)
    var (checks, counted) = (0, 0)
    for age in 1...max(1, Int(daysSeen)) where perMyriad(figure, day - age) <= limit {
      checks += Int(self[day - age, .checks])
      counted += Int(self[day - age, figure])
    }
    return Double(counted + 1) / Double(checks + 20)
  }

  /// The share that three of four days with enough checks stayed below.
  func busyShare(of figure: DayFigure, before day: Int) -> Double {
    Double(busyPerMyriad(figure, before: day, leastChecks: 40)) / 10_000
  }

  private func busyPerMyriad(_ figure: DayFigure, before day: Int, leastChecks: UInt32) -> UInt32 {
    var sample = Sample()
    for age in 1...max(1, Int(daysSeen)) where self[day - age, .checks] >= leastChecks {
      sample.add(perMyriad(figure, day - age))
    }
    return sample.upperQuartile
  }

  private func perMyriad(_ figure: DayFigure, _ day: Int) -> UInt32 {
    UInt32(Int(self[day, figure]) * 10_000 / max(1, Int(self[day, .checks])))
  }

  private subscript(day: Int, figure: DayFigure) -> UInt32 { figures[(day + Self.days) % Self.days][figure] }

  private func checks(_ hour: Int) -> UInt32 { hours[(hour + Self.hours) % Self.hours] }

  // MARK: Keeping it

  /// Numbers that `init(words:)` reads.
  var words: [UInt32] {
    var words = [daysSeen]
    words.reserveCapacity(Self.wordCount)
    for index in hours.indices { words.append(hours[index]) }
    for index in figures.indices {
      for figure in DayFigure.allCases { words.append(figures[index][figure]) }
    }
    return words
  }

  static let wordCount = 1 + hours + days * DayFigure.allCases.count

  init() {}

  init?(words: some RandomAccessCollection<UInt32>) {
    var next = words.makeIterator()
    guard words.count == Self.wordCount, let seen = next.next(), seen <= Self.days else { return nil }
    daysSeen = seen
    for index in hours.indices { hours[index] = next.next() ?? 0 }
    for index in figures.indices {
      for figure in DayFigure.allCases { figures[index][figure] = next.next() ?? 0 }
    }
  }
}

/// Up to 28 numbers, kept in order.
private struct Sample {
  private var values = InlineArray<28, UInt32>(repeating: 0)
  private var count = 0

  mutating func add(_ value: UInt32) {
    guard count < 28 else { return }
    var place = count
    while place > 0, values[place - 1] > value {
      values[place] = values[place - 1]
      place -= 1
    }
    values[place] = value
    count += 1
  }

  /// 0 of none.
  var upperQuartile: UInt32 { count == 0 ? 0 : values[min(count - 1, count * 3 / 4)] }
  var secondHighest: UInt32 { count == 0 ? 0 : values[max(0, count - 2)] }
}
