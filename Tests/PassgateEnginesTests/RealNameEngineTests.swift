import PassgateDomain
import PassgateEngines
import Testing

struct RealNameEngineTests {
  private let engine = RealNameEngine()

  //= Measures art.3
  //= type=test
  //= Measures art.4(1)
  //= type=test
  @Test(arguments: Specimens.claims)
  func answersEachSpecimen(_ specimen: Specimen) {
    #expect(answer(to: specimen) == specimen.expected)
  }

  @Test func hasSpecimensOfEveryRule() {
    let shown = Set(Specimens.claims.map(\.rule))
    #expect(shown == Set(CheckRule.allCases.map(\.rawValue)))
    #expect(Specimens.records.count == 300)
    #expect(Specimens.claims.count == 125)
  }

  @Test func documentsEveryRule() {
    let document = String(decoding: Specimens.bytes(of: "README.md"), as: UTF8.self)
    for rule in CheckRule.allCases {
      #expect(document.contains("| `\(rule.rawValue)` | \(rule.statement) |"))
    }
  }

  @Test func anUnknownDocumentNeverAgrees() throws {
    let claim = try IdentityClaim(
      type: .permit, number: "H0000000000", name: "陳大文", birthDate: "1970-01-01", sex: .female,
      expiry: "1970-01-01")
    #expect(engine.judge(claim, against: nil) == .inconsistent)
    #expect(engine.judge(claim, against: .dummy) == .consistent, "so that a miss compares what a hit does")
  }

  @Test func everyRecordAgreesWithItself() throws {
    for record in Specimens.records {
      let claim = try IdentityClaim(
        type: record.number.type, number: record.number.text,
        name: record.hanName.isEmpty ? record.latinName : record.hanName, birthDate: record.birthDate.iso,
        sex: record.sex, expiry: record.expiry?.iso ?? "")
      #expect(engine.judge(claim, against: record) == .consistent)
    }
  }

  private func answer(to specimen: Specimen) -> String {
    let claim: IdentityClaim
    do { claim = try specimen.parsed() } catch { return error.field }
    return switch engine.judge(claim, against: Specimens.registry[claim.number.keyBytes]) {
    case .consistent: "CONSISTENT"
    case .inconsistent: "INCONSISTENT"
    case .undetermined(.superseded): "SUPERSEDED"
    case .undetermined: "UNDETERMINED"
    }
  }
}
