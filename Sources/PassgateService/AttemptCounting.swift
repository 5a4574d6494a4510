import PassgateDomain
import PassgateStore
import Synchronization

extension DeploymentService {
  /// Counts a wrong claim against the document, known or not; a document whose budget is spent has no verdict.
  ///
  /// - Parameters:
  ///   - document: the keyed hash of its number.
  ///   - claimSet: the keyed hash of the claim.
  /// - Returns: what is answered, and the attempt to be kept with the evidence where it is a new one.
  func count(
    _ verdict: Verdict, document: [UInt8], claimSet: [UInt8], tenant: String, at now: UInt64
  ) -> (verdict: Verdict, attempt: AttemptRow?) {
    let isWrong = verdict == .inconsistent
    let admission = attempts.withLock {
      $0.admit(
        document: document, tenant: tenant, wrongSet: isWrong ? claimSet : nil, wallMilliseconds: now)
    }
    switch admission {
    case .allowed(let isRecorded):
      let attempt = AttemptRow(document: document, tenant: tenant, claimSet: claimSet, at: now)
      return (verdict, isRecorded ? attempt : nil)
    case .exhausted(let isNew):
      if isNew { alertExhausted(tenant: tenant) }
      return (.undetermined(.attemptsExhausted), nil)
    }
  }
}
