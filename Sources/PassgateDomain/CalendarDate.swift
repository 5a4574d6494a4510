/// A day of the Gregorian calendar between the years 1850 and 2199.
package struct CalendarDate: Sendable, Hashable, Comparable {
  /// Years a document can state.
  package static let years = 1850...2199

  /// 1970-01-01.
  static let unixEpoch = CalendarDate(packed: 1970 << 9 | 1 << 5 | 1)

  private let packed: Int32

  /// The four-digit year.
  package var year: Int { Int(packed >> 9) }
  /// 1 to 12.
  package var month: Int { Int(packed >> 5 & 15) }
  /// 1 to 31.
  package var day: Int { Int(packed & 31) }

  /// Nil unless the day exists and its year is one that a document can state.
  package init?(year: Int, month: Int, day: Int) {
    guard Self.years.contains(year), (1...12).contains(month), day >= 1,
      day <= Self.days(inMonth: month, of: year)
    else { return nil }
    packed = Int32(year << 9 | month << 5 | day)
  }

  private init(packed: Int32) {
    self.packed = packed
  }

  /// One number for each day; they rise with the days, with gaps.
  var number: Int { Int(packed) }

  /// Reads "YYYY-MM-DD" of ASCII digits and nothing else (ISO 8601 extended calendar date).
  package init?(iso: String) {
    var text = iso
    let date = text.withUTF8 { unsafe Self.fields(of: $0.span) }
    guard let date else { return nil }
    self.init(year: date.year, month: date.month, day: date.day)
  }

  /// The day that lies `unixDay` days after 1970-01-01.
  package init?(unixDay: Int) {
    guard (-50_000...100_000).contains(unixDay) else { return nil }
    let shifted = unixDay + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    self.init(
      year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
      day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  /// Days since 1970-01-01, negative before.
  package var unixDay: Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let yearOfEra = shiftedYear % 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return shiftedYear / 400 * 146_097 + dayOfEra - 719_468
  }

  /// "YYYY-MM-DD".
  package var iso: String {
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return "\(year)-\(two(month))-\(two(day))"
  }

  package static func < (left: CalendarDate, right: CalendarDate) -> Bool { left.packed < right.packed }

  private static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static func fields(of text: Span<UInt8>) -> (year: Int, month: Int, day: Int)? {
    guard text.count == 10, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
      let year = decimal(text, 0..<4), let month = decimal(text, 5..<7), let day = decimal(text, 8..<10)
    else { return nil }
    return (year, month, day)
  }
}

/// The value of ASCII digits, nil when anything else stands there.
func decimal(_ text: Span<UInt8>, _ range: Range<Int>) -> Int? {
  var value = 0
  for index in range {
    let digit = text[index] &- UInt8(ascii: "0")
    guard digit < 10 else { return nil }
    value = value * 10 + Int(digit)
  }
  return value
}
