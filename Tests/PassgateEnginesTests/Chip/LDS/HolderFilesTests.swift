import PassgateDomain
import PassgateEngines
import PassgateSystem
import PassgateTestKit
import Testing

/// DG1, DG11, DG12, EF.COM, DG15, EF.ATR/INFO.
struct HolderFilesTests {
  // MARK: DG1

  @Test(
    .enabled(
      if: SharedData.path("emrtd/vectors/icao9303-10-lds.json") != nil, "needs ../shared/testdata/emrtd"),
    arguments: [
      ("EF_DG1_TD1", .td1, "XI85935F8", "NLD", "1972-08-14", "2011-08-26", "VAN DER STEEN, MARIANNE LOUISE"),
      ("EF_DG1_TD2", .td2, "D23145890", "UTO", "1974-08-12", "2012-04-15", "ERIKSSON, ANNA MARIA"),
      ("EF_DG1_TD3", .td3, "L898902C3", "UTO", "1974-08-12", "2012-04-15", "ERIKSSON, ANNA MARIA"),
    ] as [(String, MRZLayout.Name, String, String, String, String, String)])
  func readsTheZonesOfICAO(
    _ file: String, _ layout: MRZLayout.Name, _ number: String, _ issuer: String, _ birth: String,
    _ expiry: String, _ name: String
  ) throws {
    let zone = try ChipZone(dg1: try ChipVectors("vectors/icao9303-10-lds.json").bytes(file))
    let now = try #require(CalendarDate(iso: "2026-11-23"))
    #expect(zone.layout == layout && zone.issuer == issuer && zone.latinText == name)
    #expect(zone.birthDate?.latest(upTo: now)?.iso == birth && zone.expiry?.nearest(to: now)?.iso == expiry)
    #expect(zone.number == number || zone.number.hasPrefix(number))
    #expect(zone.warnings.isEmpty)
  }

  @Test(.enabled(if: SharedData.path("emrtd/chips/bsi2008") != nil, "needs ../shared/testdata/emrtd"))
  func readsTheGermanSpecimen() throws {
    let path = try #require(SharedData.path("emrtd/chips/bsi2008/Datagroup1.bin"))
    let zone = try ChipZone(dg1: try Files.read(path))
    #expect(zone.latinText == "MUSTERMANN, ERIKA" && zone.number == "C11T002JM" && zone.issuer == "D")
    #expect(zone.sex == .female && zone.birthText == "960812" && zone.expiryText == "131031")
    #expect(zone.isOpened(byNumber: "C11T002JM", birthDate: "960812", expiry: "131031"))
    #expect(!zone.isOpened(byNumber: "C11T002JM", birthDate: "960812", expiry: "131030"))
    #expect(zone.warnings.isEmpty)
  }

  @Test(arguments: [0, 1, 71, 73, 87, 89, 91, 180, 60_000]) func aZoneOfAnotherLengthIsRefused(_ count: Int) {
    #expect(throws: LDSFault.malformed(tag: 0x5F1F)) {
      try ChipZone(dg1: SampleFiles.dg1(String(repeating: "<", count: count)))
    }
  }

  @Test func aFileOfOnlyBytesIsReadWithoutTrust() throws {
    for byte in UInt8.min...UInt8.max {
      for count in [72, 88, 90] {
        let file = TLV.encoded(0x61, TLV.encoded(0x5F1F, [UInt8](repeating: byte, count: count)))
        let zone = try ChipZone(dg1: file)
        #expect(zone.warnings.contains(.characters) == !MRZ.canHold(byte))
      }
    }
  }

  @Test func anotherFilesTagIsRefused() {
    #expect(throws: LDSFault.unexpected(tag: 0x75)) { try ChipZone(dg1: SampleFiles.of(.dg2)) }
    #expect(throws: LDSFault.unexpected(tag: 0x61)) { try Portraits(SampleFiles.of(.dg1)) }
    #expect(throws: LDSFault.unexpected(tag: 0x6C)) { try DetailFile(dg11: SampleFiles.of(.dg12)) }
  }

  // MARK: DG11 and DG12

  @Test(
    .enabled(
      if: SharedData.path("emrtd/vectors/icao9303-10-lds.json") != nil, "needs ../shared/testdata/emrtd"))
  func readsTheDetailsOfICAO() throws {
    let vectors = try ChipVectors("vectors/icao9303-10-lds.json")
    let details = try DetailFile(dg11: try vectors.bytes("EF_DG11"))
    #expect(details.fullName == "SMITH<<JOHN<J" && details.otherNames.isEmpty && details.birthDate == nil)
    #expect(details.contents(0x5F12).map { String(decoding: $0, as: UTF8.self) } == ["16125551212"])
    let index = try DocumentIndex(try vectors.bytes("EF_COM"))
    #expect(index.version == "0106" && index.groups == [.dg1, .dg2] && !index.hasUnknownTags)
  }

  /// Chinese names in UTF-8, in GBK, and rare ones of four bytes.
  @Test(
    arguments: [
      (Array("陳大文".utf8), "陳大文"), ([0xB3, 0xC2, 0xB4, 0xF3, 0xCE, 0xC4], "陈大文"),
      (Array("李𠮷".utf8), "李𠮷"), (Array("陳<<大文".utf8), "陳<<大文"), ([0xEA, 0x90], "陳"),
    ] as [([UInt8], String)])
  func readsChineseNames(_ bytes: [UInt8], _ name: String) throws {
    let details = try DetailFile(dg11: TLV.encoded(0x6B, TLV.encoded(0x5F0E, bytes)))
    #expect(details.fullName == name)
  }

  /// Empty fields, fillers alone, control characters, endless text, no text: nil, and the bytes are kept.
  @Test(
    arguments: [[], [0x3C, 0x3C], [0x20], [0x41, 0x00], [0xFF, 0xFF], [0x41, 0x7F], [0xC2, 0x85]] as [[UInt8]]
  )
  func whatIsNoNameIsNone(_ bytes: [UInt8]) throws {
    let details = try DetailFile(dg11: TLV.encoded(0x6B, TLV.encoded(0x5F0E, bytes)))
    #expect(details.fullName == nil)
    #expect(details.contents(0x5F0E).map(Array.init) == [bytes])
  }

  @Test(
    arguments: [
      (Array("19900229".utf8), nil), (Array("19900228".utf8), "1990-02-28"),
      ([0x19, 0x90, 0x02, 0x28], "1990-02-28"),
      ([0x20, 0x24, 0x02, 0x29, 0x12, 0x30, 0x00], "2024-02-29"),
      (Array("20240229123000".utf8), "2024-02-29"),
      ([0x19, 0x9A, 0x02, 0x28], nil), ([], nil), (Array("1990".utf8), nil), (Array("1990022<".utf8), nil),
    ] as [([UInt8], String?)])
  func readsDates(_ bytes: [UInt8], _ date: String?) throws {
    let details = try DetailFile(dg12: TLV.encoded(0x6C, TLV.encoded(0x5F26, bytes)))
    #expect(details.issueDate?.iso == date)
    #expect(try DetailFile(dg11: TLV.encoded(0x6B, TLV.encoded(0x5F2B, bytes))).birthDate?.iso == date)
  }

  @Test func otherNamesAreListed() throws {
    let names = ["王<<小明", "", "WANG<<XIAOMING"].flatMap { SampleFiles.object(0x5F0F, $0) }
    // The number in 02 is wrong, which nothing rests on.
    let file = TLV.encoded(0x6B, TLV.encoded(0xA0, [0x02, 0x01, 0xFF] + names))
    #expect(try DetailFile(dg11: file).otherNames == ["王<<小明", "WANG<<XIAOMING"])
  }

  @Test func detailsAreCounted() throws {
    let name = SampleFiles.object(0x5F0F, "A")
    let many = (0..<65).flatMap { _ in name }
    #expect(throws: LDSFault.tooMany(tag: 0x5F0F)) { try DetailFile(dg11: TLV.encoded(0x6B, many)) }
    #expect(throws: LDSFault.tooMany(tag: 0x5F0F)) {
      try DetailFile(dg11: TLV.encoded(0x6B, TLV.encoded(0xA0, many)))
    }
  }

  // MARK: EF.COM, DG15, EF.ATR/INFO

  @Test func unknownTagsOfTheIndexAreIgnored() throws {
    let index = try DocumentIndex(SampleFiles.com(listing: [0x61, 0x75, 0x01, 0x6F, 0x7E]))
    #expect(index.groups == [.dg1, .dg2, .dg15] && index.hasUnknownTags)
  }

  @Test(
    arguments: [
      (128, [1, 0, 1], true), (127, [1, 0, 1], false), (768, [3], true), (769, [3], false), (128, [2], false),
      (128, [1], false), (128, [], false), (128, [0x80], false),
    ] as [(Int, [UInt8], Bool)])
  func keysOfActiveAuthenticationAreHeldAgainstRules(_ bytes: Int, _ exponent: [UInt8], _ isAccepted: Bool)
    throws
  {
    for last: UInt8 in [0xC1, 0xC0] {
      let modulus = [UInt8](repeating: 0xC1, count: bytes - 1) + [last]
      let spki = SampleFiles.rsaKey(modulus: modulus, exponent: exponent)
      let file = TLV.encoded(0x6F, spki)
      guard isAccepted, last == 0xC1 else {
        #expect(throws: LDSFault.self) { try ActiveAuthenticationKey(file) }
        continue
      }
      let key = try ActiveAuthenticationKey(file)
      #expect(key.kind == .rsa(modulusBytes: bytes) && key.spki == spki)
    }
  }

  @Test func keysOfOtherAlgorithmsAreRefused() throws {
    #expect(try ActiveAuthenticationKey(TLV.encoded(0x6F, SampleFiles.ecKey)).kind == .ec)
    let ed25519 = SampleFiles.spki([0x06, 0x03, 0x2B, 0x65, 0x70], [1])
    #expect(throws: LDSFault.malformed(tag: 0x06)) { try ActiveAuthenticationKey(TLV.encoded(0x6F, ed25519)) }
  }

  @Test func aChipTellsWhetherItTakesExtendedLength() throws {
    let attributes = try ChipAttributes(SampleFiles.attributes)
    #expect(attributes.takesExtendedLength)
    #expect(attributes.longestCommand == 32_767 && attributes.longestAnswer == 4_096)
    let silent = try ChipAttributes([0x47, 0x03, 0x80, 0x01, 0x80, 0x43, 0x01, 0xF0])
    #expect(!silent.takesExtendedLength && silent.longestCommand == nil && silent.longestAnswer == nil)
    #expect(throws: LDSFault.malformed(tag: 0x02)) {
      try ChipAttributes([0x7F, 0x66, 0x03, 0x02, 0x01, 0x00])
    }
    #expect(throws: LDSFault.empty) { try ChipAttributes([]) }
  }
}
