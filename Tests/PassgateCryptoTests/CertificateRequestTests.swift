import Foundation
import PassgateCrypto
import PassgateTestKit
import Testing

@Suite struct CertificateRequestTests {
  private func request(_ algorithm: SignatureAlgorithm) throws -> CertificateRequest {
    let signer = try FileSigner(PrivateKey.generate(algorithm), algorithm)
    return try CertificateRequest(subject: DistinguishedName(commonName: "tenant-17"), signer: signer)
  }

  private func faultOf(_ der: [UInt8]) -> CryptoError.Reason? {
    fault { () throws(CryptoError) in _ = try CertificateRequest(der: der.span) }
  }

  @Test(arguments: SignatureAlgorithm.allCases)
  func survivesPEM(_ algorithm: SignatureAlgorithm) throws {
    let made = try request(algorithm)
    let read = try CertificateRequest(pem: made.pem())
    #expect(read.der == made.der)
    #expect(read.algorithm == algorithm)
    #expect(read.publicKey.keyID == made.publicKey.keyID)
    #expect(read.subject == "CN=tenant-17")
  }

  @Test(arguments: SignatureAlgorithm.allCases)
  func refusesAnAlteredSubject(_ algorithm: SignatureAlgorithm) throws {
    var der = try request(algorithm).der
    let name = Array("tenant-17".utf8)
    let start = try #require((0..<der.count).first { der[$0...].starts(with: name) })
    der[start] ^= 1
    #expect(faultOf(der) == .notAuthentic)
  }

  @Test func refusesBytesThatAreNotOneRequest() throws {
    let good = try request(.ed25519).der
    let tooLong = [UInt8](repeating: 0x30, count: CertificateRequest.maximumLength + 1)
    for bad in [[], good + [0], Array(good.dropLast()), tooLong] { #expect(faultOf(bad) == .malformed) }
    #expect(
      fault { () throws(CryptoError) in _ = try CertificateRequest(pem: Array("nothing".utf8)) } == .malformed
    )
  }

  @Test func refusesAKeyForWhichAnybodyCanSign() throws {
    // The key is the identity point of Ed25519; with R the identity and s = 0 the equation holds for every
    // message.
    let identityPoint = [UInt8(1)] + [UInt8](repeating: 0, count: 31)
    let algorithm = der(0x30, [0x06, 0x03, 0x2b, 0x65, 0x70])
    let key = der(0x30, algorithm, der(0x03, [0], identityPoint))
    let body = der(0x30, [0x02, 0x01, 0x00], der(0x30), key, [0xa0, 0x00])
    let signature = der(0x03, [0], identityPoint, [UInt8](repeating: 0, count: 32))
    #expect(faultOf(der(0x30, body, algorithm, signature)) == .weakKey)
  }

  @Test(
    .enabled(if: hasSM2Files, "needs ../shared/testdata/pki/sm2"),
    arguments: ["openssl_leaf.csr.pem", "gmssl_leaf.csr.pem"])
  func provesPossessionWithTheStandardSM2ID(_ file: String) throws {
    let request = try CertificateRequest(pem: sharedFile(file))
    #expect(request.algorithm == .sm2SM3)
    var der = request.der
    let signatureByte = der.count - 3
    der[signatureByte] ^= 1
    #expect(faultOf(der) == .notAuthentic)
  }

  @Test(
    .enabled(if: OpenSSLCommand.isInstalled, "needs the openssl command"),
    arguments: SignatureAlgorithm.allCases)
  func satisfiesTheOpenSSLCommand(_ algorithm: SignatureAlgorithm) throws {
    let folder = try TemporaryDirectory()
    try Data(request(algorithm).pem()).write(to: URL(filePath: folder.path("csr")))
    let id = algorithm == .sm2SM3 ? ["-vfyopt", "distid:1234567812345678"] : []
    let (status, output) = try OpenSSLCommand.output(
      ["req", "-in", folder.path("csr"), "-noout", "-verify"] + id)
    #expect(status == 0)
    // The command's status does not tell; its words do.
    #expect(output.contains("verify OK"))
  }

  @Test(.enabled(if: OpenSSLCommand.isInstalled, "needs the openssl command"))
  func refusesAnSM2RequestUnderTheEmptyID() throws {
    let folder = try TemporaryDirectory()
    _ = try OpenSSLCommand.output(["genpkey", "-algorithm", "SM2", "-out", folder.path("key")])
    for (id, expected) in [("distid:1234567812345678", nil), ("distid:", CryptoError.Reason.notAuthentic)] {
      _ = try OpenSSLCommand.output([
        "req", "-new", "-key", folder.path("key"), "-subj", "/CN=t", "-sm3", "-sigopt", id,
        "-out", folder.path("csr"),
      ])
      let pem = Array(try Data(contentsOf: URL(filePath: folder.path("csr"))))
      #expect(fault { () throws(CryptoError) in _ = try CertificateRequest(pem: pem) } == expected)
    }
  }
}
