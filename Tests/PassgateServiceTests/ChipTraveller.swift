import PassgateClient
import PassgateCrypto
import PassgateDomain
import PassgateSoftChip
import PassgateSystem
import PassgateWire
import Synchronization
import Testing

@testable import PassgateService

/// A document with a chip in memory, what is claimed of it, and the issuer's record.
struct Traveller {
  /// When the test's clock begins, seconds since 1970.
  private static let time: Int64 = 1_782_864_000
  private static let made = Mutex<[String: MadeDocument]>([:])

  let made: MadeDocument
  let record: DocumentRecord

  /// A document of a recipe, the same whenever it is asked for: making keys takes long.
  init(_ recipe: String = "chinese-passport", fault: String? = nil) throws {
    let name = "\(recipe) \(fault ?? "")"
    if let known = Self.made.withLock({ $0[name] }) {
      made = known
    } else {
      made = try DocumentMaker(
        try #require(SoftRecipe(name: recipe)), fault: fault.flatMap { SoftFault(name: $0) }
      ).make(at: Self.time)
      Self.made.withLock { [made] in $0[name] = made }
    }
    record = try #require(made.record)
  }

  var claim: PassgateWire.IdentityClaim {
    PassgateWire.IdentityClaim(
      documentType: PassgateWire.DocumentType(record.number.type), number: record.number.text,
      name: record.hanName.isEmpty ? record.latinName : record.hanName, birthDate: record.birthDate.iso,
      sex: nil,
      expiry: record.expiry?.iso ?? "", mrz: [])
  }

  func chip(_ fault: String? = nil) -> SoftChip {
    SoftChip(made.document, fault: fault.flatMap { SoftFault(name: $0) })
  }

  /// What a reader has saved of the chip, without what the master file holds.
  var files: [SentFile] {
    made.document.files.filter { $0.key == .sod || $0.key == .com || $0.key.group != nil }
      .sorted { $0.key < $1.key }
      .map { SentFile(kind: SentFile.Kind($0.key), content: $0.value) }
  }

  /// Has the platform know the document, and its issuer unless told otherwise.
  func arrive(at platform: TestPlatform, isIssuerKnown: Bool = true) throws {
    try platform.load([RegistryRecord(record)])
    guard isIssuerKnown else { return }
    try platform.service.documentTrust.trust.replace(
      DocumentTrust(authorities: [try DocumentCertificate(der: made.issuer.authority)]))
  }
}

/// A tenant with a reader.
struct ReaderDesk {
  let session: ClientSession
  var scene = "lodging"
  /// Runs as long as the desk is there.
  var platform: TestPlatform?

  func verify(_ claim: PassgateWire.IdentityClaim, _ files: [SentFile]) throws -> ClientAnswer {
    try call("VerifyChip", VerifyChipRequest(salt: freshSalt(), claim: claim, files: files))
  }

  func start(
    _ claim: PassgateWire.IdentityClaim, can: String = "", extendedLength: Bool = false
  ) throws -> ClientAnswer {
    try call(
      "StartChipReading",
      StartChipReadingRequest(salt: freshSalt(), claim: claim, can: can, extendedLength: extendedLength))
  }

  func proceed(_ turn: ChipTurn, _ answers: [[UInt8]]) throws -> ClientAnswer {
    try call(
      "ContinueChipReading",
      ContinueChipReadingRequest(
        salt: freshSalt(), readingID: turn.readingID, turn: turn.turn, answers: answers))
  }

  private func call(_ method: String, _ body: some WireMessage) throws -> ClientAnswer {
    try session.call(
      ClientDraft(method: "passgate.v1.Verification/\(method)", scene: scene, body: body.encoded()))
  }

  /// Reads a chip to the end, or until the platform refuses to go on.
  func read(
    _ claim: PassgateWire.IdentityClaim, can: String = "", _ chip: consuming SoftChip,
    turns limit: Int = .max, progress: (ChipTurn) -> Void = { _ in }
  ) throws -> Reading {
    var chip = chip
    var answer = try start(claim, can: can, extendedLength: true)
    var turns = 0
    while let turn = answer.turn, turns < limit {
      progress(turn)
      turns += 1
      answer = try proceed(turn, Self.carry(turn.commands, to: &chip))
    }
    return Reading(answer: answer, turns: turns)
  }

  struct Reading {
    /// The last one.
    let answer: ClientAnswer
    let turns: Int

    var result: ChipResult? { answer.chipResult }
  }

  /// The answers up to and with the first that is not 9000.
  static func carry(_ commands: [[UInt8]], to chip: inout SoftChip) -> [[UInt8]] {
    var answers: [[UInt8]] = []
    for command in commands {
      let answer = chip.answer(command)
      guard answer.count >= 2 else { break }
      answers.append(answer)
      guard answer.suffix(2) == [0x90, 0x00] else { break }
    }
    return answers.isEmpty ? [[0x6F, 0x00]] : answers
  }
}

extension ClientAnswer {
  /// The next turn of a reading; nil for anything else.
  var turn: ChipTurn? {
    guard status == .ok else { return nil }
    if let begun = try? StartChipReadingReply(decoding: body.span) { return begun.turn }
    if case .turn(let turn) = try? ContinueChipReadingReply(decoding: body.span).step { return turn }
    return nil
  }

  /// The result of a chip check; nil for anything else.
  var chipResult: ChipResult? {
    guard status == .ok else { return nil }
    if let reply = try? VerifyChipReply(decoding: body.span) { return reply.result }
    if case .result(let result) = try? ContinueChipReadingReply(decoding: body.span).step { return result }
    return nil
  }
}

/// A file as it is sent; the domain has one of that name too.
typealias SentFile = PassgateWire.ChipFile
