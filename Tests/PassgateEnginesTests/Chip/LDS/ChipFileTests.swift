import PassgateDomain
import PassgateEngines
import Testing

/// Sizes and places of files, before anything in them is read.
struct ChipFileTests {
  /// Of eight bytes that the chip sends first, a reader learns how far to read, or that it must not.
  @Test(
    arguments: [
      (.dg1, [0x61, 0x5B, 0x5F, 0x1F], 93), (.dg2, [0x75, 0x82, 0x3A, 0xE7], 15_083),
      (.sod, [0x77, 0x82, 0x04, 0x30], 1_076), (.cardAccess, [0x31, 0x81, 0xC6], 201),
      (.dg14, [0x6E, 0x82, 0x00, 0x05], 9),
    ] as [(ChipFile, [UInt8], Int)])
  func aFileTellsItsLength(_ file: ChipFile, _ start: [UInt8], _ length: Int) throws {
    #expect(try file.length(from: start) == length)
    #expect(try file.length(from: start.prefix(1)) == nil)
    #expect(try ChipFile.attributes.length(from: start) == nil)
  }

  @Test func aChipThatAnnounces16MiBIsStoppedBeforeTheFirstRead() {
    let header: [UInt8] = [0x84, 0x01, 0x00, 0x00, 0x00]
    for file in ChipFile.allCases where !file.isForbidden {
      guard let tag = file.tag else { continue }
      let start = [UInt8(truncatingIfNeeded: tag)] + header
      #expect(throws: LDSFault.tooLarge) { try file.length(from: start) }
    }
  }

  @Test(arguments: [ChipFile.dg3, .dg4])
  func fingerprintsAndIrisesAreRefusedWhateverTheyAre(_ file: ChipFile) {
    let tag = UInt8(truncatingIfNeeded: file.tag ?? 0)
    for bytes: [UInt8] in [[], [tag], [tag, 0x00], [0xFF, 0xFF, 0xFF, 0xFF]] {
      #expect(throws: LDSFault.forbidden) { try file.length(from: bytes) }
      #expect(throws: ChipFileFault(file, .forbidden)) { try ChipFile.check([file: bytes]) }
    }
  }

  /// Every file may have its limit and not one byte more.
  @Test(arguments: ChipFile.allCases.filter { !$0.isForbidden })
  func sizesAreCapped(_ file: ChipFile) throws {
    let limit = file.sizeLimit
    guard let tag = file.tag else {
      try ChipFile.check([file: [UInt8](repeating: 0, count: limit)])
      #expect(throws: ChipFileFault(file, .tooLarge)) {
        try ChipFile.check([file: [UInt8](repeating: 0, count: limit + 1)])
      }
      return
    }
    let header = [UInt8(truncatingIfNeeded: tag), 0x83]
    func bytes(_ count: Int) -> [UInt8] {
      let length = count - 5
      return header + [16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) }
        + [UInt8](repeating: 0, count: length)
    }
    try ChipFile.check([file: bytes(limit)])
    #expect(throws: ChipFileFault(file, .tooLarge)) { try ChipFile.check([file: bytes(limit + 1)]) }
    #expect(throws: ChipFileFault(file, .trailingBytes)) {
      try ChipFile.check([file: bytes(limit - 1) + [0]])
    }
    #expect(throws: ChipFileFault(file, .truncated)) { try ChipFile.check([file: bytes(9).dropLast()]) }
    #expect(throws: ChipFileFault(file, .empty)) { try ChipFile.check([file: []]) }
  }

  @Test func filesTogetherAreCapped() throws {
    var files: [ChipFile: [UInt8]] = [:]
    for file in ChipFile.allCases where !file.isForbidden {
      guard let tag = file.tag else { continue }
      files[file] = TLV.encoded(tag, [UInt8](repeating: 0, count: file.sizeLimit - 6))
    }
    // One portrait of a mebibyte and eighteen files of 64 KiB are beyond two mebibytes.
    let total = files.values.reduce(0) { $0 + $1.count }
    #expect(total > ChipFile.totalLimit)
    #expect(throws: ChipFileFault(nil, .tooLarge)) { try ChipFile.check(files) }
    for file: ChipFile in [.dg5, .dg6, .dg7, .dg8, .dg9] { files[file] = nil }
    try ChipFile.check(files)
  }

  @Test func listedTagsAreThoseOfDataGroups() {
    let tags = ChipFile.allCases.filter { $0.group != nil }.compactMap(\.tag)
    #expect(tags == [0x61, 0x75, 0x63, 0x76] + Array(0x65...0x70))
    for tag in UInt8.min...UInt8.max {
      #expect(ChipFile(listedTag: tag)?.tag == (tags.contains(UInt32(tag)) ? UInt32(tag) : nil))
    }
  }
}
