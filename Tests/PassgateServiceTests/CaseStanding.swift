import PassgateClient
import PassgateDomain
import PassgateWire
import Testing

@testable import PassgateService

/// Everything that a step of a case could change.
struct CaseStanding: Equatable {
  let ledger: Int
  /// Nil while there is no case.
  let law: Case?
  let tenants: [[PassgateDomain.Tenant]]
}

extension Applicant {
  var standing: CaseStanding {
    get throws {
      CaseStanding(
        ledger: try platform.ledgerLength(), law: platform.cases?.folder(id)?.law,
        tenants: try [Deployment.sandbox, .production].map {
          try platform.service(of: $0).directory.read().tenants
        })
    }
  }

  /// Expects a refusal that changes nothing: not in the ledger, not in the case, not in the directories.
  func expect(
    _ reason: Reason, at field: String? = nil, sourceLocation: SourceLocation = #_sourceLocation,
    _ ask: () throws -> ClientAnswer
  ) throws {
    let before = try standing
    let answer = try ask()
    let named = answer.refusal?.field ?? ""
    #expect(answer.reason == reason, "\(named)", sourceLocation: sourceLocation)
    if let field { #expect(named.contains(field), sourceLocation: sourceLocation) }
    #expect(try standing == before, sourceLocation: sourceLocation)
  }

  func expect(
    _ reason: Reason, _ act: Act, by officer: String? = nil, _ clause: Ground? = nil, at field: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try expect(reason, at: field, sourceLocation: sourceLocation) { try ask(act, by: officer, clause) }
  }
}
