import PassgateCrypto
import PassgatePKI
import PassgateSettings
import PassgateSystem
import PassgateTestKit
import Testing

@Suite struct InitializationTests {
  @Test func makesChainsThatTheRootVouchesFor() throws {
    let site = try Site()
    try site.verify(site.authority.certificate(of: .server), .serverTLS)
    try site.verify(site.authority.certificate(of: .replyP256), .replySigning)
    try site.verify(site.authority.certificate(of: .replySM2), .replySigning)
    let sm2 = try site.certificates(site.authority.certificate(of: .replySM2))[0]
    try sm2.publicKey.check(for: .sm2SM3)
  }

  @Test(arguments: AuthorityFolder.Item.allCases)
  func keepsEachKeyToItsOwner(_ item: AuthorityFolder.Item) throws {
    let site = try Site()
    let path = site.authority.key(of: item)
    #expect(try mode(path) == 0o600)
    let key = try PrivateKey(pem: Files.readSecret(path))
    let certificate = try site.certificates(site.authority.certificate(of: item))[0]
    #expect(key.publicKey.keyID == certificate.publicKey.keyID)
  }

  @Test func closesTheFolder() throws {
    let site = try Site()
    #expect(try mode(site.authority.path) == 0o700)
    #expect(try mode(site.authority.journal) == 0o600)
    #expect(!Files.exists(site.authority.path + ".incomplete"))
  }

  @Test func listsEverythingItMade() throws {
    let site = try Site()
    #expect(
      try site.journal().map { $0["purpose"] }
        == ["root", "issuing", "server-tls", "reply-signing", "reply-signing"])
    let root = try site.certificates(site.authority.certificate(of: .root))[0]
    #expect(try site.journal()[0]["fingerprint"] == Hex.encode(root.fingerprint))
  }

  @Test(arguments: [
    (KeySet.Role.reply, ["reply-p256", "reply-sm2"]), (.server, ["server"]), (.issuing, ["issuing"]),
  ])
  func listsTheKeysOfEachRoleAsActive(_ role: KeySet.Role, _ names: [String]) throws {
    let site = try Site()
    let set = try KeySet(file: site.authority.keySet(of: role))
    #expect(set.role == role && set.version == 1 && set.previous == nil)
    #expect(set.entries.map(\.certificate) == names.map { "\($0).crt.pem" })
    #expect(set.entries.map(\.key) == names.map { "\($0).key.pem" })
    for entry in set.entries {
      let path = "\(site.authority.path)/\(try #require(entry.certificate))"
      let certificate = try site.certificates(path)[0]
      #expect(certificate.publicKey.keyID == entry.keyID)
      try certificate.publicKey.check(for: try #require(entry.algorithm))
      #expect(entry.lifecycle.signs(at: site.clock.wallMilliseconds()))
    }
  }

  @Test func limitsTheAuthorities() throws {
    let site = try Site(years: 2)
    let root = try site.certificates(site.authority.certificate(of: .root))[0]
    let issuing = try site.certificates(site.authority.certificate(of: .issuing))[0]
    #expect(root.notAfter - root.notBefore == 730 * 86_400 - 1)
    #expect(issuing.notAfter - issuing.notBefore == 365 * 86_400 - 1)
    // Nothing that the authority makes outlives it.
    let server = try site.certificates(site.authority.certificate(of: .server))[0]
    #expect(server.notAfter <= issuing.notAfter)
  }

  @Test func overwritesNothing() throws {
    let site = try Site()
    let before = try Files.read(site.authority.key(of: .root))
    let again = Initialization(folder: site.authority, serverNames: [], years: 20)
    #expect(sentence { _ = try again.run(site.clock) }?.contains("not overwritten") == true)
    #expect(try Files.read(site.authority.key(of: .root)) == before)
  }

  @Test func takesAnEmptyFolder() throws {
    let folder = try TemporaryDirectory()
    try Files.createDirectory(folder.path("pki"))
    let authority = AuthorityFolder(path: folder.path("pki"))
    _ = try Initialization(folder: authority, serverNames: [try ServerName("::1")], years: 20).run(
      ManualClock())
    #expect(Files.exists(authority.journal))
  }

  @Test func finishesWhatACrashInterrupted() throws {
    let folder = try TemporaryDirectory()
    let draft = folder.path("pki.incomplete")
    try Files.createDirectory(draft)
    try Files.writeDurably(Array("half a key".utf8), to: draft + "/root.key.pem", mode: 0o600)
    try Files.writeDurably([], to: draft + "/server.crt.pem.1234.tmp")
    let authority = AuthorityFolder(path: folder.path("pki"))
    _ = try Initialization(folder: authority, serverNames: [try ServerName("localhost")], years: 20).run(
      ManualClock())
    _ = try PrivateKey(pem: Files.readSecret(authority.key(of: .root)))
    #expect(!Files.exists(draft))
    #expect(try Files.list(authority.path).count == 15)
  }
}
