import PassgateCrypto
import PassgateEngines
import PassgateTestKit
import Testing

/// Active authentication beside ICAO 9303-11 appendix F, and with keys made here.
@Suite struct ActiveAuthenticationTests {
  private static let challenge: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]

  private static func begin(
    _ key: DocumentKey, info: SecurityInfos.ActiveAuthentication? = nil, isExtended: Bool = true,
    challenge: [UInt8] = challenge
  ) throws -> ActiveAuthentication {
    var authentication = ActiveAuthentication(key: key, info: info, allowsExtendedLength: isExtended) { _ in
      challenge
    }
    #expect(try commands(authentication.next([])) == ["0088000008" + Self.hex(challenge) + "00"])
    return authentication
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private static func commands(_ step: ChipStep<Bool>) -> [String]? {
    if case .send(let commands) = step { commands.map { hex($0.bytes) } } else { nil }
  }

  private static func outcome(_ step: ChipStep<Bool>) -> Bool? {
    if case .done(let isGenuine) = step { isGenuine } else { nil }
  }

  private static func rsa() throws -> (key: DocumentKey, challenge: [UInt8], signature: [UInt8]) {
    let example = try ICAOExamples.load().AA_rsa1024_sha1_signature_bouncycastle
    return (
      try DocumentKey(spki: bytes(hex: example.spki)), bytes(hex: example.rnd_ifd),
      bytes(hex: example.signature)
    )
  }

  private static func info(_ digest: DocumentDigest) throws -> SecurityInfos.ActiveAuthentication {
    let arc = [DocumentDigest.sha1: 1, .sha224: 2, .sha256: 3, .sha384: 4, .sha512: 5][digest] ?? 0
    let name: [UInt8] = [0x06, 0x0a, 0x04, 0x00, 0x7f, 0x00, 0x07, 0x01, 0x01, 0x04, 0x01, UInt8(arc)]
    let fields = [0x06, 0x06, 0x67, 0x81, 0x08, 0x01, 0x01, 0x05, 0x02, 0x01, 0x01] + name
    let set = [0x31, UInt8(fields.count + 2), 0x30, UInt8(fields.count)] + fields
    return try #require(try SecurityInfos(set).activeAuthentication.first)
  }

  @Test(.enabled(if: ICAOExamples.isThere, ICAOExamples.absence))
  func theRecoveredBlockOfTheExample() throws {
    let example = try ICAOExamples.load().F_active_authentication_iso9796_2
    let block = bytes(hex: example.recovered_F)
    #expect(ISO9796.accepts(block, tail: bytes(hex: example.rnd_ifd)))
    #expect(!ISO9796.accepts(block, tail: bytes(hex: "f173589974bf40c7")))
  }

  @Test(.enabled(if: ICAOExamples.isThere, ICAOExamples.absence))
  func aSignatureOfRSA() throws {
    let (key, challenge, signature) = try Self.rsa()
    var genuine = try Self.begin(key, challenge: challenge)
    #expect(try Self.outcome(genuine.next([ResponseAPDU(signature)])) == true)
    var other = try Self.begin(key)
    #expect(try Self.outcome(other.next([ResponseAPDU(signature)])) == false)
    var long = try Self.begin(key, challenge: challenge)
    #expect(try Self.outcome(long.next([ResponseAPDU(signature + [0])])) == false)
    #expect(throws: ChipFault.protocolViolation(.activeAuthentication)) { try long.next([]) }
  }

  /// Australian chips cut what does not fit and say 9000; Chinese ones answer nothing when asked for 65,536 bytes.
  @Test(
    .enabled(if: ICAOExamples.isThere, ICAOExamples.absence),
    arguments: [
      ResponseAPDU([1, 2, 3]), ResponseAPDU(), ResponseAPDU([1], status: StatusWord.endOfFile),
      ResponseAPDU(status: StatusWord.wrongLength),
    ])
  func aCutAnswerIsAskedForAgain(_ first: ResponseAPDU) throws {
    let (key, challenge, signature) = try Self.rsa()
    var extended = try Self.begin(key, challenge: challenge)
    #expect(try Self.commands(extended.next([first])) == ["00880000000008" + Self.hex(challenge) + "0000"])
    #expect(try Self.outcome(extended.next([ResponseAPDU(signature)])) == true)
    var again = try Self.begin(key, challenge: challenge)
    _ = try again.next([first])
    #expect(try Self.outcome(again.next([first])) == false)
    var short = try Self.begin(key, isExtended: false, challenge: challenge)
    #expect(try Self.outcome(short.next([first])) == false)
  }

  @Test(.enabled(if: ICAOExamples.isThere, ICAOExamples.absence))
  func aChipThatNamesTheLength() throws {
    let (key, challenge, signature) = try Self.rsa()
    var named = try Self.begin(key, challenge: challenge)
    let again = try named.next([ResponseAPDU(status: 0x6c80)])
    #expect(Self.commands(again) == ["0088000008" + Self.hex(challenge) + "80"])
    #expect(try Self.outcome(named.next([ResponseAPDU(signature)])) == true)
  }

  @Test(arguments: [
    (DocumentCurve.secp192r1, DocumentDigest.sha224), (.secp256r1, .sha256), (.brainpoolP256r1, .sha256),
    (.brainpoolP384r1, .sha384), (.brainpoolP512r1, .sha512), (.secp521r1, .sha512), (.secp256r1, .sha1),
    (.brainpoolP320r1, .sha224), (.secp224r1, .sha384),
  ])
  func aSignatureOnACurve(_ curve: DocumentCurve, _ digest: DocumentDigest) throws {
    let key = try DocumentPrivateKey.generate(.ec(curve))
    let info = try Self.info(digest)
    for form in [DocumentSignatureAlgorithm.Form.plain, .der] {
      let signature = try key.sign(Self.challenge, .ecdsa(digest, form))
      var genuine = try Self.begin(key.publicKey, info: info)
      #expect(try Self.outcome(genuine.next([ResponseAPDU(signature)])) == true)
      var replayed = try Self.begin(key.publicKey, info: info, challenge: Self.challenge.reversed())
      #expect(try Self.outcome(replayed.next([ResponseAPDU(signature)])) == false)
      var cut = try Self.begin(key.publicKey, info: info)
      #expect(try Self.outcome(cut.next([ResponseAPDU(Array(signature.dropLast()))])) == false)
    }
  }

  /// Where DG14 names no hash function, it is the one that is as long as the field.
  @Test(arguments: [
    (DocumentCurve.secp224r1, DocumentDigest.sha224), (.secp256r1, .sha256), (.secp384r1, .sha384),
    (.secp521r1, .sha512),
  ])
  func withoutDG14(_ curve: DocumentCurve, _ digest: DocumentDigest) throws {
    let key = try DocumentPrivateKey.generate(.ec(curve))
    var genuine = try Self.begin(key.publicKey)
    let signature = try key.sign(Self.challenge, .ecdsa(digest, .plain))
    #expect(try Self.outcome(genuine.next([ResponseAPDU(signature)])) == true)
  }

  @Test func anotherKey() throws {
    let key = try DocumentPrivateKey.generate(.ec(.secp256r1))
    let other = try DocumentPrivateKey.generate(.ec(.secp256r1))
    var copied = try Self.begin(key.publicKey)
    let signature = try other.sign(Self.challenge, .ecdsa(.sha256, .plain))
    #expect(try Self.outcome(copied.next([ResponseAPDU(signature)])) == false)
  }

  @Test func aChipThatRefuses() throws {
    let key = try DocumentPrivateKey.generate(.ec(.secp256r1)).publicKey
    for status in [UInt16(0x6d00), 0x6982, 0x6985, 0x6a88, 0x6f00] {
      var refused = try Self.begin(key)
      #expect(try Self.outcome(refused.next([ResponseAPDU(status: status)])) == false)
    }
    var silent = try Self.begin(key)
    #expect(throws: ChipFault.notAnswered) { try silent.next([]) }
    var double = try Self.begin(key)
    #expect(throws: ChipFault.tooMany) { try double.next([ResponseAPDU(), ResponseAPDU()]) }
    var poor = ActiveAuthentication(key: key, info: nil, allowsExtendedLength: true) {
      _ throws(CryptoError) in
      throw CryptoError(.library, "none")
    }
    #expect(throws: ChipFault.unavailable(.activeAuthentication)) { try poor.next([]) }
  }
}
