import PassgateSystem

private let portraitOption = CommandLine.Option(
  name: "--portrait", value: "FILE",
  help: "Where to write the portrait, where the agreement has it: JPEG or JPEG 2000.")

/// Checks of chips.
let chipCheckCommands: [CommandRow] = [
  (
    CommandLine.Command(
      path: ["verify", "chip"],
      options: commonOptions + claimOptions + [
        CommandLine.Option(
          name: "--files", value: "DIR", required: true,
          help:
            "A folder with the chip's files: EF.COM, EF.SOD and DG1 to DG16, as EF_SOD.bin, DG1, Datagroup2 and the like."
        ),
        portraitOption,
      ],
      summary: "have the files of a chip judged",
      details: """
        The platform verifies the issuer's signature, the hashes of the data groups and the way to an authority that it \
        trusts, and holds the data against the claim and the issuer's record. Files can be copied: they never \
        show that a chip is genuine. Fingerprints and irises (DG3, DG4) are left out.

        Exit status 0 says that the data are authentic and agree with the claim and the record.
        """,
      examples: [
        CommandLine.Example(
          "passgate verify chip --claim claim.json --files dump", "Check the files in a folder.")
      ]), ChipVerifyCommand.run
  )
]
