import PassgateCrypto
import PassgateTestKit
import Testing

/// The ciphers, codes, digests and derived keys of chips.
@Suite struct ChipCipherTests {
  private struct CMACVectors: Decodable {
    struct Group: Decodable {
      let keySize: Int
      let tests: [Case]
    }

    struct Case: Decodable {
      let tcId: Int
      let key: String
      let msg: String
      let tag: String
      let result: String
    }

    let numberOfTests: Int
    let testGroups: [Group]
  }

  @Test(
    .enabled(if: SharedData.path("emrtd/wycheproof") != nil, "needs ../shared/testdata/emrtd/wycheproof"))
  func cmacVectors() throws {
    let vectors = try SharedData.decode(CMACVectors.self, "emrtd/wycheproof/aes_cmac_test.json")
    var (run, valid) = (0, 0)
    for group in vectors.testGroups {
      let cipher = [128: ChipCipher.aes128, 192: .aes192, 256: .aes256][group.keySize] ?? .aes128
      for vector in group.tests {
        let code = try? cipher.authenticate(bytes(vector.msg), key: bytes(vector.key))
        let isSame = code == Array(bytes(vector.tag).prefix(8))
        // Vectors whose tag was changed beyond the eight bytes that chips send are right here.
        let isCut = group.keySize == cipher.keyLength * 8 && vector.result == "invalid" && isSame
        #expect(isSame == (vector.result == "valid") || isCut, "case \(vector.tcId)")
        (run, valid) = (run + 1, valid + (isSame && !isCut ? 1 : 0))
      }
    }
    #expect(run == vectors.numberOfTests && valid == 63)
  }

  @Test(arguments: ChipCipher.allCases)
  func whatIsEncryptedCanBeDecrypted(_ cipher: ChipCipher) throws {
    let key = ChipKDF.derive([1, 2, 3], for: .encryption, cipher)
    let text = [UInt8](0..<64)
    let vector = [UInt8](repeating: 7, count: cipher.blockLength)
    let sealed = try cipher.encrypt(text, key: key, vector: vector)
    #expect(sealed != text && sealed.count == text.count)
    #expect(try cipher.decrypt(sealed, key: key, vector: vector) == text)
    #expect(try cipher.decrypt(sealed, key: key) != text)
    #expect(try cipher.encrypt([], key: key) == [])
  }

  @Test(arguments: ChipCipher.allCases)
  func lengthsAreChecked(_ cipher: ChipCipher) {
    let key = [UInt8](repeating: 1, count: cipher.keyLength)
    let block = [UInt8](repeating: 2, count: cipher.blockLength)
    #expect(throws: CryptoError.self) { try cipher.encrypt(Array(block.dropLast()), key: key) }
    #expect(throws: CryptoError.self) { try cipher.decrypt(block + [0], key: key) }
    #expect(throws: CryptoError.self) { try cipher.encrypt(block, key: Array(key.dropLast())) }
    #expect(throws: CryptoError.self) { try cipher.encrypt(block, key: key, vector: [1]) }
    #expect(throws: CryptoError.self) { try cipher.authenticate(block, key: key + [0]) }
  }

  /// ISO 9797-1, algorithm 3: the code of ICAO 9303-11 appendix D.3.
  @Test func retailMAC() throws {
    let code = try ChipCipher.tripleDES.authenticate(
      bytes("72c29c2371cc9bdb65b779b8e8d37b29ecc154aa56a8799fae2f498f76ed92f2"),
      key: bytes("7962d9ece03d1acd4c76089dce131543"))
    #expect(code == bytes("5f1448eea8ad90a7"))
  }

  @Test(arguments: [
    (DocumentDigest.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
    (.sha224, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"),
    (.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      .sha384,
      "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"
    ),
    (
      .sha512,
      """
      ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd
      454d4423643ce80e2a9ac94fa54ca49f
      """
    ),
  ])
  func digests(_ function: DocumentDigest, _ expected: String) {
    let digest = function.digest(Array("abc".utf8))
    #expect(digest == bytes(expected) && digest.count == function.length)
  }

  /// ICAO 9303-11 appendices D.1 and G.1: the keys of a seed, with parity and without.
  @Test func derivation() {
    let seed = bytes("239ab9cb282daf66231dc5a4df6bfbae")
    #expect(
      ChipKDF.derive(seed, for: .encryption, .tripleDES) == bytes("ab94fdecf2674fdfb9b391f85d7f76f2"))
    #expect(
      ChipKDF.derive(seed, for: .authentication, .tripleDES) == bytes("7962d9ece03d1acd4c76089dce131543"))
    let secret = bytes("28768d20701247dae81804c9e780ede582a9996db4a315020b2733197db84925")
    #expect(ChipKDF.derive(secret, for: .encryption, .aes128) == bytes("f5f0e35c0d7161ee6724ee513a0d9a7f"))
    #expect(
      ChipKDF.derive(secret, for: .authentication, .aes128) == bytes("fe251c7858b356b24514b3bd5f4297d1"))
    for cipher in ChipCipher.allCases {
      #expect(ChipKDF.derive(secret, for: .password, cipher).count == cipher.keyLength)
    }
  }

  @Test func padding() {
    for count in 0...17 {
      let text = [UInt8](repeating: 0x80, count: count)
      let padded = ChipPadding.pad(text, to: 8)
      #expect(padded.count.isMultiple(of: 8) && padded.count - count <= 8)
      #expect(ChipPadding.strip(padded, block: 8) == text)
    }
    let wrong: [[UInt8]] = [
      [], [0], [1, 2, 3], [UInt8](repeating: 0, count: 8), [0x80] + [UInt8](repeating: 0, count: 8),
    ]
    for bytes in wrong { #expect(ChipPadding.strip(bytes, block: 8) == nil) }
  }
}
