import PassgateSystem

/// The command line of `passgate-signer`.
let commandLine = CommandLine(
  program: "passgate-signer", summary: "a tenant's signing server",
  details: """
    Keeps a tenant's signing keys and signs requests to the platform for the tenant's applications, so that no \
    application ever holds a key.

    An application connects with TLS 1.3 and a certificate of its own, and sends the headers of its requests. \
    Each header is decoded and checked against the key it names and against what the application may do; then the \
    server builds the hash tree itself and signs its root. It never signs bytes, hashes or roots of a caller's \
    making. All headers that arrive together share one signature, so that one key carries the traffic of a large \
    tenant.

    SIGHUP reads the configuration again and takes up new keys, certificates and applications at once, on open \
    connections too; a configuration with a mistake is reported in the log and changes nothing. SIGTERM and SIGINT \
    let running calls finish, tell every application to connect elsewhere, and end the program.

    The log is one JSON object a line on standard error. "serving" names the port, "signed" counts what was \
    signed for which application and tenant, "refused" says which field of which header was refused. No line holds \
    personal data or a key.
    """,
  exitStatus: [
    .init(0, "Ended by SIGTERM or SIGINT; with --check, the configuration is in order."),
    .init(2, "Could not run: usage, configuration, files or network."),
  ],
  commands: [
    .init(
      path: [],
      options: [
        .init(
          name: "--config", value: "FILE", required: true,
          help: "The configuration, JSON5; Sources/passgate-signer/README.md describes every setting."),
        .init(
          name: "--check",
          help: "Read the configuration and every file it names, list all that is wrong, and exit."),
        .init(name: "--json", help: "With --check: the result as JSON."),
      ],
      summary: "sign requests for a tenant's applications",
      examples: [
        .init(
          "passgate-signer --config /etc/passgate/signer.json5 --check",
          "Look a configuration over before it is used:"),
        .init("passgate-signer --config /etc/passgate/signer.json5", "Serve:"),
        .init(
          "kill -HUP $(pidof passgate-signer)", "Take up a new key after it was added to the configuration:"),
      ])
  ])
