import PassgateSoftChip
import PassgateSystem

private let documentOption = CommandLine.Option(
  name: "--document", value: "NAME", choices: SoftRecipe.all.map(\.name), help: "Which document; see --list.")
private let faultOption = CommandLine.Option(
  name: "--fault", value: "NAME",
  help: "What the chip or its files do wrong; see --list.")
private let seedOption = CommandLine.Option(
  name: "--seed", value: "S", range: 0...Int.max,
  help: "What holder and portrait are made from; keys are always fresh. The default is 1.")

/// `passgate-lab chip` and what runs each of its commands.
let chipCommands: [(CommandLine.Command, @Sendable (CommandLine.Invocation) throws -> ExitStatus)] = [
  (
    CommandLine.Command(
      path: ["chip", "simulate"],
      options: [
        documentOption,
        CommandLine.Option(
          name: "--files", value: "DIR", help: "The chip that chip write has put into this folder."),
        faultOption,
        CommandLine.Option(
          name: "--after", value: "N", range: 0...100_000,
          help: "So many commands, protected answers or readings go well before the fault."),
        seedOption,
        CommandLine.Option(
          name: "--port", value: "N", range: 1...65_535,
          help: "Where the virtual reader waits on this machine; the default is \(VirtualCard.port)."),
        CommandLine.Option(name: "--list", help: "Show the documents and the faults, and do nothing."),
        CommandLine.Option(name: "--json", help: "Show the list as JSON."),
      ],
      summary: "put an invented document's chip into a virtual reader",
      details: """
        The chip knows BAC, PACE, secure messaging, active and chip authentication, and any one fault. It connects to \
        the virtual reader of vsmartcard (Debian's vsmartcard-vpcd), which every program that speaks PC/SC finds as \
        "Virtual PCD" once pcscd runs, and stays until either side ends the connection. The certificates of a \
        document made here are known to nobody; to import them first, make it with chip write.
        """,
      examples: [
        CommandLine.Example("passgate-lab chip simulate --list", "What there is."),
        CommandLine.Example(
          "passgate-lab chip simulate --document european-passport --fault pace-reflected-token",
          "A chip that proves nothing."),
        CommandLine.Example("passgate-lab chip simulate --files passport", "The chip of a folder."),
      ]),
    ChipSimulateCommand.run
  ),
  (
    CommandLine.Command(
      path: ["chip", "write"],
      arguments: ["DIR"],
      options: [documentOption, faultOption, seedOption],
      summary: "write an invented document's files and its issuer's certificates",
      details: """
        Into the folder go the chip's files (EF.COM, EF.SOD, DG1 and so on) for passgate verify chip --files, \
        chip.json with the chip's passwords and private keys for chip simulate --files, claim.json with a claim about \
        the holder where the registry of passgate-lab generate with the same seed has him, and can.txt with a card \
        access number where there is one. Its folder trust has csca.cer, csca.crl and masterlist.ml, a list that the \
        authority's own list signer has signed, for passgate trust import.
        """,
      examples: [
        CommandLine.Example(
          "passgate-lab chip write --document chinese-passport passport", "A passport and its issuer."),
        CommandLine.Example(
          "passgate-lab chip write --document chinese-passport --fault signer-revoked revoked",
          "Its signer is in csca.crl."),
      ]),
    ChipWriteCommand.run
  ),
  (
    CommandLine.Command(
      path: ["chip", "bench"],
      options: [
        CommandLine.Option(
          name: "--seconds", value: "S", range: 1...600, help: "How long to measure; the default is 10."),
        CommandLine.Option(
          name: "--readings", value: "N", range: 1...100_000,
          help: "How many readings at once; the default is 1000."),
        CommandLine.Option(name: "--json", help: "Answer in JSON."),
      ],
      summary: "measure what judging and reading chips costs",
      details: """
        Processor time of passive authentication and of the platform's share in whole readings of software chips, as \
        a multiple of the bare operations of OpenSSL that they need, measured in turn: least / median. Bare are, of \
        passive authentication, the digests of the data groups and the signature on EF.SOD, for a new signer also \
        its certificate's; of a reading, cipher and code over all protected bytes with one context, the \
        multiplications of points, and the check of the proofs' signatures. Not bare are all decoding, key \
        derivation and randomness. Then N readings at once, a turn each at a time, and the memory that they take.
        """,
      examples: [
        CommandLine.Example("passgate-lab chip bench --seconds 20", "A table and two lines on memory.")
      ]),
    ChipBenchCommand.run
  ),
]
