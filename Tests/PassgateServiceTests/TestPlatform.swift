import PassgateClient
import PassgateCrypto
import struct PassgateDomain.LegalCalendar
import PassgateRPC
import PassgateStore
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Synchronization
import Testing

@testable import PassgateService

/// A clock whose wall time the test sets and whose monotonic time is real, because sockets wait in real time.
struct TestClock: Clock {
  private let wall: ManualClock

  init() { wall = ManualClock() }

  func wallMilliseconds() -> UInt64 { wall.wallMilliseconds() }
  func monotonicNanoseconds() -> UInt64 { SystemClock().monotonicNanoseconds() }
  func advance(milliseconds: UInt64) { wall.advance(milliseconds: milliseconds) }
  func set(wallMilliseconds: UInt64) { wall.set(wallMilliseconds: wallMilliseconds) }
}

/// A service and the server in front of it.
private struct Running {
  let service: DeploymentService
  let server: Server
}

/// A whole platform in this process, over loopback TLS: authority, stores, services, servers. A sandbox alone, unless
/// told.
final class TestPlatform {
  let authority: TestAuthority
  let clock = TestClock()
  let folder: TemporaryDirectory
  let officer: TestIdentity
  let replyP256: TestIdentity
  let replySM2: TestIdentity
  let logged = LoggedLines()
  /// What all deployments share, while they run.
  private(set) var cases: CaseOffice?
  private(set) var trust: TrustKeeper?
  private(set) var keyWatch: KeyWatch?
  /// What the next start trusts.
  var trustSettings: TrustSettings
  private var running: [Deployment: Running] = [:]
  private let tls: TestIdentity
  /// Of all deployments' registries; new ones count from the next start or reload.
  var registryKeys: RegistryKeys
  private var lastTenant: (id: String, identity: TestIdentity)?
  private let deployments: [Deployment]
  private let watchesTraffic: Bool
  /// What compares portraits in all deployments.
  private let examiner: (any PortraitExaminer)?
  /// Every officer but `officer-1` has one role and is named by it, and there are two for legal matters.
  private let officers: [(id: String, identity: TestIdentity, roles: Set<OfficerRole>)]

  static let allRoles = Set(OfficerRole.allCases)

  init(
    roles: Set<OfficerRole> = TestPlatform.allRoles, deployments: [Deployment] = [.sandbox],
    watchesTraffic: Bool = false, watchesLists: Bool = false, authority: TestAuthority? = nil,
    examiner: (any PortraitExaminer)? = nil
  ) throws {
    let authority = try authority ?? TestAuthority()
    self.authority = authority
    folder = try TemporaryDirectory()
    trustSettings = TrustSettings(
      own: TrustDomain(
        roots: [authority.root], intermediates: [authority.issuing],
        lists: watchesLists ? [folder.path("issuing.crl")] : []))
    officer = try authority.issue(.operatorSigning, name: "officer-1")
    replyP256 = try authority.issue(.replySigning)
    replySM2 = try authority.issue(.replySigning, .sm2SM3)
    // TLS knows no other time than now.
    tls = try authority.issue(
      .serverTLS, validity: TestAuthority.life(.serverTLS, around: TestAuthority.present))
    registryKeys = RegistryKeys([try .fresh()])
    self.deployments = deployments
    self.watchesTraffic = watchesTraffic
    self.examiner = examiner
    var officers = [(id: "officer-1", identity: officer, roles: roles)]
    if deployments.contains(.production) {
      let colleagues = OfficerRole.allCases.map { ($0.rawValue, $0) } + [("legal-2", .legal)]
      for (id, role) in colleagues {
        officers.append((id, try authority.issue(.operatorSigning, name: id), [role]))
      }
    }
    self.officers = officers
    if watchesLists { try revoke([], number: 1) }
    try start()
  }

  deinit { stop() }

  var service: DeploymentService {
    get throws { try service(of: .sandbox) }
  }

  func service(of deployment: Deployment) throws -> DeploymentService {
    try #require(running[deployment]).service
  }

  /// Ends everything and lets go of the files.
  func stop() {
    for running in running.values {
      running.server.stop()
      running.service.stop()
    }
    running = [:]
    (cases, trust, keyWatch) = (nil, nil, nil)
  }

  /// Ends everything and starts it again on the same files.
  /// - Parameter meanwhile: what happens while it is down.
  func restart(meanwhile: () throws -> Void = {}) throws {
    stop()
    try meanwhile()
    try start()
  }

  /// Has the sandbox take up a changed configuration, as a reload does.
  func reload(_ change: (inout DeploymentConfiguration) throws -> Void) throws {
    let running = try #require(running[.sandbox])
    var configuration = running.service.configuration.read()
    try change(&configuration)
    running.service.reconfigure(configuration)
    running.server.announceHello()
  }

  /// The metrics of the sandbox, with what the loops have counted so far.
  func metrics() throws -> String {
    let running = try #require(running[.sandbox])
    var text = PrometheusText()
    running.service.writeMetrics(
      connections: running.server.connections, statistics: running.server.statistics, to: &text)
    return text.text
  }

  private func configuration(of deployment: Deployment) throws -> DeploymentConfiguration {
    let prefix = deployment == .sandbox ? "" : "production-"
    var configuration = DeploymentConfiguration(
      deployment: deployment,
      replyKeys: ReplyKeys([try .of(replyP256), try .of(replySM2, .sm2SM3)]),
      officers: officers.map {
        Officer(
          id: $0.id, certificate: $0.identity.certificate, algorithm: .ecdsaP256SHA256, roles: $0.roles)
      },
      registryPath: folder.path("\(prefix)registry.sqlite"), registryKeys: registryKeys,
      evidencePath: folder.path("\(prefix)evidence.sqlite"),
      dossierPath: folder.path("\(prefix)dossier.sqlite"))
    configuration.documentTrustPath = folder.path("\(prefix)trust.sqlite")
    if watchesTraffic { configuration.trafficPath = folder.path("\(prefix)traffic.state") }
    return configuration
  }

  /// Takes new keys over as at a reload, in all deployments.
  func reload() throws {
    for deployment in deployments {
      try service(of: deployment).reconfigure(try configuration(of: deployment))
    }
  }

  private func start() throws {
    let log = Log(minimum: .info, clock: clock, sink: logged.take)
    let ledger = try Ledger(LedgerStore(path: folder.path("ledger.sqlite")), clock: clock, log: log)
    let platform = try Platform(
      ledger: ledger, trust: trustSettings, calendar: .builtIn, clock: clock, log: log)
    cases = platform.cases
    (trust, keyWatch) = (platform.trust, platform.keyWatch)
    for deployment in deployments { running[deployment] = try start(deployment, of: platform, log) }
  }

  private func start(_ deployment: Deployment, of platform: Platform, _ log: Log) throws -> Running {
    let limits = ServerLimits()
    let service = try DeploymentService(
      try configuration(of: deployment), platform: platform, limits: limits, examiner: examiner)
    let tls = tls
    let server = try Server(
      Server.Configuration(
        name: "test", endpoints: [Endpoint(host: "127.0.0.1", port: 0)], loops: 2, limits: limits),
      clock: clock, log: log
    ) { mailbox in
      let context = try TLSContext.server(
        chain: tls.chain, key: tls.key, alpn: "passgate/1", clientCertificates: .requested)
      return LoopParts(handler: try Pipeline(service, mailbox: mailbox)) { socket in
        try TLSTransport(socket, context: context)
      }
    }
    return Running(service: service, server: server)
  }

  // MARK: Callers

  /// A profile of a caller who shows `identity` in TLS and signs with `key`.
  func profile(
    tenant: String, identity: TestIdentity?, key: PrivateKey,
    _ algorithm: SignatureAlgorithm = .ecdsaP256SHA256,
    scene: String = "lodging", in deployment: Deployment = .sandbox
  ) -> Profile {
    Profile(
      endpoint: Endpoint(host: "127.0.0.1", port: running[deployment]?.server.ports[0] ?? 0),
      serverName: "localhost",
      deployment: deployment, tenantID: tenant, anchors: [authority.root],
      identity: identity.map { Profile.Identity(chain: $0.chain, key: $0.key) }, signing: .key(key),
      algorithm: algorithm, scene: scene)
  }

  func session(_ profile: Profile) throws -> ClientSession { try ClientSession(profile, clock: clock) }

  /// An officer's session: that of `officer-1`, unless told.
  func officerSession(_ id: String = "officer-1", in deployment: Deployment = .sandbox) throws
    -> ClientSession
  {
    let officer = try #require(officers.first { $0.id == id }).identity
    return try session(
      profile(tenant: id, identity: officer, key: officer.key, scene: "", in: deployment))
  }

  // MARK: Tenants

  /// The statement of a tenant with one key.
  func tenant(
    _ id: String, _ mode: AccessMode, _ identity: TestIdentity,
    _ algorithm: SignatureAlgorithm = .ecdsaP256SHA256,
    state: TenantState = .open, keyState: PassgateWire.TenantKey.State = .live, tls: TestIdentity? = nil,
    checksPerMinute: UInt32 = 0, scenes: [String] = ["lodging", "transport"]
  ) -> PassgateWire.Tenant {
    PassgateWire.Tenant(
      id: id, name: "Tenant \(id)", mode: mode, state: state, scenes: scenes,
      keys: [
        PassgateWire.TenantKey(
          certificate: identity.certificate.der, algorithm: algorithm.rawValue, state: keyState,
          tlsCertificate: mode == .mobileCertificate ? tls?.certificate.der ?? [] : [])
      ],
      checksPerMinute: checksPerMinute,
      tlsCertificate: mode == .signingServer ? tls?.certificate.der ?? [] : [])
  }

  /// States tenants as the officer.
  @discardableResult func provision(_ tenants: [PassgateWire.Tenant]) throws -> ClientAnswer {
    let body = ProvisionRequest(salt: freshSalt(), operationID: try randomBytes(16), tenants: tenants)
    return try officerSession().call(
      ClientDraft(method: "passgate.v1.Supervision/Provision", body: body.encoded()))
  }

  /// The profile of the last tenant that `mobileTenant` made.
  func tenantProfile() throws -> Profile {
    let (id, identity) = try #require(lastTenant)
    return profile(tenant: id, identity: identity, key: identity.key)
  }

  /// A mobile-certificate tenant that is open, with its session.
  func mobileTenant(_ id: String = "hotel") throws -> (identity: TestIdentity, session: ClientSession) {
    let identity = try authority.issue(.tenantMobile, name: id)
    lastTenant = (id, identity)
    try provision([tenant(id, .mobileCertificate, identity)])
    return (identity, try session(profile(tenant: id, identity: identity, key: identity.key)))
  }

  // MARK: Records and evidence

  /// Stores records as one import of the officer.
  @discardableResult func load(_ records: [RegistryRecord]) throws -> ClientAnswer {
    let body = ImportChunkRequest(
      salt: freshSalt(), operationID: try randomBytes(16), importID: try randomBytes(16), chunk: 0,
      records: records, last: true)
    return try officerSession().call(
      ClientDraft(method: "passgate.v1.Registry/ImportChunk", body: body.encoded()))
  }

  /// Every record of the evidence log so far.
  func evidence() throws -> [EvidenceRecord] {
    try EvidenceReader(path: folder.path("evidence.sqlite")).list(after: 0, limit: 100_000).map {
      try EvidenceRecord(decoding: $0.record.span)
    }
  }
}

extension PassgateService.ReplyKey {
  /// The key of an identity, in use unless told.
  static func of(
    _ identity: TestIdentity, _ algorithm: SignatureAlgorithm = .ecdsaP256SHA256,
    _ lifecycle: KeyLifecycle = .inUse
  ) throws -> PassgateService.ReplyKey {
    PassgateService.ReplyKey(
      algorithm, chain: identity.chain, signer: try FileSigner(identity.key, algorithm), lifecycle: lifecycle)
  }
}

extension RegistryKey {
  /// A new key, active for ever unless told.
  static func fresh(_ lifecycle: KeyLifecycle = KeyLifecycle(published: 0, active: 0), former: Bool = false)
    throws -> RegistryKey
  {
    var bytes = try randomBytes(former ? RegistrySecret.formerLength : RegistrySecret.length)
    return RegistryKey(secret: try RegistrySecret(taking: &bytes), lifecycle: lifecycle)
  }
}

extension RegistryKeys {
  /// As they stand at a time, with no rows.
  func ring(at now: UInt64 = 0) throws -> RegistryKeyRing { try ring(at: now, rows: [:], keepsNeeded: false) }
}

/// The log lines of a platform under test.
final class LoggedLines: Sendable {
  private let lines = Mutex<[String]>([])

  var all: [String] { lines.withLock { $0 } }

  /// How many lines tell of an event.
  func count(of event: String) -> Int { all.count { $0.contains("\"event\":\"\(event)\"") } }

  @Sendable func take(_ line: [UInt8]) {
    lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
  }
}

/// One document and claims about it.
enum Guest {
  static let record = RegistryRecord(
    documentType: .permit, number: "H1234567802", hanName: "陳美玲", latinName: "CHAN, MEI LING",
    formerNames: [],
    birthDate: "1985-03-14", sex: .female, expiry: "2031-06-30", previousNumbers: [], superseded: false)

  static func claim(
    number: String = "H1234567802", name: String = "陳美玲", birthDate: String = "1985-03-14"
  ) -> PassgateWire.IdentityClaim {
    PassgateWire.IdentityClaim(
      documentType: .permit, number: number, name: name, birthDate: birthDate, sex: nil, expiry: "", mrz: [])
  }

  static func draft(
    _ claim: PassgateWire.IdentityClaim = Guest.claim(), scene: String = "lodging", timeout: UInt32 = 0
  ) -> ClientDraft {
    ClientDraft(
      method: "passgate.v1.Verification/VerifyIdentity", scene: scene,
      body: VerifyIdentityRequest(salt: freshSalt(), claim: claim).encoded(), timeout: timeout)
  }
}

extension ClientAnswer {
  /// The verdict of an identity check; nil for anything else.
  var verdict: IdentityVerdict? {
    status == .ok ? try? VerifyIdentityReply(decoding: body.span).result : nil
  }
}

// The client's types whose names the service has too.
typealias ClientSession = PassgateClient.Session
typealias ClientAnswer = PassgateClient.Answer
typealias ClientDraft = PassgateClient.Draft
