import PassgateDomain
import PassgateSystem

/// How far moments are away, as the parties of a case read it.
enum BeijingTime {
  private static let day: UInt64 = 24 * 3_600_000

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
