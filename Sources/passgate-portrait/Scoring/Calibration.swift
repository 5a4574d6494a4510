import PassgateDomain
import PassgateSystem
import PassgateWire

/// What turns distances of one model into scores that mean something: a cohort, and how often different people of
/// known populations reach each score. Made by `passgate-portrait calibrate`, kept in a file.
struct Calibration: Sendable, Equatable, Confidential {
  enum Purpose: String, Sendable, CaseIterable {
    /// Made by an operator from pictures of the people it checks.
    case `operator`
    /// For tests and the sandbox: production does not take it.
    case development
  }

  /// A group of people whose pairs were compared; the scores hold in each of them.
  struct Population: Sendable, Equatable {
    let name: String
    let people: Int
    /// Pairs of pictures of different people.
    let pairs: Int

    /// Pairs of people: those of pictures that share a person are not independent of one another.
    var pairsOfPeople: Int { people * (people - 1) / 2 }
  }

  /// Pairs of one person's pictures, and how many stayed below a score.
  struct Genuine: Sendable, Equatable {
    let pairs: Int
    let below400: Int
    let below600: Int
  }

  let purpose: Purpose
  /// UTC: "2026-11-24".
  let made: String
  let model: ModelManifest
  let populations: [Population]
  let genuine: Genuine?
  let scale: ScoreScale
  let cohort: Cohort

  /// The distance that stands for vectors of which none can be told; more than any two faces have.
  static let noDistance = PortraitWire.distanceLimit

  /// The raw distance as the model gives it, and the score from 0 to 1000, which claims no more than the pairs
  /// compared bear out. Total: vectors of other lengths or with what is no number get `noDistance` and 0.
  func score(live: [Float], reference: [Float]) -> (distance: Double, score: Int) {
    guard let distance = euclideanDistance(live, reference), distance < Self.noDistance else {
      return (Self.noDistance, 0)
    }
    guard let z = normalised(distance, live, reference) else { return (distance, 0) }
    return (distance, scale.score(of: z))
  }

  private func normalised(_ distance: Double, _ first: [Float], _ second: [Float]) -> Double? {
    guard let around = cohort.surroundings(of: first), let other = cohort.surroundings(of: second) else {
      return nil
    }
    return Surroundings.normalise(distance, around, other)
  }

  /// Why it cannot serve the model that is loaded; nil where it can.
  func refusal(for loaded: ModelManifest) -> String? {
    model.difference(from: loaded).map { difference in
      """
      the calibration does not belong to this model: \(difference). Run 'passgate-portrait calibrate' with this \
      program and these models
      """
    }
  }
}

// MARK: - What it takes to be one

extension Calibration {
  /// People in the cohort of an operator's calibration.
  static let leastCohort = 60
  /// The score that the pairs of each population of an operator's calibration bear out: the usual line for SAME.
  static let leastScore = 600

  /// Pairs of different people that it takes to claim a score: with three times as many as make one expected, none
  /// seen too many would be seen with 95 % (the rule of three).
  static let pairsNeeded = [
    200: 30, 300: 95, 400: 300, 500: 949, 600: 3_000, 700: 9_487, 800: 30_000, 900: 94_869, 1000: 300_000,
  ]

  /// The highest score with a knot that this many pairs of people bear out; 0 where none is.
  static func scoreBorneOut(by pairs: Int) -> Int {
    ScoreScale.scores.last { pairs >= pairsNeeded[$0] ?? .max } ?? 0
  }

  /// The fewest people whose pairs bear a score out.
  static func peopleNeeded(for score: Int) -> Int {
    let pairs = pairsNeeded[score] ?? .max
    return (2...1000).first { $0 * ($0 - 1) / 2 >= pairs } ?? 1000
  }

  /// The highest score that all populations bear out.
  static func scoreBorneOut(by populations: [Population]) -> Int {
    populations.map { scoreBorneOut(by: $0.pairsOfPeople) }.min() ?? 0
  }

  /// What keeps it from being one, as a sentence; nil where nothing does.
  var fault: String? {
    faultOfCohort ?? (purpose == .operator ? faultOfOperator : nil) ?? faultOfScale
  }

  private var faultOfOperator: String? {
    if cohort.vectors.count < Self.leastCohort {
      return """
        an operator's cohort has at least \(Self.leastCohort) people, and this one \(cohort.vectors.count); add \
        pictures of others
        """
    }
    return faultOfPopulations
  }

  private var faultOfCohort: String? {
    // One more than are looked at, because somebody of the cohort may be compared.
    guard cohort.vectors.count > cohort.neighbours, cohort.neighbours > 1 else {
      return "the cohort of \(cohort.vectors.count) people is too small for \(cohort.neighbours) neighbours"
    }
    guard cohort.vectors.allSatisfy({ $0.count == model.dimension }) else {
      return "a vector of the cohort has another dimension than \(model.dimension)"
    }
    return cohort.vectors.joined().allSatisfy(\.isFinite)
      ? nil : "a vector of the cohort holds what is no number"
  }

  private var faultOfScale: String? {
    let (knots, borneOut) = (scale.knots, Self.scoreBorneOut(by: populations))
    guard knots.map(\.score) == [0] + ScoreScale.scores.filter({ $0 <= borneOut }), borneOut > 0 else {
      return "the populations' pairs bear out knots at 0 and from 200 to \(borneOut), and it has others"
    }
    guard knots.allSatisfy({ abs($0.z) <= 1000 }), zip(knots, knots.dropFirst()).allSatisfy({ $0.z > $1.z })
    else {
      return "z does not fall from knot to knot"
    }
    return nil
  }

  private var faultOfPopulations: String? {
    for population in populations where Self.scoreBorneOut(by: population.pairsOfPeople) < Self.leastScore {
      return """
        an operator's calibration takes pictures of at least \(Self.peopleNeeded(for: Self.leastScore)) people of \
        each population, so that \(Self.pairsNeeded[Self.leastScore] ?? 0) pairs of different people bear out the score \
        \(Self.leastScore); the population \(population.name) has \(population.people)
        """
    }
    return nil
  }
}
