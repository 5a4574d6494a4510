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
        trusts, and holds the data against the claim and the issuer's record. Files can be copied: whether a chip is \
        genuine is known only when it is read (passgate chip read). Fingerprints and irises (DG3, DG4) are left out.

        Exit status 0 says that the data are authentic and agree with the claim and the record.
        """,
      examples: [
        CommandLine.Example(
          "passgate verify chip --claim claim.json --files dump", "Check the files in a folder.")
      ]), ChipVerifyCommand.run
  ),
  (
    CommandLine.Command(
      path: ["chip", "read"],
      options: commonOptions + claimOptions + [
        CommandLine.Option(
          name: "--reader", value: "NAME",
          help: "The reader, or a part of its name; not needed where there is one alone."),
        CommandLine.Option(
          name: "--can", value: "FILE",
          help:
            "Open the chip by the card access number in this file; - asks for it. Without it the claim's number, birthDate and expiry open it."
        ),
        CommandLine.Option(
          name: "--short", help: "The reader passes no commands and answers of more than 256 bytes."),
        portraitOption,
      ],
      summary: "have the platform read the chip on a reader of this machine",
      details: """
        The platform speaks with the chip, and this program carries commands and answers: it decides nothing and keeps \
        nothing. The document stays on the reader until the result is there, some seconds. A chip that is opened by the \
        claim needs the claim's expiry.

        Exit status 0 says that the data are authentic and agree with the claim and the record; what is said of the chip \
        itself tells a genuine one from a copy.
        """,
      examples: [
        CommandLine.Example("passgate chip read --claim claim.json", "Read the document on the only reader."),
        CommandLine.Example(
          "passgate chip read --reader Contactless --claim claim.json --can -",
          "Ask for the card access number."),
      ]), ChipReadCommand.run
  ),
]
