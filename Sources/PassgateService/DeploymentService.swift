import PassgateCrypto
package import PassgateDomain
package import PassgateRPC
import PassgateStore
package import PassgateSystem
package import PassgateWire
import Synchronization

/// The platform's own name and version, as Hello and health say it.
package let softwareVersion = "passgate/0.1.0"

/// What the deployments of one platform share: the ledger above all, and the cases in it.
package struct Platform: Sendable {
  let ledger: Ledger
  package let cases: CaseOffice
  let keys: KeyDesk
  package let trust: TrustKeeper
  package let keyWatch: KeyWatch
  let certificates: TenantCertificates
  let clock: any Clock
  let log: Log

  package init(
    ledger: Ledger, trust: TrustSettings, calendar: LegalCalendar, clock: any Clock, log: Log
  ) throws {
    self.ledger = ledger
    self.trust = TrustKeeper(trust, memory: ledger.store, clock: clock, log: log)
    certificates = TenantCertificates(self.trust)
    keyWatch = KeyWatch(clock: clock, log: log)
    keyWatch.watch { [keeper = self.trust] in keeper.watched }
    self.clock = clock
    self.log = log
    cases = try CaseOffice(ledger, certificates: certificates, calendar: calendar, clock: clock, log: log)
    keys = try KeyDesk(ledger, certificates: certificates, clock: clock, log: log)
  }
}

/// One deployment: what its loops share. Everything here is safe to use from any thread.
package final class DeploymentService: Sendable {
  private static let evidencePage: UInt32 = 1_000

  let configuration: Published<DeploymentConfiguration>
  package let deployment: Deployment
  let directory: Published<Directory>
  let trust: TrustKeeper
  let keyWatch: KeyWatch
  let clock: any Clock
  let log: Log
  let evidence: EvidenceLog?
  let attempts: Mutex<AttemptBudget>
  let quotas: Quotas
  let strangers: Strangers
  let metrics = MetricsBoard()
  let worker: Worker
  /// For what anybody may call: however much that is, officers and terms have a worker of their own.
  let visitors: Worker
  /// For imports: their portraits take time, and no other act is to wait for it.
  let imports: Worker
  let chips: ChipDesk
  let portraits: PortraitDesk
  let registry: RegistryKeeper
  let sealing: RegistrySealing
  let provisioning: Provisioning
  /// Whom this deployment trusts for chips.
  package let documentTrust: DocumentTrustDesk
  package let conformance: ConformanceDesk
  let cases: CaseOffice
  let keys: KeyDesk
  /// The watch over abnormal traffic; nil where there is none.
  package let traffic: TrafficWatch?
  let announcedLimits: PassgateWire.Limits
  /// The threads of reply keys that devices hold.
  let devices: SigningDevices
  /// The reply keys that sign, for the log.
  private let signing = Mutex<Set<[UInt8]>>([])
  /// Production's alone.
  private let dossiers: DossierKeeper?
  private let evidenceReader: EvidenceReader?
  private let started: UInt64
  private let exhausted = Atomic<Int>(0)

  /// - Parameter examiner: what compares portraits; nil where nothing does. It ends with the service.
  package init(
    _ configuration: DeploymentConfiguration, platform: Platform, limits: ServerLimits,
    examiner: (any PortraitExaminer)? = nil
  ) throws {
    self.configuration = Published(configuration)
    deployment = configuration.deployment
    (clock, log) = (platform.clock, platform.log)
    (trust, keyWatch) = (platform.trust, platform.keyWatch)
    // Before any thread: wrong keys end the start here.
    let registryStore = try RegistryStore(path: configuration.registryPath)
    let dossierStore = try Self.dossierStore(configuration)
    let evidenceStore = try configuration.evidencePath.map { path throws(StoreError) in
      try EvidenceStore(path: path)
    }
    let others = [dossierStore as (any SealedStore)?, evidenceStore]
    sealing = try RegistrySealing(
      configuration.registryKeys, registry: registryStore, others: others.compactMap { $0 }, clock: clock,
      log: log)
    directory = Published(
      try Provisioning.fold(platform.ledger.events(), of: deployment, platform.certificates))
    announcedLimits = PassgateWire.Limits(limits)
    devices = SigningDevices(clock: clock, log: log)
    var budget = AttemptBudget()
    if let path = configuration.evidencePath, let store = evidenceStore {
      let since = clock.wallMilliseconds() - EvidenceLog.attemptMemory
      try store.purgeAttempts(before: since)
      for row in try store.attempts(since: since) {
        budget.restore(
          AttemptBudget.Attempt(
            document: row.document, tenant: row.tenant, wrongSet: row.claimSet, atMilliseconds: row.at))
      }
      evidence = try EvidenceLog(store, clock: clock, log: log)
      evidenceReader = try EvidenceReader(path: path)
    } else {
      (evidence, evidenceReader) = (nil, nil)
    }
    attempts = Mutex(budget)
    quotas = Quotas(clock)
    strangers = Strangers(clock)
    registry = RegistryKeeper(
      store: registryStore, keys: sealing.ring, embedder: PortraitEmbedder(examiner, clock: clock),
      ledger: platform.ledger, clock: clock, log: log)
    provisioning = Provisioning(
      deployment: deployment, directory: directory, certificates: platform.certificates,
      ledger: platform.ledger, clock: clock, cases: platform.cases)
    cases = platform.cases
    try cases.publish(to: directory, of: deployment)
    keys = platform.keys
    try keys.publish(to: directory, of: deployment, self.configuration)
    dossiers = dossierStore.map { [keys = sealing.ring] store in
      DossierKeeper(store, keys: keys, clock: platform.clock, log: platform.log)
    }
    documentTrust = try DocumentTrustDesk(
      try DocumentTrustStore(path: configuration.documentTrustPath), of: deployment,
      ledger: platform.ledger, clock: clock, log: log)
    traffic = configuration.trafficPath.map {
      TrafficWatch(path: $0, clock: platform.clock, log: platform.log)
    }
    conformance = ConformanceDesk(
      configuration: self.configuration, registryKeys: sealing.ring, directory: directory,
      ledger: platform.ledger, clock: clock, log: log)
    //= Measures art.7(3)
    conformance.whenPassed { [cases] tenantID, pass in
      cases.note(.passConformance(pass), by: .platform, tenantID: tenantID)
    }
    worker = try Worker(name: "worker", capacity: 256)
    visitors = try Worker(name: "visitors", capacity: 256)
    imports = try Worker(name: "imports", capacity: 64)
    chips = try ChipDesk(
      RegistryLookUp(path: configuration.registryPath, keys: sealing.ring, log: log),
      trust: documentTrust.trust, clock: clock)
    portraits = try PortraitDesk(
      examiner, RegistryLookUp(path: configuration.registryPath, keys: sealing.ring, log: log), chips: chips,
      keys: sealing.ring, trust: trust, of: deployment, clock: clock, log: log)
    started = clock.monotonicNanoseconds()
    if let dossiers { try cases.open(configuration, dossiers: dossiers) }
    noteOfficers(configuration)
    trust.refresh()
    keyWatch.watch { [configuration = self.configuration, directory, clock] in
      Self.watched(configuration.read(), directory.read(), at: clock.wallMilliseconds())
    }
    keyWatch.watch { [documentTrust] in documentTrust.watched }
    traffic?.connect(to: cases)
    try sealing.start(progressPath: configuration.sealingProgressPath)
  }

  private static func dossierStore(_ configuration: DeploymentConfiguration) throws(StoreError)
    -> DossierStore?
  {
    guard configuration.deployment == .production else { return nil }
    return try DossierStore(path: configuration.dossierPath)
  }

  /// The certificates that are in use here.
  private static func watched(
    _ configuration: DeploymentConfiguration, _ directory: Directory, at now: UInt64
  ) -> [Watched] {
    let officers = configuration.officers.map { Watched(.officer, holder: $0.id, $0.certificate) }
    let replies = configuration.replyKeys.keys.filter { $0.lifecycle.isNeeded(at: now) }.compactMap(
      \.chain.first)
    let tenants = directory.tenants.filter { $0.state != .terminated }.flatMap { tenant in
      tenant.keys.filter { !$0.isRevoked && $0.retires == nil }.map {
        Watched(.tenant, holder: tenant.id, keyID: $0.keyID, notAfter: $0.notAfter)
      }
    }
    return officers + replies.map { Watched(.reply, $0) } + tenants
  }

  private func noteOfficers(_ configuration: DeploymentConfiguration) {
    for officer in configuration.officers {
      trust.note(KnownCertificate(officer.certificate, of: officer.id, for: .operatorSigning))
    }
  }

  /// Takes new keys and officers over; loops follow when they announce their Hello. The files stay those of the start.
  package func reconfigure(_ configuration: DeploymentConfiguration) {
    self.configuration.replace(configuration)
    noteOfficers(configuration)
    trust.refresh()
    keyWatch.lookAgain()
    do throws(RegistryKeysFault) {
      try sealing.adopt(configuration.registryKeys)
    } catch {
      log.error("registry_keys_refused", ["problem": .string("\(error)")])
    }
    devices.keep(Set(configuration.replyKeys.keys.map(\.keyID)))
    guard let dossiers else { return }
    do throws(CryptoError) {
      try cases.open(configuration, dossiers: dossiers)
    } catch {
      log.error("keys_refused", ["problem": .string("\(error)")])
    }
  }

  /// Ends the threads after what is queued is done. Call it when the server has drained.
  package func stop() {
    sealing.stop()
    worker.stop()
    visitors.stop()
    imports.stop()
    chips.stop()
    portraits.stop()
    traffic?.stop()
    devices.stop()
    evidence?.stop()
  }

  /// Hands a job to the threads for it, `bytes` being what it holds. False when there is no room.
  func submit(to kind: WorkerKind, bytes: Int, _ job: @escaping @Sendable () -> Void) -> Bool {
    switch kind {
    case .house: worker.submit(job)
    case .visitors: visitors.submit(job)
    case .imports: imports.submit(job)
    case .chips: chips.queue.submit(bytes: bytes, job)
    case .portraits: portraits.submit(bytes: bytes, job)
    }
  }

  /// Has a worker keep what was made of a document's portrait when it was used; dropped where there is no room.
  func keep(_ embedded: StoredPortrait, under key: [UInt8]) {
    _ = worker.submit { [registry] in registry.keep(embedded, under: key) }
  }

  /// A read connection to the registry for one thread.
  func registryLookUp() throws -> RegistryLookUp {
    try RegistryLookUp(path: configuration.read().registryPath, keys: sealing.ring, log: log)
  }

  /// Says in the log which key signs from now on; all loops come with the same.
  func note(_ current: ReplySigning) {
    let new = signing.withLock { known in
      defer { known = current.keyIDs }
      return current.keyIDs.subtracting(known)
    }
    for id in new {
      log.info(
        "reply_key_active", ["deployment": .string("\(deployment)"), "key": .string(Hex.encode(id))])
    }
  }

  /// True when this certificate is a live one of a tenant or an officer.
  func knows(_ certificate: Certificate, _ directory: Directory, _ officers: [Officer]) -> Bool {
    let now = Int64(clamping: clock.wallMilliseconds() / 1_000)
    guard certificate.notBefore <= now, now <= certificate.notAfter else { return false }
    return directory.isRegistered(certificate.publicKey.keyID)
      || directory.isRegistered(certificate.fingerprint)
      || officers.contains { $0.certificate.fingerprint == certificate.fingerprint }
  }

  /// Says in the log that a document's budget of wrong claims is spent; never which document.
  func alertExhausted(tenant: String) {
    exhausted.add(1, ordering: .relaxed)
    log.warning("attempts_exhausted", ["tenant": .string(tenant)])
  }

  // MARK: Methods about the deployment itself

  func health(_ body: [UInt8]) -> Outcome {
    do throws(BodyFault) {
      _ = try HealthCheckRequest.body(body)
      let reply = HealthCheckReply(
        salt: freshSalt(), status: .serving, deployment: deployment, software: softwareVersion,
        uptimeMilliseconds: (clock.monotonicNanoseconds() - started) / 1_000_000)
      return .success(reply.encoded())
    } catch {
      return error.outcome
    }
  }

  func listEvidence(_ order: Order) -> Outcome {
    do throws(BodyFault) {
      let body = try ListEvidenceRequest.body(order.request.body)
      guard let evidenceReader else { return .refusal(.evidenceUnavailable) }
      guard
        let page = try? EvidencePage.read(
          evidenceReader, after: body.after, limit: min(body.limit, Self.evidencePage),
          tenantID: body.tenantID)
      else { return .refusal(.evidenceUnavailable, retryAfter: 1_000) }
      return .success(
        ListEvidenceReply(salt: freshSalt(), records: page.records, next: page.next).encoded())
    } catch {
      return error.outcome
    }
  }

  /// Tells an officer what is kept of a portrait check.
  func getComparison(_ order: Order) -> Outcome {
    do {
      let body = try GetComparisonRequest.body(order.request.body)
      guard let evidenceReader else { return .refusal(.evidenceUnavailable) }
      guard let row = try evidenceReader.comparison(of: body.requestDigest) else {
        return .success(GetComparisonReply(salt: freshSalt()).encoded())
      }
      guard let record = portraits.record(row) else { return .refusal(.evidenceUnavailable) }
      let reply = GetComparisonReply(
        salt: freshSalt(), calibrationID: record.calibrationID,
        distanceMillionths: record.distance.map { UInt64(($0 * 1_000_000).rounded()) })
      return .success(reply.encoded())
    } catch let fault as BodyFault {
      return fault.outcome
    } catch {
      return .refusal(.evidenceUnavailable, retryAfter: 1_000)
    }
  }

  /// The metrics of this deployment. `connections` comes from its server.
  package func writeMetrics(
    connections: Int, statistics: [LoopCore.Statistics], to text: inout PrometheusText
  ) {
    let name = "\(deployment)"
    text.add(metrics.total, deployment: name)
    text.metric(
      "passgate_connections", "gauge", "Open connections.", labels: ["deployment": name], connections)
    text.metric(
      "passgate_handshakes_failed_total", "counter", "Handshakes that failed.", labels: ["deployment": name],
      statistics.reduce(0) { $0 + $1.failedHandshakes })
    for reason in GoAway.Reason.allCases {
      text.metric(
        "passgate_farewells_total", "counter", "Connections that the server ended, by reason.",
        labels: ["deployment": name, "reason": "\(reason)"],
        statistics.reduce(0) { $0 + ($1.farewells[reason] ?? 0) })
    }
    text.metric(
      "passgate_attempts_exhausted_total", "counter", "Documents whose budget of wrong claims was spent.",
      labels: ["deployment": name], exhausted.load(ordering: .relaxed))
    text.metric(
      "passgate_evidence_backlog", "gauge", "Ticks that wait to be recorded.", labels: ["deployment": name],
      evidence?.backlog ?? 0)
    sealing.writeMetrics(deployment: name, to: &text)
    registry.embedder.writeMetrics(deployment: name, to: &text)
    for device in devices.all {
      text.metric(
        "passgate_signer_up", "gauge", "Whether the device that holds a reply key answers.",
        labels: ["deployment": name, "key": Hex.encode(device.keyID)], device.isUp ? 1 : 0)
    }
    traffic?.writeMetrics(deployment: name, to: &text)
    chips.writeMetrics(deployment: name, to: &text)
    portraits.writeMetrics(deployment: name, to: &text)
    documentTrust.writeMetrics(deployment: name, to: &text)
    keys.writeMetrics(of: deployment, to: &text)
    if deployment == .production { cases.writeMetrics(to: &text) }
  }
}

extension PassgateWire.Limits {
  init(_ limits: ServerLimits) {
    self.init(
      frameBytesBeforeTrust: UInt32(limits.frameBytesBeforeTrust), frameBytes: UInt32(limits.frameBytes),
      inFlight: UInt32(limits.inFlight), idleMilliseconds: UInt32(limits.idle / 1_000_000))
  }
}
