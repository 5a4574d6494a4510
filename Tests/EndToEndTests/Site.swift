import Glibc
import PassgateClient
import PassgateCrypto
import PassgateProfile
import PassgateSettings
import PassgateSystem
import PassgateTestKit
import Testing

/// The certificates and keys of all tests, made once.
struct Identities: Sendable {
  let authority: TestAuthority
  /// An authority that nobody here trusts.
  let foreign: TestAuthority
  let byName: [String: TestIdentity]

  static let shared = Result { try Identities() }

  private static let table: [(String, KeyPurpose, SignatureAlgorithm)] = [
    ("server", .serverTLS, .ecdsaP256SHA256), ("reply", .replySigning, .ecdsaP256SHA256),
    ("reply-next", .replySigning, .ecdsaP256SHA256), ("reply-sm2", .replySigning, .sm2SM3),
    ("officer-1", .operatorSigning, .ecdsaP256SHA256), ("auditor", .operatorSigning, .ecdsaP256SHA256),
    ("hotel", .tenantMobile, .ecdsaP256SHA256), ("airline", .tenantSigning, .ecdsaP256SHA256),
    ("airline-sm2", .tenantSigning, .sm2SM3), ("signer", .signerTLS, .ecdsaP256SHA256),
    ("archive", .generalSigning, .sm2SM3),
    ("ticketing", .applicationTLS, .ecdsaP256SHA256), ("stranger", .applicationTLS, .ecdsaP256SHA256),
  ]

  private init() throws {
    authority = try TestAuthority(at: TestAuthority.present)
    foreign = try TestAuthority(at: TestAuthority.present)
    var byName: [String: TestIdentity] = [:]
    for (name, purpose, algorithm) in Self.table {
      let tenant = name.hasPrefix("airline") ? "airline" : name
      byName[name] = try authority.issue(purpose, algorithm, name: name, tenant: tenant)
    }
    byName["server-renewed"] = try authority.issue(.serverTLS, name: "renewed", serverNames: ["renewed.test"])
    self.byName = byName
  }

  func named(_ name: String) throws -> TestIdentity {
    guard let identity = byName[name] else { throw SystemError(message: "no identity \(name)") }
    return identity
  }
}

/// A platform and a tenant's signing server in a folder of their own, run as their users run them: every port
/// is the system's choice, and the profiles follow.
final class Site {
  private let directory: TemporaryDirectory
  let identities: Identities
  private(set) var platform: Program?
  private(set) var signer: Program?
  private(set) var port = 0
  private(set) var signerPort = 0

  /// The folder of the platform and its operators.
  var folder: String { directory.path }
  /// The folder of an application that asks the signing server.
  var applicationFolder: String { path("ticketing") }

  func path(_ name: String) -> String { directory.path(name) }

  /// A folder with certificates and configurations, nothing running.
  init() throws {
    // A session of this process may write to a platform that was killed.
    signal(SIGPIPE, SIG_IGN)
    directory = try TemporaryDirectory()
    identities = try Identities.shared.get()
    try Files.createDirectory(directory.path("ticketing"))
    for (name, identity) in identities.byName where name != "ticketing" { try write(identity, as: name) }
    try write(identities.named("ticketing"), as: "ticketing/ticketing")
    for folder in ["", "ticketing/"] {
      try write(text: identities.authority.root.pem(), to: "\(folder)root.crt.pem")
    }
    try write(text: identities.authority.issuing.pem(), to: "issuing.crt.pem")
    try write(text: identities.foreign.root.pem(), to: "foreign.crt.pem")
    try write(keySet: KeySet(role: .server, entries: [entry("server")]))
    try write(keySet: replyKeySet())
    try write(Self.platformConfiguration, to: "passgated.json5")
    try write(Self.signerConfiguration, to: "passgate-signer.json5")
    try write(Self.tenants, to: "tenants.json5")
    try write(Claims.guest, to: "claim.json")
  }

  /// A platform that runs, with its tenants and, unless said otherwise, the specimens in its registry.
  static func running(withSpecimens: Bool = true) throws -> Site {
    let site = try Site()
    try site.startPlatform()
    try site.require(site.passgate(["operator", "provision", site.path("tenants.json5")]))
    if withSpecimens { try site.require(site.passgate(["registry", "import", Specimens.registry])) }
    return site
  }

  func require(_ outcome: Outcome) throws {
    guard outcome.status == 0 else { throw SystemError(message: "set-up failed: \(outcome)") }
  }

  // MARK: Files

  func write(_ identity: TestIdentity, as name: String) throws {
    try write(identity.chain, identity.key, as: name)
  }

  func write(_ chain: [Certificate], _ key: PrivateKey, as name: String) throws {
    try write(text: chain.flatMap { try $0.pem() }, to: "\(name).crt.pem")
    try write(text: key.pem(), to: "\(name).key.pem", mode: 0o600)
  }

  func write(text: [UInt8], to name: String, mode: UInt32 = 0o644) throws {
    let descriptor = FileDescriptor(adopting: unsafe creat(path(name), mode))
    guard descriptor.raw >= 0, fchmod(descriptor.raw, mode) == 0,
      unsafe Glibc.write(descriptor.raw, text, text.count) == text.count
    else { throw SystemError(doing: "write \(name)", code: errno) }
  }

  func write(_ text: String, to name: String) throws { try write(text: Array(text.utf8), to: name) }

  // MARK: Key sets

  /// An entry of a key set for the identity of this name.
  func entry(
    _ name: String, _ algorithm: SignatureAlgorithm = .ecdsaP256SHA256, _ lifecycle: KeyLifecycle = .inUse
  ) throws -> KeySet.Entry {
    KeySet.Entry(try identities.named(name), algorithm, named: name, lifecycle)
  }

  /// Three keys: `reply` and `reply-sm2` in use, `reply-next` announced.
  func replyKeySet() throws -> KeySet {
    KeySet(
      role: .reply,
      entries: [
        try entry("reply"), try entry("reply-next", .ecdsaP256SHA256, .announced),
        try entry("reply-sm2", .sm2SM3),
      ])
  }

  func write(keySet set: KeySet) throws { try write(set.json, to: "\(set.role.rawValue).keys.json") }

  // MARK: Processes

  /// Starts the platform and waits until it serves.
  func startPlatform() throws {
    let program = try Program("passgated", ["--config", path("passgated.json5")])
    platform = program
    guard let port = try program.event("serving")["port"]?.integer else {
      throw SystemError(message: "the log does not name the port")
    }
    self.port = port
    try writeProfiles()
  }

  /// Starts the signing server and waits until it serves.
  func startSigner() throws {
    let program = try Program("passgate-signer", ["--config", path("passgate-signer.json5")])
    signer = program
    guard let port = try program.event("serving")["port"]?.integer else {
      throw SystemError(message: "the log does not name the port")
    }
    signerPort = port
    try writeProfiles()
  }

  /// Sends the platform a signal and answers how it ended.
  @discardableResult
  func endPlatform(_ signal: Int32) throws -> Program.End {
    platform?.send(signal)
    guard let end = try platform?.end() else { throw SystemError(message: "no platform runs") }
    return end
  }

  @discardableResult
  func endSigner(_ signal: Int32) throws -> Program.End {
    signer?.send(signal)
    guard let end = try signer?.end() else { throw SystemError(message: "no signing server runs") }
    return end
  }

  /// Runs `passgate` with a profile of this site.
  func passgate(
    _ arguments: [String], profile: String = "operator.json5", input: String = ""
  ) throws -> Outcome {
    try Program.run(
      "passgate", arguments, input: Array(input.utf8), environment: ["PASSGATE_PROFILE=\(path(profile))"])
  }

  // MARK: Profiles

  private func writeProfiles() throws {
    try write(profile(tenant: "officer-1", key: "officer-1"), to: "operator.json5")
    try write(profile(tenant: "auditor", key: "auditor"), to: "auditor.json5")
    try write(profile(tenant: "hotel", key: "hotel", more: "scene: \"lodging\","), to: "hotel.json5")
    try write(applicationProfile(keyOf: "airline"), to: "ticketing/airline.json5")
    try write(
      applicationProfile(keyOf: "airline-sm2", more: "algorithm: \"sm2-sm3\","), to: "ticketing/sm2.json5")
  }

  /// A profile with a key of its own that also speaks TLS.
  func profile(tenant: String, key: String, more: String = "") -> String {
    """
    { server: "127.0.0.1:\(port)", serverName: "localhost", deployment: "sandbox", tenant: "\(tenant)",
      \(more) trust: "root.crt.pem", tls: { certificate: "\(key).crt.pem", key: "\(key).key.pem" },
      signing: { key: "\(key).key.pem" } }
    """
  }

  /// A profile of the application: no key of the platform, only the way to the signing server.
  func applicationProfile(keyOf name: String, tenant: String = "airline", more: String = "") throws -> String
  {
    let keyID = Hex.encode(try identities.named(name).key.publicKey.keyID)
    return """
      { server: "127.0.0.1:\(port)", serverName: "localhost", deployment: "sandbox", tenant: "\(tenant)",
        \(more) trust: "root.crt.pem", scene: "transport",
        signing: { signer: "127.0.0.1:\(signerPort)", serverName: "localhost", trust: "root.crt.pem",
          certificate: "ticketing.crt.pem", key: "ticketing.key.pem", keyId: "\(keyID)" } }
      """
  }

  /// A session in this process with a profile of this site.
  func session(_ profile: String) throws -> Session { try Session(self.profile(profile)) }

  func profile(_ name: String) throws -> Profile { try Profile.read(path(name)) }

  // MARK: Configurations

  static let platformConfiguration = """
    {
      ledger: "data/ledger.sqlite",
      trust: { roots: "root.crt.pem", intermediates: "issuing.crt.pem" },
      officers: [
        { id: "officer-1", certificate: "officer-1.crt.pem",
          roles: ["registrar", "key-officer", "supervisor"] },
        { id: "auditor", certificate: "auditor.crt.pem", roles: ["supervisor"] },
      ],
      deployments: [{
        name: "sandbox", listen: ["127.0.0.1:0"], data: "data/sandbox",
        tls: { keys: "server.keys.json" }, replyKeys: "reply.keys.json",
      }],
      metrics: "127.0.0.1:0",
      logLevel: "debug",
      loops: 2,
    }
    """

  static let signerConfiguration = """
    {
      listen: ["127.0.0.1:0"],
      tls: { certificate: "signer.crt.pem", key: "signer.key.pem" },
      applications: {
        trust: "root.crt.pem",
        allowed: [{
          certificate: "ticketing/ticketing.crt.pem", name: "ticketing",
          methods: ["passgate.v1.Verification/VerifyIdentity"], scenes: ["transport", "lounge"],
          data: ["archive"],
        }],
      },
      keys: [
        { tenant: "airline", deployment: "sandbox", algorithm: "ecdsa-p256-sha256",
          certificate: "airline.crt.pem", key: "airline.key.pem" },
        { tenant: "airline", deployment: "sandbox", algorithm: "sm2-sm3",
          certificate: "airline-sm2.crt.pem", key: "airline-sm2.key.pem",
          from: "2100-01-01" },
      ],
      dataKeys: [{ name: "archive", certificate: "archive.crt.pem", key: "archive.key.pem", algorithm: "sm2-sm3" }],
      logLevel: "debug",
    }
    """

  /// "lounge" is a scene of the signing server's and not of the agreement.
  static let tenants = """
    { tenants: [
      { id: "hotel", name: "Harbour Hotel", mode: "mobile-certificate", scenes: ["lodging"],
        keys: [{ certificate: "hotel.crt.pem" }] },
      { id: "airline", name: "Pearl Air", mode: "signing-server", scenes: ["transport"],
        keys: [{ certificate: "airline.crt.pem" },
          { certificate: "airline-sm2.crt.pem", algorithm: "sm2-sm3" }] },
    ] }
    """
}

/// A platform that the tests of one suite share, ended with the suite.
struct SharedSite: SuiteTrait, TestScoping {
  @TaskLocal private static var current: Box?

  private let make: @Sendable () throws -> Site

  init(_ make: @escaping @Sendable () throws -> Site = { try .running() }) { self.make = make }

  private final class Box: @unchecked Sendable {
    // The suite is serialized: one test at a time has it.
    let site: Site
    init(_ site: Site) { self.site = site }
  }

  static var site: Site {
    get throws {
      guard let box = current else { throw SystemError(message: "the suite lacks its trait") }
      return box.site
    }
  }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await Self.$current.withValue(Box(try make()), operation: function)
  }
}

/// The suites with processes, one after the other: they are bounded in time by the machine they share.
@Suite(.serialized, .timeLimit(.minutes(5))) enum EndToEnd {}
