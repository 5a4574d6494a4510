import PassgateSystem

private let profile = CommandLine.Option(
  name: "--profile", value: "FILE", help: "The client profile, JSON5; the default is PASSGATE_PROFILE.")
private let json = CommandLine.Option(name: "--json", help: "Answer in JSON.")
private let common = [profile, json]

/// The commands of `passgate` and what runs each.
let commands: [(CommandLine.Command, @Sendable (CommandLine.Invocation) throws -> ExitStatus)] = [
  (
    CommandLine.Command(
      path: ["verify", "identity"],
      options: common + [
        CommandLine.Option(
          name: "--claim", value: "FILE",
          help: "The claim, JSON; - for standard input. On a terminal it is asked for."),
        CommandLine.Option(
          name: "--batch", value: "FILE",
          help: "Many claims, NDJSON, answered with one JSON line each; - for standard input."),
        CommandLine.Option(
          name: "--scene", value: "SCENE",
          help: "The business scene of the agreement; the default is the profile's."),
      ],
      summary: "ask whether name, number and birth date agree with the registry",
      details: """
        A claim has documentType ("permit" or "passport"), number, name and birthDate ("YYYY-MM-DD"), and may have \
        sex ("F" or "M"), expiry ("YYYY-MM-DD"), mrz (a list of its lines) and scene. It is never taken from the \
        command line, where other users of the machine could read it.

        An unknown document reads as INCONSISTENT. The reply is believed only when its signature leads to the \
        platform's root that the profile names.
        """,
      examples: [
        CommandLine.Example("passgate verify identity --claim claim.json", "Check one claim."),
        CommandLine.Example("passgate verify identity --batch claims.ndjson", "Check a file of claims."),
      ]), VerifyCommand.run
  ),
  (
    CommandLine.Command(
      path: ["registry", "import"], arguments: ["FILE"],
      options: common + [
        CommandLine.Option(
          name: "--format", value: "FORMAT", choices: ["csv", "ndjson"],
          help: "What the file is; the default goes by its ending: .csv, else NDJSON."),
        CommandLine.Option(
          name: "--rejects", value: "FILE",
          help: "Keep the number and the fault of every bad line in this file."),
        CommandLine.Option(name: "--dry-run", help: "Judge every line and send nothing."),
        CommandLine.Option(
          name: "--again", help: "Import the file anew, even if it was imported to its end before."),
      ],
      summary: "load document records into the registry",
      details: """
        The columns are documentType, number, hanName, latinName, formerNames, birthDate, sex, expiry and \
        previousNumbers; lists are separated by semicolons. FILE may be - for standard input.

        Records travel in signed chunks, each stored whole or not at all. After an interruption the same command \
        on the same file goes on where it ended. A bad line is reported by its number and its fault, and kept out.
        """,
      examples: [CommandLine.Example("passgate registry import records.csv", "Import or resume.")]),
    ImportCommand.run
  ),
  (
    CommandLine.Command(
      path: ["registry", "delete"],
      options: common + [
        CommandLine.Option(
          name: "--type", value: "TYPE", required: true, choices: ["permit", "passport"],
          help: "The kind of document."),
        CommandLine.Option(name: "--yes", help: "Really delete; without it nothing happens."),
      ],
      summary: "delete one record",
      details:
        "The number is read from standard input, because it is personal data. The deletion is recorded."),
    DeleteCommand.run
  ),
  (
    CommandLine.Command(
      path: ["operator", "provision"], arguments: ["FILE"],
      options: common + [
        CommandLine.Option(
          name: "--operation", value: "ID",
          help: "Repeat this operation: if it was recorded, its outcome is answered and nothing happens.")
      ],
      summary: "state what sandbox tenants are to be",
      details: """
        Each tenant that the file names becomes exactly what is stated: its access mode, scenes, keys and state. \
        The signed call is recorded in the ledger and takes effect on open connections at once. The file is \
        described in Sources/passgate/README.md.
        """,
      examples: [
        CommandLine.Example("passgate operator provision tenants.json5", "Register or change tenants.")
      ]),
    ProvisionCommand.run
  ),
  (
    CommandLine.Command(
      path: ["operator", "tenants"], options: common, summary: "list tenants and their keys"),
    TenantsCommand.run
  ),
  (
    CommandLine.Command(
      path: ["evidence", "list"],
      options: common + [
        CommandLine.Option(
          name: "--after", value: "NUMBER", range: 0...Int.max, help: "Begin behind this record."),
        CommandLine.Option(
          name: "--limit", value: "COUNT", range: 1...Int.max, help: "Entries to show; the default is all."),
        CommandLine.Option(name: "--tenant", value: "ID", help: "This tenant's entries alone."),
      ],
      summary: "read back what was asked and answered",
      details: "Evidence holds headers, signatures and verdicts; it holds no name, number or birth date."),
    EvidenceCommand.run
  ),
  (
    CommandLine.Command(
      path: ["health"], options: common, summary: "ask whether the platform serves",
      details: "Anybody may ask: the call is signed with a key made for it."),
    HealthCommand.run
  ),
]

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
