import Foundation
import PassgateCrypto
import PassgateSettings
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import passgate_signer

private let now: UInt64 = 1_782_864_000_000

/// A folder with every file that the example of the README names.
struct Site {
  let folder: TemporaryDirectory
  let example: String

  init() throws {
    folder = try TemporaryDirectory()
    let readme = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources/passgate-signer/README.md")
    let blocks = try String(contentsOf: readme, encoding: .utf8).components(separatedBy: "```json5\n")
    example = try #require(blocks.dropFirst().first?.components(separatedBy: "```").first)
    let identities = try Identities.shared.get()
    try write("root", certificates: [identities.authority.root])
    try write("signer", identities.server)
    try write("ticketing", certificates: identities.ticketing.chain)
    try write("airline-sm2", identities.airlineSM2)
    try write("airline-p256", identities.airline)
    try write("hotel", identities.hotel)
    try write("archive", identities.archive)
  }

  private func write(_ name: String, _ identity: TestIdentity) throws {
    try write(name, certificates: identity.chain)
    try Files.writeDurably(identity.key.pem(), to: folder.path("\(name).key.pem"), mode: 0o600)
  }

  func write(_ name: String, certificates: [Certificate]) throws {
    try Files.writeDurably(certificates.flatMap { try $0.pem() }, to: folder.path("\(name).crt.pem"))
  }

  /// Reads the example, with `old` replaced by `new`.
  func read(_ old: String = "", _ new: String = "") throws -> SignerConfiguration {
    let file = folder.path("signer.json5")
    try write(file, old, new)
    return try SignerConfiguration(file: file, wallMilliseconds: now)
  }

  /// What is wrong with the example once `old` is replaced by `new`.
  func problems(_ old: String, _ new: String) throws -> [String] {
    let file = folder.path("signer.json5")
    try write(file, old, new)
    return SignerConfiguration.problems(file: file, wallMilliseconds: now)
  }

  private func write(_ file: String, _ old: String, _ new: String) throws {
    try #require(old.isEmpty || example.contains(old))
    let text = old.isEmpty ? example : example.replacingOccurrences(of: old, with: new)
    try Files.writeDurably(Array(text.utf8), to: file)
  }
}

/// A mistake in the example, and the one problem it makes.
private struct Mistake: Sendable, CustomTestStringConvertible {
  let old: String
  let new: String
  let problem: String

  init(_ old: String, _ new: String, _ problem: String) {
    (self.old, self.new, self.problem) = (old, new, problem)
  }

  var testDescription: String { problem }

  static let all = [
    Mistake(#"listen: ["127.0.0.1:7444", "[::1]:7444"]"#, "listen: []", "listen: must name an address"),
    Mistake("127.0.0.1:7444", "7444", "listen[0]: must be \"host:port\""),
    Mistake("loops: 1", "loops: 0", "loops: must be a whole number"),
    Mistake("logLevel: \"info\"", "logLevel: \"loud\"", "logLevel: must be one of"),
    Mistake(
      "scenes: [", "scense: [], scenes: [", "allowed[0].scense: is not a setting; did you mean scenes?"),
    Mistake("\"transport\"", "\"Transport\"", "allowed[0].scenes[0]: must have 1 to 32 characters"),
    Mistake("name: \"ticketing\"", "name: \"Tick et\"", "allowed[0].name: must have 1 to 32 characters"),
    Mistake("Verification/VerifyBatch", "Verification/VerifyBach", "allowed[0].methods[1]: is no method"),
    Mistake(
      "Verification/VerifyBatch", "Health/Check", "allowed[0].methods[1]: is no method that tenants sign"),
    Mistake("tenants: [\"airline\"]", "tenants: [\"airlin\"]", "did you mean airline?"),
    Mistake(
      "signer.crt.pem", "hotel.crt.pem", "tls.certificate: the certificate is refused for signer-tls: "),
    Mistake("signer.crt.pem", "none.pem", "tls.certificate: no such file"),
    Mistake("signer.key.pem", "hotel.key.pem", "tls.key: is not the key of the certificate beside it"),
    Mistake("signer.key.pem", "root.crt.pem", "tls.key: "),
    Mistake("\"ticketing.crt.pem\"", "\"hotel.crt.pem\"", "the certificate is refused for application-tls: "),
    Mistake("trust: \"root.crt.pem\"", "trust: \"hotel.key.pem\"", "applications.trust: "),
    Mistake("\"sm2-sm3\"", "\"ed25519\"", "keys[0].algorithm: ed25519 needs a key of kind Ed25519"),
    Mistake("\"sm2-sm3\"", "\"sm2\"", "keys[0].algorithm: must be one of"),
    Mistake("deployment: \"sandbox\"", "deployment: \"test\"", "keys[0].deployment: must be one of sandbox"),
    Mistake(
      "airline-sm2.crt.pem", "signer.crt.pem",
      "keys[0].certificate: the certificate is refused for tenant-signing: "),
    Mistake(
      "algorithm: \"sm2-sm3\",", "algorithm: \"sm2-sm3\", from: \"soon\",",
      "keys[0].from: must be a day or a time"),
    Mistake(
      "data: [\"archive\"]", "data: [\"archiv\"]",
      "allowed[0].data[0]: is no name of a key for data; did you mean archive"),
    Mistake(
      "archive.crt.pem", "hotel.crt.pem",
      "dataKeys[0].certificate: the certificate is refused for general-signing: "),
    Mistake("airline-p256.key.pem", "archive.key.pem", "keys[1].key: is not the key of the certificate"),
  ]
}

@Suite struct ConfigurationTests {
  private let site: Site

  init() throws { site = try Site() }

  @Test func theExampleOfTheReadmeIsValid() throws {
    let configuration = try site.read()
    let identities = try Identities.shared.get()
    #expect(
      configuration.listen == [Endpoint(host: "127.0.0.1", port: 7444), Endpoint(host: "::1", port: 7444)])
    #expect(configuration.loops == 1)
    #expect(configuration.logLevel == .info)
    let policy = configuration.material.policy
    #expect(
      policy.applications == [
        identities.ticketing.certificate.fingerprint: Application(
          name: "ticketing", tenants: ["airline"], methods: [Desk.method, Desk.batchMethod],
          scenes: ["transport"], dataKeys: ["archive"])
      ])
    #expect(policy.dataKeys.values.map(\.name) == ["archive"])
    let sm2 = try #require(policy.keys[identities.airlineSM2.key.publicKey.keyID])
    #expect(sm2.tenantID == "airline")
    #expect(sm2.deployment == .sandbox)
    #expect(sm2.algorithm == .sm2SM3)
    #expect(policy.keys[identities.airline.key.publicKey.keyID]?.deployment == .production)
  }

  @Test func anApplicationWithoutTenantsMayUseAllThatAreHeld() throws {
    let configuration = try site.read("tenants: [\"airline\"],", "")
    #expect(configuration.material.policy.applications.values.map(\.tenants) == [["airline"]])
  }

  @Test(arguments: Mistake.all) private func aMistakeIsNamed(_ mistake: Mistake) throws {
    let problems = try site.problems(mistake.old, mistake.new)
    #expect(problems.contains { $0.contains(mistake.problem) }, "\(problems)")
  }

  @Test func allMistakesAreListedAtOnce() throws {
    let problems = try site.problems(site.example, "{ listen: 7, keys: [], tls: {}, loop: 1 }")
    for place in ["listen", "keys", "tls.certificate", "tls.key", "applications", "loop:"] {
      #expect(problems.contains { $0.contains("signer.json5: \(place)") }, "\(place) in \(problems)")
    }
  }

  @Test func aKeyOpenToOthersIsRefused() throws {
    let file = site.folder.path("airline-sm2.key.pem")
    try Files.writeDurably(Files.read(file), to: file, mode: 0o640)
    let problems = try site.problems("", "")
    #expect(problems.count == 1)
    #expect(problems.first?.contains("chmod 600") == true)
  }

  @Test(.enabled(if: OpenSSLCommand.isInstalled, "needs the openssl command"))
  func aCertificateOfAnOutsideAuthorityServes() throws {
    let (key, certificate) = (site.folder.path("outside.key.pem"), site.folder.path("outside.crt.pem"))
    let line =
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=Airline "
      + "-addext basicConstraints=critical,CA:FALSE -addext keyUsage=critical,digitalSignature "
      + "-addext extendedKeyUsage=clientAuth -keyout \(key) -out \(certificate)"
    let made = try OpenSSLCommand.output(line.split(separator: " ").map(String.init))
    try #require(made.status == 0, "\(made.text)")
    try Files.writeDurably(Files.read(key), to: key, mode: 0o600)
    let entry = { (name: String) in
      "keys: [{ tenant: \"hotel\", deployment: \"sandbox\", certificate: \"\(name).crt.pem\", key: \"\(name).key.pem\" },"
    }
    #expect(try site.problems("keys: [", entry("outside")).isEmpty)
    // That of another purpose of ours does not.
    #expect(
      try site.problems("keys: [", entry("signer")).first?.contains("refused for tenant-signing") == true)
  }

  @Test func aKeyForRequestsSignsNoData() throws {
    let identities = try Identities.shared.get()
    let both = try identities.authority.issue(.tenantSigning, tenant: "hotel", key: identities.archive.key)
    try site.write("both", certificates: both.chain)
    let problems = try site.problems(
      "keys: [",
      """
      keys: [{ tenant: "hotel", deployment: "sandbox", certificate: "both.crt.pem", key: "archive.key.pem" },
      """)
    #expect(problems.count == 1)
    #expect(problems.first?.contains("what signs requests signs no data") == true)
  }

  @Test func nothingIsListedTwice() throws {
    let keys = try site.problems(
      "keys: [",
      """
      keys: [{ tenant: "airline", deployment: "sandbox", certificate: "airline-sm2.crt.pem",
        key: "airline-sm2.key.pem", algorithm: "sm2-sm3" },
      """)
    #expect(keys.count == 1)
    #expect(keys.first?.contains("keys[1].key: is listed twice") == true)
    let applications = try site.problems(
      "allowed: [",
      """
      allowed: [{ certificate: "ticketing.crt.pem", name: "other", scenes: [], methods: [] },
      """)
    #expect(applications.count == 1)
    #expect(applications.first?.contains("allowed[1].certificate: is listed twice") == true)
  }

  /// Each place of the example that names a certificate.
  private static let places: [(place: String, name: String, purpose: KeyPurpose)] = [
    ("tls", "signer", .signerTLS), ("allowed[0]", "ticketing", .applicationTLS),
    ("keys[0]", "airline-sm2", .tenantSigning), ("dataKeys[0]", "archive", .generalSigning),
  ]

  @Test(arguments: places.indices, ProfileFault.allCases)
  func everyCertificateIsHeldAgainstItsProfile(_ index: Int, _ fault: ProfileFault) throws {
    let (place, name, purpose) = Self.places[index]
    let identities = try Identities.shared.get()
    let key = [
      "signer": identities.server.key, "ticketing": identities.ticketing.key,
      "airline-sm2": identities.airlineSM2.key, "archive": identities.archive.key,
    ][name]
    let holder = purpose == .tenantSigning ? "airline" : name
    let bad = try identities.authority.issue(purpose, with: fault, name: holder, key: try #require(key))
    try site.write(name, certificates: bad.chain)
    let problems = try site.problems("", "")
    #expect(problems.count == 1)
    let problem = try #require(problems.first)
    #expect(problem.contains("\(place).certificate: the certificate is refused for \(purpose.rawValue): "))
    #expect(problem.contains("(\(fault.rawValue))"))
  }

  @Test func aKeyIsHeldForTheTenantOfItsCertificateAlone() throws {
    let problems = try site.problems("tenant: \"airline\"", "tenant: \"ferry\"")
    let names = problems.filter { $0.contains("it does not name this tenant alone") }
    #expect(names.count == 2, "\(problems)")
  }

  @Test func aServerCertificateThatHasRunOutIsRefused() throws {
    _ = try site.read()
    let file = site.folder.path("signer.json5")
    let late = UInt64(try Identities.shared.get().server.certificate.notAfter + 1) * 1_000
    #expect(throws: SettingsError.self) { try SignerConfiguration(file: file, wallMilliseconds: late) }
  }

  @Test func whatOnlyARestartTakesUpIsNamed() throws {
    let before = try site.read()
    #expect(before.fixedSettings(changedIn: try site.read("\"transport\"", "\"travel\"")).isEmpty)
    #expect(before.fixedSettings(changedIn: try site.read("loops: 1", "loops: 2")) == ["loops"])
    let quieter = try site.read("logLevel: \"info\"", "logLevel: \"error\"")
    #expect(before.fixedSettings(changedIn: quieter) == ["logLevel"])
    #expect(before.fixedSettings(changedIn: try site.read("127.0.0.1:7444", "127.0.0.1:0")) == ["listen"])
  }
}
