import PassgateEngines
import PassgateTestKit
import Testing

/// Commands and answers in the forms of ISO 7816-4.
@Suite struct APDUTests {
  static let commands: [(CommandAPDU, String)] = [
    (CommandAPDU(0, 0xa4, 0, 0x0c), "00a4000c"),
    (CommandAPDU(0, 0xb0, 0, 4, le: 18), "00b0000412"),
    (CommandAPDU(0, 0xb0, 0, 4, le: 256), "00b0000400"),
    (CommandAPDU(0, 0xa4, 2, 12, [1, 0x1e]), "00a4020c02011e"),
    (CommandAPDU(0, 0xa4, 2, 12, [1, 0x1e], le: 256), "00a4020c02011e00"),
    (CommandAPDU(0, 0xb0, 0, 0, le: 257), "00b00000000101"),
    (CommandAPDU(0, 0xb0, 0, 0, le: 65_536), "00b00000000000"),
    (CommandAPDU(0, 0x88, 0, 0, [1, 2], le: 65_536), "008800000000020102 0000"),
    (
      CommandAPDU(0, 0x86, 0, 0, [UInt8](repeating: 9, count: 256)),
      "00860000000100" + String(repeating: "09", count: 256)
    ),
  ]

  @Test(arguments: commands)
  func commandsThereAndBack(_ command: CommandAPDU, _ encoded: String) {
    #expect(command.bytes == bytes(hex: encoded))
    #expect(CommandAPDU(decoding: bytes(hex: encoded)) == command)
  }

  @Test(
    arguments: [
      "", "00", "00a4020c", "00a4020c0201", "00a4020c02011e0000", "00b000000001", "00b00000000000ff",
      "00b0000000000201", "00b000000000020102ff", "00b00000000002010200000000",
    ].filter { $0 != "00a4020c" })
  func brokenCommands(_ encoded: String) {
    #expect(CommandAPDU(decoding: bytes(hex: encoded)) == nil)
  }

  /// Extended lengths may hold what would fit in short ones.
  @Test func decodingTakesWhatEncodingWouldWriteShorter() {
    #expect(CommandAPDU(decoding: bytes(hex: "00b00000000004")) == CommandAPDU(0, 0xb0, 0, 0, le: 4))
    #expect(
      CommandAPDU(decoding: bytes(hex: "00a4020c000002011e")) == CommandAPDU(0, 0xa4, 2, 12, [1, 0x1e]))
  }

  @Test func answers() {
    #expect(ResponseAPDU(decoding: [0x90, 0x00]) == ResponseAPDU())
    #expect(ResponseAPDU(decoding: [1, 2, 0x62, 0x82]) == ResponseAPDU([1, 2], status: 0x6282))
    #expect(ResponseAPDU([1, 2], status: 0x6282).bytes == [1, 2, 0x62, 0x82])
    #expect(ResponseAPDU(decoding: []) == nil && ResponseAPDU(decoding: [0x90]) == nil)
    #expect(ResponseAPDU(decoding: [UInt8](repeating: 0, count: 65_538)) != nil)
    #expect(ResponseAPDU(decoding: [UInt8](repeating: 0, count: 65_539)) == nil)
  }

  @Test func statusWords() {
    #expect(StatusWord.isWrongPassword(0x6300) && StatusWord.isWrongPassword(0x63cf))
    #expect(!StatusWord.isWrongPassword(0x6382) && !StatusWord.isWrongPassword(0x9000))
    #expect(StatusWord.lengthWanted(0x6c10) == 16 && StatusWord.lengthWanted(0x6c00) == 256)
    #expect(StatusWord.lengthWanted(0x6700) == nil)
  }
}
