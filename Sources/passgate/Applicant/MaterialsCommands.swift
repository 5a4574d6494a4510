import PassgateDomain
import PassgateSystem

/// `passgate materials changed`: a material no longer states what is so.
enum MaterialsCommands {
  static func changed(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    guard let kind = Words.value(invocation.value("--kind") ?? "", in: Words.materials),
      let day = try invocation.date("--on")
    else { throw Failure("--kind and --on are needed") }
    return try CaseCalls(organisation: invocation).perform(.declareChange(kind, on: day), invocation)
  }
}

/// `passgate notice`: the receipt of notices and suspensions, and what was corrected.
enum NoticeCommands {
  /// `passgate notice acknowledge NUMBER`
  static func acknowledge(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let subject = try invocation.numberArgument(0)
    return try CaseCalls(organisation: invocation).perform(.acknowledge(subject: subject), invocation)
  }

  /// `passgate notice feedback NUMBER`
  static func feedback(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let act = CaseAct.giveFeedback(subject: try invocation.numberArgument(0), text: try invocation.text())
    return try CaseCalls(organisation: invocation).perform(act, invocation)
  }
}
