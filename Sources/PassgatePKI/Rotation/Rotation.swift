package import PassgateCrypto
package import PassgateSettings
package import PassgateSystem

/// The replacement of one key by another: `passgate-pki rotate`.
///
/// The state is the role's key set. A run makes the new key and its certificate under fresh names and then replaces
/// the set once, all times decided. Whatever interrupts it leaves the old set or the new one, and the next run goes
/// on with the key that the interrupted one has made.
package struct Rotation: Sendable {
  /// The folder with the set, the keys and, but for the registry, the authority.
  package let folder: AuthorityFolder
  package let rules: RotationRules
  /// The algorithm of the key to replace; nil for a registry key.
  package let algorithm: SignatureAlgorithm?
  package let order: RotationOrder
  /// Say what would be done, and do nothing.
  package var isPlan = false
  /// Nil for what the role's rules say.
  package var announcement: Lapse?
  package var keepOldFor: Lapse?
  /// The root's private key, for a new issuing authority; nil for the one in the folder.
  package var rootKey: String?
  /// Where the new key is made: the URI of a PKCS#11 token, or "file"; nil for where the key in use is.
  package var newKey: String?
  /// Called with the path before each write; a test throws here, as a power cut would.
  package var beforeWrite: @Sendable (_ path: String) throws(PKIError) -> Void = { _ in }

  package init(
    folder: AuthorityFolder, role: KeySet.Role, algorithm: SignatureAlgorithm? = nil,
    order: RotationOrder = .rotate
  ) {
    self.folder = folder
    self.order = order
    rules = .rules(for: role)
    self.algorithm = role == .registry ? nil : algorithm ?? .ecdsaP256SHA256
  }

  /// Does what was ordered, and tells what there is afterwards.
  package func run(_ clock: any Clock) throws(PKIError) -> RotationReport {
    let state = try RotationState(self, clock)
    let action = RotationAction.action(for: order, in: state.phase)
    if case .refuse(let reason) = action { throw .policy("\(rules.name): \(reason)") }
    let result = try change(state, by: action)
    if !isPlan { try write(result, over: state) }
    return RotationReport(
      rotation: self, action: action, set: result.set, now: state.now, files: result.files,
      progress: state.progress)
  }

  /// What an action makes of a set, and the files that it touches.
  private struct Result {
    var set: KeySet
    var files: [String] = []
    /// Those of them that go once the set is written.
    var removed: [String] = []
  }

  private func change(_ state: RotationState, by action: RotationAction) throws(PKIError) -> Result {
    let change = RotationChange(
      rules: rules, keys: state.keys, now: state.now, certificateEnd: state.certificateEnd,
      keepOldFor: keepOldFor)
    switch action {
    case .begin(let atOnce): return try begin(state, change, atOnce: atOnce)
    case .hasten: return Result(set: change.hastened(state.set))
    case .withdraw: return Result(set: change.withdrawn(state.set))
    case .taint where state.current.lifecycle.tainted == nil: return Result(set: change.tainted(state.set))
    case .putAway where rules.role == .registry: return Result(set: change.putAway(state.set))
    case .destroy: return Result(set: state.set, files: state.retiredSecrets, removed: state.retiredSecrets)
    case .taint, .putAway, .report, .refuse: return Result(set: state.set)
    }
  }

  private func begin(
    _ state: RotationState, _ change: RotationChange, atOnce: Bool
  ) throws(PKIError) -> Result {
    let announcement = atOnce ? Lapse(milliseconds: 0) : announcement ?? rules.announcement
    try checkEnd(of: state, announcement)
    let successor = try SuccessorKey(self, state)
    let made = isPlan ? successor.planned : try successor.make()
    return Result(
      set: change.begun(state.set, with: made.entry, after: announcement), files: made.files)
  }

  /// A key whose certificate ends before its successor begins would leave a gap.
  private func checkEnd(of state: RotationState, _ announcement: Lapse) throws(PKIError) {
    let active = state.now + announcement.milliseconds
    guard let end = state.certificateEnd, end < active else { return }
    throw .policy(
      "the certificate of the \(rules.name) in use ends at \(minute(end)), before the new key would begin at "
        + "\(minute(active)); give a shorter --publish-for, or --now")
  }
}

// MARK: - Writing

extension Rotation {
  /// The one moment at which a rotation happens: before it nothing names the new key, after it all is decided.
  private func write(_ result: Result, over state: RotationState) throws(PKIError) {
    // What nobody could read again is not written.
    guard result.set.entries.allSatisfy({ $0.lifecycle.fault == nil }) else {
      throw .policy(
        "\(state.path) was changed at a time that this machine's clock has not reached; set the clock right")
    }
    let isIssuing = rules.role == .issuing
    // A platform may know a key that is not announced yet, but must not miss one that is.
    if isIssuing, result.set.entries.count > state.set.entries.count {
      try writeBundle(of: result.set, at: state.now)
    }
    if result.set != state.set {
      var set = result.set
      set.version += 1
      set.previous = state.digest
      try requireUnchanged(state)
      try write(Array(set.json.utf8), to: state.path, mode: 0o644, replace: true)
    }
    if isIssuing { try writeBundle(of: result.set, at: state.now) }
    for name in result.removed { try remove("\(folder.path)/\(name)") }
  }

  private func requireUnchanged(_ state: RotationState) throws(PKIError) {
    let present = try onFiles { () throws(SystemError) in try Files.read(state.path) }
    guard sha256(present.span) == state.digest else {
      throw .policy("\(state.path) was changed by somebody else meanwhile; run the command again")
    }
  }

  func write(_ bytes: [UInt8], to path: String, mode: UInt32, replace: Bool) throws(PKIError) {
    try beforeWrite(path)
    try onFiles { () throws(SystemError) in
      try Files.writeDurably(bytes, to: path, mode: mode, replace: replace)
    }
  }

  private func remove(_ path: String) throws(PKIError) {
    try beforeWrite(path)
    try onFiles { () throws(SystemError) in try Files.remove(path) }
  }
}
