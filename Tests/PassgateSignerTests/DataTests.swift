import PassgateCrypto
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import passgate_signer

/// Raw signatures with keys that the platform registers for nobody.
@Suite struct DataTests {
  let desk: Desk

  init() throws { desk = try Desk() }

  private func sign(
    _ data: [[UInt8]], with key: TestIdentityKey,
    from application: KeyPath<Identities, TestIdentity> = \.lounge
  ) -> SigningReply? {
    let identity = desk.identities[keyPath: application]
    let immediate = desk.reply(
      .signData(SignData(keyID: key.id(desk.identities), data: data)), from: identity)
    return immediate ?? desk.delivered().first
  }

  @Test(arguments: [TestIdentityKey.archive, .archiveSM2])
  func everyPieceIsSignedAsItIs(_ key: TestIdentityKey) throws {
    let pieces: [[UInt8]] = [Array("an invoice".utf8), [0], [UInt8](repeating: 7, count: 65_536)]
    guard case .dataSignatures(let values) = sign(pieces, with: key) else {
      Issue.record("no signatures")
      return
    }
    let verifier = try Verifier(key.identity(desk.identities).key.publicKey, key.algorithm)
    #expect(values.count == 3)
    for (value, piece) in zip(values, pieces) {
      let isValid = verifier.isValid(signature: value.span, of: piece.span)
      #expect(isValid)
    }
    #expect(desk.office.record.data == 3)
    desk.handler.timer(now: 0)
    #expect(desk.lines.of("data_signed").count == 1)
  }

  @Test func aRequestOfThePlatformIsNoData() throws {
    let hasher = try Hasher(.sha256)
    let leaf = SignedStatement.leaf(.request, header: desk.header().encoded().span, hasher: hasher)
    let statement = SignedStatement.statement(treeSize: 1, root: leaf)
    let refusal = sign([[1], statement], with: .archive)?.refusal
    #expect(refusal?.reason == .signerRefused)
    #expect(refusal?.detail == "data[1]: begins like a statement of the platform's protocol")
  }

  @Test func registeredKeysSignNoData() throws {
    for key in [TestIdentityKey.airline, .unknown] {
      #expect(sign([[1]], with: key)?.refusal?.detail == "key_id: \(DataSigning.unknownKey)")
    }
    #expect(sign([[1]], with: .archive, from: \.ticketing)?.refusal?.reason == .signerRefused)
  }

  @Test func keysForDataSignNoRequests() throws {
    var header = desk.header()
    header.keyID = TestIdentityKey.archive.id(desk.identities)
    header.sceneID = "lodging"
    let reply = desk.reply(.signRequests(headers: [header.encoded()]), from: desk.identities.lounge)
    #expect(reply?.refusal?.detail == "headers[0]: key_id: \(HeaderRules.unknownKey)")
  }

  @Test func anEndedCertificateSignsNothing() throws {
    let end = desk.identities.archive.certificate.notAfter
    desk.clock.set(wallMilliseconds: UInt64(end + 1) * 1_000)
    #expect(sign([[1]], with: .archive)?.refusal?.reason == .signerRefused)
  }

  @Test(arguments: [(true, true), (false, false)])
  func signaturesAreVerified(_ isRight: Bool, _ expected: Bool) throws {
    let identity = desk.identities.archiveSM2
    let data: [UInt8] = [1, 2, 3]
    let value = try FileSigner(identity.key, .sm2SM3).sign(data.span)
    let order = VerifyData(
      certificate: identity.certificate.der, algorithm: SignatureAlgorithm.sm2SM3.rawValue,
      data: isRight ? data : [1, 2, 4], value: value)
    #expect(desk.reply(.verifyData(order), from: desk.identities.lounge) == nil)
    #expect(desk.delivered() == [.dataVerdict(isValid: expected)])
  }

  @Test func aCertificateOfAnotherKindIsRefused() throws {
    let order = VerifyData(
      certificate: desk.identities.archive.certificate.der, algorithm: SignatureAlgorithm.ed25519.rawValue,
      data: [1], value: [1])
    _ = desk.reply(.verifyData(order), from: desk.identities.lounge)
    #expect(desk.delivered().first?.refusal?.reason == .signerRefused)
    #expect(
      desk.reply(.verifyData(order), from: desk.identities.ticketing)?.refusal?.reason == .signerRefused)
  }

  @Test func theWireBoundsWhatIsAsked() throws {
    let id = TestIdentityKey.archive.id(desk.identities)
    for data in [[], [[]], [[UInt8](repeating: 0, count: 65_537)], Array(repeating: [1], count: 257)] {
      let bytes = SigningCall.signData(SignData(keyID: id, data: data)).encoded()
      #expect(throws: WireError.self) { try SigningCall(decoding: bytes.span) }
    }
  }
}

/// Which key is named.
enum TestIdentityKey: Sendable {
  case archive, archiveSM2, airline, unknown

  func identity(_ identities: Identities) -> TestIdentity {
    switch self {
    case .archive, .unknown: identities.archive
    case .archiveSM2: identities.archiveSM2
    case .airline: identities.airline
    }
  }

  func id(_ identities: Identities) -> [UInt8] {
    self == .unknown ? [UInt8](repeating: 9, count: 32) : identity(identities).key.publicKey.keyID
  }

  var algorithm: SignatureAlgorithm { self == .archiveSM2 ? .sm2SM3 : .ecdsaP256SHA256 }
}
