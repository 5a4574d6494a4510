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

    /// What the issuing authority makes of a folder of orders.
    private func certify(_ folder: String) throws -> String {
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
      let certificate = try site.identities.authority.issue(.tenantMobile, name: "hotel", key: key)
        .certificate
      try Files.writeDurably(try certificate.pem(), to: "\(folder)/new.crt.pem")
      try Files.writeDurably(
        Array(
          "[{\"tenant\":\"hotel\",\"keyId\":\"\(keyID)\",\"deployment\":\"sandbox\",\"certificate\":\"new.crt.pem\"}]"
            .utf8), to: "\(folder)/issued.json")
      return keyID
    }

    @Test func aKeyIsReplacedByCommands() throws {
      let folder = site.path("orders")
      let asked = try renew()
      #expect(asked.status == 0 && asked.output.contains("requested"), "\(asked)")
      let waiting = try renew()
      #expect(waiting.status == 0 && waiting.output.contains("waits for its certificate"), "\(waiting)")
      let orders = try site.passgate(["operator", "key", "orders", "--out", folder])
      #expect(orders.status == 0, "\(orders)")
      let keyID = try certify(folder)
      for _ in 0..<2 {
        let registered = try site.passgate(["operator", "key", "register", folder])
        #expect(registered.status == 0 && registered.output.contains("is ready from"), "\(registered)")
      }
      let fetched = try renew()
      #expect(fetched.status == 0 && Files.exists(site.path("new.crt.pem")), "\(fetched)")

      let change = [
        "key", "switch", "--key", site.path("new.key.pem"), "--certificate", site.path("new.crt.pem"),
      ]
      let former = try Files.read(site.path("hotel.json5"))
      var outcome = try site.passgate(change, profile: "hotel.json5")
      let clock = SystemClock()
      let deadline = clock.monotonicNanoseconds() + 20_000_000_000
      // It is ready two seconds after it was registered; until then the profile stays as it is.
      while outcome.status == 1, clock.monotonicNanoseconds() < deadline {
        #expect(outcome.errors.contains("ready from"), "\(outcome)")
        #expect(try Files.read(site.path("hotel.json5")) == former)
        outcome = try site.passgate(change, profile: "hotel.json5")
      }
      #expect(outcome.status == 0, "\(outcome)")
      #expect(try Files.read(site.path("hotel.json5.bak")) == former)
      #expect(!Files.exists(site.path("hotel.json5.new")))
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
  }
}
