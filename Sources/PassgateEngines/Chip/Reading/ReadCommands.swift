import PassgateDomain

/// The commands by which files are found and read (ISO 7816-4 section 7; ICAO 9303-10 section 3.6).
enum ReadCommands {
  /// Not all chips know this one, and the master file is selected anyway when a chip is new to the field.
  static let selectMasterFile = CommandAPDU(0x00, 0xa4, 0x00, 0x0c, [0x3f, 0x00])
  /// Without Le: some permit cards refuse it otherwise.
  static let selectApplication = CommandAPDU(
    0x00, 0xa4, 0x04, 0x0c, [0xa0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01])

  static func select(_ file: ChipFile) -> CommandAPDU {
    let identifier = identifier(of: file)
    return CommandAPDU(
      0x00, 0xa4, 0x02, 0x0c, [UInt8(identifier >> 8), UInt8(truncatingIfNeeded: identifier)])
  }

  private static func identifier(of file: ChipFile) -> UInt16 {
    switch file {
    case .com: 0x011e
    case .sod, .cardSecurity: 0x011d
    case .cardAccess: 0x011c
    case .attributes: 0x2f01
    default: 0x0100 | UInt16(file.rawValue)
    }
  }

  /// The highest offset that the even instruction can say.
  private static let evenLimit = 0x7fff

  /// Reads `count` bytes of the selected file. Beyond 32,767 the offset goes into a data object of the odd
  /// instruction, whose answer comes in one too.
  static func read(at offset: Int, count: Int) -> CommandAPDU {
    if offset <= evenLimit {
      return CommandAPDU(
        0x00, 0xb0, UInt8(truncatingIfNeeded: offset >> 8), UInt8(truncatingIfNeeded: offset), le: count)
    }
    let digits = [16, 8, 0].map { UInt8(truncatingIfNeeded: offset >> $0) }.drop { $0 == 0 }
    let object = TLV.encoded(0x54, digits)
    return CommandAPDU(
      0x00, 0xb1, 0x00, 0x00, object, le: TLV.encoded(0x53, [UInt8](repeating: 0, count: count)).count)
  }

  /// The bytes of the file in an answer to `read`.
  static func content(of data: [UInt8], at offset: Int) throws(ChipFault) -> [UInt8] {
    if offset <= evenLimit || data.isEmpty { return data }
    guard let object = try? TLV(data, tag: 0x53) else { throw .protocolViolation(.files) }
    return Array(object.content)
  }
}

/// How many bytes are asked for at once. Some chips give 160 bytes at most, and say so in several ways.
struct ReadBlock: Sendable, Equatable {
  /// What every command in the short form can carry under secure messaging, with either cipher.
  static let standard = ReadBlock(size: 0xdf)
  private static let steps = [0xdf, 0xa0, 0x70, 0x40, 0x20]
  /// What secure messaging adds to an answer, at most.
  private static let overhead = 48
  private static let largest = 2048

  private(set) var size: Int

  private init(size: Int) { self.size = size }

  /// By EF.ATR/INFO, where chip and reader can do more, or the chip less.
  init(_ attributes: ChipAttributes, allowsExtendedLength: Bool) {
    let longest = attributes.longestAnswer.map { max(Self.steps[4], $0 - Self.overhead) } ?? Self.steps[0]
    let canExtend = allowsExtendedLength && attributes.takesExtendedLength
    size = min(longest, canExtend ? Self.largest : Self.steps[0])
  }

  /// Whether the status says that the length was not right.
  static func isTooLong(_ status: UInt16) -> Bool {
    [StatusWord.wrongLength, StatusWord.wrongOffset].contains(status)
      || StatusWord.lengthWanted(status) != nil
  }

  /// To the length that the chip names, or else to the next smaller one; false when there is none.
  mutating func stepDown(after status: UInt16? = nil) -> Bool {
    if let wanted = status.flatMap(StatusWord.lengthWanted), wanted < size {
      size = wanted
      return true
    }
    guard let next = Self.steps.first(where: { $0 < size }) else { return false }
    size = next
    return true
  }

  /// A chip that gave fewer bytes gives no more next time.
  mutating func limit(to count: Int) { size = min(size, max(1, count)) }
}
