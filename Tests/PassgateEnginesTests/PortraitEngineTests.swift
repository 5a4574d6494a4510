import PassgateDomain
import Testing

@testable import PassgateEngines

/// Every combination of what the fields say, what is wrong with the picture, what was checked and how alike it is.
@Suite struct PortraitEngineTests {
  typealias Likeness = PortraitEngine.Likeness

  struct Case: Sendable, Hashable, CustomTestStringConvertible {
    let fields: Verdict
    let live: PortraitFault?
    let presentation: PortraitEngine.PresentationFault?
    let score: Int?
    let isOnePhotograph: Bool
    let thresholds: PortraitThresholds

    var verdict: Verdict {
      PortraitEngine().judge(
        fields: fields, live: live, presentation: presentation,
        likeness: score.map { Likeness(score: $0, isOnePhotograph: isOnePhotograph) }, thresholds: thresholds)
    }
    var testDescription: String {
      "\(fields) \(live as Any) \(presentation as Any) \(score as Any) \(isOnePhotograph) \(thresholds)"
    }
    /// Whether nothing speaks against the live picture.
    var isUsable: Bool { live == nil && presentation == nil }
  }

  static let thresholds = [(600, 400), (800, 650), (2, 1), (1000, 999)].compactMap {
    PortraitThresholds(same: $0.0, different: $0.1)
  }
  static let fields: [Verdict] = [
    .consistent, .inconsistent, .undetermined(.superseded), .undetermined(.sourceUnavailable),
    .undetermined(.attemptsExhausted),
  ]
  static let all: [Case] = {
    var all: [Case] = []
    for thresholds in thresholds {
      let (same, different) = (thresholds.same, thresholds.different)
      for score in [nil, 0, different - 1, different, same - 1, same, 1000] as [Int?] {
        for fields in fields {
          for live in [nil] + PortraitFault.allCases.map({ $0 }) {
            for presentation in [nil] + PortraitEngine.PresentationFault.allCases.map({ $0 }) {
              for isOne in [false, true] {
                all.append(
                  Case(
                    fields: fields, live: live, presentation: presentation, score: score,
                    isOnePhotograph: isOne, thresholds: thresholds))
              }
            }
          }
        }
      }
    }
    return all
  }()

  @Test func theMatrixIsWhole() {
    #expect(Self.thresholds.count == 4)
    #expect(Self.all.count == 4 * 7 * 5 * 9 * 3 * 2)
  }

  /// A picture that cannot be compared is told of, whatever is on record.
  @Test func aFaultOfThePictureGoesBeforeEverything() {
    for row in Self.all {
      guard let live = row.live else { continue }
      #expect(row.verdict == .undetermined(.picture(live)), "\(row)")
    }
  }

  @Test func aFaultOfThePresentationGoesBeforeTheRecord() {
    for row in Self.all where row.live == nil {
      switch row.presentation {
      case .replayed: #expect(row.verdict == .undetermined(.replayed), "\(row)")
      case .challengeFailed: #expect(row.verdict == .undetermined(.challengeFailed), "\(row)")
      case nil: break
      }
    }
  }

  /// Whoever does not know name, number and birth date learns nothing of a portrait: not whether there is one, and
  /// not whose it is.
  @Test func withoutTheThreeTheFaceChangesNothing() {
    for row in Self.all where row.fields != .consistent && row.isUsable {
      #expect(row.verdict == row.fields, "\(row)")
    }
  }

  @Test func withTheThreeTheScoreDecides() {
    for row in Self.all where row.fields == .consistent && row.isUsable {
      let expected: Verdict
      if let score = row.score {
        if row.isOnePhotograph {
          expected = .undetermined(.replayed)
        } else {
          let isBetween = score >= row.thresholds.different && score < row.thresholds.same
          expected =
            isBetween
            ? .undetermined(.nearThreshold) : score < row.thresholds.same ? .inconsistent : .consistent
        }
      } else {
        expected = .undetermined(.noReference)
      }
      #expect(row.verdict == expected, "\(row)")
    }
  }

  /// Written as what must never be: a CONSISTENT that misses anything.
  @Test func nothingIsConsistentThatMissesAnything() {
    for row in Self.all where row.verdict == .consistent {
      #expect(row.fields == .consistent && row.isUsable && !row.isOnePhotograph, "\(row)")
      #expect((row.score ?? 0) >= row.thresholds.same, "\(row)")
    }
    #expect(Self.all.contains { $0.verdict == .consistent })
  }
}
