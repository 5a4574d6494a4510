import PassgateDomain
import PassgateSystem
import PassgateTestKit
import Testing

@testable import passgate

/// The files that officers write.
@Suite struct LawFileTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func write(_ text: String, as name: String = "file.json5") throws -> String {
    try Files.writeDurably(Array(text.utf8), to: folder.path(name))
    return folder.path(name)
  }

  private static let filled = FindingsFile.template.replacing(
    "evidence: \"\"", with: "evidence: \"shown.pdf\""
  )
  .replacing("reviewBy: \"\"", with: "reviewBy: \"2027-11-23\"")

  //= Measures art.5
  //= type=test
  @Test func aFilledTemplateHasTheFiveConditions() throws {
    _ = try write("what shows it", as: "shown.pdf")
    let findings = try FindingsFile.read(try write(Self.filled))
    #expect(findings.map(\.condition) == [1, 2, 3, 4, 5])
    #expect(findings.allSatisfy { $0.isMet && $0.evidence.count == 32 })
    #expect(findings.map(\.reviewBy) == Array(repeating: try day("2027-11-23"), count: 5))
  }

  @Test func theEmptyTemplateTellsAllThatIsMissing() throws {
    let found = problems { try FindingsFile.read(try write(FindingsFile.template)) }
    #expect(found.count { $0.contains(".evidence: ") } == 5)
    #expect(found.count { $0.contains(".reviewBy: ") } == 5)
    #expect(found.count == 10)
  }

  @Test func aConditionThatIsMissingIsNamed() throws {
    _ = try write("what shows it", as: "shown.pdf")
    let text = Self.filled.replacing("condition: 4", with: "condition: 3")
    let found = problems { try FindingsFile.read(try write(text)) }
    #expect(found.count == 1)
    #expect(found.first?.contains("condition 4 is missing") == true)
  }
}

/// Values of the command line.
@Suite struct LawValueTests {
  @Test(arguments: [
    ("13(3)", Clause(13, 3)), ("art.13(3)", Clause(13, 3)), ("8", Clause(8)), ("13()", nil), ("13(0)", nil),
    ("13(3", nil), ("(3)", nil), ("", nil), ("13(3) ", nil), ("999(1)", nil),
  ])
  func clausesAreRead(_ text: String, _ clause: Clause?) { #expect(Clause(text) == clause) }

  @Test(arguments: [
    ("08:00-22:30", DailyHours(from: 480, until: 1350)), ("22:00-06:00", DailyHours(from: 1320, until: 360)),
    ("00:00-24:00", DailyHours(from: 0, until: 1440)), ("8:00-22:00", nil), ("08:00", nil),
    ("08:60-09:00", nil), ("24:01-01:00", nil), ("08:00-09:00-10:00", nil),
  ])
  func hoursAreRead(_ text: String, _ hours: DailyHours?) { #expect(DailyHours(text) == hours) }

  @Test func momentsAreBeijings() throws {
    let noon = try #require(CivilTime("2026-11-23T04:00:00Z")).milliseconds
    #expect(BeijingClock.text(noon) == "2026-11-23 12:00 Beijing time")
    let end = LegalCalendar.end(of: try day("2026-11-23"))
    #expect(BeijingClock.short(end) == "2026-11-23 24:00")
    #expect(BeijingClock.short(.max).hasPrefix("2199-12-31 "), "a pack's note can state any time")
    #expect(BeijingTime.remaining(until: end, now: noon) == "12 hours left")
    #expect(BeijingTime.remaining(until: noon, now: end) == "over for 12 hours")
    #expect(BeijingTime.remaining(until: end + 86_400_000, now: end) == "1 day left")
  }
}
