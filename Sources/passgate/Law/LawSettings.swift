import PassgateDomain
import PassgateSettings
import PassgateSystem

// Values of the legal path in files that people write; each problem is noted at its key.
extension SettingsReader {
  /// One word of a table; nil when there is a problem.
  func word<Value>(_ key: String, _ table: Words.Table<Value>) -> Value? {
    Words.value(choice(key, of: table.map(\.value)), in: table)
  }

  /// A list of words of a table; empty where the key is absent, which is a problem where it is `required`.
  func words<Value: Hashable>(
    _ key: String, _ table: Words.Table<Value>, required: Bool = true
  ) -> Set<Value> {
    var values: Set<Value> = []
    for (index, word) in list(key, default: required ? nil : []).enumerated() {
      if let value = Words.value(word, in: table) {
        values.insert(value)
      } else {
        problem("\(key)[\(index)]", "must be one of \(table.map(\.value).joined(separator: ", "))")
      }
    }
    return values
  }

  /// A day, "YYYY-MM-DD"; nil when there is a problem.
  func date(_ key: String) -> CalendarDate? {
    let text = string(key)
    guard !text.isEmpty else { return nil }
    if let date = CalendarDate(iso: text) { return date }
    problem(key, "must be a day, \"YYYY-MM-DD\"")
    return nil
  }

  /// Hours of the day, "HH:MM-HH:MM" in Beijing time; all day where the key is absent.
  func hours(_ key: String) -> DailyHours {
    guard let text = optionalString(key) else { return .allDay }
    if let hours = DailyHours(text) { return hours }
    problem(key, "must be \"HH:MM-HH:MM\", Beijing time; leave it away for all day")
    return .allDay
  }

  /// One business scene.
  func scope() -> SceneScope {
    SceneScope(
      scene: identifier("scene"), field: word("field", Words.fields) ?? .transport,
      checks: words("checks", Words.checks), elements: words("elements", Words.elements, required: false),
      documentTypes: words("documentTypes", Words.documentTypes), hours: hours("hours"),
      legalBasis: string("legalBasis"))
  }

  /// How much is checked.
  func volume(_ key: String) -> Volume {
    guard let reader = object(key, required: true) else { return Volume(checksPerDay: 0, peakPerMinute: 0) }
    let counts = 1...1_000_000_000
    return Volume(
      checksPerDay: UInt32(reader.integer("checksPerDay", in: counts)),
      peakPerMinute: UInt32(reader.integer("peakPerMinute", in: counts)))
  }
}

extension DailyHours {
  /// Reads "08:00-22:30"; nil for anything else.
  init?(_ text: String) {
    let minutes = text.split(separator: "-", omittingEmptySubsequences: false).map { Self.minute($0) }
    guard minutes.count == 2, let from = minutes[0], let until = minutes[1] else { return nil }
    self.init(from: from, until: until)
  }

  private static func minute(_ text: Substring) -> UInt16? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }),
      let hour = UInt16(parts[0]), let minute = UInt16(parts[1]),
      minute < 60, hour < 24 || (hour == 24 && minute == 0)
    else { return nil }
    return hour * 60 + minute
  }
}
