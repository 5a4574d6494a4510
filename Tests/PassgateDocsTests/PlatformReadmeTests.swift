import PassgateCrypto
import PassgateDomain
import PassgateService
import PassgateSettings
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import passgated

/// Sources/passgated/README.md must say what the program reads, logs and measures.
@Suite struct PlatformReadmeTests {
  private let readme: Document

  init() throws { readme = try Document("Sources/passgated/README.md") }

  private func site() throws -> Site {
    let site = try Site()
    try site.write(root: "pki/root.crt.pem")
    try site.write(issuing: "pki/issuing.bundle.pem")
    try Files.createDirectory(site.folder.path("officers"))
    let server = KeySet.Entry(try site.issue(.serverTLS, "pki/server"), named: "server")
    let replies = [
      KeySet.Entry(try site.issue(.replySigning, "pki/reply-p256"), named: "reply-p256"),
      KeySet.Entry(try site.issue(.replySigning, "pki/reply-sm2", .sm2SM3), .sm2SM3, named: "reply-sm2"),
    ]
    for set in [KeySet(role: .server, entries: [server]), KeySet(role: .reply, entries: replies)] {
      _ = try site.write(set.json, as: "pki/\(set.role.rawValue).keys.json")
    }
    try site.issue(.operatorSigning, "officers/officer-1")
    try site.issue(.operatorSigning, "officers/officer-2")
    try site.issue(.operatorSigning, "officers/officer-3", .ed25519)
    for number in 4...6 { try site.issue(.operatorSigning, "officers/officer-\(number)") }
    return site
  }

  private func read(_ text: String) throws -> Result<DaemonSettings, SettingsProblems> {
    let site = try site()
    return DaemonSettings.read(try site.write(text, as: "passgated.json5"), clock: ManualClock())
  }

  @Test func theExampleIsInOrder() throws {
    let example = try #require(readme.examples()["passgated.json5"])
    let settings: DaemonSettings
    switch try read(example) {
    case .success(let read): settings = read
    case .failure(let problems):
      Issue.record("\(problems.list)")
      return
    }
    #expect(settings.loops == 4)
    #expect(settings.ledgerPath == "/var/lib/passgate/ledger.sqlite")
    #expect(settings.metrics == Endpoint(host: "127.0.0.1", port: 9464))
    let sandbox = try #require(settings.deployments.first)
    #expect(sandbox.registryKeyFiles.path == "/var/lib/passgate/sandbox/registry.keys.json")
    #expect(sandbox.endpoints.map(\.host) == ["192.0.2.7", "2001:db8::7"])
    let configuration = sandbox.configuration
    #expect(configuration.deployment == .sandbox)
    #expect(configuration.evidencePath == "/var/lib/passgate/sandbox/evidence.sqlite")
    #expect(configuration.replyKeys.keys.map(\.algorithm) == [.ecdsaP256SHA256, .sm2SM3])
    #expect(sandbox.keySetVersions == ["replyKeys": 1, "tls.keys": 1])
    #expect(
      configuration.officers.map(\.roles) == [
        [.registrar], [.keyOfficer], [.supervisor], [.reviewer], [.legal], [.legal],
      ])
    #expect(settings.deployments.map(\.configuration.deployment) == [.sandbox, .production])
    let production = try #require(settings.deployments.last)
    #expect(sandbox.portraits == nil && production.portraits?.workers == 2)
    let thresholds = production.configuration.portraitThresholds
    #expect(thresholds.thresholds(scene: "lodging", tenant: "hotel") == .usual)
    #expect(thresholds.thresholds(scene: "account-opening", tenant: "hotel").same == 700)
    #expect(thresholds.thresholds(scene: "account-opening", tenant: "bank-a").same == 800)
  }

  @Test func aKeyThatIsNoSettingIsAProblem() throws {
    let example = try #require(readme.examples()["passgated.json5"])
    guard case .failure(let problems) = try read(example.withStrangeKey) else {
      Issue.record("a strange key was taken")
      return
    }
    #expect(problems.list.count == 1)
    #expect(problems.list.first?.contains("strange: is not a setting") == true)
  }

  /// Each row is one problem, told with all others.
  @Test(arguments: [
    ("different: 400", "different: 600", "must be below same"),
    ("same: 700, different: 450", "same: 700, different: 1001", "1000"),
    ("id: \"bank-a\", same: 800", "id: \"bank-a\", same: 599", "bank-a has a threshold below the usual one"),
    ("id: \"account-opening\"", "id: \"Account\"", "a-z"),
    ("workers: 2", "workers: 65", "64"),
  ]) func aThresholdThatCannotBeIsAProblem(_ right: String, _ wrong: String, _ sentence: String) throws {
    let example = try #require(readme.examples()["passgated.json5"])
    #expect(example.contains(right))
    guard case .failure(let problems) = try read(example.replacing(right, with: wrong)) else {
      Issue.record("\(wrong) was taken")
      return
    }
    #expect(problems.list.count == 1 && problems.list.first?.contains(sentence) == true, "\(problems.list)")
  }

  /// What is not there keeps nothing from starting; whoever asks is told.
  @Test func whatComparingPortraitsLacksIsToldWhenAsked() throws {
    let example = try #require(readme.examples()["passgated.json5"])
    let settings = try read(example).get()
    let problems = settings.portraitProblems()
    #expect(problems.count == 3 && problems.allSatisfy { $0.hasPrefix("production: portrait.") })
    let folder = try TemporaryDirectory()
    let file = folder.path("portrait.calibration")
    try Files.writeDurably(Array("passgate-portrait-calibration 1\npurpose development\n".utf8), to: file)
    let other = example.replacing("/var/lib/passgate/portrait.calibration", with: file)
    let found = try read(other).get().portraitProblems()
    #expect(found.contains { $0.contains("portrait.calibration") && $0.contains("purpose development") })
  }

  @Test func everySettingIsInTheTable() throws {
    let source = try ["DaemonSettings", "PortraitReading"].map {
      try Document("Sources/passgated/\($0).swift").text
    }.joined()
    let names = Set(
      source.matches(of: /(?:\.\w+\(|KeySetReading\([$\w]+,)\s*"([a-z]\w*)"/).map { String($0.output.1) })
    #expect(names.isSuperset(of: ["replyKeys", "keys"]))
    #expect(names.count > 15)
    let documented = readme.terms(under: "Configuration").flatMap {
      $0.split(separator: ".").map(String.init)
    }
    #expect(names.subtracting(documented).isEmpty)
  }

  @Test func everyLogEventIsInTheTable() throws {
    var events: Set<String> = []
    for source in try ["PassgateRPC", "PassgateService", "passgated"].flatMap(Self.sources) {
      let call = /log\.(?:debug|info|warning|error)\(\s*"(\w+)"/
      events.formUnion(source.matches(of: call).map { String($0.output.1) })
    }
    #expect(readme.terms(under: "Log") == events)
  }

  @Test func everyMetricIsInTheTable() throws {
    var metrics: Set<String> = []
    for source in try Self.sources(of: "PassgateService") {
      metrics.formUnion(source.matches(of: /"(passgate_\w+)"/).map { String($0.output.1) })
    }
    #expect(readme.terms(under: "Metrics") == metrics)
  }

  /// The texts of a target's files, those of its folders too.
  private static func sources(of target: String) throws -> [String] {
    let folder = "Sources/\(target)"
    let names = try Files.list("\(Document.root)/\(folder)")
    let inner = try names.filter { !$0.contains(".") }.flatMap { name in
      try Files.list("\(Document.root)/\(folder)/\(name)").map { "\(name)/\($0)" }
    }
    return try (names + inner).filter { $0.hasSuffix(".swift") }.map { try Document("\(folder)/\($0)").text }
  }
}
