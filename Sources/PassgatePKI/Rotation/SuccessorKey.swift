import PassgateCrypto
import PassgateSettings
import PassgateSystem

/// The names of a new key's files: those of its predecessors with the next number.
struct FreshNames {
  let key: String
  let certificate: String?
  /// What people call the key: the beginning of both names.
  let title: String

  init(_ set: KeySet, _ rules: RotationRules, _ algorithm: SignatureAlgorithm?) {
    let stem = rules.stem(algorithm)
    let used = set.entries.flatMap { [$0.key, $0.certificate ?? ""] }
    let numbers = used.compactMap { name -> Int? in
      guard name.hasPrefix(stem + "-") else { return nil }
      return Int(name.dropFirst(stem.count + 1).prefix { $0.isASCII && $0.isNumber })
    }
    title = "\(stem)-\((numbers.max() ?? 1) + 1)"
    key = title + rules.keySuffix
    certificate = rules.role == .registry ? nil : title + ".crt.pem"
  }
}

/// The making of the key that comes next. A key that no set names was left by an interrupted run and is taken up, so
/// that a rotation that is repeated makes one key.
struct SuccessorKey {
  let rotation: Rotation
  let names: FreshNames
  let state: RotationState
  let place: SuccessorPlace

  typealias Made = (entry: KeySet.Entry, files: [String])

  private var folder: AuthorityFolder { rotation.folder }
  private var keyPath: String { "\(folder.path)/\(names.key)" }

  init(_ rotation: Rotation, _ state: RotationState) throws(PKIError) {
    self.rotation = rotation
    self.state = state
    names = FreshNames(state.set, rotation.rules, rotation.algorithm)
    place = try SuccessorPlace(rotation, replacing: state.current, title: names.title)
  }

  /// What `make` would make, with a key id that nobody has.
  var planned: Made { (entry(keyID: [UInt8](repeating: 0, count: 32)), files) }

  private var files: [String] {
    switch place {
    case .file: [names.key, names.certificate].compactMap(\.self)
    case .token: [names.certificate].compactMap(\.self)
    }
  }

  func make() throws(PKIError) -> Made {
    guard let algorithm = rotation.algorithm else { return try makeSecret() }
    let key =
      switch place {
      case .file: try privateKey(algorithm).publicKey
      case .token(let uri): try keyInToken(uri, algorithm)
      }
    try certify(key)
    return (entry(keyID: key.keyID), files)
  }

  private func entry(keyID: [UInt8]) -> KeySet.Entry {
    let key =
      switch place {
      case .file: names.key
      case .token(let uri): uri.description
      }
    return KeySet.Entry(
      keyID: keyID, algorithm: rotation.algorithm, certificate: names.certificate, key: key,
      lifecycle: KeyLifecycle())
  }

  // MARK: The key

  private func privateKey(_ algorithm: SignatureAlgorithm) throws(PKIError) -> PrivateKey {
    let place = keyPath
    if Files.exists(place) {
      let pem = try onFiles { () throws(SystemError) in try Files.readSecret(place) }
      return try content(of: place) { () throws(CryptoError) in
        let key = try PrivateKey(pem: pem)
        try key.publicKey.check(for: algorithm)
        return key
      }
    }
    let key = try content(of: algorithm.name) { () throws(CryptoError) in try PrivateKey.generate(algorithm) }
    let pem = try content(of: place) { () throws(CryptoError) in try key.pem() }
    try rotation.write(pem, to: place, mode: 0o600, replace: false)
    return key
  }

  private func keyInToken(_ uri: PKCS11URI, _ algorithm: SignatureAlgorithm) throws(PKIError) -> PublicKey {
    guard !Files.exists(keyPath) else {
      throw .exists(
        path: keyPath,
        advice: "an interrupted rotation has left it: finish that with --key file, or delete the file")
    }
    let successor = try TokenSuccessor(rotation, uri, algorithm)
    guard let found = try successor.found() else { return try successor.make() }
    try requireUncertified(found, uri)
    return found
  }

  /// A key that has a certificate, but for the one that the interrupted run has made, is at work somewhere.
  private func requireUncertified(_ key: PublicKey, _ uri: PKCS11URI) throws(PKIError) {
    let serials = try state.journal?.certificates(ofKey: key.keyID).map(\.serial) ?? []
    let prepared = names.certificate.map { "\(folder.path)/\($0)" }.flatMap { Files.exists($0) ? $0 : nil }
    let own = try prepared.map { path throws(PKIError) in try folder.certificate(at: path).serial }
    guard serials.allSatisfy({ $0 == own }) else {
      throw .policy(
        "\(uri.place) is there already and has a certificate; name a new one: --key 'pkcs11:...;object=LABEL?...'"
      )
    }
  }

  private func makeSecret() throws(PKIError) -> Made {
    let place = keyPath
    if !Files.exists(place) {
      var fresh = try content(of: place) { () throws(CryptoError) in try RegistrySecret.fresh() }
      defer { wipe(&fresh) }
      try rotation.write(fresh, to: place, mode: 0o600, replace: false)
    }
    var bytes = try onFiles { () throws(SystemError) in try Files.readSecret(place) }
    let secret = try content(of: place) { () throws(CryptoError) in try RegistrySecret(taking: &bytes) }
    return (entry(keyID: secret.keyID), files)
  }

  // MARK: Its certificate

  /// The certificate comes before the journal names it, which is no harm as long as no set names the key: so a run
  /// that is repeated finds the certificate, and one key has one.
  private func certify(_ key: PublicKey) throws(PKIError) {
    guard let name = names.certificate else { return }
    let place = "\(folder.path)/\(name)"
    let authority = try CertifyingAuthority(rotation, state)
    if !Files.exists(place) {
      let chain = try authority.chain(for: key)
      let text = try content(of: place) { () throws(CryptoError) in try pem(of: chain) }
      try rotation.write(text, to: place, mode: 0o644, replace: false)
    }
    let chain = try folder.certificates(of: entry(keyID: key.keyID))
    guard chain.first?.publicKey.keyID == key.keyID else {
      throw .exists(
        path: place, advice: "it is not of the key \(entry(keyID: []).key); move one of the two away")
    }
    try authority.enter(chain)
  }
}
