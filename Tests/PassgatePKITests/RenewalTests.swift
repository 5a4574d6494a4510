import PassgateCrypto
import PassgatePKI
import PassgateSystem
import PassgateTestKit
import Testing

@Suite struct RenewalTests {
  private let site: Site

  init() throws {
    site = try Site()
  }

  private func renew(
    _ issued: Issuance.Result, request: String? = nil, proof: String? = nil, early: String? = nil,
    out: String = "next"
  ) throws -> Issuance.Result {
    var renewal = Renewal(
      folder: site.authority, certificatePath: issued.certificatePath, requestPath: request,
      outputPrefix: site.folder.path(out))
    renewal.proofPath = proof
    renewal.early = early
    return try renewal.run(site.clock)
  }

  private func advance(days: Double) {
    site.clock.advance(milliseconds: UInt64(days * 86_400_000))
  }

  @Test func keepsHolderPurposeTenantAndNames() throws {
    for purpose in [KeyPurpose.serverTLS, .tenantMobile, .operatorSigning] {
      let old = try site.issue(purpose, days: 90, out: "\(purpose)")
      advance(days: 61)
      let request = try site.request(.ecdsaP256SHA256, file: "\(purpose).csr")
      let new = try renew(old, request: request.path, out: "\(purpose)-next")
      try site.verify(new.certificatePath, purpose)
      let (before, after) = (old.issued.certificate, new.issued.certificate)
      #expect(after.subject == before.subject && after.serverNames == before.serverNames)
      #expect(after.tenantIDs == before.tenantIDs)
      #expect(after.publicKey.keyID == request.keyID)
    }
  }

  /// From the first second at which a third of the life is left until the last of the certificate.
  @Test func knowsItsTime() throws {
    let old = try site.issue(.operatorSigning, days: 90)
    let certificate = old.issued.certificate
    let opens = Renewal.opens(certificate)
    #expect(certificate.notAfter + 1 - opens == 30 * 86_400)
    let from = CivilTime(milliseconds: UInt64(opens) * 1000).date
    site.clock.set(wallMilliseconds: UInt64(opens - 1) * 1000)
    #expect(sentence { _ = try renew(old) }?.contains("can be renewed from \(from) on") == true)
    _ = try renew(old, early: "suspicion", out: "early")
    site.clock.set(wallMilliseconds: UInt64(opens) * 1000)
    _ = try renew(old, out: "first")
    site.clock.set(wallMilliseconds: UInt64(certificate.notAfter) * 1000)
    _ = try renew(old, out: "last")
    site.clock.set(wallMilliseconds: UInt64(certificate.notAfter + 1) * 1000)
    #expect(sentence { _ = try renew(old, out: "late") }?.contains("enrols again") == true)
  }

  @Test func renewsNothingThatIsRevokedOrForeign() throws {
    let old = try site.issue(.operatorSigning)
    let stranger = try Site()
    let other = try stranger.issue(.operatorSigning)
    #expect(sentence { _ = try renew(other, early: "x") }?.contains("was not issued here") == true)
    _ = try Revocation(
      folder: site.authority, targets: [.certificate(path: old.certificatePath)], reason: .keyCompromise
    ).run(site.clock)
    #expect(sentence { _ = try renew(old, early: "x") }?.contains("was revoked") == true)
  }

  @Test func refusesTheOldKeyAndThoseOfOthers() throws {
    let request = try site.request(.ed25519)
    let old = try site.issue(.operatorSigning, .request(path: request.path, nil))
    let failure = sentence { _ = try renew(old, request: request.path, early: "x") }
    #expect(failure?.contains("a renewal needs a new one") == true)
    let taken = try site.request(.ed25519, file: "taken")
    _ = try site.issue(.operatorSigning, .request(path: taken.path, nil), out: "other", name: "other officer")
    #expect(sentence { _ = try renew(old, request: taken.path, early: "x") }?.contains("another's") == true)
  }

  /// The old key vouches for the request, whatever its kind; no other signature will do.
  @Test(arguments: SignatureAlgorithm.allCases)
  func wantsTheProofOfTheOldKey(_ algorithm: SignatureAlgorithm) throws {
    let key = try PrivateKey.generate(algorithm)
    let csr = site.folder.path("old.csr")
    let holder = try DistinguishedName(commonName: "t")
    try Files.writeDurably(
      CertificateRequest(subject: holder, signer: FileSigner(key, algorithm)).pem(), to: csr)
    let old = try site.issue(.tenantSigning, .request(path: csr, algorithm))
    let request = try site.request(.ecdsaP256SHA256, file: "new.csr")
    let proof = site.folder.path("proof")
    let bytes = try Files.read(request.path)
    let good = try FileSigner(key, algorithm).sign(bytes.span)
    let stranger = try FileSigner(PrivateKey.generate(algorithm), algorithm).sign(bytes.span)
    for bad in [stranger, [], Array(good.dropLast())] {
      try Files.writeDurably(bad, to: proof)
      let failure = sentence { _ = try renew(old, request: request.path, proof: proof, early: "x") }
      #expect(failure?.contains("no signature by the old key") == true)
    }
    try Files.writeDurably(good, to: proof)
    _ = try renew(old, request: request.path, proof: proof, early: "x")
  }
}
