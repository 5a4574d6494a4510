import PassgateSystem

/// A command and what runs it.
typealias CommandRow = (CommandLine.Command, @Sendable (CommandLine.Invocation) throws -> ExitStatus)

/// The options of every command that asks the platform.
let commonOptions = [
  CommandLine.Option(
    name: "--profile", value: "FILE", help: "The client profile, JSON5; the default is PASSGATE_PROFILE."),
  jsonOption,
]

/// The option of every command that answers something.
let jsonOption = CommandLine.Option(name: "--json", help: "Answer in JSON.")

/// The commands of `passgate`, by topic in the folder Arguments.
let commands: [CommandRow] =
  checkCommands + applicantCommands + onboardingCommands + supervisionCommands + registryCommands
  + sandboxCommands + conformanceCommands + evidenceCommands + keyCommands + keyOfficerCommands
  + signerCommands + trustCommands

/// The command line of `passgate`.
let commandLine = CommandLine(
  program: "passgate", summary: "ask the identity-authentication platform, and operate it",
  details: """
    Every command is a signed call over TLS 1.3, and every answer's signature is verified before it is shown. The \
    profile says where the platform is, whom to trust and what signs: a key of one's own (mobile certificate) or \
    the tenant's signing server.
    """,
  exitStatus: [
    CommandLine.ExitStatus(ExitStatus.done.rawValue, "CONSISTENT, or done"),
    CommandLine.ExitStatus(
      ExitStatus.refused.rawValue, "INCONSISTENT, or refused, or some lines were kept out"),
    CommandLine.ExitStatus(
      ExitStatus.failed.rawValue, "could not run (usage, file, network), or the reply is not authentic"),
    CommandLine.ExitStatus(ExitStatus.undetermined.rawValue, "UNDETERMINED"),
  ],
  commands: commands.map(\.0))
