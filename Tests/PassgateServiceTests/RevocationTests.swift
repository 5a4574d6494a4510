import Glibc
import PassgateClient
import PassgateCrypto
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService

extension TestPlatform {
  var listPath: String { folder.path("issuing.crl") }

  /// A list of this authority, or of the platform's own, that revokes these certificates; good for a day.
  func list(
    _ revoked: [Certificate], number: UInt64, by authority: TestAuthority? = nil,
    serials: [SerialNumber] = [],
    lasting: Int64 = 86_400
  ) throws -> RevocationList {
    let authority = authority ?? self.authority
    let now = Int64(clock.wallMilliseconds() / 1_000)
    let entries = (revoked.compactMap { SerialNumber($0.serial) } + serials).map {
      RevokedCertificate(serial: $0, reason: .keyCompromise, revokedAt: now)
    }
    return try CertificateIssuer(authority.issuing, signer: authority.signer).issue(
      RevocationListTemplate(number: SerialNumber(number), validity: now...(now + lasting), entries: entries))
  }

  /// Puts a list in its place, as a timer that fetches lists would.
  func revoke(_ certificates: [Certificate], number: UInt64) throws {
    try Files.writeDurably(list(certificates, number: number).der, to: listPath)
  }
}

/// What a revocation list does to connections that are open, and what it takes for a list to be believed.
@Suite(.serialized) struct RevocationTests {
  @Test func aListedKeyIsRefusedOnAnOpenConnection() throws {
    let platform = try TestPlatform(watchesLists: true)
    let (hotel, session) = try platform.mobileTenant()
    let (_, other) = try platform.mobileTenant("inn")
    #expect(try session.call(Guest.draft()).status == .ok)
    try platform.revoke([hotel.certificate], number: 2)
    platform.trust?.refresh()
    #expect(try session.call(Guest.draft()).reason == .notAuthentic)
    #expect(try other.call(Guest.draft()).status == .ok)
    #expect(platform.logged.count(of: "certificate_withheld") == 1)
    // A restart forgets nothing: the file says it again.
    try platform.restart()
    let profile = platform.profile(tenant: "hotel", identity: hotel, key: hotel.key)
    #expect(try platform.session(profile).call(Guest.draft()).reason == .notAuthentic)
  }

  @Test func anOlderListIsRefusedAfterARestartToo() throws {
    let platform = try TestPlatform(watchesLists: true)
    let (hotel, session) = try platform.mobileTenant()
    try platform.revoke([hotel.certificate], number: 5)
    platform.trust?.refresh()
    #expect(try session.call(Guest.draft()).reason == .notAuthentic)
    try platform.revoke([], number: 4)
    try platform.restart()
    #expect(platform.logged.count(of: "revocation_list_refused") == 1)
    let profile = platform.profile(tenant: "hotel", identity: hotel, key: hotel.key)
    #expect(try platform.session(profile).call(Guest.draft()).reason == .notAuthentic)
    try platform.revoke([], number: 6)
    platform.trust?.refresh()
    #expect(try platform.session(profile).call(Guest.draft()).reason == .noReason)
  }

  @Test func aListIsSeenWithinASecondWithNobodysHelp() throws {
    let platform = try TestPlatform(watchesLists: true)
    let (hotel, session) = try platform.mobileTenant()
    try platform.revoke([hotel.certificate], number: 2)
    let start = SystemClock().monotonicNanoseconds()
    while try session.call(Guest.draft()).reason != .notAuthentic {
      try #require(SystemClock().monotonicNanoseconds() < start + 1_000_000_000)
    }
  }

  @Test func aListedConnectionOrOfficerIsRefused() throws {
    let platform = try TestPlatform(watchesLists: true)
    let identity = try platform.authority.issue(.tenantSigning, tenant: "pinned")
    let connection = try platform.authority.issue(.tenantTLS, tenant: "pinned")
    try platform.provision([platform.tenant("pinned", .signingServer, identity, tls: connection)])
    let session = try platform.session(
      platform.profile(tenant: "pinned", identity: connection, key: identity.key))
    let officer = try platform.officerSession()
    #expect(try session.call(Guest.draft()).status == .ok)
    try platform.revoke([connection.certificate, platform.officer.certificate], number: 2)
    platform.trust?.refresh()
    #expect(try session.call(Guest.draft()).reason == .notAuthentic)
    let list = ListTenantsRequest(salt: freshSalt())
    #expect(
      try officer.call(ClientDraft(method: "passgate.v1.Supervision/ListTenants", body: list.encoded()))
        .reason
        == .notAuthentic)
  }

  /// Files that come in the place of list 5, each worse than it.
  static let worse: [(name: String, bytes: @Sendable (TestPlatform) throws -> [UInt8])] = [
    ("a lower number", { try $0.list([], number: 4).der }),
    ("a namesake's", { try $0.list([], number: 6, by: TestAuthority()).der }),
    (
      "a changed byte",
      {
        var bytes = try $0.list([], number: 6).der
        bytes[bytes.count - 20] ^= 1
        return bytes
      }
    ),
    ("a cut", { try Array($0.list([], number: 6).der.dropLast()) }),
    ("nothing", { _ in [] }), ("garbage", { _ in [UInt8](repeating: 0x30, count: 100_000) }),
    ("text", { _ in Array("<html>404</html>".utf8) }),
  ]

  @Test func aWorseListChangesNothing() throws {
    let platform = try TestPlatform(watchesLists: true)
    let (hotel, session) = try platform.mobileTenant()
    try platform.revoke([hotel.certificate], number: 5)
    platform.trust?.refresh()
    for (index, (name, bytes)) in Self.worse.enumerated() {
      try Files.writeDurably(bytes(platform), to: platform.listPath)
      platform.trust?.refresh()
      #expect(try session.call(Guest.draft()).reason == .notAuthentic, "\(name)")
      #expect(platform.logged.count(of: "revocation_list_refused") == index + 1, "\(name)")
    }
    try Files.remove(platform.listPath)
    platform.trust?.refresh()
    #expect(try session.call(Guest.draft()).reason == .notAuthentic)
    var text = PrometheusText()
    platform.trust?.writeMetrics(to: &text)
    #expect(text.text.contains("passgate_revocation_lists_refused_total \(Self.worse.count + 1)\n"))
    #expect(text.text.contains("passgate_certificates_withheld 1\n"))
    // A list that is better brings the key back.
    try platform.revoke([], number: 6)
    platform.trust?.refresh()
    #expect(try session.call(Guest.draft()).status == .ok)
  }

  @Test func aRevokedCertificateIsNotRegistered() throws {
    let platform = try TestPlatform(watchesLists: true)
    let identity = try platform.authority.issue(.tenantMobile, tenant: "hotel")
    try platform.revoke([identity.certificate], number: 2)
    platform.trust?.refresh()
    let stated = platform.tenant("hotel", .mobileCertificate, identity)
    #expect(try platform.provision([stated]).reason == .provisionRefused)
  }

  @Test func nothingIsRegisteredWhileTheListIsOverdue() throws {
    let platform = try TestPlatform(watchesLists: true)
    let (_, session) = try platform.mobileTenant()
    let inn = try platform.authority.issue(.tenantMobile, tenant: "inn")
    platform.clock.advance(milliseconds: 86_400_000)
    #expect(try platform.provision([platform.tenant("inn", .mobileCertificate, inn)]).reason == .noReason)
    platform.clock.advance(milliseconds: 1_000)
    let lodge = try platform.authority.issue(.tenantMobile, tenant: "lodge")
    let stated = platform.tenant("lodge", .mobileCertificate, lodge)
    #expect(try platform.provision([stated]).reason == .provisionRefused)
    // Who is there goes on: the platform knows its own revocations first.
    #expect(try session.call(Guest.draft()).status == .ok)
    try platform.revoke([], number: 2)
    platform.trust?.refresh()
    #expect(try platform.provision([stated]).reason == .noReason)
  }

  @Test func anIssuingAuthorityThatIsAddedCountsAtOnce() throws {
    let platform = try TestPlatform()
    let added = try TestAuthority()
    let identity = try added.issue(.tenantMobile, tenant: "hotel")
    let stated = platform.tenant("hotel", .mobileCertificate, identity)
    #expect(try platform.provision([stated]).reason == .provisionRefused)
    platform.trust?.replace(
      TrustSettings(
        own: TrustDomain(
          roots: [platform.authority.root, added.root],
          intermediates: [platform.authority.issuing, added.issuing])))
    #expect(try platform.provision([stated]).reason == .noReason)
    let session = try platform.session(
      platform.profile(tenant: "hotel", identity: identity, key: identity.key))
    #expect(try session.call(Guest.draft()).status == .ok)
    // A tenant that fetches a certificate of it learns of it.
    let body = ListOwnKeysRequest(salt: freshSalt()).encoded()
    let listed = try session.call(ClientDraft(method: "passgate.v1.Keys/List", body: body))
    #expect(
      try ListOwnKeysReply(decoding: listed.body.span).issuers
        == [platform.authority.issuing, added.issuing].map(\.der))
  }

  @Test func withAnIssuingAuthorityThatIsRevokedItsCertificatesGo() throws {
    let platform = try TestPlatform()
    let (authority, path) = (platform.authority, platform.folder.path("root.crl"))
    let (_, session) = try platform.mobileTenant()
    let now = Int64(platform.clock.wallMilliseconds() / 1_000)
    let serial = try #require(SerialNumber(authority.issuing.serial))
    let list = try CertificateIssuer(authority.root, signer: authority.rootSigner).issue(
      RevocationListTemplate(
        number: SerialNumber(1), validity: now...(now + 86_400),
        entries: [RevokedCertificate(serial: serial, reason: .caCompromise, revokedAt: now)]))
    try Files.writeDurably(list.der, to: path)
    #expect(try session.call(Guest.draft()).status == .ok)
    platform.trust?.replace(
      TrustSettings(
        own: TrustDomain(roots: [authority.root], intermediates: [authority.issuing], lists: [path])))
    #expect(try session.call(Guest.draft()).reason == .notAuthentic)
    let lodge = try authority.issue(.tenantMobile, tenant: "lodge").certificate
    let new = KnownCertificate(lodge, of: "lodge", for: .tenantMobile)
    #expect(throws: CryptoError.self) { try platform.trust?.trust.check(new, for: .tenantMobile, at: now) }
  }

  @Test func aPipeOrAHoleInTheListsPlaceHoldsNobodyUp() throws {
    let platform = try TestPlatform(watchesLists: true)
    let (hotel, session) = try platform.mobileTenant()
    try platform.revoke([hotel.certificate], number: 2)
    platform.trust?.refresh()
    try Files.remove(platform.listPath)
    #expect(unsafe mkfifo(platform.listPath, 0o600) == 0)
    platform.trust?.refresh()
    try Files.remove(platform.listPath)
    try Files.writeDurably([0x30], to: platform.listPath)
    #expect(unsafe truncate(platform.listPath, 1 << 43) == 0)
    platform.trust?.refresh()
    #expect(platform.logged.count(of: "revocation_list_refused") >= 2)
    #expect(try session.call(Guest.draft()).reason == .notAuthentic)
  }

  @Test func aLongListDisturbsNobody() throws {
    let platform = try TestPlatform(watchesLists: true)
    let (hotel, session) = try platform.mobileTenant()
    let serials = (1...20_000).map { SerialNumber(UInt64($0)) }
    let list = try platform.list([hotel.certificate], number: 2, serials: serials)
    #expect(try session.call(Guest.draft()).status == .ok)
    try Files.writeDurably(list.der, to: platform.listPath)
    platform.trust?.refresh()
    #expect(try session.call(Guest.draft()).reason == .notAuthentic)
  }
}
