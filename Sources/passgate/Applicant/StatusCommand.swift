import PassgateDomain
import PassgateSystem
import PassgateWire

/// `passgate status` and `passgate operator explain`: the story of a case, the same for both sides.
enum StatusCommand {
  /// `passgate status`
  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    try tell(try CaseCalls(organisation: invocation))
  }

  /// `passgate operator explain TENANT`
  static func explain(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    try tell(try CaseCalls(officer: invocation, tenantID: try invocation.tenantArgument()))
  }

  private static func tell(_ calls: CaseCalls) throws -> ExitStatus {
    guard let history = try calls.history(), let others = try others(of: history, calls) else {
      return .refused
    }
    let story = try StoryText(history.events, current: history.current, now: history.now, side: calls.side)
    guard calls.platform.asJSON else {
      print(story.text)
      if !others.isEmpty { print("\nOTHER CASES OF THIS ORGANISATION") }
      for other in others { print("  \(other.tenantID): \(other.state)") }
      return .done
    }
    printJSON { json in
      story.write(to: &json)
      json.array("otherCases") { json in
        for other in others {
          json.object { json in
            json.string("tenant", other.tenantID)
            json.string("state", "\(other.state)")
          }
        }
      }
    }
    return .done
  }

  /// The organisation's other cases, of which officers are told: one may have been terminated. Nil after a refusal
  /// has been shown.
  private static func others(of history: CaseHistory, _ calls: CaseCalls) throws -> [CaseSummary]? {
    guard calls.side == .officer else { return [] }
    let code = history.current.dossier.organisation.creditCode
    var others: [CaseSummary] = []
    let isDone = try CaseList.read(calls.platform) { page, _ in
      others += page.filter { $0.creditCode == code && $0.tenantID != calls.tenantID }
      return true
    }
    return isDone ? others : nil
  }
}
