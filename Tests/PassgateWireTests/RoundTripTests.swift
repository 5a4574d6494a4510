import PassgateWire
import Testing

@Suite struct RoundTripTests {
  @Test(arguments: Samples.all) func everyMessageComesBackAsItWas(_ sample: Samples.Sample) throws {
    try comesBack(sample.message)
  }

  private func comesBack(_ message: some WireMessage) throws {
    let bytes = message.encoded()
    let decoded = try type(of: message).init(decoding: bytes.span)
    #expect(decoded == message)
    #expect(decoded.encoded() == bytes)
  }

  @Test(arguments: Samples.all) func noBeginningPassesForTheWhole(_ sample: Samples.Sample) {
    cutShort(sample.message)
  }

  private func cutShort<Message: WireMessage>(_ message: Message) {
    let bytes = message.encoded()
    for count in 0..<bytes.count {
      // Cut between two fields it may still be a message, never the same one.
      #expect((try? Message(decoding: bytes.span.extracting(first: count))) != message)
    }
  }

  @Test(arguments: Samples.all) func whatIsAcceptedAfterDamageIsWellFormed(_ sample: Samples.Sample) throws {
    try damage(sample.message)
  }

  private func damage<Message: WireMessage>(_ message: Message) throws {
    var bytes = message.encoded()
    for index in bytes.indices {
      for mask: UInt8 in [0x01, 0x08, 0x80, 0xFF] {
        bytes[index] ^= mask
        if let accepted = try? Message(decoding: bytes.span) {
          #expect(try Message(decoding: accepted.encoded().span) == accepted)
        }
        bytes[index] ^= mask
      }
    }
  }

  @Test func fieldsMayComeInAnyOrder() throws {
    let ascending = Raw.number(1, 2) + Raw.number(2, 9) + Raw.text(3, "d")
    let descending = Raw.text(3, "d") + Raw.number(2, 9) + Raw.number(1, 2)
    #expect(try GoAway(decoding: ascending.span) == GoAway(decoding: descending.span))
  }

  @Test func aNULInTextIsRefusedByTheReceiver() {
    let goAway = GoAway(reason: .idle, lastCallID: 0, detail: "a\0b")
    #expect(throws: WireError(.badText, field: "detail")) { try GoAway(decoding: goAway.encoded().span) }
  }

  @Test func aLargeBodySurvives() throws {
    let body = (0..<1_048_576).map { UInt8(truncatingIfNeeded: $0) }
    let request = Request(header: filled(10), body: body, signature: Samples.signature)
    #expect(try Request(decoding: request.encoded().span) == request)
  }
}

/// Personal data reaches no log line by accident.
@Suite struct WithheldTests {
  @Test(arguments: Samples.all) func noNameOrNumberIsPrinted(_ sample: Samples.Sample) {
    var dumped = ""
    dump(sample.message, to: &dumped)
    for text in [dumped, "\(sample.message)", String(reflecting: sample.message)] {
      for secret in ["H12345678", "陳大文", "E12345678", "张三", "1990-12-31", "CRH"] {
        #expect(!text.contains(secret))
      }
    }
  }

  @Test func bodiesAreNotPrinted() {
    let body = filled(3, 0x4B)
    let request = Request(header: [1], body: body, signature: Samples.signature)
    #expect("\(Frame(callID: 1, kind: .request(request)))".contains("Request(withheld)"))
    #expect(!"\(request)".contains("75, 75, 75"))
  }
}
