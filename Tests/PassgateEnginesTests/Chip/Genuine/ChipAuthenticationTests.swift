import PassgateCrypto
import PassgateDomain
import PassgateEngines
import PassgateSystem
import PassgateTestKit
import Testing

/// Chip authentication version 1 with a chip written from ICAO 9303-11 section 6.2, and the mapping that does it
/// within PACE.
@Suite struct ChipAuthenticationTests {
  static let groups = PACETests.groups

  /// DG14 with one key, and an info for it unless `cipher` is nil.
  private static func dg14(
    _ own: SecretBytes, _ group: AgreementGroup, _ cipher: SecurityInfos.Cipher?, keyID: UInt8? = nil,
    version: UInt8 = 1
  ) throws -> SecurityInfos {
    let agreement: UInt8 = if case .curve = group { 2 } else { 1 }
    let info = cipher.map { cipher in
      let identifier = ProtocolIdentifier(.chipAuthentication, agreement, cipher.rawValue)
      return paceInfo(identifier.bytes, [[version]] + (keyID.map { [[$0]] } ?? []))
    }
    let set = try PACETests.keyInfo(own, group, keyID: keyID) + (info ?? [])
    return try SecurityInfos(dg14: TLV.encoded(0x6E, TLV.encoded(0x31, set)))
  }

  /// The keys to which the chip comes; what it was sent is found by its tag.
  private static func chipKeys(
    _ own: SecretBytes, _ group: AgreementGroup, _ cipher: ChipCipher, _ batch: [CommandAPDU]
  ) throws -> SessionKeys {
    let last = try #require(batch.last)
    let objects =
      cipher == .tripleDES
      ? try TLV(TLV.encoded(0x30, last.data), tag: 0x30).children()
      : try TLV(last.data, tag: 0x7C).children()
    let sent = try #require(objects.first { $0.tag == (cipher == .tripleDES ? 0x91 : 0x80) })
    let other = try GroupElement(Array(sent.content), in: group)
    return SessionKeys(sharing: try other.power(own).sharedSecret().bytes, cipher)
  }

  @Test(arguments: groups, [SecurityInfos.Cipher.tripleDES, .aes128, .aes256])
  func agrees(_ group: AgreementGroup, _ cipher: SecurityInfos.Cipher) throws {
    let own = try group.privateKey(randomDraws)
    let infos = try Self.dg14(own, group, cipher, keyID: 7)
    var protocolRun = try #require(try ChipAuthentication(infos, random: randomDraws))
    guard case .send(let batch) = try protocolRun.next([]) else { return }
    #expect(batch.map(\.ins) == (cipher == .tripleDES ? [0x22] : [0x22, 0x86]))
    #expect(batch[0].p1 == 0x41 && batch[0].p2 == (cipher == .tripleDES ? 0xA6 : 0xA4))
    #expect(batch[0].data.suffix(3) == [0x84, 0x01, 7])
    let keys = try Self.chipKeys(own, group, ChipCipher(cipher), batch)
    guard case .done(let outcome) = try protocolRun.next(batch.map { _ in ResponseAPDU() }) else { return }
    #expect(outcome.keys.encryption == keys.encryption)
    #expect(outcome.keys.authentication == keys.authentication)
    #expect(outcome.key == infos.chipAuthenticationKeys.first && keys.cipher == outcome.keys.cipher)
  }

  /// A copy has the public key alone: whatever private key it takes, the keys of the session are others.
  @Test func copyComesToOtherKeys() throws {
    let group = AgreementGroup.curve(.brainpoolP256r1)
    let infos = try Self.dg14(try group.privateKey(randomDraws), group, .aes128)
    var protocolRun = try #require(try ChipAuthentication(infos, random: randomDraws))
    guard case .send(let batch) = try protocolRun.next([]) else { return }
    let keys = try Self.chipKeys(try group.privateKey(randomDraws), group, .aes128, batch)
    guard case .done(let outcome) = try protocolRun.next([ResponseAPDU(), ResponseAPDU()]) else { return }
    #expect(outcome.keys.encryption != keys.encryption)
    #expect(outcome.keys.authentication != keys.authentication)
  }

  /// How the caller sees it: the next answer opens with the new keys, or the chip holds another private key. A copy
  /// may go on with the old keys, answer in the clear, or guess.
  @Test(arguments: [SecurityInfos.Cipher.tripleDES, .aes128])
  func nextAnswerShowsWhoHoldsTheKey(_ cipher: SecurityInfos.Cipher) throws {
    let group = AgreementGroup.curve(.brainpoolP256r1)
    let (own, another) = (try group.privateKey(randomDraws), try group.privateKey(randomDraws))
    let infos = try Self.dg14(own, group, cipher)
    var protocolRun = try #require(try ChipAuthentication(infos, random: randomDraws))
    guard case .send(let batch) = try protocolRun.next([]),
      case .done(let outcome) = try protocolRun.next(batch.map { _ in ResponseAPDU() })
    else { return }
    let genuine = try Self.chipKeys(own, group, ChipCipher(cipher), batch)
    let copy = try Self.chipKeys(another, group, ChipCipher(cipher), batch)
    #expect(try Self.opens(outcome.keys, ChipSide(genuine)) == true)
    #expect(try Self.opens(outcome.keys, ChipSide(copy)) == false)
    #expect(try Self.opens(outcome.keys, nil) == false)
  }

  /// Whether the answer to one protected command opens; without a chip's side it is in the clear.
  private static func opens(_ keys: SessionKeys, _ chip: ChipSide?) throws -> Bool {
    var messaging = SecureMessaging(keys)
    let command = try #require(try messaging.protect([CommandAPDU(0x00, 0xB0, 0x00, 0x00, le: 4)]).first)
    var answer = ResponseAPDU([0x60, 0x14, 0x5F, 0x01])
    if var chip {
      _ = try? chip.unwrap(command)
      answer = try chip.wrap(answer)
    }
    return (try? messaging.open([answer])) != nil
  }

  @Test func keyIsPickedByItsID() throws {
    let group = AgreementGroup.curve(.brainpoolP256r1)
    let (one, other) = (try group.privateKey(randomDraws), try group.privateKey(randomDraws))
    for wanted in [UInt8(1), 2] {
      let identifier = ProtocolIdentifier(.chipAuthentication, 2, 2)
      let set =
        try PACETests.keyInfo(one, group, keyID: 1) + PACETests.keyInfo(other, group, keyID: 2)
        + paceInfo(identifier.bytes, [[1], [wanted]])
      let infos = try SecurityInfos(dg14: TLV.encoded(0x6E, TLV.encoded(0x31, set)))
      var protocolRun = try #require(try ChipAuthentication(infos, random: randomDraws))
      guard case .send(let batch) = try protocolRun.next([]) else { return }
      guard case .done(let outcome) = try protocolRun.next([ResponseAPDU(), ResponseAPDU()]) else { return }
      let keys = try Self.chipKeys(wanted == 1 ? one : other, group, .aes128, batch)
      #expect(outcome.keys.encryption == keys.encryption && outcome.key.keyID == Int(wanted))
    }
  }

  @Test func strongestCipherIsTaken() throws {
    let group = AgreementGroup.curve(.brainpoolP256r1)
    let set =
      try PACETests.keyInfo(try group.privateKey(randomDraws), group, keyID: nil)
      + [1, 4, 2].flatMap { paceInfo(ProtocolIdentifier(.chipAuthentication, 2, $0).bytes, [[1]]) }
    let infos = try SecurityInfos(dg14: TLV.encoded(0x6E, TLV.encoded(0x31, set)))
    var protocolRun = try #require(try ChipAuthentication(infos, random: randomDraws))
    guard case .send(let batch) = try protocolRun.next([]) else { return }
    #expect(batch[0].data == TLV.encoded(0x80, ProtocolIdentifier(.chipAuthentication, 2, 4).bytes))
  }

  @Test func keyWithoutInfoMeansTripleDES() throws {
    let group = AgreementGroup.curve(.brainpoolP224r1)
    let infos = try Self.dg14(try group.privateKey(randomDraws), group, nil)
    var protocolRun = try #require(try ChipAuthentication(infos, random: randomDraws))
    guard case .send(let batch) = try protocolRun.next([]) else { return }
    #expect(batch.count == 1 && batch[0].p2 == 0xA6 && batch[0].data[0] == 0x91)
  }

  @Test func documentWithoutKey() throws {
    let infos = try SecurityInfos(dg14: [0x6E, 0x02, 0x31, 0x00])
    #expect(try ChipAuthentication(infos, random: randomDraws) == nil)
  }

  @Test func keysThatCannotBeUsed() throws {
    let group = AgreementGroup.curve(.secp256r1)
    let own = try group.privateKey(randomDraws)
    let version = try Self.dg14(own, group, .aes128, version: 2)
    #expect(throws: ChipFault.malformed(.dg14)) { try ChipAuthentication(version, random: randomDraws) }
    for length in [0, 1, 40, 5000] {
      let spki = TLV.encoded(0x30, [UInt8](repeating: 0x30, count: length))
      let info = TLV.encoded(0x30, TLV.encoded(0x06, ProtocolIdentifier(.publicKey, 2).bytes) + spki)
      guard let infos = try? SecurityInfos(dg14: TLV.encoded(0x6E, TLV.encoded(0x31, info))) else { continue }
      #expect(throws: ChipFault.malformed(.dg14)) { try ChipAuthentication(infos, random: randomDraws) }
    }
  }

  @Test func answers() throws {
    let group = AgreementGroup.curve(.secp192r1)
    let infos = try Self.dg14(try group.privateKey(randomDraws), group, .aes128)
    let hostile: [(ChipFault, [ResponseAPDU])] = [
      (.notAnswered, []), (.notAnswered, [ResponseAPDU()]),
      (.tooMany, [ResponseAPDU(), ResponseAPDU(), ResponseAPDU()]),
      (.refused(.chipAuthentication, status: 0x6A80), [ResponseAPDU(status: 0x6A80)]),
      (.refused(.chipAuthentication, status: 0x6300), [ResponseAPDU(), ResponseAPDU(status: 0x6300)]),
    ]
    for (fault, answers) in hostile {
      var protocolRun = try #require(try ChipAuthentication(infos, random: randomDraws))
      _ = try protocolRun.next([])
      #expect(throws: fault) { try protocolRun.next(answers) }
    }
  }

  // MARK: - Documents

  /// The BSI's reference document of 2008: 3DES, and a curve that is written out.
  @Test(.enabled(if: SharedData.path("emrtd/chips/bsi2008") != nil, "needs ../shared/testdata/emrtd"))
  func bsi2008() throws {
    let path = try #require(SharedData.path("emrtd/chips/bsi2008/Datagroup14.bin"))
    let infos = try SecurityInfos(dg14: try Files.read(path))
    var protocolRun = try #require(try ChipAuthentication(infos, random: randomDraws))
    guard case .send(let batch) = try protocolRun.next([]) else { return }
    #expect(batch.count == 1 && batch[0].p2 == 0xA6 && batch[0].data.starts(with: [0x91, 0x39, 0x04]))
    guard case .done(let outcome) = try protocolRun.next([ResponseAPDU()]) else { return }
    #expect(outcome.keys.cipher == .tripleDES)
    let key = try GroupElement(keyInfo: outcome.key.spki)
    #expect(key.group == .curve(.brainpoolP224r1))
  }

  /// Version 2 of the BSI's worked example, whose keys and token have a nonce of the chip.
  @Test(.enabled(if: SharedData.path("emrtd/vectors") != nil, "needs ../shared/testdata/emrtd"))
  func bsiVersion2() throws {
    let vectors = try ChipVectors("vectors/bsi-eac-worked-example-ecdh.json")
    let group = AgreementGroup.curve(.brainpoolP256r1)
    let own = try GroupElement(try vectors.bytes("ca_picc_pub_key"), in: group)
    let fresh = SecretBytes(try vectors.bytes("ca_pcd_priv_key"))
    let secret = try own.power(fresh).sharedSecret()
    #expect(try secret.bytes == vectors.bytes("ca_shared_secret_k"))
    let keys = SessionKeys(sharing: try secret.bytes + vectors.bytes("ca_nonce"), .aes128)
    #expect(try keys.encryption == vectors.bytes("ca_k_enc"))
    #expect(try keys.authentication == vectors.bytes("ca_k_mac"))
    let identifier = ProtocolIdentifier(.chipAuthentication, 2, 2).bytes
    let object = TLV.encoded(
      0x7F49,
      TLV.encoded(0x06, identifier) + TLV.encoded(0x86, try vectors.bytes("ca_pcd_pub_key")))
    #expect(
      try keys.cipher.authenticate(object, key: keys.authentication) == vectors.bytes("ca_picc_token"))
  }

  // MARK: - Chip authentication mapping

  /// What a chip with `own` gives in PACE.
  private func proof(_ own: SecretBytes, _ group: AgreementGroup) throws -> ChipAuthenticationMapping {
    var chip = try PACETests.Variant(mapping: .chipAuthentication, group: group, cipher: .aes128)
      .chip(PACETests.password)
    chip.own = own
    let pace = try PACE(SecurityInfos(chip.cardAccess), PACETests.password, random: randomDraws)
    let (outcome, _) = try run(pace) { try chip.answer($0) }
    #expect(outcome.variant.access == .paceCAM)
    return try #require(outcome.chipAuthentication)
  }

  @Test(arguments: ECGroup.allCases) func mappingProvesTheKey(_ curve: ECGroup) throws {
    let group = AgreementGroup.curve(curve)
    let own = try group.privateKey(randomDraws)
    let proof = try proof(own, group)
    let infos = try PACETests.cardSecurity(own, group)
    let key = try #require(infos.chipAuthenticationKeys.first)
    #expect(proof.judge(infos) == .proven(key))
    let another = try PACETests.cardSecurity(try group.privateKey(randomDraws), group)
    #expect(proof.judge(another) == .failed)
  }

  /// gmrtd #447: two keys on one curve, in any order.
  @Test func mappingPicksTheKeyByItsID() throws {
    let group = AgreementGroup.curve(.brainpoolP256r1)
    let (own, other) = (try group.privateKey(randomDraws), try group.privateKey(randomDraws))
    let proof = try proof(own, group)
    let (named, unnamed) = (
      try PACETests.keyInfo(own, group, keyID: 13), try PACETests.keyInfo(other, group, keyID: 8)
    )
    for set in [named + unnamed, unnamed + named] {
      let finding = proof.judge(try SecurityInfos(TLV.encoded(0x31, set)))
      guard case .proven(let key) = finding else {
        Issue.record("\(finding)")
        continue
      }
      #expect(key.keyID == 13)
    }
    // The key of another purpose does not count, though the chip should hold it.
    let swapped =
      try PACETests.keyInfo(own, group, keyID: 8) + PACETests.keyInfo(other, group, keyID: 13)
    #expect(proof.judge(try SecurityInfos(TLV.encoded(0x31, swapped))) == .failed)
  }

  @Test func mappingWithoutKey() throws {
    let group = AgreementGroup.curve(.brainpoolP256r1)
    let proof = try proof(try group.privateKey(randomDraws), group)
    let other = AgreementGroup.curve(.secp256r1)
    #expect(proof.judge(try SecurityInfos([0x31, 0x00])) == .noKey)
    let foreign = try PACETests.cardSecurity(try other.privateKey(randomDraws), other, keyID: 13)
    #expect(proof.judge(foreign) == .noKey)
  }

  /// A chip that offers the mapping and gives no proof, or gives one that it did not offer.
  @Test func proofIsThereExactlyWhereItIsOffered() throws {
    let group = AgreementGroup.curve(.secp192r1)
    let own = try group.privateKey(randomDraws)
    for (mapping, key) in [(SecurityInfos.Mapping.chipAuthentication, nil), (.generic, own)] {
      var chip = try PACETests.Variant(mapping: mapping, group: group, cipher: .aes128)
        .chip(PACETests.password)
      chip.own = key
      let pace = try PACE(SecurityInfos(chip.cardAccess), PACETests.password, random: randomDraws)
      #expect(throws: ChipFault.protocolViolation(.pace)) { _ = try run(pace) { try chip.answer($0) } }
    }
  }
}
