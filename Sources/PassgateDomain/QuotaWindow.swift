/// The checks of one tenant in the last minute and on this day in Beijing, never more than agreed (art.8).
package struct QuotaWindow: Sendable {
  /// How much is allowed.
  package struct Limits: Sendable, Hashable {
    package var perMinute: Int
    /// Nil without a limit of its own.
    package var perDay: Int?

    package init(perMinute: Int, perDay: Int? = nil) {
      self.perMinute = perMinute
      self.perDay = perDay
    }
  }

  /// The answer to a request for admission; waits are in milliseconds from now.
  package enum Admission: Sendable, Hashable {
    case admitted
    case minuteIsFull(retryAfterMilliseconds: UInt64)
    case dayIsOver(retryAfterMilliseconds: UInt64)
  }

  private var minute = RateWindow()
  private var day: UInt64 = 0
  private var checksOfDay = 0

  package init() {}

  /// Admits `checks` when the minute and the day have room for all of them, and counts them in both.
  ///
  /// The minute follows the monotonic time, the day the wall's: a clock set back to the day before begins that day
  /// anew.
  package mutating func admit(
    _ checks: Int, limits: Limits, monotonicMilliseconds: UInt64, wallMilliseconds: UInt64
  ) -> Admission {
    let today = BeijingClock.dayNumber(wallMilliseconds)
    if today != day { (day, checksOfDay) = (today, 0) }
    if let perDay = limits.perDay, checksOfDay + checks > perDay {
      return .dayIsOver(retryAfterMilliseconds: BeijingClock.untilMidnight(wallMilliseconds))
    }
    let admission = minute.admit(
      checks, limit: limits.perMinute, monotonicMilliseconds: monotonicMilliseconds)
    if case .refused(let wait) = admission { return .minuteIsFull(retryAfterMilliseconds: wait) }
    checksOfDay += checks
    return .admitted
  }
}
