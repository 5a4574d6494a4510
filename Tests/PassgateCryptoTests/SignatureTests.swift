import PassgateCrypto
import Testing

/// Keys, signers and verifiers of every algorithm together.
@Suite struct SignatureTests {
  static let message: [UInt8] = Array("passgate".utf8)

  @Test(arguments: SignatureAlgorithm.allCases)
  func aSignatureIsGoodForItsMessageAlone(_ algorithm: SignatureAlgorithm) throws {
    let key = try TestKeys.key(for: algorithm)
    let signer = try FileSigner(key, algorithm)
    let verifier = try Verifier(key.publicKey, algorithm)
    for length in [0, 1, 32, 61, 1000] {
      let message = [UInt8](repeating: 7, count: length)
      let signature = try signer.sign(message.span)
      #expect(verifier.accepts(signature, of: message))
      #expect(!verifier.accepts(signature, of: message + [0]))
      #expect(!verifier.accepts(signature + [0], of: message))
      #expect(!verifier.accepts(Array(signature.dropLast()), of: message))
      #expect(!verifier.accepts([], of: message))
      #expect(!verifier.accepts([UInt8](repeating: 0, count: 10_000), of: message))
      #expect(verifier.accepts(signature, of: message))
    }
  }

  @Test(arguments: SignatureAlgorithm.allCases)
  func anotherKeyRefuses(_ algorithm: SignatureAlgorithm) throws {
    let signature = try FileSigner(TestKeys.key(for: algorithm), algorithm).sign(Self.message.span)
    let verifier = try Verifier(PrivateKey.generate(algorithm).publicKey, algorithm)
    #expect(!verifier.accepts(signature, of: Self.message))
  }

  @Test(arguments: SignatureAlgorithm.allCases)
  func aRefusalLeavesNoErrorBehind(_ algorithm: SignatureAlgorithm) throws {
    let verifier = try Verifier(TestKeys.key(for: algorithm).publicKey, algorithm)
    for length in [0, 8, 64, 72, 256] {
      #expect(!verifier.accepts([UInt8](repeating: 0x30, count: length), of: Self.message))
      #expect(errorQueueIsEmpty())
    }
  }

  @Test(arguments: SignatureAlgorithm.allCases)
  func signersWorkOnManyThreadsAtOnce(_ algorithm: SignatureAlgorithm) async throws {
    let key = try TestKeys.key(for: algorithm)
    let shared = try FileSigner(key, algorithm)
    let valid = try await withThrowingTaskGroup(of: Int.self) { group in
      for worker in 0..<4 {
        // Two workers share one signer, two have their own.
        let signer = worker < 2 ? shared : try shared.duplicate()
        group.addTask { try countOfValid(20, signer) }
      }
      return try await group.reduce(0, +)
    }
    #expect(valid == 80)
  }

  @Test func thePaddingsOfRSAAreKeptApart() throws {
    let key = try TestKeys.key(for: .rsaPSSSHA256)
    let pss = try FileSigner(key, .rsaPSSSHA256).sign(Self.message.span)
    let pkcs1 = try FileSigner(key, .rsaPKCS1SHA256).sign(Self.message.span)
    #expect(try !Verifier(key.publicKey, .rsaPSSSHA256).accepts(pkcs1, of: Self.message))
    #expect(try !Verifier(key.publicKey, .rsaPKCS1SHA256).accepts(pss, of: Self.message))
  }

  @Test func theDistinguishingIDIsPartOfAnSM2Signature() throws {
    let key = try TestKeys.key(for: .sm2SM3)
    let signature = try FileSigner(key, .sm2SM3).sign(Self.message.span)
    #expect(try Verifier(key.publicKey, .sm2SM3).accepts(signature, of: Self.message))
    for id in [[], Array("ALICE123@YAHOO.COM".utf8)] {
      #expect(
        try !Verifier(key.publicKey, .sm2SM3, distinguishingID: id).accepts(signature, of: Self.message))
    }
  }

  @Test(arguments: SignatureAlgorithm.allCases)
  func aKeySurvivesItsPEM(_ algorithm: SignatureAlgorithm) throws {
    let key = try TestKeys.key(for: algorithm)
    let pem = try key.pem()
    let read = try PrivateKey(pem: pem)
    #expect(String(decoding: pem, as: UTF8.self).hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
    #expect(read.publicKey.spki == key.publicKey.spki)
    #expect(try read.pem() == pem)
    #expect(errorQueueIsEmpty())
    let signature = try FileSigner(read, algorithm).sign(Self.message.span)
    #expect(try Verifier(key.publicKey, algorithm).accepts(signature, of: Self.message))
  }

  @Test(arguments: ["", "no key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
  func whatIsNoPrivateKeyIsRefused(_ text: String) {
    #expect(fault { () throws(CryptoError) in _ = try PrivateKey(pem: Array(text.utf8)) } == .malformed)
    #expect(errorQueueIsEmpty())
  }

  @Test func anEncryptedKeyIsRefusedWithoutAsking() throws {
    let pem = try encrypted(TestKeys.key(for: .ed25519).pem(), passphrase: "x")
    #expect(String(decoding: pem, as: UTF8.self).hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"))
    #expect(fault { () throws(CryptoError) in _ = try PrivateKey(pem: pem) } == .malformed)
    #expect(errorQueueIsEmpty())
  }

  @Test func rsaKeysHaveTheBitsAskedFor() throws {
    let key = try PrivateKey.generate(.rsaPKCS1SHA256, rsaBits: 3072)
    #expect(try FileSigner(key, .rsaPKCS1SHA256).sign(Self.message.span).count == 384)
  }

  @Test(arguments: SignatureAlgorithm.allCases)
  func namesReadBack(_ algorithm: SignatureAlgorithm) {
    #expect(SignatureAlgorithm(name: algorithm.name) == algorithm)
    #expect(SignatureAlgorithm(name: algorithm.name.uppercased()) == nil)
  }
}

/// How many of `rounds` signatures of `signer` its own public key accepts.
private func countOfValid(_ rounds: Int, _ signer: any Signer) throws -> Int {
  let verifier = try Verifier(signer.publicKey, signer.algorithm)
  return try (0..<rounds).count { round in
    let message = [UInt8(round)]
    return verifier.accepts(try signer.sign(message.span), of: message)
  }
}
