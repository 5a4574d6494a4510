/// Public holidays as the General Office of the State Council arranged them, by its notices for each year
/// (国务院办公厅关于部分节假日安排的通知), with the Spring Festival of 2020 as it was prolonged. Further years come by
/// configuration.
enum Holidays {
  private struct Year {
    let year: Int
    /// Days off, "MMDD" or "MMDD-MMDD".
    let off: String
    /// Weekend days worked in exchange, "MMDD".
    let worked: String

    init(_ year: Int, off: String, worked: String) {
      self.year = year
      self.off = off
      self.worked = worked
    }
  }

  private static let notices: [Year] = [
    Year(
      2019, off: "0101 0204-0210 0405-0407 0501-0504 0607-0609 0913-0915 1001-1007",
      worked: "0202 0203 0428 0505 0929 1012"),
    Year(
      2020, off: "0101 0124-0202 0404-0406 0501-0505 0625-0627 1001-1008",
      worked: "0119 0426 0509 0628 0927 1010"),
    Year(
      2021, off: "0101-0103 0211-0217 0403-0405 0501-0505 0612-0614 0919-0921 1001-1007",
      worked: "0207 0220 0425 0508 0918 0926 1009"),
    Year(
      2022, off: "0101-0103 0131-0206 0403-0405 0430-0504 0603-0605 0910-0912 1001-1007 1231",
      worked: "0129 0130 0402 0424 0507 1008 1009"),
    Year(
      2023, off: "0101-0102 0121-0127 0405 0429-0503 0622-0624 0929-1006 1230-1231",
      worked: "0128 0129 0423 0506 0625 1007 1008"),
    Year(
      2024, off: "0101 0210-0217 0404-0406 0501-0505 0610 0915-0917 1001-1007",
      worked: "0204 0218 0407 0428 0511 0914 0929 1012"),
    Year(
      2025, off: "0101 0128-0204 0404-0406 0501-0505 0531-0602 1001-1008", worked: "0126 0208 0427 0928 1011"),
    Year(
      2026, off: "0101-0103 0215-0223 0404-0406 0501-0505 0619-0621 0925-0927 1001-1007",
      worked: "0104 0214 0228 0509 0920 1010"),
  ]

  static let years = Set(notices.map(\.year))
  static let restDays = Set(notices.flatMap { days($0.off, of: $0.year) })
  static let workdays = Set(notices.flatMap { days($0.worked, of: $0.year) })

  /// The days of spans that are separated by spaces.
  private static func days(_ spans: String, of year: Int) -> [CalendarDate] {
    spans.split(separator: " ").flatMap { span in
      let ends = span.split(separator: "-").compactMap { date($0, of: year) }
      guard let first = ends.first, let last = ends.last else { return [CalendarDate]() }
      return (first.unixDay...last.unixDay).compactMap { CalendarDate(unixDay: $0) }
    }
  }

  private static func date(_ monthAndDay: Substring, of year: Int) -> CalendarDate? {
    guard let number = Int(monthAndDay) else { return nil }
    return CalendarDate(year: year, month: number / 100, day: number % 100)
  }
}
