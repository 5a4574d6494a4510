import PassgateCrypto
import PassgateTestKit
import Testing

extension PKCS11Tests {
  @Suite struct PKCS11SignerTests {
    @Test(arguments: [SignatureAlgorithm.ecdsaP256SHA256, .ed25519, .rsaPSSSHA256, .rsaPKCS1SHA256])
    func signsForEachAlgorithm(_ algorithm: SignatureAlgorithm) throws {
      let soft = try SoftToken.take()
      let uri = try PKCS11URI(soft.uri("key"))
      let token = try PKCS11Token(uri, readPIN: soft.readPIN)
      let signer = try token.generate(uri, algorithm, rsaBits: 2048)
      let message = Array("message".utf8)
      let signature = try signer.sign(message.span)
      #expect(try Verifier(signer.publicKey, algorithm).isValid(signature: signature.span, of: message.span))
      let keys = try token.keys()
      #expect(keys.map(\.label) == ["key"])
      let again = try PKCS11Signer(uri, algorithm, token: token)
      #expect(again.publicKey.keyID == signer.publicKey.keyID)
    }
  }
}
