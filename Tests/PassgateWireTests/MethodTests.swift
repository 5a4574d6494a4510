import PassgateWire
import Testing

@Suite struct MethodTests {
  struct Row: Sendable {
    let name: String
    let who: String
    let changesState: Bool
    let bodyLimit: Int
    let allowedWhileSuspended: Bool
    let deployments: Set<Deployment>
  }

  static let rows = [
    Row("Verification/VerifyIdentity", "tenant", false, 8_192),
    Row("Verification/VerifyBatch", "tenant", false, 1_048_576),
    Row("Registry/ImportChunk", "officer: registrar", true, 1_048_576),
    Row("Registry/ImportStatus", "officer: registrar", false, 8_192),
    Row("Registry/DeleteRecord", "officer: registrar", true, 8_192),
    Row("Supervision/Provision", "officer: key-officer", true, 1_048_576, deployments: [.sandbox]),
    Row("Supervision/ListTenants", "officer: key-officer or supervisor", false, 8_192),
    Row("Supervision/ListEvidence", "officer: supervisor", false, 8_192),
    Row("Health/Check", "self-declared", false, 8_192, allowedWhileSuspended: true),
    Row("Reflection/ListMethods", "self-declared", false, 8_192, allowedWhileSuspended: true),
  ]

  @Test func theTableHasTheseRowsAndNoOther() {
    #expect(Method.all.map(\.name) == Self.rows.map(\.name))
  }

  @Test(arguments: rows) func aMethodIsWhatItsRowSays(_ row: Row) throws {
    let method = try #require(Method.named(row.name))
    #expect(method.caller.who == row.who)
    #expect(method.changesState == row.changesState)
    #expect(method.bodyLimit == row.bodyLimit)
    #expect(method.allowedWhileSuspended == row.allowedWhileSuspended)
    #expect(method.deployments == row.deployments)
  }

  @Test(
    arguments: [(0, 5_000), (1, 1), (30_000, 30_000), (30_001, 30_000), (.max, 30_000)] as [(UInt32, UInt32)])
  func aTimeoutHasADefaultAndACap(_ requested: UInt32, _ given: UInt32) throws {
    let method = try #require(Method.named("passgate.v1.Health/Check"))
    #expect(method.timeoutMilliseconds(requested: requested) == given)
  }

  @Test func anUnknownMethodHasNoRow() {
    #expect(Method.named("passgate.v1.Health/check") == nil)
    #expect(Method.named("Health/Check") == nil)
  }

  @Test func everyBodyFitsAFrame() {
    let largest = Method.all.map(\.bodyLimit).max() ?? 0
    // Header, signature with its longest path, and tags.
    #expect(largest + 1024 + 512 + 16 * 34 + 64 <= Int(Limits().frameBytes))
    #expect(Method.maximumTimeoutMilliseconds == Limits().maximumTimeoutMilliseconds)
    #expect(Method.all.allSatisfy { $0.defaultTimeoutMilliseconds == Limits().defaultTimeoutMilliseconds })
  }

  @Test func theSpecificationHasTheSameTable() throws {
    let specification = try String(decoding: Repository.read("Protos/README.md"), as: UTF8.self)
    #expect(specification.contains(Method.all.map(Self.line).joined()))
  }

  private static func line(_ method: Method) -> String {
    "| `\(method.name)` | \(method.caller.who) | \(method.bodyLimit) | \(method.defaultTimeoutMilliseconds) "
      + "| \(method.changesState ? "yes" : "no") | \(method.allowedWhileSuspended ? "yes" : "no") |\n"
  }
}

extension MethodTests.Row {
  init(
    _ name: String, _ who: String, _ changesState: Bool, _ bodyLimit: Int,
    allowedWhileSuspended: Bool = false,
    deployments: Set<Deployment> = [.sandbox, .production]
  ) {
    self.init(
      name: "passgate.v1." + name, who: who, changesState: changesState, bodyLimit: bodyLimit,
      allowedWhileSuspended: allowedWhileSuspended, deployments: deployments)
  }
}

@Suite struct ReasonTests {
  @Test(arguments: Reason.allCases) func aReasonSaysWhatToDo(_ reason: Reason) {
    #expect(!reason.name.isEmpty && !reason.remedy.isEmpty && !reason.remedyChinese.isEmpty)
    #expect((reason.code == .ok) == (reason == .noReason))
  }

  @Test func numbersAndNamesAreStable() {
    #expect(Reason.allCases.map(\.rawValue) == Array(0..<UInt32(Reason.allCases.count)))
    #expect(Set(Reason.allCases.map(\.name)).count == Reason.allCases.count)
    #expect(Reason.notAuthentic.rawValue == 7)
    #expect(Reason.notAuthentic.name == "NOT_AUTHENTIC")
    #expect(Reason.notAuthentic.code == .unauthenticated)
    #expect(Reason.tenantSuspended.article == "Measures art.13")
    #expect(Reason.clockSkew.mayRetry && !Reason.notAuthentic.mayRetry)
  }

  @Test func statusCodesAreThoseOfGRPC() {
    #expect(StatusCode.allCases.map(\.rawValue) == Array(0...16))
    #expect(StatusCode.unauthenticated.name == "UNAUTHENTICATED")
    #expect(StatusCode.resourceExhausted.name == "RESOURCE_EXHAUSTED")
  }
}
