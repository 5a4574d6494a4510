import PassgateCrypto
import PassgateRPC
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import passgate_signer

/// One way to spoil a header, and the field that is then named.
struct Spoiling: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let detail: String
  let change: @Sendable (inout RequestHeader, Identities) -> Void

  init(
    _ name: String, _ detail: String, _ change: @escaping @Sendable (inout RequestHeader, Identities) -> Void
  ) {
    (testDescription, self.detail, self.change) = (name, detail, change)
  }

  private static let unknownKey = "key_id: no key of this id is held here for a tenant of this application"

  static let all = [
    Spoiling("unknown key", unknownKey) { header, _ in header.keyID[0] ^= 1 },
    Spoiling("key of a tenant that is not the application's", unknownKey) { header, identities in
      header.keyID = identities.hotel.key.publicKey.keyID
      header.tenantID = "hotel"
      header.algorithm = SignatureAlgorithm.ed25519.rawValue
    },
    Spoiling("another tenant", "tenant_id: the key is not this tenant's") { header, _ in
      header.tenantID = "hotel"
    },
    Spoiling("another deployment", "deployment: the key is registered for another deployment") { header, _ in
      header.deployment = .production
    },
    Spoiling("another algorithm", "algorithm: the key is registered for another algorithm") { header, _ in
      header.algorithm = SignatureAlgorithm.sm2SM3.rawValue
    },
    Spoiling("public key", "public_key: a registered key signs no self-declared request") {
      header, identities in
      header.publicKey = identities.airline.key.publicKey.spki
    },
    Spoiling("another application's method", "method: this application may not call it") { header, _ in
      header.method = Desk.batchMethod
    },
    Spoiling("an officer's method", "method: this application may not call it") { header, _ in
      header.method = "passgate.v1.Supervision/Provision"
    },
    Spoiling("another application's scene", "scene_id: this application has no business in this scene") {
      header, _ in header.sceneID = "lodging"
    },
    Spoiling("no scene", "scene_id: this application has no business in this scene") { header, _ in
      header.sceneID = ""
    },
    Spoiling("too old", "created_ms: more than five minutes from the clock here") { header, _ in
      header.createdMilliseconds -= 300_001
    },
    Spoiling("too far ahead", "created_ms: more than five minutes from the clock here") { header, _ in
      header.createdMilliseconds += 300_001
    },
    Spoiling("sequence 0", "sequence: it is missing") { header, _ in header.sequence = 0 },
    Spoiling("short digest", "body_digest: its length is not allowed") { header, _ in
      header.bodyDigest.removeLast()
    },
  ]
}

@Suite struct RefusalTests {
  let desk: Desk

  init() throws { desk = try Desk() }

  @Test(arguments: Spoiling.all) func aSpoiltHeaderIsRefusedByItsField(_ spoiling: Spoiling) {
    var header = desk.header()
    spoiling.change(&header, desk.identities)
    let refusal = desk.reply(.signRequests(headers: desk.headers(1) + [header.encoded()]))?.refusal
    #expect(refusal?.reason == .signerRefused)
    #expect(refusal?.detail == "headers[1]: \(spoiling.detail)")
    #expect(desk.lines.of("refused").first?.contains(spoiling.detail) == true)
  }

  @Test(arguments: [-300_000, 300_000]) func fiveMinutesAreAllowed(_ offset: Int64) {
    var header = desk.header()
    header.createdMilliseconds = UInt64(Int64(header.createdMilliseconds) + offset)
    #expect(desk.reply(.signRequests(headers: [header.encoded()]))?.signatures != nil)
  }

  @Test(arguments: [
    [UInt8](repeating: 0x5A, count: 32),
    SignedStatement.statement(treeSize: 1, root: [UInt8](repeating: 7, count: 32)),
    [0], [0x0A, 0x01],
  ]) func noBytesButHeadersAreSigned(_ bytes: [UInt8]) {
    let refusal = desk.reply(.signRequests(headers: [bytes]))?.refusal
    #expect(refusal?.reason == .signerRefused)
    #expect(refusal?.detail.hasPrefix("headers[0]: ") == true)
  }

  @Test func bytesBehindAHeaderAreRefused() {
    // Field 14, which no header has.
    let header = desk.header().encoded() + [0x70, 0x01]
    #expect(desk.reply(.signRequests(headers: [header]))?.refusal?.reason == .signerRefused)
  }

  @Test func aKeyWhoseCertificateHasRunOutSignsNothing() throws {
    let identities = desk.identities
    let expired = try identities.authority.issue(.tenantSigning, validity: 1_600_000_000...1_600_000_001)
    let material = try Desk.material(
      identities, keys: [Desk.key("airline", .sandbox, expired, .ecdsaP256SHA256)])
    _ = desk.handler.receive(material, now: 0)
    var header = desk.header()
    header.keyID = expired.key.publicKey.keyID
    #expect(
      desk.reply(.signRequests(headers: [header.encoded()]))?.refusal?.detail
        == "headers[0]: key_id: the certificate of this key is not valid now")
  }

  @Test(arguments: [
    SigningCall.signRequests(headers: []), .getCertificate(keyID: [UInt8](repeating: 0, count: 32)), .health,
  ]) func aStrangerGetsNothing(_ call: SigningCall) {
    let peer = desk.peer(desk.identities.stranger)
    desk.handler.opened(peer)
    #expect(!peer.isTrusted)
    let fingerprint = Hex.encode(desk.identities.stranger.certificate.fingerprint)
    #expect(desk.lines.of("unknown_application").first?.contains(fingerprint) == true)
    let replies = desk.handler.handle([desk.call(peer, call)], now: 0)
    #expect(replies.map(\.isUnauthentic) == [true])
    guard case .signingReply(.refused(_, let reason, _))? = replies.first?.kind else {
      Issue.record("the stranger was served")
      return
    }
    #expect(reason == .signerRefused)
  }

  @Test func anApplicationIsTrustedWithLargeFrames() {
    let peer = desk.peer(desk.identities.ticketing)
    desk.handler.opened(peer)
    #expect(peer.isTrusted)
    #expect(desk.lines.of("unknown_application").isEmpty)
  }

  @Test func anApplicationsCertificateRunsOutOnOpenConnections() {
    let end = desk.identities.ticketing.certificate.notAfter
    desk.clock.set(wallMilliseconds: UInt64(end + 1) * 1_000)
    #expect(desk.reply(.health)?.refusal?.reason == .signerRefused)
  }
}

@Suite struct ReloadTests {
  let desk: Desk

  init() throws { desk = try Desk() }

  @Test func aKeyThatIsGoneSignsNoMore() throws {
    let keys = try Desk.keys(desk.identities).filter { $0.algorithm != .ecdsaP256SHA256 }
    _ = desk.handler.receive(try Desk.material(desk.identities, keys: keys), now: 0)
    #expect(desk.reply(.signRequests(headers: desk.headers(1)))?.refusal?.reason == .signerRefused)
    #expect(desk.reply(.signRequests(headers: [desk.headerSM2().encoded()]))?.signatures != nil)
  }

  @Test func applicationsComeAndGoOnOpenConnections() throws {
    let identities = desk.identities
    let stranger = desk.peer(identities.stranger)
    desk.handler.opened(stranger)
    let listed = try #require(Desk.applications(identities)[identities.ticketing.certificate.fingerprint])
    let fingerprint = identities.stranger.certificate.fingerprint
    _ = desk.handler.receive(try Desk.material(identities, applications: [fingerprint: listed]), now: 0)
    let replies = desk.replies([
      desk.call(stranger, .signRequests(headers: desk.headers(1))),
      desk.call(desk.peer(identities.ticketing), .signRequests(headers: desk.headers(1))),
    ])
    #expect(replies[0].signatures?.map(\.treeSize) == [1])
    #expect(replies[1].refusal?.reason == .signerRefused)
    #expect(stranger.isTrusted)
  }

  @Test func newConnectionsUseTheNewCertificate() throws {
    let before = desk.handler.context
    _ = desk.handler.receive(try Desk.material(desk.identities), now: 0)
    #expect(desk.handler.context !== before)
  }
}
