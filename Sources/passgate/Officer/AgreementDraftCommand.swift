import PassgateCaseFile
import PassgateDomain
import PassgateSettings
import PassgateSystem

/// `passgate operator agreement draft`: the next version of the agreement, from the template.
enum AgreementDraftCommand {
  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let terms = try invocation.value("--terms").map(AgreementTerms.read)
    let calls = try CaseCalls(officer: invocation, tenantID: try invocation.tenantArgument())
    guard let history = try calls.history() else { return .refused }
    let agreement = try draft(
      of: history.current, version: history.nextAgreementVersion, terms,
      deemedDays: invocation.integer("--deemed-days") ?? CaseRules.deemedReceiptDays)
    if !calls.platform.asJSON {
      print(agreement.text)
      note("version \(agreement.version), SHA-256 \(Hex.encode(agreement.digest))")
    }
    return try calls.perform(.draftAgreement(agreement), invocation)
  }

  /// What the case and the officer's terms come to; throws everything that is wrong with it at once.
  static func draft(
    of current: Case, version: UInt32, _ terms: AgreementTerms?, deemedDays: Int
  ) throws -> Agreement {
    guard let assessment = current.assessment else {
      throw Failure(
        "the access mode is not assessed yet: passgate operator assess \(current.tenantID)", .refused)
    }
    var agreement = Agreement(
      version: version, mode: assessment.mode, quota: assessment.quota,
      scopes: terms?.scopes ?? current.dossier.scopes, deemedReceiptDays: UInt8(clamping: deemedDays),
      text: "", digest: [])
    agreement.text = AgreementTemplate.text(
      of: agreement, for: current.dossier.organisation, specialTerms: terms?.special ?? [])
    agreement.digest = Agreement.digest(ofText: agreement.text)
    let faults = AgreementRules.problems(agreement, for: current.dossier, assessment: assessment)
    guard faults.isEmpty else { throw Failure(faults.map(\.description).joined(separator: "\n")) }
    return agreement
  }
}

/// What an officer wants otherwise than the dossier asks for, as a file.
struct AgreementTerms {
  /// Nil: all that was asked for.
  let scopes: [SceneScope]?
  let special: [String]

  static func read(_ path: String) throws -> AgreementTerms {
    let reader = try SettingsReader(file: path)
    let scopes = reader.has("scopes") ? reader.objects("scopes").map { $0.scope() } : nil
    let special = reader.list("specialTerms", default: [])
    reader.finish()
    guard reader.problems.isEmpty else { throw Failure(reader.problems.joined(separator: "\n")) }
    return AgreementTerms(scopes: scopes, special: special)
  }
}
