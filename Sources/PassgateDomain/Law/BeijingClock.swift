/// Times of the day in Beijing: eight hours ahead of UTC in every season.
package enum BeijingClock {
  /// Milliseconds that Beijing is ahead of UTC.
  static let offset: UInt64 = 8 * 3_600_000
  private static let day: UInt64 = 24 * 3_600_000

  /// The day in Beijing of this time, milliseconds since 1970, as days since 1970-01-01.
  package static func dayNumber(_ wallMilliseconds: UInt64) -> UInt64 { (wallMilliseconds &+ offset) / day }

  /// The time at which a day begins in Beijing, milliseconds since 1970; 0 for the first, which began before.
  package static func start(ofDay number: UInt64) -> UInt64 { max(number * day, offset) - offset }

  /// The minute of its day in Beijing, 0 to 1439.
  package static func minuteOfDay(_ wallMilliseconds: UInt64) -> UInt16 {
    UInt16((wallMilliseconds &+ offset) % day / 60_000)
  }

  /// The milliseconds until midnight in Beijing, 1 to a day's.
  package static func untilMidnight(_ wallMilliseconds: UInt64) -> UInt64 {
    day - (wallMilliseconds &+ offset) % day
  }

  /// "2026-11-23 22:00"; midnight is "2026-11-22 24:00", as terms end. The day of a time beyond those that can be
  /// stated is the last one.
  package static func short(_ wallMilliseconds: UInt64) -> String {
    let isEndOfDay = untilMidnight(wallMilliseconds) == day
    let date = LegalCalendar.day(of: isEndOfDay ? wallMilliseconds - 1 : wallMilliseconds)
    return "\(date.iso) \(Numeral.clock(isEndOfDay ? 1440 : minuteOfDay(wallMilliseconds)))"
  }

  /// "2026-11-23 22:00 Beijing time".
  package static func text(_ wallMilliseconds: UInt64) -> String { "\(short(wallMilliseconds)) Beijing time" }
}
