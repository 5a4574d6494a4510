import PassgateSystem

// Options that the commands of the legal path share.
extension CommandLine.Option {
  static let operation = CommandLine.Option(
    name: "--operation", value: "ID",
    help: "Repeat this operation: if it was recorded, its outcome is answered and nothing happens.")
  static let evidence = CommandLine.Option(
    name: "--evidence", value: "FILE", repeated: true,
    help: "A file that shows the grounds. Only its SHA-256 is sent; keep the file. At most 32.")
  static let text = CommandLine.Option(
    name: "--text", value: "FILE", required: true,
    help: "The text, 1 to 2,000 characters; - for standard input. Never a holder's data.")
  static let dossier = CommandLine.Option(
    name: "--dossier", value: "DIR", required: true, help: "The folder with dossier.json5 and its documents.")
  static let dryRun = CommandLine.Option(
    name: "--dry-run", help: "Show what would happen by the case as it stands, and send nothing.")
  static let limit = CommandLine.Option(
    name: "--limit", value: "COUNT", range: 1...Int.max, help: "Show at most so many; the default is all.")

  /// An article's item among several that an act can rest on.
  static func clause(_ choices: ClosedRange<Int>, of article: Int) -> CommandLine.Option {
    CommandLine.Option(
      name: "--clause", value: "CLAUSE", required: true,
      choices: choices.map { "\(article)(\($0))" },
      help: "The grounds: an item of article \(article) of the Measures.")
  }

  /// A file that a command writes.
  static func out(_ help: String, required: Bool = true) -> CommandLine.Option {
    CommandLine.Option(name: "--out", value: "FILE", required: required, help: help)
  }
}

/// What every act takes.
let actOptions = commonOptions + [.operation]
/// What every act of an officer takes.
let officerActOptions = actOptions + [.evidence]

/// Said wherever officers and organisations write.
let textRule = """
  Texts and reasons are about organisations and systems. They are not for personal data: never write a holder's \
  name, document number or birth date into them.
  """

/// Said wherever an act may be repeated.
let repeatRule = """
  The operation's id is printed before the call. If the outcome stays unknown, run the same command again with \
  --operation ID: an act is recorded once.
  """

/// What both sides are told of the figures.
let figuresRule = """
  What was measured over the last four weeks in production: checks on a busy day and in a busy minute. The \
  organisation and the platform's officers see the same. An assessment goes by it.
  """
