import PassgateCrypto
import PassgateSettings
import PassgateSystem
import PassgateWire

/// Turns settings into values and notes every problem in them on the way.
struct ConfigurationReader {
  let settings: SettingsReader
  /// Unix time in milliseconds.
  let wallMilliseconds: UInt64
  /// Whether every key must sign now: a server starts all the same while a device is away.
  let provesKeys: Bool

  /// Nil when a problem was noted that leaves it without a part.
  func material() -> SigningMaterial? {
    let identity = settings.object("tls", required: true).flatMap(tlsIdentity)
    let keys = heldKeys()
    let (dataKeys, dataNames) = self.dataKeys()
    if dataKeys.keys.contains(where: { keys[$0] != nil }) {
      settings.problem(
        "dataKeys", "holds a key that is among \"keys\" too; what signs requests signs no data")
    }
    let clients = settings.object("applications", required: true)
    let anchors = clients.map { $0.certificates("trust") } ?? []
    let applications =
      clients.map {
        self.applications($0, Set(keys.values.map(\.tenantID)), dataNames)
      } ?? [:]
    guard let identity else { return nil }
    let material = SigningMaterial(
      policy: SigningPolicy(applications: applications, keys: keys, dataKeys: dataKeys),
      chain: identity.chain,
      key: identity.key, anchors: anchors)
    attempt(settings, "tls") { _ = try material.tlsContext() }
    return material
  }

  // MARK: The server's certificate

  private func tlsIdentity(_ tls: SettingsReader) -> KeyPair? {
    guard let pair = tls.keyPair() else { return nil }
    lint(pair.certificate, .signerTLS, tls)
    if !pair.certificate.isValid(atMilliseconds: wallMilliseconds) {
      tls.problem("certificate", "is not valid now; check this machine's clock, then have it renewed")
    }
    return pair
  }

  /// Holds a certificate against its profile, and a tenant's against this tenant.
  private func lint(
    _ certificate: Certificate, _ purpose: KeyPurpose, of tenantID: String? = nil, _ reader: SettingsReader
  ) {
    attempt(reader, "certificate") {
      try CertificateLint.check(
        certificate, under: CertificateProfiles.profile(of: certificate, for: purpose), tenantID: tenantID)
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
    let tenant = reader.identifier("tenant")
    let deployment = reader.choice("deployment", of: Self.deployments.map(\.name))
    let stated = from(reader)
    guard let pair = signingPair(reader, .tenantSigning, of: tenant.isEmpty ? nil : tenant),
      let deployment = Self.deployments.first(where: { $0.name == deployment })
    else { return nil }
    return HeldKey(
      tenantID: tenant, deployment: deployment.value, certificate: pair.certificate, signer: pair.signer,
      from: stated ?? UInt64(clamping: pair.certificate.notBefore) * 1_000)
  }

  /// A key in a file or in a device, with its certificate of this purpose.
  private func signingPair(
    _ reader: SettingsReader, _ purpose: KeyPurpose, of tenantID: String? = nil
  ) -> SigningPair? {
    // Asked for in any case, so that a fault beside it does not make it a setting that nobody knows.
    _ = reader.has("key")
    let (algorithm, certificates) = (reader.algorithm(), reader.certificates("certificate"))
    guard let algorithm, let certificate = certificates.first else { return nil }
    lint(certificate, purpose, of: tenantID, reader)
    let fits: Void? = attempt(reader, "algorithm") { try certificate.publicKey.check(for: algorithm) }
    return fits.flatMap { reader.signingPair(algorithm, proving: provesKeys) }
  }

  /// When the key becomes the one to use, milliseconds since 1970.
  private func from(_ reader: SettingsReader) -> UInt64? {
    guard let text = reader.optionalString("from") else { return nil }
    if let time = CivilTime(text) { return time.milliseconds }
    reader.problem("from", "must be a day or a time in UTC, such as 2026-12-01 or 2026-12-01T06:00:00Z")
    return nil
  }

  /// The keys, and the names of all that are listed, even of those with a problem.
  private func dataKeys() -> (keys: [[UInt8]: DataKey], names: Set<String>) {
    var keys: [[UInt8]: DataKey] = [:]
    var names: Set<String> = []
    for reader in settings.objects("dataKeys") {
      let name = reader.identifier("name")
      if !names.insert(name).inserted { reader.problem("name", "is the name of another key too") }
      guard let pair = signingPair(reader, .generalSigning) else { continue }
      let key = DataKey(name: name, certificate: pair.certificate, signer: pair.signer)
      if keys.updateValue(key, forKey: key.certificate.publicKey.keyID) != nil {
        reader.problem("key", "is listed twice")
      }
    }
    return (keys, names)
  }

  private static let deployments = Deployment.allCases.map { (name: "\($0)", value: $0) }

  // MARK: Applications

  private func applications(
    _ clients: SettingsReader, _ tenants: Set<String>, _ dataKeys: Set<String>
  ) -> [[UInt8]: Application] {
    var applications: [[UInt8]: Application] = [:]
    for reader in clients.objects("allowed", required: true) {
      let application = Application(
        name: reader.identifier("name"), tenants: self.tenants(reader, among: tenants),
        methods: Set(words(reader, "methods", "no method that tenants sign", among: Self.methods)),
        scenes: scenes(reader),
        dataKeys: reader.has("data")
          ? Set(words(reader, "data", "no name of a key for data", among: dataKeys.sorted())) : [])
      guard let certificate = reader.certificates("certificate").first else { continue }
      lint(certificate, .applicationTLS, reader)
      if applications.updateValue(application, forKey: certificate.fingerprint) != nil {
        reader.problem("certificate", "is listed twice; give the application one entry with all it may do")
      }
    }
    return applications
  }

  private func scenes(_ reader: SettingsReader) -> Set<String> {
    let scenes = reader.list("scenes")
    for (index, scene) in scenes.enumerated() where !isIdentifier(scene) {
      reader.problem("scenes[\(index)]", "must have 1 to 32 characters of a-z, 0-9 and -")
    }
    return Set(scenes)
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

  @discardableResult
  private func attempt<Value>(
    _ reader: SettingsReader, _ key: String, _ body: () throws -> Value
  ) -> Value? {
    do {
      return try body()
    } catch {
      reader.problem(key, "\(error)")
      return nil
    }
  }
}
