import PassgateCrypto
import PassgateDomain
import PassgateEngines
import PassgateSoftChip
import Testing

/// What chips, readers and people in between may try in a reading: each ends in its own fault, or in a proof that
/// failed, and never in data that passed.
@Suite struct RemoteSessionTests {
  private static let refusal: [UInt8] = [0x67, 0x00]

  private static func relay(_ recipe: String, _ fault: String) throws -> Relay {
    let made = try ReadingDocuments.named(recipe)
    return Relay(made, chip: SoftChip(made.document, fault: try ReadingDocuments.fault(fault)))
  }

  // MARK: - Secure messaging

  @Test(
    arguments: [
      ("sm-plain-status", .messaging(.unprotected(status: 0x9000))),
      ("sm-plain-data", .messaging(.unprotected(status: 0x9000))),
      ("sm-no-do99", .messaging(.statusMissing)), ("sm-no-do8e", .messaging(.codeMissing)),
      ("sm-wrong-code", .messaging(.codeWrong)), ("sm-replay", .messaging(.codeWrong)),
      ("sm-other-status", .messaging(.statusDiffers)),
      ("sm-dropped", .messaging(.unprotected(status: 0x6982))),
      ("sm-padding-indicator", .messaging(.malformed)), ("sm-no-padding", .messaging(.malformed)),
      ("sm-part-block", .messaging(.malformed)), ("sm-long-status", .messaging(.malformed)),
      ("sm-cut", .messaging(.malformed)),
    ] as [(String, ChipFault)], ["chinese-passport", "european-passport"])
  func badAnswersInSecureMessagingEndTheReading(_ fault: (String, ChipFault), _ recipe: String) throws {
    var relay = try Self.relay(recipe, fault.0)
    #expect(relay.fault() == fault.1)
    // The chip is not opened once more, by BAC or by PACE.
    #expect(relay.instructions.count { $0 == 0x82 } <= 1)
    guard case .failed(let again) = relay.reading.take([[0x90, 0x00]], now: 0) else {
      throw ChipFault.tooMany
    }
    #expect(again == fault.1)
  }

  /// A refusal of the length in the clear: the chip is opened once more, in smaller pieces, and read anew.
  @Test func aSessionThatTheChipEndedForTheLengthIsBegunOnceMore() throws {
    let made = try ReadingDocuments.named("chinese-passport")
    var relay = Relay(made)
    relay.tamper = { $0 == 7 ? [Self.refusal] : $1 }
    let result = try relay.result()
    #expect(result.files == made.groups() && result.proofs == [.activeAuthentication])
    #expect(relay.instructions.count { $0 == 0x82 } == 2)
    var twice = Relay(made)
    twice.tamper = { $0 == 7 || $0 == 14 ? [Self.refusal] : $1 }
    #expect(twice.fault() == .messaging(.unprotected(status: 0x6700)))
    #expect(twice.instructions.count { $0 == 0x82 } == 2)
  }

  // MARK: - Access

  @Test(
    arguments: [
      "pace-echoed-mapping", "pace-echoed-key", "pace-off-curve", "pace-infinity", "pace-wrong-token",
      "pace-reflected-token", "pace-short-nonce", "pace-wrong-tag",
    ], ["hong-kong-passport", "european-passport", "modular-passport"])
  func badAnswersInPACE(_ fault: String, _ recipe: String) throws {
    var relay = try Self.relay(recipe, fault)
    #expect(relay.fault() == .protocolViolation(.pace))
    #expect(!relay.instructions.contains(0x82))
  }

  /// One EXTERNAL AUTHENTICATE or one token, then no more.
  @Test(arguments: ["chinese-passport", "hong-kong-passport", "integrated-passport", "modular-passport"])
  func aWrongPasswordStopsAfterOneTry(_ recipe: String) throws {
    var relay = try Self.relay(recipe, "other-password")
    #expect(relay.fault() == .accessDenied)
    #expect(relay.instructions.count { $0 == 0x82 } <= 1 && relay.instructions.count { $0 == 0x86 } <= 4)
  }

  @Test func paceNeverBecomesBAC() throws {
    var refused = try Self.relay("hong-kong-passport", "pace-not-done")
    #expect(refused.fault() == .refused(.pace, status: StatusWord.instructionNotSupported))
    #expect(!refused.instructions.contains(0x82))
    // A variant that nobody knows is no reason either.
    let made = try ReadingDocuments.named("hong-kong-passport")
    var document = made.document
    document.files[.cardAccess] = TLV.encoded(
      0x31, TLV.encoded(0x30, [0x06, 0x0a, 4, 0, 0x7f, 0, 7, 2, 2, 4, 9, 2, 2, 1, 2, 2, 1, 13]))
    var unknown = Relay(made, chip: SoftChip(document))
    #expect(unknown.fault() == .accessNotOffered && !unknown.instructions.contains(0x82))
  }

  /// Somebody hides EF.CardAccess, or writes another variant into it: DG14 says what the issuer signed.
  @Test func aDowngradeIsSeen() throws {
    let made = try ReadingDocuments.named("european-passport")
    var hidden = made.document
    hidden.files[.cardAccess] = nil
    var basic = Relay(made, chip: SoftChip(hidden))
    #expect(basic.fault() == .downgraded)
    var altered = made.document
    let weak = [0x06, 0x0a, 4, 0, 0x7f, 0, 7, 2, 2, 4, 2, 1, 2, 1, 2, 2, 1, 13] as [UInt8]
    let signed = try #require(altered.files[.cardAccess])
    altered.files[.cardAccess] = TLV.encoded(0x31, Array(signed.dropFirst(2)) + TLV.encoded(0x30, weak))
    var added = Relay(made, chip: SoftChip(altered))
    #expect(added.fault() == .downgraded)
  }

  /// A copy of a chip that proves itself in PACE offers the variant in which it need not.
  @Test func aVariantOfPACEThatIsLeftOutIsSeen() throws {
    let made = try ReadingDocuments.named("european-passport")
    let plain = [0x30, 0x12, 0x06, 0x0a, 4, 0, 0x7f, 0, 7, 2, 2, 4, 2, 2, 0x02, 1, 2, 0x02, 1, 13] as [UInt8]
    var copy = made.document
    copy.files[.cardAccess] = TLV.encoded(0x31, plain)
    var relay = Relay(made, chip: SoftChip(copy))
    #expect(relay.fault() == .downgraded)
  }

  /// It is the issuer who chose a group that the platform does not know; a copy cannot, since EF.SOD covers DG14.
  @Test func aKeyOfAnUnknownGroupIsNoFaultOfTheChip() throws {
    let made = try ReadingDocuments.named("integrated-passport")
    var unknown = made.document
    let foreign = TLV.encoded(0x30, TLV.encoded(0x30, [0x06, 3, 0x2a, 3, 4]) + [0x03, 3, 0, 4, 1])
    let key = TLV.encoded(0x30, [0x06, 9, 4, 0, 0x7f, 0, 7, 2, 2, 1, 2] + foreign)
    let pace = try #require(unknown.files[.cardAccess])
    unknown.files[.dg14] = TLV.encoded(
      0x6E, TLV.encoded(0x31, Array(try TLV(pace, tag: 0x31).content) + key))
    var relay = Relay(made, chip: SoftChip(unknown))
    let result = try relay.result()
    #expect(!result.proofs.contains(.failed(keyIn: .dg14)) && result.files[.dg2] != nil)
  }

  // MARK: - Whether the chip is genuine

  @Test func chipAuthenticationAnsweredButTheKeysUnchanged() throws {
    var relay = try Self.relay("integrated-passport", "ca-same-keys")
    let result = try relay.result()
    #expect(result.proofs == [.failed(keyIn: .dg14)] && result.files[.dg2] != nil)
  }

  @Test func aSignatureOverAnotherChallenge() throws {
    var relay = try Self.relay("hong-kong-passport", "aa-other-challenge")
    #expect(try relay.result().proofs == [.failed(keyIn: .dg15)])
  }

  @Test(arguments: ["clone-own-keys", "clone-no-keys"])
  func copiesFail(_ fault: String) throws {
    var active = try Self.relay("chinese-passport", fault)
    #expect(try active.result().proofs == [.failed(keyIn: .dg15)])
    var agreed = try Self.relay("integrated-passport", fault)
    #expect(try agreed.result().proofs == [.failed(keyIn: .dg14)])
  }

  /// Where the issuer gave no key there is nothing to fail.
  @Test func aCopyOfAChipWithoutKeys() throws {
    var relay = try Self.relay("old-passport", "clone-no-keys")
    #expect(try relay.result().proofs.isEmpty)
  }

  @Test func keysThatWereTakenOutOfTheChip() throws {
    var active = Relay(try ReadingDocuments.faulty("chinese-passport", "dg14-stripped"))
    #expect(try active.result().proofs == [.failed(keyIn: .dg15)])
    var agreed = Relay(try ReadingDocuments.faulty("integrated-passport", "dg14-stripped"))
    #expect(try agreed.result().proofs == [.failed(keyIn: .dg14)])
  }

  /// With the same password and files, in the clear as it has no session.
  @Test(arguments: ["chinese-passport", "european-passport", "old-passport"])
  func aSecondChipInTheMiddleIsSeen(_ recipe: String) throws {
    var relay = try Self.relay(recipe, "second-chip")
    guard case .messaging = relay.fault() else { throw ChipFault.chipChanged }
  }

  /// It takes over where the session is begun once more, with the password that opened the first.
  @Test func aSecondChipAfterTheSessionIsBegunOnceMore() throws {
    let made = try ReadingDocuments.named("chinese-passport")
    let other = try ReadingDocuments.portrait(of: 13_000)
    var relay = Relay(made)
    var turn = relay.reading.begin(now: 0)
    var turns = 0
    while case .send(let commands, _) = turn {
      turns += 1
      if turns == 7 { relay.chip = SoftChip(other.document) }
      turn = relay.reading.take(turns == 7 ? [Self.refusal] : relay.answers(to: commands), now: 0)
    }
    guard case .failed(let fault) = turn else { throw ChipFault.tooMany }
    #expect(fault == .chipChanged)
  }

  // MARK: - Files

  @Test func sixteenMebibytesAreNotRead() throws {
    let made = try ReadingDocuments.faulty("chinese-passport", "dg2-16-mib")
    var relay = Relay(made)
    #expect(relay.fault() == .tooLarge(.dg2))
    #expect(relay.instructions.count < 60)
  }

  @Test(arguments: [("dg1-endless-tag", ChipFile.dg1), ("dg14-deep", .dg14)])
  func filesThatAreNoFiles(_ fault: String, _ file: ChipFile) throws {
    var relay = Relay(try ReadingDocuments.faulty("integrated-passport", fault))
    #expect(relay.fault() == .malformed(file))
  }

  @Test(arguments: ["dg2-empty", "dg2-trailing"])
  func filesOfAnotherLength(_ fault: String) throws {
    let made = try ReadingDocuments.faulty("old-passport", fault)
    var relay = Relay(made)
    let portrait = try relay.result().files[.dg2]
    #expect(fault == "dg2-empty" ? portrait == nil : portrait?.first == 0x75)
  }

  // MARK: - The reader

  @Test(arguments: ["empty-answers", "one-byte-answers", "stalls", "disconnects"])
  func answersThatAreNone(_ fault: String) throws {
    var relay = try Self.relay("chinese-passport", fault)
    #expect(relay.fault() == .notAnswered)
  }

  @Test func answersOf64KiB() throws {
    var relay = try Self.relay("chinese-passport", "huge-answers")
    guard case .messaging = relay.fault() else { throw ChipFault.tooMany }
    var longer = Relay(try ReadingDocuments.named("old-passport"))
    longer.tamper = { $0 == 5 ? [[UInt8](repeating: 0, count: 65_539)] : $1 }
    #expect(longer.fault() == .tooMany)
  }

  @Test func lateAnswers() throws {
    let made = try ReadingDocuments.named("old-passport")
    var relay = Relay(made, terms: ReadingTerms(duration: 5_000))
    guard case .send(let commands, _) = relay.reading.begin(now: 0) else { throw ChipFault.tooMany }
    #expect(relay.reading.deadline == 5_000)
    let answers = relay.answers(to: commands)
    var inTime = relay.reading
    guard case .send = inTime.take(answers, now: 5_000) else { throw ChipFault.tooMany }
    guard case .failed(let fault) = relay.reading.take(answers, now: 5_001) else { throw ChipFault.tooMany }
    #expect(fault == .timedOut)
    guard case .failed(.timedOut) = relay.reading.take(answers, now: 0) else { throw ChipFault.tooMany }
  }

  /// Each batch of the reading answered with what answered the one before.
  @Test(arguments: 2...8)
  func answersThatCameBefore(_ turn: Int) throws {
    var relay = Relay(try ReadingDocuments.named("chinese-passport"))
    var before: [[UInt8]] = []
    relay.tamper = { number, answers in
      defer { before = answers }
      return number == turn ? before : answers
    }
    guard case .failed = relay.run() else { throw ChipFault.tooMany }
  }

  @Test(arguments: 4...7)
  func answersOutOfOrder(_ turn: Int) throws {
    var relay = Relay(try ReadingDocuments.named("chinese-passport"))
    relay.tamper = { $0 == turn ? $1.reversed() : $1 }
    #expect(relay.fault() == .messaging(.codeWrong))
  }

  @Test(arguments: 1...8)
  func tooManyAnswers(_ turn: Int) throws {
    var relay = Relay(try ReadingDocuments.named("chinese-passport"))
    relay.tamper = { $0 == turn ? $1 + [[UInt8]](repeating: [0x90, 0x00], count: 64) : $1 }
    #expect(relay.fault() == .tooMany)
  }

  @Test(arguments: 1...8)
  func aReaderThatIsGoneAfterEachStep(_ turn: Int) throws {
    var relay = Relay(try ReadingDocuments.named("chinese-passport"))
    relay.tamper = { $0 == turn ? [] : $1 }
    #expect(relay.fault() == .notAnswered)
  }

  /// The reader stops without cause, or goes on where it should have stopped.
  @Test func readersThatDoNotKeepToTheRules() throws {
    let made = try ReadingDocuments.named("chinese-passport")
    var stopping = Relay(made)
    stopping.tamper = { $0 == 7 ? Array($1.prefix(2)) : $1 }
    #expect(stopping.fault() == .notAnswered)
    var going = Relay(made)
    going.tamper = { $0 == 7 ? [Self.refusal] + $1.dropFirst() : $1 }
    #expect(going.fault() == .tooMany)
  }

  @Test func answersBeforeTheFirstCommandAndAfterTheLast() throws {
    let made = try ReadingDocuments.named("old-passport")
    var early = Relay(made)
    guard case .failed(.tooMany) = early.reading.take([[0x90, 0x00]], now: 0) else {
      throw ChipFault.timedOut
    }
    var late = Relay(made)
    _ = try late.result()
    guard case .failed(.tooMany) = late.reading.take([[0x90, 0x00]], now: 0) else { throw ChipFault.timedOut }
    var twice = Relay(made)
    _ = twice.reading.begin(now: 0)
    guard case .failed(.tooMany) = twice.reading.begin(now: 0) else { throw ChipFault.timedOut }
  }

  // MARK: - Bounds

  @Test func commandsTurnsBytesAndTimeAreBounded() throws {
    let made = try ReadingDocuments.named("chinese-passport")
    let bounds: [(ReadingTerms, ChipFault)] = [
      (ReadingTerms(commandLimit: 40), .tooMany), (ReadingTerms(turnLimit: 6), .tooMany),
      (ReadingTerms(byteLimit: 4_000), .tooMany), (ReadingTerms(duration: 0), .timedOut),
    ]
    for (terms, fault) in bounds {
      var relay = Relay(made, terms: terms)
      relay.now = terms.duration == 0 ? 1 : 0
      #expect(relay.fault() == fault)
    }
    var endless = Relay(made, terms: ReadingTerms(duration: .max))
    endless.now = .max
    #expect(try endless.result().files == made.groups())
  }

  /// A chip that gives one byte at a time is read as long as the bounds allow, and no longer.
  @Test func aChipThatGivesOneByteAtATime() throws {
    var relay = Relay(try ReadingDocuments.named("chinese-passport"), terms: ReadingTerms(turnLimit: 30))
    relay.tamper = { $0 < 3 ? $1.map { $0.count > 3 ? Array($0.suffix(3)) : $0 } : $1 }
    #expect(relay.fault() != nil)
  }

  @Test func nothingOfItPrints() throws {
    let made = try ReadingDocuments.named("old-passport")
    var relay = Relay(made)
    #expect("\(relay.reading)" == "ChipReading(withheld)")
    let result = try relay.result()
    #expect("\(result)" == "ChipReadingResult(withheld)" && "\(relay.reading)" == "ChipReading(withheld)")
    var dumped = ""
    dump(relay.reading, to: &dumped)
    #expect(!dumped.contains(made.holder.documentNumber))
  }
}
