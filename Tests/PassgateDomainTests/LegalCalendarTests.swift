import Testing

@testable import PassgateDomain

/// Terms of days, as the Measures count them and the Civil Code rolls them.
struct LegalCalendarTests {
  private let calendar = LegalCalendar.builtIn

  private func date(_ iso: String) throws -> CalendarDate { try #require(CalendarDate(iso: iso)) }

  //= Measures art.12
  //= type=test
  @Test(arguments: [
    // the day of receipt is not counted, and its hour does not matter
    ("2026-03-02 00:00", 10, "2026-03-13 00:00"),
    ("2026-03-02 23:59", 10, "2026-03-13 00:00"),
    ("2026-03-03 00:00", 10, "2026-03-14 00:00"),
    // a Saturday and a Sunday roll to Monday's end
    ("2026-03-04 12:00", 10, "2026-03-17 00:00"),
    ("2026-03-05 12:00", 10, "2026-03-17 00:00"),
    // 15 February 2026 is in the Spring Festival: the 24th is the first day after it
    ("2026-02-05 12:00", 10, "2026-02-25 00:00"),
    // 14 and 28 February are Saturdays that are worked
    ("2026-02-04 12:00", 10, "2026-02-15 00:00"),
    ("2026-02-18 12:00", 10, "2026-03-01 00:00"),
    // 1 October: to the 8th; 10 October is a Saturday that is worked
    ("2026-09-21 12:00", 10, "2026-10-09 00:00"),
    ("2026-09-30 12:00", 10, "2026-10-11 00:00"),
    // over the year's end: 1 to 3 January off, Sunday the 4th worked
    ("2025-12-22 12:00", 10, "2026-01-05 00:00"),
    ("2026-01-31 12:00", 30, "2026-03-03 00:00"),
    ("2024-02-19 12:00", 10, "2024-03-01 00:00"),
  ])
  func aTermEndsAtMidnightOfAWorkday(_ row: (String, Int, String)) {
    #expect(calendar.end(ofDays: row.1, after: beijing(row.0)) == beijing(row.2))
  }

  @Test func everyTermEndsAtABeijingMidnightAfterAWorkdayAndNeverEarlierForALaterStart() throws {
    var previous: UInt64 = 0
    for hour in 0..<(24 * 400) {
      let start = beijing("2025-11-01 00:30") + UInt64(hour) * 3_600_000
      let end = calendar.end(ofDays: 10, after: start)
      #expect(!calendar.isRest(LegalCalendar.day(of: end - 1)))
      #expect(LegalCalendar.start(of: LegalCalendar.day(of: end)) == end)
      #expect(end >= previous)
      #expect(end - start > 10 * CaseDesk.day)
      previous = end
    }
  }

  @Test(arguments: [
    ("2019-05-01", true), ("2019-05-05", false), ("2020-01-31", true), ("2020-02-03", false),
    ("2020-10-08", true), ("2021-09-26", false), ("2022-12-31", true), ("2023-06-25", false),
    ("2024-02-17", true), ("2024-02-18", false), ("2025-01-26", false), ("2025-10-08", true),
    ("2026-01-04", false), ("2026-06-19", true), ("2026-09-20", false), ("2026-09-25", true),
    ("2026-11-23", false), ("2026-11-22", true),
  ])
  func theNoticesAreKnown(_ row: (String, Bool)) throws {
    let date = try date(row.0)
    #expect(calendar.knows(date.year))
    #expect(calendar.isRest(date) == row.1)
  }

  /// Every notice gives at least the statutory days, and takes weekend days alone in exchange.
  @Test func theNoticesAreConsistent() {
    #expect(Holidays.years == Set(2019...2026))
    let perYear = Dictionary(grouping: Holidays.restDays, by: \.year).mapValues(\.count)
    #expect(perYear.values.allSatisfy { (25...33).contains($0) })
    #expect(Holidays.restDays.isDisjoint(with: Holidays.workdays))
    let plain = LegalCalendar(restDays: [], workdays: [], covering: Set(2019...2026))
    for day in Holidays.workdays { #expect(plain.isRest(day), "\(day.iso) would be worked anyway") }
  }

  @Test func anUnknownYearHasWeekendsAndFixedHolidays() throws {
    #expect(!calendar.knows(2031))
    #expect(calendar.isRest(try date("2031-10-03")))
    #expect(calendar.isRest(try date("2031-01-04")), "a Saturday")
    #expect(!calendar.isRest(try date("2031-01-23")), "the Spring Festival is not known")
  }

  @Test func configurationBringsFurtherYears() throws {
    let festival = try date("2031-01-23")
    let worked = try date("2031-01-04")
    let more = calendar.extended(restDays: [festival], workdays: [worked], covering: [2031])
    #expect(more.knows(2031) && more.isRest(festival) && !more.isRest(worked))
    #expect(!more.isRest(try date("2031-10-03")), "the notice is complete for its year")
    #expect(more.isRest(try date("2026-10-01")))
    let corrected = calendar.extended(restDays: [], workdays: [], covering: [2026])
    #expect(!corrected.isRest(try date("2026-10-01")), "a year given anew replaces what was known")
  }

  @Test func momentsAreToldInBeijing() {
    #expect(BeijingClock.text(beijing("2026-03-02 09:05")) == "2026-03-02 09:05 Beijing time")
    #expect(BeijingClock.short(beijing("2026-03-03 00:00")) == "2026-03-02 24:00")
    #expect(BeijingClock.short(beijing("2026-03-03 00:00") + 1) == "2026-03-03 00:00")
    #expect(BeijingClock.short(0) == "1970-01-01 08:00")
    for time: UInt64 in [.max, .max / 2, .max - 28_800_000] {
      #expect(BeijingClock.short(time).hasPrefix("2199-12-31 "), "a time that nobody meant stops no reader")
    }
    #expect(LegalCalendar.day(of: .max) == CalendarDate(year: 2199, month: 12, day: 31))
  }
}
