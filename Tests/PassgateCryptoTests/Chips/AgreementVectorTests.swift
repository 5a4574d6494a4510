import PassgateCrypto
import PassgateTestKit
import Testing

/// The worked examples of ICAO 9303-11 and of the BSI, and Wycheproof's, step by step.
@Suite(.enabled(if: SharedData.path("emrtd/vectors") != nil, "needs ../shared/testdata/emrtd"))
struct AgreementVectorTests {
  private static func icao(_ part: String) throws -> ChipVectors {
    try ChipVectors("vectors/icao9303-11.json")[part]
  }

  private static func key(_ vectors: ChipVectors, _ name: String, _ generator: GroupElement) throws
    -> AgreementKey
  {
    try AgreementKey(privateKey: SecretBytes(try vectors.bytes(name)), generator: generator)
  }

  /// Appendix G.1.
  @Test func ecdhGenericMapping() throws {
    let group = AgreementGroup.curve(.brainpoolP256r1)
    let vectors = try Self.icao("G1_pace_ecdh_gm")
    let point = { (name: String) in
      try [4] + vectors.bytes("\(name)_x") + vectors.bytes("\(name)_y")
    }
    let (chip, terminal) = (
      try Self.key(vectors, "map_picc_priv", try group.generator()),
      try Self.key(vectors, "map_pcd_priv", try group.generator())
    )
    #expect(try chip.publicKey.bytes == point("map_picc") && terminal.publicKey.bytes == point("map_pcd"))
    let shared = try terminal.agree(with: chip.publicKey)
    #expect(try shared.bytes == point("h"))
    let generator = try group.generator(mapping: SecretBytes(try vectors.bytes("s")), with: shared)
    #expect(try generator.bytes == point("g"))
    let (card, reader) = (
      try Self.key(vectors, "eph_picc_priv", generator), try Self.key(vectors, "eph_pcd_priv", generator)
    )
    #expect(try card.publicKey.bytes == point("eph_picc") && reader.publicKey.bytes == point("eph_pcd"))
    #expect(try reader.agree(with: card.publicKey).sharedSecret().bytes == vectors.bytes("k"))
    #expect(try card.agree(with: reader.publicKey).sharedSecret().bytes == vectors.bytes("k"))
  }

  /// Appendix G.2.
  @Test func dhGenericMapping() throws {
    let group = AgreementGroup.modular(.modp1024)
    let vectors = try Self.icao("G2_pace_dh_gm")
    let (chip, terminal) = (
      try Self.key(vectors, "map_picc_priv", try group.generator()),
      try Self.key(vectors, "map_pcd_priv", try group.generator())
    )
    #expect(try chip.publicKey.bytes == vectors.bytes("map_picc_pub"))
    #expect(try terminal.publicKey.bytes == vectors.bytes("map_pcd_pub"))
    let shared = try terminal.agree(with: chip.publicKey)
    #expect(try shared.bytes == vectors.bytes("h"))
    let generator = try group.generator(mapping: SecretBytes(try vectors.bytes("s")), with: shared)
    #expect(try generator.bytes == vectors.bytes("g"))
    let (card, reader) = (
      try Self.key(vectors, "eph_picc_priv", generator), try Self.key(vectors, "eph_pcd_priv", generator)
    )
    #expect(try card.publicKey.bytes == vectors.bytes("eph_picc_pub"))
    #expect(try reader.publicKey.bytes == vectors.bytes("eph_pcd_pub"))
    #expect(try reader.agree(with: card.publicKey).sharedSecret().bytes == vectors.bytes("k"))
  }

  /// Appendix H.1.
  @Test func ecdhIntegratedMapping() throws {
    let vectors = try Self.icao("H1_pace_ecdh_im_mapping")
    let number = SecretBytes(try vectors.bytes("prf_r"))
    let mapped = try AgreementGroup.curve(.brainpoolP256r1).generator(encoding: number)
    #expect(try mapped.bytes == [4] + vectors.bytes("g_x") + vectors.bytes("g_y"))
  }

  /// Appendix H.2.
  @Test func dhIntegratedMapping() throws {
    let vectors = try Self.icao("H2_pace_dh_im_mapping")
    #expect(try AgreementGroup.modular(.modp1024).generator().bytes == vectors.bytes("g"))
    let number = SecretBytes(try vectors.bytes("prf_r"))
    let mapped = try AgreementGroup.modular(.modp1024).generator(encoding: number)
    #expect(try mapped.bytes == vectors.bytes("g_mapped"))
  }

  /// The mapping, PACE's agreement and chip authentication of the BSI's worked example.
  @Test func bsi() throws {
    let group = AgreementGroup.curve(.brainpoolP256r1)
    let vectors = try ChipVectors("vectors/bsi-eac-worked-example-ecdh.json")
    let chip = try Self.key(vectors, "map_picc_priv_key", try group.generator())
    let terminal = try Self.key(vectors, "map_pcd_priv_key", try group.generator())
    #expect(try chip.publicKey.bytes == vectors.bytes("map_picc_pub_key"))
    #expect(try terminal.publicKey.bytes == vectors.bytes("map_pcd_pub_key"))
    let shared = try chip.agree(with: terminal.publicKey)
    #expect(try shared.bytes == vectors.bytes("map_shared_secret_h"))
    let generator = try group.generator(mapping: SecretBytes(try vectors.bytes("nonce")), with: shared)
    #expect(try generator.bytes == vectors.bytes("map_generator"))
    let card = try Self.key(vectors, "picc_priv_key", generator)
    let reader = try Self.key(vectors, "pcd_priv_key", generator)
    #expect(try card.publicKey.bytes == vectors.bytes("picc_pub_key"))
    #expect(try card.agree(with: reader.publicKey).sharedSecret().bytes == vectors.bytes("shared_secret_k"))
    let own = try Self.key(vectors, "ca_picc_priv_key", try group.generator())
    let fresh = try Self.key(vectors, "ca_pcd_priv_key", try group.generator())
    #expect(try own.publicKey.bytes == vectors.bytes("ca_picc_pub_key"))
    #expect(try fresh.publicKey.bytes == vectors.bytes("ca_pcd_pub_key"))
    #expect(try fresh.agree(with: own.publicKey).sharedSecret().bytes == vectors.bytes("ca_shared_secret_k"))
  }

  /// 804 agreements on brainpoolP256r1; compressed points are not of these protocols, so they are refused.
  @Test func wycheproof() throws {
    let vectors = try ChipVectors("wycheproof/ecdh_brainpoolP256r1_test.json")
    let tests = try vectors["testGroups"].list.flatMap { try $0["tests"].list }
    var accepted = 0
    for test in tests {
      let (number, result) = (try test["tcId"].number, try test["result"].text)
      guard let secret = try? Self.agree(test) else {
        #expect(result != "valid", "case \(number)")
        continue
      }
      let shared = try test.bytes("shared")
      #expect(secret == shared, "case \(number)")
      #expect(result != "invalid" || Self.cofactorAlone.contains(number), "case \(number)")
      accepted += 1
    }
    #expect(try tests.count == vectors["numberOfTests"].number && accepted >= 517)
  }

  /// Explicit parameters equal to the curve but for the cofactor, which is left out or beyond sense. Nothing is
  /// computed with it here: the key is good on the curve that the parameters name.
  private static let cofactorAlone = [551, 553]

  private static func agree(_ test: ChipVectors) throws -> [UInt8] {
    let digits = try test["private"].text
    let number = SecretBytes(
      try ChipVectors.hexadecimal(digits.count.isMultiple(of: 2) ? digits : "0" + digits))
    let element = try GroupElement(keyInfo: try test.bytes("public"))
    guard element.group == .curve(.brainpoolP256r1) else { throw CryptoError(.mismatch, "another curve") }
    return try element.power(number).sharedSecret().bytes
  }
}
