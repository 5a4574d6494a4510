/// A length of time as people write it: "7d", "12h", "30m", "45s", "500ms".
package struct Lapse: Sendable, Equatable {
  package let milliseconds: UInt64

  private static let units: [(suffix: String, milliseconds: UInt64, one: String)] = [
    ("d", 86_400_000, "day"), ("h", 3_600_000, "hour"), ("m", 60_000, "minute"), ("s", 1000, "second"),
    ("ms", 1, "millisecond"),
  ]

  package init(milliseconds: UInt64) { self.milliseconds = milliseconds }

  /// Nil unless `text` is digits and one unit, and at most 100 years.
  package init?(_ text: String) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let unit = Self.units.first(where: { $0.suffix == text.dropFirst(digits.count) }),
      let number = UInt64(digits), number <= 36_500 * 86_400_000 / unit.milliseconds
    else { return nil }
    milliseconds = number * unit.milliseconds
  }

  static func days(_ count: UInt64) -> Lapse { Lapse(milliseconds: count * 86_400_000) }
  static func hours(_ count: UInt64) -> Lapse { Lapse(milliseconds: count * 3_600_000) }

  /// In the largest unit that it is a whole number of: "7 days".
  package var words: String {
    let whole = Self.units.first { milliseconds % $0.milliseconds == 0 } ?? Self.units[4]
    let count = milliseconds / whole.milliseconds
    return "\(count) \(whole.one)\(count == 1 ? "" : "s")"
  }
}
