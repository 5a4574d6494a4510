/// A machine-readable zone whose check digits hold: a passport's TD3 or a permit's own layout.
package struct MRZ: Sendable, Hashable, Confidential {
  /// What a genuine document may get wrong.
  package enum Warning: UInt8, Sendable, Hashable {
    /// TD3 line 2, position 43: some genuine Chinese passports carry a wrong digit there.
    case optionalDataDigit = 1
  }

  /// A date of two-digit year; a permit states the century of a birth beside it.
  package struct ShortDate: Sendable, Hashable {
    let year: Int
    let month: Int
    let day: Int
    let century: Int?

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
    let zone = try MRZReader(lines: lines, shape: type == .passport ? (2, 44) : (3, 30))
    self = try type == .passport ? Self(passport: zone) : Self(permit: zone)
  }

  private init(passport zone: MRZReader) throws(ClaimFault) {
    try zone.expect("P", line: 0, at: 0)
    try zone.expect("CHN", line: 0, at: 2)
    try zone.check(1, [0..<9], digit: 9)
    try zone.check(1, [13..<19], digit: 19)
    try zone.check(1, [21..<27], digit: 27)
    try zone.check(1, [0..<10, 13..<20, 21..<43], digit: 43)
    number = zone.text(1, 0..<9)
    reissue = nil
    birthDate = try zone.date(1, 13..<19, century: nil)
    expiry = try zone.date(1, 21..<27, century: nil)
    sex = try zone.sex(1, 20)
    name = try PersonName(nameField: zone.field(0, 5..<44))
    warnings = zone.isOptionalDataDigitRight ? [] : [.optionalDataDigit]
    canonicalBytes = zone.bytes
  }

  /// The layout of the permits issued since 2012, which is not ICAO's TD1 (decoded by public readers).
  private init(permit zone: MRZReader) throws(ClaimFault) {
    try zone.check(0, [2..<11], digit: 11)
    try zone.check(0, [12..<14], digit: 14)
    try zone.check(0, [15..<21], digit: 21)
    try zone.check(0, [23..<29], digit: 29)
    try zone.check(1, [19..<28], digit: 28)
    try zone.checkPermitComposite()
    number = zone.text(0, 2..<11)
    reissue = try zone.number(0, 12..<14)
    birthDate = try zone.date(0, 23..<29, century: zone.birthCentury)
    expiry = try zone.date(0, 15..<21, century: nil)
    sex = try zone.sex(0, 22)
    name = try PersonName(nameField: zone.field(2, 0..<30))
    warnings = []
    canonicalBytes = zone.bytes
  }
}
