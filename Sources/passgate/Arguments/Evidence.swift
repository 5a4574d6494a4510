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
      details: """
        Evidence holds headers, signatures and verdicts; it holds no name, number or birth date. Calls that no \
        registered key signed, organisations' acts in their cases among them, are counted as from strangers: the \
        acts themselves are in 'operator explain'.
        """,
      examples: [CommandLine.Example("passgate evidence list --tenant hotel-17", "What one tenant asked.")]),
    EvidenceCommand.run
  ),
  (
    CommandLine.Command(
      path: ["evidence", "comparison"], arguments: ["DIGEST"], options: commonOptions,
      summary: "say how far apart the portraits of one check were",
      details: """
        DIGEST is the 'requestDigest' of a portrait check, 64 hexadecimal digits: the caller's answer and 'evidence \
        list --json' have it. What is kept of the comparison is encrypted with the registry's keys: the id of the \
        calibration that scored it and the distance as the model gives it, never a picture or a score. Where the claim \
        did not match, nothing of a document was compared. Exit status 1 if nothing is kept.
        """,
      examples: [
        CommandLine.Example(
          "passgate evidence comparison 2b9e7c51d0a84f36be12c7f0954a8d63e1f7205b9c3d486a7f10e2b5c8d94a06",
          "One comparison.")
      ]), ComparisonCommand.run
  ),
  (
    CommandLine.Command(
      path: ["evidence", "export"],
      options: commonOptions + [
        CommandLine.Option(name: "--case", value: "TENANT", required: true, help: "Whose case."),
        .out("Where to write the pack; an existing file is never replaced."),
      ],
      summary: "put a case into one file that anybody verifies (art.15)",
      details: """
        The case's signed events with the requests that ordered them, the platform's statement that there are no \
        others, the evidence of what the organisation called, and the certificates of the keys that signed. The \
        pack is verified before it is written. It holds no holder's data.
        """,
      examples: [
        CommandLine.Example("passgate evidence export --case hotel-17 --out hotel-17.pack", "Make a pack.")
      ]), PackExportCommand.run
  ),
  (
    CommandLine.Command(
      path: ["evidence", "verify"], arguments: ["FILE"],
      options: [
        CommandLine.Option(
          name: "--trust", value: "FILE", required: true,
          help: "The platform's root certificate, PEM. Compare its SHA-256 with what you know from elsewhere."
        ),
        CommandLine.Option(
          name: "--officer", value: "FILE", repeated: true,
          help: "An officer's certificate, PEM: the officer's own signatures are then verified too."),
        jsonOption,
      ],
      summary: "verify a pack offline, with the platform's root certificate alone (art.15)",
      details: """
        Asks nobody and needs no profile. Verified are the platform's signatures, the organisation's, that the \
        events are all there and in order, and that the law allows each step. Exit status 1 if anything is wrong.

        离线验证证据包:只需平台根证书,无需联网。任何一项验证不通过即返回 1。
        """,
      examples: [
        CommandLine.Example("passgate evidence verify hotel-17.pack --trust root.crt.pem", "Verify a pack."),
        CommandLine.Example(
          "passgate evidence verify hotel-17.pack --trust root.crt.pem --officer legal.crt.pem",
          "Verify that officer's own signatures, too."),
      ]), PackVerifyCommand.run
  ),
]
