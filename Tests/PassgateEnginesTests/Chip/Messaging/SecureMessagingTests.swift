import PassgateCrypto
import PassgateEngines
import PassgateTestKit
import Testing

/// Secure messaging beside ICAO 9303-11 appendix D.4, the BSI's worked example, and a chip's side of its own.
@Suite struct SecureMessagingTests {
  private struct Negatives: Decodable {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
      let name: String
      let response: String
      var testDescription: String { name }
    }

    let cases: [Case]
  }

  private static let expected: [String: MessagingFault] = [
    "plain_9000": .unprotected(status: 0x9000), "plain_data": .unprotected(status: 0x9000),
    "do99_missing": .statusMissing, "do8e_missing": .codeMissing, "mac_bit_flip": .codeWrong,
    "outer_sw_differs": .statusDiffers, "replay_previous": .codeWrong, "do87_padding_indicator_2": .codeWrong,
    "do99_len3": .malformed, "truncated": .unprotected(status: 0x9902), "empty": .notAnswered,
    "sw_6982": .unprotected(status: 0x6982),
  ]

  private static func keys(_ cipher: ChipCipher) -> SessionKeys { SessionKeys(sharing: [9, 9, 9], cipher) }

  private static func messaging() throws -> (SecureMessaging, ICAOExamples.Messaging) {
    let example = try ICAOExamples.load().D4_secure_messaging_3des
    let keys = SessionKeys(
      .tripleDES, encryption: bytes(hex: example.ks_enc), authentication: bytes(hex: example.ks_mac),
      counter: bytes(hex: example.ssc_start))
    return (SecureMessaging(keys), example)
  }

  private static func commands(_ example: ICAOExamples.Messaging) throws -> [CommandAPDU] {
    // The first command of the example is printed with its data's length and no Le.
    try example.exchanges.map { try #require(CommandAPDU(decoding: bytes(hex: $0.plain_command))) }
  }

  @Test(.enabled(if: ICAOExamples.isThere, ICAOExamples.absence))
  func oneByOneAsInTheExample() throws {
    var (messaging, example) = try Self.messaging()
    for (exchange, command) in zip(example.exchanges, try Self.commands(example)) {
      let protected = try messaging.protect([command])
      #expect(protected.map(\.bytes) == [bytes(hex: exchange.protected_command)])
      let answer = try #require(ResponseAPDU(decoding: bytes(hex: exchange.protected_response)))
      #expect(try messaging.open([answer]).map(\.bytes) == [bytes(hex: exchange.plain_response)])
    }
  }

  @Test(.enabled(if: ICAOExamples.isThere, ICAOExamples.absence))
  func allAtOnceAsInTheExample() throws {
    var (messaging, example) = try Self.messaging()
    let protected = try messaging.protect(try Self.commands(example))
    #expect(protected.map(\.bytes) == example.exchanges.map { bytes(hex: $0.protected_command) })
    let answers = example.exchanges.compactMap { ResponseAPDU(decoding: bytes(hex: $0.protected_response)) }
    #expect(
      try messaging.open(answers).map(\.bytes) == example.exchanges.map { bytes(hex: $0.plain_response) })
  }

  /// Each is refused for its own reason, the keys are gone, and nothing is given out.
  @Test(
    .enabled(if: SharedData.path("emrtd/vectors/secure-messaging-negative.json") != nil, ICAOExamples.absence)
  )
  func answersThatEndTheSession() throws {
    let negatives = try SharedData.decode(Negatives.self, "emrtd/vectors/secure-messaging-negative.json")
    #expect(negatives.cases.count == 12)
    for negative in negatives.cases {
      var (messaging, example) = try Self.messaging()
      _ = try messaging.protect(Array(try Self.commands(example).prefix(1)))
      let answers = ResponseAPDU(decoding: bytes(hex: negative.response)).map { [$0] } ?? []
      #expect(throws: try #require(Self.expected[negative.name]), "\(negative.name)") {
        try messaging.open(answers)
      }
      #expect(!messaging.isOpen, "\(negative.name)")
      #expect(throws: MessagingFault.ended) { try messaging.protect([]) }
      #expect(throws: MessagingFault.ended) { try messaging.open([]) }
    }
  }

  /// The BSI's worked example of extended access control: MSE:Set DST with AES-128.
  @Test func aesAsInTheExample() throws {
    var messaging = SecureMessaging(
      SessionKeys(
        .aes128, encryption: bytes(hex: "68406b4162100563d9c901a6154d2901"),
        authentication: bytes(hex: "73ff268784f72af833fdc9464049afc9")))
    let command = CommandAPDU(0x00, 0x22, 0x81, 0xb6, bytes(hex: "830d44454356434141543030303031"))
    let protected = try messaging.protect([command])
    let body = bytes(hex: "871101be90237eeb4ba0ff253ea246ae31c8b8")
    #expect(protected.map { Array($0.data.prefix(19)) } == [body])
    let answer = try #require(ResponseAPDU(decoding: bytes(hex: "990290008e08a89570a68664a7d69000")))
    #expect(try messaging.open([answer]) == [ResponseAPDU()])
  }

  static let exchanges: [(CommandAPDU, ResponseAPDU)] = [
    (CommandAPDU(0, 0xa4, 2, 12, [1, 0x1e]), ResponseAPDU()),
    (CommandAPDU(0, 0xb0, 0, 0, le: 4), ResponseAPDU([0x61, 0x5b, 0x5f, 0x1f])),
    (CommandAPDU(0, 0xb0, 0, 4, le: 0xdf), ResponseAPDU([UInt8](repeating: 7, count: 0xdf))),
    (CommandAPDU(0, 0xb1, 0, 0, [0x54, 2, 0x80, 0], le: 0xdf), ResponseAPDU([0x53, 1, 9])),
    (
      CommandAPDU(0, 0x88, 0, 0, [UInt8](repeating: 1, count: 8), le: 65_536),
      ResponseAPDU([UInt8](repeating: 3, count: 512))
    ),
    (CommandAPDU(0, 0x86, 0, 0, [UInt8](repeating: 2, count: 260), le: 256), ResponseAPDU([0x7c, 0])),
    (CommandAPDU(0, 0xb0, 0x7f, 0xff, le: 256), ResponseAPDU([1], status: 0x6282)),
  ]

  @Test(arguments: ChipCipher.allCases)
  func aBatchWithAChip(_ cipher: ChipCipher) throws {
    var messaging = SecureMessaging(Self.keys(cipher))
    var chip = ChipSide(Self.keys(cipher))
    for _ in 0..<2 {
      var answers: [ResponseAPDU] = []
      for (protected, exchange) in zip(try messaging.protect(Self.exchanges.map(\.0)), Self.exchanges) {
        let received = try #require(CommandAPDU(decoding: protected.bytes))
        #expect(try chip.unwrap(received) == exchange.0)
        answers.append(try chip.wrap(exchange.1, isOdd: exchange.0.ins == 0xb1))
      }
      #expect(try messaging.open(answers) == Self.exchanges.map(\.1))
    }
  }

  /// The chip stops at the third of five; the next batch fits its counter.
  @Test(arguments: ChipCipher.allCases)
  func theCounterIsSetBackToWhereTheChipStopped(_ cipher: ChipCipher) throws {
    var messaging = SecureMessaging(Self.keys(cipher))
    var chip = ChipSide(Self.keys(cipher))
    let read = CommandAPDU(0, 0xb0, 0, 0, le: 4)
    let first = try messaging.protect([CommandAPDU](repeating: read, count: 5))
    var answers: [ResponseAPDU] = []
    for (index, command) in first.prefix(3).enumerated() {
      #expect(try chip.unwrap(command) == read)
      answers.append(try chip.wrap(index < 2 ? ResponseAPDU([1]) : ResponseAPDU(status: 0x6b00)))
    }
    #expect(try messaging.open(answers).map(\.status) == [0x9000, 0x9000, 0x6b00])
    let second = try messaging.protect([read])
    #expect(try chip.unwrap(second[0]) == read)
    #expect(try messaging.open([try chip.wrap(ResponseAPDU([2]))]) == [ResponseAPDU([2])])
  }

  @Test(arguments: ChipCipher.allCases)
  func everyByteOfAnAnswerIsProtected(_ cipher: ChipCipher) throws {
    var begun = SecureMessaging(Self.keys(cipher))
    _ = try begun.protect([CommandAPDU(0, 0xb0, 0, 0, le: 4)])
    var chip = ChipSide(Self.keys(cipher))
    _ = try chip.unwrap(CommandAPDU(0x0c, 0, 0, 0))
    let answer = try chip.wrap(ResponseAPDU([1, 2, 3, 4])).bytes
    for index in answer.indices {
      for bit in 0..<8 {
        var changed = answer
        changed[index] ^= 1 << bit
        var messaging = begun
        let received = try #require(ResponseAPDU(decoding: changed))
        #expect(throws: MessagingFault.self, "byte \(index), bit \(bit)") { try messaging.open([received]) }
        #expect(!messaging.isOpen)
      }
      var messaging = begun
      if let received = ResponseAPDU(decoding: Array(answer[..<index])) {
        #expect(throws: MessagingFault.self) { try messaging.open([received]) }
      }
    }
    var messaging = begun
    #expect(try messaging.open([try #require(ResponseAPDU(decoding: answer))]).map(\.data) == [[1, 2, 3, 4]])
  }

  private static func twoAnswers() throws -> (SecureMessaging, [ResponseAPDU]) {
    var messaging = SecureMessaging(keys(.aes128))
    var chip = ChipSide(keys(.aes128))
    var answers: [ResponseAPDU] = []
    for command in try messaging.protect(
      [CommandAPDU](repeating: CommandAPDU(0, 0xb0, 0, 0, le: 1), count: 2))
    {
      _ = try chip.unwrap(command)
      answers.append(try chip.wrap(ResponseAPDU([UInt8(answers.count)])))
    }
    return (messaging, answers)
  }

  @Test func answersOutOfOrderTwiceTooFewOrTooMany() throws {
    let (begun, answers) = try Self.twoAnswers()
    let wrong: [([ResponseAPDU], MessagingFault)] = [
      ([answers[1], answers[0]], .codeWrong), ([answers[0], answers[0]], .codeWrong),
      ([answers[0]], .notAnswered), ([], .notAnswered), (answers + [answers[1]], .tooMany),
    ]
    for (received, fault) in wrong {
      var messaging = begun
      #expect(throws: fault) { try messaging.open(received) }
    }
    var messaging = begun
    #expect(try messaging.open(answers).count == 2)
    #expect(throws: MessagingFault.tooMany) { try messaging.open([answers[1]]) }
  }

  @Test func answersAfterTheLastOne() throws {
    var messaging = SecureMessaging(Self.keys(.aes256))
    var chip = ChipSide(Self.keys(.aes256))
    var answers: [ResponseAPDU] = []
    for command in try messaging.protect(
      [CommandAPDU](repeating: CommandAPDU(0, 0xb0, 0, 0, le: 1), count: 2))
    {
      _ = try chip.unwrap(command)
      answers.append(try chip.wrap(ResponseAPDU(status: 0x6a82)))
    }
    #expect(throws: MessagingFault.tooMany) { try messaging.open(answers) }
  }

  @Test func aBatchWaitsForTheLastOne() throws {
    var messaging = SecureMessaging(Self.keys(.aes128))
    _ = try messaging.protect([CommandAPDU(0, 0xb0, 0, 0, le: 1)])
    #expect(throws: MessagingFault.notAnswered) { try messaging.protect([CommandAPDU(0, 0xb0, 0, 0, le: 1)]) }
  }

  @Test func keysDoNotPrint() {
    let keys = Self.keys(.aes128)
    #expect("\(keys)" == "SessionKeys(withheld)" && String(reflecting: keys) == "SessionKeys(withheld)")
    #expect(!String(describing: SecureMessaging(keys)).contains("\(keys.encryption[0]), "))
    var dropped = keys
    dropped.drop()
    #expect(dropped.encryption.allSatisfy { $0 == 0 } && dropped.authentication.allSatisfy { $0 == 0 })
  }
}
