import PassgateSystem

/// The command line of `passgated`.
let commandLine = CommandLine(
  program: "passgated", summary: "the identity-authentication platform",
  details: """
    Serves signed identity checks over TLS 1.3 as the wire specification passgate/1 describes, for one or two \
    deployments with a registry, reply keys and an evidence log each.

    SIGTERM and SIGINT end it gracefully: clients are told in two phases, calls under way are answered. SIGHUP \
    reads the configuration again and takes new keys, certificates and officers over; a configuration that is \
    not in order changes nothing and is explained in the log. SIGUSR1 vouches for the wall clock after it was found \
    to have jumped, and terms of cases go on.
    """,
  exitStatus: [
    CommandLine.ExitStatus(0, "done: drained and ended, or the configuration is in order"),
    CommandLine.ExitStatus(2, "could not run: usage, configuration, files or network"),
  ],
  commands: [
    CommandLine.Command(
      path: [],
      options: [
        CommandLine.Option(
          name: "--config", value: "FILE", required: true, help: "The configuration, JSON5."),
        CommandLine.Option(
          name: "--check",
          help: "Read and judge the configuration, say everything that is wrong with it, and end."),
        CommandLine.Option(
          name: "--tokens",
          help: """
            With --check: sign once with each reply key that a PKCS#11 token holds and that is or will be in use. Not \
            before every start: the platform starts without its token, and finds it when it is back.
            """),
        CommandLine.Option(name: "--json", help: "With --check: the result as JSON."),
      ],
      summary: "serve the identity-authentication platform",
      details: """
        The configuration is described with an example in Sources/passgated/README.md. Relative paths in it are \
        seen from its own folder.
        """,
      examples: [
        CommandLine.Example("passgated --config passgated.json5 --check", "Judge a configuration."),
        CommandLine.Example(
          "passgated --config passgated.json5 --check --tokens",
          "The same, and look for the keys in their tokens."),
        CommandLine.Example("passgated --config passgated.json5", "Serve until SIGTERM."),
      ])
  ])
