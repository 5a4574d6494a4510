import PassgateCrypto
import PassgateSettings
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import passgate_signer

/// The configuration with a key in a real PKCS#11 token.
@Suite(.serialized, .enabled(if: SoftToken.isInstalled, "needs softhsm2")) struct TokenTests {
  /// A configuration whose production key is in a token, and that token.
  private static func site() throws -> (site: Site, token: SoftToken, edit: (String, String)) {
    let site = try Site()
    let token = try SoftToken.take()
    let uri = token.uri(SoftToken.freshLabel())
    let signer = try PKCS11Token.shared(PKCS11URI(uri)).generate(try PKCS11URI(uri), .ecdsaP256SHA256)
    let authority = try Identities.shared.get().authority
    let issuer = try CertificateIssuer(authority.issuing, signer: authority.signer)
    let template = CertificateTemplate(
      subject: try DistinguishedName(commonName: "airline"), use: .purpose(.tenantSigning),
      validity: TestAuthority.life(.tenantSigning), tenantID: "airline")
    try site.write("airline-p256", certificates: [try issuer.issue(template, for: signer.publicKey)])
    return (site, token, ("\"airline-p256.key.pem\"", "\"\(uri)\""))
  }

  @Test func aKeyInATokenSigns() throws {
    let (site, _, edit) = try Self.site()
    let keys = try site.read(edit.0, edit.1).material.policy.keys.values
    let key = try #require(keys.first { $0.deployment == .production })
    #expect(key.signer.isRemote)
    let value = try key.signer.sign([1, 2, 3].span)
    let isValid = try Verifier(key.certificate.publicKey, .ecdsaP256SHA256).isValid(
      signature: value.span, of: [1, 2, 3].span)
    #expect(isValid)
    #expect(try site.problems(edit.0, edit.1).isEmpty)
  }

  @Test func aServerStartsWithoutItsTokenAndACheckSaysSo() throws {
    let (site, token, edit) = try Self.site()
    try token.unplug()
    defer { try? token.plug() }
    #expect(try site.read(edit.0, edit.1).material.policy.keys.count == 2)
    let problems = try site.problems(edit.0, edit.1)
    #expect(problems.count == 1 && problems.first?.contains("keys[1].key") == true, "\(problems)")
    #expect(problems.allSatisfy { !$0.contains(token.pin) })
  }
}
