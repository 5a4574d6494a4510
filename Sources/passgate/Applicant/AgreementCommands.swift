import Glibc
import PassgateDomain
import PassgateSystem

/// `passgate agreement`: the organisation reads the agreement and signs it.
enum AgreementCommands {
  /// `passgate agreement show`
  static func show(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let calls = try CaseCalls(organisation: invocation)
    guard let history = try calls.history() else { return .refused }
    guard let agreement = history.current.draft ?? history.current.agreementInForce else {
      throw Failure("there is no agreement yet: an officer drafts it after the debugging", .refused)
    }
    if let path = invocation.value("--out") {
      try Files.writeDurably(Array(agreement.text.utf8), to: path)
      note("\(path): \(AgreementText.title(agreement, of: history.current))")
    } else if calls.platform.asJSON {
      print(AgreementText.json(agreement, of: history.current))
    } else {
      print(agreement.text)
      note("\(AgreementText.title(agreement, of: history.current))")
    }
    return .done
  }

  /// `passgate agreement sign`
  static func sign(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let calls = try CaseCalls(organisation: invocation)
    guard let history = try calls.history() else { return .refused }
    guard let draft = history.current.draft else {
      throw Failure("no draft waits for a signature: see 'passgate status'", .refused)
    }
    try confirm(draft, of: history.current, invocation)
    return try calls.perform(.signAgreement(digest: draft.digest), invocation)
  }

  /// What is signed is what the signer says that it is.
  private static func confirm(
    _ draft: Agreement, of current: Case, _ invocation: CommandLine.Invocation
  ) throws {
    let digest = Hex.encode(draft.digest)
    if let stated = invocation.value("--digest") {
      guard stated.lowercased() == digest else {
        throw Failure("--digest is not that of the draft, version \(draft.version): \(digest)", .refused)
      }
      return
    }
    guard isTerminal(STDIN_FILENO) else {
      throw Failure("nothing was signed: give --digest with the SHA-256 of the text that you have read")
    }
    writeError("\(AgreementText.title(draft, of: current))\nSign it? Type yes: ")
    guard readLine() == "yes" else { throw Failure("nothing was signed", .refused) }
  }
}

/// How an agreement is named beside its text.
enum AgreementText {
  /// "version 2, signing server, 20000 checks a day, SHA-256 …; signed by the organisation".
  static func title(_ agreement: Agreement, of current: Case) -> String {
    "version \(agreement.version), \(agreement.mode.text.both), \(agreement.quota.checksPerDay) checks a day, "
      + "\(agreement.quota.peakPerMinute) a minute; SHA-256 \(Hex.encode(agreement.digest)); "
      + standing(of: agreement, in: current)
  }

  private static func standing(of agreement: Agreement, in current: Case) -> String {
    if current.draft != agreement { return "in force" }
    return current.isDraftSigned
      ? "signed by the organisation, to be countersigned by an officer" : "to be signed by the organisation"
  }

  static func json(_ agreement: Agreement, of current: Case) -> String {
    var json = JSONWriter()
    json.object { json in
      json.string("tenant", current.tenantID)
      json.number("version", agreement.version)
      json.string("mode", Words.word(agreement.mode, in: Words.modes))
      json.number("checksPerDay", agreement.quota.checksPerDay)
      json.number("peakPerMinute", agreement.quota.peakPerMinute)
      json.array("scenes") { json in for scope in agreement.scopes { json.string(scope.scene) } }
      json.number("deemedReceiptDays", agreement.deemedReceiptDays)
      json.string("digest", Hex.encode(agreement.digest))
      json.string("standing", standing(of: agreement, in: current))
      json.string("text", agreement.text)
    }
    return json.result
  }
}
