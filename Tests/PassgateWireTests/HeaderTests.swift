import PassgateWire
import Testing

@Suite struct HeaderTests {
  /// A valid header, field by field.
  private static let fields: [UInt64: [UInt8]] = [
    1: Raw.number(1, 1), 2: Raw.text(2, "bank-a"), 3: Raw.content(3, filled(32)), 4: Raw.number(4, 1),
    5: Raw.text(5, "passgate.v1.Health/Check"), 6: Raw.text(6, "loan"), 7: Raw.number(7, 1),
    8: Raw.number(8, 1),
    9: Raw.content(9, filled(32)), 10: Raw.number(10, 1), 11: Raw.content(11, filled(32)),
    12: Raw.content(12, filled(16)), 13: Raw.content(13, filled(91)),
  ]

  /// One field replaced, and the error that names it.
  struct Variant: Sendable, CustomTestStringConvertible {
    let number: UInt64
    let field: [UInt8]
    let error: WireError
    var testDescription: String { "\(error.field): \(error.fault)" }

    init(_ number: UInt64, _ field: [UInt8], _ fault: WireError.Fault, _ name: String) {
      self.number = number
      self.field = field
      error = WireError(fault, field: name)
    }
  }

  private static func wrongLengths(_ number: UInt64, _ name: String, _ lengths: [Int]) -> [Variant] {
    [Variant(number, [], .missing, name)]
      + lengths.map { Variant(number, Raw.content(number, filled($0)), .badLength, name) }
  }

  private static func badIdentifiers(_ number: UInt64, _ name: String) -> [Variant] {
    [Variant(number, Raw.text(number, String(repeating: "a", count: 33)), .badLength, name)]
      + ["Bank", "bank_a", "bank a", "../a", "银行", "a'--"].map {
        Variant(number, Raw.text(number, $0), .notAllowed, name)
      }
  }

  static let variants: [Variant] =
    [
      Variant(1, [], .missing, "deployment"),
      Variant(1, Raw.number(1, 3), .outOfRange, "deployment"),
      Variant(2, [], .missing, "tenant_id"),
      Variant(4, [], .missing, "algorithm"),
      Variant(4, Raw.number(4, 6), .outOfRange, "algorithm"),
      Variant(5, [], .missing, "method"),
      Variant(5, Raw.text(5, String(repeating: "a", count: 97)), .badLength, "method"),
      Variant(5, Raw.text(5, "passgate.v1.Health/Check-all"), .notAllowed, "method"),
      Variant(5, Raw.text(5, "passgate.v1.Health Check"), .notAllowed, "method"),
      Variant(7, Raw.content(7, [1]), .wrongType, "created_ms"),
      Variant(8, Raw.number(8, 1 << 32), .outOfRange, "timeout_ms"),
      Variant(10, [], .missing, "sequence"),
      Variant(10, Raw.number(10, 0), .missing, "sequence"),
      Variant(13, Raw.content(13, filled(601)), .badLength, "public_key"),
    ] + badIdentifiers(2, "tenant_id") + badIdentifiers(6, "scene_id")
    + wrongLengths(3, "key_id", [31, 33]) + wrongLengths(9, "channel_binding", [31, 33])
    + wrongLengths(11, "body_digest", [20, 33]) + wrongLengths(12, "trace_id", [15, 17])

  private static func bytes(replacing number: UInt64, by field: [UInt8]) -> [UInt8] {
    (1...13).flatMap { $0 == number ? field : fields[$0] ?? [] }
  }

  @Test(arguments: variants) func aMalformedFieldIsNamed(_ variant: Variant) {
    let bytes = Self.bytes(replacing: variant.number, by: variant.field)
    #expect(throws: variant.error) { try RequestHeader(decoding: bytes.span) }
  }

  @Test(arguments: Array<UInt64>([6, 7, 8, 13])) func aFieldThatMayBeEmptyMayBeAbsent(_ number: UInt64) {
    let bytes = Self.bytes(replacing: number, by: [])
    #expect(throws: Never.self) { try RequestHeader(decoding: bytes.span) }
  }

  @Test(arguments: Array<UInt64>(1...13)) func aRepeatedFieldIsRefused(_ number: UInt64) {
    let bytes = Self.bytes(replacing: 0, by: []) + (Self.fields[number] ?? [])
    #expect {
      try RequestHeader(decoding: bytes.span)
    } throws: { error in
      (error as? WireError)?.fault == .repeatedField
    }
  }

  @Test func theLongestHeaderFits() throws {
    var header = Samples.header
    header.tenantID = String(repeating: "z", count: 32)
    header.sceneID = String(repeating: "9", count: 32)
    header.method = String(repeating: "/", count: 96)
    header.publicKey = filled(600)
    header.sequence = .max
    header.createdMilliseconds = .max
    header.timeoutMilliseconds = .max
    let bytes = header.encoded()
    #expect(try RequestHeader(decoding: bytes.span) == header)
    #expect(bytes.count <= 1024)
  }

  @Test func aReplyNamesItsStatusAndReason() throws {
    var header = Samples.responseHeader
    header.status = .ok
    header.reason = .noReason
    #expect(try ResponseHeader(decoding: header.encoded().span) == header)
    #expect(header.reasonName == "NONE" && header.reasonFitsStatus)
    header.status = .aborted
    #expect(!header.reasonFitsStatus)
  }

  /// Reasons may come that this release does not have: the status says enough.
  @Test func aLaterReasonKeepsItsNumber() throws {
    let bytes = ResponseHeader(
      deployment: .sandbox, tenantID: "hotel", keyID: filled(32), algorithm: 1, requestDigest: filled(32),
      status: .aborted, reason: .noReason, createdMilliseconds: 1, bodyDigest: filled(32)
    ).encoded()
    var header = try ResponseHeader(decoding: (bytes + Raw.number(7, 4_000)).span)
    #expect(header.laterReason == 4_000 && header.reasonName == "REASON_4000")
    #expect(header.reason == .internal && header.reasonFitsStatus)
    #expect(try ResponseHeader(decoding: header.encoded().span) == header)
    header.status = .ok
    #expect(!header.reasonFitsStatus)
  }

  @Test func noErrorShowsAValue() {
    let bytes = Self.bytes(replacing: 2, by: Raw.text(2, "Secret Name"))
    #expect {
      try RequestHeader(decoding: bytes.span)
    } throws: { error in
      "\(error)" == "tenant_id: its value is not allowed here"
    }
  }
}
