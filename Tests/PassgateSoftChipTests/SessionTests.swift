import PassgateCrypto
import PassgateDomain
import PassgateEngines
import PassgateSoftChip
import Testing

/// What a chip refuses: commands that are changed, out of order, or not protected.
@Suite struct SessionTests {
  private static let reading = CommandAPDU(0, 0xb0, 0x81, 0, le: 8)

  /// A session of basic access control, and the next protected reading.
  private static func opened() throws -> (terminal: Terminal, reading: CommandAPDU) {
    var terminal = Terminal(try Made.document("chinese-passport"))
    try terminal.openBasic()
    return (terminal, try #require(try terminal.messaging?.protect([reading]).first))
  }

  private static func status(_ chip: inout SoftChip, _ command: CommandAPDU) -> UInt16? {
    ResponseAPDU(decoding: chip.answer(command.bytes))?.status
  }

  /// Every bit of the data and the header but the class's counts.
  @Test func changedCommandsEndTheSession() throws {
    let (terminal, right) = try Self.opened()
    for place in right.data.indices {
      var (chip, wrong) = (terminal.chip, right)
      wrong.data[place] ^= 0x01
      #expect(try #require(Self.status(&chip, wrong)) >> 8 == 0x69, "byte \(place)")
      #expect(Self.status(&chip, right) == StatusWord.messagingNotSupported)
    }
    var (chip, elsewhere) = (terminal.chip, right)
    elsewhere.p1 ^= 1
    #expect(Self.status(&chip, elsewhere) == StatusWord.messagingObjectWrong)
  }

  @Test func aCommandCannotBeRepeated() throws {
    let (terminal, right) = try Self.opened()
    var chip = terminal.chip
    #expect(Self.status(&chip, right) == StatusWord.success)
    #expect(Self.status(&chip, right) == StatusWord.messagingObjectWrong)
  }

  @Test func aCommandWithoutCodeIsRefused() throws {
    let (terminal, right) = try Self.opened()
    var (chip, bare) = (terminal.chip, right)
    bare.data = Array(right.data.dropLast(10))
    #expect(Self.status(&chip, bare) == StatusWord.messagingObjectMissing)
  }

  @Test func aPlainCommandEndsTheSession() throws {
    let (terminal, right) = try Self.opened()
    var chip = terminal.chip
    #expect(Self.status(&chip, Self.reading) == StatusWord.securityNotSatisfied)
    #expect(Self.status(&chip, right) == StatusWord.messagingNotSupported)
  }

  @Test func aResetEndsTheSession() throws {
    let (terminal, right) = try Self.opened()
    var chip = terminal.chip
    chip.reset()
    #expect(Self.status(&chip, right) == StatusWord.messagingNotSupported)
  }

  /// The challenge is good for the next command alone.
  @Test func aChallengeIsUsedOnce() throws {
    var terminal = Terminal(try Made.document("chinese-passport"))
    try terminal.selectApplication()
    let token = CommandAPDU(0, 0x82, 0, 0, [UInt8](repeating: 1, count: 40), le: 40)
    #expect(try terminal.send(token)?.status == StatusWord.conditionsNotSatisfied)
    let challenge = CommandAPDU(0, 0x84, 0, 0, le: 8)
    _ = try terminal.send(challenge)
    #expect(try terminal.send(token)?.status == 0x6300)
    #expect(try terminal.send(token)?.status == StatusWord.conditionsNotSatisfied)
    let first = try terminal.send(challenge)?.data
    #expect(try terminal.send(challenge)?.data != first)
  }

  @Test func stepsOutOfOrder() throws {
    var terminal = Terminal(try Made.document("european-passport"))
    let step = CommandAPDU(0x10, 0x86, 0, 0, [0x7c, 0], le: 256)
    #expect(try terminal.send(step)?.status == StatusWord.conditionsNotSatisfied)
    let agreement = CommandAPDU(0, 0x22, 0x41, 0xa4, [0x80, 1, 0])
    #expect(try terminal.send(agreement)?.status == StatusWord.securityNotSatisfied)
    #expect(
      try terminal.send(CommandAPDU(0, 0x88, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8], le: 256))?.isSuccess == false)
    #expect(
      try terminal.send(CommandAPDU(0, 0xca, 0, 0, le: 256))?.status == StatusWord.instructionNotSupported)
    #expect(terminal.chip.answer([0x00, 0xa4]) == [0x67, 0x00])
  }

  /// A chip without extended length does not understand such a command, and forgets its session.
  @Test func extendedCommands() throws {
    for (name, status) in [("chinese-passport", StatusWord.wrongLength), ("hong-kong-passport", 0x9000)] {
      var terminal = Terminal(try Made.document(name))
      try terminal.openBasic()
      let far = CommandAPDU(0, 0xb0, 0x82, 0, le: 600)
      let sent = try #require(try terminal.messaging?.protect([far]).first)
      #expect(Self.status(&terminal.chip, sent) == status, "\(name)")
    }
  }
}
