import PassgateDomain
import Testing

struct CalendarDateTests {
  @Test func countsEveryDayOfItsYears() throws {
    let first = try #require(CalendarDate(year: 1850, month: 1, day: 1)).unixDay
    let last = try #require(CalendarDate(year: 2199, month: 12, day: 31)).unixDay
    #expect(last - first + 1 == 127_835)
    let dates = (first...last).compactMap { CalendarDate(unixDay: $0) }
    #expect(dates.map(\.unixDay) == Array(first...last))
    #expect(zip(dates, dates.dropFirst()).allSatisfy { $0 < $1 })
    #expect(CalendarDate(unixDay: first - 1) == nil)
    #expect(CalendarDate(unixDay: last + 1) == nil)
  }

  @Test(arguments: [("1970-01-01", 0), ("2000-02-29", 11_016), ("1969-12-31", -1), ("2026-11-23", 20_780)])
  func readsAndWrites(_ iso: String, unixDay: Int) throws {
    let date = try #require(CalendarDate(iso: iso))
    #expect(date.unixDay == unixDay)
    #expect(date.iso == iso)
  }

  @Test(arguments: [
    "", "1970-1-1", "1970-00-01", "1970-13-01", "1970-01-00", "1970-01-32", "1970-04-31", "2001-02-29",
    "1900-02-29", "1849-12-31", "2200-01-01", "1970/01/01", "19700101", "1970-01-01 ", " 1970-01-01",
    "1970-01-0a", "１９７０-01-01", "+970-01-01", "-970-01-01",
  ])
  func refuses(_ text: String) {
    #expect(CalendarDate(iso: text) == nil)
  }
}
