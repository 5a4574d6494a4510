import Foundation
import PassgateCaseFile
import PassgateDomain
import PassgateWire
import Testing

/// The wire specification says of acts what the law's table says.
@Suite struct SpecificationTests {
  @Test func theTableOfActsIsTheLawsTable() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let specification = try String(contentsOf: root.appending(path: "Protos/README.md"), encoding: .utf8)
    let table = CaseRules.rows.map(Self.line).joined()
    #expect(specification.contains(table), "Protos/README.md, section 14, should have:\n\(table)")
  }

  private static func line(_ rule: CaseRule) -> String {
    let cells = [
      "`\(rule.act.fieldName)`" + variant(rule.variant), who(rule), states(rule.from), outcome(rule.to),
      rule.clauses.map { $0.description.replacing("art.", with: "") }.joined(separator: ", "),
      rule.period.map(period) ?? "", rule.isInternal ? "no" : "yes",
    ]
    return "| " + cells.joined(separator: " | ") + " |\n"
  }

  private static func variant(_ variant: CaseRule.Variant) -> String {
    switch variant {
    case .any: ""
    case .passed: " PASS"
    case .failed: " FAIL"
    case .incomplete: " SUPPLEMENT"
    case .ofNotice: " of a notice"
    case .ofSuspension: " of a suspension"
    case .ofMaterial: " of a material"
    case .forSandbox: " SANDBOX"
    case .forProduction: " PRODUCTION"
    }
  }

  private static func who(_ rule: CaseRule) -> String {
    guard rule.actor == .officer else { return "\(rule.actor)" }
    let method = Method.all.first { $0.act == PassgateWire.CaseAct.Kind(rule.act) }
    return (method?.caller.who ?? "officer") + (rule.officers == 2 ? ", two" : "")
  }

  private static func states(_ states: [PassgateDomain.CaseState?]) -> String {
    states.map { $0.map { "\($0)".uppercased() } ?? "(none)" }.joined(separator: ", ")
  }

  private static func outcome(_ outcome: CaseRule.Outcome) -> String {
    if case .becomes(let state) = outcome { "\(state)".uppercased() } else { "" }
  }

  private static func period(_ period: CaseRule.Period) -> String {
    switch period {
    case .receipt: "deemed receipt"
    case .days(let days): "\(days) days"
    case .material: "\(CaseRules.materialDays) days"
    case .own: "its own"
    case .confirmation: "\(CaseRules.confirmationTime / 3_600_000) hours"
    }
  }
}
