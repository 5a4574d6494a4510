import PassgateCrypto
import PassgateService
import PassgateSettings
import PassgateSystem

/// The key set that a setting names, with its certificates and keys read and judged. Everything that is wrong with it
/// is noted at the setting, behind the place in the set's own file.
struct KeySetReading {
  let set: KeySet
  private let file: String
  private let reader: SettingsReader
  private let setting: String
  private let judge: Judge

  /// - Parameter version: of the set in force; an older one is a problem.
  init?(
    _ reader: SettingsReader, _ setting: String, _ role: KeySet.Role, _ judge: Judge, after version: UInt64?
  ) {
    file = reader.path(setting)
    guard !file.isEmpty else { return nil }
    do throws(SettingsError) {
      set = try KeySet(file: file)
    } catch {
      for line in error.description.split(separator: "\n") { reader.problem(setting, String(line)) }
      return nil
    }
    (self.reader, self.setting, self.judge) = (reader, setting, judge)
    judgeSet(role, after: version)
  }

  private func judgeSet(_ role: KeySet.Role, after version: UInt64?) {
    if set.role != role {
      problem("is the key set of role \(set.role.rawValue); name that of \(role.rawValue)")
    }
    if let version, set.version < version {
      problem("has version \(set.version), and version \(version) is in force; put the latest set back")
    }
    if Set(set.entries.map(\.keyID)).count < set.entries.count { problem("lists a key twice") }
  }

  private func problem(_ sentence: String) { reader.problem(setting, "\(file): \(sentence)") }

  private func problem(_ place: Int, _ name: String, _ sentence: String) {
    problem("keys[\(place)].\(name): \(sentence)")
  }
}

// MARK: - The keys of a role

extension KeySetReading {
  /// The keys that sign replies; one of P-256 must sign now and at any time to come.
  func replyKeys() -> ReplyKeys {
    let keys = set.entries.enumerated().compactMap(replyKey)
    requireNoGap(
      set.entries.filter { $0.algorithm == .ecdsaP256SHA256 }, "key of algorithm ecdsa-p256-sha256")
    return ReplyKeys(keys)
  }

  private func replyKey(_ place: Int, _ entry: KeySet.Entry) -> PassgateService.ReplyKey? {
    guard let (algorithm, chain) = certified(place, entry, .replySigning) else { return nil }
    if algorithm != .ecdsaP256SHA256, algorithm != .sm2SM3 {
      problem(place, "algorithm", "replies are signed with ecdsa-p256-sha256 or sm2-sm3")
    }
    return PassgateService.ReplyKey(
      algorithm, chain: chain, signer: signer(place, entry, algorithm, chain), lifecycle: entry.lifecycle)
  }

  /// What signs with a key; a token need not be there yet.
  private func signer(
    _ place: Int, _ entry: KeySet.Entry, _ algorithm: SignatureAlgorithm, _ chain: [Certificate]
  ) -> (any Signer)? {
    let reference = KeyReference(entry.key, in: Files.folder(of: file))
    guard case .token = reference else {
      return privateKey(place, entry).flatMap { fileSigner($0, algorithm, place) }
    }
    guard !isReplaced(entry) else { return nil }
    do throws(SettingsError) {
      return try reference.signer(algorithm, publicKey: chain.first?.publicKey)
    } catch {
      problem(place, "key", error.description)
      return nil
    }
  }

  private func fileSigner(_ key: PrivateKey, _ algorithm: SignatureAlgorithm, _ place: Int) -> FileSigner? {
    do throws(CryptoError) {
      return try FileSigner(key, algorithm)
    } catch {
      problem(place, "algorithm", "\(error)")
      return nil
    }
  }

  /// The keys of the TLS server; one must be in use now and at any time to come.
  func serverKeys() -> ServerKeys {
    let keys = set.entries.enumerated().compactMap { place, entry -> ServerKey? in
      guard let (algorithm, chain) = certified(place, entry, .serverTLS) else { return nil }
      if algorithm == .sm2SM3 { problem(place, "algorithm", "TLS cannot use sm2-sm3") }
      return privateKey(place, entry).map { ServerKey(chain: chain, key: $0, lifecycle: entry.lifecycle) }
    }
    requireNoGap(set.entries, "key")
    return ServerKeys(keys)
  }

  private func requireNoGap(_ entries: [KeySet.Entry], _ what: String) {
    guard let gap = KeySchedule.gap(entries.map(\.lifecycle), from: judge.now) else { return }
    let when = gap == judge.now ? "now" : "from \(CivilTime.timestamp(milliseconds: gap)) on"
    problem("no \(what) is active \(when)")
  }
}

// MARK: - One key

extension KeySetReading {
  /// The algorithm and the chain of an entry; nil when either is missing.
  private func certified(
    _ place: Int, _ entry: KeySet.Entry, _ purpose: KeyPurpose
  ) -> (SignatureAlgorithm, [Certificate])? {
    guard let algorithm = entry.algorithm else {
      problem(place, "algorithm", "is missing")
      return nil
    }
    guard let chain = chain(place, entry), let leaf = chain.first else { return nil }
    if leaf.publicKey.keyID != entry.keyID {
      problem(place, "certificate", "is not that of this key id")
    }
    do throws(CryptoError) {
      try leaf.publicKey.check(for: algorithm)
    } catch {
      problem(place, "algorithm", "\(error)")
      return nil
    }
    if let fault = timesToVerify(entry).lazy.compactMap({
      judge.fault(ofShown: chain, for: purpose, at: Int64(clamping: $0 / 1_000))
    }).first {
      problem(place, "certificate", fault)
    }
    return (algorithm, chain)
  }

  /// When clients must be able to verify the certificate: from its announcement, and when the key comes into use.
  private func timesToVerify(_ entry: KeySet.Entry) -> [UInt64] {
    guard !isReplaced(entry) else { return [] }
    return [entry.lifecycle.published, entry.lifecycle.active].compactMap { $0.map { max($0, judge.now) } }
  }

  /// Whether the key signs no more, so that its private half may be gone.
  private func isReplaced(_ entry: KeySet.Entry) -> Bool {
    switch entry.lifecycle.state(at: judge.now) {
    case .retiring, .retired, .revoked: true
    case .tainted: entry.lifecycle.retiring.map { $0 <= judge.now } ?? false
    case .pending, .published, .active: false
    }
  }

  private func chain(_ place: Int, _ entry: KeySet.Entry) -> [Certificate]? {
    guard let name = entry.certificate else {
      problem(place, "certificate", "is missing")
      return nil
    }
    let path = Files.resolve(name, relativeTo: Files.folder(of: file))
    return load(place, "certificate", path) { () throws in try Certificate.parsePEM(Files.read(path)) }
  }

  /// The private key of the file; nil where it is gone rightly.
  private func privateKey(_ place: Int, _ entry: KeySet.Entry) -> PrivateKey? {
    guard case .file(let path) = KeyReference(entry.key, in: Files.folder(of: file)) else {
      problem(place, "key", "must be a file")
      return nil
    }
    if isReplaced(entry), !Files.exists(path) { return nil }
    let key = load(place, "key", path) { () throws in try PrivateKey(pem: Files.readSecret(path)) }
    if let key, key.publicKey.keyID != entry.keyID { problem(place, "key", "is not that of this key id") }
    return key
  }

  private func load<Value>(
    _ place: Int, _ name: String, _ path: String, _ read: () throws -> Value
  ) -> Value? {
    guard Files.exists(path) else {
      problem(place, name, "no such file \(path)")
      return nil
    }
    do {
      return try read()
    } catch let error as CryptoError {
      problem(place, name, "\(path): \(error)")
    } catch {
      problem(place, name, "\(error)")
    }
    return nil
  }
}
