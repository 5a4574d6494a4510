import PassgateClient
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
    try introduce(platform)
    let answer = try platform.call(method, scene: invocation.scene(claim, platform)) {
      VerifyChipRequest(salt: $0, claim: claim.claim, files: folder.files)
    }
    guard let reply = try platform.success(answer, as: VerifyChipReply.self) else { return .refused }
    return try ChipCheck.show(reply.result, answer, invocation, platform)
  }

  /// A connection without a tenant's certificate takes large frames only after a request of the tenant.
  private static func introduce(_ platform: PlatformCalls) throws {
    guard platform.profile.identity == nil else { return }
    _ = try platform.call("passgate.v1.Keys/List") { ListOwnKeysRequest(salt: $0) }
  }
}

/// Showing what a check of a chip came to.
enum ChipCheck {
  static func show(
    _ result: ChipResult, _ answer: Answer, _ invocation: CommandLine.Invocation, _ platform: PlatformCalls
  ) throws -> ExitStatus {
    let report = ChipReport(result: result)
    if let path = invocation.value("--portrait"), let portrait = result.fields?.portrait, !portrait.isEmpty {
      try Files.writeDurably(portrait, to: path, mode: 0o600)
    }
    print(platform.asJSON ? envelopeJSON(answer, report.write) : report.text)
    if !platform.asJSON { platform.printSignatureLine(answer) }
    return VerifyCommand.status(result.verdict)
  }
}
