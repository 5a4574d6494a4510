import Testing

@testable import PassgateWire

/// Portraits of a chunk: each of another record, in their order, none too large and not too many.
@Suite struct RegistryPortraitTests {
  private static let record = RegistryRecord(
    documentType: .permit, number: "H12345678", hanName: "陳大文", latinName: "", formerNames: [],
    birthDate: "1990-12-31", sex: nil, expiry: "", previousNumbers: [], superseded: false)

  private func chunk(_ portraits: [RegistryPortrait], records: Int) -> ImportChunkRequest {
    ImportChunkRequest(
      salt: filled(16), operationID: filled(16), importID: filled(16), chunk: 0,
      records: Array(repeating: Self.record, count: records), last: true, portraits: portraits)
  }

  private func fault(_ portraits: [RegistryPortrait], records: Int) -> WireError? {
    do throws(WireError) {
      _ = try ImportChunkRequest(decoding: chunk(portraits, records: records).encoded().span)
      return nil
    } catch {
      return error
    }
  }

  private func portraits(_ records: [UInt32]) -> [RegistryPortrait] {
    records.map { RegistryPortrait(record: $0, image: filled(9)) }
  }

  @Test(arguments: [[], [0], [3], [0, 3], [0, 1, 2, 3]] as [[UInt32]])
  func eachOfAnotherRecordInTheirOrder(_ records: [UInt32]) {
    #expect(fault(portraits(records), records: 4) == nil)
  }

  @Test(
    arguments: [([4], 0), ([0, 0], 1), ([1, 0], 1), ([0, .max], 1), ([3, 3], 1)] as [([UInt32], Int)])
  func noneOfNoRecordAndNoneTwice(_ records: [UInt32], _ wrong: Int) {
    #expect(
      fault(portraits(records), records: 4) == WireError(.notAllowed, field: "portraits[\(wrong)].record"))
  }

  @Test func notMoreThanTheEngineHasTimeFor() {
    let most = portraits((0..<32).map { UInt32($0) })
    #expect(fault(most, records: 40) == nil)
    #expect(fault(most + portraits([32]), records: 40) == WireError(.tooMany, field: "portraits"))
  }

  @Test(
    arguments: [(0, .missing), (1, nil), (262_144, nil), (262_145, .badLength)] as [(Int, WireError.Fault?)])
  func aPictureHasItsLimits(_ count: Int, _ fault: WireError.Fault?) {
    let found = self.fault([RegistryPortrait(record: 0, image: filled(count))], records: 1)
    #expect(found == fault.map { WireError($0, field: "portraits[0].image") })
  }

  @Test func aRefusalNamesItsReason() {
    let refused = Raw.content(1, filled(16)) + Raw.content(4, Raw.number(1, 2))
    #expect(throws: WireError(.missing, field: "refused_portraits[0].reason")) {
      try ImportChunkReply(decoding: refused.span)
    }
  }

  @Test func noPictureIsPrinted() {
    let secret = filled(8, 0x4B)
    let stored = StoredPortrait(image: secret, vector: secret, modelID: filled(32))
    for text in ["\(stored)", "\(chunk([RegistryPortrait(record: 0, image: secret)], records: 1))"] {
      #expect(!text.contains("75, 75"))
    }
    var dumped = ""
    dump(stored, to: &dumped)
    #expect(!dumped.contains("75"))
  }
}
