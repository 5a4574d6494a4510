import PassgateDomain
import PassgateEngines
import Testing

/// ISO/IEC 7816-4 section 5.2.2, and what hostile chips make of it.
struct TLVTests {
  /// Well-formed headers: bytes, tag, length of the content, length of the header.
  @Test(
    arguments: [
      ([0x61, 0x05], 0x61, 5, 2), ([0x5F, 0x1F, 0x7F], 0x5F1F, 127, 3), ([0x75, 0x81, 0x80], 0x75, 128, 3),
      ([0x75, 0x81, 0x05], 0x75, 5, 3), ([0x75, 0x82, 0x00, 0x5B], 0x75, 91, 4),
      ([0x77, 0x83, 0x01, 0x00, 0x00], 0x77, 65_536, 5),
      ([0x77, 0x84, 0xFF, 0xFF, 0xFF, 0xFF], 0x77, 0xFFFF_FFFF, 6),
      ([0x7F, 0x81, 0x01, 0x00], 0x7F8101, 0, 4),
      ([0x00, 0x00], 0x00, 0, 2),
    ] as [([UInt8], UInt32, Int, Int)])
  func readsAHeader(_ bytes: [UInt8], _ tag: UInt32, _ length: Int, _ count: Int) throws {
    let header = try #require(try TLV.Header((bytes + [0xAA])[...]))
    #expect(header.tag == tag && header.length == length && header.count == count)
    for short in 0..<bytes.count {
      #expect(try TLV.Header(bytes.prefix(short)) == nil, "needs more than \(short) bytes")
    }
  }

  @Test(
    arguments: [
      ([0x61, 0x80, 0x00, 0x00], .indefiniteLength), ([0x61, 0x85, 0, 0, 0, 0, 1], .lengthTooLong),
      ([0x61, 0x88, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], .lengthTooLong),
      ([0x61, 0xFF], .lengthTooLong), ([0x7F, 0x81, 0x81, 0x01, 0x00], .tagTooLong),
      ([0x7F] + [UInt8](repeating: 0xFF, count: 100), .tagTooLong),
    ] as [([UInt8], LDSFault)])
  func refusesAHeader(_ bytes: [UInt8], _ fault: LDSFault) {
    #expect(throws: fault) { try TLV.Header(bytes[...]) }
    #expect(throws: fault) { try TLV(bytes, tag: 0x61) }
  }

  @Test(
    arguments: [
      ([], .empty), ([0x61], .truncated), ([0x61, 0x02, 0x00], .truncated), ([0x61, 0x84], .truncated),
      ([0x61, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0x00], .truncated), ([0x61, 0x01, 0x00, 0x00], .trailingBytes),
      ([0x62, 0x00], .unexpected(tag: 0x62)),
    ] as [([UInt8], LDSFault)])
  func aFileIsOneDataObject(_ bytes: [UInt8], _ fault: LDSFault) {
    #expect(throws: fault) { try TLV(bytes, tag: 0x61) }
  }

  @Test(arguments: [0, 1, 127, 128, 255, 256, 65_535, 65_536])
  func whatIsWrittenIsRead(_ count: Int) throws {
    let content = [UInt8](repeating: 0x5A, count: count)
    for tag: UInt32 in [0x04, 0x61, 0x5F1F, 0x7F60, 0x7F8101] {
      let bytes = TLV.encoded(tag, content)
      let object = try TLV(bytes, tag: tag)
      #expect(object.content.elementsEqual(content) && object.whole.elementsEqual(bytes))
      #expect(object.isConstructed == (tag != 0x04 && tag != 0x5F1F))
    }
  }

  /// Thirty-two within one another are read, one more is not, and 600 cost no more than 33.
  @Test(arguments: [(2, true), (32, true), (33, false), (34, false), (600, false)])
  func nestingEnds(_ depth: Int, _ isAccepted: Bool) throws {
    let nested = (1..<depth).reduce([UInt8]()) { inner, _ in TLV.encoded(0x30, inner) }
    let file = try TLV(TLV.encoded(0x30, nested), tag: 0x30)
    if isAccepted {
      try file.checkNesting()
    } else {
      #expect(throws: LDSFault.tooDeep) { try file.checkNesting() }
    }
  }

  @Test func childrenAreCounted() throws {
    let pair = [UInt8](repeating: 0, count: 2)
    let file = try TLV(TLV.encoded(0x61, (0..<64).flatMap { _ in pair }), tag: 0x61)
    #expect(try file.children().count == 64)
    #expect(throws: LDSFault.tooMany(tag: 0)) { try file.children(limit: 63) }
  }

  @Test func aReaderStepsOverWhatIsOptional() throws {
    let bytes: [UInt8] = [0x02, 0x01, 0x07, 0x04, 0x00]
    var reader = TLVReader(bytes[...])
    #expect(try reader.nextIf(0x04) == nil)
    #expect(try reader.next(0x02).content.elementsEqual([7]))
    #expect(throws: LDSFault.unexpected(tag: 0x04)) {
      var copy = reader
      try copy.requireEnd()
    }
    #expect(try reader.nextIf(0x04)?.content.isEmpty == true)
    #expect(reader.isAtEnd)
    #expect(throws: LDSFault.missing(tag: 0x02)) { try reader.next(0x02) }
  }

  @Test func sentencesNameTagsAndNoValues() {
    #expect("\(LDSFault.unexpected(tag: 0x5F1F))" == "data object 5F1F cannot stand here")
    #expect("\(LDSFault.missing(tag: 0x2))" == "data object 02 is missing")
    #expect("\(ChipFileFault(.dg2, .tooLarge))" == "DG2: there are more bytes than are accepted")
    #expect("\(ChipFileFault(nil, .tooLarge))" == "there are more bytes than are accepted")
  }
}
