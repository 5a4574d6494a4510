import PassgateClient
import PassgateCrypto
import PassgateDomain
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService

/// A tenant's keys from the request to the end.
@Suite(.serialized) struct KeyRotationTests {
  private static let day: UInt64 = 86_400_000

  struct Kind: Sendable, CustomTestStringConvertible {
    let mode: PassgateWire.AccessMode
    let algorithm: SignatureAlgorithm
    var testDescription: String { "\(mode) \(algorithm.name)" }
  }

  static let kinds = [
    Kind(mode: .mobileCertificate, algorithm: .ecdsaP256SHA256),
    Kind(mode: .mobileCertificate, algorithm: .sm2SM3),
    Kind(mode: .signingServer, algorithm: .rsaPKCS1SHA256),
    Kind(mode: .signingServer, algorithm: .sm2SM3),
  ]

  @Test(arguments: kinds) func aKeyIsReplacedAndNoRequestIsRefused(_ kind: Kind) throws {
    let platform = try TestPlatform()
    try rotate(try KeyHolder(provisionedOn: platform, "hotel", kind.mode, kind.algorithm))
  }

  @Test(
    arguments: [Deployment.sandbox, .production], [PassgateWire.AccessMode.mobileCertificate, .signingServer])
  func aKeyOfACaseIsReplacedToo(_ deployment: Deployment, _ mode: PassgateWire.AccessMode) throws {
    let hotel = try Applicant(
      try TestPlatform.lawful(), mode: mode == .mobileCertificate ? .mobileCertificate : .signingServer)
    try hotel.open()
    let identity = try #require(hotel.checking[deployment])
    let holder = KeyHolder(
      hotel.platform, hotel.id, mode,
      KeyHolder.Holding(
        key: identity.key, algorithm: .ecdsaP256SHA256,
        connection: mode == .mobileCertificate ? identity : nil),
      in: deployment)
    try rotate(holder, cause: .suspected)
    // A step of the case says nothing of the keys that came later.
    try hotel.act(.suspend(text: "used beyond the agreement"), by: "legal", Ground(13, 3))
    #expect(try holder.check() == (deployment == .production ? .tenantSuspended : .noReason))
    #expect(try holder.keys().count == 2)
    // Who is suspended may still withdraw a key that was stolen.
    #expect(try holder.revoke(identity.key).reason == .noReason)
  }

  private func rotate(_ tenant: KeyHolder, cause: RenewKeyRequest.Cause = .regular) throws {
    let old = tenant.holding
    #expect(try tenant.check() == .noReason)
    let key = try PrivateKey.generate(old.algorithm)
    let isBound = tenant.mode == .mobileCertificate && old.algorithm == .sm2SM3
    let tls = isBound ? try PrivateKey.generate(.ecdsaP256SHA256) : nil
    #expect(try tenant.ask(tenant.renewal(key, tls: tls, cause: cause)).reason == .noReason)
    #expect(try tenant.record(of: key).state == .pending)

    let order = try #require(try tenant.orders().first)
    #expect(order.key.tenantID == tenant.id && order.key.keyID == key.publicKey.keyID)
    #expect(order.mode == tenant.mode && order.cause == cause && order.tlsRequest.isEmpty == !isBound)
    let identity = try tenant.certify(key)
    let connection = try tls.map { try tenant.platform.authority.issue(.tenantTLS, name: tenant.id, key: $0) }
    let new = KeyHolder.Holding(
      key: key, algorithm: old.algorithm,
      connection: tenant.mode == .mobileCertificate ? connection ?? identity : nil)
    // Not before it is registered.
    #expect(try tenant.check(new) == .notAuthentic)
    #expect(try tenant.register(identity.certificate, tls: connection?.certificate).reason == .noReason)
    #expect(try tenant.orders().isEmpty)

    let published = try tenant.record(of: key)
    let now = tenant.platform.clock.wallMilliseconds()
    #expect(published.state == .published && published.activeMilliseconds == now + 2_000)
    #expect(published.certificate == identity.certificate.der)
    tenant.platform.clock.advance(milliseconds: 2_000)
    #expect(try tenant.record(of: key).state == .active)
    #expect(try tenant.check() == .noReason && tenant.check(new) == .noReason)
    try tenant.awaitUses(1, of: key)
    let replaced = try tenant.record(of: old.key, by: new)
    #expect(replaced.state == (cause == .suspected ? .tainted : .retiring))
    #expect(replaced.retiringMilliseconds > 0)

    // Both are accepted until the overlap is over, and then the new one alone.
    tenant.use(new)
    try tenant.pass(days: 29)
    #expect(try tenant.check(new) == .noReason)
    try tenant.pass(days: 1)
    #expect(try tenant.check(old) == .notAuthentic)
    #expect(try tenant.record(of: old.key).state == .retired)
    #expect(try tenant.check() == .noReason)
  }

  @Test func aKeyThatIsUsedStaysUntilItWasUnusedForAWeek() throws {
    let tenant = try KeyHolder(provisionedOn: try TestPlatform())
    let old = tenant.holding
    let new = try tenant.prepare()
    tenant.use(new)
    // The renewal.
    try tenant.awaitUses(1, of: old.key)
    try tenant.pass(days: 29)
    #expect(try tenant.check(old) == .noReason)
    try tenant.awaitUses(2, of: old.key)
    let planned = try tenant.record(of: old.key).retiredMilliseconds
    let now = tenant.platform.clock.wallMilliseconds()
    #expect(planned > now + 7 * Self.day && planned <= now + 7 * Self.day + 3_600_000)
    #expect(tenant.platform.logged.count(of: "old_key_in_use") == 1)
    try tenant.pass(days: 7)
    #expect(try tenant.record(of: old.key).state != .retired)
    tenant.platform.clock.advance(milliseconds: 3_600_000)
    #expect(try tenant.check(old) == .notAuthentic)
  }

  @Test func noDateInARequestRevivesARetiredKey() throws {
    let tenant = try KeyHolder(provisionedOn: try TestPlatform())
    let old = tenant.holding
    tenant.use(try tenant.prepare(overlap: Self.day))
    let end = try tenant.record(of: old.key).retiredMilliseconds
    let clock = tenant.platform.clock
    clock.advance(milliseconds: end - 1_000 - clock.wallMilliseconds())
    let dated = try ClientSession(tenant.profile(old), clock: EarlyClock(clock: clock))
    #expect(try dated.call(Guest.draft()).reason == .noReason)
    clock.advance(milliseconds: 1_000)
    #expect(try dated.call(Guest.draft()).reason == .notAuthentic)
  }

  /// Dates requests four minutes back.
  private struct EarlyClock: Clock {
    let clock: TestClock

    func wallMilliseconds() -> UInt64 { clock.wallMilliseconds() - 240_000 }
    func monotonicNanoseconds() -> UInt64 { clock.monotonicNanoseconds() }
  }

  @Test func aKeyNeverOutlivesItsCertificate() throws {
    let platform = try TestPlatform()
    let now = Int64(platform.clock.wallMilliseconds() / 1_000)
    let tenant = try KeyHolder(
      provisionedOn: platform, validity: now - 100 * 86_400...now + 10 * 86_400)
    let old = tenant.holding
    tenant.use(try tenant.prepare())
    #expect(try tenant.record(of: old.key).retiredMilliseconds == UInt64(now + 10 * 86_400) * 1_000)
  }

  @Test func aNewAlgorithmIsARotationToo() throws {
    let tenant = try KeyHolder(provisionedOn: try TestPlatform(), validity: TestAuthority.life(.tenantMobile))
    let old = tenant.holding
    let new = try tenant.prepare(.sm2SM3, cause: .algorithmChange)
    #expect(try tenant.check(new) == .noReason && tenant.check(old) == .noReason)
    // The connection of the SM2 key stays when only the SM2 key is replaced.
    tenant.use(new)
    let next = try PrivateKey.generate(.sm2SM3)
    #expect(try tenant.ask(tenant.renewal(next, cause: .suspected)).reason == .noReason)
    #expect(try tenant.register(tenant.certify(next).certificate).reason == .noReason)
    let holding = KeyHolder.Holding(key: next, algorithm: .sm2SM3, connection: new.connection)
    #expect(try tenant.check(holding) == .noReason)
  }

  // MARK: Restarts

  @Test func aRestartChangesNothing() throws {
    let platform = try TestPlatform()
    let tenant = try KeyHolder(provisionedOn: platform)
    let old = tenant.holding
    let new = try tenant.prepare(cause: .suspected)
    #expect(try tenant.check(new) == .noReason)
    try tenant.awaitUses(1, of: new.key)
    let third = try PrivateKey.generate(.ecdsaP256SHA256)
    #expect(try tenant.ask(tenant.renewal(third)).reason == .noReason)
    let revoked = try tenant.prepare()
    #expect(try tenant.revoke(revoked.key).reason == .noReason)
    func standing() throws -> [KeyRecord] {
      try tenant.keys(new).map { record in
        var record = record
        (record.uses, record.lastUsedMilliseconds) = (0, 0)
        return record
      }
    }
    let before = try standing()
    #expect(before.count == 4)
    try platform.restart()
    #expect(try standing() == before)
    #expect(try tenant.check(new) == .noReason && tenant.check(old) == .noReason)
    #expect(try tenant.check(revoked) == .notAuthentic)
    tenant.use(new)
    try tenant.pass(days: 31)
    #expect(try tenant.check(old) == .notAuthentic)
    try platform.restart()
    #expect(try tenant.check(old) == .notAuthentic)
    #expect(try tenant.record(of: old.key).state == .retired)
  }

  @Test func aRestartIsNoUse() throws {
    let tenant = try KeyHolder(provisionedOn: try TestPlatform())
    let old = tenant.holding
    tenant.use(try tenant.prepare())
    try tenant.awaitUses(1, of: old.key)
    let planned = try tenant.record(of: old.key).retiredMilliseconds
    for _ in 0..<3 {
      try tenant.pass(days: 9)
      try tenant.platform.restart()
    }
    #expect(try tenant.record(of: old.key).retiredMilliseconds == planned)
  }

  @Test func anEndThatComesWhileThePlatformIsDownStays() throws {
    let tenant = try KeyHolder(provisionedOn: try TestPlatform())
    let old = tenant.holding
    tenant.use(try tenant.prepare())
    try tenant.awaitUses(1, of: old.key)
    let end = try tenant.record(of: old.key).retiredMilliseconds
    let platform = tenant.platform
    try platform.restart { platform.clock.advance(milliseconds: end + 1 - platform.clock.wallMilliseconds()) }
    #expect(try tenant.check(old) == .notAuthentic)
    #expect(try tenant.record(of: old.key).state == .retired)
  }

  @Test func provisioningAgainLeavesTheKeysThatCameLater() throws {
    let platform = try TestPlatform()
    let identity = try platform.authority.issue(.tenantMobile, name: "hotel")
    let stated = platform.tenant("hotel", .mobileCertificate, identity)
    try platform.provision([stated])
    let tenant = KeyHolder(
      platform, "hotel", .mobileCertificate,
      KeyHolder.Holding(key: identity.key, algorithm: .ecdsaP256SHA256, connection: identity), in: .sandbox)
    let new = try tenant.prepare(cause: .suspected)
    #expect(try tenant.revoke(identity.key, with: new).reason == .noReason)
    var changed = stated
    changed.scenes = ["lodging"]
    #expect(try platform.provision([changed]).reason == .noReason)
    #expect(try tenant.check(new) == .noReason && tenant.check() == .notAuthentic)
    // The key is the tenant's for good, in this deployment.
    let other = platform.tenant(
      "inn", .mobileCertificate, try platform.authority.issue(.tenantMobile, name: "inn", key: new.key))
    #expect(try platform.provision([other]).reason == .provisionRefused)
    try platform.restart()
    #expect(try tenant.check(new) == .noReason && tenant.check() == .notAuthentic)
  }
}
