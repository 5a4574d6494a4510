import Glibc
import PassgateClient
import PassgateCrypto
import PassgateSettings
import PassgateSystem
import PassgateWire

/// `passgate verify identity`: real-name checks, one or a file of them.
enum VerifyCommand {
  static let method = "passgate.v1.Verification/VerifyIdentity"
  /// Requests of a batch that are on their way at once.
  private static let depth = 64

  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    if let file = invocation.value("--batch") {
      if invocation.value("--claim") != nil { throw Failure("give --claim or --batch, not both") }
      return try runBatch(file, invocation)
    }
    let claim = try invocation.claim()
    let platform = try PlatformCalls(invocation)
    let answer = try platform.session.call(try draft(claim, invocation, platform))
    guard let reply = try platform.success(answer, as: VerifyIdentityReply.self) else { return .refused }
    print(platform.asJSON ? envelopeJSON(answer) { write(reply, to: &$0) } : sentence(reply))
    if !platform.asJSON { platform.printSignatureLine(answer) }
    return status(reply.result)
  }

  private static func draft(
    _ claim: ClaimFile, _ invocation: CommandLine.Invocation, _ platform: PlatformCalls
  ) throws -> Draft {
    Draft(
      method: method, scene: invocation.scene(claim, platform),
      body: VerifyIdentityRequest(salt: try randomBytes(16), claim: claim.claim).encoded())
  }

  // MARK: Showing

  private static func write(_ reply: VerifyIdentityReply, to json: inout JSONWriter) {
    json.string("verdict", name(reply.result.verdict))
    json.string("undeterminedReason", reply.result.undeterminedReason.name)
    json.string("ruleSet", reply.ruleSet)
  }

  static func name(_ verdict: Verdict) -> String {
    switch verdict {
    case .consistent: "CONSISTENT"
    case .inconsistent: "INCONSISTENT"
    case .undetermined: "UNDETERMINED"
    }
  }

  private static func sentence(_ reply: VerifyIdentityReply) -> String {
    switch (reply.result.verdict, reply.result.undeterminedReason) {
    case (.consistent, _): "CONSISTENT  everything stated agrees with the record (\(reply.ruleSet))"
    case (.inconsistent, _): "INCONSISTENT  what is stated does not agree with a document on record"
    case (.undetermined, .superseded):
      "UNDETERMINED  the person agrees, but the document has been replaced: ask for the current one"
    case (.undetermined, .attemptsExhausted):
      "UNDETERMINED  too many different wrong claims were made for this number: read the chip instead"
    case (.undetermined, _): "UNDETERMINED  the registry cannot answer now: try again later"
    }
  }

  static func status(_ result: IdentityVerdict) -> ExitStatus {
    switch result.verdict {
    case .consistent: .done
    case .inconsistent: .refused
    case .undetermined: .undetermined
    }
  }

  // MARK: Many claims

  private static func runBatch(_ file: String, _ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let platform = try PlatformCalls(invocation)
    var reader = try LineReader(path: file)
    var progress = Progress(label: "Checking", total: reader.size ?? 0)
    var lines: [UInt64: Int] = [:]
    var worst = ExitStatus.done
    func settle(_ answer: Answer) {
      let line = lines.removeValue(forKey: answer.callID) ?? 0
      worst = max(worst, show(answer, line: line))
    }
    while let line = try reader.next() {
      if line.isEmpty { continue }
      do {
        let claim = try ClaimFile(try parseJSON(line), place: "\(file) line \(reader.lineNumber)")
        lines[try platform.session.submit([try draft(claim, invocation, platform)])[0]] = reader.lineNumber
      } catch let error as Failure {
        writeError("passgate: \(error)\n")
        worst = max(worst, .failed)
      } catch let error as SettingsError {
        writeError("passgate: \(file) line \(reader.lineNumber): \(error)\n")
        worst = max(worst, .failed)
      }
      while platform.session.inFlight >= depth { settle(try next(platform)) }
      progress.update(reader.byteOffset)
    }
    while platform.session.inFlight > 0 { settle(try next(platform)) }
    progress.finish(reader.byteOffset)
    return worst
  }

  private static func next(_ platform: PlatformCalls) throws -> Answer {
    let deadline = SystemClock().monotonicNanoseconds() &+ 10_000_000_000
    guard let answer = try platform.session.next(deadline: deadline) else {
      throw Failure("no answer in time")
    }
    return answer
  }

  /// One JSON line for each claim, under the number of its line.
  private static func show(_ answer: Answer, line: Int) -> ExitStatus {
    let reply = answer.status == .ok ? try? VerifyIdentityReply(decoding: answer.body.span) : nil
    printJSON { json in
      json.number("line", line)
      writeEnvelope(answer, to: &json)
      if let reply { write(reply, to: &json) }
    }
    return reply.map { status($0.result) } ?? .refused
  }
}

extension ExitStatus: Comparable {
  /// The order of what a batch reports: one failure outweighs any verdict.
  private var weight: Int {
    switch self {
    case .done: 0
    case .undetermined: 1
    case .refused: 2
    case .failed: 3
    }
  }

  static func < (left: ExitStatus, right: ExitStatus) -> Bool { left.weight < right.weight }
}
