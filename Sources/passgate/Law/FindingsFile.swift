import PassgateCrypto
import PassgateDomain
import PassgateSettings
import PassgateSystem

/// What an officer found about the five conditions of art.5, as a file.
enum FindingsFile {
  /// Reads the findings; throws everything that is wrong at once.
  static func read(_ path: String) throws -> [ConditionFinding] {
    let reader = try SettingsReader(file: path)
    let rows = reader.objects("findings", required: true).map(finding)
    let numbers = rows.map(\.condition)
    for condition in EligibilityCondition.allCases
    where reader.has("findings") && !numbers.contains(condition.rawValue) {
      reader.problem("findings", "condition \(condition.rawValue) is missing: \(condition.english)")
    }
    reader.finish()
    guard reader.problems.isEmpty else { throw Failure(reader.problems.joined(separator: "\n")) }
    return rows.compactMap(\.found)
  }

  /// A finding that has a problem still tells which condition it is about.
  private static func finding(_ reader: SettingsReader) -> (condition: UInt8, found: ConditionFinding?) {
    let condition = UInt8(reader.integer("condition", in: 1...5))
    let isMet = reader.bool("met")
    let evidence = reader.digest("evidence")
    guard let reviewBy = reader.date("reviewBy"), let evidence else { return (condition, nil) }
    let found = ConditionFinding(
      condition: condition, isMet: isMet, evidence: evidence, reviewBy: reviewBy)
    return (condition, found)
  }

  static var template: String {
    let rows = EligibilityCondition.allCases.map { condition in
      """
          // art.5(\(condition.rawValue)) \(condition.chinese) · \(condition.english)
          { condition: \(condition.rawValue), met: true, evidence: "", reviewBy: "" },
      """
    }
    return """
      // What was found about the conditions of art.5 · 对第五条各项条件的核查结论
      // met: whether it is met. evidence: the file that shows it; only its SHA-256 is sent. reviewBy: the day on
      // which it is to be looked at again. Then: passgate operator review TENANT --pass FILE
      // met 是否符合;evidence 证明文件(只发送其摘要);reviewBy 复核日期
      {
        findings: [
      \(rows.joined(separator: "\n"))
        ],
      }

      """
  }
}

extension SettingsReader {
  /// SHA-256 of the file under a key; nil when there is a problem.
  fileprivate func digest(_ key: String) -> [UInt8]? {
    let path = path(key)
    guard !path.isEmpty else { return nil }
    do {
      return try passgate.digest(ofFile: path)
    } catch {
      problem(key, "\(error)")
      return nil
    }
  }
}

/// SHA-256 of a file that shows something; the file itself stays with whoever keeps it.
func digest(ofFile path: String) throws -> [UInt8] {
  let bytes = try Files.read(path)
  return sha256(bytes.span)
}
