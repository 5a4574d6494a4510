import PassgateCrypto
import PassgateDomain
package import PassgateRPC
import PassgateStore
import PassgateSystem
package import PassgateWire

/// The service of one loop: identify, verify, admit, look up, judge, record, sign, reply.
///
/// Everything it holds belongs to the loop's thread; what is shared is in `Deployment`.
package final class Pipeline: CallHandler {
  /// Calls older than this when their turn comes are shed unverified, nanoseconds.
  private static let backlogAge: UInt64 = 500_000_000
  /// Ticks that may wait for the disk before calls are shed.
  private static let evidenceBacklog = 512
  /// What an overloaded platform asks callers to wait, milliseconds.
  private static let retryAfter: UInt32 = 200

  /// A call that a worker has.
  private struct Running {
    let request: AuthenticRequest
    let cancellation: Cancellation
  }

  private let shared: DeploymentService
  private let mailbox: Mailbox
  private var authentication: Authentication
  private let admission: Admission
  private let replies: ReplyDesk
  private var configuration: Subscription<DeploymentConfiguration>
  private let checks: IdentityChecks
  private var directory: Subscription<Directory>
  private var withheld: Subscription<Set<DigestKey>>
  private var running: [UInt64: Running] = [:]
  private var nextJob: UInt64 = 1
  private var keyUses = KeyUses()
  private var connections: [ConnectionID: Peer] = [:]
  /// Connections whose keys were revoked, which end when what they wait for is answered.
  private var ending: Set<ConnectionID> = []

  package init(_ shared: DeploymentService, mailbox: Mailbox) throws {
    self.shared = shared
    self.mailbox = mailbox
    configuration = Subscription(shared.configuration)
    authentication = try Authentication(configuration.value)
    admission = Admission(deployment: configuration.value.deployment)
    replies = try ReplyDesk(shared, configuration.value, mailbox)
    checks = try IdentityChecks(shared)
    directory = Subscription(shared.directory)
    withheld = Subscription(shared.trust.withheld)
  }

  // MARK: The life of connections

  package func hello() -> Hello {
    Hello(
      serverTimeMilliseconds: shared.clock.wallMilliseconds(), software: softwareVersion,
      limits: shared.announcedLimits, replyKeys: replies.announced)
  }

  package func opened(_ peer: Peer) {
    peer.session = Session(peer)
    connections[peer.id] = peer
    guard let certificate = peer.identity.certificate else { return }
    peer.isTrusted = shared.knows(certificate, directory.value, configuration.value.officers)
  }

  package func closed(_ peer: Peer) {
    connections[peer.id] = nil
    ending.remove(peer.id)
  }

  package func cancel(_ callID: UInt64, of connection: ConnectionID) {
    for job in running.values where job.request.call.id == callID && job.request.call.peer.id == connection {
      job.cancellation.cancel()
    }
  }

  package func timer(now: UInt64) {
    refresh()
    replies.timer()
    shared.metrics.publish(replies.metrics, from: ObjectIdentifier(self))
    replies.metrics.queueAge = 0
    if !keyUses.isEmpty {
      shared.keys.uses.add(keyUses)
      keyUses.removeAll()
    }
    shared.keys.tend(on: shared.worker, isHeld: shared.cases.isHeld)
    shared.evidence?.flushCounts()
    shared.sealing.tend()
    shared.traffic?.timer(on: shared.worker)
    shared.chips.tend()
    shared.portraits.tend()
    shared.trust.tend(on: shared.worker)
    shared.keyWatch.tend(on: shared.worker)
    if shared.deployment == .production { shared.cases.tend(on: shared.worker) }
  }

  /// Takes over what has changed of the tenants since the last tick.
  private func refresh() {
    _ = withheld.refresh()
    guard directory.refresh() else { return }
    authentication.forgetVerifiers()
    for (id, peer) in connections where isWithdrawn(peer) { ending.insert(id) }
  }

  /// True when a connection can carry nothing any more: its certificate's key, or every key that signed on it, was
  /// revoked.
  private func isWithdrawn(_ peer: Peer) -> Bool {
    let signed = (peer.session as? Session)?.keyIDs ?? []
    if !signed.isEmpty && signed.allSatisfy(directory.value.isWithdrawn) { return true }
    guard let certificate = peer.identity.certificate else { return false }
    return directory.value.isWithdrawn(certificate.publicKey.keyID)
      || directory.value.isWithdrawn(certificate.fingerprint)
  }

  /// Ends the connections of calls that cannot be answered, and of revoked keys.
  package func farewells() -> [Reply] { replies.farewells() + farewellsToRevoked() }

  /// Who has revoked its own key gets the reply first.
  private func farewellsToRevoked() -> [Reply] {
    guard !ending.isEmpty else { return [] }
    let waiting = replies.waiting.union(running.values.map { $0.request.call.peer.id })
    return ending.subtracting(waiting).map { id in
      ending.remove(id)
      let goAway = GoAway(reason: .notAuthentic, lastCallID: 0, detail: "the key was revoked")
      return Reply(connection: id, callID: 0, kind: .goAway(goAway))
    }
  }

  /// Takes over keys and officers. Only here, because no reply may be signed with a key before the Hello that
  /// announces it is on its way.
  package func reconfigured() {
    let isReplaced = configuration.refresh()
    guard isReplaced || replies.isChangeDue else { return }
    do throws(CryptoError) {
      let authentication = try isReplaced ? Authentication(configuration.value) : self.authentication
      try replies.follow(configuration.value)
      self.authentication = authentication
    } catch {
      shared.log.error("keys_refused", ["problem": .string("\(error)")])
    }
  }

  // MARK: A tick

  package func handle(_ calls: [Call], now: UInt64) -> [Reply] {
    refresh()
    checks.beginTick()
    defer { checks.endTick() }
    var answers: [Answer] = []
    var farewells: [Reply] = []
    answers.reserveCapacity(calls.count)
    for call in calls {
      switch answer(call) {
      case .answer(let answer): answers.append(answer)
      case .later: break
      case .farewell(let reply): farewells.append(reply)
      }
    }
    return farewells + (answers.isEmpty ? [] : replies.finish(answers, attempts: checks.takeAttempts()))
  }

  package func receive(_ mail: any Mail, now: UInt64) -> [Reply] {
    switch mail as? ServiceMail {
    case .signed(let ticket, let signatures): return replies.take(signatures, of: ticket)
    case .recorded(let ticket, let isDurable): return replies.release(ticket, isDurable: isDurable)
    case .finished(let job, let outcome): return finishJob(job, outcome)
    case nil: return []
    }
  }

  private enum Step {
    case answer(Answer)
    /// A worker will answer.
    case later
    case farewell(Reply)
  }

  /// Takes one call through the order of checks.
  private func answer(_ call: Call) -> Step {
    guard case .request(let request) = call.kind, let session = call.peer.session as? Session else {
      return farewell(call, "this frame carries no request")
    }
    let header: RequestHeader
    do throws(WireError) {
      header = try RequestHeader(decoding: request.header.span)
    } catch {
      return farewell(call, "header: \(error)")
    }
    guard replies.isAnswering(ReplyFamily(requestAlgorithm: header.algorithm)) else {
      return .farewell(.unsigned(to: call.peer))
    }
    let draft = Draft(call: call, header: header, request: request, authentication: authentication)
    if let reason = fault(beforeVerifying: draft, session) { return refuse(draft, reason) }
    return verify(draft, session)
  }

  private func farewell(_ call: Call, _ detail: String) -> Step {
    let goAway = GoAway(reason: .protocolError, lastCallID: call.id, detail: detail)
    return .farewell(Reply(connection: call.peer.id, callID: 0, kind: .goAway(goAway)))
  }

  private func fault(beforeVerifying draft: Draft, _ session: Session) -> Reason? {
    let age = shared.clock.monotonicNanoseconds() &- draft.call.arrived
    replies.metrics.queueAge = max(replies.metrics.queueAge, Double(age) / 1e9)
    if age > Self.backlogAge { return .overloaded }
    if shared.evidence?.backlog ?? 0 > Self.evidenceBacklog { return .overloaded }
    if replies.isOverloaded(ReplyFamily(requestAlgorithm: draft.header.algorithm)) { return .overloaded }
    guard draft.route != nil else { return .unknownMethod }
    return authentication.senderFault(
      draft.header, session, wallMilliseconds: shared.clock.wallMilliseconds())
  }

  private func refuse(_ draft: Draft, _ reason: Reason) -> Step {
    let retryAfter = reason == .overloaded ? Self.retryAfter : 0
    return .answer(draft.answer(.refusal(reason, retryAfter: retryAfter)))
  }

  /// How long an address that has used its share up must wait before anybody's methods, in milliseconds.
  private func strangersWait(_ draft: Draft, _ method: Method) -> UInt32? {
    guard method.caller == .selfDeclared else { return nil }
    return shared.strangers.wait(draft.call.peer.address, method, bodyCount: draft.request.body.count)
  }

  private func verify(_ draft: Draft, _ session: Session) -> Step {
    guard let route = draft.route else { return refuse(draft, .unknownMethod) }
    let method = route.method
    if let wait = strangersWait(draft, method) {
      return .answer(draft.answer(.refusal(.tooManyCalls, retryAfter: wait)))
    }
    let principal = authentication.principal(
      for: draft.header, method: method, peer: draft.call.peer, directory: directory.value,
      withheld: withheld.value,
      unixSeconds: Int64(clamping: shared.clock.wallMilliseconds() / 1_000))
    let isAuthentic = authentication.isAuthentic(
      principal, draft.header, draft.request, leaf: draft.leaf, session: session, epoch: directory.epoch)
    guard isAuthentic, let principal else { return refuse(draft, .notAuthentic) }
    guard session.mark(draft.header.sequence, of: draft.header.keyID) else {
      return refuse(draft, .tooManyKeys)
    }
    if shared.conformance.runs.isAnyUnderWay, case .tenant(let tenant) = principal.who {
      session.tenantID = tenant.id
    }
    if case .tenant = principal.who {
      keyUses.count(principal.keyID, at: shared.clock.wallMilliseconds())
    }
    // A stranger's own key proves nothing: only registered ones raise the frame limit.
    if method.caller != .selfDeclared { draft.call.peer.isTrusted = true }
    let admitted = shared.conformance.runs.admitting(principal, now: shared.clock.wallMilliseconds())
    return run(AuthenticRequest(draft: draft, principal: admitted, route: route))
  }

  private func run(_ request: AuthenticRequest) -> Step {
    let draft = request.draft
    let fault = admission.fault(
      request.principal, draft.header, request.route, bodyCount: draft.request.body.count,
      at: shared.clock.wallMilliseconds())
    if let refusal = fault.map({ .refusal($0, article: request.principal.ground(of: $0)) })
      ?? shared.quotas.fault(request.principal, checks: request.route.checks)
    {
      return .answer(request.answer(refusal))
    }
    guard shared.clock.monotonicNanoseconds() < request.deadline else {
      return .answer(request.answer(.refusal(.deadlineExpired)))
    }
    switch request.route.body {
    case .onLoop(let body): return .answer(request.answer(body(self, request)))
    case .onWorker(let body): return hand(request, to: body)
    }
  }

  // MARK: Work of a worker

  private func hand(_ request: AuthenticRequest, to body: @escaping WorkerMethod) -> Step {
    let job = nextJob
    nextJob += 1
    let cancellation = Cancellation()
    let (mailbox, shared, clock) = (mailbox, shared, shared.clock)
    let (order, deadline) = (request.order, request.deadline)
    let isQueued = shared.submit(to: request.route.worker, bytes: request.draft.request.body.count) {
      let outcome: Outcome
      if cancellation.isCancelled {
        outcome = .refusal(.cancelled)
      } else if clock.monotonicNanoseconds() >= deadline {
        outcome = .refusal(.deadlineExpired)
      } else {
        outcome = body(shared, order)
      }
      mailbox.post(ServiceMail.finished(job: job, outcome))
    }
    guard isQueued else {
      return .answer(
        request.answer(.refusal(.overloaded, retryAfter: Self.retryAfter)))
    }
    running[job] = Running(request: request, cancellation: cancellation)
    return .later
  }

  private func finishJob(_ job: UInt64, _ outcome: Outcome) -> [Reply] {
    guard let running = running.removeValue(forKey: job) else { return [] }
    return replies.finish([running.request.answer(outcome)], attempts: outcome.attempts)
  }

  // MARK: Methods that a loop answers itself

  func verifyIdentity(_ request: AuthenticRequest) -> Outcome { checks.verifyIdentity(request) }
  func verifyBatch(_ request: AuthenticRequest) -> Outcome { checks.verifyBatch(request) }
  func startCapture(_ request: AuthenticRequest) -> Outcome { shared.portraits.start(request.order) }
  func health(_ request: AuthenticRequest) -> Outcome {
    shared.health(request.draft.request.body)
  }
}
