import PassgateDomain
import PassgateSystem

/// Moments as the parties of a case read them: UTC+8 without summer time (Measures, days count in Beijing time).
enum BeijingTime {
  private static let day: UInt64 = 24 * 3_600_000

  /// "2026-11-23 22:00 Beijing time"; midnight is the end of the day before: "2026-11-22 24:00 Beijing time".
  static func text(_ milliseconds: UInt64) -> String { BeijingClock.text(milliseconds) }

  /// "2026-11-23 22:00"; midnight is "2026-11-22 24:00", as terms end.
  static func short(_ milliseconds: UInt64) -> String { BeijingClock.short(milliseconds) }

  /// The day that it is.
  static func today(_ clock: some Clock = SystemClock()) -> CalendarDate {
    LegalCalendar.day(of: clock.wallMilliseconds())
  }

  /// "3 days left", "5 hours left", "over for 2 days".
  static func remaining(until due: UInt64, now: UInt64) -> String {
    due > now ? "\(span(due - now)) left" : "over for \(span(now - due))"
  }

  private static func span(_ milliseconds: UInt64) -> String {
    let units: [(length: UInt64, name: String)] = [(day, "day"), (3_600_000, "hour"), (60_000, "minute")]
    for unit in units where milliseconds >= unit.length {
      return count(milliseconds / unit.length, unit.name)
    }
    return "less than a minute"
  }
}
