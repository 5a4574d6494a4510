import PassgateCrypto
import PassgatePKI
import PassgateSystem
import PassgateTestKit
import Testing

/// Every purpose with every algorithm that its profile allows.
private let allowed = CertificateProfiles.purposes.flatMap { profile in
  profile.algorithms.compactMap { algorithm in profile.purpose.map { ($0, algorithm) } }
}

/// Every purpose with every algorithm that its profile does not allow.
private let forbidden = CertificateProfiles.purposes.flatMap { profile in
  SignatureAlgorithm.allCases.filter { !profile.algorithms.contains($0) }.compactMap { algorithm in
    profile.purpose.map { ($0, algorithm) }
  }
}

/// One authority for the whole matrix, which only adds to it.
private let sharedSite = Result { try Site() }

@Suite struct IssuanceMatrixTests {
  private let site: Site

  init() throws {
    site = try sharedSite.get()
  }

  @Test(arguments: allowed)
  func issuesWithANewKey(_ purpose: KeyPurpose, _ algorithm: SignatureAlgorithm) throws {
    let result = try site.issue(purpose, .new(algorithm), out: "\(purpose)-\(algorithm)")
    try site.verify(result.certificatePath, purpose)
    let keyPath = try #require(result.keyPath)
    let key = try PrivateKey(pem: Files.readSecret(keyPath))
    #expect(try mode(keyPath) == 0o600)
    try key.publicKey.check(for: algorithm)
    let chain = try site.certificates(result.certificatePath)
    #expect(chain.count == 2)
    #expect(chain[0].publicKey.keyID == key.publicKey.keyID)
    #expect(chain[0].commonName == "holder")
    #expect(KeyPurpose.allCases.filter { chain[0].has(purpose: $0) } == [purpose])
  }

  @Test(arguments: allowed)
  func issuesForARequest(_ purpose: KeyPurpose, _ algorithm: SignatureAlgorithm) throws {
    let out = "request-\(purpose)-\(algorithm)"
    let request = try site.request(algorithm, file: out)
    let result = try site.issue(purpose, .request(path: request.path, algorithm), out: out)
    try site.verify(result.certificatePath, purpose)
    let leaf = try site.certificates(result.certificatePath)[0]
    #expect(leaf.publicKey.keyID == request.keyID)
    // The issuer decides on the name, not the sender.
    #expect(leaf.subject == "CN=holder")
    #expect(result.keyPath == nil)
    #expect(!Files.exists(site.folder.path(out + ".key.pem")))
  }

  @Test(arguments: forbidden)
  func refusesOtherAlgorithms(_ purpose: KeyPurpose, _ algorithm: SignatureAlgorithm) throws {
    #expect(
      sentence { _ = try site.issue(purpose, .new(algorithm), out: "\(purpose)-\(algorithm)") }?.contains(
        "not allowed") == true)
    let out = "request-\(purpose)-\(algorithm)"
    let request = try site.request(algorithm, file: out)
    #expect(
      sentence { _ = try site.issue(purpose, .request(path: request.path, algorithm), out: out) }?
        .contains("not allowed") == true)
    #expect(!Files.exists(site.folder.path(out + ".crt.pem")))
  }
}

@Suite struct IssuanceTests {
  private let site: Site

  init() throws {
    site = try Site()
  }

  @Test func hasAProfileForEveryPurpose() {
    #expect(CertificateProfiles.purposes.map(\.purpose) == KeyPurpose.allCases)
  }

  @Test func refusesARequestOfAnotherKind() throws {
    let request = try site.request(.sm2SM3)
    let unsaid = sentence { _ = try site.issue(.serverTLS, .request(path: request.path, nil)) }
    #expect(unsaid?.contains("not allowed") == true)
    let other = sentence {
      _ = try site.issue(.tenantSigning, .request(path: request.path, .ed25519))
    }
    #expect(other?.contains("ed25519 needs a key of kind Ed25519") == true)
  }

  @Test func refusesARequestWithoutProof() throws {
    let request = try site.request(.ecdsaP256SHA256)
    let text = String(decoding: try Files.read(request.path), as: UTF8.self)
    var der = try #require(Base64.decode(text.split(separator: "\n").dropFirst().dropLast().joined()))
    let signatureByte = der.count - 1
    der[signatureByte] ^= 1
    let forged =
      "-----BEGIN CERTIFICATE REQUEST-----\n\(Base64.encode(der))\n-----END CERTIFICATE REQUEST-----\n"
    try Files.writeDurably(Array(forged.utf8), to: request.path)
    let failure = sentence { _ = try site.issue(.tenantSigning, .request(path: request.path, nil)) }
    #expect(failure?.contains("not signed with the private key") == true)
    #expect(try site.journal().count == 5)
  }

  @Test func entersEveryCertificateInTheJournal() throws {
    let first = try site.issue(.tenantTLS, out: "first", name: "酒店 17")
    let second = try site.issue(.operatorSigning, out: "second")
    let lines = try site.journal().suffix(2)
    #expect(lines.map { $0["subject"] } == ["CN=酒店 17", "CN=holder"])
    #expect(
      lines.map { $0["serial"] }
        == [first, second].map { Hex.encode($0.issued.certificate.serial) })
    #expect(Set(try site.journal().map { $0["serial"] }).count == 7)
    #expect(lines.allSatisfy { $0["notAfter"]?.hasSuffix("Z") == true && $0["fingerprint"]?.count == 64 })
  }

  @Test func keepsTheValidityWithinThePolicy() throws {
    let chain = try site.certificates(site.issue(.tenantTLS, days: 30).certificatePath)
    #expect(chain[0].notAfter - chain[0].notBefore == 30 * 86_400 - 1)
    #expect(chain[0].notBefore == site.now - 300)
    for days in [0, 398] {
      let failure = sentence { _ = try site.issue(.tenantTLS, days: days, out: "other") }
      #expect(failure?.contains("1 to 397") == true)
    }
  }

  @Test func lastsNoLongerThanItsIssuer() throws {
    site.clock.advance(milliseconds: 9 * 365 * 86_400_000)
    let failure = sentence { _ = try site.issue(.tenantSigning) }
    #expect(failure?.contains("outlive the issuing authority") == true)
    try site.verify(site.issue(.tenantSigning, days: 300).certificatePath, .tenantSigning)
  }

  @Test func namesServersAndNothingElse() throws {
    for (purpose, names) in [(KeyPurpose.serverTLS, []), (.tenantTLS, [try ServerName("localhost")])] {
      let issuance = Issuance(
        folder: site.authority, purpose: purpose, commonName: "x", keySource: .new(nil), serverNames: names,
        outputPrefix: site.folder.path("x"))
      #expect(sentence { _ = try issuance.run(site.clock) }?.contains("--dns") == true)
    }
  }

  @Test(arguments: [
    (KeyPurpose.tenantTLS, nil, "--tenant"), (.serverTLS, "hotel-17", "leave out --tenant"),
    (.tenantMobile, "Hotel", "a-z"), (.tenantMobile, "", "a-z"),
  ])
  func namesTenantsAndNothingElse(_ purpose: KeyPurpose, _ tenant: String?, _ expected: String) throws {
    let issuance = Issuance(
      folder: site.authority, purpose: purpose, commonName: "x", keySource: .new(nil),
      serverNames: purpose == .serverTLS ? [try ServerName("localhost")] : [], tenantID: tenant,
      outputPrefix: site.folder.path("x"))
    #expect(sentence { _ = try issuance.run(site.clock) }?.contains(expected) == true)
  }

  @Test func writesTheTenantIntoTheCertificate() throws {
    let path = try site.issue(.tenantMobile, tenant: "inn-3").certificatePath
    #expect(try site.certificates(path)[0].tenantIDs == ["inn-3"])
  }

  @Test(arguments: ["out.key.pem", "out.crt.pem"])
  func overwritesNothing(_ name: String) throws {
    let path = site.folder.path(name)
    try Files.writeDurably([1, 2, 3], to: path)
    #expect(sentence { _ = try site.issue(.tenantTLS) }?.contains("not overwritten") == true)
    #expect(try Files.read(path) == [1, 2, 3])
    #expect(try site.journal().count == 5)
  }

  @Test func issuesWithoutTheRootKey() throws {
    try Files.remove(site.authority.key(of: .root))
    try site.verify(site.issue(.applicationTLS).certificatePath, .applicationTLS)
  }

  @Test func refusesAnIssuingKeyThatOthersMayRead() throws {
    let path = site.authority.key(of: .issuing)
    try Files.writeDurably(Files.read(path), to: path, mode: 0o644)
    #expect(sentence { _ = try site.issue(.tenantTLS) }?.contains("chmod 600") == true)
  }

  @Test func refusesAFolderThatIsNoAuthority() throws {
    let issuance = Issuance(
      folder: AuthorityFolder(path: site.folder.path), purpose: .tenantTLS, commonName: "x",
      keySource: .new(nil),
      outputPrefix: site.folder.path("x"))
    #expect(sentence { _ = try issuance.run(site.clock) }?.contains("passgate-pki init") == true)
  }

  @Test(.enabled(if: OpenSSLCommand.isInstalled, "needs the openssl command"))
  func satisfiesTheOpenSSLCommand() throws {
    let verify = [
      "verify", "-x509_strict", "-auth_level", "2", "-attime", "\(site.now)",
      "-CAfile", site.authority.certificate(of: .root), "-untrusted",
      site.authority.certificate(of: .issuing),
    ]
    for (purpose, algorithm) in allowed {
      let request = try site.request(algorithm)
      let result = try site.issue(
        purpose, .request(path: request.path, algorithm), out: "\(purpose)-\(algorithm)")
      let (status, text) = try OpenSSLCommand.output(verify + [result.certificatePath])
      #expect(status == 0, "\(text)")
    }
  }

  @Test(.enabled(if: OpenSSLCommand.isInstalled, "needs the openssl command"))
  func certifiesARequestOfTheOpenSSLCommand() throws {
    let (key, csr) = (site.folder.path("key"), site.folder.path("csr"))
    _ = try OpenSSLCommand.output(["genpkey", "-algorithm", "RSA", "-out", key])
    _ = try OpenSSLCommand.output(["req", "-new", "-key", key, "-subj", "/CN=t", "-out", csr])
    try site.verify(
      site.issue(.tenantMobile, .request(path: csr, .rsaPSSSHA256)).certificatePath, .tenantMobile)
    _ = try OpenSSLCommand.output(["req", "-new", "-key", key, "-subj", "/CN=t", "-sha1", "-out", csr])
    let failure = sentence { _ = try site.issue(.tenantMobile, .request(path: csr, nil), out: "other") }
    #expect(failure?.contains("not accepted") == true)
  }
}
