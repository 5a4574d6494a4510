import PassgateCrypto
import PassgateDomain
import PassgateEngines
import PassgateSoftChip
import Testing

/// Whether every fault of a chip shows as its sentence says. Those of files are in `DocumentFaultTests`, those of the
/// connection in `VirtualCardTests` as well.
@Suite struct FaultTests {
  static func fault(_ name: String) throws -> SoftFault {
    try #require(SoftFault(name: name), "no fault \(name)")
  }

  private static func terminal(
    _ fault: String, _ document: String = "chinese-passport", after: Int? = nil
  ) throws -> Terminal {
    Terminal(try Made.document(document), fault: try self.fault(fault), after: after)
  }

  @Test func namesAreDistinct() {
    #expect(Set(SoftFault.all.map(\.name)).count == SoftFault.all.count)
    #expect(
      SoftFault.all.allSatisfy { $0.sentence.hasSuffix(".") && $0.isOfDocument == ($0.kind == .document) })
    #expect(SoftFault(name: "") == nil)
  }

  // MARK: - Quirks

  /// A command, the status under the fault, and whether access control comes first.
  private static let statuses: [(fault: String, command: CommandAPDU, status: UInt16)] = [
    ("select-mf-6a86", CommandAPDU(0, 0xa4, 0, 0x0c, [0x3f, 0]), 0x6a86),
    ("select-mf-6a87", CommandAPDU(0, 0xa4, 0, 0x0c, [0x3f, 0]), 0x6a87),
    ("select-mf-6985", CommandAPDU(0, 0xa4, 0, 0x0c), 0x6985),
    ("select-aid-without-le", CommandAPDU(0, 0xa4, 4, 0x0c, CardName.application, le: 256), 0x6700),
    ("pace-not-done", CommandAPDU(0, 0x22, 0xc1, 0xa4, [0x80, 1, 0, 0x83, 1, 1]), 0x6d00),
    ("mse-needs-84", CommandAPDU(0, 0x22, 0xc1, 0xa4, [0x80, 1, 0, 0x83, 1, 1]), 0x6a80),
  ]

  @Test(arguments: statuses.indices) func refusals(_ place: Int) throws {
    let (fault, command, status) = Self.statuses[place]
    var terminal = try Self.terminal(fault)
    #expect(try terminal.send(command)?.status == status)
    var right = Terminal(try Made.document("chinese-passport"))
    #expect(try right.send(command)?.status != status || fault == "mse-needs-84")
  }

  @Test(arguments: [
    ("read-160", 160, UInt16(0x6700)), ("read-223", 223, 0x6cdf), ("read-223-6b00", 223, 0x6b00),
  ])
  func longReadings(_ fault: String, _ limit: Int, _ status: UInt16) throws {
    var terminal = try Self.terminal(fault)
    try terminal.openBasic()
    let first = try terminal.send([CommandAPDU(0, 0xb0, 0x82, 0, le: limit)])
    #expect(first.map(\.data.count) == [limit] && first.allSatisfy(\.isSuccess))
    #expect(try terminal.send(CommandAPDU(0, 0xb0, 0, 0, le: limit + 1))?.status == status)
  }

  @Test func shortReadings() throws {
    var terminal = try Self.terminal("read-short")
    try terminal.openBasic()
    let answer = try terminal.send(CommandAPDU(0, 0xb0, 0x82, 0, le: 200))
    #expect(answer?.data.count == 128 && answer?.isSuccess == true)
  }

  @Test func readingsBeyondTheEnd() throws {
    for (fault, status) in [("read-within-file", UInt16(0x6b00)), ("read-160", 0x6282)] {
      var terminal = try Self.terminal(fault)
      try terminal.openBasic()
      #expect(try terminal.send(CommandAPDU(0, 0xb0, 0x9e, 0, le: 100))?.status == status)
    }
  }

  @Test func paceWantsItsGroupNamed() throws {
    var terminal = try Self.terminal("mse-needs-84", "hong-kong-passport")
    #expect(try terminal.openPACE().variant.access == .paceGM)
  }

  @Test func oneTryIsLeft() throws {
    var terminal = try Self.terminal("mse-63c1", "hong-kong-passport")
    let setting = try ChipSetting.pace(of: try Made.document("hong-kong-passport"))
    #expect(try terminal.send(setting)?.status == 0x63c1)
  }

  @Test func cutSignatures() throws {
    for (fault, document, length, count) in [
      ("aa-cut", "chinese-passport", 256, 96), ("aa-empty-extended", "hong-kong-passport", 65_536, 0),
      ("aa-empty-extended", "hong-kong-passport", 256, 64), ("read-160", "chinese-passport", 256, 128),
    ] {
      var terminal = try Self.terminal(fault, document)
      try terminal.openBasic()
      let answer = try terminal.send(CommandAPDU(0, 0x88, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8], le: length))
      #expect(answer?.data.count == count && answer?.isSuccess == true, "\(fault)")
    }
  }

  // MARK: - Access

  @Test func anotherPasswordOpensNothing() throws {
    var basic = try Self.terminal("other-password")
    #expect(throws: ChipFault.accessDenied) { try basic.openBasic() }
    var pace = try Self.terminal("other-password", "hong-kong-passport")
    #expect(throws: ChipFault.accessDenied) { try pace.openPACE() }
  }

  /// In plain, what the chip says to a wrong password of BAC.
  @Test func fifteenTriesAreLeft() throws {
    var terminal = try Self.terminal("other-password")
    try terminal.selectApplication()
    var access = try BAC(terminal.zone, random: randomBytes)
    guard case .send(let challenge) = try access.next([]),
      case .send(let token) = try access.next(try terminal.send(challenge))
    else { return }
    #expect(try terminal.send(token).map(\.status) == [0x63cf])
  }

  @Test(arguments: [
    "pace-echoed-mapping", "pace-echoed-key", "pace-off-curve", "pace-infinity", "pace-wrong-token",
    "pace-reflected-token", "pace-short-nonce", "pace-wrong-tag",
  ])
  func paceIsBroken(_ fault: String) throws {
    for document in ["hong-kong-passport", "modular-passport"] {
      var terminal = try Self.terminal(fault, document)
      #expect(throws: ChipFault.self) { try terminal.openPACE() }
      #expect(terminal.messaging == nil)
    }
  }

  // MARK: - Secure messaging

  private static let messaging: [(fault: String, seen: MessagingFault)] = [
    ("sm-plain-status", .unprotected(status: 0x9000)), ("sm-plain-data", .unprotected(status: 0x9000)),
    ("sm-no-do99", .statusMissing), ("sm-no-do8e", .codeMissing), ("sm-wrong-code", .codeWrong),
    ("sm-replay", .codeWrong), ("sm-other-status", .statusDiffers),
    ("sm-dropped", .unprotected(status: 0x6982)), ("sm-padding-indicator", .malformed),
    ("sm-no-padding", .malformed), ("sm-part-block", .malformed), ("sm-long-status", .malformed),
    ("sm-cut", .malformed),
  ]

  @Test(arguments: messaging.indices) func messagingIsBroken(_ place: Int) throws {
    let (fault, seen) = Self.messaging[place]
    for document in ["chinese-passport", "hong-kong-passport"] {
      let recipe = try Made.recipe(document)
      var terminal = try Self.terminal(fault, document, after: 5)
      try terminal.open(recipe)
      #expect(try terminal.send(CommandAPDU(0, 0xb0, 0x81, 0, le: 8))?.data.count == 8)
      #expect(throws: seen, "\(fault)") {
        while true { _ = try terminal.send(CommandAPDU(0, 0xb0, 0, 0, le: 9)) }
      }
    }
  }

  // MARK: - Genuineness

  @Test func aCopyDoesNotGoOn() throws {
    for fault in ["ca-same-keys", "clone-own-keys"] {
      var terminal = try Self.terminal(fault, "modular-passport")
      try terminal.openBasic()
      try terminal.authenticateChip()
      #expect(throws: MessagingFault.self, "\(fault)") { try terminal.read(0x0101) }
    }
    var terminal = try Self.terminal("clone-no-keys", "modular-passport")
    try terminal.openBasic()
    #expect(throws: ChipFault.self) { try terminal.authenticateChip() }
  }

  @Test func signaturesInAnotherForm() throws {
    var terminal = try Self.terminal("aa-sequence", "hong-kong-passport")
    try terminal.openBasic()
    #expect(try terminal.authenticateActively(allowsExtendedLength: true))
    let answer = try terminal.send(CommandAPDU(0, 0x88, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8], le: 256))
    #expect(answer?.data.first == 0x30)
  }

  @Test(arguments: ["aa-other-challenge", "clone-own-keys", "clone-no-keys"])
  func aCopyDoesNotSign(_ fault: String) throws {
    for document in ["chinese-passport", "hong-kong-passport"] {
      var terminal = try Self.terminal(fault, document)
      try terminal.openBasic()
      #expect(try terminal.authenticateActively(allowsExtendedLength: false) == false)
    }
  }

  /// The other chip knows nothing of the session, and its keys are others when it is opened anew.
  @Test func aSecondChipIsNoticed() throws {
    let made = try Made.document("chinese-passport")
    let other = try DocumentMaker(try Made.recipe("chinese-passport")).make(at: Made.time)
    var terminal = Terminal(made, fault: try Self.fault("second-chip"), after: 2, second: other.document)
    try terminal.openBasic()
    for _ in 0..<2 { _ = try terminal.send(CommandAPDU(0, 0xb0, 0x81, 0, le: 8)) }
    #expect(throws: MessagingFault.self) { try terminal.send(CommandAPDU(0, 0xb0, 0x81, 0, le: 8)) }
    terminal.messaging = nil
    try terminal.openBasic()
    #expect(try terminal.read(0x0101) == made.document.files[.dg1])
    #expect(try terminal.read(0x010f) == other.document.files[.dg15])
  }

  // MARK: - The connection

  @Test(arguments: SoftFault.all.filter { $0.kind == .transport })
  func theConnectionFails(_ fault: SoftFault) throws {
    var terminal = Terminal(try Made.document("chinese-passport"), fault: fault, after: 3)
    try terminal.openBasic()
    #expect(throws: (any Error).self) { try terminal.read(0x0101) }
  }

  /// No fault is without a test.
  @Test func allFaultsAreTried() {
    let tried =
      Self.statuses.map(\.fault) + Self.messaging.map(\.fault) + DocumentFaultTests.tried + [
        "read-160", "read-223", "read-223-6b00", "read-short", "read-within-file", "mse-63c1", "aa-cut",
        "aa-sequence",
        "aa-empty-extended", "other-password", "pace-echoed-mapping", "pace-echoed-key", "pace-off-curve",
        "pace-infinity", "pace-wrong-token", "pace-reflected-token", "pace-short-nonce", "pace-wrong-tag",
        "ca-same-keys", "clone-own-keys", "clone-no-keys", "aa-other-challenge", "second-chip",
      ] + SoftFault.all.filter { $0.kind == .transport }.map(\.name)
    #expect(Set(tried) == Set(SoftFault.all.map(\.name)))
  }
}

enum CardName {
  static let application: [UInt8] = [0xa0, 0, 0, 0x02, 0x47, 0x10, 0x01]
}

enum ChipSetting {
  /// The command that begins PACE with the first variant of a document.
  static func pace(of made: MadeDocument) throws -> CommandAPDU {
    let file = try #require(made.document.files[.cardAccess])
    let identifier = try #require(try SecurityInfos(file).pace.first).identifier.bytes
    return CommandAPDU(0, 0x22, 0xc1, 0xa4, [0x80, UInt8(identifier.count)] + identifier + [0x83, 1, 1])
  }
}
