import PassgateDomain
import PassgateSystem
import PassgateWire

/// `passgate operator cases`: every case in a line.
enum CasesCommand {
  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let platform = try PlatformCalls(invocation)
    let limit = invocation.integer("--limit") ?? Int.max
    var (after, shown) = ("", 0)
    while shown < limit {
      let answer = try platform.call("passgate.v1.Supervision/ListCases") { [after] salt in
        ListCasesRequest(salt: salt, after: after)
      }
      guard let reply = try platform.success(answer, as: ListCasesReply.self) else { return .refused }
      if !platform.asJSON, after.isEmpty { print(Self.header) }
      let page = reply.cases.prefix(limit - shown)
      for summary in page { print(platform.asJSON ? json(summary) : line(summary)) }
      shown += page.count
      guard !reply.next.isEmpty, reply.next != after else { break }
      after = reply.next
    }
    if !platform.asJSON { note(count(shown, "case")) }
    return .done
  }

  private static let header = row("TENANT", "STATE", "OPEN", "NEXT DUE (BEIJING)", "ORGANISATION")

  private static func line(_ summary: CaseSummary) -> String {
    let due = summary.nextDueMilliseconds
    return row(
      summary.tenantID, "\(summary.state)", "\(summary.openMatters)",
      due == 0 ? "-" : BeijingClock.short(due), terminalSafe(summary.name))
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
