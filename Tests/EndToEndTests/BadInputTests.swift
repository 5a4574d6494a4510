import PassgateCrypto
import PassgateSystem
import PassgateTestKit
import Testing

extension EndToEnd {
  /// Whatever is wrong, a command ends with the exit status of the manual and sentences on standard error
  /// that say what, where and what to do; standard output stays empty, and no value of a claim is shown.
  @Suite(SharedSite()) struct BadInputTests {
    private let site: Site

    init() throws { site = try SharedSite.site }

    // MARK: The profile

    /// Every command, with what it reads from standard input.
    private static let commands: [(words: [String], input: String)] = [
      (["verify", "identity"], Claims.guest),
      (["registry", "import", Specimens.registry], ""),
      (["registry", "delete", "--type", "permit", "--yes"], "H1234567802\n"),
      (["operator", "provision", "tenants.json5"], ""),
      (["operator", "tenants"], ""),
      (["evidence", "list"], ""),
      (["health"], ""),
    ]

    private struct BadProfile: Sendable, CustomTestStringConvertible {
      let testDescription: String
      /// What is replaced in the hotel's profile, and by what.
      let old: String
      let new: String
      /// The sentences, each by its parts: one line of the error for each.
      let sentences: [[String]]

      init(_ name: String, _ old: String, _ new: String, _ sentences: [String]...) {
        (testDescription, self.old, self.new, self.sentences) = (name, old, new, sentences)
      }
    }

    private static let badProfiles = [
      BadProfile(
        "key open to others", "\"hotel.key.pem\"", "\"open.key.pem\"",
        ["bad.json5: tls.key: ", "open.key.pem is open to other users; run: chmod 600 '"],
        ["bad.json5: signing.key: ", "open.key.pem is open to other users; run: chmod 600 '"]),
      BadProfile(
        "key missing", "signing: { key: \"hotel", "signing: { key: \"none",
        ["bad.json5: signing.key: no such file ", "/none.key.pem"]),
      BadProfile(
        "key of another", "key: \"hotel.key.pem\" },", "key: \"airline.key.pem\" },",
        ["bad.json5: tls.key: is not the key of the certificate beside it; name the pair"]),
      BadProfile(
        "certificate of another purpose", "tls: { certificate: \"hotel.crt.pem\", key: \"hotel",
        "tls: { certificate: \"server.crt.pem\", key: \"server",
        ["bad.json5: tls.certificate: was not issued for tenant-mobile, tenant-tls, operator-signing; name"]),
      BadProfile(
        "certificate of no application", "signing: {",
        "signing: { signer: \"127.0.0.1:1\", serverName: \"localhost\", trust: \"root.crt.pem\", "
          + "certificate: \"hotel.crt.pem\", ",
        ["bad.json5: signing.certificate: was not issued for application-tls; name one that was"]),
      BadProfile(
        "key is none", "signing: { key: \"hotel.key", "signing: { key: \"claim",
        ["bad.json5: signing.key: no such file"]),
      BadProfile(
        "trust is no certificate", "\"root.crt.pem\"", "\"claim.json\"",
        ["bad.json5: trust: ", "claim.json: the file holds no certificate; a PEM file with"]),
      BadProfile(
        "algorithm of another kind", "scene:", "algorithm: \"ed25519\", scene:",
        ["bad.json5: algorithm: ed25519 needs a key of kind Ed25519, this one is P-256"]),
      BadProfile(
        "unknown setting", "scene:", "scen:", ["bad.json5: scen: is not a setting; did you mean scene?"]),
      BadProfile(
        "two mistakes", "deployment: \"sandbox\", tenant: \"hotel\"",
        "deployment: \"sandbx\", tenant: \"Ho\"",
        ["bad.json5: deployment: must be one of sandbox, production; did you mean sandbox?"],
        ["bad.json5: tenant: must have 1 to 32 characters of a-z, 0-9 and -"]),
      BadProfile("no JSON5", "server:", "", ["bad.json5: line 1, column 21: expected ':' after the key"]),
      BadProfile(
        "wrong trust root", "\"root.crt.pem\"", "\"foreign.crt.pem\"",
        [
          "127.0.0.1:", "the peer's certificate was refused: unable to get local issuer certificate",
          "a root that is trusted here",
        ]),
      BadProfile(
        "wrong server name", "\"localhost\"", "\"example.org\"",
        ["127.0.0.1:", "hostname mismatch; it is for another server than the one that is named here"]),
      BadProfile(
        "server not there", "127.0.0.1:PORT", "127.0.0.1:1",
        ["connect to 127.0.0.1:1: Connection refused; nothing listens there; check the address"]),
      BadProfile(
        "host unknown", "127.0.0.1:PORT", "no.such.host.invalid:7443",
        ["look up no.such.host.invalid: ", "; check the name and the resolver"]),
      BadProfile(
        "no server", "server: \"127.0.0.1:PORT\"", "server: \"localhost\"",
        ["bad.json5: server: must be \"host:port\""]),
    ]

    @Test(arguments: badProfiles)
    private func everyCommandJudgesItsProfile(_ bad: BadProfile) throws {
      let key = try site.identities.named("hotel").key.pem()
      try site.write(text: key, to: "open.key.pem", mode: 0o644)
      let good = site.profile(tenant: "hotel", key: "hotel", more: "scene: \"lodging\",")
      let old = bad.old.replacing("PORT", with: "\(site.port)")
      try #require(good.contains(old))
      try site.write(good.replacing(old, with: bad.new), to: "bad.json5")
      for command in Self.commands { try expectFailure(command, profile: "bad.json5", bad.sentences) }
    }

    @Test func everyCommandMissesItsProfile() throws {
      for command in Self.commands {
        try expectFailure(
          command, profile: "none.json5", [["open ", "/none.json5: No such file or directory"]])
        let words = try words(command.words)
        let outcome = try Program.run("passgate", words, input: Array(command.input.utf8))
        #expect(outcome.status == 2)
        #expect(
          outcome.errors
            == "passgate: no profile: give --profile FILE or set PASSGATE_PROFILE to the file's path\n")
      }
    }

    private func words(_ words: [String]) throws -> [String] {
      words.map { $0.hasSuffix(".json5") ? site.path($0) : $0 }
    }

    private func expectFailure(
      _ command: (words: [String], input: String), profile: String, _ sentences: [[String]]
    ) throws {
      let outcome = try site.passgate(words(command.words), profile: profile, input: command.input)
      #expect(outcome.status == 2, "\(command.words)")
      #expect(outcome.output.isEmpty, "\(command.words)")
      let lines = outcome.errors.split(separator: "\n")
      #expect(lines.count == sentences.count, "\(command.words): \(lines)")
      for (line, parts) in zip(lines, sentences) {
        #expect(line.hasPrefix("passgate: "))
        for part in parts { #expect(line.contains(part), "\(command.words)") }
      }
      expectNoPersonalData(in: outcome.errors)
    }

    // MARK: The command line

    private static let badWords: [(words: [String], sentence: String, help: String)] = [
      ([], "passgate: name a command: ", "passgate"),
      (["verfy", "identity"], "unknown command 'verfy'; did you mean 'verify'?", "passgate"),
      (["verify", "identiy"], "unknown command 'identiy'; did you mean 'identity'?", "passgate verify"),
      (
        ["verify", "identity", "--clam", "x"], "'--clam'; did you mean '--claim'?", "passgate verify identity"
      ),
      (["verify", "identity", "claim.json"], "expected no argument, but got 1", "passgate verify identity"),
      (["registry", "import"], "FILE is missing", "passgate registry import"),
      (
        ["registry", "import", "x", "--format", "xml"], "must be one of csv, ndjson",
        "passgate registry import"
      ),
      (["registry", "delete"], "--type is missing: --type TYPE", "passgate registry delete"),
      (["registry", "delete", "--type", "permti"], "did you mean 'permit'?", "passgate registry delete"),
      (["operator", "provision", "a", "b"], "expected FILE, but got 2", "passgate operator provision"),
      (["operator", "tenants", "--json", "--json"], "--json is given twice", "passgate operator tenants"),
      (
        ["evidence", "list", "--limit", "0"], "--limit must be a whole number from 1",
        "passgate evidence list"
      ),
      (
        ["evidence", "list", "--after", "-1"], "--after must be a whole number from 0",
        "passgate evidence list"
      ),
      (["evidence", "list", "--tenant"], "--tenant needs a value: --tenant ID", "passgate evidence list"),
      (["health", "--json=yes"], "--json takes no value", "passgate health"),
    ]

    @Test(arguments: badWords.indices)
    func theCommandLineIsExplained(_ index: Int) throws {
      let bad = Self.badWords[index]
      let outcome = try site.passgate(bad.words)
      #expect(outcome.status == 2)
      #expect(outcome.output.isEmpty)
      let lines = outcome.errors.split(separator: "\n")
      #expect(lines.count == 2)
      #expect(lines.first?.hasPrefix("\(bad.help): ") == true)
      #expect(lines.first?.contains(bad.sentence) == true, "\(lines)")
      #expect(lines.last == "Try '\(bad.help) --help'.")
    }

    // MARK: What is read

    private struct BadInput: Sendable, CustomTestStringConvertible {
      let words: [String]
      let input: String
      let sentences: [String]
      var testDescription: String { "\(words.first ?? "") \(sentences.first ?? "")" }

      init(_ words: [String], _ input: String, _ sentences: String...) {
        (self.words, self.input, self.sentences) = (words, input, sentences)
      }

      /// The guest's claim with a slip.
      static func claim(_ old: String, _ new: String, _ sentences: String...) -> BadInput {
        BadInput(
          words: ["verify", "identity"], input: Claims.guest.replacing(old, with: new), sentences: sentences)
      }

      private init(words: [String], input: String, sentences: [String]) {
        (self.words, self.input, self.sentences) = (words, input, sentences)
      }

      /// A provisioning file with one tenant.
      static func tenant(_ text: String, _ sentences: String...) -> BadInput {
        BadInput(words: ["operator", "provision", "input.json5"], input: text, sentences: sentences)
      }
    }

    private static let badInputs = [
      BadInput.claim(
        "\"name\"", "\"nam\":\"陳美玲\",\"name\"", "standard input: nam: is not a setting; did you mean name?"),
      .claim(
        "1985-03-14", "1985-13-14",
        "standard input: birthDate: a date is YYYY-MM-DD and exists in the calendar"),
      .claim("1985-03-14", "14.3.1985", "standard input: birthDate: a date is YYYY-MM-DD"),
      .claim(
        "H1234567802", "X1234567802", "standard input: number: a permit's number is H or M and 8 digits"),
      .claim("permit", "陳美玲", "standard input: documentType: must be one of permit, passport"),
      .claim("陳美玲", "", "standard input: name: must not be empty"),
      .claim("\"陳美玲\"", "19850314", "standard input: name: must be a string, not a number"),
      .claim("\"陳美玲\"", "陳美玲", "standard input: line 1, column 56: expected a value"),
      .claim("\"}", "\"", "standard input: line 2, column 1: expected ',' or '}'"),
      .claim("{", "{\"sex\":\"女\",", "standard input: sex: must be F or M"),
      .claim("{", "{\"mrz\":[\"H1234567802\"],", "standard input: mrz: expected 3 lines of 30 characters"),
      .claim(
        "{", "{\"scene\":\"陳美玲\",", "standard input: scene: must have 1 to 32 characters of a-z, 0-9 and -"),
      .claim("{", "{\"expiry\":\"2031-02-30\",", "standard input: expiry: a date is YYYY-MM-DD and exists"),
      BadInput(
        ["verify", "identity"], "", "standard input is empty: give a claim with --claim FILE"),
      BadInput(
        ["verify", "identity"], "\"H1234567802\"", "standard input: must be an object, not a string",
        "documentType: is missing", "number: is missing", "name: is missing", "birthDate: is missing"),
      BadInput(
        ["verify", "identity", "--scene", "陳 美玲"], Claims.guest, "--scene: a scene has 1 to 32 characters"),
      BadInput(
        ["verify", "identity", "--claim", "-", "--batch", "-"], Claims.guest,
        "give --claim or --batch, not both"),
      BadInput(["verify", "identity", "--claim", "none"], "", "open none: No such file or directory"),
      BadInput(["verify", "identity", "--batch", "none"], "", "open none: No such file or directory"),
      BadInput(["registry", "import", "none.csv"], "", "open none.csv: No such file or directory"),
      BadInput(["registry", "import", "/tmp"], "", "read /tmp: Is a directory"),
      BadInput(
        ["registry", "import", "-", "--format", "csv"], "number,birthDate\nH1234567802,1985-03-14\n",
        "- line 1: the header lacks the column documentType"),
      BadInput(
        ["registry", "import", "-", "--format", "csv"], "documentType,number,birthDate,陳美玲\n",
        "- line 1: the header's column 4 is unknown; known are documentType, number"),
      BadInput(
        ["registry", "import", Specimens.registry, "--rejects", "/none/rejects"], "",
        "write /none/rejects: No such file or directory"),
      BadInput(
        ["registry", "delete", "--type", "permit", "--yes"], "EJ1234567\n",
        "standard input: number: a permit's number is H or M and 8 digits"),
      BadInput(["registry", "delete", "--type", "passport", "--yes"], "", "standard input: number: "),
      BadInput(
        ["operator", "provision", "tenants.json5", "--operation", "12"], "",
        "--operation: an operation id is 32 hexadecimal digits"),
      .tenant("{ tenants: [", "input.json5: line 1, column 13: the document ends before its value"),
      .tenant("{}", "input.json5: tenants: is missing"),
      .tenant("{ tenants: [] }", "input.json5: tenants: must name a tenant"),
      .tenant(
        "{ operationId: \"x\", tenants: [{}] }", "operationId: must be 32 hexadecimal digits",
        "tenants[0].id: is missing", "tenants[0].name: is missing", "tenants[0].mode: is missing",
        "tenants[0].scenes: is missing"),
      .tenant(
        """
        { tenants: [{ id: "inn", name: "Inn", mode: "mobil-certificate", scenes: "lodging",
          keys: [{ certificate: "none.pem", kind: 1 }], state: "closed", checksPerMinute: -1 }] }
        """,
        "tenants[0].mode: must be one of mobile-certificate, signing-server; did you mean mobile-certificate",
        "tenants[0].state: must be one of open, suspended, terminated", "tenants[0].scenes: must be a list",
        "tenants[0].keys[0].certificate: no such file ",
        "tenants[0].checksPerMinute: must be a whole number from 0 to 10000000",
        "tenants[0].keys[0].kind: is not a setting"),
      .tenant(
        """
        { tenants: [{ id: "inn", name: "Inn", mode: "mobile-certificate", scenes: ["lodging"],
          keys: [{ certificate: "hotel.key.pem" }] }] }
        """, "tenants[0].keys[0].certificate: "),
    ]

    @Test(arguments: badInputs)
    private func whatIsReadIsExplained(_ bad: BadInput) throws {
      try site.write(bad.input, to: "input.json5")
      let isOfficer = bad.words.first != "verify"
      let outcome = try site.passgate(
        words(bad.words), profile: isOfficer ? "operator.json5" : "hotel.json5", input: bad.input)
      #expect(outcome.status == 2)
      #expect(outcome.output.isEmpty)
      let lines = outcome.errors.split(separator: "\n")
      #expect(lines.count == bad.sentences.count, "\(lines)")
      for (line, sentence) in zip(lines, bad.sentences) {
        #expect(line.hasPrefix("passgate: "))
        #expect(line.contains(sentence))
      }
      expectNoPersonalData(in: outcome.errors)
    }

    /// One bad line does not keep the others from being checked; the exit status tells of it.
    @Test func aBatchGoesOnBehindABadLine() throws {
      let input = [Claims.guest, Claims.guest.replacing("1985", with: "85"), "陳美玲"].joined(separator: "\n")
      let outcome = try site.passgate(
        ["verify", "identity", "--batch", "-"], profile: "hotel.json5", input: input)
      #expect(outcome.status == 2)
      #expect(outcome.output.contains("\"line\":1"))
      let lines = outcome.errors.split(separator: "\n")
      #expect(lines.count == 2)
      #expect(lines.first?.hasPrefix("passgate: - line 2: birthDate: ") == true)
      #expect(lines.last?.hasPrefix("passgate: - line 3: ") == true)
      expectNoPersonalData(in: outcome.errors)
    }

    // MARK: What the platform refuses

    private static let refused: [(tenant: String, field: String)] = [
      ("id: \"Inn\", mode: \"mobile-certificate\"", "tenants[0].id: "),
      (
        "id: \"inn\", mode: \"signing-server\", keys: [{ certificate: \"stranger.crt.pem\" }]",
        "tenants[0].keys[0].certificate: the certificate is refused for tenant-signing"
      ),
      (
        "id: \"inn\", mode: \"mobile-certificate\", keys: [{ certificate: \"hotel.crt.pem\" }]",
        "tenants[0].keys[0].certificate: the certificate is refused for tenant-mobile: it does not name this tenant"
      ),
      (
        "id: \"airline\", mode: \"signing-server\", keys: [{ certificate: \"airline-sm2.crt.pem\" }]",
        "tenants[0].keys[0].certificate: ecdsa-p256-sha256 needs a key of kind P-256"
      ),
    ]

    @Test(arguments: refused.indices)
    func thePlatformNamesTheField(_ index: Int) throws {
      let (tenant, field) = Self.refused[index]
      try site.write("{ tenants: [{ name: \"Inn\", scenes: [\"a\"], \(tenant) }] }", to: "input.json5")
      let outcome = try site.passgate(["operator", "provision", site.path("input.json5")])
      #expect(outcome.status == 1)
      #expect(outcome.output.hasPrefix("REFUSED  PROVISION_REFUSED: \(field)"))
      // An unknown outcome could be asked for by this number.
      #expect(outcome.errors.hasPrefix("operation "))
      #expect(try !site.passgate(["operator", "tenants"]).output.contains("inn"))
    }
  }
}
