import PassgateCrypto
import PassgateService
import PassgateSettings
import PassgateSystem
import PassgateWire

/// What the configuration file of `passgated` says, with every key and certificate read and judged.
struct DaemonSettings {
  /// One deployment and where it listens.
  struct Listening {
    let endpoints: [Endpoint]
    let identity: TLSIdentity
    let registryKeyPath: String
    let configuration: DeploymentConfiguration
  }

  let ledgerPath: String
  let certificates: TenantCertificates
  let deployments: [Listening]
  let loops: Int
  let metrics: Endpoint?
  let logLevel: LogLevel
}

/// The certificate and key of a listening port.
struct TLSIdentity: Sendable {
  let chain: [Certificate]
  let key: PrivateKey
}

extension DaemonSettings {
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
    let roots = trust.map { chain($0, "roots") } ?? []
    let intermediates = trust.map { chain($0, "intermediates") } ?? []
    let judge = Judge(anchors: roots, intermediates: intermediates, unixSeconds: unixSeconds)
    let officers = reader.objects("officers", required: true).compactMap { officer($0, judge) }
    let deployments = reader.objects("deployments", required: true)
      .compactMap { deployment($0, officers: officers, judge) }
    if deployments.isEmpty { reader.problem("deployments", "names no deployment that can be served") }
    let names = deployments.map(\.configuration.deployment)
    if Set(names).count < names.count { reader.problem("deployments", "a deployment is named twice") }
    return DaemonSettings(
      ledgerPath: reader.path("ledger", mustExist: false),
      certificates: TenantCertificates(anchors: roots, intermediates: intermediates),
      deployments: deployments,
      loops: reader.integer("loops", in: 1...64, default: processorCount()),
      metrics: metrics(reader), logLevel: logLevel(reader))
  }

  private func metrics(_ reader: SettingsReader) -> Endpoint? {
    guard let endpoint = reader.optionalEndpoint("metrics") else { return nil }
    let isLoopback = endpoint.host == "localhost" || endpoint.host == "::1" || endpoint.host.hasPrefix("127.")
    if !isLoopback {
      reader.problem("metrics", "must be on a loopback address: what it tells is not for the network")
    }
    return endpoint
  }

  private func logLevel(_ reader: SettingsReader) -> LogLevel {
    let name = reader.choice("logLevel", of: LogLevel.allCases.map(\.name), default: LogLevel.info.name)
    return LogLevel.allCases.first { $0.name == name } ?? .info
  }

  private func officer(_ reader: SettingsReader, _ judge: Judge) -> Officer? {
    let id = reader.string("id")
    let isPlain =
      !id.isEmpty && id.utf8.count <= 32
      && id.utf8.allSatisfy { byte in
        (97...122).contains(byte) || (48...57).contains(byte) || byte == 45
      }
    if !isPlain { reader.problem("id", "must be 1 to 32 of a-z, 0-9 and -") }
    let roles = reader.list("roles").compactMap { name -> OfficerRole? in
      if let role = OfficerRole(rawValue: name) { return role }
      reader.problem(
        "roles",
        "\(terminalSafe(name)) is no role; use \(OfficerRole.allCases.map(\.rawValue).joined(separator: ", "))"
      )
      return nil
    }
    let algorithm = self.algorithm(reader)
    guard let certificate = chain(reader, "certificate").first, let algorithm else { return nil }
    judge.check(certificate, for: .operatorSigning, algorithm: algorithm, in: reader, "certificate")
    return Officer(id: id, certificate: certificate, algorithm: algorithm, roles: Set(roles))
  }

  private func deployment(_ reader: SettingsReader, officers: [Officer], _ judge: Judge) -> DaemonSettings
    .Listening?
  {
    let name = reader.choice("name", of: ["sandbox", "production"])
    let endpoints = reader.list("listen").compactMap { text -> Endpoint? in
      if let endpoint = Endpoint(text) { return endpoint }
      reader.problem("listen", "\(terminalSafe(text)) is not HOST:PORT")
      return nil
    }
    let identity = tlsIdentity(reader, judge)
    let replyKeys = reader.objects("replyKeys", required: true).compactMap { replyKey($0, judge) }
    if !replyKeys.contains(where: { $0.isActive && $0.signer.algorithm == .ecdsaP256SHA256 }) {
      reader.problem("replyKeys", "needs an active key of algorithm ecdsa-p256-sha256")
    }
    let keeps = reader.bool("evidence", default: true)
    let individually = reader.bool("signRepliesOneByOne", default: false)
    let folder = reader.path("data", mustExist: false)
    guard let identity else { return nil }
    return DaemonSettings.Listening(
      endpoints: endpoints, identity: identity, registryKeyPath: folder + "/registry.key",
      configuration: DeploymentConfiguration(
        deployment: name == "production" ? .production : .sandbox, replyKeys: replyKeys, officers: officers,
        registryPath: folder + "/registry.sqlite", registrySecret: [],
        evidencePath: keeps ? folder + "/evidence.sqlite" : nil, signsIndividually: individually))
  }

  private func tlsIdentity(_ reader: SettingsReader, _ judge: Judge) -> TLSIdentity? {
    guard let tls = reader.object("tls", required: true) else { return nil }
    let chain = chain(tls, "certificate")
    guard let key = key(tls, "key"), let leaf = chain.first else { return nil }
    judge.check(leaf, for: .serverTLS, in: tls, "certificate")
    requireMatch(key, leaf, tls)
    return TLSIdentity(chain: chain, key: key)
  }

  private func replyKey(_ reader: SettingsReader, _ judge: Judge) -> PassgateService.ReplyKey? {
    let isActive = reader.choice("state", of: ["active", "next"], default: "active") == "active"
    let chain = chain(reader, "certificate")
    let algorithm = algorithm(reader)
    guard let key = key(reader, "key"), let leaf = chain.first, let algorithm else { return nil }
    judge.check(leaf, for: .replySigning, algorithm: algorithm, in: reader, "certificate")
    requireMatch(key, leaf, reader)
    do throws(CryptoError) {
      return PassgateService.ReplyKey(
        signer: try FileSigner(key, algorithm), chain: chain, isActive: isActive)
    } catch {
      reader.problem("key", "\(error)")
      return nil
    }
  }

  // MARK: Files

  private func algorithm(_ reader: SettingsReader) -> SignatureAlgorithm? {
    SignatureAlgorithm(
      name: reader.choice(
        "algorithm", of: SignatureAlgorithm.allCases.map(\.name),
        default: SignatureAlgorithm.ecdsaP256SHA256.name))
  }

  private func chain(_ reader: SettingsReader, _ key: String) -> [Certificate] {
    load(reader, key, { path throws(SystemError) in try Files.read(path) }, Certificate.parsePEM) ?? []
  }

  private func key(_ reader: SettingsReader, _ key: String) -> PrivateKey? {
    load(reader, key, Files.readSecret) { bytes throws(CryptoError) in try PrivateKey(pem: bytes) }
  }

  private func load<Value>(
    _ reader: SettingsReader, _ key: String, _ read: (String) throws(SystemError) -> [UInt8],
    _ parse: ([UInt8]) throws(CryptoError) -> Value
  ) -> Value? {
    let path = reader.path(key)
    // An absent or missing file is a problem that is noted already.
    guard !path.isEmpty else { return nil }
    do {
      return try parse(try read(path))
    } catch {
      reader.problem(key, "\(path): \(error)")
      return nil
    }
  }

  private func requireMatch(_ key: PrivateKey, _ certificate: Certificate, _ reader: SettingsReader) {
    guard key.publicKey.keyID != certificate.publicKey.keyID else { return }
    reader.problem(
      "key", "is not the key of the certificate beside it; name the pair that was issued together")
  }
}

/// Judges certificates against the platform's root and says in the reader what is wrong.
private struct Judge {
  let anchors: [Certificate]
  let intermediates: [Certificate]
  let unixSeconds: Int64

  func check(
    _ certificate: Certificate, for purpose: KeyPurpose, algorithm: SignatureAlgorithm? = nil,
    in reader: SettingsReader, _ key: String
  ) {
    do throws(CryptoError) {
      try ChainVerifier.verify(
        certificate, intermediates: intermediates, anchors: anchors, at: unixSeconds, purpose: purpose)
      if let algorithm { try certificate.publicKey.check(for: algorithm) }
    } catch {
      reader.problem(key, "\(error)")
    }
  }
}
