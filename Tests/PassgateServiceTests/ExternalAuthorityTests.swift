import PassgateClient
import PassgateCrypto
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService

/// An outside authority, whose certificates are made by the openssl command: they know nothing of Passgate.
private struct OutsideAuthority {
  let root: Certificate
  private let issuer: CertificateIssuer
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    try Self.run(
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=Outside "
        + "-addext keyUsage=critical,keyCertSign,cRLSign "
        + "-keyout \(folder.path("root.key")) -out \(folder.path("root.crt"))")
    root = try #require(try Certificate.parsePEM(Files.read(folder.path("root.crt"))).first)
    let key = try PrivateKey(pem: Files.read(folder.path("root.key")))
    issuer = try CertificateIssuer(root, signer: FileSigner(key, .ecdsaP256SHA256))
  }

  private static func run(_ line: String) throws {
    let (status, text) = try OpenSSLCommand.output(line.split(separator: " ").map(String.init))
    try #require(status == 0, "\(text)")
  }

  /// A certificate for a signing server; `names` goes into its subject alternative names.
  func issue(names: String? = nil) throws -> TestIdentity {
    let (key, request, certificate, settings) = (
      folder.path("leaf.key"), folder.path("leaf.csr"), folder.path("leaf.crt"), folder.path("leaf.cnf")
    )
    var lines = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
    lines += "authorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\nextendedKeyUsage=clientAuth\n"
    if let names { lines += "subjectAltName=\(names)\n" }
    try Files.writeDurably(Array(lines.utf8), to: settings)
    try Self.run(
      "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=Airline -keyout \(key) -out \(request)"
    )
    try Self.run(
      "x509 -req -in \(request) -CA \(folder.path("root.crt")) -CAkey \(folder.path("root.key")) -days 20 "
        + "-CAcreateserial -extfile \(settings) -out \(certificate)")
    return TestIdentity(
      chain: try Certificate.parsePEM(Files.read(certificate)), key: try PrivateKey(pem: Files.read(key)))
  }

  /// A list that is good for an hour.
  func list(_ revoked: [Certificate], number: UInt64, at now: Int64) throws -> [UInt8] {
    let entries = revoked.compactMap { SerialNumber($0.serial) }.map {
      RevokedCertificate(serial: $0, reason: .superseded, revokedAt: now)
    }
    return try issuer.issue(
      RevocationListTemplate(number: SerialNumber(number), validity: now...(now + 3600), entries: entries)
    ).pem()
  }
}

/// Keys of signing servers whose certificates an outside authority has issued.
@Suite(.serialized, .enabled(if: OpenSSLCommand.isInstalled, "needs the openssl command"))
struct ExternalAuthorityTests {
  private let platform: TestPlatform
  private let outside: OutsideAuthority

  init() throws {
    platform = try TestPlatform(authority: TestAuthority(at: TestAuthority.present))
    outside = try OutsideAuthority()
    // The openssl command knows no other time than now.
    platform.clock.set(wallMilliseconds: SystemClock().wallMilliseconds() + 60_000)
  }

  private var now: Int64 { Int64(platform.clock.wallMilliseconds() / 1_000) }
  private var path: String { platform.folder.path("outside.crl") }

  private func trust(_ external: [TrustDomain]) {
    let own = TrustDomain(roots: [platform.authority.root], intermediates: [platform.authority.issuing])
    platform.trust?.replace(TrustSettings(own: own, external: external))
  }

  private func trustOutside() {
    trust([TrustDomain(name: "outside", roots: [outside.root], intermediates: [], lists: [path])])
  }

  private func putList(_ revoked: [Certificate] = [], number: UInt64) throws {
    try Files.writeDurably(outside.list(revoked, number: number, at: now), to: path)
    platform.trust?.refresh()
  }

  private func register(
    _ identity: TestIdentity, as id: String = "airline", _ mode: AccessMode = .signingServer
  ) throws -> Reason {
    try platform.provision([platform.tenant(id, mode, identity)]).reason
  }

  @Test func itsCertificatesAreRegisteredForSigningServers() throws {
    let identity = try outside.issue()
    try putList(number: 1)
    #expect(try register(identity) == .provisionRefused, "nobody trusts it yet")
    trustOutside()
    #expect(try register(identity, .mobileCertificate) == .provisionRefused)
    #expect(try register(identity) == .noReason)
    let session = try platform.session(
      platform.profile(tenant: "airline", identity: nil, key: identity.key))
    #expect(try session.call(Guest.draft()).status == .ok)
    try putList([identity.certificate], number: 2)
    #expect(try session.call(Guest.draft()).reason == .notAuthentic)
  }

  @Test func aTenantInsideMustBeTheOneThatRegisters() throws {
    try putList(number: 1)
    trustOutside()
    let named = try outside.issue(names: "URI:urn:passgate:tenant:airline")
    #expect(try register(named, as: "ferry") == .provisionRefused)
    #expect(try register(named) == .noReason)
  }

  @Test func aCurrentListIsRequired() throws {
    trustOutside()
    let identity = try outside.issue()
    #expect(try register(identity) == .provisionRefused, "no list")
    try putList(number: 1)
    #expect(try register(identity) == .noReason)
    let session = try platform.session(
      platform.profile(tenant: "airline", identity: nil, key: identity.key))
    let other = try outside.issue()
    platform.clock.advance(milliseconds: 3_601_000)
    platform.trust?.refresh()
    #expect(try register(other, as: "ferry") == .provisionRefused, "run out")
    #expect(try session.call(Guest.draft()).status == .ok, "a day of grace")
    platform.clock.advance(milliseconds: 86_399_000)
    platform.trust?.refresh()
    #expect(try session.call(Guest.draft()).status == .ok)
    platform.clock.advance(milliseconds: 1_000)
    platform.trust?.refresh()
    #expect(try session.call(Guest.draft()).reason == .notAuthentic)
    #expect(platform.logged.count(of: "certificate_withheld") == 1)
    try putList(number: 2)
    #expect(try session.call(Guest.draft()).status == .ok)
  }

  @Test func withTheAuthorityItsKeysGo() throws {
    try putList(number: 1)
    trustOutside()
    let identity = try outside.issue()
    #expect(try register(identity) == .noReason)
    let session = try platform.session(
      platform.profile(tenant: "airline", identity: nil, key: identity.key))
    #expect(try session.call(Guest.draft()).status == .ok)
    trust([])
    #expect(try session.call(Guest.draft()).reason == .notAuthentic)
  }
}
