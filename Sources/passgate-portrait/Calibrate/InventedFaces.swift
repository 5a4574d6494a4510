import PassgateSystem

/// `passgate-portrait calibrate invented`: a calibration of nobody, for trying the platform out where there are no
/// pictures to calibrate with. Its cohort is no measure of what is usual, so that its scores are little more than a line
/// through the distance, which serves no two groups of people alike: for a development calibration alone.
struct InventCommand: Sendable {
  private let out: String?
  private let replace: Bool

  init(_ invocation: CommandLine.Invocation) {
    out = invocation.value("--out")
    replace = invocation.flag("--replace")
  }

  func run(_ model: ModelManifest, date: String) throws -> CalibrationReport {
    guard model.backend == ModelList.dlib.backend else {
      throw CalibrationRefusal(
        description: "vectors can be invented for the model of dlib alone; calibrate this one with pictures")
    }
    var faces = InventedFaces(dimension: model.dimension)
    let outcome = try Calibrator(
      purpose: .development, model: model, date: date, neighbours: CalibrateCommand.neighbours,
      cohort: faces.cohort(of: Calibration.leastCohort),
      populations: [(Self.population, faces.people(Calibration.peopleNeeded(for: Calibration.leastScore)))]
    ).run()
    return try CalibrationReport(outcome, unusable: [], writingTo: out, replace: replace)
  }

  static let population = "invented"
}

/// Vectors as the model of dlib might give them, by a fixed series of numbers: the same each time.
struct InventedFaces {
  private let dimension: Int
  private var numbers = SeededNumbers(seed: 0)

  init(dimension: Int) { self.dimension = dimension }

  /// About the origin, from which faces are all about equally far.
  mutating func cohort(of count: Int) -> [Face] {
    (0..<count).map { face("cohort-\($0)", direction(of: Self.cohortRadius)) }
  }

  /// About one point as far out as faces are, and so near each other as strangers hardly ever come.
  mutating func people(_ count: Int) -> [Face] {
    let centre = direction(of: Self.faceRadius)
    return (0..<count).map { number in
      let offset = direction(of: Self.spread * (1 + 0.1 * normal()))
      return face("invented-\(number)", zip(centre, offset).map { $0 + $1 })
    }
  }

  private static let cohortRadius = 0.2
  /// Vectors of faces have this length, more or less.
  private static let faceRadius = 1.33
  /// Half of the strangers are 0.8 apart; these are 0.5, so that one in a thousand is 0.39.
  private static let spread = 0.354

  private func face(_ name: String, _ vector: [Double]) -> Face {
    Face(person: name, path: name, vector: vector.map { Float($0) })
  }

  private mutating func direction(of length: Double) -> [Double] {
    let vector = (0..<dimension).map { _ in normal() }
    let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return vector.map { $0 * length / norm }
  }

  /// Nearly normal: the sum of twelve even ones.
  private mutating func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + even() } }

  /// From 0 to 1.
  private mutating func even() -> Double { Double(numbers.next() >> 11) * 0x1p-53 }
}

let inventCommand = CommandLine.Command(
  path: ["calibrate", "invented"],
  options: [
    CommandLine.Option(
      name: "--models", value: "DIR", required: true, help: "The folder of the model's files."),
    CommandLine.Option(
      name: "--out", value: "FILE", help: "Where to write the calibration; nothing is written without."),
    CommandLine.Option(name: "--replace", help: "Write over the file."),
    CommandLine.Option(name: "--json", help: "The report as JSON."),
  ],
  summary: "write a calibration of nobody, to try the platform out",
  details: """
    For a sandbox and a demonstration, where there are no pictures of enough people: vectors drawn by chance stand in for \
    them. Good pictures of one person and of two people who are not alike are told apart; what a score says of error rates \
    is not true. Production refuses it.
    """,
  examples: [
    CommandLine.Example(
      "passgate-portrait calibrate invented --models models --out invented.calibration", "Write it.")
  ])
