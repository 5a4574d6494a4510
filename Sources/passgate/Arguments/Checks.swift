import PassgateSystem

/// Asking about documents, and about the platform.
let checkCommands: [CommandRow] =
  identityCommands + portraitCheckCommands + chipCheckCommands + chipCommands + [
    (
      CommandLine.Command(
        path: ["health"], options: commonOptions, summary: "ask whether the platform serves",
        details: "Anybody may ask: the call is signed with a key made for it."),
      HealthCommand.run
    )
  ]

/// What every check of one claim takes.
let claimOptions = [
  CommandLine.Option(
    name: "--claim", value: "FILE",
    help: "The claim, JSON; - for standard input. On a terminal it is asked for."),
  CommandLine.Option(
    name: "--scene", value: "SCENE",
    help: "The business scene of the agreement; the default is the profile's."),
]

private let identityCommands: [CommandRow] = [
  (
    CommandLine.Command(
      path: ["verify", "identity"],
      options: commonOptions + claimOptions + [
        CommandLine.Option(
          name: "--batch", value: "FILE",
          help: "Many claims, NDJSON, answered with one JSON line each; - for standard input.")
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
  )
]

private let chipCommands: [CommandRow] = [
  (
    CommandLine.Command(
      path: ["chip", "readers"], options: [jsonOption], summary: "list the card readers of this machine",
      details: "Readers are found by PC/SC: the service pcscd and the library libpcsclite1.",
      examples: [CommandLine.Example("passgate chip readers", "List them.")]),
    ChipReadersCommand.run
  )
]
