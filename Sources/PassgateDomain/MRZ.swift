/// A machine-readable zone whose check digits hold: a passport's TD3 or a permit's own layout.
package struct MRZ: Sendable, Hashable, Confidential {
  /// What a document gets wrong; the first alone is tolerated in a zone that somebody states.
  package enum Warning: UInt8, Sendable, Hashable, CaseIterable {
    /// TD3 line 2, position 43: some genuine Chinese passports carry a wrong digit there.
    case optionalDataDigit = 1
    case number = 2
    case reissue = 3
    case birthDate = 4
    case expiry = 5
    /// A permit's Hong Kong or Macao identity number.
    case identityNumber = 6
    case composite = 7
    /// Other characters than A to Z, 0 to 9 and `<`.
    case characters = 8
  }

  /// A date of two-digit year; a permit states the century of a birth beside it.
  package struct ShortDate: Sendable, Hashable {
    let year: Int
    let month: Int
    let day: Int
    let century: Int?

    /// The latest day up to `today` that can be printed like this: when somebody was born.
    package func latest(upTo today: CalendarDate) -> CalendarDate? {
      let centuries = century.map { [$0] } ?? [today.year / 100, today.year / 100 - 1]
      return centuries.lazy.compactMap(date).first { $0 <= today }
    }

    /// The day of this century's half around `today`: when a document ends, which lies within 50 years of now.
    package func nearest(to today: CalendarDate) -> CalendarDate? {
      let years = (today.year - 50)..<(today.year + 50)
      return (today.year / 100 - 1...today.year / 100 + 1).lazy.compactMap(date).first {
        years.contains($0.year)
      }
    }

    private func date(inCentury century: Int) -> CalendarDate? {
      CalendarDate(year: century * 100 + year, month: month, day: day)
    }

    /// True when the full date can be printed like this.
    package func agrees(with date: CalendarDate) -> Bool {
      let isShortSame = date.year % 100 == year && date.month == month && date.day == day
      return isShortSame && (century ?? date.year / 100) == date.year / 100
    }
  }

  static let filler = UInt8(ascii: "<")

  /// The 9 characters of the number.
  package let number: String
  /// A permit's reissue count.
  package let reissue: Int?
  package let birthDate: ShortDate
  package let expiry: ShortDate
  /// Nil when the document leaves it open.
  package let sex: Sex?
  /// Nil when the field is all filler.
  package let name: PersonName?
  package let warnings: Set<Warning>
  /// The lines themselves, for telling one claimed set of values from another.
  let canonicalBytes: [UInt8]

  /// The width of the name field: 39 in TD3, 30 on a permit.
  static func nameWidth(of type: DocumentType) -> Int {
    type == .passport ? 39 : 30
  }

  /// Reads the lines of a document of this type: 2 of 44 (ICAO 9303-4) or 3 of 30.
  package init(lines: [String], type: DocumentType) throws(ClaimFault) {
    let layout = type == .passport ? MRZLayout.td3 : MRZLayout.permit
    let zone = try MRZReader(lines: lines, shape: (layout.lines, layout.width))
    if type == .passport {
      try zone.expect("P", at: layout.code)
      if let issuer = layout.issuer { try zone.expect("CHN", at: issuer) }
    }
    for digit in layout.digits where digit.warning != .optionalDataDigit { try zone.check(digit) }
    number = zone.text(layout.number)
    reissue = try layout.reissue.map { (field) throws(ClaimFault) in try zone.number(field) }
    birthDate = try zone.date(layout.birthDate, century: zone.century(layout.birthCentury))
    expiry = try zone.date(layout.expiry, century: nil)
    sex = try zone.sex(layout.sex)
    name = try PersonName(nameField: zone.characters(layout.latinName))
    warnings = zone.warnings(layout)
    canonicalBytes = zone.bytes
  }
}
