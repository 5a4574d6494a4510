import PassgateCrypto
import PassgatePKI
import PassgateSettings
import PassgateSystem
import PassgateTestKit
import Testing

@Suite struct RotationTests {
  private let site: RotationSite

  init() throws {
    site = try RotationSite()
  }

  @Test(arguments: [SignatureAlgorithm.ecdsaP256SHA256, .sm2SM3])
  func announcesAReplyKeyForAWeek(_ algorithm: SignatureAlgorithm) throws {
    let start = site.now
    try site.rotate(.reply, .rotate, algorithm)
    let set = try site.set(.reply)
    let old = try #require(set.entries.first { $0.algorithm == algorithm })
    let new = try #require(set.entries.last)
    #expect(new.algorithm == algorithm)
    #expect(new.lifecycle == KeyLifecycle(published: start, active: start + 7 * day))
    #expect(old.lifecycle.retiring == start + 7 * day)
    // The old key verifies as long as its certificate lasts.
    let end = try #require(
      try site.certificates(.reply, set.entries.firstIndex(of: old) ?? 0).first?.notAfter)
    #expect(old.lifecycle.retired == UInt64(end + 1) * 1000)
    #expect(set.entries.count { $0.lifecycle.signs(at: start + 7 * day) && $0.algorithm == algorithm } == 1)
  }

  @Test func certifiesTheNewKeyLikeTheOldOne() throws {
    try site.rotate(.server)
    let (old, new) = (try site.certificates(.server, 0), try site.certificates(.server, 1))
    #expect(new.count == 2)
    #expect(new[0].publicKey.keyID == (try site.set(.server).entries[1].keyID))
    #expect(new[0].publicKey.keyID != old[0].publicKey.keyID)
    #expect(new[0].subject == old[0].subject)
    #expect(new[0].serverNames == old[0].serverNames && new[0].serverNames.count == 2)
    try site.site.verify(site.site.authority.path + "/server-2.crt.pem", .serverTLS)
    #expect(try mode(site.site.authority.path + "/server-2.key.pem") == 0o600)
  }

  @Test func replacesTheServersKeyAtOnce() throws {
    try site.rotate(.server)
    let entries = try site.set(.server).entries
    #expect(entries.map { $0.lifecycle.state(at: site.now) } == [.retired, .active])
  }

  @Test func chainsTheSetsToEachOther() throws {
    let before = try Files.read(site.site.authority.keySet(of: .reply))
    try site.rotate(.reply)
    let set = try site.set(.reply)
    #expect(set.version == 2)
    #expect(set.previous == sha256(before.span))
  }

  @Test func numbersKeysWithoutEnd() throws {
    for _ in 1...3 { try site.rotate(.reply, .now) }
    #expect(
      try site.set(.reply).entries.map(\.key) == [
        "reply-p256.key.pem", "reply-sm2.key.pem", "reply-p256-2.key.pem", "reply-p256-3.key.pem",
        "reply-p256-4.key.pem",
      ])
  }

  @Test func preparesAnIssuingAuthorityBeforeItIssues() throws {
    try site.rotate(.issuing)
    let set = try site.set(.issuing)
    let bundle = try site.site.certificates(site.site.authority.bundle)
    #expect(bundle.map(\.publicKey.keyID) == set.entries.map(\.keyID))
    #expect(bundle.allSatisfy { $0.isCA } && bundle[0].subject == bundle[1].subject)
    #expect(set.entries[1].lifecycle.active == site.now + day)
    // Nothing that the old one can sign until then is valid longer.
    let longest = UInt64(CertificateProfiles.purposes.map(\.maximumDays).max() ?? 0) * day
    #expect(set.entries[0].lifecycle.retired == site.now + day + longest)
  }

  @Test func takesTheOldAuthorityOutOfTheBundle() throws {
    try site.bring(.issuing, to: .ended)
    #expect(try site.site.certificates(site.site.authority.bundle).count == 2)
    try site.rotate(.issuing)
    let bundle = try site.site.certificates(site.site.authority.bundle)
    #expect(bundle.map(\.publicKey.keyID) == (try site.set(.issuing).entries.suffix(1).map(\.keyID)))
    #expect(try site.set(.issuing).entries.count == 2)
  }

  @Test func retiresARegistryKeyWhenNothingNeedsIt() throws {
    try site.bring(.registry, to: .overlapping)
    for remaining in [nil, 7, 0] {
      if let remaining { try site.report(remaining: remaining) }
      try site.rotate(.registry)
      let isOver = try site.set(.registry).entries[0].lifecycle.retired != nil
      #expect(isOver == (remaining == 0))
    }
  }

  @Test func destroysTheSecretsOfRetiredKeys() throws {
    for _ in 1...2 {
      try site.bring(.registry, to: .ended)
      try site.rotate(.registry)
    }
    try site.rotate(.registry, .destroyRetired)
    // Documents' numbers are hashed with the first.
    let left = try Files.list(site.data.path).filter { $0.hasSuffix(".key") }
    #expect(left == ["registry-3.key", "registry.key"])
  }

  @Test func destroysNothingElseThatAnEditedSetPointsTo() throws {
    for _ in 1...2 {
      try site.bring(.registry, to: .ended)
      try site.rotate(.registry)
    }
    var set = try site.set(.registry)
    let (path, elsewhere) = (site.data.path + "/registry.keys.json", site.data.path + "/kept/other.key")
    try Files.createDirectory(Files.folder(of: elsewhere))
    try Files.writeDurably([1], to: elsewhere, mode: 0o600)
    // An ended key that names the first key's file, that of the key in use, or one of another folder.
    for name in [set.entries[0].key, set.entries[2].key, "kept/other.key"] {
      set.entries[1].key = name
      try Files.writeDurably(Array(set.json.utf8), to: path)
      try site.rotate(.registry, .destroyRetired)
      #expect(Files.exists(Files.resolve(name, relativeTo: site.data.path)), "\(name)")
    }
  }

  @Test func believesNoProgressOfAnotherKey() throws {
    try site.bring(.registry, to: .overlapping)
    try site.report(remaining: 0, sealedWith: site.set(.registry).entries[0].keyID)
    try site.rotate(.registry)
    #expect(try site.set(.registry).entries[0].lifecycle.retired == nil)
  }

  @Test func destroysNoRegistryKeyThatIsNeeded() throws {
    try site.bring(.registry, to: .overlapping)
    #expect(sentence { try site.rotate(.registry, .destroyRetired) }?.contains("still needed") == true)
    #expect(Files.exists(site.data.path + "/registry.key"))
  }

  @Test func makesSecretsOf32Bytes() throws {
    try site.rotate(.registry)
    let path = site.data.path + "/registry-2.key"
    var secret = try Files.readSecret(path)
    #expect(secret.count == 32)
    #expect(try site.set(.registry).entries[1].keyID == RegistrySecret(taking: &secret).keyID)
  }

  @Test func withdrawsAnAnnouncedKey() throws {
    try site.rotate(.reply)
    site.clock.advance(milliseconds: day)
    try site.rotate(.reply, .cancel)
    site.clock.advance(milliseconds: 30 * day)
    let set = try site.set(.reply)
    #expect(set.entries.map { $0.lifecycle.state(at: site.now) } == [.active, .active, .revoked])
    // The next one has a name of its own.
    try site.rotate(.reply)
    #expect(try site.set(.reply).entries.last?.key == "reply-p256-3.key.pem")
  }

  @Test func takesAWithdrawnAuthorityOutOfTheBundle() throws {
    try site.rotate(.issuing)
    try site.rotate(.issuing, .cancel)
    #expect(try site.site.certificates(site.site.authority.bundle).count == 1)
  }

  @Test func hastensAnAnnouncedKey() throws {
    try site.rotate(.reply)
    site.clock.advance(milliseconds: day)
    try site.rotate(.reply, .now)
    let entries = try site.set(.reply).entries
    #expect(entries[0].lifecycle.retiring == site.now)
    #expect(entries[2].lifecycle.active == site.now)
    #expect(entries.count == 3)
  }

  @Test func trustsATaintedReplyKeyNoLongerThanItSigns() throws {
    try site.rotate(.reply, .taint)
    #expect(try site.set(.reply).entries[0].lifecycle.signs(at: site.now))
    try site.rotate(.reply, .now)
    #expect(try !site.set(.reply).entries[0].lifecycle.verifies(at: site.now))
  }

  @Test func changesNothingForAPlan() throws {
    for role in KeySet.Role.allCases {
      let before = try Files.list(site.folder(of: role).path)
      let set = try Files.read(site.folder(of: role).keySet(of: role))
      for order in [RotationOrder.rotate, .now, .taint] {
        var rotation = site.rotation(role, order)
        rotation.isPlan = true
        _ = try rotation.run(site.clock)
      }
      #expect(try Files.list(site.folder(of: role).path) == before)
      #expect(try Files.read(site.folder(of: role).keySet(of: role)) == set)
    }
  }

  @Test(arguments: KeySet.Role.allCases)
  func doesNothingASecondTime(_ role: KeySet.Role) throws {
    var rotation = site.rotation(role)
    rotation.announcement = Lapse("1h")
    _ = try rotation.run(site.clock)
    let set = try Files.read(site.folder(of: role).keySet(of: role))
    let files = try Files.list(site.folder(of: role).path)
    site.clock.advance(milliseconds: 1000)
    #expect(try rotation.run(site.clock).action == .report)
    #expect(try Files.read(site.folder(of: role).keySet(of: role)) == set)
    #expect(try Files.list(site.folder(of: role).path) == files)
  }
}

// MARK: - What is refused

@Suite struct RotationRefusalTests {
  private let site: RotationSite

  init() throws {
    site = try RotationSite()
  }

  @Test func namesTheMissingRoot() throws {
    try Files.remove(site.site.authority.key(of: .root))
    #expect(sentence { try site.rotate(.issuing) }?.contains("--root-key") == true)
    #expect(try site.set(.issuing).version == 1)
  }

  @Test func takesTheRootFromItsMedium() throws {
    let medium = site.site.folder.path("medium.pem")
    try Files.writeDurably(Files.read(site.site.authority.key(of: .root)), to: medium, mode: 0o600)
    try Files.remove(site.site.authority.key(of: .root))
    var rotation = site.rotation(.issuing)
    rotation.rootKey = medium
    _ = try rotation.run(site.clock)
    #expect(try site.set(.issuing).version == 2)
  }

  @Test func leavesNoGapBeforeTheNewKey() throws {
    var rotation = site.rotation(.reply)
    rotation.announcement = Lapse("1200d")
    #expect(sentence { _ = try rotation.run(site.clock) }?.contains("--publish-for") == true)
  }

  @Test func namesTheMissingSet() throws {
    let rotation = Rotation(folder: AuthorityFolder(path: site.site.folder.path), role: .reply)
    #expect(sentence { _ = try rotation.run(site.clock) }?.contains("--directory") == true)
  }

  @Test func takesNoStrangersFileForItsOwn() throws {
    let other = site.site.authority.path + "/reply-p256-2.crt.pem"
    try Files.writeDurably(Files.read(site.site.authority.certificate(of: .server)), to: other)
    #expect(sentence { try site.rotate(.reply) }?.contains("not overwritten") == true)
    #expect(try site.set(.reply).version == 1)
  }

  @Test func takesNoKeyOfAnotherKind() throws {
    let other = site.site.authority.path + "/reply-p256-2.key.pem"
    try Files.writeDurably(Files.read(site.site.authority.key(of: .replySM2)), to: other, mode: 0o600)
    #expect(sentence { try site.rotate(.reply) }?.contains("reply-p256-2.key.pem") == true)
  }

  @Test(arguments: ["7", "7w", "d", "-1d", "1.5h", "99999999999999999999d", "36501d", ""])
  func readsNoOtherLapse(_ text: String) {
    #expect(Lapse(text) == nil)
  }

  @Test(arguments: [
    ("7d", 604_800_000, "7 days"), ("90m", 5_400_000, "90 minutes"), ("400ms", 400, "400 milliseconds"),
  ])
  func readsLapses(_ text: String, _ milliseconds: UInt64, _ words: String) {
    #expect(Lapse(text)?.milliseconds == milliseconds)
    #expect(Lapse(text)?.words == words)
  }
}
