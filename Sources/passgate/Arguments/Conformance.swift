import PassgateSystem

/// Joint debugging.
let conformanceCommands: [CommandRow] = [
  (
    CommandLine.Command(
      path: ["conformance"],
      options: commonOptions + [
        CommandLine.Option(
          name: "--second-profile", value: "FILE",
          help: "A profile of the same tenant with another of its keys: needed where it has two live keys."),
        CommandLine.Option(
          name: "--report", value: "FILE", help: "Keep the signed report in this file, protobuf."),
        CommandLine.Option(
          name: "--case", value: "ID", help: "Play one case of requests alone, in a run that is not finished."
        ),
        CommandLine.Option(name: "--list", help: "Show the cases and ask nobody."),
        CommandLine.Option(
          name: "--persons", help: "Print the persons of the suite, CSV, for the sandbox's registry."),
      ],
      summary: "run joint debugging in the sandbox (Measures art.7(3))",
      details: """
        Plays every case of the suite against the sandbox: right requests and wrong ones, edges, what comes after a \
        refusal, key roll, and replies of which some are deliberately wrong. The platform compares what it has seen \
        with the table of cases and signs a report. A run is good once and for an hour; the agreement needs a pass.

        While a run lasts the tenant may check in every way in its scenes, whatever it has applied for. A signing \
        server must let this application use VerifyIdentity, VerifyBatch, Conformance/Start and Conformance/Finish \
        in the profile's scene. The persons of the suite are invented; a registrar imports them once.
        """,
      examples: [
        CommandLine.Example("passgate conformance --profile sandbox.json5", "Run the suite."),
        CommandLine.Example("passgate conformance --case clock-behind", "Look into one case."),
        CommandLine.Example("passgate conformance --persons", "Print what a registrar imports."),
      ]),
    ConformanceCommand.run
  )
]
