import PassgateSystem

/// What was asked and answered.
let evidenceCommands: [CommandRow] = [
  (
    CommandLine.Command(
      path: ["evidence", "list"],
      options: commonOptions + [
        CommandLine.Option(
          name: "--after", value: "NUMBER", range: 0...Int.max, help: "Begin behind this record."),
        CommandLine.Option(
          name: "--limit", value: "COUNT", range: 1...Int.max, help: "Entries to show; the default is all."),
        CommandLine.Option(name: "--tenant", value: "ID", help: "This tenant's entries alone."),
      ],
      summary: "read back what was asked and answered",
      details: "Evidence holds headers, signatures and verdicts; it holds no name, number or birth date."),
    EvidenceCommand.run
  )
]
