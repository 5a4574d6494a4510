import PassgateCrypto
import PassgateSettings
import PassgateSystem
import PassgateWire

/// Turns settings into values and notes every problem in them on the way.
struct ConfigurationReader {
  let settings: SettingsReader
  /// Unix time in milliseconds.
  let wallMilliseconds: UInt64

  func listen() -> [Endpoint] {
    let texts = settings.list("listen")
    if settings.has("listen"), texts.isEmpty { settings.problem("listen", "must name an address") }
    return texts.enumerated().compactMap { index, text in
      let endpoint = Endpoint(text)
      if endpoint == nil {
        settings.problem(
          "listen[\(index)]", "must be \"host:port\", such as \"127.0.0.1:7444\" or \"[::1]:7444\"")
      }
      return endpoint
    }
  }

  func logLevel() -> LogLevel {
    let name = settings.object("log")?.choice("level", of: LogLevel.allCases.map(\.name), default: "info")
    return LogLevel.allCases.first { $0.name == name } ?? .info
  }

  /// Nil when a problem was noted that leaves it without a part.
  func material() -> SigningMaterial? {
    let identity = settings.object("tls", required: true).flatMap(tlsIdentity)
    let keys = heldKeys()
    let clients = settings.object("applications", required: true)
    let anchors = clients.map { certificates($0, "trust") } ?? []
    let applications = clients.map { self.applications($0, Set(keys.values.map(\.tenantID))) } ?? [:]
    guard let identity else { return nil }
    let material = SigningMaterial(
      policy: SigningPolicy(applications: applications, keys: keys), chain: identity.chain,
      key: identity.key, anchors: anchors)
    attempt(settings, "tls", "") { _ = try material.tlsContext() }
    return material
  }

  // MARK: The server's certificate

  private func tlsIdentity(_ tls: SettingsReader) -> (chain: [Certificate], key: PrivateKey)? {
    let chain = certificates(tls, "certificate")
    let key = privateKey(tls)
    guard let leaf = chain.first, let key else { return nil }
    check(leaf, .signerTLS, key, tls)
    if !leaf.isValid(atMilliseconds: wallMilliseconds) {
      tls.problem("certificate", "is not valid now; check this machine's clock, then have it renewed")
    }
    return (chain, key)
  }

  private func check(
    _ certificate: Certificate, _ purpose: KeyPurpose, _ key: PrivateKey, _ reader: SettingsReader
  ) {
    checkPurpose(certificate, purpose, reader)
    if certificate.publicKey.keyID != key.publicKey.keyID {
      reader.problem("key", "is not the key of the certificate beside it")
    }
  }

  private func checkPurpose(_ certificate: Certificate, _ purpose: KeyPurpose, _ reader: SettingsReader) {
    if certificate.isCA || !certificate.has(purpose: purpose) {
      reader.problem("certificate", "was not issued for \(purpose.rawValue)")
    }
  }

  // MARK: Keys

  private func heldKeys() -> [[UInt8]: HeldKey] {
    let readers = settings.objects("keys", required: true)
    if settings.has("keys"), readers.isEmpty { settings.problem("keys", "must hold a key") }
    var keys: [[UInt8]: HeldKey] = [:]
    for reader in readers {
      guard let key = heldKey(reader) else { continue }
      if keys.updateValue(key, forKey: key.certificate.publicKey.keyID) != nil {
        reader.problem("key", "is listed twice; a key has one tenant, one deployment and one algorithm")
      }
    }
    return keys
  }

  private func heldKey(_ reader: SettingsReader) -> HeldKey? {
    let tenant = identifier(reader, "tenant")
    let deployment = reader.choice("deployment", of: Self.deployments.map(\.name))
    let algorithm = reader.choice("algorithm", of: SignatureAlgorithm.allCases.map(\.name))
    let certificate = certificates(reader, "certificate").first
    let key = privateKey(reader)
    guard let certificate, let key, let algorithm = SignatureAlgorithm(name: algorithm),
      let deployment = Self.deployments.first(where: { $0.name == deployment })
    else { return nil }
    check(certificate, .tenantSigning, key, reader)
    let signer = attempt(reader, "algorithm", "") {
      try key.publicKey.check(for: algorithm)
      return try FileSigner(key, algorithm)
    }
    return signer.map {
      HeldKey(tenantID: tenant, deployment: deployment.value, certificate: certificate, signer: $0)
    }
  }

  private static let deployments = Deployment.allCases.map { (name: "\($0)", value: $0) }

  // MARK: Applications

  private func applications(
    _ clients: SettingsReader, _ tenants: Set<String>
  ) -> [[UInt8]: Application] {
    var applications: [[UInt8]: Application] = [:]
    for reader in clients.objects("allowed", required: true) {
      let application = Application(
        name: identifier(reader, "name"), tenants: self.tenants(reader, among: tenants),
        methods: Set(words(reader, "methods", "no method that tenants sign", among: Self.methods)),
        scenes: Set(reader.list("scenes").filter { checkIdentifier(reader, "scenes", $0) }))
      guard let certificate = certificates(reader, "certificate").first else { continue }
      checkPurpose(certificate, .applicationTLS, reader)
      if applications.updateValue(application, forKey: certificate.fingerprint) != nil {
        reader.problem("certificate", "is listed twice; give the application one entry with all it may do")
      }
    }
    return applications
  }

  /// Self-declared methods carry their own key and officers' methods are not a tenant's, so neither is signed here.
  private static let methods = Method.all.filter { $0.caller == .tenant }.map(\.name)

  private func tenants(_ reader: SettingsReader, among held: Set<String>) -> Set<String> {
    guard reader.has("tenants") else { return held }
    return Set(words(reader, "tenants", "no tenant that a key is held for", among: held.sorted()))
  }

  private func words(
    _ reader: SettingsReader, _ key: String, _ fault: String, among known: [String]
  ) -> [String] {
    let words = reader.list(key)
    for (index, word) in words.enumerated() where !known.contains(word) {
      let guess = nearestName(to: word, among: known).map { "; did you mean \($0)?" } ?? ""
      reader.problem("\(key)[\(index)]", "is \(fault)\(guess)")
    }
    return words
  }

  private func identifier(_ reader: SettingsReader, _ key: String) -> String {
    let text = reader.string(key)
    if !text.isEmpty { _ = checkIdentifier(reader, key, text) }
    return text
  }

  private func checkIdentifier(_ reader: SettingsReader, _ key: String, _ text: String) -> Bool {
    let isIdentifier = (1...32).contains(text.utf8.count) && text.utf8.allSatisfy(Self.characters.contains)
    if !isIdentifier { reader.problem(key, "must have 1 to 32 characters of a-z, 0-9 and -") }
    return isIdentifier
  }

  private static let characters = Set("abcdefghijklmnopqrstuvwxyz0123456789-".utf8)

  // MARK: Files

  private func certificates(_ reader: SettingsReader, _ key: String) -> [Certificate] {
    load(reader, key, { try Files.read($0) }, { try Certificate.parsePEM($0) }) ?? []
  }

  private func privateKey(_ reader: SettingsReader) -> PrivateKey? {
    load(reader, "key", { try Files.readSecret($0) }, { try PrivateKey(pem: $0) })
  }

  private func load<Value>(
    _ reader: SettingsReader, _ key: String, _ read: (String) throws -> [UInt8],
    _ parse: ([UInt8]) throws -> Value
  ) -> Value? {
    let path = reader.path(key)
    guard !path.isEmpty, let bytes = attempt(reader, key, "", { try read(path) }) else { return nil }
    return attempt(reader, key, "\(path): ") { try parse(bytes) }
  }

  @discardableResult
  private func attempt<Value>(
    _ reader: SettingsReader, _ key: String, _ place: String, _ body: () throws -> Value
  ) -> Value? {
    do {
      return try body()
    } catch {
      reader.problem(key, "\(place)\(error)")
      return nil
    }
  }
}
