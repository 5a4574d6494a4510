/// A moment of the proleptic Gregorian calendar in UTC (ISO 8601, RFC 3339), without a time-zone database.
package struct CivilTime: Sendable, Equatable {
  package let year, month, day, hour, minute, second, millisecond: Int

  /// The moment a Unix time in milliseconds names.
  package init(milliseconds: UInt64) {
    let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    let (days, ofDay) = seconds.quotientAndRemainder(dividingBy: 86_400)
    (year, month, day) = Self.date(ofUnixDay: Int(days))
    (hour, minute, second) = (Int(ofDay / 3600), Int(ofDay / 60 % 60), Int(ofDay % 60))
    millisecond = Int(rest)
  }

  /// Reads "2026-11-23" (midnight) or "2026-11-23T14:00:00[.000]Z"; nil for any other form, for a day the month
  /// does not have, and before 1970.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard let moment = Self.parse(bytes) else { return nil }
    self.init(milliseconds: moment)
  }

  /// Unix time in milliseconds.
  package var milliseconds: UInt64 {
    let seconds = ((Self.unixDay(year, month, day) * 24 + hour) * 60 + minute) * 60 + second
    return UInt64(seconds * 1000 + millisecond)
  }

  /// "2026-11-23".
  package var date: String { "\(Self.pad(year, 4))-\(Self.pad(month, 2))-\(Self.pad(day, 2))" }

  /// "2026-11-23T14:00:00.000Z".
  package var timestamp: String {
    let time = [hour, minute, second].map { Self.pad($0, 2) }.joined(separator: ":")
    return "\(date)T\(time).\(Self.pad(millisecond, 3))Z"
  }

  /// The timestamp of a Unix time in milliseconds.
  package static func timestamp(milliseconds: UInt64) -> String {
    CivilTime(milliseconds: milliseconds).timestamp
  }
}

/// The forms read, "0" standing for any digit.
private let forms = ["0000-00-00", "0000-00-00T00:00:00Z", "0000-00-00T00:00:00.000Z"].map { Array($0.utf8) }

extension CivilTime {
  private static func parse(_ text: [UInt8]) -> UInt64? {
    guard let form = forms.first(where: { $0.count == text.count }) else { return nil }
    guard let field = numbers(text, form) else { return nil }
    let (year, month, day) = (field[0], field[1], field[2])
    guard year >= 1970, 1...12 ~= month, day >= 1 else { return nil }
    // A day the month lacks comes back as a day of the next one.
    guard date(ofUnixDay: unixDay(year, month, day)) == (year, month, day) else { return nil }
    guard field[3] < 24, field[4] < 60, field[5] < 60 else { return nil }
    let seconds = ((unixDay(year, month, day) * 24 + field[3]) * 60 + field[4]) * 60 + field[5]
    return UInt64(seconds * 1000 + field[6])
  }

  /// The seven numbers of a text that has the form, absent ones 0.
  private static func numbers(_ text: [UInt8], _ form: [UInt8]) -> [Int]? {
    var numbers = [0]
    for (character, expected) in zip(text, form) {
      if expected != UInt8(ascii: "0") {
        guard character == expected else { return nil }
        numbers.append(0)
      } else {
        guard 0x30...0x39 ~= character else { return nil }
        numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + Int(character - 0x30)
      }
    }
    return Array((numbers + [0, 0, 0, 0]).prefix(7))
  }

  private static func pad(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// Days since 1970-01-01. The year is counted from March, so that the leap day ends it.
  private static func unixDay(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
  }

  private static func date(ofUnixDay unixDay: Int) -> (Int, Int, Int) {
    let days = unixDay + 719_468
    let (era, dayOfEra) = days.quotientAndRemainder(dividingBy: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = (shiftedMonth + 2) % 12 + 1
    let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }
}
