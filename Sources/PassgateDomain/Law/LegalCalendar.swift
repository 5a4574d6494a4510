/// The days on which terms may end: Beijing time, weekends, public holidays and the days worked in exchange.
package struct LegalCalendar: Sendable, Equatable {
  /// What the State Council's notices say (`Holidays`).
  package static let builtIn = LegalCalendar(restDays: [], workdays: [], covering: [])
    .extended(restDays: Holidays.restDays, workdays: Holidays.workdays, covering: Holidays.years)

  /// Statutory holidays of a fixed date, for years of which no notice is known: month and day.
  private static let fixedHolidays: Set<[Int]> = [[1, 1], [5, 1], [5, 2], [10, 1], [10, 2], [10, 3]]

  private var restDays: Set<CalendarDate>
  private var workdays: Set<CalendarDate>
  private var years: Set<Int>

  /// - Parameters:
  ///   - restDays: days off beside the weekends.
  ///   - workdays: days of weekends that are worked in exchange.
  ///   - years: those for which the two are complete.
  package init(restDays: Set<CalendarDate>, workdays: Set<CalendarDate>, covering years: Set<Int>) {
    self.restDays = restDays
    self.workdays = workdays
    self.years = years
  }

  /// The calendar with further years: what is given of a year replaces what was known of it.
  package func extended(
    restDays: Set<CalendarDate>, workdays: Set<CalendarDate>, covering years: Set<Int>
  ) -> LegalCalendar {
    LegalCalendar(
      restDays: self.restDays.filter { !years.contains($0.year) }.union(restDays),
      workdays: self.workdays.filter { !years.contains($0.year) }.union(workdays),
      covering: self.years.union(years))
  }

  /// False when only weekends and holidays of a fixed date are known of this year.
  package func knows(_ year: Int) -> Bool { years.contains(year) }

  /// True for public holidays and for weekends that are not worked.
  package func isRest(_ date: CalendarDate) -> Bool {
    if workdays.contains(date) { return false }
    if restDays.contains(date) || Self.isWeekend(date) { return true }
    return !knows(date.year) && Self.fixedHolidays.contains([date.month, date.day])
  }

  /// The end of a term, milliseconds since 1970.
  ///
  /// The day of `start` is not counted; the term ends at 24:00 in Beijing of its last day or, where that is a rest
  /// day, of the first day after it that is none (Civil Code art.201 and 203).
  package func end(ofDays days: Int, after start: UInt64) -> UInt64 {
    var last = Self.unixDay(of: start) + days
    while isRest(Self.date(unixDay: last)) { last += 1 }
    return Self.start(unixDay: last + 1)
  }

  /// The day in Beijing of a time in milliseconds since 1970; the last day that can be stated for later ones.
  package static func day(of milliseconds: UInt64) -> CalendarDate {
    date(unixDay: unixDay(of: milliseconds))
  }

  /// 00:00 in Beijing of this day, milliseconds since 1970; 0 for earlier days.
  package static func start(of date: CalendarDate) -> UInt64 { start(unixDay: date.unixDay) }

  /// 24:00 in Beijing of this day, milliseconds since 1970.
  package static func end(of date: CalendarDate) -> UInt64 { start(unixDay: date.unixDay + 1) }

  private static func unixDay(of milliseconds: UInt64) -> Int {
    Int(min(BeijingClock.dayNumber(min(milliseconds, .max / 2)), UInt64(lastDate.unixDay)))
  }

  private static func start(unixDay: Int) -> UInt64 { BeijingClock.start(ofDay: UInt64(max(0, unixDay))) }

  private static func date(unixDay: Int) -> CalendarDate {
    CalendarDate(unixDay: unixDay) ?? lastDate
  }

  private static let lastDate =
    CalendarDate(year: CalendarDate.years.upperBound, month: 12, day: 31) ?? .unixEpoch

  /// 1970-01-01 was a Thursday.
  private static func isWeekend(_ date: CalendarDate) -> Bool {
    let weekday = ((date.unixDay + 3) % 7 + 7) % 7
    return weekday >= 5
  }
}
