/// What business scenes must satisfy, asked for in a dossier or agreed in an agreement.
enum ScopeRules {
  /// What one organisation may name.
  static let scenes = 1...32
  private static let legalBasis = 1...500

  /// Adds what is wrong with the scenes, with fields below "scopes".
  static func check(_ scopes: [SceneScope], into findings: inout CaseFindings) {
    findings.require(
      scenes.contains(scopes.count), "scopes", "name 1 to \(scenes.upperBound) business scenes")
    var seen: Set<String> = []
    for (index, scope) in scopes.enumerated() {
      let path = "scopes[\(index)]"
      findings.require(seen.insert(scope.scene).inserted, "\(path).scene", "this scene is stated twice")
      check(scope, at: path, into: &findings)
    }
  }

  private static func check(_ scope: SceneScope, at path: String, into findings: inout CaseFindings) {
    findings.require(
      CaseText.isIdentifier(scope.scene), "\(path).scene", "a scene is 1 to 32 of a-z, 0-9 and -")
    findings.require(!scope.checks.isEmpty, "\(path).checks", "name at least one way of checking (art.4)")
    findings.require(
      !scope.documentTypes.isEmpty, "\(path).document_types", "name at least one document type")
    findings.require(
      scope.hours.isValid, "\(path).from_minute",
      "hours are minutes of the day, 0 to 1440, that differ; both 0 is all day")
    //= Measures art.5(2)
    findings.require(
      CaseText.isClean(scope.legalBasis, characters: legalBasis), "\(path).legal_basis",
      "state in 1 to 500 characters the law or regulation that demands the check (art.5(2))")
  }
}

extension DailyHours {
  private static let minutesOfDay: UInt16 = 1440

  private var isAllDay: Bool { from == 0 && until == 0 }

  /// A span with a beginning on the clock and a length.
  package var isValid: Bool {
    isAllDay || (from < Self.minutesOfDay && until <= Self.minutesOfDay && from != until)
  }

  /// True when this minute of the day, 0 to 1439, lies within the hours: `from` does, `until` does not.
  package func contains(minute: UInt16) -> Bool {
    if isAllDay { return true }
    return from < until ? from <= minute && minute < until : from <= minute || minute < until
  }

  /// True when this time, milliseconds since 1970, lies within the hours of its day in Beijing.
  package func contains(_ wallMilliseconds: UInt64) -> Bool {
    isAllDay || contains(minute: BeijingClock.minuteOfDay(wallMilliseconds))
  }

  /// True when every minute of these hours is one of the other's.
  package func isWithin(_ other: DailyHours) -> Bool {
    (0..<Self.minutesOfDay).allSatisfy { !contains(minute: $0) || other.contains(minute: $0) }
  }
}

extension Volume {
  private static let minutesOfDay: UInt64 = 1440

  /// Neither is zero, and the busiest minute is neither busier than its day nor than an even spread allows.
  package var isPlausible: Bool {
    checksPerDay > 0 && peakPerMinute > 0 && peakPerMinute <= checksPerDay
      && UInt64(peakPerMinute) * Self.minutesOfDay >= UInt64(checksPerDay)
  }
}
