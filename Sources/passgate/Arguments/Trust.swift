import PassgateSystem

/// Whom the platform trusts for chips.
let trustCommands: [CommandRow] = [
  (
    CommandLine.Command(
      path: ["trust", "import"], arguments: ["FILE..."],
      options: actOptions + [
        CommandLine.Option(
          name: "--source", value: "NAME", required: true,
          help: "The list that the files are: 1 to 32 of a-z, 0-9 and -, for instance de-master-list."),
        CommandLine.Option(
          name: "--anchor",
          help: "The certificates are for checking who signs master lists; no chip is judged by them."),
        CommandLine.Option(
          name: "--pin",
          help: "The certificates are document signers', each trusted for itself: where no CSCA is to be had."
        ),
      ],
      summary: "propose what a list of trusted issuers is to be",
      details: """
        FILE is a master list, a certificate or a revocation list in DER, several in PEM, or LDIF of the ICAO PKD; it is \
        told by its content. The files together are all that the list consists of from then on. They are uploaded in \
        chunks; after an interruption the same command goes on where it ended.

        Nothing is trusted yet: another officer reads what would change with 'trust diff' and activates it by its \
        digest within 24 hours. What cannot be used is kept out and reported by its number. A master list counts when \
        its signer leads to an anchor, or to a CSCA that is trusted already; import the first anchor with --anchor. A \
        list that is older than the one in force is refused.
        """,
      examples: [
        CommandLine.Example(
          "passgate trust import csca-germany.cer --source de-anchor --anchor", "Begin with an anchor."),
        CommandLine.Example(
          "passgate trust import DE_ML.ml --source de-master-list", "Propose a master list, or the next one."),
        CommandLine.Example(
          "passgate trust import nia-csca.pem nia.crl --source private-nia-csca", "Issuers of one's own."),
      ]),
    TrustImportCommand.run
  ),
  (
    CommandLine.Command(
      path: ["trust", "remove"], arguments: ["NAME"], options: actOptions,
      summary: "propose that a list of trusted issuers goes",
      details: "It stays in force until another officer activates the proposal within 24 hours.",
      examples: [CommandLine.Example("passgate trust remove de-master-list", "Propose it.")]),
    TrustImportCommand.remove
  ),
  (
    CommandLine.Command(
      path: ["trust", "list"],
      options: commonOptions + [
        CommandLine.Option(name: "--certificates", help: "Every certificate and revocation list as well.")
      ],
      summary: "list whom the platform trusts for chips, and what is proposed",
      details: "By list: who proposed and activated it, its files; and how many of each country there are.",
      examples: [
        CommandLine.Example("passgate trust list", "See what is in force and what waits."),
        CommandLine.Example("passgate trust list --certificates --json", "All, for a program."),
      ]),
    TrustListCommand.run
  ),
  (
    CommandLine.Command(
      path: ["trust", "diff"], arguments: ["[DIGEST]"], options: commonOptions,
      summary: "show what a proposal would change",
      details: """
        DIGEST is the proposal's, or its beginning of at least 16 digits; it may be left out where only one waits. \
        Every certificate that would be added (+), removed (-) or replaced (~) is shown by country, with name, key \
        identifier and validity.
        """,
      examples: [CommandLine.Example("passgate trust diff", "Read the proposal that waits.")]),
    TrustListCommand.diff
  ),
  (
    CommandLine.Command(
      path: ["trust", "activate"], arguments: ["DIGEST"],
      options: actOptions + [
        CommandLine.Option(name: "--yes", help: "Do not ask whether to go on.")
      ],
      summary: "put in force what another officer has proposed",
      details: """
        DIGEST is the proposal's, all 64 digits. Read it first: 'passgate trust diff DIGEST'. Whoever proposed cannot \
        activate, and after 24 hours it is proposed anew. It takes effect at once.
        """,
      examples: [
        CommandLine.Example(
          "passgate trust activate "
            + "5d0a1c6f8e2b47930f6a1d2c3b4e5f60718293a4b5c6d7e8f90123456789abcd", "Put it in force.")
      ]),
    TrustActivateCommand.run
  ),
]
