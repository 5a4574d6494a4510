import PassgateDomain
import PassgateEngines
import PassgateSystem
import PassgateTestKit
import Testing

/// DG2, ISO/IEC 19794-5 and ISO/IEC 39794-5: the image is found, whatever it is, and never decoded.
struct PortraitsTests {
  @Test(
    arguments: [
      (SampleFiles.jpeg, .jpeg), (SampleFiles.jpegWithEXIF, .jpeg), (SampleFiles.jpeg2000, .jpeg2000),
      (SampleFiles.codestream, .jpeg2000Codestream),
    ] as [([UInt8], PortraitFormat)])
  func formatsAreKnownByTheirStart(_ image: [UInt8], _ format: PortraitFormat) throws {
    for points in [0, 1, 7] {
      let portraits = try Portraits(
        SampleFiles.dg2(records: [SampleFiles.faceRecord([image], points: points)]))
      let portrait = try #require(portraits.portrait)
      #expect(portraits.images.count == 1 && portrait.format == format)
      #expect(portrait.bytes.elementsEqual(image))
    }
    let extensible = try Portraits(
      SampleFiles.dg2(count: 1, templates: SampleFiles.extensibleTemplate([image])))
    #expect(extensible.portrait?.format == format && extensible.portrait?.bytes.elementsEqual(image) == true)
  }

  @Test(arguments: [[0x7F, 0x45, 0x4C, 0x46], [], [0xFF, 0xD8], [0x89, 0x50, 0x4E, 0x47]] as [[UInt8]])
  func whatIsNoImageIsNotHandedOn(_ image: [UInt8]) throws {
    let portraits = try Portraits(SampleFiles.dg2(records: [SampleFiles.faceRecord([image])]))
    #expect(portraits.images.count == 1 && portraits.portrait == nil)
  }

  /// Two faces in one record, and two records: the first image that is one is the portrait.
  @Test func severalFacesAreFound() throws {
    let unknown: [UInt8] = [1, 2, 3]
    let together = try Portraits(
      SampleFiles.dg2(records: [SampleFiles.faceRecord([unknown, SampleFiles.codestream])]))
    let apart = try Portraits(
      SampleFiles.dg2(records: [unknown, SampleFiles.codestream].map { SampleFiles.faceRecord([$0]) }))
    let extensible = try Portraits(
      SampleFiles.dg2(count: 1, templates: SampleFiles.extensibleTemplate([unknown, SampleFiles.codestream])))
    for portraits in [together, apart, extensible] {
      #expect(portraits.images.map(\.format) == [nil, .jpeg2000Codestream])
      #expect(portraits.portrait?.bytes.elementsEqual(SampleFiles.codestream) == true)
    }
  }

  /// The counts of templates: none, more than are there, fewer than are there.
  @Test(arguments: [0, 2, 255] as [UInt8]) func countsOfTemplatesMustHold(_ count: UInt8) {
    let record = SampleFiles.faceRecord([SampleFiles.jpeg])
    #expect(throws: LDSFault.malformed(tag: 0x02)) {
      try Portraits(SampleFiles.dg2(count: count, records: [record]))
    }
    #expect(throws: LDSFault.self) { try Portraits(SampleFiles.dg2(count: count, records: [])) }
  }

  @Test(arguments: [0, 2, 17, 255, 65_535]) func countsOfFacesMustHold(_ faces: Int) {
    let record = SampleFiles.faceRecord([SampleFiles.jpeg], faces: faces)
    #expect(throws: LDSFault.self) { try Portraits(SampleFiles.dg2(records: [record])) }
  }

  @Test(arguments: [1, 1_000, 0x7FFF_0000, -60]) func theRecordsLengthMayNotLie(_ off: Int) {
    let record = SampleFiles.faceRecord([SampleFiles.jpeg], lengthOff: off)
    #expect(throws: LDSFault.malformed(tag: 0x5F2E)) { try Portraits(SampleFiles.dg2(records: [record])) }
  }

  @Test(arguments: [1, 1_000, 0x7FFF_0000, -20]) func theBlocksLengthMayNotLie(_ off: Int) {
    let record = SampleFiles.faceRecord([SampleFiles.jpeg], blockOff: off)
    #expect(throws: LDSFault.malformed(tag: 0x5F2E)) { try Portraits(SampleFiles.dg2(records: [record])) }
  }

  @Test func theNumberOfFeaturePointsMayNotLie() {
    var record = SampleFiles.faceRecord([SampleFiles.jpeg])
    (record[18], record[19]) = (0xFF, 0xFF)
    #expect(throws: LDSFault.malformed(tag: 0x5F2E)) { try Portraits(SampleFiles.dg2(records: [record])) }
  }

  @Test func manyFacesAreRefused() {
    let together = SampleFiles.faceRecord((0..<17).map { _ in SampleFiles.jpeg })
    #expect(throws: LDSFault.tooMany(tag: 0x5F2E)) { try Portraits(SampleFiles.dg2(records: [together])) }
    let records = (0..<17).map { _ in SampleFiles.faceRecord([SampleFiles.jpeg]) }
    #expect(throws: LDSFault.tooMany(tag: 0x7F60)) { try Portraits(SampleFiles.dg2(records: records)) }
  }

  @Test func aFileBeyondItsLimitIsRefused() throws {
    func file(_ count: Int) -> [UInt8] {
      SampleFiles.dg2(records: [SampleFiles.faceRecord([[UInt8](repeating: 0xFF, count: count)])])
    }
    let around = file(1 << 19).count - (1 << 19)
    _ = try Portraits(file(ChipFile.dg2.sizeLimit - around))
    #expect(throws: LDSFault.tooLarge) { try Portraits(file(ChipFile.dg2.sizeLimit - around + 1)) }
  }

  @Test(
    .enabled(if: SharedData.path("emrtd/dg") != nil, "needs ../shared/testdata/emrtd"),
    arguments: [
      ("emrtd/chips/bsi2008/Datagroup2.bin", 14_999), ("emrtd/dg/ICAO_39794_5_AP_DG2_MandFields.dat", 15_000),
    ])
  func specimensHaveOnePortrait(_ path: String, _ count: Int) throws {
    let portraits = try Portraits(try Files.read(try #require(SharedData.path(path))))
    #expect(portraits.images.count == 1)
    #expect(portraits.portrait?.format == .jpeg2000 && portraits.portrait?.bytes.count == count)
  }

  @Test func portraitsDoNotPrint() throws {
    let portraits = try Portraits(SampleFiles.of(.dg2))
    #expect("\(portraits)" == "Portraits(withheld)")
    #expect(try !"\(#require(portraits.portrait))".contains("255"))
  }
}
