import PassgateCaseFile
import PassgateCrypto
package import PassgateDomain
package import PassgateSystem
import PassgateWire
import Synchronization

/// Where cases are handled: whatever a tenant, an officer, a term or the platform does becomes a signed step in the
/// ledger, and the directories of both deployments follow it.
///
/// Acts come one at a time, under the ledger's lock.
package final class CaseOffice: Sendable {
  /// What the production deployment brings.
  private struct Counter: Sendable {
    let keys: ReplyKeys
    let dossiers: DossierKeeper
    let officers: Set<String>
  }

  let ledger: Ledger
  let clock: any Clock
  private let tenants: CaseTenants
  private let calendar: LegalCalendar
  let log: Log
  private let book: Mutex<CaseBook>
  private let directories = Mutex<[Deployment: Published<Directory>]>([:])
  private let counter = Mutex<Counter?>(nil)
  let terms: TermWatch

  /// Folds the ledger's steps. A step that the law's table does not allow stops the start.
  package init(
    _ ledger: Ledger, certificates: TenantCertificates, calendar: LegalCalendar, clock: any Clock, log: Log
  ) throws {
    self.ledger = ledger
    tenants = CaseTenants(certificates: certificates)
    self.calendar = calendar
    self.clock = clock
    self.log = log
    var book = CaseBook()
    var recorded: UInt64 = 0
    for event in try ledger.events() {
      recorded = event.atMilliseconds
      try book.take(event)
    }
    terms = TermWatch(clock, recorded: recorded, nextDue: book.nextDue)
    self.book = Mutex(book)
  }

  // MARK: Deployments

  /// The directory of a deployment follows the cases from now on.
  func publish(to directory: Published<Directory>, of deployment: Deployment) throws(ProvisionFault) {
    directories.withLock { $0[deployment] = directory }
    var next = directory.read()
    for folder in book.withLock(\.all) {
      guard let tenant = try tenants.tenant(of: folder.law, in: deployment) else {
        continue
      }
      _ = try next.apply(tenants: [tenant])
    }
    directory.replace(next)
  }

  /// Acts are possible from now on, each signed by the key of this configuration that is active then.
  func open(_ configuration: DeploymentConfiguration, dossiers: DossierKeeper) throws(CryptoError) {
    _ = try signer(of: configuration.replyKeys)
    let officers = Set(configuration.officers.map(\.id))
    counter.withLock {
      $0 = Counter(keys: configuration.replyKeys, dossiers: dossiers, officers: officers)
    }
  }

  /// What signs now; nil before production is open.
  var signer: StatementSigner? {
    counter.withLock { $0?.keys }.flatMap { try? signer(of: $0) }
  }

  private func signer(of keys: ReplyKeys) throws(CryptoError) -> StatementSigner {
    try StatementSigner(keys, at: clock.wallMilliseconds())
  }
  var dossiers: DossierKeeper? { counter.withLock { $0?.dossiers } }

  // MARK: What there is

  func folder(_ tenantID: String) -> CaseFolder? { book.withLock { $0[tenantID] } }

  /// In the order of their tenants' ids.
  var allFolders: [CaseFolder] { book.withLock(\.all) }

  /// The earliest time at which the clock has something to do, milliseconds since 1970.
  var nextDue: UInt64? { book.withLock(\.nextDue) }

  /// The tenants of a deployment as their cases have them.
  func tenants(of deployment: Deployment) throws -> [PassgateWire.Tenant] {
    try allFolders.compactMap { try tenants.statement(of: $0.law, in: deployment) }
  }

  /// True when this id is a case's: nobody else's tenant may have it.
  func hasCase(_ tenantID: String) -> Bool { folder(tenantID) != nil }

  // MARK: Acts

  /// Carries out what a signed call orders.
  func act(_ order: Order) -> Outcome {
    do throws(BodyFault) {
      let body = try ActRequest.body(order.request.body)
      guard Method.named(order.header.method)?.act == body.act.kind else {
        throw BodyFault(field: "act")
      }
      let intent = try Intent(body, order)
      if let held = prepare(intent.tenantID) { return held }
      var draft: Draft?
      return ledger.once(
        order, operationID: body.operationID, contentDigest: sha256(body.content.span), keepsBody: true,
        act: { place in deed(intent, at: place, into: &draft) }, whenRecorded: { commit(draft) })
    } catch {
      return error.outcome
    }
  }

  /// What comes before any step of a case, whoever acts: the clocks are right, and what is over by now is recorded.
  /// - Returns: the refusal when the clock is held.
  func prepare(_ tenantID: String) -> Outcome? {
    if terms.isHeld { return .refusal(.clockHeld, retryAfter: 60_000) }
    runTerms(of: tenantID)
    return nil
  }

  /// Records what a term or the platform itself does.
  @discardableResult
  func note(_ act: PassgateDomain.CaseAct, by actor: PassgateDomain.CaseActor, tenantID: String)
    -> Outcome
  {
    if actor != .clock, let held = prepare(tenantID) { return held }
    let intent = Intent(act: act, actor: actor, tenantID: tenantID)
    let number = book.withLock { $0[tenantID]?.law.lastNumber ?? 0 } + 1
    var draft: Draft?
    return ledger.note(
      // No id has brackets: nobody who is named like the clock can take its operations.
      actor: "(\(actor))",
      // Two threads that see the same do it once; what they see otherwise is not taken for it.
      operationID: Array(sha256(Array("\(tenantID) \(number) \(act)".utf8).span).prefix(16)),
      act: { place in deed(intent, at: place, into: &draft) }, whenRecorded: { commit(draft) })
  }

  /// A step that has been decided and not recorded yet.
  struct Draft {
    let folder: CaseFolder
    let directories: [(Published<Directory>, Directory)]
  }

  /// - Parameter reply: the body of the answer, when it is not the event.
  func deed(_ intent: Intent, at place: UInt64, into draft: inout Draft?, reply: [UInt8]? = nil) -> Deed {
    do {
      guard let counter = counter.withLock({ $0 }) else { throw Refused(.internal) }
      let now = clock.wallMilliseconds()
      let current = try folder(of: intent)
      let checks = checks(counter, at: now)
      try checks.check(intent, in: current?.law)
      let decided = try Case.decide(
        intent.act, by: intent.actor, clause: intent.clause, evidence: intent.evidence,
        tenantID: intent.tenantID, in: current?.law, at: now, calendar: calendar)
      let bytes = try PassgateWire.CaseEvent(
        decided, previous: current?.head, requestDigest: intent.order?.leaf ?? []
      ).encoded()
      let next = try CaseFolder(
        current, taking: decided, digest: sha256(bytes.span), place: place, signer: intent.keyID)
      draft = Draft(folder: next, directories: try directories(following: next))
      try checks.claimDocuments(of: intent)
      let step = try signer(of: counter.keys).seal(bytes)
      let event = try SignedEvent(step, order: intent.order)
      return Deed(
        .success(reply ?? ActReply(salt: freshSalt(), event: event).encoded()), step: step)
    } catch {
      return Deed(refusal(of: error))
    }
  }

  private func refusal(of error: any Error) -> Outcome {
    switch error {
    case let refused as Refused: return .refusal(refused.reason, field: refused.field)
    case let fault as CaseFault: return .refusal(Reason(fault.reason), field: fault.description)
    case let fault as DossierFault: return fault.outcome
    case let fault as ProvisionFault: return .refusal(.certificateRefused, field: fault.description)
    case let fault as CryptoError where fault.reason == .unavailable:
      return .refusal(.signerUnavailable, retryAfter: 1_000)
    default:
      log.error("case_step_failed", ["problem": .string("\(error)")])
      return .refusal(.internal)
    }
  }

  private func checks(_ counter: Counter, at now: UInt64) -> ActChecks {
    ActChecks(
      dossiers: counter.dossiers, tenants: tenants,
      directories: directories.withLock { $0.values.map { $0.read() } }, officers: counter.officers, now: now)
  }

  func commit(_ draft: Draft?) {
    guard let draft else { return }
    book.withLock { $0.put(draft.folder) }
    for (published, directory) in draft.directories { published.replace(directory) }
    terms.expect(by: draft.folder.law.nextDue)
  }

  /// The directories that a step changes, as they will be.
  private func directories(
    following folder: CaseFolder
  ) throws(ProvisionFault) -> [(Published<Directory>, Directory)] {
    var changed: [(Published<Directory>, Directory)] = []
    for (deployment, published) in directories.withLock({ $0 }) {
      var next = published.read()
      let tenant = try tenants.tenant(of: folder.law, in: deployment)
      guard let tenant, try !next.apply(tenants: [tenant]).isEmpty else { continue }
      changed.append((published, next))
    }
    return changed
  }

  /// The case that an act is about. A case that is somebody else's does not exist for a tenant.
  private func folder(of intent: Intent) throws(Refused) -> CaseFolder? {
    let folder = folder(intent.tenantID)
    guard intent.actor == .tenant, let folder, folder.owner != intent.keyID else {
      return folder
    }
    throw Refused(intent.act.kind == .apply ? .caseExists : .noSuchCase, field: "tenant_id")
  }
}
