import Glibc

/// Why no calibration can be made of these pictures: what is missing and what to do.
struct CalibrationRefusal: Error, Sendable, Equatable, CustomStringConvertible {
  let description: String
}

/// The arithmetic of a calibration, from faces to knots.
struct Calibrator: Sendable {
  let purpose: Calibration.Purpose
  let model: ModelManifest
  /// UTC: "2026-11-24".
  let date: String
  let neighbours: Int
  /// Of each person the first counts.
  let cohort: [Face]
  /// By name; several pictures of a person are welcome.
  let populations: [(name: String, faces: [Face])]

  /// What came of it beside the calibration itself.
  struct Outcome: Sendable {
    let calibration: Calibration
    /// Of each population, the pairs that are most alike: people with two names are found here.
    let alike: [(population: String, first: Face, second: Face, score: Int)]
  }

  func run() throws(CalibrationRefusal) -> Outcome {
    let cohort = cohort.onePerPerson
    guard cohort.count > neighbours + 1 else {
      throw CalibrationRefusal(
        description: """
          the cohort has \(cohort.count) people with a picture that can be used, and it takes at least \
          \(max(neighbours + 2, purpose == .operator ? Calibration.leastCohort : 0)); add pictures of others
          """)
    }
    try cohort.checkOwners()
    let view = NamedCohort(faces: cohort, neighbours: neighbours)
    var measured: [PopulationPairs] = []
    for (name, faces) in populations { measured.append(try PopulationPairs(name, faces, view)) }
    let calibration = try calibration(view, measured)
    let alike = measured.flatMap { pairs in
      pairs.mostAlike.map { (pairs.population.name, $0.0, $0.1, calibration.scale.score(of: $0.2)) }
    }
    return Outcome(calibration: calibration, alike: alike)
  }

  private func calibration(
    _ cohort: NamedCohort, _ measured: [PopulationPairs]
  ) throws(CalibrationRefusal) -> Calibration {
    let genuine = genuine(cohort)
    let scale = ScoreScale(knots: knots(measured))
    let calibration = Calibration(
      purpose: purpose, made: date, model: model, populations: measured.map(\.population),
      genuine: genuine.isEmpty ? nil : Calibration.Genuine(genuine, scale), scale: scale,
      cohort: Cohort(vectors: cohort.faces.map(\.vector), neighbours: neighbours))
    if let fault = calibration.fault { throw CalibrationRefusal(description: fault) }
    return calibration
  }

  /// The stricter of all populations at each score that all of them bear out.
  private func knots(_ measured: [PopulationPairs]) -> [ScoreScale.Knot] {
    let highest = Calibration.scoreBorneOut(by: measured.map(\.population))
    var knots: [ScoreScale.Knot] = []
    for score in ScoreScale.scores where score <= highest {
      let strictest = measured.map { $0.z(for: score) }.min() ?? 0
      // Where pairs are few two scores may meet at one pair.
      let z = min(strictest, knots.last.map { $0.z - Decimal4.step } ?? .infinity)
      knots.append(ScoreScale.Knot(score: score, z: Decimal4.floor(z)))
    }
    guard let first = knots.first else { return [] }
    return [ScoreScale.Knot(score: 0, z: Decimal4.floor(max(1, first.z + 1)))] + knots
  }

  /// z of each pair of pictures of one person; the same picture twice is none.
  private func genuine(_ cohort: NamedCohort) -> [Double] {
    var seen: Set<[Float]> = []
    let faces = populations.flatMap(\.faces).filter { seen.insert($0.vector).inserted }
    let several = Dictionary(grouping: faces, by: \.person).values.filter { $0.count > 1 }
    var genuine: [Double] = []
    for faces in several { FaceComparison(faces, cohort).forEachPair { genuine.append($2) } }
    return genuine
  }
}

extension Calibration.Genuine {
  init(_ z: [Double], _ scale: ScoreScale) {
    let scores = z.map(scale.score)
    self.init(
      pairs: z.count, below400: scores.count { $0 < 400 }, below600: scores.count { $0 < 600 })
  }
}

/// The pairs of different people of one population, by one picture of each: several of one person would not be
/// independent, and make a population look larger than it is.
struct PopulationPairs: Sendable {
  let population: Calibration.Population
  /// Rising: the most alike first.
  private let sorted: [Double]
  /// Of the most alike pairs.
  let mostAlike: [(Face, Face, Double)]

  /// How many of the most alike pairs are kept for people to look at.
  private static let kept = 3
  /// More people have more pairs than memory should be spent on.
  static let mostPeople = 5_000

  init(_ name: String, _ all: [Face], _ cohort: NamedCohort) throws(CalibrationRefusal) {
    let faces = all.onePerPerson
    guard 2...Self.mostPeople ~= faces.count else {
      throw CalibrationRefusal(
        description: """
          the population \(name) has \(faces.count) people with a picture that can be used, and 2 to \
          \(Self.mostPeople) can be compared
          """)
    }
    try faces.checkOwners()
    var all: [Double] = []
    all.reserveCapacity(faces.count * (faces.count - 1) / 2)
    var alike: [(Face, Face, Double)] = []
    FaceComparison(faces, cohort).forEachPair { first, second, z in
      all.append(z)
      guard alike.count < Self.kept || z < alike[Self.kept - 1].2 else { return }
      alike = Array((alike + [(faces[first], faces[second], z)]).sorted { $0.2 < $1.2 }.prefix(Self.kept))
    }
    all.sort()
    population = Calibration.Population(name: name, people: faces.count, pairs: all.count)
    (sorted, mostAlike) = (all, alike)
  }

  /// The z that no more pairs reach than the score claims.
  func z(for score: Int) -> Double {
    let allowed = Int(pow(10, -Double(score) / 200) * Double(sorted.count) + 1e-9)
    guard allowed < sorted.count else { return 0 }
    let z = sorted[allowed]
    let below = Decimal4.floor(z)
    return below < z ? below : below - Decimal4.step
  }
}
