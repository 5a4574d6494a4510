import Glibc
import PassgateClient
import PassgateCrypto
import PassgateSettings
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

extension EndToEnd {
  @Suite struct ReloadTests {
    /// The configuration with these P-256 reply keys, each with its state.
    private static func configuration(_ keys: [(name: String, state: String)]) -> String {
      let lines = keys.map { "{ certificate: \"\($0).crt.pem\", key: \"\($0).key.pem\", state: \"\($1)\" }," }
      return Site.platformConfiguration
        .replacing(
          "{ certificate: \"reply.crt.pem\", key: \"reply.key.pem\", state: \"active\" },",
          with: lines.joined()
        )
        .replacing(
          "{ certificate: \"reply-next.crt.pem\", key: \"reply-next.key.pem\", state: \"next\" },", with: "")
    }

    /// A reply key's life: announced as the next one, then alone. The former is gone at once.
    private static let rotation = [
      configuration([("reply-next", "active")]),
      configuration([("reply-next", "active"), ("reply", "next")]),
      configuration([("reply", "active")]),
      configuration([("reply", "active"), ("reply-next", "next")]),
    ]

    /// Reply keys and the TLS certificate change again and again under load, and no call fails.
    @Test func newKeysDisturbNobody() throws {
      let site = try Site.running()
      let load = try Load(site, connections: 4, depth: 16)
      let watcher = try site.session("hotel.json5")
      let formerKey = try site.identities.named("reply").key.publicKey.keyID
      #expect(try watcher.verify().header.keyID == formerKey)
      let renewed = Self.rotation[0].replacing("\"server.", with: "\"server-renewed.")
      for (index, text) in (Self.rotation + Self.rotation + Self.rotation + [renewed]).enumerated() {
        load.wait(forAnother: 50)
        try site.write(text, to: "passgated.json5")
        site.platform?.send(SIGHUP)
        _ = try site.platform?.event("reloaded", count: index + 1)
      }
      load.wait(forAnother: 50)

      // The open connection has a new Hello and goes on with the new key.
      let newKey = try site.identities.named("reply-next").key.publicKey.keyID
      #expect(watcher.hello.replyKeys.count == 3)
      #expect(try watcher.verify().header.keyID == newKey)
      #expect(watcher.hello.replyKeys.count == 2)
      #expect(watcher.hello.replyKeys.allSatisfy { $0.state == .active })

      // New connections meet the new certificate, which is for another name.
      #expect(throws: ClientError.self) { try site.session("hotel.json5") }
      var profile = try site.profile("hotel.json5")
      profile.serverName = "renewed.test"
      #expect(try Session(profile).verify().header.keyID == newKey)

      _ = try site.endPlatform(SIGKILL)
      let seen = load.finish()
      #expect(seen.faults == [])
    }

    private struct Mistake: Sendable, CustomTestStringConvertible {
      let old: String
      let new: String
      let problem: String
      var testDescription: String { problem }
    }

    private static let mistakes = [
      Mistake(
        old: "\"reply.key.pem\"", new: "\"hotel.key.pem\"", problem: "is not the key of the certificate"),
      Mistake(old: "logLevel", new: "logLevle", problem: "did you mean logLevel?"),
      Mistake(old: "ledger:", new: "", problem: "passgated.json5: line 2"),
    ]

    @Test func aMistakeChangesNothing() throws {
      let site = try Site.running()
      let session = try site.session("hotel.json5")
      for (index, mistake) in Self.mistakes.enumerated() {
        try site.write(
          Site.platformConfiguration.replacing(mistake.old, with: mistake.new),
          to: "passgated.json5")
        site.platform?.send(SIGHUP)
        let line = try #require(try site.platform?.event("reload_refused", count: index + 1))
        #expect(line["problem"]?.text?.contains(mistake.problem) == true)
        #expect(line["level"] == "error")
        #expect(try session.verify().verdict.verdict == .consistent)
        #expect(try site.session("hotel.json5").verify().verdict.verdict == .consistent)
      }
      #expect(session.hello.replyKeys.count == 3)
    }

    @Test func theSigningServerTakesUpKeysAndApplications() throws {
      let site = try Site.running()
      try site.startSigner()
      let session = try site.session("ticketing/airline.json5")
      #expect(try session.verify(scene: "transport").verdict.verdict == .consistent)
      let without = Site.signerConfiguration.replacing(
        "scenes: [\"transport\", \"lounge\"]", with: "scenes: [\"lounge\"]")
      try site.write(without, to: "passgate-signer.json5")
      site.signer?.send(SIGHUP)
      _ = try site.signer?.event("reloaded")
      let refusal = #expect(throws: ClientError.self) { try session.verify(scene: "transport") }
      #expect(refusal?.description.contains("no business in this scene") == true)

      try site.write(without.replacing("keys:", with: "kees:"), to: "passgate-signer.json5")
      site.signer?.send(SIGHUP)
      let line = try site.signer?.event("reload_refused")
      #expect(line?["problem"]?.text?.contains("kees: is not a setting; did you mean keys?") == true)

      try site.write(Site.signerConfiguration, to: "passgate-signer.json5")
      site.signer?.send(SIGHUP)
      _ = try site.signer?.event("reloaded", count: 2)
      #expect(try session.verify(scene: "transport").verdict.verdict == .consistent)
    }
  }
}
