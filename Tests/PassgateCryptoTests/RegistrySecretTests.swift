import Testing

@testable import PassgateCrypto

@Suite struct RegistrySecretTests {
  private static func secret(_ bytes: [UInt8]) throws(CryptoError) -> RegistrySecret {
    var bytes = bytes
    return try RegistrySecret(taking: &bytes)
  }

  private let new = [UInt8](0..<32)
  private let former = [UInt8](0..<64)

  @Test(arguments: [0, 16, 31, 33, 63, 65])
  func onlyTheTwoLengthsAreSecrets(_ count: Int) {
    #expect(throws: CryptoError.self) { try Self.secret([UInt8](repeating: 1, count: count)) }
  }

  @Test func whatIsTakenIsOverwritten() throws {
    var bytes = new
    _ = try RegistrySecret(taking: &bytes)
    #expect(bytes == [UInt8](repeating: 0, count: 32))
  }

  @Test func theIdIsADigestUnderALabel() throws {
    let labelled = Array("passgate/1 registry key\0".utf8) + new
    #expect(try Self.secret(new).keyID == sha256(labelled.span))
    #expect(try Self.secret(former).keyID != Self.secret(new).keyID)
  }

  @Test func eachUseHasAKeyOfItsOwn() throws {
    let secret = try Self.secret(new)
    let (label, key) = (Array("one".utf8), try HMACKey(new.span))
    #expect(try secret.key(for: "one") == key.authenticate(label.span))
    #expect(try secret.key(for: "one") != secret.key(for: "other"))
    #expect(try secret.key(for: "one", formerPart: 32..<64) == secret.key(for: "one"))
  }

  @Test func aFormerSecretIsTwoKeys() throws {
    let secret = try Self.secret(former)
    #expect(try secret.key(for: "one", formerPart: 32..<64) == [UInt8](32..<64))
    #expect(try secret.key(for: "one") != secret.key(for: "one", formerPart: 0..<32))
  }

  @Test func itDoesNotPrint() throws {
    #expect("\(try Self.secret(new))" == "a registry key")
  }
}
