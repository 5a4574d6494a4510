import PassgateCrypto
import PassgateDomain
import PassgateEngines
import PassgateSoftChip
import PassgateTestKit
import Testing

/// The chip's side of the worked examples, byte for byte.
@Suite(.enabled(if: Examples.isThere, "\(Examples.absence)"))
struct WorkedExampleTests {
  private static let applicationSelection: [UInt8] = [
    0x00, 0xa4, 0x04, 0x0c, 0x07, 0xa0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01,
  ]

  private static func chip(
    files: [ChipFile: [UInt8]], zone: String, _ draws: FixedBytes,
    change: (inout SoftDocument) -> Void = { _ in }
  ) -> SoftChip {
    var document = SoftDocument(files: files, accessZone: Array(zone.utf8))
    change(&document)
    return SoftChip(document, random: draws.source)
  }

  /// ICAO 9303-11 D.3 and D.4.
  @Test func basicAccessAndMessaging() throws {
    let example = try Examples.icao()["D3_bac"]
    let draws = FixedBytes(try example.bytes("rnd_ic"), try example.bytes("k_ic"))
    let list = try ChipVectors("vectors/icao9303-10-lds.json").bytes("EF_COM")
    var chip = Self.chip(files: [.com: list], zone: "L898902C<369080619406236", draws)
    #expect(chip.answer(Self.applicationSelection) == [0x90, 0x00])
    for exchange in try example["apdu"].list {
      let pair = try exchange.list
      #expect(chip.answer(try pair[0].bytes) == (try pair[1].bytes))
    }
    for exchange in try Examples.icao()["D4_secure_messaging_3des"]["exchanges"].list {
      #expect(
        chip.answer(try exchange.bytes("protected_command")) == (try exchange.bytes("protected_response")))
    }
  }

  /// ICAO 9303-11 G.1: PACE with generic mapping over ECDH.
  @Test func paceOverACurve() throws {
    let example = try Examples.icao()["G1_pace_ecdh_gm"]
    let draws = FixedBytes(
      try example.bytes("s"), try example.bytes("map_picc_priv"), try example.bytes("eph_picc_priv"))
    var chip = Self.chip(
      files: [.cardAccess: try example.bytes("ef_cardaccess")], zone: "T22000129364081251010318", draws)
    #expect(chip.answer(try example.bytes("apdu_mse")) == [0x90, 0x00])
    for step in 1...4 {
      #expect(chip.answer(try example.bytes("apdu\(step)_c")) == (try example.bytes("apdu\(step)_r")))
    }
  }

  /// ICAO 9303-11 G.2: PACE with generic mapping over Diffie-Hellman.
  @Test func paceOverNumbers() throws {
    let example = try Examples.icao()["G2_pace_dh_gm"]
    let draws = FixedBytes(
      try example.bytes("s"), try example.bytes("map_picc_priv"), try example.bytes("eph_picc_priv"))
    let access = try ChipVectors.hexadecimal("31143012060a04007f00070202040102020102020100")
    var chip = Self.chip(files: [.cardAccess: access], zone: "T22000129364081251010318", draws) {
      $0.terminalAuthority = Array("DETESTCVCA00003".utf8)
    }
    #expect(chip.answer(try example.bytes("apdu_mse")) == [0x90, 0x00])
    #expect(try chip.answer(Self.step([])) == Self.object(0x80, try example.bytes("z")) + [0x90, 0x00])
    let mapped = chip.answer(try Self.step(Self.content(0x81, try example.bytes("map_pcd_pub"))))
    #expect(mapped == Self.object(0x82, try example.bytes("map_picc_pub")) + [0x90, 0x00])
    let agreed = chip.answer(try Self.step(Self.content(0x83, try example.bytes("eph_pcd_pub"))))
    #expect(agreed == Self.object(0x84, try example.bytes("eph_picc_pub")) + [0x90, 0x00])
    #expect(chip.answer(try example.bytes("apdu4_c")) == (try example.bytes("apdu4_r")) + [0x90, 0x00])
  }

  /// The BSI's worked example for extended access control: PACE by a number on the card.
  @Test func paceByNumber() throws {
    let example = try Examples.bsi()
    let draws = FixedBytes(
      try example.bytes("nonce"), try example.bytes("map_picc_priv_key"), try example.bytes("picc_priv_key"))
    var chip = Self.chip(files: [.cardAccess: try example.bytes("ef_cardaccess")], zone: "", draws) {
      $0.accessNumber = "123456"
    }
    let setting = try ChipVectors.hexadecimal("0022c1a40f800a04007f00070202040202830102")
    #expect(chip.answer(setting) == [0x90, 0x00])
    #expect(
      try chip.answer(Self.step([])) == Self.object(0x80, try example.bytes("nonce_enc")) + [0x90, 0x00])
    let mapped = chip.answer(try Self.step(Self.content(0x81, try example.bytes("map_pcd_pub_key"))))
    #expect(mapped == Self.object(0x82, try example.bytes("map_picc_pub_key")) + [0x90, 0x00])
    let agreed = chip.answer(try Self.step(Self.content(0x83, try example.bytes("pcd_pub_key"))))
    #expect(agreed == Self.object(0x84, try example.bytes("picc_pub_key")) + [0x90, 0x00])
    let last = chip.answer(try Self.step(Self.content(0x85, try example.bytes("authentication_token_pcd"))))
    #expect(last == Self.object(0x86, try example.bytes("authentication_token_picc")) + [0x90, 0x00])
  }

  /// GENERAL AUTHENTICATE with these objects in 7C.
  private static func step(_ objects: [UInt8]) throws -> [UInt8] {
    CommandAPDU(0x10, 0x86, 0, 0, [0x7c] + length(objects.count) + objects, le: 256).bytes
  }

  private static func object(_ tag: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    let inner = content(tag, bytes)
    return [0x7c] + length(inner.count) + inner
  }

  private static func content(_ tag: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    [tag] + length(bytes.count) + bytes
  }

  private static func length(_ count: Int) -> [UInt8] {
    count < 0x80
      ? [UInt8(count)]
      : count < 0x100 ? [0x81, UInt8(count)] : [0x82, UInt8(count >> 8), UInt8(count & 0xff)]
  }
}
