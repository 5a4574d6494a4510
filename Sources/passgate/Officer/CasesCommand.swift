import PassgateDomain
import PassgateSystem
import PassgateWire

/// `passgate operator cases`: every case in a line.
enum CasesCommand {
  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let platform = try PlatformCalls(invocation)
    let limit = invocation.integer("--limit") ?? Int.max
    var shown = 0
    let isDone = try CaseList.read(platform) { page, isFirst in
      if !platform.asJSON, isFirst { print(Self.header) }
      for summary in page.prefix(limit - shown) { print(platform.asJSON ? json(summary) : line(summary)) }
      shown += min(page.count, limit - shown)
      return shown < limit
    }
    guard isDone else { return .refused }
    if !platform.asJSON { note(count(shown, "case")) }
    return .done
  }

  private static let header = row("TENANT", "STATE", "OPEN", "NEXT DUE (BEIJING)", "ORGANISATION")

  private static func line(_ summary: CaseSummary) -> String {
    let due = summary.nextDueMilliseconds
    return row(
      summary.tenantID, "\(summary.state)", "\(summary.openMatters)",
      due == 0 ? "-" : BeijingClock.short(due),
      "\(terminalSafe(summary.name)), \(terminalSafe(summary.creditCode))")
  }

  private static func row(_ id: String, _ state: String, _ open: String, _ due: String, _ name: String)
    -> String
  {
    Columns.pad(id, 32) + Columns.pad(state, 11) + Columns.pad(open, 5) + Columns.pad(due, 20) + name
  }

  private static func json(_ summary: CaseSummary) -> String {
    var json = JSONWriter()
    json.object { json in
      json.string("tenant", summary.tenantID)
      json.string("organisation", summary.name)
      json.string("creditCode", summary.creditCode)
      json.string("state", "\(summary.state)")
      json.number("events", summary.events)
      json.number("openMatters", summary.openMatters)
      if summary.nextDueMilliseconds == 0 {
        json.null("nextDue")
      } else {
        json.string("nextDue", CivilTime.timestamp(milliseconds: summary.nextDueMilliseconds))
      }
    }
    return json.result
  }
}

/// The list of all cases, page by page.
enum CaseList {
  /// Hands each page on until `take` says that it is enough. False after a refusal has been shown.
  static func read(
    _ platform: PlatformCalls, take: (_ page: [CaseSummary], _ isFirst: Bool) -> Bool
  ) throws -> Bool {
    var after = ""
    while true {
      let answer = try platform.call("passgate.v1.Supervision/ListCases") { [after] salt in
        ListCasesRequest(salt: salt, after: after)
      }
      guard let reply = try platform.success(answer, as: ListCasesReply.self) else { return false }
      // A page that does not go on ends the list.
      guard take(reply.cases, after.isEmpty), reply.next > after else { return true }
      after = reply.next
    }
  }
}
