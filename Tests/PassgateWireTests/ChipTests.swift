import PassgateWire
import Testing

/// What a body about a chip may not be.
@Suite struct ChipTests {
  private static let salt = filled(16, 0xA5)

  @Test(arguments: ["", "000000", "123456"]) func aCardAccessNumberHasSixDigits(_ can: String) throws {
    #expect(try start(can).can == can)
  }

  @Test(arguments: ["1", "12345", "1234567", "12345a", "１２３４５６", "12 456", "-12345"])
  func anythingElseIsNone(_ can: String) {
    #expect(throws: WireError(.notAllowed, field: "can")) { try start(can) }
  }

  private func start(_ can: String) throws -> StartChipReadingRequest {
    let bytes = StartChipReadingRequest(
      salt: Self.salt, claim: ChipSamples.claim, can: can, extendedLength: false
    ).encoded()
    return try StartChipReadingRequest(decoding: bytes.span)
  }

  @Test(
    arguments: [
      ([], .missing), ([[0x90]], .badLength), ([[]], .badLength),
      ([[UInt8](repeating: 0, count: ChipTurn.byteLimit + 1)], .badLength),
      ([[UInt8]](repeating: [0x90, 0], count: ChipTurn.countLimit + 1), .tooMany),
    ] as [([[UInt8]], WireError.Fault)])
  func answersAreBounded(_ answers: [[UInt8]], _ fault: WireError.Fault) {
    let bytes = ContinueChipReadingRequest(
      salt: Self.salt, readingID: filled(16), turn: 1, answers: answers
    ).encoded()
    #expect(throws: WireError(fault, field: "answers")) {
      try ContinueChipReadingRequest(decoding: bytes.span)
    }
  }

  @Test func asManyAnswersAsCommandsMayComeAreTaken() throws {
    let answers = [[UInt8]](repeating: [0x90, 0], count: ChipTurn.countLimit)
    let bytes = ContinueChipReadingRequest(
      salt: Self.salt, readingID: filled(16), turn: .max, answers: answers
    ).encoded()
    #expect(try ContinueChipReadingRequest(decoding: bytes.span).answers == answers)
  }

  @Test(arguments: [0, 22]) func thereIsAtLeastOneFileAndNoneTwice(_ count: Int) {
    let file = ChipFile(kind: .dg1, content: [1])
    let bytes = VerifyChipRequest(
      salt: Self.salt, claim: ChipSamples.claim, files: Array(repeating: file, count: count)
    ).encoded()
    let fault: WireError.Fault = count == 0 ? .missing : .tooMany
    #expect(throws: WireError(fault, field: "files")) { try VerifyChipRequest(decoding: bytes.span) }
  }

  @Test func aReplyIsATurnOrAResult() {
    let bytes = ContinueChipReadingReply(salt: Self.salt, step: .turn(ChipSamples.turn)).encoded()
    let both = ContinueChipReadingReply(salt: Self.salt, step: .result(ChipSamples.result)).encoded()
    let neither = Array(bytes.prefix(18))
    #expect(throws: WireError.self) { try ContinueChipReadingReply(decoding: neither.span) }
    let twice = bytes + both.dropFirst(18)
    #expect(throws: WireError.self) { try ContinueChipReadingReply(decoding: twice.span) }
  }

  /// A document's owner reads nothing of it in a log.
  @Test func noCommandAndNoPortraitIsPrinted() {
    for message in [ChipSamples.turn, ChipSamples.fields, ChipSamples.result] as [any WireMessage] {
      var dumped = ""
      dump(message, to: &dumped)
      #expect(!"\(message)".contains("164") && !dumped.contains("164") && !dumped.contains("张三"))
    }
  }
}
