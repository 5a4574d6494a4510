import PassgateSystem

/// One command on an authority: its row in the command line, and what it does.
struct AuthorityCommand: Sendable {
  typealias Invocation = PassgateSystem.CommandLine.Invocation
  typealias Run = @Sendable (Invocation, any Clock) throws(PKIError) -> Program.Answer

  let row: PassgateSystem.CommandLine.Command
  let run: Run

  /// The commands of an authority's life, in the order of the help.
  static let all: [AuthorityCommand] = [renew, revoke, crl, taint, inventory, check]

  /// The folder that every command works in.
  static let directory = PassgateSystem.CommandLine.Option(
    name: "--directory", value: "DIR", required: true, help: "The authority's folder, made by 'init'.")

  /// The folder that was named.
  static func folder(_ invocation: Invocation) throws(PKIError) -> AuthorityFolder {
    let folder = AuthorityFolder(path: try Program.path(invocation, "--directory"))
    guard Files.exists(folder.journal) else {
      throw .policy(
        "\(folder.path) is no authority's folder: it has no journal.ndjson; make one with 'passgate-pki init'"
      )
    }
    return folder
  }
}

/// A text of several members for programs, a text of lines for people.
func answer(
  _ invocation: AuthorityCommand.Invocation, status: Int32 = 0, text: () -> String,
  json members: (inout JSONWriter) -> Void
) -> Program.Answer {
  guard invocation.flag("--json") else { return Program.Answer(text: text(), status: status) }
  var json = JSONWriter(pretty: true)
  json.object(members)
  return Program.Answer(text: json.result, status: status)
}
