import PassgateCrypto
import PassgateDomain
import PassgateEngines
import PassgateStore
import PassgateSystem
import PassgateWire
import Synchronization

/// Real-name checks of one loop (Measures art.4(1)): look up, judge, count attempts.
///
/// A known, a wrong and an unknown document take the same steps: one look-up, one decryption, one comparison, one
/// count; only the verdict differs.
//= Measures art.4(1)
final class IdentityChecks {
  /// Claims of one batch.
  static let batchLimit = 256

  private let shared: DeploymentService
  private let reader: RegistryReader
  private var keys: Subscription<RegistryKeyRing>
  private var cipher: RegistryCipher
  private let engine = RealNameEngine()
  /// What is opened in place of a row that does not exist.
  private var placeholder: (key: [UInt8], sealed: [UInt8])
  private var attempts: [AttemptRow] = []
  private var notes = TrafficNotes()
  private var isReadable = false

  init(_ shared: DeploymentService) throws {
    self.shared = shared
    let configuration = shared.configuration.read()
    reader = try RegistryReader(path: configuration.registryPath)
    keys = Subscription(shared.sealing.ring)
    cipher = try RegistryCipher(keys.value)
    placeholder = try Self.placeholder(cipher)
  }

  /// Taken through the same steps as a row, so that one that cannot be read stops the start.
  private static func placeholder(_ cipher: RegistryCipher) throws -> (key: [UInt8], sealed: [UInt8]) {
    let dummy = try DocumentRecord(RegistryRecord(DocumentRecord.dummy))
    let key = cipher.documentKey(dummy.number)
    return (key, try cipher.seal(RegistryRecord(dummy), under: key))
  }

  /// Takes new keys over; true when there were any.
  @discardableResult private func refreshKeys() -> Bool {
    guard keys.refresh() else { return false }
    do {
      let cipher = try RegistryCipher(keys.value)
      (self.cipher, placeholder) = (cipher, try Self.placeholder(cipher))
    } catch {
      shared.log.error("registry_keys_refused", ["problem": .string("\(error)")])
    }
    return true
  }

  /// Look-ups of one tick share one read transaction.
  func beginTick() {
    refreshKeys()
    do {
      try reader.beginTick()
      isReadable = true
    } catch {
      isReadable = false
      shared.log.error("registry_unreadable", ["problem": .string("\(error)")])
    }
  }

  func endTick() {
    if let traffic = shared.traffic { notes.hand(to: traffic) }
    guard isReadable else { return }
    try? reader.endTick()
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

  /// Why a claim is outside of its scene's agreement: asked before anything is looked up, so that nothing is
  /// learnt about its document.
  //= Measures art.9(1)
  private func fault(_ request: AuthenticRequest, _ claim: PassgateDomain.IdentityClaim) -> Policy.Fault? {
    guard case .tenant(let tenant) = request.principal.who else { return nil }
    return tenant.policy.fault(
      scene: request.draft.header.sceneID, elements: claim.elements, documentType: claim.number.type)
  }

  // MARK: One check

  private func check(
    _ claim: PassgateDomain.IdentityClaim, of request: AuthenticRequest
  ) -> PassgateDomain.Verdict {
    let key = cipher.documentKey(claim.number)
    let claimSet = cipher.claimSet(claim)
    let record: DocumentRecord?
    do throws(RegistryFault) {
      record = try lookUp(key)
    } catch {
      return .undetermined(.sourceUnavailable)
    }
    let verdict = engine.judge(claim, against: record)
    let now = shared.clock.wallMilliseconds()
    if shared.traffic != nil {
      notes.add(claim, document: key, isInconsistent: verdict == .inconsistent, at: now, request)
    }
    return count(
      verdict, document: key, claimSet: claimSet, tenant: request.draft.header.tenantID, at: now)
  }

  private func lookUp(_ key: [UInt8]) throws(RegistryFault) -> DocumentRecord? {
    guard isReadable else { throw .unreadable }
    let sealed: [UInt8]?
    do { sealed = try reader.lookup(key) } catch { throw .unreadable }
    let opened = try open(sealed ?? placeholder.sealed, under: sealed == nil ? placeholder.key : key)
    guard let record = try? DocumentRecord(opened) else { throw .unreadable }
    return sealed == nil ? nil : record
  }

  /// A row may be under a key that has come since the tick began.
  private func open(_ sealed: [UInt8], under key: [UInt8]) throws(RegistryFault) -> RegistryRecord {
    do throws(RegistryFault) {
      return try cipher.open(sealed, under: key)
    } catch .unknownKey {
      guard refreshKeys() else { throw .unreadable }
      return try cipher.open(sealed, under: key)
    }
  }

  /// Counts a wrong claim against the document, known or not; a document whose budget is spent has no verdict.
  private func count(
    _ verdict: PassgateDomain.Verdict, document: [UInt8], claimSet: [UInt8], tenant: String, at now: UInt64
  ) -> PassgateDomain.Verdict {
    let isWrong = verdict == .inconsistent
    let admission = shared.attempts.withLock {
      $0.admit(
        document: document, tenant: tenant, wrongSet: isWrong ? claimSet : nil, wallMilliseconds: now)
    }
    switch admission {
    case .allowed(let isRecorded):
      if isRecorded {
        attempts.append(AttemptRow(document: document, tenant: tenant, claimSet: claimSet, at: now))
      }
      return verdict
    case .exhausted(let isNew):
      if isNew { shared.alertExhausted(tenant: tenant) }
      return .undetermined(.attemptsExhausted)
    }
  }
}
