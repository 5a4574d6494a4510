import PassgateCrypto
import PassgateDomain
import PassgateSystem

/// The officers' acts that need nothing but words, a number or a file: each command makes its act and sends it.
enum OfficerActs {
  private static func perform(
    _ invocation: CommandLine.Invocation, _ act: () throws -> CaseAct
  ) throws -> ExitStatus {
    let (tenantID, act) = (try invocation.tenantArgument(), try act())
    return try CaseCalls(officer: invocation, tenantID: tenantID).perform(act, invocation)
  }

  static func open(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    try perform(invocation) { .open }
  }

  static func inspect(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    try perform(invocation) { .inspect(text: try invocation.text()) }
  }

  static func notice(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    try perform(invocation) { .notice(text: try invocation.text()) }
  }

  static func suspend(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    try perform(invocation) { .suspend(text: try invocation.text()) }
  }

  static func reopen(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    try perform(invocation) { .reopen(text: try invocation.text()) }
  }

  static func terminate(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    try perform(invocation) { .terminate(text: try invocation.text()) }
  }

  static func refer(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    try perform(invocation) { .refer(text: try invocation.text()) }
  }

  static func direct(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    try perform(invocation) { .direct(text: try invocation.text()) }
  }

  /// `operator confirm TENANT NUMBER`
  static func confirm(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    try perform(invocation) { .confirm(proposal: try invocation.numberArgument(1)) }
  }

  /// `operator verify TENANT NUMBER`
  static func verify(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    try perform(invocation) {
      let isAccepted = invocation.flag("--accept")
      guard isAccepted != invocation.flag("--refuse") else {
        throw Failure("give either --accept or --refuse")
      }
      return .verifyCorrection(
        subject: try invocation.numberArgument(1), isAccepted: isAccepted, text: try invocation.text())
    }
  }

  /// `operator recheck TENANT`
  static func recheck(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    try perform(invocation) {
      .recheckEligibility(try FindingsFile.read(invocation.value("--findings") ?? ""))
    }
  }

  /// `operator throttle TENANT`
  static func throttle(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    try perform(invocation) {
      let minutes = invocation.integer("--minutes") ?? 0
      return .throttle(
        checksPerMinute: invocation.integer("--checks") ?? 0,
        until: SystemClock().wallMilliseconds() + UInt64(minutes) * 60_000, text: try invocation.text())
    }
  }

  /// `operator review TENANT`
  static func review(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    if let path = invocation.value("--template") { return try writeTemplate(to: path) }
    return try perform(invocation) {
      let chosen = ["--pass", "--fail", "--supplement"].filter { invocation.flag($0) }
      guard chosen.count == 1 else { throw Failure("give one of --pass FILE, --fail and --supplement") }
      switch chosen[0] {
      case "--fail": return .review(.fail(reasons: try invocation.texts("--reason")))
      case "--supplement": return .review(.supplement(reasons: try invocation.texts("--reason")))
      default: return .review(.pass(try FindingsFile.read(invocation.value("--pass") ?? "")))
      }
    }
  }

  private static func writeTemplate(to path: String) throws -> ExitStatus {
    try Files.writeDurably(Array(FindingsFile.template.utf8), to: path, replace: false)
    print("\(path) is written: fill it in, then run 'passgate operator review TENANT --pass \(path)'")
    return .done
  }

  /// `operator agreement countersign TENANT`
  static func countersign(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let calls = try CaseCalls(officer: invocation, tenantID: try invocation.tenantArgument())
    guard let history = try calls.history() else { return .refused }
    guard let draft = history.current.draft else { throw Failure("no draft waits for a signature", .refused) }
    if !calls.platform.asJSON { note("\(AgreementText.title(draft, of: history.current))") }
    return try calls.perform(.countersignAgreement(digest: draft.digest), invocation)
  }
}
