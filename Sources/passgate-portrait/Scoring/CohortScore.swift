import PassgateDomain

/// The Euclidean distance of two vectors; nil where they are of different lengths or it is no finite number.
func euclideanDistance(_ first: [Float], _ second: [Float]) -> Double? {
  guard first.count == second.count, !first.isEmpty else { return nil }
  var sum: Float = 0
  for index in first.indices {
    let difference = first[index] - second[index]
    sum += difference * difference
  }
  return sum.isFinite ? Double(sum).squareRoot() : nil
}

/// How far a vector lies from those that are nearest to it in the cohort.
struct Surroundings: Sendable, Equatable {
  let mean: Double
  let deviation: Double

  /// Below this the neighbours are copies of one another, and a division by it would say nothing.
  static let leastDeviation = 1e-4

  /// Mean and deviation of the `count` smallest of the distances; nil where there are fewer, where one is no number,
  /// and where they hardly differ.
  init?(of distances: [Double], nearest count: Int) {
    guard count > 1, distances.count >= count, distances.allSatisfy(\.isFinite) else { return nil }
    self.init(ofNearest: distances.sorted().prefix(count))
  }

  /// Mean and deviation of these distances; nil where they hardly differ.
  init?(ofNearest nearest: some Collection<Double>) {
    guard nearest.count > 1 else { return nil }
    let count = Double(nearest.count)
    let mean = nearest.reduce(0, +) / count
    let variance = nearest.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    guard variance.squareRoot() >= Self.leastDeviation else { return nil }
    self.mean = mean
    deviation = variance.squareRoot()
  }

  /// A distance in deviations from what is usual around these two vectors: lower is more alike. A group of people
  /// whom the model thinks alike has near neighbours in the cohort, so that one line serves all groups.
  static func normalise(_ distance: Double, _ first: Surroundings, _ second: Surroundings) -> Double {
    let inFirst = (distance - first.mean) / first.deviation
    let inSecond = (distance - second.mean) / second.deviation
    return (inFirst + inSecond) / 2
  }
}

/// Vectors of people who have nothing to do with those compared, as a measure of what is usual.
struct Cohort: Sendable, Equatable, Confidential {
  let vectors: [[Float]]
  /// How many of them, the nearest, a vector is held against.
  let neighbours: Int

  /// The distances to all of the cohort but those that are the vector itself; nil where one is no finite number.
  func distances(from vector: [Float]) -> [Double]? {
    var distances: [Double] = []
    distances.reserveCapacity(vectors.count)
    for member in vectors {
      guard let distance = euclideanDistance(vector, member) else { return nil }
      // The same picture: somebody of the cohort is being compared.
      if distance > 0 { distances.append(distance) }
    }
    return distances
  }

  /// Nil for a vector that cannot be held against the cohort: of another length, no numbers, alike to all of it.
  func surroundings(of vector: [Float]) -> Surroundings? {
    distances(from: vector).flatMap { Surroundings(of: $0, nearest: neighbours) }
  }
}

/// From normalised distances to scores: straight between knots.
struct ScoreScale: Sendable, Equatable {
  struct Knot: Sendable, Equatable {
    let score: Int
    let z: Double
  }

  /// The scores a calibration may have knots for. 200 x -log10 of the share of pairs of different people that
  /// reach it: 200 is one in ten, 600 one in a thousand.
  static let scores = Array(stride(from: 200, through: 1000, by: 100))

  /// The first has score 0; scores rise and z falls from each to the next.
  let knots: [Knot]

  /// What no pair is scored above: nothing is known of what lies beyond the last knot.
  var highest: Int { knots.last?.score ?? 0 }

  /// Rounded down, so that a score is never reached early; 0 for what is no number.
  func score(of z: Double) -> Int {
    // What is no number is below no knot.
    guard let reached = knots.lastIndex(where: { z <= $0.z }) else { return 0 }
    guard reached + 1 < knots.count else { return highest }
    let (near, far) = (knots[reached], knots[reached + 1])
    let share = (near.z - z) / (near.z - far.z)
    return near.score + Int(Double(far.score - near.score) * share)
  }
}
