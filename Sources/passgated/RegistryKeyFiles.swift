import PassgateCrypto
import PassgateService
import PassgateSettings
import PassgateSystem

/// The files of a registry's keys: a set, `registry.keys.json`, and beside it one file for each secret.
struct RegistryKeyFiles {
  /// Of the set.
  let path: String
  private let registryPath: String
  private let dossierPath: String
  private let evidencePath: String

  /// The file of the first secret; before there were sets, of the only one.
  private static let firstKey = "registry.key"

  /// - Parameter data: the deployment's folder.
  init(set path: String, data: String) {
    self.path = path
    (registryPath, dossierPath) = (data + "/registry.sqlite", data + "/dossier.sqlite")
    evidencePath = data + "/evidence.sqlite"
  }

  private var folder: String { Files.folder(of: path) }
  /// Beside the set, where whoever rotates the key looks for it.
  var progressPath: String { Files.resolve("registry.progress.json", relativeTo: folder) }
  private var firstPath: String { Files.resolve(Self.firstKey, relativeTo: folder) }

  /// The keys of the set. Before the first start there is none, and that is no problem.
  ///
  /// - Parameter now: milliseconds since 1970.
  /// - Throws: every problem with the set, one a line; that rows need a key which it lacks is one.
  func read(at now: UInt64) throws(SettingsError) -> RegistryKeys {
    guard Files.exists(path) else {
      guard mayBeMade else {
        throw SettingsError(
          "\(path) is missing, and without it and its keys the registry cannot be read; restore them from backup"
        )
      }
      return RegistryKeys([])
    }
    let set = try KeySet(file: path)
    guard set.role == .registry else { throw SettingsError("\(path) is a set of role \(set.role.rawValue)") }
    var keys: [RegistryKey] = []
    var problems: [String] = []
    for (index, entry) in set.entries.enumerated() where index == 0 || isThere(entry, at: now) {
      do throws(SettingsError) { keys.append(try key(entry)) } catch { problems.append(error.description) }
    }
    guard problems.isEmpty else { throw SettingsError(problems.joined(separator: "\n")) }
    let all = RegistryKeys(keys)
    if let fault = all.fault(
      at: now, registryPath: registryPath, dossierPath: dossierPath, evidencePath: evidencePath)
    {
      throw SettingsError("\(path): \(fault)")
    }
    return all
  }

  /// Whether an entry's file must be read: that of a key at its end may have been destroyed.
  private func isThere(_ entry: KeySet.Entry, at now: UInt64) -> Bool {
    let hasEnded = [.retired, .revoked].contains(entry.lifecycle.state(at: now))
    return !hasEnded || Files.exists(Files.resolve(entry.key, relativeTo: folder))
  }

  private func key(_ entry: KeySet.Entry) throws(SettingsError) -> RegistryKey {
    guard case .file(let file) = KeyReference(entry.key, in: folder) else {
      throw SettingsError("\(path): a registry's key is a file, not in a token")
    }
    let secret = try secret(file)
    guard secret.keyID == entry.keyID else {
      throw SettingsError("\(file) is not the key that \(path) says; restore the two from one backup")
    }
    return RegistryKey(secret: secret, lifecycle: entry.lifecycle)
  }

  private func secret(_ file: String) throws(SettingsError) -> RegistrySecret {
    do {
      var bytes = try Files.readSecret(file)
      return try RegistrySecret(taking: &bytes)
    } catch let error as CryptoError {
      throw SettingsError("\(file): \(error)")
    } catch {
      throw SettingsError("\(error)")
    }
  }

  // MARK: The first start

  /// No registry that would need keys, or the key of the time before sets.
  private var mayBeMade: Bool { Files.exists(firstPath) || !Files.exists(registryPath) }

  /// Makes the first key, and the set that names it, where there is no set. A key of before is taken over.
  func prepare(clock: any Clock, log: Log) throws {
    guard !Files.exists(path), mayBeMade else { return }
    if !Files.exists(firstPath) {
      try Files.createDirectory(folder, mode: 0o700)
      var bytes = try RegistrySecret.fresh()
      defer { wipe(&bytes) }
      try Files.writeDurably(bytes, to: firstPath, mode: 0o600, replace: false)
      log.info("registry_key_made", ["file": .string(firstPath)])
    }
    let now = clock.wallMilliseconds()
    let entry = KeySet.Entry(
      keyID: try secret(firstPath).keyID, algorithm: nil, certificate: nil, key: Self.firstKey,
      lifecycle: KeyLifecycle(published: now, active: now))
    let set = KeySet(role: .registry, entries: [entry])
    try Files.writeDurably(Array(set.json.utf8), to: path, mode: 0o600, replace: false)
  }
}
