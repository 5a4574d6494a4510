import PassgateCaseFile
import PassgateCrypto
import PassgateDomain
import PassgateSystem
import PassgateWire

/// `passgate evidence verify`: judges a pack with the platform's root certificate alone; asks nobody.
enum PackVerifyCommand {
  private static let largest = 2 << 30

  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let path = invocation.arguments[0]
    let bytes = try Files.read(path, limit: largest)
    let anchors = try certificates(invocation.value("--trust") ?? "")
    let callers = try invocation.values("--officer").flatMap { try certificates($0) }
    let pack: EvidencePack
    do throws(WireError) {
      pack = try EvidencePack(decoding: bytes.span)
    } catch {
      throw Failure("\(path) is no evidence pack: \(error)", .refused)
    }
    let trust = try CaseTrust(anchors: anchors, callers: callers.map(\.publicKey))
    let report = PackReport(pack: pack, summary: pack.verify(trust), digest: sha256(bytes.span))
    print(invocation.flag("--json") ? report.json : report.text)
    return report.summary.isGood ? .done : .refused
  }

  private static func certificates(_ path: String) throws -> [Certificate] {
    let certificates = try Certificate.parsePEM(try Files.read(path, limit: 1 << 20))
    guard !certificates.isEmpty else { throw Failure("\(path): no certificate in this file") }
    return certificates
  }
}

/// What was found about a pack, for a reader who is no engineer.
struct PackReport {
  let pack: EvidencePack
  let summary: PackSummary
  /// SHA-256 of the file.
  let digest: [UInt8]

  private static let shownProblems = 20

  var text: String {
    let facts: [(String, String)] = [
      ("case 案件", caseLine), ("events 事项", eventLine), ("statement 声明", statementLine),
      ("calls 调用", callLine), ("not checked 未核", uncheckedLine), ("exported 导出", exportLine),
      ("file 文件", "SHA-256 \(Hex.encode(digest))"),
    ]
    let lines = facts.filter { !$0.1.isEmpty }.map {
      Columns.paragraph("  " + Columns.pad($0.0, 17), $0.1)
    }
    return ([verdict] + lines + problems).joined(separator: "\n")
  }

  private var verdict: String {
    summary.isGood
      ? "VERIFIES 验证通过: every signature, the order of the events and every step of the law."
      : "DOES NOT VERIFY 验证不通过: do not rely on this file."
  }

  private var caseLine: String {
    guard let law = summary.law else { return "cannot be read" }
    let organisation = law.dossier.organisation
    return
      "\(law.tenantID), \(terminalSafe(organisation.name)), \(organisation.creditCode): \(law.state.words)"
  }

  private var eventLine: String {
    let count = "\(summary.verifiedEvents) of \(summary.events) verify"
    guard let first = summary.firstAt, let last = summary.lastAt else { return count }
    return "\(count), from \(BeijingClock.short(first)) to \(BeijingClock.text(last))"
  }

  private var statementLine: String {
    guard let at = summary.statedAt else { return "does not fit the events" }
    return "the platform signed on \(BeijingClock.text(at)) that the case has these events and no other"
  }

  private var callLine: String {
    if summary.evidenceEntries == 0 { return "none of the organisation is in the file" }
    return
      "\(summary.verifiedEntries) of \(summary.evidenceEntries) calls of the organisation have a reply that verifies"
  }

  private var uncheckedLine: String {
    guard summary.uncheckedRequests > 0 else { return "" }
    return
      "the callers' own signatures of \(count(summary.uncheckedRequests, "request")), over which the platform's "
      + "verifies: their keys are not in the file; give officers' certificates with --officer"
  }

  private var exportLine: String {
    "\(BeijingClock.text(pack.exportedMilliseconds)) by \(pack.exporter); a note that nobody signed"
  }

  private var problems: [String] {
    guard !summary.isGood else { return [] }
    let shown = summary.problems.prefix(Self.shownProblems).map { Columns.paragraph("  - ", $0.description) }
    let rest = summary.problems.count - shown.count
    return ["what is wrong 问题:"] + shown + (rest > 0 ? ["  and \(rest) more"] : [])
  }

  var json: String {
    var json = JSONWriter()
    json.object { json in
      json.bool("verifies", summary.isGood)
      json.string("tenant", summary.tenantID)
      json.string("state", summary.law.map { "\($0.state)" } ?? "")
      json.number("events", summary.events)
      json.number("verifiedEvents", summary.verifiedEvents)
      json.number("calls", summary.evidenceEntries)
      json.number("verifiedCalls", summary.verifiedEntries)
      json.number("uncheckedRequests", summary.uncheckedRequests)
      json.string("statedAt", summary.statedAt.map { CivilTime.timestamp(milliseconds: $0) } ?? "")
      json.string("sha256", Hex.encode(digest))
      json.array("problems") { json in for problem in summary.problems { json.string(problem.description) } }
    }
    return json.result
  }
}
