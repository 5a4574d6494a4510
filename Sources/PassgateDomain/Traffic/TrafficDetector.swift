/// The detectors of abnormal traffic. Each has its row in `rules`.
package enum TrafficDetector: Int, Sendable, Hashable, CaseIterable {
  case quotaDay, quotaMinute
  case volumeDay, volumeHour
  case sequentialNumbers
  case oneNameManyNumbers
  case oneNumberManyBirths, manyNumbersManyBirths
  case fallingHitRate
  case offHours
  case signerManyScenes
  case volumeOutsideBand

  /// The row of this detector.
  package var rule: Rule { Self.rules[rawValue] }

  /// When a detector speaks: its figure reaches `least` and `factor` times what is usual.
  package struct Rule: Sendable, Hashable {
    /// `[a-z-]{1,40}`.
    package let id: String
    /// Whole days that must have been seen before the tenant's own past counts.
    package let warmUpDays: UInt32
    /// What the figure must reach before that; nil: the detector is silent until it is warm.
    package let coldLeast: UInt32?
    package let least: UInt32
    /// Times what is usual for this tenant; 0 where its past does not matter.
    package let factor: Double
    /// One sentence; `{figure}`, `{usual}`, `{checks}` and `{peak}` stand for numbers.
    package let template: String
  }

  /// In the order of the cases.
  //= Measures art.12(2)
  package static let rules: [Rule] = [
    Rule(
      id: "quota-day", warmUpDays: 0, coldLeast: 1, least: 1, factor: 1,
      template: "{figure} checks on one day, where the agreement has {usual}."),
    Rule(
      id: "quota-minute", warmUpDays: 0, coldLeast: 10, least: 10, factor: 0,
      template:
        "In {figure} minutes of one day the agreed checks a minute were used up; the busiest had {peak}."
    ),
    Rule(
      id: "volume-day", warmUpDays: 14, coldLeast: nil, least: 60, factor: 2.5,
      template: "{figure} checks on one day, where a busy day of the last four weeks had {usual}."),
    Rule(
      id: "volume-hour", warmUpDays: 14, coldLeast: nil, least: 40, factor: 4,
      template: "{figure} checks in one hour, where {usual} are usual at this time of the week."),
    Rule(
      id: "sequential-numbers", warmUpDays: 7, coldLeast: 150, least: 40, factor: 0.02,
      template:
        "{figure} of {checks} checks in a row continued a series of numbers; {usual} in a thousand are usual."
    ),
    Rule(
      id: "one-name-many-numbers", warmUpDays: 7, coldLeast: 40, least: 14, factor: 3,
      template:
        "One name was claimed with {figure} different numbers in {checks} checks of one day; {usual} is usual."
    ),
    Rule(
      id: "one-number-many-births", warmUpDays: 0, coldLeast: 6, least: 6, factor: 0,
      template: "One number was claimed with {figure} different birth dates on one day."),
    Rule(
      id: "many-numbers-many-births", warmUpDays: 7, coldLeast: 20, least: 8,
      factor: 3,
      template:
        "{figure} numbers were each claimed with three or more birth dates in {checks} checks of one day; {usual} is usual."
    ),
    Rule(
      id: "falling-hit-rate", warmUpDays: 7, coldLeast: nil, least: 15, factor: 0.02,
      template: "{figure} of {checks} checks in a row were inconsistent; {usual} in a thousand are usual."),
    Rule(
      id: "off-hours", warmUpDays: 14, coldLeast: nil, least: 20, factor: 3,
      template:
        "{figure} of the day's {checks} checks so far came outside the usual hours; {usual} a day is usual."),
    Rule(
      id: "signer-many-scenes", warmUpDays: 7, coldLeast: nil, least: 4, factor: 2,
      template: "One signing key served {figure} unrelated scenes on one day; {usual} is usual."),
    Rule(
      id: "volume-outside-band", warmUpDays: 28, coldLeast: 1, least: 1, factor: 0,
      template:
        "{figure} checks on a busy day and {peak} in a busy minute of the last four weeks: outside what the access was assessed for."
    ),
  ]
}

/// The numbers of one report.
struct TrafficFigures {
  var figure: UInt32
  var usual: UInt32
  var checks: UInt32
  var peak: UInt32

  /// The template with the numbers in it.
  func text(_ template: String) -> String {
    var text = ""
    for (index, part) in template.split(separator: "{", omittingEmptySubsequences: false).enumerated() {
      guard index > 0, let end = part.firstIndex(of: "}") else {
        text += part
        continue
      }
      text += value(part[..<end]).map { "\($0)" } ?? ""
      text += part[part.index(after: end)...]
    }
    return text
  }

  private func value(_ name: Substring) -> UInt32? {
    switch name {
    case "figure": figure
    case "usual": usual
    case "checks": checks
    case "peak": peak
    default: nil
    }
  }
}
