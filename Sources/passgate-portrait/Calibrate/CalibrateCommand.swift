import PassgateSystem

/// `passgate-portrait calibrate`: pictures in, a calibration out.
struct CalibrateCommand: Sendable {
  let cohort: String
  let impostors: [String]
  let populations: [(name: String, folder: String)]
  let purpose: Calibration.Purpose
  let out: String?
  let replace: Bool

  /// The population of everyone in any of the folders but the cohort's.
  static let everyone = "everyone"
  /// How many of the cohort a face is held against.
  static let neighbours = 30

  init(_ invocation: CommandLine.Invocation) throws(CalibrationRefusal) {
    cohort = invocation.value("--cohort") ?? ""
    impostors = invocation.values("--impostors")
    populations = try invocation.values("--population").map(Self.population)
    purpose = invocation.flag("--development") ? .development : .operator
    out = invocation.value("--out")
    replace = invocation.flag("--replace")
    guard !impostors.isEmpty || !populations.isEmpty else {
      throw CalibrationRefusal(
        description: "name pictures of different people, with --impostors DIR or --population NAME=DIR")
    }
  }

  private static func population(
    _ text: String
  ) throws(CalibrationRefusal) -> (name: String, folder: String) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, Calibration.isName(parts[0]), parts[0] != everyone else {
      throw CalibrationRefusal(
        description: """
          --population \(text): expected is NAME=DIR with a name of a-z, 0-9 and '-', other than \(everyone)
          """)
    }
    return (parts[0], parts[1])
  }

  /// Makes the calibration and writes its file; `date` is today's.
  func run(_ model: ModelManifest, date: String, embed: @escaping ([UInt8], PictureRole) -> FaceFinding)
    throws
    -> CalibrationReport
  {
    try refuseToOverwrite()
    let pictures = try Pictures(self)
    var embedder = FileEmbedder(expected: pictures.count, embed: embed)
    let cohort = embedder.faces(of: pictures.cohort)
    let groups = pictures.populations.map { ($0.name, embedder.faces(of: $0.files)) }
    embedder.finish()
    let outcome = try Calibrator(
      purpose: purpose, model: model, date: date, neighbours: Self.neighbours, cohort: cohort,
      populations: groups
    ).run()
    return try CalibrationReport(outcome, unusable: embedder.unusable, writingTo: out, replace: replace)
  }

  /// Before minutes of work, not after.
  private func refuseToOverwrite() throws(CalibrationRefusal) {
    guard let out, !replace, Files.exists(out) else { return }
    throw CalibrationRefusal(description: "\(out) exists; --replace writes over it")
  }
}

extension CalibrateCommand {
  /// The files of all folders.
  private struct Pictures {
    let cohort: [PictureFile]
    let populations: [(name: String, files: [PictureFile])]

    init(_ command: CalibrateCommand) throws(SystemError) {
      cohort = try PictureFolders.pictures(in: command.cohort)
      var named: [(name: String, files: [PictureFile])] = []
      for (name, folder) in command.populations {
        let files = try PictureFolders.pictures(in: folder)
        if let known = named.firstIndex(where: { $0.name == name }) {
          named[known].files += files
        } else {
          named.append((name, files))
        }
      }
      var all = named.flatMap(\.files)
      for folder in command.impostors { all += try PictureFolders.pictures(in: folder) }
      populations = [(CalibrateCommand.everyone, all)] + named
    }

    var count: Int { populations.reduce(cohort.count) { $0 + $1.files.count } }
  }
}

let calibrateCommand = CommandLine.Command(
  path: ["calibrate"],
  options: [
    CommandLine.Option(
      name: "--models", value: "DIR", required: true, help: "The folder of the model's files."),
    CommandLine.Option(
      name: "--cohort", value: "DIR", required: true,
      help: "Pictures of at least \(Calibration.leastCohort) people as the measure of what is usual."),
    CommandLine.Option(
      name: "--impostors", value: "DIR", repeated: true,
      help: "Pictures of people whose pairs are compared. The cohort's own may be among them."),
    CommandLine.Option(
      name: "--population", value: "NAME=DIR", repeated: true,
      help: "Pictures of people of one group, such as east-asian: scores hold in it as in everyone."),
    CommandLine.Option(
      name: "--development",
      help: "Take as few pictures as there are; production refuses what comes of it."),
    CommandLine.Option(
      name: "--out", value: "FILE", help: "Where to write the calibration; nothing is written without."),
    CommandLine.Option(name: "--replace", help: "Write over the file."),
    CommandLine.Option(name: "--json", help: "The report as JSON."),
  ],
  summary: "measure how often different people look alike to the model, and write the calibration",
  details: """
    A picture in a folder is of the person whom its name begins with, up to the first '_' or '.'; a folder in it holds \
    pictures of one person. The same name is the same person in all folders. Of each person the first picture makes \
    the pairs of different people, and all of them the pairs of one person.

    A score of 600 is reached by one in a thousand pairs of different people, of everyone and of each population. \
    It takes \(Calibration.pairsNeeded[600] ?? 0) pairs to say so: \(Calibration.peopleNeeded(for: 600)) people. No \
    score above what the pairs bear out is ever given.

    Pictures are read here, outside of the worker's sandbox: take none from strangers. Sources/passgate-portrait/README.md \
    says which pictures make a good calibration, and what a score is worth.
    """,
  examples: [
    CommandLine.Example(
      "passgate-portrait calibrate --models models --cohort cohort --population east-asian=people --out calibration.txt",
      "Calibrate for production."),
    CommandLine.Example(
      "passgate-portrait calibrate --models models --cohort cohort --impostors people",
      "See what would come out, and write nothing."),
  ])
