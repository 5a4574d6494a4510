import Testing

@testable import PassgateDomain

struct MRZTests {
  private static let passport = [
    "POCHNHUANG<<ZHIQIANG<<<<<<<<<<<<<<<<<<<<<<<<", "EJ12345673CHN7911026M3008199<<<<<<<<<<<<<<<0",
  ]

  /// The fields and digits of ICAO Doc 9303-3, 4.9 and 9303-4, appendix B.
  @Test(arguments: [
    ("D23145890734", 9), ("L898902C3", 6), ("740812", 2), ("120415", 9), ("520727", 3), ("AB2134<<<", 5),
    ("ZE184226B<<<<<", 1), ("<<<<<<<<<<<<<<", 0),
  ])
  func countsCheckDigits(_ field: String, digit: Int) {
    #expect(MRZReader.checkDigit([Array(field.utf8)[...]]) == UInt8(ascii: "0") + UInt8(digit))
  }

  @Test func readsAPassport() throws {
    let zone = try MRZ(lines: Self.passport, type: .passport)
    #expect(zone.number == "EJ1234567")
    #expect(zone.reissue == nil)
    #expect(zone.sex == .male)
    #expect(zone.warnings.isEmpty)
    #expect(zone.birthDate.agrees(with: try #require(CalendarDate(iso: "1979-11-02"))))
    #expect(zone.expiry.agrees(with: try #require(CalendarDate(iso: "2030-08-19"))))
    #expect(zone.name == (try PersonName(claimed: "HUANG<<ZHIQIANG", type: .passport)))
  }

  /// Whatever single character of line 2 is changed, a digit notices, but for the optional data's own.
  @Test(arguments: Array(0..<28) + [43])
  func noticesAChange(at position: Int) {
    var line = Array(Self.passport[1].utf8)
    line[position] = line[position] == UInt8(ascii: "5") ? UInt8(ascii: "6") : UInt8(ascii: "5")
    let spoiled = [Self.passport[0], String(decoding: line, as: UTF8.self)]
    let isFiller = (10..<13).contains(position)
    #expect((try? MRZ(lines: spoiled, type: .passport)) == nil || isFiller)
  }

  @Test(arguments: [
    ["", ""], [passport[0]], [passport[0], passport[1], passport[1]],
    [passport[0].lowercased(), passport[1]],
    [passport[1], passport[0]], ["V" + passport[0].dropFirst(), passport[1]],
    ["POD<<" + passport[0].dropFirst(5), passport[1]], [passport[0] + "<", passport[1]],
    [passport[0], passport[1].dropLast() + "１"],
  ])
  func refuses(_ lines: [String]) {
    #expect(throws: ClaimFault.self) { try MRZ(lines: lines, type: .passport) }
  }

  @Test func tellsCenturies() throws {
    let short = MRZ.ShortDate(year: 99, month: 12, day: 31, century: 19)
    #expect(short.agrees(with: try #require(CalendarDate(iso: "1999-12-31"))))
    #expect(!short.agrees(with: try #require(CalendarDate(iso: "2099-12-31"))))
    let open = MRZ.ShortDate(year: 99, month: 12, day: 31, century: nil)
    #expect(open.agrees(with: try #require(CalendarDate(iso: "2099-12-31"))))
    #expect(!open.agrees(with: try #require(CalendarDate(iso: "2099-12-30"))))
  }
}
