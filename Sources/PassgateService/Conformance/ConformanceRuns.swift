import PassgateDomain
import PassgateRPC
import PassgateWire
import Synchronization

/// One tenant's run, with what was seen of its requests since it began.
struct ConformanceRun: Sendable {
  /// Requests remembered; beyond it the oldest are forgotten.
  static let capacity = 2_048
  /// What is remembered of one request that comes again and again; no case of the suite needs more than two.
  static let sightingsOfOne = 8

  /// 16 bytes.
  let id: [UInt8]
  /// Milliseconds since 1970.
  let until: UInt64
  /// The cases of the specimens, in the order in which they were handed out.
  let specimens: [String]
  private var seen: [DigestKey: [Sighting]] = [:]
  private var order: [DigestKey] = []
  private var oldest = 0

  init(id: [UInt8], until: UInt64, specimens: [String]) {
    (self.id, self.until, self.specimens) = (id, until, specimens)
  }

  /// What was seen of the request with this leaf hash.
  func sightings(of digest: [UInt8]) -> [Sighting] { seen[DigestKey(digest)] ?? [] }

  mutating func note(_ sighting: Sighting, of digest: [UInt8]) {
    let key = DigestKey(digest)
    if seen[key] == nil { remember(key) }
    guard seen[key, default: []].count < Self.sightingsOfOne else { return }
    seen[key, default: []].append(sighting)
  }

  private mutating func remember(_ key: DigestKey) {
    guard order.count == Self.capacity else { return order.append(key) }
    seen[order[oldest]] = nil
    order[oldest] = key
    oldest = (oldest + 1) % Self.capacity
  }
}

/// The runs that are under way, one for each tenant at most. Without any, noting costs one look at a number.
final class ConformanceRuns: Sendable {
  private let runs = Mutex<[String: ConformanceRun]>([:])
  private let count = Atomic<Int>(0)

  var isAnyUnderWay: Bool { count.load(ordering: .relaxed) > 0 }

  /// Begins a tenant's run in place of one that it may have begun before.
  func begin(_ run: ConformanceRun, of tenant: String, now: UInt64) {
    change { runs in
      runs = runs.filter { now < $0.value.until }
      runs[tenant] = run
    }
  }

  /// Ends a tenant's run; nil when it has none of this id, or its time was over.
  func end(_ id: [UInt8], of tenant: String, now: UInt64) -> ConformanceRun? {
    change { runs in
      guard let run = runs[tenant], run.id == id else { return nil }
      runs[tenant] = nil
      return now < run.until ? run : nil
    }
  }

  /// The caller as it is admitted: while its run lasts a tenant may check in every way and at every hour in its
  /// scenes, whatever it has applied for, because the suite tries how the sides speak and not what is agreed.
  func admitting(_ principal: Principal, now: UInt64) -> Principal {
    guard isAnyUnderWay, case .tenant(var tenant) = principal.who, isUnderWay(of: tenant.id, now: now) else {
      return principal
    }
    tenant.policy = Policy(allowingAllIn: tenant.policy.scenes)
    return Principal(
      who: .tenant(tenant), keyID: principal.keyID, spki: principal.spki, algorithm: principal.algorithm,
      isUsable: principal.isUsable)
  }

  private func isUnderWay(of tenant: String, now: UInt64) -> Bool {
    runs.withLock { runs in runs[tenant].map { now < $0.until } ?? false }
  }

  private func change<Result: Sendable>(
    _ body: (inout sending [String: ConformanceRun]) -> sending Result
  ) -> Result {
    runs.withLock { runs in
      defer { count.store(runs.count, ordering: .relaxed) }
      return body(&runs)
    }
  }

  /// Remembers what requests came to, each under the tenant whose connection it came on: a request that is not
  /// authentic may name anybody, and a stranger must not fill a tenant's memory.
  func note(_ answers: [Answer]) {
    guard isAnyUnderWay else { return }
    runs.withLock { runs in
      for answer in answers {
        guard let session = answer.draft.call.peer.session as? Session, let tenant = session.tenantID,
          runs[tenant] != nil, let sighting = Sighting(answer, on: session)
        else { continue }
        runs[tenant]?.note(sighting, of: answer.draft.leaf)
      }
    }
  }
}

extension Sighting {
  /// Nil for what is no check and no refusal: it shows nothing of a case.
  fileprivate init?(_ answer: Answer, on session: Session) {
    guard let outcome = ConformanceOutcome(answer.outcome) else { return nil }
    let draft = answer.draft
    self.init(
      outcome: outcome, connection: session.channelBinding, keyID: draft.header.keyID,
      treeSize: draft.request.signature.treeSize, sequence: draft.header.sequence, check: Self.check(draft))
  }

  /// The check of the suite that a request makes.
  private static func check(_ draft: Draft) -> String? {
    let bytes = draft.request.body
    guard let body = try? VerifyIdentityRequest(decoding: bytes.span) else { return nil }
    return ConformanceSuite.checks.first { IdentityClaim($0.claim) == body.claim }?.conformanceCase.id
  }
}

extension ConformanceOutcome {
  fileprivate init?(_ outcome: Outcome) {
    guard outcome.reason == .noReason else {
      let body = outcome.body
      let refusal = try? Refusal(decoding: body.span)
      self = .refused(outcome.reason.name, field: refusal?.field ?? "")
      return
    }
    guard !outcome.verdicts.isEmpty else { return nil }
    self = .verdicts(outcome.verdicts.map { VerdictClass($0) })
  }
}

extension VerdictClass {
  init(_ verdict: PassgateWire.Verdict) {
    switch verdict {
    case .consistent: self = .consistent
    case .inconsistent: self = .inconsistent
    case .undetermined: self = .undetermined
    }
  }

  init(_ verdict: PassgateDomain.Verdict) { self.init(IdentityVerdict(verdict).verdict) }
}

extension PassgateWire.IdentityClaim {
  init(_ claim: SuiteClaim) {
    self.init(
      documentType: PassgateWire.DocumentType(claim.type), number: claim.number, name: claim.name,
      birthDate: claim.birthDate, sex: claim.sex.map { PassgateWire.Sex($0) }, expiry: claim.expiry,
      mrz: claim.mrz)
  }
}
