import PassgateCrypto
import PassgateSystem
import PassgateTestKit
import Testing

@testable import PassgateService

/// The TLS server's key over time.
@Suite struct ServerIdentityTests {
  private let authority: TestAuthority
  private let clock = ManualClock()
  private let logged = LoggedLines()
  private let log: Log

  init() throws {
    authority = try TestAuthority(at: TestAuthority.present)
    log = Log(minimum: .info, clock: clock, sink: logged.take)
  }

  private func key(
    _ life: KeyLifecycle = .inUse, names: [String] = ["localhost", "127.0.0.1", "::1"],
    by authority: TestAuthority? = nil
  ) throws -> ServerKey {
    let identity = try (authority ?? self.authority).issue(.serverTLS, serverNames: names)
    return ServerKey(chain: identity.chain, key: identity.key, lifecycle: life)
  }

  private func shown(_ subscription: inout Subscription<ServerKey>) -> [UInt8]? {
    _ = subscription.refresh()
    return subscription.value.chain.first?.fingerprint
  }

  @Test func followsTheClock() throws {
    let now = clock.wallMilliseconds()
    let (former, next) = (
      try key(KeyLifecycle(published: 0, active: 0, retiring: now + 1_000)),
      try key(KeyLifecycle(published: 0, active: now + 1_000))
    )
    let identity = try ServerIdentity(
      ServerKeys([former, next]), anchors: [authority.root], clock: clock, log: log)
    var loop = identity.subscription
    identity.tend()
    #expect(shown(&loop) == former.chain[0].fingerprint)
    clock.advance(milliseconds: 1_000)
    identity.tend()
    #expect(shown(&loop) == next.chain[0].fingerprint)
    #expect(logged.count(of: "server_key_active") == 1)
  }

  @Test func aKeyThatDoesNotServeIsNotShown() throws {
    let former = try key()
    let identity = try ServerIdentity(ServerKeys([former]), anchors: [authority.root], clock: clock, log: log)
    var loop = identity.subscription
    for wrong in [try key(by: TestAuthority(at: TestAuthority.present)), try key(names: [])] {
      identity.replace(ServerKeys([wrong]), anchors: [authority.root])
      #expect(shown(&loop) == former.chain[0].fingerprint)
    }
    #expect(logged.count(of: "server_key_refused") == 2)
    let right = try key()
    identity.replace(ServerKeys([right]), anchors: [authority.root])
    #expect(shown(&loop) == right.chain[0].fingerprint)
  }

  @Test func aStartWithAKeyThatDoesNotServeFails() throws {
    let strange = try TestAuthority(at: TestAuthority.present)
    for keys in [[try key(.announced)], [try key(by: strange)]] {
      #expect(throws: CryptoError.self) {
        try ServerIdentity(ServerKeys(keys), anchors: [authority.root], clock: clock, log: log)
      }
    }
  }
}
