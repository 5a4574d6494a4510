import PassgateConformance
import PassgateDomain
import PassgateSystem
import PassgateWire

/// How a run is shown.
struct ConformanceText {
  private let report: ConformanceReport
  private let results: [String: CaseResult]
  private let problems: [String: String]

  init(_ report: ConformanceReport, _ trials: [Trial]) {
    self.report = report
    results = Dictionary(report.results.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    problems = Dictionary(
      trials.compactMap { trial in trial.problem.map { (trial.conformanceCase.id, $0) } },
      uniquingKeysWith: { first, _ in first })
  }

  private static func rows(of group: ConformanceCase.Group) -> [ConformanceCase] {
    ConformanceSuite.all.filter { $0.group == group }
  }

  // MARK: Text

  var table: String {
    var lines = ConformanceCase.Group.allCases.flatMap(lines)
    let passed = report.results.count(where: \.passed)
    lines.append(
      "\(report.passed ? "PASSED" : "FAILED")  \(passed) of \(report.results.count) cases, "
        + CivilTime.timestamp(milliseconds: report.atMilliseconds))
    lines.append("        the platform has signed this report, verified")
    return lines.joined(separator: "\n")
  }

  private func lines(of group: ConformanceCase.Group) -> [String] {
    let rows = Self.rows(of: group)
    let passed = rows.count { results[$0.id]?.passed == true }
    let heading = "\(group.title)  \(group.titleChinese)  \(passed) of \(rows.count)"
    return [heading] + rows.map(line) + [""]
  }

  private func line(_ row: ConformanceCase) -> String {
    guard let result = results[row.id] else { return "  FAILED  \(row.id)  the report does not have it" }
    let seen = result.seen.isEmpty ? "the platform saw nothing" : terminalSafe(result.seen)
    if result.passed { return "  ok      \(Columns.pad(row.id, 32)) \(seen)" }
    let why = problems[row.id].map { "\n          \(terminalSafe($0))" } ?? ""
    return "  FAILED  \(Columns.pad(row.id, 32)) \(seen)\n          \(row.shows) \(row.showsChinese)\(why)"
  }

  static func line(_ trial: Trial, _ passed: Bool) -> String {
    let row = trial.conformanceCase
    let why = trial.problem.map { "\n        \(terminalSafe($0))" } ?? ""
    return
      "\(passed ? "ok    " : "FAILED")  \(row.id)  \(trial.seen)\n        \(row.shows) \(row.showsChinese)\(why)"
  }

  /// The table of cases.
  static var list: String {
    ConformanceCase.Group.allCases.flatMap { group in
      ["\(group.title)  \(group.titleChinese)"]
        + rows(of: group).map { "  \(Columns.pad($0.id, 32)) \($0.shows) \($0.showsChinese)" } + [""]
    }.joined(separator: "\n") + "\(ConformanceSuite.all.count) cases, version \(ConformanceSuite.version)"
  }

  // MARK: JSON

  var json: String {
    var json = JSONWriter()
    json.object { json in
      json.bool("passed", report.passed)
      json.number("suite", report.suite)
      json.string("tenant", report.tenantID)
      json.string("keyId", Hex.encode(report.keyID))
      json.string("serverTime", CivilTime.timestamp(milliseconds: report.atMilliseconds))
      json.bool("reportVerified", true)
      json.array("cases") { json in
        for row in ConformanceSuite.all {
          json.object { json in
            Self.write(row, to: &json)
            json.bool("passed", results[row.id]?.passed == true)
            json.string("seen", results[row.id]?.seen ?? "")
            if let problem = problems[row.id] { json.string("problem", problem) }
          }
        }
      }
    }
    return json.result
  }

  static func json(_ trial: Trial, _ passed: Bool) -> String {
    var json = JSONWriter()
    json.object { json in
      write(trial.conformanceCase, to: &json)
      json.bool("asExpected", passed)
      json.string("seen", trial.seen)
      if let problem = trial.problem { json.string("problem", problem) }
    }
    return json.result
  }

  static var listJSON: String {
    var json = JSONWriter()
    json.object { json in
      json.number("suite", ConformanceSuite.version)
      json.array("cases") { json in
        for row in ConformanceSuite.all { json.object { write(row, to: &$0) } }
      }
    }
    return json.result
  }

  private static func write(_ row: ConformanceCase, to json: inout JSONWriter) {
    json.string("id", row.id)
    json.string("group", row.group.rawValue)
    json.string("shows", row.shows)
    json.string("showsChinese", row.showsChinese)
  }
}
