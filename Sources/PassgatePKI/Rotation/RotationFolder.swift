import PassgateCrypto
import PassgateSettings
import PassgateSystem

/// What a rotation finds in its folder.
struct RotationState {
  /// The set's file, and SHA-256 of it.
  let path: String
  let digest: [UInt8]
  let set: KeySet
  let keys: RotatingKeys
  let phase: RotationPhase
  /// When the certificate of the key in use ends, milliseconds since 1970; nil where it has none.
  let certificateEnd: UInt64?
  /// How far passgated is with sealing the registry anew.
  let progress: SealingProgress?
  let now: UInt64
  /// The authority's journal, open and with it the folder's lock; nil for a plan, and for a registry.
  let journal: AuthorityJournal?
  private let folder: AuthorityFolder

  var current: KeySet.Entry { return set.entries[keys.current] }

  init(_ rotation: Rotation, _ clock: any Clock) throws(PKIError) {
    folder = rotation.folder
    let hasJournal = rotation.rules.role != .registry && !rotation.isPlan
    journal = hasJournal ? try AuthorityJournal(rotation.folder) : nil
    // After the wait for another command, whose times come before these.
    now = clock.wallMilliseconds()
    path = folder.keySet(of: rotation.rules.role)
    (set, digest) = try Self.read(path, rotation)
    guard let keys = RotatingKeys(set, rotation.algorithm, at: now) else {
      let kind = rotation.algorithm.map { " for \($0.name)" } ?? ""
      throw .policy("\(path) has no key in use\(kind); a rotation replaces one that is")
    }
    self.keys = keys
    certificateEnd = try folder.end(of: set.entries[keys.current])
    progress = rotation.rules.role == .registry ? try SealingProgress(folder) : nil
    phase = try Self.phase(rotation, set, keys, progress, at: now)
  }

  private static func read(
    _ path: String, _ rotation: Rotation
  ) throws(PKIError) -> (KeySet, [UInt8]) {
    guard Files.exists(path) else {
      let maker = rotation.rules.role == .registry ? "passgated makes it at its start" : "'init' makes it"
      throw .policy("there is no \(path); \(maker), so --directory may name another folder")
    }
    let bytes = try onFiles { () throws(SystemError) in try Files.read(path) }
    let set = try settings { () throws(SettingsError) in try KeySet(file: path) }
    guard set.role == rotation.rules.role else {
      throw .policy("\(path) is a set of the role \(set.role.rawValue), not \(rotation.rules.role.rawValue)")
    }
    return (set, sha256(bytes.span))
  }

  private static func phase(
    _ rotation: Rotation, _ set: KeySet, _ keys: RotatingKeys, _ progress: SealingProgress?, at now: UInt64
  ) throws(PKIError) -> RotationPhase {
    if keys.successor != nil { return .announced }
    switch rotation.rules.role {
    case .registry where !keys.replaced.isEmpty:
      return progress?.isDone(with: set.entries[keys.current].keyID) == true ? .ended : .overlapping
    case .issuing: return try rotation.folder.bundleHasEnded(of: set, at: now) ? .ended : .settled
    case .reply, .server, .registry: return .settled
    }
  }

  /// The files of keys at their end that are still there. A registry's first key is none of them: documents' numbers
  /// are hashed with it for good. Nor is a file that another key needs or that lies elsewhere, as a set that was edited
  /// by hand may say.
  var retiredSecrets: [String] {
    let first = set.role == .registry ? set.entries.first?.key : nil
    let ended = set.entries.filter { [.retired, .revoked].contains($0.lifecycle.state(at: now)) }
    let needed = Set(set.entries.filter { !ended.contains($0) }.map(\.key) + [first].compactMap(\.self))
    return ended.map(\.key).filter {
      !needed.contains($0) && !$0.contains("/") && Files.exists("\(folder.path)/\($0)")
    }
  }
}

extension AuthorityFolder {
  /// The certificates of a key, leaf first; none for a registry key.
  func certificates(of entry: KeySet.Entry) throws(PKIError) -> [Certificate] {
    guard let name = entry.certificate else { return [] }
    let place = Files.resolve(name, relativeTo: path)
    let pem = try onFiles { () throws(SystemError) in try Files.read(place, limit: 1 << 20) }
    return try content(of: place) { () throws(CryptoError) in try Certificate.parsePEM(pem) }
  }

  /// The first millisecond after a key's certificate.
  func end(of entry: KeySet.Entry) throws(PKIError) -> UInt64? {
    try certificates(of: entry).first.map { UInt64(max(0, $0.notAfter + 1)) * 1000 }
  }
}

/// What passgated says of the sealing of its registry with a new key.
package struct SealingProgress: Sendable {
  /// Of the key that records are sealed with.
  package let sealedWith: [UInt8]
  /// Records that are still sealed with another.
  package let remaining: Int

  /// Nil before the first rotation.
  init?(_ folder: AuthorityFolder) throws(PKIError) {
    let path = "\(folder.path)/registry.progress.json"
    guard Files.exists(path) else { return nil }
    let reader = try settings { () throws(SettingsError) in try SettingsReader(file: path) }
    sealedWith = Hex.decode(reader.string("sealedWith")) ?? []
    remaining = reader.integer("remaining", in: 0...Int.max)
    reader.finish()
    guard reader.problems.isEmpty else { throw .policy(reader.problems.joined(separator: "\n")) }
  }

  func isDone(with keyID: [UInt8]) -> Bool { sealedWith == keyID && remaining == 0 }
}
