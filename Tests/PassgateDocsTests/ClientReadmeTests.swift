import PassgateClient
import PassgateCrypto
import PassgateDomain
import PassgateProfile
import PassgateSettings
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService
@testable import passgate

/// Sources/passgate/README.md must say what the program reads and answers.
@Suite struct ClientReadmeTests {
  private let readme: Document
  private let examples: [String: String]

  init() throws {
    readme = try Document("Sources/passgate/README.md")
    examples = readme.examples()
  }

  private static let identities: [(purpose: KeyPurpose, name: String, algorithm: SignatureAlgorithm)] = [
    (.tenantMobile, "hotel-17", .ecdsaP256SHA256), (.tenantMobile, "hotel-17-old", .ecdsaP256SHA256),
    (.tenantMobile, "hotel-18-sm2", .sm2SM3), (.tenantTLS, "hotel-18-tls", .ecdsaP256SHA256),
    (.tenantTLS, "airline-tls", .ecdsaP256SHA256), (.tenantSigning, "airline-sm2", .sm2SM3),
    (.tenantSigning, "airline-rsa", .rsaPKCS1SHA256), (.applicationTLS, "ticketing", .ecdsaP256SHA256),
    (.operatorSigning, "officer-1", .ecdsaP256SHA256),
  ]

  private func site() throws -> Site {
    let site = try Site()
    try site.write(root: "root.crt.pem")
    let tenants = ["hotel-17", "hotel-18", "airline"]
    for (purpose, name, algorithm) in Self.identities {
      try site.issue(purpose, name, algorithm, tenant: tenants.first { name.hasPrefix($0) })
    }
    return site
  }

  private static let profiles = ["hotel.json5", "airline.json5", "hotel-sm2.json5", "officer.json5"]
  private static let claims = ["claim.json5", "passport-claim.json5"]
  private static let law = [
    "applicant.json5", "dossier.json5", "findings.json5", "terms.json5", "policy.json5",
  ]

  @Test func everyExampleIsRead() {
    #expect(Set(examples.keys) == Set(Self.profiles + Self.claims + Self.law + ["tenants.json5"]))
  }

  // MARK: Profiles

  @Test func theProfilesAreInOrder() throws {
    let site = try site()
    for name in Self.profiles {
      let example = try #require(examples[name])
      let profile = try Profile.read(try site.write(example, as: name))
      #expect(profile.endpoint.port == 7443)
      #expect(profile.identity != nil)
      let problems = #expect(throws: ProfileFault.self) {
        try Profile.read(try site.write(example.withStrangeKey, as: name))
      }
      #expect(problems?.problems.count == 1)
    }
  }

  @Test func theModesAreTheirs() throws {
    let site = try site()
    func read(_ name: String) throws -> Profile {
      try Profile.read(try site.write(try #require(examples[name]), as: name))
    }
    let hotel = try read("hotel.json5")
    guard case .key(let key) = hotel.signing else {
      Issue.record("a mobile certificate signs with its own key")
      return
    }
    #expect(key.publicKey.keyID == hotel.identity?.key.publicKey.keyID)
    guard case .server(let signer) = try read("airline.json5").signing else {
      Issue.record("a signing server signs")
      return
    }
    #expect(signer.endpoint == Endpoint(host: "signer.airline.example", port: 7444))
    #expect(try read("hotel-sm2.json5").algorithm == .sm2SM3)
    #expect(try read("officer.json5").scene.isEmpty)
  }

  @Test func everyProfileSettingIsInTheTable() throws {
    let source = try Document("Sources/PassgateProfile/ProfileFile.swift").text
    let names = Set(source.matches(of: /\.\w+\(\s*"([a-z]\w*)"/).map { String($0.output.1) })
    #expect(names.count > 8)
    let documented = readme.terms(under: "Profile").flatMap { $0.split(separator: ".").map(String.init) }
    #expect(names.subtracting(documented + ["signing", "tls"]).isEmpty)
  }

  // MARK: Claims and records

  @Test(arguments: claims) func theClaimsAreInOrder(_ name: String) throws {
    let site = try Site()
    let example = try #require(examples[name])
    let file = try ClaimFile.read(try site.write(example, as: name))
    #expect(!file.claim.birthDate.isEmpty)
    #expect(throws: Failure.self) { try ClaimFile.read(try site.write(example.withStrangeKey, as: name)) }
  }

  @Test func theLinesOfABatchAreClaims() throws {
    let lines = try #require(readme.blocks("ndjson").first).split(separator: "\n")
    let claims = try lines.map { try ClaimFile(try parseJSON(Array($0.utf8)), place: "the example") }
    #expect(claims.map(\.scene) == [nil, "transport"])
  }

  @Test func theRegistryFileIsInOrder() throws {
    let site = try Site()
    let csv = try #require(readme.blocks("csv").first)
    var file = try RegistryFile(try site.write(csv, as: "records.csv"), format: nil)
    var numbers: [String] = []
    while let line = try file.next() { numbers.append(try line.get().record.number) }
    #expect(numbers == ["H1234567802", "EJ1234567"])
  }

  // MARK: Cases

  /// The documents that the examples name.
  private func documents(in site: Site) throws {
    for name in ["form.pdf", "lawfulness.pdf", "rights.pdf", "security.pdf", "opinion.pdf"] {
      _ = try site.write("%PDF-1.7 \(name)", as: name)
    }
    try Files.writeDurably([0xFF, 0xD8, 0xFF, 0xE0], to: site.folder.path("licence.jpg"))
  }

  @Test func theApplicantsKeyIsMadeOnWish() throws {
    let site = try site()
    let path = try site.write(try #require(examples["applicant.json5"]), as: "applicant.json5")
    func provide(_ words: String...) throws {
      guard case .run(let invocation) = passgate.commandLine.parse(["apply", "--profile", path] + words)
      else {
        return
      }
      try ApplicantKey.provide(invocation)
    }
    #expect(throws: Failure.self) { try provide() }
    try provide("--new-key")
    let key = try Files.readSecret(site.folder.path("applicant.key.pem"))
    let profile = try Profile.read(path)
    #expect(profile.deployment == .production && profile.identity == nil)
    try provide("--new-key")
    #expect(try Files.readSecret(site.folder.path("applicant.key.pem")) == key)
  }

  @Test func theDossierIsInOrder() throws {
    let site = try Site()
    try documents(in: site)
    let example = try #require(examples["dossier.json5"])
    _ = try site.write(example, as: DossierFile.name)
    let file = try DossierFile.read(site.folder.path, today: LegalCalendar.day(of: 1_795_392_000_000))
    #expect(file.documents.count == 5)
    _ = try site.write(example.withStrangeKey, as: DossierFile.name)
    #expect(throws: Failure.self) { try DossierFile.read(site.folder.path) }
  }

  @Test func everyDossierSettingIsInTheTable() throws {
    let getter =
      /\.?(?:string|word|words|integer|identifier|hours|date|path|volume|object|objects)\(\s*"(\w+)"/
    var names: Set<String> = []
    for file in ["DossierFile", "LawSettings"] {
      let source = try Document("Sources/passgate/Law/\(file).swift").text
      names.formUnion(source.matches(of: getter).map { String($0.output.1) })
    }
    #expect(names.count > 15)
    let documented = readme.terms(under: "Dossier")
      .flatMap { $0.split(separator: ".").map(String.init) }
    #expect(names.subtracting(documented).isEmpty)
  }

  @Test func theOfficersFilesAreInOrder() throws {
    let site = try Site()
    try documents(in: site)
    func write(_ name: String) throws -> String {
      try site.write(try #require(examples[name]), as: name)
    }
    #expect(try FindingsFile.read(try write("findings.json5")).map(\.condition) == [1, 2, 3, 4, 5])
    let terms = try AgreementTerms.read(try write("terms.json5"))
    #expect(terms.scopes?.map(\.scene) == ["check-in"] && terms.special.count == 1)
    #expect(try AssessmentPolicy.read(try write("policy.json5")) == .standard)
  }

  /// The page lists every command.
  @Test func everyCommandIsInTheTable() {
    for path in commands.map({ $0.0.path.joined(separator: " ") }) {
      #expect(readme.text.contains("`\(path)`"), "\(path)")
    }
  }

  // MARK: Provisioning

  @Test func thePlatformTakesTheProvisioningFile() throws {
    let site = try site()
    let example = try #require(examples["tenants.json5"])
    let file = try ProvisionFile.read(try site.write(example, as: "tenants.json5"))
    #expect(file.operationID?.count == 16)
    let own = TrustDomain(roots: [site.authority.root], intermediates: [site.authority.issuing])
    let judge = TenantCertificates(TrustKeeper(TrustSettings(own: own)))
    var directory = Directory()
    let changed = try directory.apply(tenants: judge.tenants(file.tenants, at: 1_782_864_000))
    #expect(changed == ["hotel-17", "hotel-18", "airline"])
    #expect(directory.tenant("hotel-17")?.keys.map(\.isRevoked) == [false, true])
    #expect(throws: Failure.self) {
      try ProvisionFile.read(try site.write(example.withStrangeKey, as: "tenants.json5"))
    }
  }

  @Test func everyProvisioningSettingIsInTheTable() throws {
    let source = try Document("Sources/passgate/OperatorCommands.swift").text
    let getter = /(?:string|optionalString|integer|choice|list|objects|certificate)\((?:reader, )?"(\w+)"/
    let names = Set(source.matches(of: getter).map { String($0.output.1) })
      .subtracting(["keyId", "event", "changed", "passgate"])
    let documented = readme.terms(under: "Provisioning file")
      .flatMap { $0.split(separator: ".").map(String.init) }
    #expect(names.subtracting(documented).isEmpty)
  }

  // MARK: Answers

  @Test func everyExitStatusIsInTheTable() {
    let documented = readme.text.split(separator: "\n").compactMap { line -> Int32? in
      line.wholeMatch(of: /\| (\d) \|.*/).flatMap { Int32($0.output.1) }
    }
    #expect(documented == passgate.commandLine.exitStatus.map(\.code))
  }
}
