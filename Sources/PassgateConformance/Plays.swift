import PassgateClient
import PassgateDomain

/// What the tenant's side does for each case of requests, by the case's id.
let plays: [String: Play] = checkPlays.merging(alterationPlays) { first, _ in first }
  .merging(bodyPlays) { first, _ in first }.merging(conversationPlays) { first, _ in first }

private let checkPlays: [String: Play] = Dictionary(
  ConformanceSuite.checks.map { ($0.conformanceCase.id, play($0.claim)) },
  uniquingKeysWith: { first, _ in first })

private func play(_ claim: SuiteClaim) -> Play {
  { (stage) throws(ClientError) in
    try stage.ask(try stage.check(claim), on: try stage.connection())
  }
}
