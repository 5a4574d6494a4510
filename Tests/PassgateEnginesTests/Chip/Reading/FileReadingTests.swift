import PassgateDomain
import Testing

@testable import PassgateEngines

/// Files read in batches from a chip without protection, whose every command is looked at.
@Suite struct FileReadingTests {
  /// The files by their identifiers, as ISO 7816-4 reads them.
  private struct Folder {
    var files: [UInt16: [UInt8]]
    /// The most bytes of one reading, and what is said beyond.
    var longest = 256
    var refusal: UInt16 = 0x6700
    /// The most bytes that are given, without a word.
    var cut = 65_536
    private(set) var commands: [CommandAPDU] = []
    private(set) var overread = false
    private var selected: UInt16?

    init(_ files: [UInt16: [UInt8]]) { self.files = files }

    /// The answers to a batch, up to the first that is not 9000.
    mutating func answer(_ batch: [CommandAPDU]) -> [ResponseAPDU] {
      var answers: [ResponseAPDU] = []
      for command in batch {
        answers.append(answer(command))
        if answers.last?.isSuccess != true { break }
      }
      return answers
    }

    private mutating func answer(_ command: CommandAPDU) -> ResponseAPDU {
      commands.append(command)
      switch command.ins {
      case 0xa4:
        let name = command.data.reduce(0) { $0 << 8 | UInt16($1) }
        selected = files[name] == nil ? nil : name
        return ResponseAPDU(status: selected == nil ? 0x6a82 : 0x9000)
      case 0xb0: return read(Int(command.p1) << 8 | Int(command.p2), command.le ?? 0)
      case 0xb1:
        let offset = command.data.dropFirst(2).reduce(0) { $0 << 8 | Int($1) }
        // The data object around them has two bytes up to 127, then three.
        let length = command.le ?? 0
        let inner = read(offset, length < 130 ? length - 2 : length - 3)
        return inner.isSuccess ? ResponseAPDU(TLV.encoded(0x53, inner.data)) : inner
      default: return ResponseAPDU(status: 0x6d00)
      }
    }

    private mutating func read(_ offset: Int, _ count: Int) -> ResponseAPDU {
      guard let file = selected.flatMap({ files[$0] }) else { return ResponseAPDU(status: 0x6986) }
      guard count <= longest else { return ResponseAPDU(status: refusal) }
      if offset + count > file.count, file.first != 0x47 { overread = true }
      return ResponseAPDU(Array(file.dropFirst(offset).prefix(min(count, cut))))
    }
  }

  private static func file(_ tag: UInt32, _ count: Int) -> [UInt8] {
    TLV.encoded(tag, (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) })
  }

  private static let document: [UInt16: [UInt8]] = [
    0x0101: file(0x61, 93), 0x0102: file(0x75, 15_360), 0x010b: file(0x6b, 60), 0x010f: file(0x6f, 294),
  ]
  private static let wanted: [ChipFile] = [.dg1, .dg15, .dg11, .dg2]

  /// Reads on until nothing is asked for; the number of batches.
  @discardableResult
  private static func run(
    _ reading: inout FileReading, _ folder: inout Folder, limit: Int = 64
  ) throws -> Int {
    var batches = 0
    while batches < 500 {
      let commands = reading.next(limit: limit)
      if commands.isEmpty { return batches }
      #expect(commands.count <= limit)
      try reading.take(folder.answer(commands))
      batches += 1
    }
    return batches
  }

  @Test func lengthsFirstThenContents() throws {
    var reading = FileReading(Self.wanted)
    var folder = Folder(Self.document)
    #expect(try Self.run(&reading, &folder) == 3)
    #expect(
      reading.files
        == [
          .dg1: Self.document[0x0101], .dg2: Self.document[0x0102], .dg11: Self.document[0x010b],
          .dg15: Self.document[0x010f],
        ].compactMapValues { $0 })
    #expect(reading.missing.isEmpty && reading.progress == 1 && !folder.overread)
  }

  /// Chips that refuse long readings say so in four ways, or give less without a word.
  @Test(
    arguments: [
      (160, 0x6700), (160, 0x6b00), (160, 0x6ca0), (128, 0x6700), (112, 0x6c70), (32, 0x6b00), (17, 0x6c11),
    ] as [(Int, UInt16)])
  func smallerPiecesWhereTheChipWantsThem(_ longest: Int, _ refusal: UInt16) throws {
    var reading = FileReading(Self.wanted)
    var folder = Folder(Self.document)
    folder.longest = longest
    folder.refusal = refusal
    try Self.run(&reading, &folder)
    #expect(reading.files[.dg2] == Self.document[0x0102] && reading.files.count == 4 && !folder.overread)
    #expect(reading.block.size <= longest)
  }

  @Test(arguments: [3, 128, 200])
  func aChipThatGivesLessWithoutAWord(_ cut: Int) throws {
    var reading = FileReading(Self.wanted)
    var folder = Folder(Self.document)
    folder.cut = cut
    try Self.run(&reading, &folder)
    #expect(reading.files[.dg15] == Self.document[0x010f] && !folder.overread)
  }

  /// Lengths that are open or shorter than what was read to know them.
  @Test func noPartIsMoreThanAll() throws {
    var reading = FileReading([.dg14, .dg1, .dg2])
    _ = reading.next(limit: 64)
    try reading.take([
      ResponseAPDU(), ResponseAPDU([0x6e, 0x00, 0xff, 0xff]), ResponseAPDU(),
      ResponseAPDU([0x61, 0x84, 0x00, 0x00]), ResponseAPDU(), ResponseAPDU([0x75, 0x84, 0x00, 0x00]),
    ])
    #expect(0...1 ~= reading.progress)
  }

  /// 15 bits of offset, then 16, then 24, by the odd instruction.
  @Test(arguments: [32_760, 32_767, 32_768, 33_000, 65_530, 66_000, 300_000])
  func longFiles(_ count: Int) throws {
    var reading = FileReading([.dg2])
    var folder = Folder([0x0102: Self.file(0x75, count)])
    try Self.run(&reading, &folder)
    #expect(reading.files[.dg2] == folder.files[0x0102] && !folder.overread)
    let odd = folder.commands.filter { $0.ins == 0xb1 }
    #expect(odd.isEmpty == (count < 32_900))
    #expect(odd.allSatisfy { $0.p1 == 0 && $0.p2 == 0 && $0.data.first == 0x54 && $0.le ?? 0 <= 256 })
  }

  @Test func theOddInstructionFromTheOffsetOnThatTheEvenOneCannotSay() {
    #expect(ReadCommands.read(at: 32_767, count: 4).bytes == [0, 0xb0, 0x7f, 0xff, 4])
    #expect(ReadCommands.read(at: 32_768, count: 4).bytes == [0, 0xb1, 0, 0, 4, 0x54, 2, 0x80, 0, 6])
    #expect(ReadCommands.read(at: 65_536, count: 4).bytes == [0, 0xb1, 0, 0, 5, 0x54, 3, 1, 0, 0, 6])
  }

  @Test func filesThatAreNotThere() throws {
    var reading = FileReading([.dg14] + Self.wanted)
    var folder = Folder(Self.document)
    folder.files[0x010b] = nil
    try Self.run(&reading, &folder)
    #expect(reading.missing == [.dg11, .dg14] && Set(reading.files.keys) == [.dg1, .dg2, .dg15])
  }

  /// The chip is not asked for one byte of a file that is longer than is read.
  @Test(
    arguments: [
      (ChipFile.dg2, [0x75, 0x84, 0x01, 0x00, 0x00, 0x00]), (.dg2, [0x75, 0x83, 0xff, 0xff, 0xff, 0x00]),
      (.dg2, [0x75, 0x83, 0x10, 0x00, 0x00, 0x00]), (.dg1, [0x61, 0x83, 0x01, 0x00, 0x00, 0x00]),
      (.sod, [0x77, 0x83, 0x01, 0x00, 0x00, 0x00]),
    ] as [(ChipFile, [UInt8])])
  func aFileThatAnnouncesTooMuch(_ file: ChipFile, _ start: [UInt8]) throws {
    var reading = FileReading([file])
    let name: UInt16 = file == .sod ? 0x011d : 0x0100 | UInt16(file.rawValue)
    var folder = Folder([name: start + [UInt8](repeating: 0, count: 2048)])
    #expect(throws: ChipFault.tooLarge(file)) { try Self.run(&reading, &folder) }
    #expect(folder.commands.count { $0.ins == 0xb0 } <= 2)
    #expect(folder.commands.allSatisfy { $0.ins != 0xb0 || Int($0.p2) + ($0.le ?? 0) <= 8 })
  }

  @Test func filesThatAreTooLongTogether() throws {
    var reading = FileReading([.dg2, .dg1], budget: 15_400)
    var folder = Folder(Self.document)
    #expect(throws: ChipFault.tooLarge(.dg1)) { try Self.run(&reading, &folder) }
  }

  @Test(
    arguments: [
      [0x61, 0x80, 0, 0], [0x62, 0x02, 0, 0], [0x61, 0x85, 1, 1, 1, 1, 1, 1], [0x7f, 0xff, 0xff, 0xff, 1, 1],
    ] as [[UInt8]])
  func filesThatBeginWrongly(_ start: [UInt8]) throws {
    var reading = FileReading([.dg1])
    var folder = Folder([0x0101: start + [UInt8](repeating: 0, count: 32)])
    #expect(throws: ChipFault.malformed(.dg1)) { try Self.run(&reading, &folder) }
  }

  /// It announces 93 bytes and has 40: every way to ask for the rest is tried, then it ends.
  @Test func aFileThatEndsEarly() throws {
    var reading = FileReading([.dg1])
    var folder = Folder([0x0101: Array(Self.file(0x61, 93).prefix(40))])
    #expect(throws: ChipFault.malformed(.dg1)) { try Self.run(&reading, &folder) }
    #expect(folder.commands.count < 20)
  }

  @Test func anEmptyFile() throws {
    var reading = FileReading([.dg1, .dg15])
    var folder = Folder([0x0101: [], 0x010f: Self.file(0x6f, 9)])
    try Self.run(&reading, &folder)
    #expect(reading.missing == [.dg1] && reading.files.keys.contains(.dg15))
  }

  @Test func moreThanWasAskedFor() throws {
    var reading = FileReading([.dg1])
    _ = reading.next(limit: 8)
    #expect(throws: ChipFault.protocolViolation(.files)) {
      try reading.take([ResponseAPDU(), ResponseAPDU([1, 2, 3, 4, 5])])
    }
  }

  @Test func heldFilesWait() throws {
    var reading = FileReading([.dg15, .dg2], holding: [.dg2])
    var folder = Folder(Self.document)
    try Self.run(&reading, &folder)
    #expect(Set(reading.files.keys) == [.dg15])
    let lead = FileReading.Lead(command: ReadCommands.selectMasterFile, stage: nil)
    reading = reading.released(after: [lead])
    #expect(reading.next(limit: 8).prefix(2) == [ReadCommands.selectMasterFile, ReadCommands.select(.dg2)])
    try Self.run(&reading, &folder)
    #expect(reading.files[.dg2] == Self.document[0x0102])
  }

  @Test func whatMustBeSelectedAndWhatNeedNotBe() throws {
    let master = FileReading.Lead(command: ReadCommands.selectMasterFile, stage: nil)
    let application = FileReading.Lead(command: ReadCommands.selectApplication, stage: .application)
    var tolerant = FileReading([.dg1], after: [master])
    var folder = Folder(Self.document)
    try Self.run(&tolerant, &folder)
    #expect(tolerant.files.count == 1)
    var strict = FileReading([.dg1], after: [application])
    #expect(throws: ChipFault.refused(.application, status: 0x6a82)) { try Self.run(&strict, &folder) }
    #expect(ReadCommands.selectApplication.le == nil)
  }

  /// EF.ATR/INFO has no length of its own, and is not asked for where EF.CardAccess is not.
  @Test func theMasterFile() throws {
    let attributes: [UInt8] = [0x47, 3, 0, 0, 0x40]
    var there = FileReading([.cardAccess, .attributes], needsFirst: true)
    var folder = Folder([0x011c: Self.file(0x31, 20), 0x2f01: attributes])
    try Self.run(&there, &folder)
    #expect(there.files[.attributes] == attributes && there.files[.cardAccess] == folder.files[0x011c])
    var absent = FileReading([.cardAccess, .attributes], needsFirst: true)
    folder = Folder([0x2f01: attributes])
    try Self.run(&absent, &folder)
    #expect(absent.files.isEmpty && folder.commands.count == 1)
  }

  @Test func piecesByWhatChipAndReaderCanDo() throws {
    func size(_ bytes: [UInt8], _ isExtended: Bool) throws -> Int {
      ReadBlock(try ChipAttributes(bytes), allowsExtendedLength: isExtended).size
    }
    let long: [UInt8] = [0x47, 3, 0, 0, 0x40, 0x7f, 0x66, 8, 2, 2, 8, 0, 2, 2, 8, 0]
    #expect(try size(long, true) == 2000 && size(long, false) == 0xdf)
    #expect(try size([0x47, 3, 0, 0, 0], true) == 0xdf)
    #expect(try size([0x7f, 0x66, 6, 2, 1, 0x80, 2, 1, 0x80], true) == 80)
  }
}
