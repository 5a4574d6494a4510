import PassgateCrypto
import PassgateSystem
import Testing

@testable import passgate_portrait

/// A small model and calibrations of it, made by hand.
enum Handmade {
  static let model = ModelManifest(
    backend: "dlib",
    files: [
      ModelManifest.File(name: "descriptor", sha256: [UInt8](repeating: 0x11, count: 32)),
      ModelManifest.File(name: "landmarks", sha256: [UInt8](repeating: 0x22, count: 32)),
    ], buildFlags: "avx2 fma", dimension: 2)

  /// On a line: at 1, 2, 3 ... from the origin.
  static func cohort(_ count: Int, neighbours: Int = 3) -> Cohort {
    Cohort(vectors: (1...count).map { [Float($0), 0] }, neighbours: neighbours)
  }

  static let knots = [(0, 1.0), (200, -1.0), (300, -2.0), (400, -2.5), (500, -3.5), (600, -4.5)]
    .map { ScoreScale.Knot(score: $0.0, z: $0.1) }

  static func calibration(
    purpose: Calibration.Purpose = .operator, people: Int = 90, cohort: Cohort = cohort(60),
    knots: [ScoreScale.Knot] = knots,
    genuine: Calibration.Genuine? = nil
  ) -> Calibration {
    Calibration(
      purpose: purpose, made: "2026-11-24", model: model,
      populations: [
        Calibration.Population(name: "everyone", people: 200, pairs: 19_900),
        Calibration.Population(name: "east-asian", people: people, pairs: people * (people - 1) / 2),
      ], genuine: genuine, scale: ScoreScale(knots: knots), cohort: cohort)
  }
}

struct SurroundingsTests {
  @Test func areMeanAndDeviationOfTheNearest() throws {
    let around = try #require(Surroundings(of: [9, 4, 2, 6, 50], nearest: 3))
    #expect(around.mean == 4)
    #expect(abs(around.deviation - (8.0 / 3).squareRoot()) < 1e-12)
  }

  @Test(arguments: [
    [], [1], [1, 2], [1, 2, .nan], [1, 2, .infinity, 3], [5, 5, 5], [5, 5.000001, 5.000002],
  ])
  func areNoneOfTooFewOrOfCopies(_ distances: [Double]) {
    #expect(Surroundings(of: distances, nearest: 3) == nil)
  }

  @Test func leaveAPictureOfTheCohortItselfOut() throws {
    let cohort = Handmade.cohort(5)
    #expect(cohort.distances(from: [2, 0])?.sorted() == [1, 1, 2, 3])
    let around = try #require(cohort.surroundings(of: [1, 0]))
    #expect(around.mean == 2)
  }

  @Test func makeADistanceRelative() throws {
    let dense = try #require(Surroundings(of: [1, 2, 3], nearest: 3))
    let sparse = try #require(Surroundings(of: [2, 4, 6], nearest: 3))
    // The same distance is usual among those who look alike to the model, and rare among those who do not.
    #expect(Surroundings.normalise(2, dense, dense) == 0)
    #expect(Surroundings.normalise(2, sparse, sparse) < -1)
    #expect(
      Surroundings.normalise(2, dense, sparse) == Surroundings.normalise(2, sparse, sparse) / 2)
  }
}

struct ScaleTests {
  private let scale = ScoreScale(knots: Handmade.knots)

  @Test(arguments: [
    (100.0, 0), (1.0, 0), (0.999, 0), (0.0, 100), (-1.0, 200), (-1.5, 250), (-2.25, 350), (-2.5, 400),
    (-3.0, 450),
    (-4.4999, 599), (-4.5, 600), (-4.6, 600), (-1e300, 600), (-.infinity, 600), (.infinity, 0), (.nan, 0),
  ])
  func isStraightBetweenKnotsAndEndsWithThem(_ z: Double, _ score: Int) {
    #expect(scale.score(of: z) == score)
  }

  @Test func neverFallsAsPeopleGrowAlike() {
    let scores = stride(from: 3.0, through: -6, by: -0.01).map(scale.score)
    #expect(scores == scores.sorted())
    #expect(Set(scores).isSuperset(of: [0, 200, 300, 400, 500, 600]))
  }

  @Test func withoutKnotsGivesNothing() {
    #expect(ScoreScale(knots: []).score(of: -9) == 0)
    #expect(ScoreScale(knots: []).highest == 0)
  }
}

struct CalibrationScoreTests {
  private let calibration = Handmade.calibration()

  @Test func comesWithTheRawDistance() {
    let (distance, score) = calibration.score(live: [0, 3], reference: [4, 0])
    #expect(distance == 5)
    #expect(score == 0)
  }

  @Test func isHighestForOneFace() {
    let (distance, score) = calibration.score(live: [0.25, 0], reference: [0.25, 0])
    #expect(distance == 0)
    #expect(score < 600, "the cohort is at hand: near its densest place nothing is rare")
    let sure = calibration.score(live: [-9, 0], reference: [-9, 0])
    #expect(sure.score == 600)
  }

  @Test(arguments: [
    [], [1], [1, 2, 3], [.nan, 0], [0, .infinity], [-.infinity, .infinity], [.greatestFiniteMagnitude, 0],
    [1e25, 1e25], [.leastNonzeroMagnitude, .signalingNaN],
  ])
  func isLowestForWhatIsNoFace(_ vector: [Float]) {
    for (live, reference) in [(vector, [0, 1]), ([0, 1], vector), (vector, vector)] {
      let (distance, score) = calibration.score(live: live, reference: reference)
      #expect(distance.isFinite && distance >= 0 && distance <= Calibration.noDistance)
      #expect(score == 0)
    }
  }

  @Test func doesNotPrintWhatItHolds() {
    let cohort = calibration.cohort
    #expect("\(calibration) \(cohort)" == "Calibration(withheld) Cohort(withheld)")
    #expect(Mirror(reflecting: calibration).children.isEmpty)
  }
}

extension String {
  func firstRange(of other: String) -> Range<String.Index>? { ranges(of: other).first }

  func replacingCharacters(in range: Range<String.Index>, with other: String) -> String {
    self[..<range.lowerBound] + other + self[range.upperBound...]
  }
}
