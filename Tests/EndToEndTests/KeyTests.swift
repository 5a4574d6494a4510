import Glibc
import PassgateClient
import PassgateCrypto
import PassgateSettings
import PassgateSystem
import PassgateTestKit
import Testing

extension EndToEnd {
  /// A key's way as people type it: asked for, taken out, certified, registered, fetched, in use, the old one withdrawn.
  @Suite struct KeyTests {
    private let site: Site

    init() throws { site = try .running() }

    private func verify() throws -> Int32 {
      try site.passgate(
        ["verify", "identity", "--claim", site.path("claim.json")], profile: "hotel.json5"
      ).status
    }

    private func renew() throws -> Outcome {
      try site.passgate(
        ["key", "renew", "--new-key", site.path("new.key.pem"), "--suspected"], profile: "hotel.json5")
    }

    /// What an issuing authority makes of a folder of orders.
    private func certify(_ folder: String, by authority: TestAuthority) throws -> String {
      guard case .array(let orders) = try parseJSON(try Files.read("\(folder)/orders.json")) else {
        throw SystemError(message: "orders.json is no list")
      }
      let order = try #require(orders.first)
      let keyID = try #require(order["keyId"]?.text)
      #expect(orders.count == 1 && order["tenant"] == "hotel" && order["deployment"] == "sandbox")
      #expect(order["algorithm"] == "ecdsa-p256-sha256" && order["purpose"] == "tenant-mobile")
      let request = try CertificateRequest(
        pem: try Files.read("\(folder)/\(try #require(order["request"]?.text))"))
      #expect(Hex.encode(request.publicKey.keyID) == keyID)
      let key = try PrivateKey(pem: try Files.readSecret(site.path("new.key.pem")))
      let certificate = try authority.issue(.tenantMobile, name: "hotel", key: key).certificate
      try Files.writeDurably(try certificate.pem(), to: "\(folder)/new.crt.pem")
      try Files.writeDurably(
        Array(
          "[{\"tenant\":\"hotel\",\"keyId\":\"\(keyID)\",\"deployment\":\"sandbox\",\"certificate\":\"new.crt.pem\"}]"
            .utf8), to: "\(folder)/issued.json")
      return keyID
    }

    /// Has the profile sign with the new key. It is ready two seconds after it was registered; until then the profile
    /// stays as it is.
    private func switchKeys() throws {
      let change = [
        "key", "switch", "--key", site.path("new.key.pem"), "--certificate", site.path("new.crt.pem"),
      ]
      let former = try Files.read(site.path("hotel.json5"))
      var outcome = try site.passgate(change, profile: "hotel.json5")
      let clock = SystemClock()
      let deadline = clock.monotonicNanoseconds() + 20_000_000_000
      while outcome.status == 1, clock.monotonicNanoseconds() < deadline {
        #expect(outcome.errors.contains("ready from"), "\(outcome)")
        #expect(try Files.read(site.path("hotel.json5")) == former)
        outcome = try site.passgate(change, profile: "hotel.json5")
      }
      #expect(outcome.status == 0, "\(outcome)")
      #expect(try Files.read(site.path("hotel.json5.bak")) == former)
      #expect(!Files.exists(site.path("hotel.json5.new")))
    }

    @Test func aKeyIsReplacedByCommands() throws {
      let folder = site.path("orders")
      let asked = try renew()
      #expect(asked.status == 0 && asked.output.contains("requested"), "\(asked)")
      let waiting = try renew()
      #expect(waiting.status == 0 && waiting.output.contains("waits for its certificate"), "\(waiting)")
      let orders = try site.passgate(["operator", "key", "orders", "--out", folder])
      #expect(orders.status == 0, "\(orders)")
      let keyID = try certify(folder, by: site.identities.authority)
      for _ in 0..<2 {
        let registered = try site.passgate(["operator", "key", "register", folder])
        #expect(registered.status == 0 && registered.output.contains("is ready from"), "\(registered)")
      }
      let fetched = try renew()
      #expect(fetched.status == 0 && Files.exists(site.path("new.crt.pem")), "\(fetched)")

      try switchKeys()
      #expect(try verify() == 0)

      let list = try site.passgate(["key", "list"], profile: "hotel.json5")
      #expect(list.status == 0 && list.output.contains(keyID.prefix(16)), "\(list)")
      let old = Hex.encode(try site.identities.named("hotel").key.publicKey.keyID)
      let revoke = ["operator", "key", "revoke", "hotel", String(old.prefix(12)), "--reason", "lost"]
      #expect(try site.passgate(revoke).status == 2)
      #expect(try site.passgate(revoke + ["--yes"]).status == 0)
      let last = try site.passgate(
        ["key", "revoke", keyID, "--reason", "lost", "--yes"], profile: "hotel.json5")
      #expect(last.status == 1 && last.output.contains("LAST_KEY"), "\(last)")
      #expect(try verify() == 0)
      let inventory = try site.passgate(["operator", "key", "list", "hotel", "--json"]).json
      #expect(inventory["keys"]?.list?.compactMap { $0["state"]?.text }.sorted() == ["active", "revoked"])
    }

    /// The issuing authority is replaced, then the key of a tenant, certified by the new one, and at last the old key is
    /// withdrawn. No check fails, of those that go on with the old key and of those with the new one.
    @Test func aNewAuthorityCertifiesANewKeyWhileChecksGoOn() throws {
      // More than a path is looked for among at a time.
      let successors = try (0..<10).map { _ in try site.identities.authority.successor() }
      let authority = try #require(successors.last)
      let folder = site.path("orders")
      let old = Hex.encode(try site.identities.named("hotel").key.publicKey.keyID)
      let load = try Load(site, connections: 2, depth: 4)
      try site.write(
        text: ([site.identities.authority] + successors).flatMap { try $0.issuing.pem() },
        to: "issuing.crt.pem")
      site.platform?.send(SIGHUP)
      _ = try site.platform?.event("reloaded")
      load.wait(forAnother: 20)
      #expect(try renew().status == 0)
      #expect(try site.passgate(["operator", "key", "orders", "--out", folder]).status == 0)
      let new = try certify(folder, by: authority)
      #expect(try site.passgate(["operator", "key", "register", folder]).status == 0)
      let fetched = try renew()
      #expect(fetched.status == 0 && fetched.output.contains("ready from"), "\(fetched)")
      try switchKeys()

      let next = try Load(site, connections: 2, depth: 4)
      next.wait(forAnother: 20)
      load.wait(forAnother: 20)
      // Replies that are under way when the key is withdrawn may still come, or the connection's end.
      let revoke = ["operator", "key", "revoke", "hotel", old, "--reason", "replaced", "--yes"]
      #expect(try site.passgate(revoke).status == 0)
      let refusals = load.finish().faults
      // Of a call, or of a connection in its goodbye.
      let others = refusals.filter { $0 != "NOT_AUTHENTIC" && !$0.contains("notAuthentic") }
      #expect(others == [])
      #expect(try site.passgate(["key", "list"], profile: "hotel.json5.bak").status != 0)
      next.wait(forAnother: 20)
      #expect(try site.passgate(["key", "list"], profile: "hotel.json5").output.contains(new.prefix(16)))
      _ = try site.endPlatform(SIGKILL)
      #expect(next.finish().faults == [])
    }
  }
}
