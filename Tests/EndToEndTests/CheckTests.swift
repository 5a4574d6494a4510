import PassgateCrypto
import PassgateSettings
import PassgateSystem
import PassgateTestKit
import Testing

/// A mistake in a configuration and the problems it makes, in their order.
private struct Mistake: Sendable, CustomTestStringConvertible {
  let old: String
  let new: String
  let problems: [String]
  var testDescription: String { problems.first ?? "" }

  init(_ old: String, _ new: String, _ problems: String...) {
    (self.old, self.new, self.problems) = (old, new, problems)
  }
}

extension EndToEnd {
  /// `--check` of both servers: everything that is wrong at once, each with its place and what to do.
  @Suite struct CheckTests {
    private let site: Site

    init() throws {
      site = try Site()
      let identities = site.identities
      for name in ["server", "reply", "reply-sm2", "signer"] {
        // Without the certificates between it and the root.
        let identity = try identities.named(name)
        try site.write([identity.certificate], identity.key, as: "\(name)-alone")
      }
      let ended: ClosedRange<Int64> = 1_577_836_800...1_577_923_200
      try site.write(
        try identities.authority.issue(.serverTLS, validity: ended, key: identities.named("server").key),
        as: "ended")
      try site.write(
        try identities.foreign.issue(.replySigning, key: identities.named("reply").key), as: "foreign-reply")
      try site.write(text: try identities.named("server").key.pem(), to: "open.key.pem", mode: 0o640)
    }

    private static let platformMistakes = [
      Mistake("ledger: \"data/ledger.sqlite\",", "", "ledger: is missing"),
      Mistake("roots: \"root.crt.pem\"", "roots: \"none.pem\"", "trust.roots: no such file "),
      Mistake(
        "\"officer-1\"", "\"Officer 1\"", "officers[0].id: must have 1 to 32 characters of a-z, 0-9 and -"),
      Mistake(
        "id: \"auditor\"", "id: \"officer-1\"",
        "officers: an id is given twice"),
      Mistake(
        "\"auditor.crt.pem\"", "\"officer-1.crt.pem\"",
        "officers: two officers have one key; issue each a certificate of their own"),
      Mistake(
        "[\"supervisor\"]", "[\"boss\"]",
        "officers[1].roles: boss is no role; use registrar, reviewer, legal, key-officer, supervisor"),
      Mistake(
        "\"auditor.crt.pem\"", "\"hotel.crt.pem\"",
        "officers[1].certificate: the certificate is refused for operator-signing: its extended key "
          + "usage is not what this use needs, or more (passgate-purpose); use the certificate that was issued for this purpose"
      ),
      Mistake(
        "name: \"sandbox\"", "name: \"sandpit\"", "deployments[0].name: must be one of sandbox, production"),
      Mistake("[\"127.0.0.1:0\"]", "[]", "deployments[0].listen: must name an address"),
      Mistake(
        "[\"127.0.0.1:0\"]", "[\"localhost\"]", "deployments[0].listen[0]: must be \"host:port\", such as "),
      Mistake("data: \"data/sandbox\",", "", "deployments[0].data: is missing"),
      Mistake("\"server.keys.json\"", "\"none\"", "deployments[0].tls.keys: no such file "),
      Mistake(
        "\"reply.keys.json\"", "\"server.keys.json\"",
        "server.keys.json: is the key set of role server; name that of reply",
        "server.keys.json: keys[0].certificate: the certificate is refused for reply-signing: its extended key usage"
      ),
      Mistake("metrics: \"127.0.0.1:0\"", "metrics: \"0.0.0.0:0\"", "metrics: must be on a loopback address"),
      Mistake("\"debug\"", "\"verbose\"", "logLevel: must be one of debug, info, warning, error"),
      Mistake("loops: 2", "loops: 65", "loops: must be a whole number from 1 to 64"),
      Mistake("loops: 2", "lops: 2", "lops: is not a setting; did you mean loops?"),
      Mistake(
        "tls: {", "tsl: {", "deployments[0].tls: is missing",
        "deployments[0].tsl: is not a setting; did you mean tls?"),
      Mistake(
        "officers: [", "officers: [{ id: 7, certificate: \"none\" },",
        "officers[0].id: must be a string, not a number",
        "officers[0].roles: is missing", "officers[0].certificate: no such file "),
    ]

    @Test(arguments: platformMistakes)
    private func thePlatformExplainsItsConfiguration(_ mistake: Mistake) throws {
      try expect(mistake, in: Site.platformConfiguration, of: "passgated")
    }

    private static let serverSetMistakes = [
      Mistake("\"server.key.pem\"", "\"open.key.pem\"", "keys[0].key: "),
      Mistake("\"server.key.pem\"", "\"signer.key.pem\"", "keys[0].key: is not that of this key id"),
      Mistake("\"server.key.pem\"", "\"pkcs11:object=server\"", "keys[0].key: must be a file"),
      Mistake(
        "\"server.crt.pem\"", "\"signer.crt.pem\"", "keys[0].certificate: is not that of this key id",
        "keys[0].certificate: the certificate is refused for server-tls: its extended key usage"),
      Mistake(
        "\"server.crt.pem\"", "\"ended.crt.pem\"",
        "keys[0].certificate: the certificate is refused for server-tls: certificate has expired; "
          + "check this machine's clock, then have the certificate renewed"),
      Mistake(
        "\"server.crt.pem\"", "\"server-alone.crt.pem\"",
        "keys[0].certificate: the certificate is refused for server-tls: unable to get local "
          + "issuer certificate; it must come with the certificates between it and a root that is trusted"),
    ]

    /// In 100 days, while every certificate here lives.
    private static let later = CivilTime.timestamp(
      milliseconds: UInt64(clamping: TestAuthority.present + 100 * 86_400) * 1_000)

    private static let replySetMistakes = [
      Mistake(
        "\"reply.crt.pem\"", "\"reply-alone.crt.pem\"",
        "keys[0].certificate: the certificate is refused for reply-signing: unable to get"),
      Mistake(
        "\"reply.crt.pem\"", "\"foreign-reply.crt.pem\"",
        "keys[0].certificate: the certificate is refused for reply-signing: unable to get"),
      Mistake(
        "\"active\":\"1970-01-01T00:00:00.000Z\"}", "\"active\":\"\(later)\"}",
        "no key of algorithm ecdsa-p256-sha256 is active now"),
      Mistake(
        "\"active\":\"1970-01-01T00:00:00.000Z\"}",
        "\"active\":\"1970-01-01T00:00:00.000Z\",\"retiring\":\"\(later)\"}",
        "no key of algorithm ecdsa-p256-sha256 is active from \(later) on"),
      Mistake(
        "\"sm2-sm3\"", "\"ecdsa-p256-sha256\"",
        "keys[2].algorithm: ecdsa-p256-sha256 needs a key of kind P-256, this one is SM2"),
      Mistake("\"sm2-sm3\"", "\"sm3-sm2\"", "keys[2].algorithm: must be one of ecdsa-p256-sha256,"),
      Mistake("\"reply-sm2.key.pem\"", "\"none\"", "keys[2].key: no such file "),
      Mistake("\"version\":1", "\"version\":0", "version: must be a whole number from 1 to "),
      Mistake(
        "\"role\":\"reply\"", "\"role\":\"issuing\"", "is the key set of role issuing; name that of reply"),
    ]

    @Test(arguments: serverSetMistakes)
    private func thePlatformExplainsTheKeysOfItsServer(_ mistake: Mistake) throws {
      try expect(mistake, in: "server.keys.json", at: "deployments[0].tls.keys")
    }

    @Test(arguments: replySetMistakes)
    private func thePlatformExplainsTheKeysOfItsReplies(_ mistake: Mistake) throws {
      try expect(mistake, in: "reply.keys.json", at: "deployments[0].replyKeys")
    }

    private func expect(_ mistake: Mistake, in set: String, at setting: String) throws {
      let text = String(decoding: try Files.read(site.path(set)), as: UTF8.self)
      try #require(text.contains(mistake.old))
      try site.write(text.replacing(mistake.old, with: mistake.new, maxReplacements: 1), to: set)
      let file = site.path("passgated.json5")
      let checked = try Program.run("passgated", ["--config", file, "--check"])
      #expect(checked.status == 2)
      let lines = checked.errors.split(separator: "\n").map(String.init)
      #expect(lines.count == mistake.problems.count, "\(lines)")
      for (line, problem) in zip(lines, mistake.problems) {
        #expect(line.hasPrefix("\(file): \(setting): \(site.path(set)): "))
        #expect(line.contains(problem))
      }
    }

    /// Certificates that the platform's configuration names, with the place of each.
    private static let places: [(name: String, purpose: KeyPurpose, place: String)] = [
      ("auditor", .operatorSigning, "officers[1].certificate: "),
      ("server", .serverTLS, "server.keys.json: keys[0].certificate: "),
      ("reply", .replySigning, "reply.keys.json: keys[0].certificate: "),
    ]

    @Test(arguments: places.indices, ProfileFault.allCases)
    func everyCertificateIsHeldAgainstItsProfile(_ index: Int, _ fault: ProfileFault) throws {
      let (name, purpose, place) = Self.places[index]
      let authority = site.identities.authority
      let key = try site.identities.named(name).key
      try site.write(
        try authority.issue(purpose, with: fault, name: name, key: key, around: TestAuthority.present),
        as: name)
      let checked = try Program.run("passgated", ["--config", site.path("passgated.json5"), "--check"])
      #expect(checked.status == 2)
      let lines = checked.errors.split(separator: "\n")
      #expect(lines.count == 1, "\(lines)")
      #expect(lines.first?.contains("\(place)the certificate is refused for \(purpose.rawValue): ") == true)
      #expect(lines.first?.contains("(\(fault.rawValue))") == true)
    }

    /// An officer is away longer than a certificate lives, and the platform starts all the same.
    @Test func anEndedCertificateOfAnOfficerIsNoProblem() throws {
      let ended = TestAuthority.life(.operatorSigning, around: TestAuthority.present - 500 * 86_400)
      try site.write(
        try site.identities.authority.issue(
          .operatorSigning, validity: ended, key: site.identities.named("auditor").key),
        as: "auditor")
      let file = site.path("passgated.json5")
      #expect(try Program.run("passgated", ["--config", file, "--check"]).status == 0)
    }

    /// The private half of a key that signs no more may be gone.
    @Test func aRetiringKeyNeedsNoPrivateKey() throws {
      var set = try site.replyKeySet()
      set.entries[0].lifecycle.retiring = 1
      set.entries[0].key = "gone"
      set.entries[1].lifecycle = .inUse
      try site.write(keySet: set)
      let file = site.path("passgated.json5")
      #expect(try Program.run("passgated", ["--config", file, "--check"]).status == 0)
      set.entries[0].lifecycle.retiring = 4_000_000_000_000
      try site.write(keySet: set)
      let checked = try Program.run("passgated", ["--config", file, "--check"])
      #expect(checked.errors.contains("keys[0].key: no such file "))
    }

    private static let signerMistakes = [
      Mistake("[\"127.0.0.1:0\"]", "[\"127.0.0.1\"]", "listen[0]: must be \"host:port\", such as "),
      Mistake(
        "\"airline.key.pem\"", "\"open.key.pem\"", "open.key.pem is open to other users; run: chmod 600 '"),
      Mistake(
        "\"airline.key.pem\"", "\"signer.key.pem\"",
        "keys[0].key: is not the key of the certificate beside it"),
      Mistake(
        "\"signer.crt.pem\", key: \"signer.key.pem\"", "\"server.crt.pem\", key: \"server.key.pem\"",
        "tls.certificate: the certificate is refused for signer-tls: its extended key usage"),
      Mistake("\"signer.crt.pem\"", "\"none\"", "tls.certificate: no such file "),
      Mistake(
        "scenes: [", "scense: [", "scenes: is missing", "scense: is not a setting; did you mean scenes?"),
      Mistake(
        "/VerifyIdentity", "/VerifyIdentiy",
        "allowed[0].methods[0]: is no method that tenants sign; did you mean "),
      Mistake(
        "\"ticketing/ticketing.crt.pem\"", "\"hotel.crt.pem\"",
        "allowed[0].certificate: "),
      Mistake(
        "\"sm2-sm3\"", "\"ed25519\"",
        "keys[1].algorithm: ed25519 needs a key of kind Ed25519, this one is SM2",
        "dataKeys[0].algorithm: ed25519 needs a key of kind Ed25519, this one is SM2"),
      Mistake(
        "\"airline-sm2.crt.pem\", key: \"airline-sm2.key.pem\"",
        "\"airline.crt.pem\", key: \"airline.key.pem\"",
        "keys[1]"),
      Mistake(
        "\"debug\"", "\"loud\", fog: {}", "logLevel: must be one of debug, info,", "fog: is not a setting"),
    ]

    @Test(arguments: signerMistakes)
    private func theSigningServerExplainsItsConfiguration(_ mistake: Mistake) throws {
      try expect(mistake, in: Site.signerConfiguration, of: "passgate-signer")
    }

    private func expect(_ mistake: Mistake, in text: String, of program: String) throws {
      try #require(text.contains(mistake.old))
      let file = site.path("\(program).json5")
      try site.write(text.replacing(mistake.old, with: mistake.new), to: "\(program).json5")
      let checked = try Program.run(program, ["--config", file, "--check"])
      #expect(checked.status == 2)
      #expect(checked.output.isEmpty)
      let lines = checked.errors.split(separator: "\n").map(String.init)
      #expect(lines.count == mistake.problems.count, "\(lines)")
      for (line, problem) in zip(lines, mistake.problems) {
        #expect(line.hasPrefix("\(file): "))
        #expect(line.contains(problem))
      }
      let json = try Program.run(program, ["--config", file, "--check", "--json"])
      #expect(json.status == 2)
      #expect(try json.json["ok"] == .bool(false))
      #expect(try json.json["problems"]?.list?.compactMap(\.text) == lines)
      // What the check refuses is not served.
      let served = try Program.run(program, ["--config", file])
      #expect(served.status == 2)
      for line in lines { #expect(served.errors.contains(line)) }
    }

    @Test(arguments: ["passgated", "passgate-signer"])
    func whatIsInOrderIsSaid(_ program: String) throws {
      let file = site.path("\(program).json5")
      let checked = try Program.run(program, ["--config", file, "--check"])
      #expect(checked.status == 0)
      #expect(checked.output == "\(file) is in order\n")
      let json = try Program.run(program, ["--config", file, "--check", "--json"])
      #expect(json.status == 0)
      #expect(try json.json["ok"] == .bool(true))
      #expect(!Files.exists(site.path("data")))
    }

    @Test(arguments: ["passgated", "passgate-signer"])
    func theCommandLineIsExplained(_ program: String) throws {
      for (words, sentence) in [
        ([], "--config is missing: --config FILE"), (["--confg", "x"], "did you mean '--config'?"),
        (["--config", "x", "y"], "expected no argument, but got 1"),
      ] {
        let outcome = try Program.run(program, words)
        #expect(outcome.status == 2)
        #expect(outcome.errors.hasPrefix("\(program): "))
        #expect(outcome.errors.contains(sentence))
        #expect(outcome.errors.hasSuffix("\nTry '\(program) --help'.\n"))
      }
      let missing = try Program.run(program, ["--config", "none.json5"])
      #expect(missing.status == 2)
      #expect(missing.errors.contains("open none.json5: No such file or directory"))
    }

    /// A port that is taken is found at the start.
    @Test func aTakenPortIsExplained() throws {
      let listener = try Sockets.listen(host: "127.0.0.1", port: 0)
      let port = try Sockets.localPort(listener.raw)
      for (program, text) in [
        ("passgated", Site.platformConfiguration), ("passgate-signer", Site.signerConfiguration),
      ] {
        let taken = text.replacing("listen: [\"127.0.0.1:0\"]", with: "listen: [\"127.0.0.1:\(port)\"]")
        try site.write(taken, to: "taken.json5")
        let outcome = try Program.run(program, ["--config", site.path("taken.json5")])
        #expect(outcome.status == 2)
        #expect(
          outcome.errors.contains("listen on 127.0.0.1:\(port): Address already in use; another program has"))
      }
    }
  }
}
