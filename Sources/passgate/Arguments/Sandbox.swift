import PassgateSystem

/// The tenants of the sandbox.
let sandboxCommands: [CommandRow] = [
  (
    CommandLine.Command(
      path: ["operator", "provision"], arguments: ["FILE"],
      options: commonOptions + [
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
      path: ["operator", "tenants"], options: commonOptions, summary: "list tenants and their keys"),
    TenantsCommand.run
  ),
]
