import PassgateEngines
import PassgateSoftChip
import Testing

/// Whatever arrives, a chip answers with a status.
@Suite struct HostileCommandTests {
  private static let instructions: [UInt8] = [0xa4, 0xb0, 0xb1, 0x84, 0x82, 0x22, 0x86, 0x88, 0xc0, 0x00]

  private static func command(_ dice: inout SeededBytes) -> [UInt8] {
    guard dice.roll(4) > 0 else { return dice.next(dice.roll(40)) }
    let cla: UInt8 = [0x00, 0x0c, 0x10, 0xff][dice.roll(4)]
    let parameters: [[UInt8]] = [
      [0, 0], [0xc1, 0xa4], [0x41, 0xa4], [0x41, 0xa6], [4, 0x0c], [2, 0x0c], [0x9e, 0],
    ]
    let data = dice.roll(2) == 0 ? dice.next(dice.roll(60)) : object(&dice)
    return [cla, instructions[dice.roll(instructions.count)]] + parameters[dice.roll(parameters.count)]
      + [UInt8(data.count)] + data + (dice.roll(2) == 0 ? [0] : [])
  }

  /// Something that looks like the data objects that a chip expects.
  private static func object(_ dice: inout SeededBytes) -> [UInt8] {
    let tags: [UInt8] = [0x7c, 0x80, 0x81, 0x83, 0x84, 0x85, 0x87, 0x8e, 0x91, 0x97, 0x54]
    let content = dice.next(dice.roll(40))
    let inner = [tags[dice.roll(tags.count)], UInt8(content.count)] + content
    return dice.roll(2) == 0 ? inner : [0x7c, UInt8(inner.count)] + inner
  }

  @Test(arguments: ["chinese-passport", "european-passport", "modular-passport"])
  func randomCommands(_ name: String) throws {
    var dice = SeededBytes(seed: 20_261_101)
    var chip = SoftChip(try Made.document(name).document, random: seeded(3))
    for _ in 0..<5_000 {
      let answer = chip.answer(Self.command(&dice))
      #expect(answer.count >= 2)
    }
  }

  /// The same within an open session: each command's code holds, its content is anything.
  @Test(arguments: ["chinese-passport", "european-passport"])
  func randomProtectedCommands(_ name: String) throws {
    var dice = SeededBytes(seed: 7)
    let made = try Made.document(name)
    for _ in 0..<30 {
      var terminal = Terminal(made)
      try terminal.openBasic()
      for _ in 0..<40 {
        guard let command = CommandAPDU(decoding: Self.command(&dice)) else { continue }
        _ = try terminal.send(
          CommandAPDU(0, command.ins, command.p1, command.p2, command.data, le: command.le))
        if terminal.messaging?.isOpen != true { break }
      }
    }
  }

  /// Answers, cut and bent, to steps of PACE that are right so far.
  @Test func randomSteps() throws {
    var dice = SeededBytes(seed: 11)
    let made = try Made.document("european-passport")
    let setting = try ChipSetting.pace(of: made)
    var chip = SoftChip(made.document, random: seeded(5))
    for _ in 0..<200 {
      #expect(chip.answer(setting.bytes) == [0x90, 0x00])
      #expect(chip.answer([0x10, 0x86, 0, 0, 2, 0x7c, 0, 0]).starts(with: [0x7c, 0x12]))
      let object = Self.object(&dice)
      #expect(chip.answer([0x10, 0x86, 0, 0, UInt8(object.count)] + object + [0]).count >= 2)
    }
  }
}
