import PassgateRPC
import PassgateSettings
import PassgateSystem

/// A running signing server and the file it is told by.
struct SigningServer {
  private let file: String
  private let started: SignerConfiguration
  private let clock: any Clock
  private let log: Log
  private let server: Server
  private let office: SigningOffice

  /// Reads the configuration and serves; the log then has a "serving" line for each address.
  init(file: String, clock: any Clock) throws {
    let configuration = try SignerConfiguration(file: file, wallMilliseconds: clock.wallMilliseconds())
    let log = Log(minimum: configuration.logLevel, clock: clock)
    // Lines that an auditor or a supervisor counts on are written at every level and never held back.
    let audit = Log(minimum: .info, perSecond: .max, clock: clock)
    let office = try SigningOffice(clock: clock, log: log, auditLog: audit)
    self.office = office
    server = try Server(
      Server.Configuration(
        name: "signer", endpoints: configuration.listen, loops: configuration.loops, dialect: .signing),
      clock: clock, log: log
    ) { mailbox in
      let handler = try SigningHandler(configuration.material, office: office, mailbox: mailbox)
      return LoopParts(handler: handler) { try TLSTransport($0, context: handler.context) }
    }
    (self.file, self.clock, self.log, started) = (file, clock, log, configuration)
    warnOfCertificates(configuration)
    for (endpoint, port) in zip(configuration.listen, server.ports) {
      audit.info("serving", ["host": .string(endpoint.host), "port": .number(Int(port))])
    }
  }

  /// Obeys signals until one says to end.
  func run(_ signals: SignalWatcher) throws {
    while true {
      switch try signals.wait() {
      case .hangup: reload()
      // No term runs here.
      case .clockVouched: break
      case .terminate, .interrupt: return drain()
      }
    }
  }

  private func drain() {
    log.info("draining", ["connections": .number(server.connections)])
    server.drain()
    office.stop()
    log.info("ended")
  }

  private func reload() {
    do throws(SettingsError) {
      let configuration = try SignerConfiguration(file: file, wallMilliseconds: clock.wallMilliseconds())
      server.broadcast(configuration.material)
      let policy = configuration.material.policy
      log.info(
        "reloaded",
        [
          "keys": .number(policy.keys.count + policy.dataKeys.count),
          "applications": .number(policy.applications.count),
        ])
      warnOfCertificates(configuration)
      for name in started.fixedSettings(changedIn: configuration) {
        log.warning("restart_needed", ["setting": .string(name)])
      }
    } catch {
      log.error("reload_refused", ["problem": .string(error.description)])
    }
  }

  /// A key whose certificate has run out must not keep the others from signing, so it is only reported.
  private func warnOfCertificates(_ configuration: SignerConfiguration) {
    let now = clock.wallMilliseconds()
    for (id, key) in configuration.material.policy.keys where !key.certificate.isValid(atMilliseconds: now) {
      log.warning(
        "certificate_not_valid", ["tenant": .string(key.tenantID), "key": .string(Hex.encode(id))])
    }
  }
}
