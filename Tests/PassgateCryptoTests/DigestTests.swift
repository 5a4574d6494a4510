import PassgateCrypto
import Testing

/// Digests, codes and sealed bytes against the examples of their standards.
@Suite struct DigestTests {
  /// FIPS 180-2 appendix B.1 and GM/T 0004-2012 appendix A.1, both of "abc".
  static let examples: [(HashFunction, String)] = [
    (.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (.sm3, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
  ]

  @Test(arguments: examples)
  func abc(_ function: HashFunction, _ expected: String) throws {
    let hasher = try Hasher(function)
    let (a, b, c) = (Array("a".utf8), Array("b".utf8), Array("c".utf8))
    let digests = [
      hasher.digest((a + b + c).span), hasher.digest(a.span, (b + c).span),
      hasher.digest(a.span, b.span, c.span),
    ]
    #expect(digests == [bytes(expected), bytes(expected), bytes(expected)])
  }

  @Test func streamedPartsGiveTheSameDigestAndStartAnew() throws {
    let hasher = try Hasher(.sha256)
    for part in ["a", "", "bc"] { hasher.update(Array(part.utf8).span) }
    #expect(hasher.finish() == bytes(Self.examples[0].1))
    #expect(hasher.finish() == sha256([UInt8]().span))
  }

  @Test func theConvenienceAgrees() {
    let abc = Array("abc".utf8)
    #expect(sha256(abc.span) == bytes(Self.examples[0].1))
  }

  /// RFC 4231, cases 1, 2 and 6 (a key longer than the block).
  @Test(arguments: [
    (
      String(repeating: "0b", count: 20), "4869205468657265",
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      "4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      String(repeating: "aa", count: 131),
      "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a"
        + "65204b6579202d2048617368204b6579204669727374",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
  ])
  func hmac(_ key: String, _ message: String, _ expected: String) throws {
    let key = try HMACKey(bytes(key).span)
    let message = bytes(message)
    #expect(key.authenticate(message.span) == bytes(expected))
    #expect(key.authenticate(message.span) == bytes(expected), "the second use")
  }

  @Test func equalityLooksAtLengthAndEveryByte() {
    #expect(constantTimeEqual([], []) && constantTimeEqual([1, 2], [1, 2]))
    #expect(!constantTimeEqual([1, 2], [1, 3]) && !constantTimeEqual([1, 2], [1]))
  }

  @Test func randomBytesDiffer() throws {
    let (first, second) = try (randomBytes(32), randomBytes(32))
    #expect(first.count == 32 && first != second)
    #expect(try randomBytes(0).isEmpty)
  }
}

/// AES-256-GCM in the form `nonce || ciphertext || tag`.
@Suite struct SealingTests {
  static let associated: [UInt8] = Array("P123456789".utf8)

  private func key(_ byte: UInt8 = 7) throws -> AEADKey {
    let bytes = [UInt8](repeating: byte, count: 32)
    return try AEADKey(bytes.span)
  }

  /// Test case 16 of McGrew and Viega's GCM specification.
  @Test func theSpecificationsExampleOpens() throws {
    let secret = bytes("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308")
    let sealed = bytes(
      """
      cafebabefacedbaddecaf888522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590d
      bb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b
      """)
    let associated = bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    let plaintext = bytes(
      """
      d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16a
      edf5aa0de657ba637b39
      """)
    #expect(try AEADKey(secret.span).open(sealed.span, associated: associated.span) == plaintext)
  }

  @Test(arguments: [0, 1, 16, 1000])
  func whatIsSealedOpens(_ length: Int) throws {
    let key = try key()
    let plaintext = [UInt8](repeating: 9, count: length)
    let first = try key.seal(plaintext.span, associated: Self.associated.span)
    let second = try key.seal(plaintext.span, associated: Self.associated.span)
    #expect(first.count == length + AEADKey.overhead && first != second)
    #expect(try key.open(first.span, associated: Self.associated.span) == plaintext)
    #expect(try key.open(second.span, associated: Self.associated.span) == plaintext)
  }

  @Test func nothingChangedOpens() throws {
    let key = try key()
    let plaintext: [UInt8] = [1, 2, 3]
    let sealed = try key.seal(plaintext.span, associated: Self.associated.span)
    for position in sealed.indices {
      var changed = sealed
      changed[position] ^= 0x10
      #expect(refusal(of: changed, key) == .notAuthentic, "byte \(position)")
    }
    for length in 0..<sealed.count {
      #expect(refusal(of: Array(sealed[..<length]), key) == .notAuthentic, "length \(length)")
    }
    #expect(refusal(of: sealed, key, associated: []) == .notAuthentic)
    #expect(refusal(of: sealed, try self.key(8)) == .notAuthentic)
    #expect(refusal(of: sealed, key) == nil)
  }

  private func refusal(
    of sealed: [UInt8], _ key: AEADKey, associated: [UInt8] = associated
  ) -> CryptoError.Reason? {
    fault { () throws(CryptoError) in _ = try key.open(sealed.span, associated: associated.span) }
  }

  @Test(arguments: [0, 16, 31, 33])
  func aKeyHas32Bytes(_ length: Int) {
    let key = [UInt8](repeating: 0, count: length)
    #expect(fault { () throws(CryptoError) in _ = try AEADKey(key.span) } == .malformed)
  }
}
