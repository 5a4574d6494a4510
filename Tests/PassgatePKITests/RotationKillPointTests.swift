import PassgateCrypto
import PassgatePKI
import PassgateSettings
import PassgateSystem
import PassgateTestKit
import Testing

/// The power fails before each write of each rotation; the same command then finishes the job.
@Suite struct RotationKillPointTests {
  /// How often a rotation of the role writes, and into what phase it leads.
  private static let roles: [(role: KeySet.Role, writes: Int)] = [
    (.reply, 4), (.server, 4), (.issuing, 5), (.registry, 2),
  ]

  @Test(arguments: roles)
  func finishesWhatWasInterrupted(_ role: KeySet.Role, _ writes: Int) throws {
    for point in 0..<writes {
      let site = try RotationSite()
      let old = try site.set(role)
      try cut(site.rotation(role), after: point, site)
      #expect(try site.set(role) == old, "nothing has happened before the set is written")
      let left = try secrets(site, role)
      let report = try site.rotate(role)
      #expect(report.action == .begin(atOnce: false))
      try expectOneNewKey(site, role, old)
      // The key of the interrupted run is the one that is used.
      #expect(left.isSubset(of: try secrets(site, role)))
    }
    let site = try RotationSite()
    var rotation = site.rotation(role)
    let whole = Cut(after: writes)
    rotation.beforeWrite = whole.check
    _ = try rotation.run(site.clock)
  }

  @Test(arguments: [0, 1])
  func finishesTheEndOfAnAuthority(_ point: Int) throws {
    let site = try RotationSite()
    try site.rotate(.issuing)
    var cancel = site.rotation(.issuing, .cancel)
    try cut(cancel, after: point, site)
    cancel.beforeWrite = { _ in }
    if point == 0 {
      _ = try cancel.run(site.clock)
    } else {
      // The set is written, so the authority is withdrawn; the next command brings the bundle in line.
      _ = try site.rotate(.issuing)
    }
    #expect(try site.site.certificates(site.site.authority.bundle).count == 1)
    #expect(try site.set(.issuing).entries[1].lifecycle.state(at: site.now) == .revoked)
  }

  private func cut(_ rotation: Rotation, after writes: Int, _ site: RotationSite) throws {
    var rotation = rotation
    let cut = Cut(after: writes)
    rotation.beforeWrite = cut.check
    #expect(sentence { _ = try rotation.run(site.clock) }?.contains("power failed") == true)
  }

  /// Key ids of the secrets in the folder that init did not make.
  private func secrets(_ site: RotationSite, _ role: KeySet.Role) throws -> Set<[UInt8]> {
    let folder = site.folder(of: role).path
    let names = try Files.list(folder).filter { $0.contains("-2.key") }
    return Set(
      try names.map { name in
        let bytes = try Files.readSecret("\(folder)/\(name)")
        return sha256(bytes.span)
      })
  }

  private func expectOneNewKey(_ site: RotationSite, _ role: KeySet.Role, _ old: KeySet) throws {
    let set = try site.set(role)
    #expect(set.entries.count == old.entries.count + 1)
    #expect(set.version == 2)
    let folder = site.folder(of: role).path
    for entry in set.entries { _ = try Files.readSecret("\(folder)/\(entry.key)") }
    #expect(try Files.list(folder).filter { $0.hasSuffix(".tmp") } == [])
    guard role != .registry else { return }
    let certificate = try site.certificates(role, set.entries.count - 1)[0]
    #expect(certificate.publicKey.keyID == set.entries.last?.keyID)
    // Each certificate is entered once.
    let entered = try site.site.journal().count { $0["fingerprint"] == Hex.encode(certificate.fingerprint) }
    #expect(entered == 1)
  }
}
