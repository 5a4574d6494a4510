import Glibc
import PassgateCardReader
import PassgateClient
import PassgateCrypto
import PassgateSystem
import PassgateWire

/// `passgate verify chip`: files of a chip, judged.
enum ChipVerifyCommand {
  private static let method = "passgate.v1.Verification/VerifyChip"

  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let folder = try ChipFolder(invocation.value("--files") ?? ".")
    let claim = try invocation.claim()
    for name in folder.ignored { note("passgate: \(terminalSafe(name)) is left out") }
    let platform = try PlatformCalls(invocation)
    try platform.introduce()
    let answer = try platform.call(method, scene: invocation.scene(claim, platform)) {
      VerifyChipRequest(salt: $0, claim: claim.claim, files: folder.files)
    }
    guard let reply = try platform.success(answer, as: VerifyChipReply.self) else { return .refused }
    return try ChipCheck.show(reply.result, answer, invocation, platform)
  }
}

/// `passgate chip read`: the platform reads the chip, and this program carries commands and answers between them.
enum ChipReadCommand {
  private static let start = "passgate.v1.Verification/StartChipReading"
  private static let proceed = "passgate.v1.Verification/ContinueChipReading"

  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let claim = try invocation.claim()
    let can = try invocation.value("--can").map(readCAN) ?? ""
    let readers = try CardReaders()
    let card = try readers.connect(try choose(invocation.value("--reader"), of: try readers.names()))
    let platform = try PlatformCalls(invocation)
    let scene = invocation.scene(claim, platform)
    let answer = try platform.call(start, scene: scene) {
      StartChipReadingRequest(
        salt: $0, claim: claim.claim, can: can, extendedLength: !invocation.flag("--short"))
    }
    guard let reply = try platform.success(answer, as: StartChipReadingReply.self) else { return .refused }
    return try read(card, from: reply.turn, scene, invocation, platform)
  }

  /// Turn by turn until the result comes.
  private static func read(
    _ card: CardConnection, from first: ChipTurn, _ scene: String, _ invocation: CommandLine.Invocation,
    _ platform: PlatformCalls
  ) throws -> ExitStatus {
    var turn = first
    var progress = Progress(label: "Reading", total: 100)
    while true {
      progress.update(Int(turn.progress))
      let answers = try carry(turn.commands, to: card)
      let answer = try platform.call(proceed, scene: scene) {
        ContinueChipReadingRequest(salt: $0, readingID: turn.readingID, turn: turn.turn, answers: answers)
      }
      guard let reply = try platform.success(answer, as: ContinueChipReadingReply.self) else {
        progress.finish(Int(turn.progress))
        return .refused
      }
      switch reply.step {
      case .turn(let next): turn = next
      case .result(let result):
        progress.finish(100)
        return try ChipCheck.show(result, answer, invocation, platform, readingID: turn.readingID)
      }
    }
  }

  /// The answers to commands, up to and with the first that does not end in 9000.
  private static func carry(_ commands: [[UInt8]], to card: CardConnection) throws -> [[UInt8]] {
    var answers: [[UInt8]] = []
    for command in commands {
      let answer = try card.transmit(command)
      answers.append(answer)
      guard answer.suffix(2) == [0x90, 0x00] else { break }
    }
    return answers
  }

  /// The reader of this name, or the only one whose name holds it; without a name the only one that there is.
  static func choose(_ name: String?, of names: [String]) throws(Failure) -> String {
    let matches = name.map { name in names.filter { $0.contains(name) } } ?? names
    if let name, names.contains(name) { return name }
    if matches.count == 1 { return matches[0] }
    if names.isEmpty { throw Failure(CardReaderFault.noReaders) }
    let list = names.map { "\n  \(terminalSafe($0))" }.joined()
    throw Failure("name one of these readers with --reader:\(list)")
  }

  /// From a file, or at the terminal for "-"; its digits are checked here, so that a slip costs no try of the chip.
  private static func readCAN(_ path: String) throws -> String {
    if path == "-" { writeError("Card access number (6 digits, printed on the document): ") }
    let bytes = path == "-" ? Array((readLine() ?? "").utf8) : try Files.read(path, limit: 64)
    let digits = bytes.filter { !" \r\n\t".utf8.contains($0) }
    guard digits.count == 6, digits.allSatisfy({ 0x30...0x39 ~= $0 }) else {
      throw Failure("--can: a card access number has 6 digits")
    }
    return String(decoding: digits, as: UTF8.self)
  }
}

/// What both ways of checking a chip share.
enum ChipCheck {
  static func show(
    _ result: ChipResult, _ answer: Answer, _ invocation: CommandLine.Invocation, _ platform: PlatformCalls,
    readingID: [UInt8] = []
  ) throws -> ExitStatus {
    let report = ChipReport(result: result, readingID: readingID)
    if let path = invocation.value("--portrait"), let portrait = result.fields?.portrait, !portrait.isEmpty {
      try Files.writeDurably(portrait, to: path, mode: 0o600)
    }
    print(platform.asJSON ? envelopeJSON(answer, report.write) : report.text)
    if !platform.asJSON { platform.printSignatureLine(answer) }
    return VerifyCommand.status(result.verdict)
  }
}
