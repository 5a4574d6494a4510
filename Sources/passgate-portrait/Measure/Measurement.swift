/// How many of some tries went wrong, and what that says of all.
struct ErrorRate: Sendable, Equatable {
  let errors: Int
  let tries: Int

  /// Of the tries; 0 without any.
  var share: Double { tries == 0 ? 0 : Double(errors) / Double(tries) }

  /// What the true share stays below with 95 %: the rule of three where nothing went wrong, else Wilson's bound
  /// (one-sided, 1927). It takes the tries for independent of one another, which pairs that share a person are not
  /// quite. 1 without tries.
  var upperBound: Double {
    guard tries > 0 else { return 1 }
    let n = Double(tries)
    guard errors > 0 else { return min(1, 3 / n) }
    let quantile = 1.6449
    let centre = share + quantile * quantile / (2 * n)
    let spread = (share * (1 - share) / n + quantile * quantile / (4 * n * n)).squareRoot()
    let bound = (centre + quantile * spread) / (1 + quantile * quantile / n)
    return min(1, max(share, bound))
  }
}

/// What a calibration does to pairs of known people.
struct Measurement: Sendable {
  /// A line between SAME and the rest.
  struct Line: Sendable, Equatable {
    let score: Int
    /// Of different people, those that reach it.
    let falseMatches: ErrorRate
    /// Of one person's, those that do not.
    let falseNonMatches: ErrorRate
  }

  struct Kind: Sendable, Equatable {
    let name: String
    /// Pairs of which one picture or both cannot be compared; they are in no rate.
    let refused: Int
    let lines: [Line]
  }

  /// A pair with its score; nil where it cannot be compared.
  struct Scored: Sendable {
    let kind: String
    let isSame: Bool
    let score: Int?
  }

  let kinds: [Kind]

  /// Counts at each of the scores, by kind in the order of their first pair, and all together at last.
  init(_ pairs: [Scored], at scores: [Int]) {
    var names: [String] = []
    for pair in pairs where !names.contains(pair.kind) { names.append(pair.kind) }
    let groups = names.map { name in (name, pairs.filter { $0.kind == name }) }
    kinds = (groups + [("all", pairs)]).map { Self.kind($0.0, $0.1, scores) }
  }

  private static func kind(_ name: String, _ pairs: [Scored], _ scores: [Int]) -> Kind {
    let same = pairs.filter(\.isSame).compactMap(\.score)
    let different = pairs.filter { !$0.isSame }.compactMap(\.score)
    let lines = scores.map { line in
      Line(
        score: line,
        falseMatches: ErrorRate(errors: different.count { $0 >= line }, tries: different.count),
        falseNonMatches: ErrorRate(errors: same.count { $0 < line }, tries: same.count))
    }
    return Kind(name: name, refused: pairs.count { $0.score == nil }, lines: lines)
  }
}
