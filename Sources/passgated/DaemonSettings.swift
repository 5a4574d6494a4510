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
    let identity: KeyPair
    let registryKeyPath: String
    let configuration: DeploymentConfiguration
  }

  let ledgerPath: String
  let certificates: TenantCertificates
  /// The days on which terms of the law may end.
  let calendar: LegalCalendar
  let deployments: [Listening]
  let loops: Int
  let metrics: Endpoint?
  let logLevel: LogLevel
}

extension DaemonSettings {
  /// The names of the settings that differ in `other` and that only a restart takes up.
  func fixedSettings(changedIn other: DaemonSettings) -> [String] {
    let places = { (settings: DaemonSettings) in settings.deployments.map(\.configuration.registryPath) }
    let endpoints = { (settings: DaemonSettings) in settings.deployments.map(\.endpoints) }
    let trust = { (settings: DaemonSettings) in settings.certificates.fingerprints }
    return [
      ("ledger", ledgerPath == other.ledgerPath), ("loops", loops == other.loops),
      ("metrics", metrics == other.metrics), ("logLevel", logLevel == other.logLevel),
      ("trust", trust(self) == trust(other)), ("holidays", calendar == other.calendar),
      ("listen", endpoints(self) == endpoints(other)),
      ("data", places(self) == places(other)),
    ].filter { !$1 }.map { $0.0 }
  }

  /// The settings, or everything that is wrong with the file: each problem names its place and what to do.
  static func read(_ file: String, clock: any Clock) -> Result<DaemonSettings, SettingsProblems> {
    do throws(SettingsError) {
      let reader = try SettingsReader(file: file)
      let parser = Parser(unixSeconds: Int64(clamping: clock.wallMilliseconds() / 1_000))
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
  let unixSeconds: Int64

  func settings(_ reader: SettingsReader) -> DaemonSettings? {
    let trust = reader.object("trust", required: true)
    let roots = trust?.certificates("roots") ?? []
    let intermediates = trust?.certificates("intermediates") ?? []
    let judge = Judge(anchors: roots, intermediates: intermediates, unixSeconds: unixSeconds)
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
      certificates: TenantCertificates(anchors: roots, intermediates: intermediates),
      calendar: calendar(reader.objects("holidays")), deployments: deployments,
      loops: reader.integer("loops", in: 1...64, default: processorCount()),
      metrics: metrics(reader), logLevel: reader.logLevel("logLevel"))
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
    judge.check(officer: certificate, algorithm: algorithm, in: reader)
    return Officer(id: id, certificate: certificate, algorithm: algorithm, roles: Set(roles))
  }

  private func deployment(_ reader: SettingsReader, officers: [Officer], _ judge: Judge) -> DaemonSettings
    .Listening?
  {
    let name = reader.choice("name", of: ["sandbox", "production"])
    let endpoints = reader.endpoints("listen")
    let identity = tlsIdentity(reader, judge)
    let replyKeys = reader.objects("replyKeys", required: true).compactMap { replyKey($0, judge) }
    if !replyKeys.contains(where: { $0.isActive && $0.signer.algorithm == .ecdsaP256SHA256 }) {
      reader.problem("replyKeys", "needs an active key of algorithm ecdsa-p256-sha256")
    }
    let keeps = reader.bool("evidence", default: true)
    if name == "production", !keeps {
      reader.problem("evidence", "must be kept in production; false is for measuring a sandbox")
    }
    let individually = reader.bool("signRepliesOneByOne", default: false)
    let folder = reader.path("data", mustExist: false)
    let keyPath = reader.optionalPath("registryKey", mustExist: false) ?? folder + "/registry.key"
    guard let identity else { return nil }
    var configuration = DeploymentConfiguration(
      deployment: name == "production" ? .production : .sandbox, replyKeys: replyKeys, officers: officers,
      registryPath: folder + "/registry.sqlite", registrySecret: [],
      evidencePath: keeps ? folder + "/evidence.sqlite" : nil,
      dossierPath: folder + "/dossier.sqlite", signsIndividually: individually)
    configuration.misusedKey = misusedKey(identity)
    return DaemonSettings.Listening(
      endpoints: endpoints, identity: identity, registryKeyPath: keyPath, configuration: configuration)
  }

  /// The connection's key: joint debugging shows it as one that no reply is believed of. What it then signs begins
  /// otherwise than anything of TLS.
  private func misusedKey(_ identity: KeyPair) -> PassgateService.ReplyKey? {
    guard let signer = try? FileSigner(identity.key, .ecdsaP256SHA256) else { return nil }
    return PassgateService.ReplyKey(signer: signer, chain: identity.chain, isActive: true)
  }

  private func tlsIdentity(_ reader: SettingsReader, _ judge: Judge) -> KeyPair? {
    guard let tls = reader.object("tls", required: true), let identity = tls.keyPair() else { return nil }
    judge.check(shown: identity.chain, for: .serverTLS, in: tls)
    return identity
  }

  private func replyKey(_ reader: SettingsReader, _ judge: Judge) -> PassgateService.ReplyKey? {
    let isActive = reader.choice("state", of: ["active", "next"], default: "active") == "active"
    let algorithm = reader.algorithm()
    guard let pair = reader.keyPair(), let algorithm else { return nil }
    if algorithm != .ecdsaP256SHA256, algorithm != .sm2SM3 {
      reader.problem("algorithm", "replies are signed with ecdsa-p256-sha256 or sm2-sm3")
    }
    judge.check(shown: pair.chain, for: .replySigning, in: reader)
    do throws(CryptoError) {
      return PassgateService.ReplyKey(
        signer: try FileSigner(pair.key, algorithm), chain: pair.chain, isActive: isActive)
    } catch {
      reader.problem("algorithm", "\(error)")
      return nil
    }
  }

}

/// Judges certificates against the platform's root and says in the reader what is wrong.
private struct Judge {
  let anchors: [Certificate]
  let intermediates: [Certificate]
  let unixSeconds: Int64

  /// A chain that clients are shown: they have the root alone, so the file must hold the rest.
  func check(shown chain: [Certificate], for purpose: KeyPurpose, in reader: SettingsReader) {
    guard let leaf = chain.first else { return }
    check(leaf, at: unixSeconds, intermediates: Array(chain.dropFirst()), for: purpose, in: reader)
  }

  /// An officer's certificate that has ended must not keep the platform from starting: its calls are refused.
  func check(officer certificate: Certificate, algorithm: SignatureAlgorithm, in reader: SettingsReader) {
    let time = max(certificate.notBefore, min(unixSeconds, certificate.notAfter))
    check(certificate, at: time, intermediates: intermediates, for: .operatorSigning, in: reader)
    do throws(CryptoError) {
      try certificate.publicKey.check(for: algorithm)
    } catch {
      reader.problem("algorithm", "\(error)")
    }
  }

  private func check(
    _ certificate: Certificate, at time: Int64, intermediates: [Certificate], for purpose: KeyPurpose,
    in reader: SettingsReader
  ) {
    // Without roots, which is a problem that is noted already, every certificate would be one more.
    guard !anchors.isEmpty else { return }
    do throws(CryptoError) {
      try ChainVerifier.verify(
        certificate, intermediates: intermediates, anchors: anchors, at: time, purpose: purpose)
    } catch {
      reader.problem("certificate", "\(error)")
    }
  }
}
