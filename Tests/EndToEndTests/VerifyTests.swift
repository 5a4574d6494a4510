import Glibc
import PassgateCrypto
import PassgateSettings
import PassgateSystem
import PassgateTestKit
import Testing

extension EndToEnd {
  @Suite(SharedSite()) struct VerifyTests {
    private let site: Site

    init() throws {
      site = try SharedSite.site
      if site.signer == nil { try site.startSigner() }
    }

    /// Profiles of both access modes: a key of one's own, and two keys in a real signing server.
    private static let profiles = ["hotel.json5", "ticketing/airline.json5", "ticketing/sm2.json5"]

    private struct Case: Sendable {
      let claim: String
      let status: Int32
      let verdict: String
      var reason = ""
      let sentence: String
    }

    private static let cases = [
      Case(claim: Claims.guest, status: 0, verdict: "CONSISTENT", sentence: "CONSISTENT  everything stated"),
      Case(claim: Claims.passenger, status: 0, verdict: "CONSISTENT", sentence: "CONSISTENT  everything"),
      Case(claim: Claims.impostor, status: 1, verdict: "INCONSISTENT", sentence: "INCONSISTENT  what is"),
      Case(
        claim: Claims.superseded, status: 3, verdict: "UNDETERMINED", reason: "SUPERSEDED",
        sentence: "UNDETERMINED  the person agrees, but the document has been replaced"),
    ]

    @Test(arguments: profiles, cases.indices)
    func verifies(_ profile: String, _ index: Int) throws {
      let expected = Self.cases[index]
      let shown = try site.passgate(["verify", "identity"], profile: profile, input: expected.claim)
      #expect(shown.status == expected.status)
      #expect(shown.output.hasPrefix(expected.sentence))
      #expect(shown.output.contains("signed by the platform's reply key"))
      #expect(shown.errors.isEmpty)

      let program = try site.passgate(
        ["verify", "identity", "--json"], profile: profile, input: expected.claim)
      #expect(program.status == expected.status)
      let json = try program.json
      #expect(json["status"] == "OK")
      #expect(json["reason"] == "NONE")
      #expect(json["verdict"]?.text == expected.verdict)
      #expect(json["undeterminedReason"]?.text == expected.reason)
      #expect(json["replyVerified"] == .bool(true))
      let replyKey = profile == "ticketing/sm2.json5" ? "reply-sm2" : "reply"
      let keyID = Hex.encode(try site.identities.named(replyKey).key.publicKey.keyID)
      #expect(json["replyKeyId"]?.text == keyID)
      #expect(json["requestDigest"]?.text?.count == 64)
      #expect(json["serverTime"]?.text.flatMap { CivilTime($0) } != nil)
    }

    @Test(arguments: ["hotel.json5", "ticketing/airline.json5"])
    func aSceneOutsideTheAgreementIsRefused(_ profile: String) throws {
      let words = ["verify", "identity", "--scene", "lounge"]
      let refused = try site.passgate(words, profile: profile, input: Claims.guest)
      #expect(refused.status == 1)
      #expect(refused.output.hasPrefix("REFUSED  SCENE_NOT_AGREED: Name a business scene of the agreement."))
      #expect(refused.output.contains("(Measures art.9(1))"))
      let json = try site.passgate(words + ["--json"], profile: profile, input: Claims.guest)
      #expect(json.status == 1)
      #expect(try json.json["reason"] == "SCENE_NOT_AGREED")
      #expect(try json.json["status"] == "PERMISSION_DENIED")
    }

    @Test func aBatchAnswersEachLine() throws {
      let lines = [Claims.guest, "", Claims.impostor, Claims.superseded].joined(separator: "\n")
      let batch = try site.passgate(
        ["verify", "identity", "--batch", "-"], profile: "hotel.json5", input: lines)
      #expect(batch.status == 1)
      var verdicts: [Int: String] = [:]
      for line in batch.output.split(separator: "\n") {
        let json = try parseJSON(Array(line.utf8))
        verdicts[json["line"]?.integer ?? 0] = json["verdict"]?.text
      }
      #expect(verdicts == [1: "CONSISTENT", 3: "INCONSISTENT", 4: "UNDETERMINED"])
    }

    /// The digest that a tenant is given finds its check in the evidence, for officers alone.
    @Test func theRequestDigestLeadsToTheEvidence() throws {
      let words = ["verify", "identity", "--json"]
      let own = try #require(
        try site.passgate(words, profile: "hotel.json5", input: Claims.guest).json["requestDigest"]?.text)
      let other = try #require(
        try site.passgate(words, profile: "ticketing/airline.json5", input: Claims.impostor).json[
          "requestDigest"]?
          .text)
      let listed = try site.passgate(
        ["evidence", "list", "--json", "--tenant", "hotel"], profile: "auditor.json5")
      #expect(listed.status == 0)
      let entries = try listed.output.split(separator: "\n").map { try parseJSON(Array($0.utf8)) }
      let entry = try #require(entries.first { $0["requestDigest"]?.text == own })
      #expect(entry["verdicts"] == .array(["CONSISTENT"]))
      #expect(entry["scene"] == "lodging")
      #expect(entries.allSatisfy { $0["tenant"] == "hotel" })

      let all = try site.passgate(["evidence", "list"], profile: "auditor.json5")
      #expect(
        all.output.contains("  airline  transport  passgate.v1.Verification/VerifyIdentity  INCONSISTENT"))
      #expect(all.errors.hasSuffix(" entries\n"))
      let json = try site.passgate(["evidence", "list", "--json"], profile: "auditor.json5")
      #expect(json.output.contains(other))
      let limited = try site.passgate(["evidence", "list", "--limit", "2"], profile: "auditor.json5")
      #expect(limited.output.split(separator: "\n").count == 2)
      let refused = try site.passgate(["evidence", "list"], profile: "hotel.json5")
      #expect(refused.status == 1)
      #expect(refused.output.hasPrefix("REFUSED  NOT_PERMITTED"))
    }

    /// Anybody may ask whether the platform serves; whoever asks needs no key of a tenant.
    @Test func tellsWhetherItServes() throws {
      let shown = try site.passgate(["health"])
      #expect(shown.status == 0)
      #expect(shown.output.hasPrefix("SERVING  sandbox, passgate/"))
      let json = try site.passgate(["health", "--json"], profile: "ticketing/airline.json5")
      #expect(json.status == 0)
      #expect(try json.json["health"] == "SERVING")
      #expect(try json.json["replyVerified"] == .bool(true))
    }

    /// The application asks its signing server: whoever takes its folder has no key of the platform.
    @Test func theApplicationHoldsNoKeyOfThePlatform() throws {
      var held: Set<[UInt8]> = []
      for name in try Files.list(site.applicationFolder) {
        let bytes = try Files.read("\(site.applicationFolder)/\(name)")
        if let key = try? PrivateKey(pem: bytes) { held.insert(key.publicKey.keyID) }
      }
      #expect(held == [try site.identities.named("ticketing").key.publicKey.keyID])
    }

    private struct Theft: Sendable, CustomTestStringConvertible {
      let testDescription: String
      /// Whose key signs, as which tenant, over whose connection (TLS certificate; nil for none).
      let key: String
      let tenant: String
      let connection: String?
    }

    private static let thefts = [
      Theft(
        testDescription: "the hotel's key under the airline's name", key: "hotel", tenant: "airline",
        connection: "hotel"),
      Theft(
        testDescription: "the airline's key over the hotel's connection", key: "airline", tenant: "airline",
        connection: "hotel"),
      Theft(
        testDescription: "the airline's key under the hotel's name", key: "airline", tenant: "hotel",
        connection: "hotel"),
      Theft(
        testDescription: "the hotel's key without the hotel's connection", key: "hotel", tenant: "hotel",
        connection: nil),
      Theft(
        testDescription: "the hotel's key over an officer's connection", key: "hotel", tenant: "hotel",
        connection: "officer-1"),
    ]

    @Test(arguments: thefts)
    private func aKeyIsGoodInItsOwnHandsOnly(_ theft: Theft) throws {
      let scene = theft.tenant == "hotel" ? "lodging" : "transport"
      let tls =
        theft.connection.map { "tls: { certificate: \"\($0).crt.pem\", key: \"\($0).key.pem\" }," } ?? ""
      try site.write(
        """
        { server: "127.0.0.1:\(site.port)", serverName: "localhost", deployment: "sandbox",
          tenant: "\(theft.tenant)", scene: "\(scene)", trust: "root.crt.pem", \(tls)
          signing: { key: "\(theft.key).key.pem" } }
        """, to: "theft.json5")
      let refused = try site.passgate(
        ["verify", "identity", "--json"], profile: "theft.json5", input: Claims.guest)
      #expect(refused.status == 1)
      #expect(try refused.json["reason"] == "NOT_AUTHENTIC")
      #expect(try refused.json["verdict"] == nil)
    }

    /// The airline's own key is good without the signing server, over a connection without a certificate:
    /// what the thefts are refused for is the difference.
    @Test func theSameKeyInItsOwnHandsIsGood() throws {
      try site.write(
        """
        { server: "127.0.0.1:\(site.port)", serverName: "localhost", deployment: "sandbox", tenant: "airline",
          scene: "transport", trust: "root.crt.pem", signing: { key: "airline.key.pem" } }
        """, to: "own.json5")
      let answer = try site.passgate(["verify", "identity"], profile: "own.json5", input: Claims.guest)
      #expect(answer.status == 0)
    }

    @Test func theSigningServerRefusesAnotherScene() throws {
      let refused = try site.passgate(
        ["verify", "identity", "--scene", "lodging"], profile: "ticketing/airline.json5", input: Claims.guest)
      #expect(refused.status == 2)
      #expect(refused.output.isEmpty)
      #expect(refused.errors.contains("the signing server refused: SIGNER_REFUSED"))
      #expect(refused.errors.contains("scene_id: this application has no business in this scene"))
    }

    @Test func theSigningServerRefusesAnotherMethod() throws {
      let refused = try site.passgate(["operator", "tenants"], profile: "ticketing/airline.json5")
      #expect(refused.status == 2)
      #expect(refused.errors.contains("method: this application may not call it"))
    }

    @Test func theSigningServerRefusesAnotherTenantsName() throws {
      try site.write(
        try site.applicationProfile(keyOf: "airline", tenant: "hotel"), to: "ticketing/other.json5")
      defer { try? Files.remove(site.path("ticketing/other.json5")) }
      let refused = try site.passgate(
        ["verify", "identity"], profile: "ticketing/other.json5", input: Claims.guest)
      #expect(refused.status == 2)
      #expect(refused.errors.contains("tenant_id: the key is not this tenant's"))
    }

    @Test func theSigningServerRefusesAnotherApplication() throws {
      let text = try site.applicationProfile(keyOf: "airline")
      try site.write(
        text.replacing("ticketing.", with: "../stranger."), to: "ticketing/stranger.json5")
      defer { try? Files.remove(site.path("ticketing/stranger.json5")) }
      let refused = try site.passgate(
        ["verify", "identity"], profile: "ticketing/stranger.json5", input: Claims.guest)
      #expect(refused.status == 2)
      #expect(refused.errors.contains("is not of an application allowed here"))
    }

    @Test func withoutItsSigningServerTheApplicationSaysSo() throws {
      #expect(try site.endSigner(SIGTERM) == .exited(0))
      defer { #expect(throws: Never.self) { try site.startSigner() } }
      let failed = try site.passgate(
        ["verify", "identity"], profile: "ticketing/airline.json5", input: Claims.guest)
      #expect(failed.status == 2)
      #expect(failed.output.isEmpty)
      #expect(failed.errors.contains("127.0.0.1:\(site.signerPort)"))
      #expect(failed.errors.contains("Connection refused"))
    }
  }
}
