import PassgateCrypto
import PassgateRPC
import PassgateService
import PassgateSettings
import PassgateStore
import PassgateSystem

/// The running platform: deployments, their servers and the metrics port.
final class Daemon {
  /// One deployment with the server in front of it.
  private struct Running {
    let service: DeploymentService
    let server: Server
    let identity: ServerIdentity
    /// What compares portraits; it ends with the service.
    let portraits: PortraitPool?
  }

  private let settings: DaemonSettings
  private let log: Log
  private let clock: any Clock
  private let running: [Running]
  private let cases: CaseOffice
  private let trust: TrustKeeper
  private let metrics: MetricsEndpoint?

  /// Opens every store, then begins to listen.
  init(_ settings: DaemonSettings, log: Log, clock: any Clock) throws {
    self.settings = settings
    self.log = log
    self.clock = clock
    Self.warnOfEndedOfficers(settings, log, clock)
    try Files.createDirectory(Files.folder(of: settings.ledgerPath), mode: 0o700)
    let platform = try Platform(
      ledger: try Ledger(try LedgerStore(path: settings.ledgerPath), clock: clock, log: log),
      trust: settings.trust, calendar: settings.calendar, clock: clock, log: log)
    cases = platform.cases
    trust = platform.trust
    var running: [Running] = []
    for listening in settings.deployments {
      running.append(
        try Self.start(listening, settings, platform: platform, clock: clock, log: log))
    }
    self.running = running
    for identity in running.map(\.identity) {
      platform.keyWatch.watch { (identity.current.chain.first).map { [Watched(.server, $0)] } ?? [] }
    }
    let sources = running.map { ($0.service, $0.server, $0.portraits) }
    metrics = try settings.metrics.map { endpoint in
      try MetricsEndpoint(endpoint, log: log) {
        var text = PrometheusText()
        for (service, server, portraits) in sources {
          service.writeMetrics(
            connections: server.connections, statistics: server.statistics, to: &text)
          portraits?.writeMetrics(deployment: "\(service.deployment)", to: &text)
        }
        platform.trust.writeMetrics(to: &text)
        platform.keyWatch.writeMetrics(to: &text)
        return text.text
      }
    }
    if let metrics { log.info("metrics", ["port": .number(Int(metrics.port))]) }
  }

  private static func start(
    _ listening: DaemonSettings.Listening, _ settings: DaemonSettings, platform: Platform, clock: any Clock,
    log: Log
  ) throws -> Running {
    let limits = ServerLimits()
    var configuration = listening.configuration
    try Files.createDirectory(Files.folder(of: configuration.registryPath), mode: 0o700)
    try listening.registryKeyFiles.prepare(clock: clock, log: log)
    configuration.registryKeys = try listening.registryKeyFiles.read(at: clock.wallMilliseconds())
    let portraits = try listening.portraits.map { settings throws(SystemError) in
      try PortraitPool(settings, clock: clock, log: log)
    }
    let service = try DeploymentService(
      configuration, platform: platform, limits: limits, examiner: portraits)
    let identity = try ServerIdentity(
      listening.serverKeys, anchors: settings.trust.own.roots, clock: clock, log: log)
    let name = "\(configuration.deployment)"
    let server = try Server(
      Server.Configuration(name: name, endpoints: listening.endpoints, loops: settings.loops, limits: limits),
      clock: clock, log: log
    ) { mailbox in
      var key = identity.subscription
      var context = try key.value.context()
      return LoopParts(handler: try Pipeline(service, mailbox: mailbox)) { socket in
        identity.tend()
        if key.refresh() { context = try key.value.context() }
        return try TLSTransport(socket, context: context)
      }
    }
    for port in server.ports {
      log.info("serving", ["deployment": .string(name), "port": .number(Int(port))])
    }
    return Running(service: service, server: server, identity: identity, portraits: portraits)
  }

  private static func warnOfEndedOfficers(_ settings: DaemonSettings, _ log: Log, _ clock: any Clock) {
    let now = Int64(clamping: clock.wallMilliseconds() / 1_000)
    for officer in settings.deployments.first?.configuration.officers ?? []
    where officer.certificate.notAfter < now {
      log.warning("officer_certificate_ended", ["officer": .string(officer.id)])
    }
  }

  /// Takes over new authorities, keys, certificates and officers. Connections stay; files and ports are those of the
  /// start.
  func reload(_ settings: DaemonSettings) {
    trust.replace(settings.trust)
    for running in running {
      guard
        let listening = settings.deployments.first(where: {
          $0.configuration.deployment == running.service.deployment
        })
      else {
        log.warning(
          "reload_ignored", ["reason": "a deployment is gone from the configuration; restart to end it"])
        continue
      }
      running.identity.replace(listening.serverKeys, anchors: settings.trust.own.roots)
      running.service.reconfigure(listening.configuration)
      running.server.announceHello()
    }
    for name in self.settings.fixedSettings(changedIn: settings) {
      log.warning("restart_needed", ["setting": .string(name)])
    }
    log.info("reloaded")
  }

  /// Somebody has looked at the wall clock and says that it is right: terms that a jump has held go on.
  func trustClock() {
    cases.trustClock()
    log.info("clock_vouched")
  }

  /// Answers what is under way, then ends.
  func drain() {
    for running in running {
      running.server.drain()
      running.service.stop()
    }
    metrics?.stop()
  }
}
