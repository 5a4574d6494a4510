import Testing

@testable import PassgateWire

@Suite struct MethodTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let who: String
    let changesState: Bool
    let bodyLimit: Int
    let namesScene: Bool
    let act: CaseAct.Kind?
    let deployments: Set<Deployment>
    var testDescription: String { name }
  }

  static let rows = [
    Row("Verification/VerifyIdentity", "tenant", false, 8_192, namesScene: true),
    Row("Verification/VerifyBatch", "tenant", false, 1_048_576, namesScene: true),
    Row("Verification/VerifyChip", "tenant", false, 3_080_192, namesScene: true),
    Row("Verification/StartChipReading", "tenant", false, 8_192, namesScene: true),
    Row("Verification/ContinueChipReading", "tenant", false, 262_144, namesScene: true),
    Row("Verification/StartCapture", "tenant", false, 8_192, namesScene: true),
    Row("Verification/VerifyPortrait", "tenant", false, 1_048_576, namesScene: true),
    Row("Registry/ImportChunk", "officer: registrar", true, 1_048_576),
    Row("Registry/ImportStatus", "officer: registrar", false, 8_192),
    Row("Registry/DeleteRecord", "officer: registrar", true, 8_192),
    Row("Onboarding/Apply", "self-declared", true, 49_152, act: .apply, in: [.production]),
    Row("Onboarding/Supplement", "self-declared", true, 49_152, act: .supplement, in: [.production]),
    Row("Onboarding/DeclareChange", "self-declared", true, 8_192, act: .declareChange, in: [.production]),
    Row("Onboarding/RenewMaterials", "self-declared", true, 49_152, act: .renewMaterials, in: [.production]),
    Row("Onboarding/Acknowledge", "self-declared", true, 8_192, act: .acknowledge, in: [.production]),
    Row("Onboarding/GiveFeedback", "self-declared", true, 8_192, act: .giveFeedback, in: [.production]),
    Row("Onboarding/SignAgreement", "self-declared", true, 8_192, act: .signAgreement, in: [.production]),
    Row(
      "Onboarding/RequestCertificate", "self-declared", true, 8_192, act: .requestCertificate,
      in: [.production]),
    Row("Onboarding/GetCase", "self-declared", false, 8_192, in: [.production]),
    Row("Onboarding/GetFigures", "self-declared", false, 8_192, in: [.production]),
    Row("Onboarding/PutDocument", "self-declared", false, 49_280, in: [.production]),
    Row("Onboarding/Complain", "self-declared", true, 8_192, in: [.production]),
    Row("Supervision/Review", "officer: reviewer", true, 8_192, act: .review, in: [.production]),
    Row("Supervision/Assess", "officer: reviewer", true, 8_192, act: .assess, in: [.production]),
    Row(
      "Supervision/DraftAgreement", "officer: legal", true, 49_152, act: .draftAgreement, in: [.production]),
    Row(
      "Supervision/CountersignAgreement", "officer: legal", true, 8_192, act: .countersignAgreement,
      in: [.production]),
    Row(
      "Supervision/RegisterCertificate", "officer: key-officer", true, 8_192, act: .registerCertificate,
      in: [.production]),
    Row("Supervision/Open", "officer: legal", true, 8_192, act: .open, in: [.production]),
    Row("Supervision/Inspect", "officer: reviewer", true, 8_192, act: .inspect, in: [.production]),
    Row("Supervision/Notice", "officer: reviewer", true, 8_192, act: .notice, in: [.production]),
    Row(
      "Supervision/VerifyCorrection", "officer: reviewer", true, 8_192, act: .verifyCorrection,
      in: [.production]),
    Row("Supervision/Suspend", "officer: legal", true, 8_192, act: .suspend, in: [.production]),
    Row("Supervision/Reopen", "officer: legal", true, 8_192, act: .reopen, in: [.production]),
    Row("Supervision/Terminate", "officer: legal", true, 8_192, act: .terminate, in: [.production]),
    Row(
      "Supervision/RecheckEligibility", "officer: reviewer", true, 8_192, act: .recheckEligibility,
      in: [.production]),
    Row("Supervision/Throttle", "officer: reviewer", true, 8_192, act: .throttle, in: [.production]),
    Row("Supervision/Refer", "officer: legal", true, 8_192, act: .refer, in: [.production]),
    Row("Supervision/Direct", "officer: supervisor", true, 8_192, act: .direct, in: [.production]),
    Row("Supervision/Confirm", "officer: legal", true, 8_192, act: .confirm, in: [.production]),
    Row(
      "Supervision/GetCase", "officer: key-officer or legal or reviewer or supervisor", false, 8_192,
      in: [.production]),
    Row(
      "Supervision/ListCases", "officer: key-officer or legal or reviewer or supervisor", false, 8_192,
      in: [.production]),
    Row(
      "Supervision/AttestCase", "officer: key-officer or legal or reviewer or supervisor", false, 8_192,
      in: [.production]),
    Row(
      "Supervision/GetFigures", "officer: key-officer or legal or reviewer or supervisor", false, 8_192,
      in: [.production]),
    Row("Supervision/GetDocument", "officer: legal or reviewer", false, 8_192, in: [.production]),
    Row("Supervision/ListComplaints", "officer: legal or reviewer", false, 8_192, in: [.production]),
    Row("Supervision/Provision", "officer: key-officer", true, 1_048_576, in: [.sandbox]),
    Row("Supervision/ListTenants", "officer: key-officer or supervisor", false, 8_192),
    Row("Supervision/ListEvidence", "officer: supervisor", false, 8_192),
    Row("Supervision/GetComparison", "officer: supervisor", false, 8_192),
    Row("Supervision/ListKeyOrders", "officer: key-officer or supervisor", false, 8_192),
    Row("Supervision/RegisterKey", "officer: key-officer", true, 49_152),
    Row("Supervision/ListKeys", "officer: key-officer or supervisor", false, 8_192),
    Row("Supervision/RevokeKey", "officer: key-officer", true, 8_192),
    Row("Supervision/TaintIssuer", "officer: key-officer", true, 8_192),
    Row("Conformance/Start", "tenant", false, 8_192, in: [.sandbox]),
    Row("Conformance/Finish", "tenant", true, 49_152, in: [.sandbox]),
    Row("Keys/Renew", "tenant", true, 8_192),
    Row("Keys/List", "tenant", false, 8_192),
    Row("Keys/Revoke", "tenant", true, 8_192),
    Row("Trust/PutFile", "officer: key-officer", false, 1_048_576),
    Row("Trust/Propose", "officer: key-officer", true, 8_192),
    Row("Trust/Activate", "officer: key-officer or supervisor", true, 8_192),
    Row("Trust/List", "officer: key-officer or supervisor", false, 8_192),
    Row("Trust/ListEntries", "officer: key-officer or supervisor", false, 8_192),
    Row("Health/Check", "self-declared", false, 8_192),
    Row("Reflection/ListMethods", "self-declared", false, 8_192),
  ]

  @Test func theTableHasTheseRowsAndNoOther() {
    #expect(Method.all.map(\.name) == Self.rows.map(\.name))
  }

  @Test(arguments: rows) func aMethodIsWhatItsRowSays(_ row: Row) throws {
    let method = try #require(Method.named(row.name))
    #expect(method.caller.who == row.who)
    #expect(method.changesState == row.changesState)
    #expect(method.bodyLimit == row.bodyLimit)
    #expect(method.namesScene == row.namesScene)
    #expect(method.act == row.act)
    #expect(method.deployments == row.deployments)
    // What is no check goes on: a tenant's debugging, and everything that anybody may call.
    let isCheck = row.name.contains("Verification")
    #expect(method.allowedWhileSuspended == (!row.who.contains("officer") && !isCheck))
  }

  @Test(
    arguments: [(0, 5_000), (1, 1), (30_000, 30_000), (30_001, 30_000), (.max, 30_000)] as [(UInt32, UInt32)])
  func aTimeoutHasADefaultAndACap(_ requested: UInt32, _ given: UInt32) throws {
    let method = try #require(Method.named("passgate.v1.Health/Check"))
    #expect(method.timeoutMilliseconds(requested: requested) == given)
  }

  @Test func whatPeopleDoInACaseHasOneMethod() {
    let ofNobody: [CaseAct.Kind] = [
      .propose, .passConformance, .reportAnomaly, .deemReceived, .expireMaterial, .lapse, .complain,
    ]
    let acts = Method.all.compactMap(\.act)
    #expect(Set(acts) == Set(CaseAct.Kind.allCases).subtracting(ofNobody))
    #expect(acts.count == Set(acts).count)
    for method in Method.all {
      guard let act = method.act else { continue }
      #expect(method.changesState && method.deployments == [.production])
      #expect(method.name.hasSuffix("/\("\(act)".prefix(1).uppercased())\("\(act)".dropFirst())"))
    }
  }

  @Test func whatStrangersSendFitsTheirFrames() throws {
    let header = 1024
    let signature = 512 + 16 * 34
    for method in Method.all where method.caller == .selfDeclared {
      #expect(method.bodyLimit + header + signature + 64 <= Int(Limits().frameBytesBeforeTrust))
    }
    let chunk = PutDocumentRequest(
      salt: filled(16), digest: filled(32), byteCount: .max, offset: .max,
      bytes: filled(PutDocumentRequest.chunkLimit))
    let method = try #require(Method.named("passgate.v1.Onboarding/PutDocument"))
    #expect(chunk.encoded().count <= method.bodyLimit)
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
    let deployments = method.deployments.count == 2 ? "both" : method.deployments.map { "\($0)" }.joined()
    let act = method.act.map { "`\(CaseAct.descriptor.field(number: Int($0.rawValue)).name)`" } ?? ""
    return "| `\(method.name)` | \(method.caller.who) | \(deployments) | \(act) | \(method.bodyLimit) "
      + "| \(method.changesState ? "yes" : "no") | \(method.namesScene ? "yes" : "no") "
      + "| \(method.allowedWhileSuspended ? "yes" : "no") |\n"
  }
}

extension MethodTests.Row {
  init(
    _ name: String, _ who: String, _ changesState: Bool, _ bodyLimit: Int, act: CaseAct.Kind? = nil,
    namesScene: Bool = false, in deployments: Set<Deployment> = [.sandbox, .production]
  ) {
    self.init(
      name: "passgate.v1." + name, who: who, changesState: changesState, bodyLimit: bodyLimit,
      namesScene: namesScene, act: act, deployments: deployments)
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
