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
    /// P-256 reply keys, each with whether it is in use or only announced.
    private typealias Keys = [(name: String, lifecycle: KeyLifecycle)]

    /// A reply key's life: announced as the next one, then alone. The former is gone at once.
    private static let rotation: [Keys] = [
      [("reply-next", .inUse)],
      [("reply-next", .inUse), ("reply", .announced)],
      [("reply", .inUse)],
      [("reply", .inUse), ("reply-next", .announced)],
    ]

    private func write(_ keys: Keys, version: Int, to site: Site) throws {
      let entries = try keys.map { try site.entry($0.name, .ecdsaP256SHA256, $0.lifecycle) }
      try site.write(
        keySet: KeySet(
          role: .reply, version: UInt64(version), entries: entries + [try site.entry("reply-sm2", .sm2SM3)]))
    }

    /// Reply keys and the TLS certificate change again and again under load, and no call fails.
    @Test func newKeysDisturbNobody() throws {
      let site = try Site.running()
      let load = try Load(site, connections: 4, depth: 16)
      let watcher = try site.session("hotel.json5")
      let formerKey = try site.identities.named("reply").key.publicKey.keyID
      #expect(try watcher.verify().header.keyID == formerKey)
      for (index, keys) in (Self.rotation + Self.rotation + Self.rotation + [Self.rotation[0]]).enumerated() {
        load.wait(forAnother: 50)
        try write(keys, version: index + 2, to: site)
        if index == Self.rotation.count * 3 {
          try site.write(keySet: KeySet(role: .server, version: 2, entries: [site.entry("server-renewed")]))
        }
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
      let file: String
      let old: String
      let new: String
      let problem: String
      var testDescription: String { problem }
    }

    private static let mistakes = [
      Mistake(
        file: "reply.keys.json", old: "\"reply.key.pem\"", new: "\"hotel.key.pem\"",
        problem: "keys[0].key: is not that of this key id"),
      Mistake(
        file: "reply.keys.json", old: "\"version\":7", new: "\"version\":6",
        problem: "has version 6, and version 7 is in force; put the latest set back"),
      Mistake(
        file: "passgated.json5", old: "logLevel", new: "logLevle", problem: "did you mean logLevel?"),
      Mistake(file: "passgated.json5", old: "ledger:", new: "", problem: "passgated.json5: line 2"),
    ]

    @Test func aMistakeChangesNothing() throws {
      let site = try Site.running()
      let session = try site.session("hotel.json5")
      var set = try site.replyKeySet()
      set.version = 7
      try site.write(keySet: set)
      site.platform?.send(SIGHUP)
      _ = try site.platform?.event("reloaded")
      for (index, mistake) in Self.mistakes.enumerated() {
        let text = String(decoding: try Files.read(site.path(mistake.file)), as: UTF8.self)
        try #require(text.contains(mistake.old))
        try site.write(text.replacing(mistake.old, with: mistake.new), to: mistake.file)
        site.platform?.send(SIGHUP)
        let line = try #require(try site.platform?.event("reload_refused", count: index + 1))
        #expect(line["problem"]?.text?.contains(mistake.problem) == true)
        #expect(line["level"] == "error")
        #expect(try session.verify().verdict.verdict == .consistent)
        #expect(try site.session("hotel.json5").verify().verdict.verdict == .consistent)
        try site.write(text, to: mistake.file)
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
