import PassgateCrypto
import PassgateDomain
import PassgateEngines

// The commands about files (ICAO 9303-10 section 3.6).

extension Card {
  func require(_ condition: Bool, _ status: UInt16) throws(CardRefusal) {
    guard condition else { throw CardRefusal(status) }
  }

  mutating func select(_ command: CommandAPDU) throws(CardRefusal) -> Outcome {
    switch command.p1 {
    case 0x00:
      try require(command.data == [0x3f, 0x00] || command.data.isEmpty, StatusWord.fileNotFound)
      files.selectFolder(.masterFile)
    case 0x04:
      try require(command.data == CardFiles.applicationIdentifier, StatusWord.fileNotFound)
      files.selectFolder(.travelApplication)
    case 0x02:
      try require(command.data.count == 2, StatusWord.wrongData)
      let identifier = UInt16(command.data[0]) << 8 | UInt16(command.data[1])
      let file = files.select(identifier: identifier)
      try require(file != nil, StatusWord.fileNotFound)
    default: throw CardRefusal(StatusWord.wrongParameters)
    }
    return Outcome()
  }

  /// READ BINARY with an offset of 15 bits, or with a short file identifier and one of 8.
  mutating func read(_ command: CommandAPDU) throws(CardRefusal) -> Outcome {
    guard let length = command.le else { throw CardRefusal(StatusWord.wrongLength) }
    var offset = Int(command.p1) << 8 | Int(command.p2)
    if command.p1 & 0x80 != 0 {
      try require(command.p1 & 0x60 == 0, StatusWord.wrongParameters)
      try selectShort(command.p1 & 0x1f)
      offset = Int(command.p2)
    }
    return try part(offset, length)
  }

  /// READ BINARY with the offset in data object 54 and the bytes in 53, for what lies beyond 32 KiB.
  mutating func readFar(_ command: CommandAPDU) throws(CardRefusal) -> Outcome {
    guard let length = command.le, let digits = BER.elements(command.data)?.first(0x54), digits.count <= 3
    else { throw CardRefusal(StatusWord.wrongData) }
    if command.p2 != 0 { try selectShort(command.p2 & 0x1f) }
    // The head of data object 53 counts among the bytes that are asked for.
    let room = max(1, length - (length > 0x103 ? 4 : length > 0x81 ? 3 : 2))
    var outcome = try part(digits.reduce(0) { $0 << 8 | Int($1) }, room)
    outcome.answer.data = BER.element(0x53, outcome.answer.data)
    return outcome
  }

  private mutating func selectShort(_ identifier: UInt8) throws(CardRefusal) {
    let file = files.select(shortIdentifier: identifier)
    try require(file != nil, StatusWord.fileNotFound)
  }

  private func part(_ offset: Int, _ length: Int) throws(CardRefusal) -> Outcome {
    guard let file = files.selected, let content = files.contents[file] else {
      throw CardRefusal(0x6986)
    }
    try require(file.cardFile.isOpen || isOpen, StatusWord.securityNotSatisfied)
    try require(offset < content.count || content.isEmpty && offset == 0, StatusWord.wrongOffset)
    let bytes = Array(content[offset...].prefix(length))
    // 256 and 65,536 ask for all there is, which then is no less than was asked for.
    let isWhole = bytes.count == length || length == 256 || length == 65_536
    return Outcome(bytes, status: isWhole ? StatusWord.success : StatusWord.endOfFile)
  }
}
