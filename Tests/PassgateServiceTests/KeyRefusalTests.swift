import PassgateClient
import PassgateCrypto
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService

/// What is refused of a tenant's key, with the right reason, and that nothing has changed by it.
@Suite(.serialized) struct KeyRefusalTests {
  /// Expects a refusal that leaves the ledger and every key as they were.
  private func expect(
    _ reason: Reason, at field: String = "", of tenant: KeyHolder,
    sourceLocation: SourceLocation = #_sourceLocation, _ ask: () throws -> ClientAnswer
  ) throws {
    let before = (try tenant.platform.ledgerLength(), try tenant.inventory().keys.map(\.state))
    let answer = try ask()
    #expect(answer.reason == reason, "\(answer.refusal?.field ?? "")", sourceLocation: sourceLocation)
    #expect(
      answer.refusal?.field.hasPrefix(field) ?? true, "\(answer.refusal?.field ?? "")",
      sourceLocation: sourceLocation)
    let after = (try tenant.platform.ledgerLength(), try tenant.inventory().keys.map(\.state))
    #expect(before == after, sourceLocation: sourceLocation)
  }

  @Test func aRenewalMustBeDue() throws {
    let tenant = try KeyHolder(provisionedOn: try TestPlatform(), validity: TestAuthority.life(.tenantMobile))
    let key = try PrivateKey.generate(.ecdsaP256SHA256)
    try expect(.renewalTooEarly, at: "cause: renew from 20", of: tenant) {
      try tenant.ask(tenant.renewal(key))
    }
    try expect(.keyRefused, at: "cause", of: tenant) {
      try tenant.ask(tenant.renewal(key, cause: .algorithmChange))
    }
    #expect(try tenant.ask(tenant.renewal(key, cause: .suspected)).reason == .noReason)
    #expect(try tenant.record(of: tenant.holding.key).state == .tainted)
  }

  @Test func aKeyThatIsKnownIsRefusedWhoseverItIs() throws {
    let platform = try TestPlatform()
    let tenant = try KeyHolder(provisionedOn: platform)
    let inn = try KeyHolder(provisionedOn: platform, "inn")
    let waiting = try PrivateKey.generate(.ecdsaP256SHA256)
    #expect(try inn.ask(inn.renewal(waiting)).reason == .noReason)
    let withdrawn = try tenant.prepare()
    #expect(try tenant.revoke(withdrawn.key).reason == .noReason)
    let known = [
      tenant.holding.key, inn.holding.key, waiting, withdrawn.key, platform.officer.key,
      platform.replyP256.key,
    ]
    for key in known {
      try expect(.keyRefused, at: "request: the platform knows", of: tenant) {
        try tenant.ask(tenant.renewal(key))
      }
    }
  }

  @Test func aRequestMustBeInOrder() throws {
    let tenant = try KeyHolder(provisionedOn: try TestPlatform())
    let key = try PrivateKey.generate(.ecdsaP256SHA256)
    var forged = try tenant.renewal(key)
    forged.request[forged.request.count - 3] ^= 1
    try expect(.keyRefused, at: "request", of: tenant) { try tenant.ask(forged) }
    var unfit = try tenant.renewal(key)
    unfit.algorithm = SignatureAlgorithm.ed25519.rawValue
    try expect(.keyRefused, at: "request", of: tenant) { try tenant.ask(unfit) }
    let rsa = try PrivateKey.generate(.rsaPKCS1SHA256)
    try expect(.keyRefused, at: "algorithm", of: tenant) {
      try tenant.ask(tenant.renewal(rsa, .rsaPKCS1SHA256))
    }
    let sm2 = try PrivateKey.generate(.sm2SM3)
    try expect(.keyRefused, at: "tls_request", of: tenant) { try tenant.ask(tenant.renewal(sm2, .sm2SM3)) }
    let other = try PrivateKey.generate(.ecdsaP256SHA256)
    try expect(.keyRefused, at: "tls_request", of: tenant) { try tenant.ask(tenant.renewal(key, tls: other)) }
    try expect(.malformedBody, at: "request", of: tenant) {
      var empty = try tenant.renewal(key)
      empty.request = []
      return try tenant.ask(empty)
    }
  }

  @Test func fourKeysAreEnough() throws {
    let tenant = try KeyHolder(provisionedOn: try TestPlatform())
    var keys = [tenant.holding]
    for _ in 0..<2 { keys.append(try tenant.prepare()) }
    let waiting = try PrivateKey.generate(.ecdsaP256SHA256)
    #expect(try tenant.ask(tenant.renewal(waiting)).reason == .noReason)
    let fifth = try PrivateKey.generate(.ecdsaP256SHA256)
    try expect(.keyRefused, at: "request: 4 keys", of: tenant) { try tenant.ask(tenant.renewal(fifth)) }
    for key in keys { #expect(try tenant.check(key) == .noReason) }
    // One that waits may be withdrawn in favour of another.
    #expect(try tenant.revoke(waiting).reason == .noReason)
    #expect(try tenant.ask(tenant.renewal(fifth)).reason == .noReason)
    try expect(.noSuchKey, at: "certificate", of: tenant) {
      try tenant.register(tenant.certify(waiting).certificate)
    }
  }

  @Test func nobodyFillsTheLedgerWithKeys() throws {
    let tenant = try KeyHolder(provisionedOn: try TestPlatform())
    let session = try tenant.session()
    let ask = { (key: PrivateKey) in
      try session.call(ClientDraft(method: "passgate.v1.Keys/Renew", body: tenant.renewal(key).encoded()))
    }
    let withdraw = { (key: PrivateKey) in
      let body = RevokeOwnKeyRequest(
        salt: freshSalt(), operationID: try randomBytes(16), keyID: key.publicKey.keyID, reason: "lost",
        last: false)
      return try session.call(ClientDraft(method: "passgate.v1.Keys/Revoke", body: body.encoded()))
    }
    for _ in 0..<KeyDesk.limitPerDay {
      let key = try PrivateKey.generate(.ecdsaP256SHA256)
      #expect(try ask(key).reason == .noReason)
      #expect(try withdraw(key).reason == .noReason)
    }
    let key = try PrivateKey.generate(.ecdsaP256SHA256)
    let refused = try ask(key)
    #expect(refused.reason == .keyRefused && refused.refusal?.field.hasPrefix("request: 64 keys") == true)
    tenant.platform.clock.advance(milliseconds: 86_400_000)
    #expect(try tenant.ask(tenant.renewal(key)).reason == .noReason)
    // A key is withdrawn once.
    #expect(try tenant.revoke(key).reason == .noReason)
    #expect(try tenant.revoke(key).reason == .noSuchKey)
  }

  @Test func onlyTheCertificateThatIsWaitedForIsRegistered() throws {
    let platform = try TestPlatform()
    let tenant = try KeyHolder(provisionedOn: platform)
    let inn = try KeyHolder(provisionedOn: platform, "inn")
    let key = try PrivateKey.generate(.ecdsaP256SHA256)
    #expect(try tenant.ask(tenant.renewal(key)).reason == .noReason)
    let identity = try tenant.certify(key)
    let stranger = try TestAuthority().issue(.tenantMobile, name: "hotel", key: key)
    let misused = try platform.authority.issue(.tenantSigning, name: "hotel", key: key)
    let inns = try platform.authority.issue(.tenantMobile, name: "inn", key: key)
    let unasked = try platform.authority.issue(.tenantMobile, name: "hotel")
    try expect(.noSuchKey, at: "certificate", of: tenant) { try inn.register(identity.certificate) }
    try expect(.noSuchKey, at: "certificate", of: tenant) { try tenant.register(unasked.certificate) }
    for refused in [stranger, misused, inns] {
      try expect(.keyRefused, at: "certificate", of: tenant) { try tenant.register(refused.certificate) }
    }
    let tls = try platform.authority.issue(.tenantTLS, name: "hotel")
    try expect(.keyRefused, at: "tls_certificate", of: tenant) {
      try tenant.register(identity.certificate, tls: tls.certificate)
    }
    let operation = try randomBytes(16)
    let first = try tenant.register(identity.certificate, operation: operation)
    #expect(first.reason == .noReason)
    // A repeat is answered from the record, and the same under another id finds nothing that waits.
    #expect(try tenant.register(identity.certificate, operation: operation).body == first.body)
    try expect(.noSuchKey, at: "certificate", of: tenant) { try tenant.register(identity.certificate) }
  }

  @Test func theConnectionOfAnSM2KeyIsTheOneThatWasAskedFor() throws {
    let platform = try TestPlatform()
    let tenant = try KeyHolder(provisionedOn: platform, "hotel", .mobileCertificate, .sm2SM3)
    let (key, tls) = (try PrivateKey.generate(.sm2SM3), try PrivateKey.generate(.ecdsaP256SHA256))
    #expect(try tenant.ask(tenant.renewal(key, tls: tls)).reason == .noReason)
    let certificate = try tenant.certify(key).certificate
    try expect(.keyRefused, at: "tls_certificate", of: tenant) { try tenant.register(certificate) }
    let other = try platform.authority.issue(.tenantTLS, name: "hotel")
    try expect(.keyRefused, at: "tls_certificate", of: tenant) {
      try tenant.register(certificate, tls: other.certificate)
    }
  }

  @Test func othersKeysAreNotTheirs() throws {
    let platform = try TestPlatform()
    let tenant = try KeyHolder(provisionedOn: platform)
    let inn = try KeyHolder(provisionedOn: platform, "inn")
    try expect(.noSuchKey, at: "key_id", of: tenant) { try tenant.revoke(inn.holding.key) }
    #expect(try tenant.keys().allSatisfy { $0.tenantID == "hotel" })
    try expect(.lastKey, at: "key_id", of: tenant) { try tenant.revoke(tenant.holding.key) }
    let nobodys = [UInt8](repeating: 7, count: 32)
    try expect(.noSuchKey, at: "key_id", of: tenant) { try tenant.officerRevokes(nobodys) }
  }

  /// The disk fails between the decision and its record: nothing was done, and the same call does it later.
  @Test func whatIsNotRecordedIsNotDone() throws {
    let platform = try TestPlatform()
    let tenant = try KeyHolder(provisionedOn: platform)
    let key = try PrivateKey.generate(.ecdsaP256SHA256)
    let renewal = try tenant.renewal(key)
    try platform.failLedger()
    #expect(try tenant.ask(renewal).reason == .evidenceUnavailable)
    #expect(try tenant.keys().count == 1)
    #expect(try tenant.revoke(tenant.holding.key, last: true).reason == .evidenceUnavailable)
    #expect(try tenant.check() == .noReason)
    try platform.mendLedger()
    #expect(try tenant.ask(renewal).reason == .noReason)
    #expect(try tenant.record(of: key).state == .pending)
  }
}
