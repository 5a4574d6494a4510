import Testing

@testable import PassgateDomain

/// The zones of DG1: ICAO's three shapes, and the layouts that China gives its permits.
struct ChipZoneTests {
  private static let now = CalendarDate(iso: "2026-11-23")

  private static func zone(_ text: String, layouts: [MRZLayout] = MRZLayout.known) throws -> ChipZone {
    try ChipZone(Array(text.utf8), layouts: layouts)
  }

  /// `fields` at their places of a layout, fillers elsewhere, and all check digits of the layout.
  static func made(_ layout: MRZLayout, _ fields: [(MRZLayout.Field, String)]) -> String {
    var lines = [[UInt8]](repeating: [UInt8](repeating: MRZ.filler, count: layout.width), count: layout.lines)
    for (field, text) in fields {
      for (offset, character) in text.utf8.prefix(field.range.count).enumerated() {
        lines[field.line][field.range.lowerBound + offset] = character
      }
    }
    for digit in layout.digits {
      let covered = digit.covered.map { lines[$0.line][$0.range] }
      lines[digit.line][digit.position] = MRZReader.checkDigit(covered)
    }
    return String(decoding: lines.flatMap { $0 }, as: UTF8.self)
  }

  static let permit = made(
    .permit,
    [
      (MRZLayout.permit.code, "CR"), (MRZLayout.permit.number, "H12345678"),
      (MRZLayout.Field(0, 12..<14), "02"),
      (MRZLayout.permit.expiry, "310630"), (MRZLayout.permit.sex, "F"),
      (MRZLayout.permit.birthDate, "850314"),
      (MRZLayout.Field(1, 18), "B"), (MRZLayout.Field(1, 19..<28), "A123456"),
      (MRZLayout.permit.latinName, "CHAN<<MEI<LING"),
    ])

  static let twoWayPermit = made(
    .twoWayPermit,
    [
      (MRZLayout.twoWayPermit.code, "CS"), (MRZLayout.twoWayPermit.number, "C12345678"),
      (MRZLayout.twoWayPermit.expiry, "241231"), (MRZLayout.twoWayPermit.birthDate, "800716"),
      // The half-bytes E, of which O is the letter, are printed as fillers.
      (MRZLayout.Field(1, 0..<12), "NGKELMP<NBPJ"), (MRZLayout.twoWayPermit.latinName, "ZHENGJIAN<<YANGBEN"),
      (MRZLayout.twoWayPermit.sex, "M"),
    ])

  @Test func readsAPermitsOwnLayout() throws {
    let zone = try Self.zone(Self.permit)
    #expect(zone.layout == .permit && zone.code == "CR" && zone.issuer == "CHN")
    #expect(zone.number == "H12345678" && zone.reissue == 2 && zone.sex == .female)
    #expect(zone.birthDate?.agrees(with: try #require(CalendarDate(iso: "1985-03-14"))) == true)
    #expect(zone.expiry?.agrees(with: try #require(CalendarDate(iso: "2031-06-30"))) == true)
    #expect(zone.latinText == "CHAN, MEI LING" && zone.hanText.isEmpty && zone.warnings.isEmpty)
    // What a tenant states as its MRZ is the same zone.
    #expect(try MRZ(lines: zone.lines, type: .permit).number == zone.number)
  }

  @Test func readsTheLayoutOfTwoWayPermits() throws {
    let zone = try Self.zone(Self.twoWayPermit)
    #expect(zone.layout == .twoWayPermit && zone.code == "CS" && zone.number == "C12345678")
    #expect(zone.hanText == "证件样" && zone.latinText == "ZHENGJIAN, YANGBEN" && zone.sex == .male)
    #expect(zone.birthText == "800716" && zone.expiryText == "241231" && zone.issuer == "CHN")
    let whole = try PersonName(recorded: "證件樣本", field: "")
    #expect(zone.hanName.map { NameRules.agree($0, whole) } == true, "three characters fill the field")
  }

  /// With a layout taken out of the table its documents are read by another, whose digits do not hold.
  @Test func theTableDecides() throws {
    let zone = try Self.zone(Self.permit, layouts: [.td1])
    #expect(zone.layout == .td1 && !zone.warnings.isEmpty)
    #expect(throws: ClaimFault.self) { try Self.zone(Self.permit, layouts: [.td2, .td3]) }
    #expect(throws: ClaimFault.self) { try Self.zone(Self.permit, layouts: []) }
  }

  /// One wrong character is a warning about its digit and never another layout.
  @Test(arguments: [permit, twoWayPermit])
  func aWrongDigitIsReported(_ text: String) throws {
    let layout = try Self.zone(text).layout
    for (position, character) in text.utf8.enumerated() {
      var wrong = Array(text.utf8)
      wrong[position] = character == UInt8(ascii: "1") ? UInt8(ascii: "2") : UInt8(ascii: "1")
      #expect(try ChipZone(wrong).layout == layout)
    }
    var wrong = Array(text.utf8)
    wrong[11] = wrong[11] == UInt8(ascii: "9") ? UInt8(ascii: "8") : UInt8(ascii: "9")
    #expect(try ChipZone(wrong).warnings.contains(.number))
  }

  /// A genuine Chinese passport may carry a wrong digit at position 43 of line 2 (LDS warning, no refusal).
  @Test func aWrongOptionalDigitIsItsOwnWarning() throws {
    var lines = [
      "POCHNHUANG<<ZHIQIANG<<<<<<<<<<<<<<<<<<<<<<<<", "EJ12345673CHN7911026M3008199<<<<<<<<<<<<<<<0",
    ]
    #expect(try Self.zone(lines.joined()).warnings.isEmpty)
    lines[1] = "EJ12345673CHN7911026M3008199<<<<<<<<<<<<<<5"
    let composite = MRZReader.checkDigit([
      Array(lines[1].utf8)[0..<10], Array(lines[1].utf8)[13..<20], Array(lines[1].utf8)[21..<43],
    ])
    lines[1] += String(decoding: [composite], as: UTF8.self)
    let zone = try Self.zone(lines.joined())
    #expect(zone.warnings == [.optionalDataDigit] && zone.number == "EJ1234567" && zone.code == "PO")
    #expect(zone.issuer == "CHN")
  }

  /// ICAO 9303-5 section 4.2.2: a long number goes on in the optional data, behind it its check digit.
  @Test func readsNumbersOfMoreThanNineCharacters() throws {
    let td1 =
      "I<UTOD23145890<7349<<<<<<<<<<<" + "7408122F1204159UTO<<<<<<<<<<<6" + "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"
    let zone = try Self.zone(td1)
    #expect(zone.layout == .td1 && zone.number == "D23145890734")
    #expect(zone.isOpened(byNumber: "D23145890734", birthDate: "740812", expiry: "120415"))
    #expect(!zone.warnings.contains(.number))
    let wrong = try Self.zone("I<UTOD23145890<7348<<<<<<<<<<<" + td1.dropFirst(30))
    #expect(wrong.warnings.contains(.number))
    let td2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<" + "D23145890<UTO7408122F12041597349<<<6"
    #expect(try Self.zone(td2).number == "D23145890734")
  }

  @Test(arguments: [
    ("SURNAME<<GIVEN<NAMES<<<", "SURNAME, GIVEN NAMES"), ("SURNAME<<<<<<<<", "SURNAME"), ("<<<<", ""),
    ("A<B<<C", "A B, C"), ("A<<<B", "A, B"), ("<<GIVEN", "GIVEN"),
  ])
  func writesNamesForPeople(_ field: String, _ text: String) throws {
    let zone = try Self.zone(Self.made(.td3, [(MRZLayout.td3.latinName, field)]))
    #expect(zone.latinText == text)
  }

  /// The century of a birth is the last that is not to come, that of an expiry the one around now.
  @Test(
    arguments: [
      (0, 1, 1, nil, "2000-01-01", "2000-01-01"), (26, 11, 23, nil, "2026-11-23", "2026-11-23"),
      (26, 11, 24, nil, "1926-11-24", "2026-11-24"), (75, 12, 31, nil, "1975-12-31", "2075-12-31"),
      (76, 1, 1, nil, "1976-01-01", "1976-01-01"), (99, 12, 31, 18, "1899-12-31", "1999-12-31"),
      (15, 5, 5, 20, "2015-05-05", "2015-05-05"), (30, 5, 5, 20, nil, "2030-05-05"),
      (0, 2, 29, nil, "2000-02-29", "2000-02-29"), (23, 2, 29, nil, nil, nil),
    ] as [(Int, Int, Int, Int?, String?, String?)])
  func findsCenturies(
    _ year: Int, _ month: Int, _ day: Int, _ century: Int?, _ birth: String?, _ end: String?
  ) throws {
    let now = try #require(Self.now)
    let date = MRZ.ShortDate(year: year, month: month, day: day, century: century)
    #expect(date.latest(upTo: now)?.iso == birth)
    if century == nil { #expect(date.nearest(to: now)?.iso == end) }
  }

  @Test func unknownPartsOfADateAreNoDate() throws {
    let zone = try Self.zone(
      Self.made(.td3, [(MRZLayout.td3.birthDate, "74<<<<"), (MRZLayout.td3.expiry, "<<<<<<")]))
    #expect(zone.birthDate == nil && zone.expiry == nil && zone.birthText == "74<<<<")
  }

  @Test func aZoneDoesNotPrint() throws {
    #expect("\(try Self.zone(Self.permit))" == "ChipZone(withheld)")
  }

  // MARK: GBK

  /// One of each part of the code, and what lies around them.
  @Test(
    arguments: [
      (0xD6A4, "证"), (0xBCFE, "件"), (0xD1F9, "样"), (0xB0A1, "啊"), (0xF7FE, "齄"), (0x8140, "丂"), (0x817E, "亊"),
      (0x8180, "亐"), (0xA0FE, "狛"), (0xAA40, "狜"), (0xEA90, "陳"), (0xFD88, "龍"), (0xFD9B, "龥"), (0xFD9C, nil),
      (0xFE4F, nil), (0xD7F9, "座"), (0xD7FA, nil), (0xD8A1, "亍"), (0x817F, nil), (0x80A1, nil), (0xFFA1, nil),
      (0xA1A1, nil), (0xAAA1, nil),
      (0x813F, nil), (0xB0FF, nil),
    ] as [(UInt16, String?)])
  func decodesGBK(_ code: UInt16, _ text: String?) {
    let (lead, trail) = (UInt8(code >> 8), UInt8(code & 0xFF))
    #expect(GBK.character(lead, trail).map { String($0) } == text)
    #expect(GBK.text([lead, trail]) == text)
  }

  @Test func noTwoCodesAreOneCharacter() {
    var found: Set<Unicode.Scalar> = []
    var count = 0
    for code in UInt16.min...UInt16.max {
      guard let scalar = GBK.character(UInt8(code >> 8), UInt8(code & 0xFF)) else { continue }
      found.insert(scalar)
      count += 1
    }
    #expect(count == 20_902 && found.count == count, "all ideographs from U+4E00 to U+9FA5")
    #expect(GBK.text([0x41, 0xD6, 0xA4]) == "A证" && GBK.text([0xD6]) == nil && GBK.text([]) == "")
  }
}

/// Codes of issuers in zones beside those of countries in certificates.
struct IssuingStateTests {
  @Test(
    arguments: [
      ("CHN", "CN"), ("D", "DE"), ("DEU", "DE"), ("GBD", "GB"), ("RKS", "KS"), ("UNO", "UN"), ("EUE", "EU"),
      ("UTO", "UT"), ("USA", "US"), ("HKG", "HK"), ("", nil), ("DE", nil), ("XXX", nil), ("CN", nil),
    ] as [(String, String?)])
  func issuersHaveCountries(_ issuer: String, _ country: String?) {
    #expect(IssuingState.country(ofIssuer: issuer) == country)
  }
}
