import PassgateCrypto
import PassgateDomain
import PassgateService
import PassgateSettings
import PassgateSystem
import PassgateWire

/// What the configuration file of `passgated` says, with every key and certificate read and judged.
struct DaemonSettings {
  /// One deployment and where it listens.
  struct Listening {
    let endpoints: [Endpoint]
    let serverKeys: ServerKeys
    /// Of the key sets, by the setting that names each.
    let keySetVersions: [String: UInt64]
    let registryKeyFiles: RegistryKeyFiles
    let configuration: DeploymentConfiguration
    /// What compares portraits; nil where nothing does.
    let portraits: PortraitWorkerSettings?
  }

  let ledgerPath: String
  let trust: TrustSettings
  /// The days on which terms of the law may end.
  let calendar: LegalCalendar
  let deployments: [Listening]
  let loops: Int
  let metrics: Endpoint?
  let logLevel: LogLevel
}

extension DaemonSettings {
  /// What is wrong with the keys that devices hold, a sentence for each.
  func unprovenKeys(at now: UInt64) -> [String] {
    deployments.map(\.configuration).flatMap { configuration in
      configuration.replyKeys.unproven(at: now).map { "\(configuration.deployment): \($0)" }
    }
  }

  /// What there is not to compare portraits with, a sentence for each. It keeps nothing else from being served.
  func portraitProblems() -> [String] {
    deployments.flatMap { listening -> [String] in
      let deployment = listening.configuration.deployment
      let problems = listening.portraits?.problems(isProduction: deployment == .production) ?? []
      return problems.map { "\(deployment): portrait.\($0)" }
    }
  }

  /// The names of the settings that differ in `other` and that only a restart takes up.
  func fixedSettings(changedIn other: DaemonSettings) -> [String] {
    let places = { (settings: DaemonSettings) in settings.deployments.map(\.configuration.registryPath) }
    let endpoints = { (settings: DaemonSettings) in settings.deployments.map(\.endpoints) }
    return [
      ("ledger", ledgerPath == other.ledgerPath), ("loops", loops == other.loops),
      ("metrics", metrics == other.metrics), ("logLevel", logLevel == other.logLevel),
      ("holidays", calendar == other.calendar),
      ("listen", endpoints(self) == endpoints(other)),
      ("data", places(self) == places(other)),
      ("portrait", deployments.map(\.portraits) == other.deployments.map(\.portraits)),
    ].filter { !$1 }.map { $0.0 }
  }

  /// The settings, or everything that is wrong with the file: each problem names its place and what to do.
  ///
  /// - Parameter former: what is in force; key sets may not be older than its.
  static func read(
    _ file: String, replacing former: DaemonSettings? = nil, clock: any Clock
  ) -> Result<DaemonSettings, SettingsProblems> {
    do throws(SettingsError) {
      let reader = try SettingsReader(file: file)
      let parser = Parser(former: former, now: clock.wallMilliseconds())
      let settings = parser.settings(reader)
      reader.finish()
      guard reader.problems.isEmpty, let settings else {
        return .failure(SettingsProblems(list: reader.problems))
      }
      return .success(settings)
    } catch {
      return .failure(SettingsProblems(list: [error.description]))
    }
  }
}

/// Everything that is wrong with a configuration.
struct SettingsProblems: Error {
  let list: [String]
}

/// Turns the file into settings, noting problems as it goes on.
private struct Parser {
  let former: DaemonSettings?
  /// Milliseconds since 1970.
  let now: UInt64

  func settings(_ reader: SettingsReader) -> DaemonSettings? {
    let trust = trust(reader)
    let judge = Judge(anchors: trust.own.roots, intermediates: trust.own.intermediates, now: now)
    let officers = reader.objects("officers", required: true).compactMap { officer($0, judge) }
    let listed = reader.objects("deployments", required: true)
    let deployments = listed.compactMap { deployment($0, officers: officers, judge) }
    if Set(officers.map(\.id)).count < officers.count { reader.problem("officers", "an id is given twice") }
    if Set(officers.map(\.certificate.publicKey.keyID)).count < officers.count {
      reader.problem("officers", "two officers have one key; issue each a certificate of their own")
    }
    if reader.has("deployments"), listed.isEmpty { reader.problem("deployments", "must name a deployment") }
    let names = deployments.map(\.configuration.deployment)
    if Set(names).count < names.count { reader.problem("deployments", "a deployment is named twice") }
    return DaemonSettings(
      ledgerPath: reader.path("ledger", mustExist: false),
      trust: trust, calendar: calendar(reader.objects("holidays")), deployments: deployments,
      loops: reader.integer("loops", in: 1...64, default: processorCount()),
      metrics: metrics(reader), logLevel: reader.logLevel("logLevel"))
  }

  private func trust(_ reader: SettingsReader) -> TrustSettings {
    let trust = reader.object("trust", required: true)
    let external = trust?.objects("external") ?? []
    let settings = TrustSettings(
      own: domain(trust, name: nil),
      external: external.map { domain($0, name: $0.identifier("name")) })
    for problem in settings.problems(at: Int64(clamping: now / 1_000)) { trust?.problem("crls", problem) }
    return settings
  }

  private func domain(_ reader: SettingsReader?, name: String?) -> TrustDomain {
    TrustDomain(
      name: name, roots: reader?.certificates("roots") ?? [],
      intermediates: reader?.certificates("intermediates") ?? [], lists: reader?.paths("crls") ?? [])
  }

  /// The built-in calendar with the years that the file states.
  private func calendar(_ years: [SettingsReader]) -> LegalCalendar {
    years.reduce(.builtIn) { calendar, reader in
      let year = reader.integer("year", in: 2019...2199)
      let days = { (key: String) in
        Set(reader.list(key, default: []).compactMap { day($0, of: year, key, reader) })
      }
      return calendar.extended(restDays: days("rest"), workdays: days("work"), covering: [year])
    }
  }

  private func day(_ text: String, of year: Int, _ key: String, _ reader: SettingsReader) -> CalendarDate? {
    if let day = CalendarDate(iso: text), day.year == year { return day }
    reader.problem(key, "\(terminalSafe(text)) is no day of \(year) in the form YYYY-MM-DD")
    return nil
  }

  private func metrics(_ reader: SettingsReader) -> Endpoint? {
    guard let endpoint = reader.optionalEndpoint("metrics") else { return nil }
    let isLoopback = endpoint.host == "localhost" || endpoint.host == "::1" || endpoint.host.hasPrefix("127.")
    if !isLoopback {
      reader.problem("metrics", "must be on a loopback address: what it tells is not for the network")
    }
    return endpoint
  }

  private func officer(_ reader: SettingsReader, _ judge: Judge) -> Officer? {
    let id = reader.identifier("id")
    let roles = reader.list("roles").compactMap { name -> OfficerRole? in
      if let role = OfficerRole(rawValue: name) { return role }
      reader.problem(
        "roles",
        "\(terminalSafe(name)) is no role; use \(OfficerRole.allCases.map(\.rawValue).joined(separator: ", "))"
      )
      return nil
    }
    let algorithm = reader.algorithm()
    guard let certificate = reader.certificates("certificate").first, let algorithm else { return nil }
    check(certificate, algorithm, judge, in: reader)
    return Officer(id: id, certificate: certificate, algorithm: algorithm, roles: Set(roles))
  }

  /// A certificate that has ended must not keep the platform from starting: its officer's calls are refused.
  private func check(
    _ certificate: Certificate, _ algorithm: SignatureAlgorithm, _ judge: Judge, in reader: SettingsReader
  ) {
    let time = max(certificate.notBefore, min(judge.unixSeconds, certificate.notAfter))
    if let fault = judge.fault(of: certificate, for: .operatorSigning, at: time) {
      reader.problem("certificate", fault)
    }
    do throws(CryptoError) {
      try certificate.publicKey.check(for: algorithm)
    } catch {
      reader.problem("algorithm", "\(error)")
    }
  }

  private func deployment(_ reader: SettingsReader, officers: [Officer], _ judge: Judge) -> DaemonSettings
    .Listening?
  {
    let name = reader.choice("name", of: ["sandbox", "production"])
    let endpoints = reader.endpoints("listen")
    let former = former?.deployments.first { "\($0.configuration.deployment)" == name }?.keySetVersions ?? [:]
    let serverSet = reader.object("tls", required: true).flatMap {
      KeySetReading($0, "keys", .server, judge, after: former["tls.keys"])
    }
    let replySet = KeySetReading(reader, "replyKeys", .reply, judge, after: former["replyKeys"])
    let (serverKeys, replyKeys) = (serverSet?.serverKeys(), replySet?.replyKeys())
    let keeps = reader.bool("evidence", default: true)
    if name == "production", !keeps {
      reader.problem("evidence", "must be kept in production; false is for measuring a sandbox")
    }
    let individually = reader.bool("signRepliesOneByOne", default: false)
    let folder = reader.path("data", mustExist: false)
    let keyFiles = RegistryKeyFiles(
      set: reader.optionalPath("registryKeys", mustExist: false) ?? folder + "/registry.keys.json",
      data: folder)
    let registryKeys = registryKeys(keyFiles, reader)
    guard let serverSet, let replySet, let serverKeys, let replyKeys else { return nil }
    var configuration = DeploymentConfiguration(
      deployment: name == "production" ? .production : .sandbox, replyKeys: replyKeys, officers: officers,
      registryPath: folder + "/registry.sqlite", registryKeys: registryKeys,
      evidencePath: keeps ? folder + "/evidence.sqlite" : nil,
      dossierPath: folder + "/dossier.sqlite", signsIndividually: individually)
    configuration.sealingProgressPath = keyFiles.progressPath
    configuration.misusedKey = misusedKey(serverKeys)
    let portrait = reader.object("portrait").map { PortraitReading($0) }
    if let portrait { configuration.portraitThresholds = portrait.thresholds }
    return DaemonSettings.Listening(
      endpoints: endpoints, serverKeys: serverKeys,
      keySetVersions: ["tls.keys": serverSet.set.version, "replyKeys": replySet.set.version],
      registryKeyFiles: keyFiles, configuration: configuration, portraits: portrait?.worker)
  }

  private func registryKeys(_ files: RegistryKeyFiles, _ reader: SettingsReader) -> RegistryKeys {
    do throws(SettingsError) {
      return try files.read(at: now)
    } catch {
      reader.problem("registryKeys", error.description)
      return RegistryKeys([])
    }
  }

  /// The connection's key: joint debugging shows it as one that no reply is believed of. What it then signs begins
  /// otherwise than anything of TLS.
  private func misusedKey(_ keys: ServerKeys) -> SigningKey? {
    guard let key = keys.active(at: now), let signer = try? FileSigner(key.key, .ecdsaP256SHA256) else {
      return nil
    }
    return SigningKey(signer: signer, chain: key.chain)
  }
}
