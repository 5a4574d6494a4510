import PassgateCrypto
import PassgateDomain
import PassgateEngines
import PassgateTestKit
import Testing

/// The worked examples of ICAO 9303-11 and of the BSI, command by command.
@Suite(.enabled(if: SharedData.path("emrtd/vectors") != nil, "needs ../shared/testdata/emrtd"))
struct PACEVectorTests {
  static let password = AccessPassword.mrz(
    documentNumber: "T22000129", birthDate: "640812", expiry: "101031")

  static func icao(_ part: String) throws -> ChipVectors {
    try ChipVectors("vectors/icao9303-11.json")[part]
  }

  /// Appendix G.1.
  @Test func ecdhGenericMapping() throws {
    let vectors = try Self.icao("G1_pace_ecdh_gm")
    let (pace, script) = try Self.genericMapping(vectors)
    var steps = script[...]
    let (outcome, batches) = try run(pace) { command in
      let first = steps.popFirst()
      let step = try #require(first)
      #expect(command.bytes == step.command)
      return try #require(ResponseAPDU(decoding: step.answer))
    }
    #expect(steps.isEmpty && batches.map(\.count) == [2, 1, 1, 1])
    #expect(try outcome.keys.encryption == vectors.bytes("ks_enc"))
    #expect(try outcome.keys.authentication == vectors.bytes("ks_mac"))
    #expect(outcome.variant.access == .paceGM && outcome.secret == .mrz)
    #expect(outcome.chipAuthentication == nil && outcome.keys.counter == [UInt8](repeating: 0, count: 16))
  }

  struct Step {
    let command: [UInt8]
    let answer: [UInt8]
  }

  static func genericMapping(_ vectors: ChipVectors) throws -> (PACE, [Step]) {
    let infos = try SecurityInfos(try vectors.bytes("ef_cardaccess"))
    let random = scripted(try vectors.bytes("map_pcd_priv"), try vectors.bytes("eph_pcd_priv"))
    let pace = try PACE(infos, password, random: random)
    let steps = try (1...4).map {
      Step(command: try vectors.bytes("apdu\($0)_c"), answer: try vectors.bytes("apdu\($0)_r"))
    }
    return (pace, [Step(command: try vectors.bytes("apdu_mse"), answer: [0x90, 0x00])] + steps)
  }

  /// Appendix G.2, whose last answer has a reference to a certification authority too.
  @Test func dhGenericMapping() throws {
    let vectors = try Self.icao("G2_pace_dh_gm")
    let identifier: [UInt8] = [0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x04, 0x01, 0x02]
    let infos = try SecurityInfos(cardAccess(identifier, [2], [0]))
    let random = scripted(try vectors.bytes("map_pcd_priv"), try vectors.bytes("eph_pcd_priv"))
    let object = { (tag: UInt32, name: String) in
      TLV.encoded(0x7C, TLV.encoded(tag, try vectors.bytes(name)))
    }
    var script = [
      ([], []), ([0x7C, 0x00], try object(0x80, "z")),
      (try object(0x81, "map_pcd_pub"), try object(0x82, "map_picc_pub")),
      (try object(0x83, "eph_pcd_pub"), try object(0x84, "eph_picc_pub")),
      ([], try vectors.bytes("apdu4_r")),
    ][...]
    let (outcome, batches) = try run(try PACE(infos, Self.password, random: random)) { command in
      let first = script.popFirst()
      let (data, answer) = try #require(first)
      if !data.isEmpty { #expect(command.data == data) }
      return ResponseAPDU(answer)
    }
    #expect(try batches.first?.first?.bytes == vectors.bytes("apdu_mse"))
    #expect(try batches.last?.first?.bytes == vectors.bytes("apdu4_c"))
    #expect(try outcome.keys.encryption == vectors.bytes("ks_enc"))
    #expect(try outcome.keys.authentication == vectors.bytes("ks_mac"))
  }

  /// Appendices H.1 and H.2: the pseudorandom function and the mapping.
  @Test(arguments: [
    ("H1_pace_ecdh_im_mapping", AgreementGroup.curve(.brainpoolP256r1)),
    ("H2_pace_dh_im_mapping", AgreementGroup.modular(.modp1024)),
  ])
  func integratedMapping(_ name: String, _ group: AgreementGroup) throws {
    let vectors = try Self.icao(name)
    let nonce = SecretBytes(try vectors.bytes("s"))
    let number = try ChipCipher.aes128.pseudorandomNumber(nonce, try vectors.bytes("t"), for: group)
    #expect(try number.bytes == vectors.bytes("prf_r"))
    let expected =
      try (try? vectors.bytes("g_mapped")) ?? [4] + vectors.bytes("g_x") + vectors.bytes("g_y")
    #expect(try group.generator(encoding: number).bytes == expected)
  }

  /// Appendix I.
  @Test func keysOfChipAuthenticationMapping() throws {
    let vectors = try Self.icao("I_pace_cam_kdf")
    let keys = SessionKeys(sharing: try vectors.bytes("k"), .aes128)
    #expect(try keys.encryption == vectors.bytes("ks_enc") && keys.authentication == vectors.bytes("ks_mac"))
  }

  /// The BSI's worked example. Its password is a PIN, which enters the derivation of keys as a card access number
  /// does; the reference in the first command is the only difference.
  @Test func bsi() throws {
    let vectors = try ChipVectors("vectors/bsi-eac-worked-example-ecdh.json")
    let infos = try SecurityInfos(try vectors.bytes("ef_cardaccess"))
    let random = scripted(
      try vectors.bytes("map_pcd_priv_key"), Array(try vectors.bytes("pcd_priv_key").suffix(32)))
    let names = [
      ("", "nonce_enc", 0x80), ("map_pcd_pub_key", "map_picc_pub_key", 0x82),
      ("pcd_pub_key", "picc_pub_key", 0x84),
      ("authentication_token_pcd", "authentication_token_picc", 0x86 as UInt32),
    ]
    var script = names[...]
    let (outcome, _) = try run(try PACE(infos, .can("123456"), random: random)) { command in
      if command.ins == 0x22 { return ResponseAPDU() }
      let first = script.popFirst()
      let (sent, received, tag) = try #require(first)
      let content = sent.isEmpty ? [] : TLV.encoded(tag - 1, try vectors.bytes(sent))
      #expect(command.data == TLV.encoded(0x7C, content))
      return ResponseAPDU(TLV.encoded(0x7C, TLV.encoded(tag, try vectors.bytes(received))))
    }
    #expect(try outcome.keys.encryption == vectors.bytes("k_enc"))
    #expect(try outcome.keys.authentication == vectors.bytes("k_mac"))
    try Self.checkMessaging(vectors, outcome.keys)
  }

  /// What the example protects first: data under counter 1, a status under counter 2.
  private static func checkMessaging(_ vectors: ChipVectors, _ keys: SessionKeys) throws {
    let counter = { (count: UInt8) in [UInt8](repeating: 0, count: 15) + [count] }
    let vector = try keys.cipher.encrypt(counter(1), key: keys.encryption)
    let data = ChipPadding.pad(try vectors.bytes("d1"), to: 16)
    #expect(try keys.cipher.encrypt(data, key: keys.encryption, vector: vector) == vectors.bytes("e1"))
    let status = counter(2) + ChipPadding.pad(try vectors.bytes("ad1"), to: 16)
    #expect(try keys.cipher.authenticate(status, key: keys.authentication) == vectors.bytes("a1"))
  }

  /// A nonce of the right password, so that a wrong one is known to give another.
  @Test func nonce() throws {
    let vectors = try Self.icao("G1_pace_ecdh_gm")
    let key = ChipKDF.derive(Self.password.sharedSecret, for: .password, .aes128)
    #expect(try key == vectors.bytes("k_pi"))
    #expect(try ChipCipher.aes128.decrypt(vectors.bytes("z"), key: key) == vectors.bytes("s"))
  }

  // MARK: - What a chip must not answer

  @Test func everyCase() throws {
    let cases = try ChipVectors("vectors/pace-negative.json")["cases"].list
    #expect(cases.count == 10)
    for hostile in cases { try Self.refuses(hostile) }
  }

  private static func refuses(_ hostile: ChipVectors) throws {
    let (pace, script) = try genericMapping(try icao("G1_pace_ecdh_gm"))
    let position = try #require(
      ["apdu_mse", "apdu1_r", "apdu2_r", "apdu3_r", "apdu4_r"].firstIndex(of: try hostile["step"].text))
    let (name, answer) = (try hostile["name"].text, try hostile.bytes("response"))
    let isDenial = try hostile["expect"].text.hasPrefix("access-denied")
    var (at, pending) = (0, pace)
    let fault = #expect(throws: ChipFault.self, "\(name)") {
      _ = try run(pending) { _ in
        defer { at += 1 }
        return try #require(ResponseAPDU(decoding: at == position ? answer : script[at].answer))
      }
    }
    #expect(fault == (isDenial ? .accessDenied : .protocolViolation(.pace)), "\(name)")
    // No further command went out after the hostile answer.
    #expect(at == position + 1, "\(name)")
    _ = try pending.next([])
  }
}

/// EF.CardAccess with one info of PACE.
func cardAccess(_ identifier: [UInt8], _ numbers: [UInt8]...) -> [UInt8] {
  TLV.encoded(0x31, paceInfo(identifier, numbers))
}

func paceInfo(_ identifier: [UInt8], _ numbers: [[UInt8]]) -> [UInt8] {
  TLV.encoded(0x30, TLV.encoded(0x06, identifier) + numbers.flatMap { TLV.encoded(0x02, $0) })
}
