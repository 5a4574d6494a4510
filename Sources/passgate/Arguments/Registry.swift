import PassgateSystem

/// The registry of documents.
let registryCommands: [CommandRow] = [
  (
    CommandLine.Command(
      path: ["registry", "import"], arguments: ["FILE"],
      options: commonOptions + [
        CommandLine.Option(
          name: "--format", value: "FORMAT", choices: ["csv", "ndjson"],
          help: "What the file is; the default goes by its ending: .csv, else NDJSON."),
        CommandLine.Option(
          name: "--rejects", value: "FILE",
          help: "Keep the number and the fault of every bad line and portrait in this file."),
        CommandLine.Option(name: "--dry-run", help: "Judge every line and send nothing."),
        CommandLine.Option(
          name: "--again", help: "Import the file anew, even if it was imported to its end before."),
      ],
      summary: "load document records into the registry",
      details: """
        The columns are documentType, number, hanName, latinName, formerNames, birthDate, sex, expiry and \
        previousNumbers; lists are separated by semicolons. FILE may be - for standard input.

        A column portrait names a JPEG or JPEG 2000 of at most 256 KiB by its path from the folder of FILE (of - the \
        working folder). It must be inside that folder, and links are not followed. A portrait that cannot be used is \
        reported by its line and kept out; its record is stored.

        Records travel in signed chunks, each stored whole or not at all. After an interruption the same command \
        on the same file goes on where it ended. A bad line is reported by its number and its fault, and kept out.
        """,
      examples: [CommandLine.Example("passgate registry import records.csv", "Import or resume.")]),
    ImportCommand.run
  ),
  (
    CommandLine.Command(
      path: ["registry", "delete"],
      options: commonOptions + [
        CommandLine.Option(
          name: "--type", value: "TYPE", required: true, choices: ["permit", "passport"],
          help: "The kind of document."),
        CommandLine.Option(name: "--yes", help: "Really delete; without it nothing happens."),
      ],
      summary: "delete one record",
      details:
        "The number is read from standard input, because it is personal data. The deletion is recorded."),
    DeleteCommand.run
  ),
]
