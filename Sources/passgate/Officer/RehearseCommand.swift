import PassgateDomain
import PassgateSystem
import PassgateWire

/// `passgate operator rehearse`: what the clocks would do if nobody acted.
enum RehearseCommand {
  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    guard let day = try invocation.date("--until") else { throw Failure("--until is missing") }
    let until = LegalCalendar.end(of: day)
    let platform = try CaseCalls(officer: invocation, tenantID: invocation.arguments.first ?? "")
    guard let tenants = try tenants(invocation, platform, until: until) else { return .refused }
    var acts = 0
    for tenantID in tenants {
      guard let history = try platform.inCase(of: tenantID).history() else { return .refused }
      acts += try show(history, until: until, asJSON: platform.platform.asJSON)
    }
    if !platform.platform.asJSON {
      note("\(count(acts, "act")) of the clock until \(BeijingClock.text(until)), if nobody acts")
    }
    return .done
  }

  /// The tenant that was named, or all in whose cases a term ends by then; nil after a refusal has been shown.
  private static func tenants(
    _ invocation: CommandLine.Invocation, _ calls: CaseCalls, until: UInt64
  ) throws -> [String]? {
    guard invocation.arguments.isEmpty else { return [try invocation.tenantArgument()] }
    var tenants: [String] = []
    var after = ""
    while true {
      let answer = try calls.call("ListCases") { [after] salt in ListCasesRequest(salt: salt, after: after) }
      guard let reply = try calls.platform.success(answer, as: ListCasesReply.self) else { return nil }
      tenants += reply.cases.filter { (1...until).contains($0.nextDueMilliseconds) }.map(\.tenantID)
      guard !reply.next.isEmpty, reply.next != after else { return tenants }
      after = reply.next
    }
  }

  private static func show(_ history: CaseHistory, until: UInt64, asJSON: Bool) throws -> Int {
    let future = try Rehearsal.run(history.current, until: until, calendar: .builtIn)
    let lines = try CaseStory.tell(history.events + future, at: until, calendar: .builtIn).lines
      .suffix(future.count)
    for (event, line) in zip(future, lines) {
      if asJSON {
        printJSON { json in
          EventText.write(event, to: &json)
          json.string("sentence", line.sentence)
        }
      } else {
        print(
          Columns.paragraph(
            "\(BeijingClock.short(event.at))  \(Columns.pad(event.tenantID, 16))",
            "\(line.sentence) (\(event.clause))"))
      }
    }
    return future.count
  }
}
