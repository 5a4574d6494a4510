import PassgateCrypto
import PassgatePKI
import PassgateSettings
import PassgateSystem
import PassgateTestKit
import Testing

@Suite struct SuspicionTests {
  private let site: Site

  init() throws {
    site = try Site()
  }

  private func issuing() throws -> Certificate {
    try site.certificates(site.authority.certificate(of: .issuing))[0]
  }

  private func suspicion(progress: Bool = false) throws -> Dependants {
    try Suspicion(
      folder: site.authority, keyID: try issuing().publicKey.keyID, isProgress: progress
    ).run(site.clock)
  }

  private func revokeIssuing() throws {
    _ = try Revocation(
      folder: site.authority, targets: [.certificate(path: site.authority.certificate(of: .issuing))],
      reason: .caCompromise
    ).run(site.clock)
  }

  /// From the suspicion to the revocation, every certificate replaced on the way.
  @Test func followsACompromiseToItsEnd() throws {
    let officer = try site.issue(.operatorSigning, out: "officer")
    let gone = try site.issue(.tenantTLS, out: "gone", name: "gone")
    _ = try Revocation(
      folder: site.authority, targets: [.certificate(path: gone.certificatePath)], reason: .superseded
    ).run(site.clock)
    #expect(sentence { _ = try suspicion(progress: true) }?.contains("no suspicion") == true)
    #expect(
      try suspicion().open.map(\.purpose) == [
        "server-tls", "reply-signing", "reply-signing", "operator-signing",
      ])
    #expect(try suspicion().all.map(\.state).count { $0 == .revoked } == 1)
    #expect(try site.journal().count { $0["event"] == "tainted" } == 1)

    #expect(sentence { _ = try site.issue(.tenantTLS, out: "x") }?.contains("under suspicion") == true)
    #expect(sentence { try revokeIssuing() }?.contains("4 certificates rest on") == true)

    for (role, algorithm) in [
      (KeySet.Role.issuing, nil), (.server, nil), (.reply, nil), (.reply, SignatureAlgorithm.sm2SM3),
    ] {
      _ = try Rotation(folder: site.authority, role: role, algorithm: algorithm, order: .now).run(site.clock)
      site.clock.advance(milliseconds: 1000)
    }
    #expect(try suspicion(progress: true).open.map(\.purpose) == ["operator-signing"])

    // A suspicion opens the renewal at once, with a new key.
    _ = try Renewal(
      folder: site.authority, certificatePath: officer.certificatePath, requestPath: nil,
      outputPrefix: site.folder.path("officer-next")
    ).run(site.clock)
    #expect(try suspicion(progress: true).open.isEmpty)
    try revokeIssuing()
  }

  @Test func suspectsNobodyElse() throws {
    let failure = sentence {
      _ = try Suspicion(folder: site.authority, keyID: [UInt8](repeating: 1, count: 32)).run(site.clock)
    }
    #expect(failure?.contains("no issuing authority") == true)
  }

  @Test func certifiesNoKeyOfASuspectedAuthorityAgain() throws {
    let request = try site.request(.ed25519)
    _ = try site.issue(.tenantTLS, .request(path: request.path, nil))
    _ = try suspicion()
    _ = try Rotation(folder: site.authority, role: .issuing, order: .now).run(site.clock)
    site.clock.advance(milliseconds: 1000)
    let failure = sentence { _ = try site.issue(.tenantTLS, .request(path: request.path, nil), out: "again") }
    #expect(failure?.contains("authority under suspicion") == true)
  }
}

@Suite struct InventoryTests {
  private let site: Site

  init() throws {
    site = try Site()
  }

  private func inventory() throws -> Inventory {
    try Inventory(site.authority, at: site.clock.wallMilliseconds())
  }

  @Test func listsKeysAndCertificates() throws {
    _ = try site.issue(.operatorSigning, days: 20, out: "a", name: "first")
    let revoked = try site.issue(.operatorSigning, days: 30, out: "b", name: "second")
    _ = try Revocation(
      folder: site.authority, targets: [.serial(revoked.issued.certificate.serial)], reason: .superseded
    ).run(site.clock)
    let items = try inventory().items
    #expect(items.map(\.role).prefix(3) == ["operator-signing", "operator-signing", "server-tls"])
    #expect(items.prefix(2).map(\.state) == ["issued", "revoked"])
    let server = try #require(items.first { $0.role == "server-tls" })
    #expect(server.state == "active" && server.place == "server.key.pem")
    #expect(items.first { $0.role == "issuing" }?.uses == 5)
    #expect(items.first { $0.role == "root" }?.uses == 2)
    #expect(items.count == 7)
  }

  @Test(arguments: [(61, nil), (60, 60), (31, 60), (30, 30), (8, 14), (7, 7), (2, 3), (1, 1), (0, 1)])
  func warnsInTime(_ left: Int, _ expected: Int?) throws {
    let issued = try site.issue(.operatorSigning, days: 90)
    let end = UInt64(issued.issued.certificate.notAfter)
    site.clock.set(wallMilliseconds: (end - UInt64(left) * 86_400) * 1000)
    let inventory = try inventory()
    let item = try #require(inventory.items.first { $0.role == "operator-signing" })
    #expect(inventory.daysLeft(item) == left)
    #expect(inventory.warning(item) == expected)
  }

  @Test func warnsOfNothingThatIsOver() throws {
    _ = try site.issue(.operatorSigning, days: 2)
    site.clock.advance(milliseconds: 3 * 86_400_000)
    let inventory = try inventory()
    let item = try #require(inventory.items.first { $0.role == "operator-signing" })
    #expect(item.state == "expired" && inventory.warning(item) == nil && inventory.daysLeft(item) == nil)
  }
}

@Suite struct AuthorityCheckTests {
  private let site: Site

  init() throws {
    site = try Site()
    _ = try site.issue(.tenantTLS)
    _ = try Revocation(
      folder: site.authority,
      targets: [.serial(site.certificates(site.folder.path("out.crt.pem"))[0].serial)],
      reason: .superseded
    ).run(site.clock)
    _ = try RevocationLists(folder: site.authority).run(site.clock)
  }

  private func faults() throws -> [String] {
    try AuthorityCheck(folder: site.authority).run(site.clock).faults
  }

  @Test func findsNoFaultInASoundFolder() throws {
    let result = try AuthorityCheck(folder: site.authority).run(site.clock)
    #expect(result.faults.isEmpty, "\(result.faults)")
    #expect(result.certificates == 6 && result.revocations == 1 && result.keys == 4)
  }

  private func spoil(_ name: String, _ change: (String) -> String) throws {
    let path = "\(site.authority.path)/\(name)"
    let text = String(decoding: try Files.read(path), as: UTF8.self)
    try Files.writeDurably(Array(change(text).utf8), to: path, mode: 0o600)
  }

  /// Each way to spoil the folder is found, and named.
  @Test(arguments: [
    ("journal", "the journal says of it"), ("line", "is none of a journal's"),
    ("key", "server.key.pem is another key"),
    ("missing", "reply-sm2.key.pem"), ("mode", "chmod 600"), ("certificate", "certifies another key"),
    ("list", "X509 CRL"), ("unlisted", "lacks 1 revocations"), ("overdue", "run out"),
    ("foreign", "none of this folder"),
    ("set", "no key is in use"), ("purpose", "extended key usage"), ("tenant", "tenant"),
    ("profile", "no profile allows"),
  ])
  func findsTheFault(_ kind: String, _ expected: String) throws {
    let folder = site.authority
    switch kind {
    case "journal":
      try spoil("journal.ndjson") {
        $0.replacing("\"purpose\":\"tenant-tls\"", with: "\"purpose\":\"server-tls\"").replacing(
          "CN=holder", with: "CN=other")
      }
    case "line":
      try spoil("journal.ndjson") {
        $0.replacing("\"event\":\"issued\",\"issued\":\"2026", with: "\"event\":\"x\",\"issued\":\"2026")
      }
    case "key":
      try Files.writeDurably(Files.read(folder.key(of: .replyP256)), to: folder.key(of: .server), mode: 0o600)
    case "missing": try Files.remove(folder.key(of: .replySM2))
    case "mode":
      try Files.writeDurably(Files.read(folder.key(of: .root)), to: folder.key(of: .root), mode: 0o640)
    case "certificate":
      try Files.writeDurably(
        Files.read(folder.certificate(of: .replyP256)), to: folder.certificate(of: .server))
    case "list": try spoil("issuing.crl.pem") { _ in "nothing" }
    case "unlisted":
      let other = try site.issue(.tenantTLS, out: "other", name: "other").issued.certificate
      _ = try Revocation(folder: folder, targets: [.serial(other.serial)], reason: .superseded).run(
        site.clock)
    case "overdue": site.clock.advance(milliseconds: 31 * 86_400_000)
    case "foreign":
      let other = try Site()
      let line = try String(decoding: Files.read(other.authority.journal), as: UTF8.self).split(
        separator: "\n")[2]
      try spoil("journal.ndjson") { $0 + line + "\n" }
    case "purpose": try spoil("journal.ndjson") { $0.replacing("tenant-tls", with: "application-tls") }
    case "tenant": try spoil("journal.ndjson") { $0.replacing("\"tenant\":\"", with: "\"tenant\":\"x") }
    case "profile": try spoil("journal.ndjson") { $0.replacing("tenant-tls", with: "nothing") }
    default: try spoil("server.keys.json") { $0.replacing("2026-07-01", with: "2036-07-01") }
    }
    let found = try faults()
    #expect(found.contains { $0.contains(expected) }, "\(found)")
  }
}
