import PassgateCrypto
import PassgatePKI
import PassgateSettings
import PassgateSystem
import PassgateTestKit
import Synchronization

let day: UInt64 = 86_400_000

/// An authority and a registry's data folder, to rotate the keys of.
final class RotationSite: Sendable {
  let site: Site
  let data: AuthorityFolder

  init() throws {
    site = try Site(serverNames: ["gate.example.cn", "192.0.2.7"])
    data = AuthorityFolder(path: site.folder.path("data"))
    try Files.createDirectory(data.path)
    var secret = try RegistrySecret.fresh()
    try Files.writeDurably(secret, to: data.path + "/registry.key", mode: 0o600)
    let entry = KeySet.Entry(
      keyID: try RegistrySecret(taking: &secret).keyID, algorithm: nil, certificate: nil, key: "registry.key",
      lifecycle: KeyLifecycle(published: now, active: now))
    let text = KeySet(role: .registry, entries: [entry]).json
    try Files.writeDurably(Array(text.utf8), to: data.keySet(of: .registry))
  }

  var clock: ManualClock { site.clock }
  var now: UInt64 { site.clock.wallMilliseconds() }

  func folder(of role: KeySet.Role) -> AuthorityFolder { role == .registry ? data : site.authority }

  func rotation(
    _ role: KeySet.Role, _ order: RotationOrder = .rotate, _ algorithm: SignatureAlgorithm? = nil
  ) -> Rotation {
    Rotation(folder: folder(of: role), role: role, algorithm: algorithm, order: order)
  }

  @discardableResult
  func rotate(
    _ role: KeySet.Role, _ order: RotationOrder = .rotate, _ algorithm: SignatureAlgorithm? = nil
  ) throws -> RotationReport {
    try rotation(role, order, algorithm).run(clock)
  }

  func set(_ role: KeySet.Role) throws -> KeySet { try KeySet(file: folder(of: role).keySet(of: role)) }

  /// The certificate of a key, by the place of its entry.
  func certificates(_ role: KeySet.Role, _ place: Int) throws -> [Certificate] {
    let name = try set(role).entries[place].certificate ?? ""
    return try site.certificates("\(folder(of: role).path)/\(name)")
  }

  /// What passgated writes while it seals the registry anew with the newest key.
  func report(remaining: Int, sealedWith keyID: [UInt8]? = nil) throws {
    let key = try Hex.encode(keyID ?? set(.registry).entries.last?.keyID ?? [])
    let text = "{\"sealedWith\":\"\(key)\",\"remaining\":\(remaining)}\n"
    try Files.writeDurably(Array(text.utf8), to: data.path + "/registry.progress.json")
  }

  /// Brings the rotation of a role to a phase.
  func bring(_ role: KeySet.Role, to phase: RotationPhase) throws {
    if phase == .settled { return }
    try rotate(role)
    if phase == .announced { return }
    clock.advance(milliseconds: 8 * day)
    if phase == .ended && role == .registry { try report(remaining: 0) }
    if phase == .ended && role == .issuing { clock.advance(milliseconds: 1200 * day) }
  }
}

/// Lets some writes through and stops at the next, as a power cut would.
final class Cut: Sendable {
  private let left: Mutex<Int>

  init(after writes: Int) { left = Mutex(writes) }

  func check(_ path: String) throws(PKIError) {
    let isCut = left.withLock { left in
      left -= 1
      return left < 0
    }
    if isCut { throw .policy("the power failed before \(path) was written") }
  }
}
