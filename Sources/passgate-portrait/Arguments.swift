import PassgateSystem

/// The command line of `passgate-portrait`.
let commandLine = CommandLine(
  program: "passgate-portrait", summary: "compare portraits, apart from the platform",
  details: """
    Turns pictures of faces into vectors and compares them, in workers of its own that can reach neither network nor \
    files. Sources/passgate-portrait/README.md says what it can do and what not.
    """,
  exitStatus: [
    CommandLine.ExitStatus(0, "done"),
    CommandLine.ExitStatus(1, "mutants: a picture was taken for somebody else, or a worker hung"),
    CommandLine.ExitStatus(2, "could not run: usage, files, models or too few pictures"),
  ],
  commands: [
    serveCommand, checkCommand, calibrateCommand, inventCommand, measureCommand, benchCommand,
    mutantsCommand,
  ])
