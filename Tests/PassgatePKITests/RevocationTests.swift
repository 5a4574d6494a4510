import PassgateCrypto
import PassgatePKI
import PassgateSystem
import PassgateTestKit
import Testing

@Suite struct RevocationTests {
  private let site: Site

  init() throws {
    site = try Site()
  }

  private func revoke(
    _ targets: [Revocation.Target], _ reason: RevocationReason = .keyCompromise, since: Int64? = nil,
    rehearse: Bool = false, despiteDependants: Bool = false
  ) throws -> Revocation.Result {
    try Revocation(
      folder: site.authority, targets: targets, reason: reason, since: since, isRehearsal: rehearse,
      despiteDependants: despiteDependants
    ).run(site.clock)
  }

  private func lists(onlyIfDue: Bool = false, ofRoot: Bool = false, days: Int = 30) throws
    -> RevocationLists.Result
  {
    try RevocationLists(folder: site.authority, days: days, onlyIfDue: onlyIfDue, ofRoot: ofRoot).run(
      site.clock)
  }

  private func list(_ name: String = "issuing") throws -> RevocationList {
    try RevocationList(file: Files.read("\(site.authority.path)/\(name).crl.pem"))
  }

  private func advance(days: Double) {
    site.clock.advance(milliseconds: UInt64(days * 86_400_000))
  }

  @Test func putsARevokedCertificateOnTheNextList() throws {
    let issued = try site.issue(.operatorSigning)
    let certificate = issued.issued.certificate
    let since = site.now - 100
    let result = try revoke([.certificate(path: issued.certificatePath)], since: since)
    #expect(result.revoked.map(\.serial) == [certificate.serial])
    _ = try lists()
    let list = try list()
    let serial = try #require(SerialNumber(certificate.serial))
    #expect(list.entries == [RevokedCertificate(serial: serial, reason: .keyCompromise, revokedAt: since)])
    #expect(list.number == SerialNumber(1))
    #expect(list.nextUpdate == site.now + 30 * 86_400 - 1)
  }

  /// Each way to name a certificate means the same one.
  @Test func findsWhatIsMeant() throws {
    let certificate = try site.issue(.tenantTLS).issued.certificate
    let (serial, keyID) = (certificate.serial, certificate.publicKey.keyID)
    let file = site.folder.path("list")
    for text in [Hex.encode(serial), "# remark\r\n\r\n \(Hex.encode(keyID)) \r\n"] {
      try Files.writeDurably(Array(text.utf8), to: file)
      let found = try revoke([.list(path: file)], rehearse: true).revoked
      #expect(found.map(\.serial) == [serial])
    }
    let both = try revoke([.serial(serial), .key(keyID), .serial(serial)], rehearse: true).revoked
    #expect(both.map(\.serial) == [serial])
    #expect(try site.journal().allSatisfy { $0["event"] == "issued" })
  }

  @Test func staysAsItWasRevokedFirst() throws {
    let certificate = try site.issue(.tenantTLS).issued.certificate
    _ = try revoke([.serial(certificate.serial)], .superseded)
    advance(days: 1)
    let again = try revoke([.serial(certificate.serial)], .keyCompromise)
    #expect(again.revoked.isEmpty && again.before.map(\.reason) == ["superseded"])
    _ = try lists()
    #expect(try list().entries.map(\.reason) == [.superseded])
  }

  /// One that is unknown keeps all others from being entered.
  @Test func revokesAllOrNothing() throws {
    let certificate = try site.issue(.tenantTLS).issued.certificate
    let failure = sentence { _ = try revoke([.serial(certificate.serial), .serial([1, 2])]) }
    #expect(failure?.contains("no certificate 0102 was issued here") == true)
    #expect(try site.journal().allSatisfy { $0["event"] == "issued" })
  }

  @Test func refusesTimesThatCannotBe() throws {
    let serial = try site.issue(.tenantTLS).issued.certificate.serial
    #expect(sentence { _ = try revoke([.serial(serial)], since: site.now + 1) }?.contains("future") == true)
    #expect(sentence { _ = try revoke([.serial(serial)], since: site.now - 400) }?.contains("before") == true)
  }

  @Test func certifiesNoKeyThatWasGivenUp() throws {
    let request = try site.request(.ed25519)
    let issued = try site.issue(.tenantTLS, .request(path: request.path, nil))
    _ = try revoke([.key(request.keyID)])
    let failure = sentence { _ = try site.issue(.tenantTLS, .request(path: request.path, nil), out: "again") }
    #expect(failure?.contains("given up") == true)
    withExtendedLifetime(issued) {}
  }

  @Test func revokesAnIssuingAuthorityOnlyWhenNothingRestsOnIt() throws {
    let issuing = site.authority.certificate(of: .issuing)
    #expect(
      sentence { _ = try revoke([.certificate(path: issuing)]) }?.contains("rest on this issuing") == true)
    _ = try revoke([.certificate(path: issuing)], .caCompromise, despiteDependants: true)
    _ = try lists(ofRoot: true)
    #expect(try list("root").entries.map(\.reason) == [.caCompromise])
    let root = site.authority.certificate(of: .root)
    #expect(sentence { _ = try revoke([.certificate(path: root)]) }?.contains("cannot revoke itself") == true)
  }

  // MARK: Lists

  @Test func makesListsWhenTheyAreDue() throws {
    _ = try lists()
    func number(_ result: RevocationLists.Result) -> Int? {
      guard case .made(let record, _)? = result.lists.first?.outcome else { return nil }
      return record.number
    }
    advance(days: 14.9)
    #expect(try number(lists(onlyIfDue: true)) == nil)
    advance(days: 0.2)
    #expect(try number(lists(onlyIfDue: true)) == 2)
    _ = try revoke([.serial(site.issue(.tenantTLS).issued.certificate.serial)])
    #expect(try number(lists(onlyIfDue: true)) == 3)
    #expect(try number(lists(onlyIfDue: true)) == nil)
    try Files.remove("\(site.authority.path)/issuing.crl.pem")
    #expect(try number(lists(onlyIfDue: true)) == 4)
  }

  /// A crash after the number was entered costs the number, and the same command makes the list.
  @Test func takesNoNumberTwice() throws {
    _ = try lists()
    let path = "\(site.authority.path)/issuing.crl.pem"
    let text = try Files.read(path)
    _ = try lists()
    try Files.writeDurably(text, to: path)
    _ = try lists()
    #expect(try list().number == SerialNumber(3))
    site.clock.set(wallMilliseconds: site.clock.wallMilliseconds() - 60_000)
    let behind = try lists()
    guard case .failed(let error) = behind.lists[0].outcome else { throw SystemError(message: "made") }
    #expect(error.description.contains("clock is behind"))
    #expect(try list().number == SerialNumber(3))
  }

  /// An expired certificate is on one more list, and then on none.
  @Test func forgetsWhatHasExpired() throws {
    let certificate = try site.issue(.tenantTLS, days: 2).issued.certificate
    _ = try revoke([.serial(certificate.serial)])
    for (days, count) in [(1.0, 1), (2.0, 1), (0.1, 0)] {
      advance(days: days)
      _ = try lists()
      #expect(try list().entries.count == count)
    }
  }

  @Test func saysWhichListItCouldNotMake() throws {
    try Files.remove(site.authority.key(of: .issuing))
    let result = try lists()
    guard case .failed(let error) = result.lists[0].outcome else { throw SystemError(message: "made") }
    #expect(error.description.contains("issuing.key.pem"))
    #expect(try site.journal().allSatisfy { $0["event"] == "issued" })
  }

  @Test(.enabled(if: OpenSSLCommand.isInstalled, "needs the openssl command"))
  func satisfiesTheOpenSSLCommand() throws {
    let good = try site.issue(.tenantTLS, out: "good")
    let bad = try site.issue(.tenantTLS, out: "bad", name: "other")
    _ = try revoke([.certificate(path: bad.certificatePath)])
    _ = try lists()
    _ = try lists(ofRoot: true)
    for (path, expected) in [(good.certificatePath, "OK"), (bad.certificatePath, "certificate revoked")] {
      let (_, text) = try OpenSSLCommand.output([
        "verify", "-x509_strict", "-crl_check_all", "-attime", "\(site.now)",
        "-CAfile", site.authority.certificate(of: .root), "-untrusted", path,
        "-CRLfile", "\(site.authority.path)/issuing.crl.pem", "-CRLfile",
        "\(site.authority.path)/root.crl.pem", path,
      ])
      #expect(text.contains(expected), "\(text)")
    }
  }
}
