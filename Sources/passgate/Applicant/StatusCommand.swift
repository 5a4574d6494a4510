import PassgateSystem

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
    guard let history = try calls.history() else { return .refused }
    let story = try StoryText(history.events, current: history.current, now: history.now, side: calls.side)
    guard calls.platform.asJSON else {
      print(story.text)
      return .done
    }
    printJSON { json in story.write(to: &json) }
    return .done
  }
}
