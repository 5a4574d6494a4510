import PassgateDomain
import Testing

struct DocumentNumberTests {
  @Test(arguments: [
    ("H12345678", DocumentType.permit, "H12345678", nil as Int?), ("M1234567800", .permit, "M12345678", 0),
    ("H1234567899", .permit, "H12345678", 99), ("ｈ１２３４５６７８", .permit, "H12345678", nil),
    ("G12345678", .passport, "G12345678", nil), ("E12345678", .passport, "E12345678", nil),
    ("ej1234567", .passport, "EJ1234567", nil), ("EZ0000000", .passport, "EZ0000000", nil),
  ])
  func reads(_ text: String, type: DocumentType, key: String, reissue: Int?) throws {
    let number = try DocumentNumber(text, type: type)
    #expect(number.key == key)
    #expect(number.reissue == reissue)
    #expect(number.type == type)
  }

  @Test(arguments: [
    "", "H", "H1234567", "H123456789", "H123456789012", "H12345678 ", " H12345678", "A12345678", "H1234567A",
    "H١٢٣٤٥٦٧٨", "H123456７８９", "HA1234567", "MA1234567", "E12345678", "Ｈ1234567\u{308}8",
  ])
  func refusesAsPermit(_ text: String) {
    #expect(throws: ClaimFault.self) { try DocumentNumber(text, type: .permit) }
  }

  @Test(arguments: [
    "", "G1234567", "G123456789", "GA1234567", "EI1234567", "EO1234567", "EAB123456", "E1234567A",
    "D12345678",
    "H12345678", "P12345678",
  ])
  func refusesAsPassport(_ text: String) {
    #expect(throws: ClaimFault.self) { try DocumentNumber(text, type: .passport) }
  }

  @Test func takesNonChinesePermitsBehindTheSwitchAlone() throws {
    let number = try DocumentNumber("ha123456701", type: .permit, accepting: .includingNonChineseResidents)
    #expect(number.kind == .nonChinesePermit)
    #expect(number.key == "HA1234567")
    #expect(number.reissue == 1)
    #expect(throws: ClaimFault.self) {
      try DocumentNumber("EA1234567", type: .permit, accepting: .includingNonChineseResidents)
    }
  }

  @Test func hashesTheKeyWithoutTheCount() throws {
    let bare = try DocumentNumber("M12345678", type: .permit)
    let counted = try DocumentNumber("M1234567805", type: .permit)
    #expect(bare.keyBytes == Array("HM12345678".utf8))
    #expect(bare.keyBytes == counted.keyBytes)
    #expect(counted.text == "M1234567805")
    #expect(try DocumentNumber("G12345678", type: .passport).keyBytes == Array("PG12345678".utf8))
  }
}
