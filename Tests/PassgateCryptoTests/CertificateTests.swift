import Foundation
import PassgateCrypto
import PassgateTestKit
import Testing

@Suite struct CertificateTests {
  private let authority: TestAuthority
  private let identity: TestIdentity

  init() throws {
    authority = try TestAuthority()
    identity = try authority.issue(.serverTLS, name: "platform 平台")
  }

  @Test func showsWhatItWasIssuedWith() throws {
    let certificate = try Certificate(identity.certificate.der)
    #expect(certificate.commonName == "platform 平台")
    #expect(certificate.subject == "CN=platform 平台")
    #expect(certificate.notBefore == TestAuthority.life(.serverTLS).lowerBound)
    #expect(certificate.notAfter == TestAuthority.life(.serverTLS).upperBound)
    #expect(certificate.publicKey.keyID == identity.key.publicKey.keyID)
    let der = certificate.der
    let digest = sha256(der.span)
    #expect(certificate.fingerprint == digest)
    #expect(certificate.serial.count == 16)
    #expect(!certificate.isCA)
    #expect(authority.root.isCA)
    #expect(authority.root.subject == "CN=Test Root,O=Passgate Test")
    #expect(authority.root.organization == "Passgate Test")
    #expect(certificate.organization == nil)
  }

  @Test func namesItsServersAsItsTemplateDid() throws {
    let names = ["gate.example.cn", "192.0.2.7", "::1"]
    let certificate = try authority.issue(.serverTLS, serverNames: names).certificate
    #expect(try certificate.serverNames == names.map { try ServerName($0) })
    #expect(try authority.issue(.tenantTLS, serverNames: []).certificate.serverNames.isEmpty)
  }

  @Test func givesEveryCertificateItsOwnSerial() throws {
    let serials = try (0..<8).map { _ in try authority.issue(.tenantTLS).certificate.serial }
    #expect(Set(serials).count == 8)
  }

  @Test(arguments: KeyPurpose.allCases)
  func hasOnlyItsOwnPurpose(_ purpose: KeyPurpose) throws {
    let certificate = try authority.issue(purpose).certificate
    for other in KeyPurpose.allCases {
      #expect(certificate.has(purpose: other) == (other == purpose))
    }
  }

  @Test(arguments: [
    (["urn:passgate:tenant:inn"], ["inn"]), (["urn:other:inn"], []), ([], []),
    (["urn:passgate:tenant:inn", "urn:passgate:tenant:inn"], ["inn", "inn"]),
    (["urn:passgate:tenant:inn/x", "https://inn.example"], ["inn/x"]), (["urn:passgate:tenant:"], [""]),
    // Nobody's id, and yet not nothing.
    (["URN:passgate:tenant:inn"], ["URN:passgate:tenant:inn"]),
  ])
  func readsTheTenantByteForByte(_ uris: [String], _ expected: [String]) throws {
    var leaf = Leaf()
    leaf.uris = uris
    #expect(try leaf.issued(by: authority).tenantIDs == expected)
  }

  @Test func refusesTenantsThatTheWireDoesNotKnow() throws {
    for id in ["", "Inn", "in n", "inn:2", String(repeating: "a", count: 33)] {
      #expect(
        fault { () throws(CryptoError) in _ = try authority.issue(.tenantMobile, tenant: id) } == .malformed)
    }
  }

  @Test func survivesPEM() throws {
    let text = try identity.chain.flatMap { try $0.pem() }
    let read = try Certificate.parsePEM(Array("a comment\n".utf8) + text)
    #expect(read.map(\.fingerprint) == identity.chain.map(\.fingerprint))
  }

  @Test func refusesOtherPEM() throws {
    let withKey = try identity.certificate.pem() + identity.key.pem()
    #expect(fault { () throws(CryptoError) in _ = try Certificate.parsePEM(withKey) } == .malformed)
    #expect(fault { () throws(CryptoError) in _ = try Certificate.parsePEM([]) } == .malformed)
    let cut = try Array(identity.certificate.pem().dropLast(40))
    #expect(fault { () throws(CryptoError) in _ = try Certificate.parsePEM(cut) } == .malformed)
  }

  @Test func refusesBytesThatAreNotOneCertificate() throws {
    let good = identity.certificate.der
    let tooLong = [UInt8](repeating: 0x30, count: Certificate.maximumLength + 1)
    for bad in [[], [0x30, 0x00], good + [0], Array(good.dropLast()), tooLong] {
      #expect(fault { () throws(CryptoError) in _ = try Certificate(bad) } == .malformed)
    }
  }

  @Test(arguments: [
    "", "-a.example", "a..example", "*.example", "a_b.example", "1.2.3", "例子.cn",
    String(repeating: "a", count: 64) + ".cn",
  ])
  func refusesServerNames(_ text: String) {
    #expect(fault { () throws(CryptoError) in _ = try ServerName(text) } == .malformed)
  }

  @Test func tellsAddressesFromNames() throws {
    #expect(try ServerName("127.0.0.1") == .address([127, 0, 0, 1]))
    #expect(try ServerName("::1") == .address([UInt8](repeating: 0, count: 15) + [1]))
    #expect(try ServerName("gate-1.example.cn") == .dns("gate-1.example.cn"))
  }

  @Test(arguments: ["", "two\nlines", String(repeating: "名", count: 65)])
  func refusesNames(_ text: String) {
    #expect(fault { () throws(CryptoError) in _ = try DistinguishedName(commonName: text) } == .malformed)
  }

  @Test func refusesAnIssuerThatIsNone() throws {
    let leafSigner = try FileSigner(identity.key, .ecdsaP256SHA256)
    #expect(
      fault { () throws(CryptoError) in _ = try CertificateIssuer(identity.certificate, signer: leafSigner) }
        == .wrongPurpose)
    #expect(
      fault { () throws(CryptoError) in _ = try CertificateIssuer(authority.root, signer: leafSigner) }
        == .mismatch)
  }

  @Test(.enabled(if: OpenSSLCommand.isInstalled, "needs the openssl command"))
  func satisfiesTheOpenSSLCommand() throws {
    let folder = try TemporaryDirectory()
    let files = [
      ("root", [authority.root]), ("issuing", [authority.issuing]), ("leaf", [identity.certificate]),
    ]
    for (name, certificates) in files {
      try Data(certificates.flatMap { try $0.pem() }).write(to: URL(filePath: folder.path(name)))
    }
    let verify = [
      "verify", "-x509_strict", "-auth_level", "2", "-purpose", "sslserver", "-verify_hostname", "localhost",
      "-CAfile", folder.path("root"), "-untrusted", folder.path("issuing"),
    ]
    #expect(try OpenSSLCommand.output(verify + [folder.path("leaf")]).status == 0)
    #expect(try OpenSSLCommand.output(verify + ["-verify_ip", "10.0.0.1", folder.path("leaf")]).status != 0)
  }
}
