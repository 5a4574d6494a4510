import Testing

@testable import PassgateWire

/// Shapes that protobuf-c takes, at great cost or with the wrong meaning.
@Suite struct PreScanTests {
  struct Attack: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    let error: WireError

    init(_ name: String, _ bytes: [UInt8], _ fault: WireError.Fault, _ field: String = "") {
      testDescription = name
      self.bytes = bytes
      error = WireError(fault, field: field)
    }
  }

  private static let header = Raw.content(1, [1])

  /// Attacks on a `Signature`: value 1, tree_size 2, leaf_index 3, path 4.
  static let onSignatures: [Attack] = [
    Attack("a hundred thousand empty elements", flatten(100_000, Raw.content(4, [])), .tooMany, "path[4096]"),
    Attack("field number 536870911", Raw.number(536_870_911, 1), .unknownField),
    Attack("field number 0", Raw.number(0, 1), .unknownField),
    Attack("field number beyond 29 bits", Raw.number(1 << 33 | 2, 1), .unknownField),
    Attack("unknown field", Raw.number(5, 1), .unknownField),
    Attack("64-bit wire type", Raw.tag(2, wireType: 1) + filled(8), .wrongType, "tree_size"),
    Attack("32-bit wire type", Raw.tag(2, wireType: 5) + filled(4), .wrongType, "tree_size"),
    Attack("start of a group", Raw.tag(4, wireType: 3) + Raw.tag(4, wireType: 4), .wrongType, "path[0]"),
    Attack("end of a group", Raw.tag(1, wireType: 4), .wrongType, "value"),
    Attack("wire type 6", Raw.tag(1, wireType: 6), .wrongType, "value"),
    Attack("wire type 7", Raw.tag(1, wireType: 7), .wrongType, "value"),
    Attack("packed singular number", Raw.content(2, [1, 1]), .wrongType, "tree_size"),
    Attack("number where bytes belong", Raw.number(1, 1), .wrongType, "value"),
    Attack("repeated singular number", Raw.number(2, 1) + Raw.number(2, 1), .repeatedField, "tree_size"),
    Attack("repeated singular bytes", Raw.content(1, [1]) + Raw.content(1, [1]), .repeatedField, "value"),
    Attack("varint of eleven bytes", [0x10] + filled(10, 0x80) + [0], .notShortest, "tree_size"),
    Attack("varint beyond 64 bits", [0x10] + filled(9, 0xFF) + [2], .notShortest, "tree_size"),
    Attack("varint longer than needed", [0x10, 0x81, 0x00], .notShortest, "tree_size"),
    Attack("zero in two bytes", [0x10, 0x80, 0x00], .notShortest, "tree_size"),
    Attack("tag longer than needed", [0x90, 0x00, 0x01], .notShortest),
    Attack("length longer than needed", [0x0A, 0x81, 0x00, 0x01], .notShortest, "value"),
    Attack("tag alone", [0x10], .truncated, "tree_size"),
    Attack("half a tag", [0x90], .truncated),
    Attack("half a varint", [0x10, 0x80], .truncated, "tree_size"),
    Attack("content cut short", [0x0A, 0x02, 0x01], .truncated, "value"),
    Attack("length of 4 GiB", [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], .truncated, "value"),
    Attack("length of 2^64-1", [0x0A] + filled(9, 0xFF) + [1], .truncated, "value"),
  ]

  @Test(arguments: onSignatures) func signatureIsRefused(_ attack: Attack) {
    #expect(throws: attack.error) { try Signature(decoding: attack.bytes.span) }
  }

  static let onFrames: [Attack] = [
    Attack("empty", [], .missing, "kind"),
    Attack("call without a kind", Raw.number(1, 1), .missing, "kind"),
    Attack(
      "two kinds", Raw.content(6, Raw.content(1, filled(8))) + Raw.content(7, Raw.content(1, filled(8))),
      .repeatedField, "pong"),
    Attack(
      "one kind twice", Raw.number(1, 1) + Raw.content(5, []) + Raw.content(5, []), .repeatedField, "cancel"),
    Attack("call id 0", Raw.content(5, []), .missing, "call_id"),
    Attack(
      "call id of a ping", Raw.number(1, 1) + Raw.content(6, Raw.content(1, filled(8))), .notAllowed,
      "call_id"),
    Attack("ping of 7 bytes", Raw.content(6, Raw.content(1, filled(7))), .badLength, "ping.opaque"),
    Attack("ping of nothing", Raw.content(6, []), .missing, "ping.opaque"),
    Attack("field in an empty message", Raw.number(1, 1) + Raw.content(5, [8, 1]), .unknownField, "cancel"),
    Attack("ten thousand levels", nested(10_000), .unknownField, "response.signature"),
    Attack("no signature", request(header + Raw.content(2, [])), .missing, "request.signature"),
    Attack("no header", request(Raw.content(3, Raw.content(1, [1]))), .missing, "request.header"),
    Attack(
      "header of 1,025 bytes", request(Raw.content(1, filled(1025)) + Raw.content(3, Raw.content(1, [1]))),
      .badLength, "request.header"),
    Attack("empty signature", request(header + Raw.content(3, [])), .missing, "request.signature.value"),
    Attack(
      "signature of 513 bytes", request(header + Raw.content(3, Raw.content(1, filled(513)))), .badLength,
      "request.signature.value"),
    Attack(
      "path element of 31 bytes",
      request(header + Raw.content(3, Raw.content(1, [1]) + Raw.content(4, filled(31)))), .badLength,
      "request.signature.path"),
    Attack(
      "path of 17 elements",
      request(header + Raw.content(3, Raw.content(1, [1]) + flatten(17, Raw.content(4, filled(32))))),
      .tooMany,
      "request.signature.path"),
    Attack(
      "other protocol", Raw.content(2, Raw.number(1, 2) + Raw.content(4, [])), .notAllowed, "hello.protocol"),
    Attack(
      "number beyond 32 bits",
      Raw.content(2, Raw.number(1, 1 << 32 | 1) + Raw.content(4, [])), .outOfRange, "hello.protocol"),
    Attack(
      "reply key without certificates",
      Raw.content(
        2, Raw.number(1, 1) + Raw.content(4, []) + Raw.content(5, Raw.number(1, 1) + Raw.number(2, 1))),
      .missing, "hello.reply_keys[0].certificates"),
    Attack("unnamed reason", Raw.content(8, Raw.number(1, 11)), .outOfRange, "go_away.reason"),
    Attack("no reason", Raw.content(8, []), .missing, "go_away.reason"),
    Attack(
      "no headers to sign", Raw.number(1, 1) + Raw.content(9, Raw.content(1, [])), .missing,
      "signing_call.sign_requests.headers"),
    Attack(
      "1,025 headers to sign",
      Raw.number(1, 1) + Raw.content(9, Raw.content(1, flatten(1025, Raw.content(1, filled(20))))), .tooMany,
      "signing_call.sign_requests.headers"),
    Attack("signing call of no kind", Raw.number(1, 1) + Raw.content(9, []), .missing, "signing_call.kind"),
    Attack(
      "signing reply that is OK without a result", Raw.number(1, 1) + Raw.content(10, []), .notAllowed,
      "signing_reply.status"),
    Attack(
      "signing reply that is refused with a result",
      Raw.number(1, 1) + Raw.content(10, Raw.number(1, 7) + Raw.content(6, [])), .notAllowed,
      "signing_reply.status"),
    Attack(
      "status that gRPC has not", Raw.number(1, 1) + Raw.content(10, Raw.number(1, 17)), .outOfRange,
      "signing_reply.status"),
  ]

  @Test(arguments: onFrames) func frameIsRefused(_ attack: Attack) {
    #expect(throws: attack.error) { try Frame(decoding: attack.bytes.span) }
  }

  static let onBodies: [Attack] = [
    Attack("four million packed elements", entry(filled(4_000_000, 1)), .tooMany, "entries[0].verdicts[0]"),
    Attack("unnamed element", entry([1, 9]), .outOfRange, "entries[0].verdicts[0]"),
    Attack("element longer than needed", entry([0x81, 0x00]), .notShortest, "entries[0].verdicts[0]"),
    Attack("element cut short", entry([0x81]), .truncated, "entries[0].verdicts[0]"),
    Attack(
      "elements not packed", Raw.content(3, Raw.number(5, 1)), .wrongType, "entries[0].verdicts[0]"),
    Attack(
      "fault in the second entry", Raw.content(3, []) + Raw.content(3, Raw.number(9, 1)), .unknownField,
      "entries[1]"),
  ]

  @Test(arguments: onBodies) func evidenceIsRefused(_ attack: Attack) {
    #expect(throws: attack.error) { try EvidenceRecord(decoding: attack.bytes.span) }
  }

  @Test func deepNestingIsRefusedWhateverTheMessage() {
    let bytes = Samples.signature.encoded()
    #expect(throws: Never.self) { try preScan(bytes.span, as: Signature.descriptor, depth: 16) }
    #expect(throws: WireError(.tooDeep)) { try preScan(bytes.span, as: Signature.descriptor, depth: 17) }
  }

  @Test func aFaultInAClaimIsNamedByItsPlace() {
    let claim = Raw.number(1, 1) + Raw.text(2, "H12345678")
    let bytes =
      Raw.content(1, filled(16)) + Raw.content(2, claim) + Raw.content(2, claim + Raw.text(4, "1985\u{0}"))
    #expect(throws: WireError(.badText, field: "claims[1].birth_date")) {
      try VerifyBatchRequest(decoding: bytes.span)
    }
  }

  @Test(arguments: [(0, WireError.Fault.missing), (257, .tooMany)])
  func aBatchHasOneTo256Claims(_ count: Int, _ fault: WireError.Fault) {
    let bytes =
      Raw.content(1, filled(16))
      + Self.flatten(count, Raw.content(2, Raw.number(1, 1) + Raw.content(3, Array("ZHANG, SAN".utf8))))
    #expect(throws: WireError(fault, field: "claims")) { try VerifyBatchRequest(decoding: bytes.span) }
  }

  @Test(arguments: [0, 15, 17]) func aSaltHas16Bytes(_ count: Int) {
    let bytes = Raw.content(1, filled(count))
    #expect(throws: WireError(count == 0 ? .missing : .badLength, field: "salt")) {
      try HealthCheckRequest(decoding: bytes.span)
    }
  }

  @Test func aBooleanIsZeroOrOne() {
    let bytes = Raw.content(1, filled(16)) + Raw.number(2, 2)
    #expect(throws: WireError(.outOfRange, field: "existed")) { try DeleteRecordReply(decoding: bytes.span) }
  }

  private static func flatten(_ count: Int, _ bytes: [UInt8]) -> [UInt8] {
    Array(repeatElement(bytes, count: count).joined())
  }

  private static func request(_ content: [UInt8]) -> [UInt8] { Raw.number(1, 1) + Raw.content(3, content) }

  private static func entry(_ verdicts: [UInt8]) -> [UInt8] { Raw.content(3, Raw.content(5, verdicts)) }

  private static func nested(_ levels: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    // Field 5 of a signature does not exist, so this stops at the third level.
    for _ in 0..<levels { bytes = Raw.content(5, bytes) }
    return Raw.number(1, 1) + Raw.content(4, Raw.content(3, bytes))
  }
}
