import PassgateClient
import PassgateCrypto
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService

/// Keys that are withdrawn, and issuers that are suspected.
@Suite(.serialized) struct KeyRevocationTests {
  /// True once the server has ended this connection, which it must do within a second.
  private func isEnded(_ session: ClientSession) throws -> Bool {
    let deadline = SystemClock().monotonicNanoseconds() + 1_000_000_000
    do {
      return try session.next(deadline: deadline) == nil
        && SystemClock().monotonicNanoseconds() < deadline
    } catch {
      return SystemClock().monotonicNanoseconds() < deadline
    }
  }

  @Test(arguments: [AccessMode.mobileCertificate, .signingServer])
  func aRevokedKeysConnectionsEnd(_ mode: AccessMode) throws {
    let tenant = try KeyHolder(provisionedOn: try TestPlatform(), "hotel", mode)
    let new = try tenant.prepare()
    let (old, other) = (try tenant.session(), try tenant.session(new))
    #expect(try old.call(Guest.draft()).reason == .noReason)
    #expect(try other.call(Guest.draft()).reason == .noReason)
    #expect(try tenant.officerRevokes(tenant.holding.key.publicKey.keyID).reason == .noReason)
    // Nothing more is accepted from it, wherever it was before.
    let refused = try? old.call(Guest.draft()).reason
    #expect(refused == nil || refused == .notAuthentic)
    #expect(try isEnded(old))
    #expect(try other.call(Guest.draft()).reason == .noReason)
    #expect(try tenant.check() == .notAuthentic && tenant.check(new) == .noReason)
    #expect(tenant.platform.logged.count(of: "key_revoked") == 1)
  }

  @Test func whoRevokesItsOwnKeyIsToldThatItIsDone() throws {
    let tenant = try KeyHolder(provisionedOn: try TestPlatform())
    let session = try tenant.session()
    let body = RevokeOwnKeyRequest(
      salt: freshSalt(), operationID: try randomBytes(16), keyID: tenant.holding.key.publicKey.keyID,
      reason: "the machine was lost", last: true)
    let answer = try session.call(
      ClientDraft(method: "passgate.v1.Keys/Revoke", body: body.encoded()))
    #expect(try RevokeOwnKeyReply(decoding: answer.body.span).key.state == .revoked)
    #expect(try isEnded(session))
    #expect(try tenant.check() == .notAuthentic)
  }

  @Test func aReplacedKeyGoesOnWhenItsSuccessorIsWithdrawn() throws {
    let tenant = try KeyHolder(provisionedOn: try TestPlatform())
    let new = try tenant.prepare()
    #expect(try tenant.check(new) == .noReason)
    try tenant.awaitUses(1, of: new.key)
    #expect(try tenant.record(of: tenant.holding.key).state == .retiring)
    #expect(try tenant.revoke(new.key).reason == .noReason)
    let record = try tenant.record(of: tenant.holding.key)
    #expect(record.state == .active && record.retiredMilliseconds == 0)
    try tenant.pass(days: 60)
    #expect(try tenant.check() == .noReason)
  }

  @Test func aSuspectedIssuerTaintsItsKeysUntilNoneIsLeft() throws {
    let platform = try TestPlatform()
    let tenant = try KeyHolder(provisionedOn: platform, validity: TestAuthority.life(.tenantMobile))
    let inn = try KeyHolder(provisionedOn: platform, "inn", validity: TestAuthority.life(.tenantMobile))
    let issuer = platform.authority.issuing.publicKey.keyID
    let body = TaintIssuerRequest(
      salt: freshSalt(), operationID: try randomBytes(16), issuer: issuer, reason: "the token was stolen")
    let answer = try tenant.office().call(
      ClientDraft(method: "passgate.v1.Supervision/TaintIssuer", body: body.encoded()))
    #expect(try TaintIssuerReply(decoding: answer.body.span).tainted == 2)
    #expect(try tenant.inventory().tainted == 2)
    // They work on, and may be renewed at any time, under another issuer.
    #expect(try tenant.check() == .noReason)
    #expect(try tenant.keys().map(\.state) == [.tainted])
    let key = try PrivateKey.generate(.ecdsaP256SHA256)
    #expect(try tenant.ask(tenant.renewal(key)).reason == .noReason)
    let refused = try tenant.register(tenant.certify(key).certificate)
    #expect(refused.reason == .keyRefused && refused.refusal?.field == "certificate: its issuer is tainted")
    // Nor does a certificate of its come in another way.
    let lodge = try platform.authority.issue(.tenantMobile, tenant: "lodge")
    let stated = try platform.provision([platform.tenant("lodge", .mobileCertificate, lodge)])
    #expect(stated.refusal?.field.hasSuffix("certificate: its issuer is tainted") == true)
    #expect(try inn.officerRevokes(inn.holding.key.publicKey.keyID).reason == .noReason)
    #expect(try tenant.inventory().tainted == 1)
    try platform.restart()
    #expect(try tenant.inventory().tainted == 1)
  }

  @Test func theInventoryCountsUses() throws {
    let tenant = try KeyHolder(provisionedOn: try TestPlatform())
    for _ in 0..<3 { #expect(try tenant.check() == .noReason) }
    try tenant.awaitUses(3, of: tenant.holding.key)
    let record = try #require(try tenant.inventory().keys.first)
    #expect(record.uses == 3 && record.state == .active)
    #expect(record.lastUsedMilliseconds == tenant.platform.clock.wallMilliseconds())
    var text = PrometheusText()
    try tenant.platform.service.writeMetrics(connections: 0, statistics: [], to: &text)
    #expect(text.text.contains("passgate_tenant_keys{deployment=\"sandbox\",state=\"active\"} 1\n"))
  }
}
