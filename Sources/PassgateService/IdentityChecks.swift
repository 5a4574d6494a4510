import PassgateDomain
import PassgateEngines
import PassgateStore
import PassgateSystem
import PassgateWire

/// Real-name checks of one loop (Measures art.4(1)): look up, judge, count attempts.
///
/// A known, a wrong and an unknown document take the same steps: one look-up, one decryption, one comparison, one
/// count; only the verdict differs.
//= Measures art.4(1)
final class IdentityChecks {
  /// Claims of one batch.
  static let batchLimit = 256

  private let shared: DeploymentService
  private let registry: RegistryLookUp
  private let engine = RealNameEngine()
  private var attempts: [AttemptRow] = []
  private var notes = TrafficNotes()

  init(_ shared: DeploymentService) throws {
    self.shared = shared
    registry = try shared.registryLookUp()
  }

  /// Look-ups of one tick share one read transaction.
  func beginTick() { registry.begin() }

  func endTick() {
    if let traffic = shared.traffic { notes.hand(to: traffic) }
    registry.end()
  }

  /// The wrong claims of this tick, to be kept with its evidence.
  func takeAttempts() -> [AttemptRow] {
    defer { attempts = [] }
    return attempts
  }

  // MARK: Methods

  func verifyIdentity(_ request: AuthenticRequest) -> Outcome {
    do throws(BodyFault) {
      let body = try VerifyIdentityRequest.body(request.draft.request.body)
      let claim = try PassgateDomain.IdentityClaim.parse(body.claim, at: "claim")
      if let fault = fault(request, claim) { return fault.refusal(at: "claim") }
      let verdict = check(claim, of: request)
      let reply = VerifyIdentityReply(
        salt: freshSalt(), result: IdentityVerdict(verdict), ruleSet: NameRules.version)
      return .success(reply.encoded(), verdicts: [reply.result.verdict])
    } catch {
      return error.outcome
    }
  }

  func verifyBatch(_ request: AuthenticRequest) -> Outcome {
    do throws(BodyFault) {
      let body = try VerifyBatchRequest.body(request.draft.request.body)
      guard (1...Self.batchLimit).contains(body.claims.count) else { throw BodyFault(field: "claims") }
      var claims: [PassgateDomain.IdentityClaim] = []
      for (index, stated) in body.claims.enumerated() {
        let path = "claims[\(index)]"
        let claim = try PassgateDomain.IdentityClaim.parse(stated, at: path)
        if let fault = fault(request, claim) { return fault.refusal(at: path) }
        claims.append(claim)
      }
      if let refusal = shared.quotas.fault(request.principal, checks: claims.count - 1) { return refusal }
      let results = claims.map { IdentityVerdict(check($0, of: request)) }
      let reply = VerifyBatchReply(salt: freshSalt(), results: results, ruleSet: NameRules.version)
      return .success(reply.encoded(), verdicts: results.map(\.verdict))
    } catch {
      return error.outcome
    }
  }

  private func fault(_ request: AuthenticRequest, _ claim: PassgateDomain.IdentityClaim) -> Policy.Fault? {
    Asker(request)?.fault(claim)
  }

  // MARK: One check

  private func check(
    _ claim: PassgateDomain.IdentityClaim, of request: AuthenticRequest
  ) -> PassgateDomain.Verdict {
    let key = registry.documentKey(claim.number)
    let claimSet = registry.claimSet(claim)
    let record: DocumentRecord?
    do throws(RegistryFault) {
      record = try registry.record(under: key)
    } catch {
      return .undetermined(.sourceUnavailable)
    }
    let verdict = engine.judge(claim, against: record)
    let now = shared.clock.wallMilliseconds()
    if shared.traffic != nil, let asker = Asker(request) {
      notes.add(claim, document: key, isInconsistent: verdict == .inconsistent, at: now, of: asker)
    }
    let counted = shared.count(
      verdict, document: key, claimSet: claimSet, tenant: request.draft.header.tenantID, at: now)
    if let attempt = counted.attempt { attempts.append(attempt) }
    return counted.verdict
  }
}
