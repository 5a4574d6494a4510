import PassgateDomain
import PassgateEngines
import PassgateSystem
import PassgateTestKit
import Testing

/// ICAO 9303-11 section 9.2 and TR-03110-3 A.1.
struct SecurityInfosTests {
  private static func infos(_ list: [[UInt8]]) throws -> SecurityInfos {
    try SecurityInfos(TLV.encoded(0x31, list.flatMap { $0 }))
  }

  // MARK: The table of identifiers

  @Test(
    arguments: [
      (1, .generic, .dh), (2, .generic, .ecdh), (3, .integrated, .dh), (4, .integrated, .ecdh),
      (6, .chipAuthentication, .ecdh),
    ] as [(UInt8, SecurityInfos.Mapping, SecurityInfos.Agreement)], SecurityInfos.Cipher.allCases)
  func knowsPACE(
    _ row: (UInt8, SecurityInfos.Mapping, SecurityInfos.Agreement), _ cipher: SecurityInfos.Cipher
  ) throws {
    let info = SampleFiles.info(SampleFiles.bsi(4, row.0, cipher.rawValue), [0x02, 1, 2, 0x02, 1, 13])
    let pace = try #require(try Self.infos([info]).pace.first)
    #expect(pace.mapping == row.1 && pace.agreement == row.2 && pace.cipher == cipher)
    #expect(pace.version == 2 && pace.parameterID == 13)
    #expect(pace.identifier.dotted == "0.4.0.127.0.7.2.2.4.\(row.0).\(cipher.rawValue)")
  }

  @Test(arguments: SecurityInfos.Agreement.allCases, SecurityInfos.Cipher.allCases)
  func knowsChipAuthentication(_ agreement: SecurityInfos.Agreement, _ cipher: SecurityInfos.Cipher) throws {
    let identifier = SampleFiles.bsi(3, agreement.rawValue, cipher.rawValue)
    let infos = try Self.infos([
      SampleFiles.info(identifier, [0x02, 1, 1]),
      SampleFiles.info(SampleFiles.bsi(1, agreement.rawValue), SampleFiles.ecKey),
    ])
    let variant = try #require(infos.chipAuthentication.first)
    #expect(variant.agreement == agreement && variant.cipher == cipher && variant.keyID == nil)
    #expect(infos.key(for: variant)?.spki == SampleFiles.ecKey)
  }

  @Test(
    arguments: [
      ([0x04, 0x00, 0x7F, 0x00, 0x07, 0x01, 0x01, 0x04, 0x01, 0x01], .sha1),
      ([0x04, 0x00, 0x7F, 0x00, 0x07, 0x01, 0x01, 0x04, 0x01, 0x05], .sha512),
      ([0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x01], .sha224), ([0x2A, 0x03], nil),
    ] as [([UInt8], SecurityInfos.ActiveAuthentication.Hash?)])
  func knowsTheHashOfActiveAuthentication(
    _ algorithm: [UInt8], _ hash: SecurityInfos.ActiveAuthentication.Hash?
  ) throws {
    let rest = [0x02, 1, 1] + TLV.encoded(0x06, algorithm)
    let infos = try Self.infos([SampleFiles.info([0x67, 0x81, 0x08, 0x01, 0x01, 0x05], rest)])
    #expect(infos.activeAuthentication.map(\.hash) == [hash])
  }

  // MARK: What is not known

  /// Other protocols, unknown mappings, ciphers and depths: kept by their identifiers.
  @Test(
    arguments: [
      [4, 5, 2], [4, 2, 5], [4, 2, 2, 1], [4, 7], [3, 2], [3, 3, 1], [3, 2, 9], [1, 3], [1, 2, 1], [5, 2, 3],
      [6], [8],
    ] as [[UInt8]])
  func keepsWhatItDoesNotKnow(_ arcs: [UInt8]) throws {
    let info = SampleFiles.info(SampleFiles.bsi() + arcs, [0x01, 1, 0xFF])
    let infos = try Self.infos([info])
    #expect(infos.unknown.map(\.der) == [info])
    let dotted = "0.4.0.127.0.7.2.2." + arcs.map { "\($0)" }.joined(separator: ".")
    #expect(infos.unknown.map(\.identifier.dotted) == [dotted])
    // A form of PACE that is not known is PACE all the same: BAC would be a step back.
    #expect(infos.namesPACE == (arcs[0] == 4))
  }

  @Test func keysAreFoundByTheirIds() throws {
    let key = SampleFiles.bsi(1, 2)
    let other = SampleFiles.spki([0x06, 0x03, 0x2A, 0x03, 0x04], [9])
    let variant = SampleFiles.info(SampleFiles.bsi(3, 2, 2), [0x02, 1, 2, 0x02, 1, 7])
    let keys = [
      SampleFiles.info(key, other + [0x02, 1, 8]), SampleFiles.info(key, other),
      SampleFiles.info(SampleFiles.bsi(1, 1), other + [0x02, 1, 7]),
      SampleFiles.info(key, SampleFiles.ecKey + [0x02, 1, 7]),
    ]
    var random = Seeded(7)
    for _ in 0..<20 {
      let infos = try Self.infos(([variant] + keys).shuffled(using: &random))
      let chosen = try #require(infos.chipAuthentication.first)
      #expect(infos.key(for: chosen)?.spki == SampleFiles.ecKey)
    }
    // Two keys of one id leave the choice open, and then none is used.
    let twice = try Self.infos([variant, keys[3], SampleFiles.info(key, other + [0x02, 1, 7])])
    #expect(twice.chipAuthentication.first.map { twice.key(for: $0) } == .some(nil))
  }

  @Test(arguments: [
    SampleFiles.info(SampleFiles.bsi(4, 2, 2), []),
    SampleFiles.info(SampleFiles.bsi(4, 2, 2), [0x02, 1, 0x80]),
    SampleFiles.info(SampleFiles.bsi(4, 2, 2), [0x02, 5, 1, 0, 0, 0, 0]),
    SampleFiles.info(SampleFiles.bsi(4, 2, 2), [0x02, 0]),
    SampleFiles.info(SampleFiles.bsi(1, 2), [0x02, 1, 1]),
    SampleFiles.info([], []), SampleFiles.info([0x84], []),
    SampleFiles.info([UInt8](repeating: 1, count: 33), []),
    [0x31, 0x00], [0x30, 0x00], [0x02, 0x01, 0x00],
  ])
  func aKnownInfoMustBeOfItsForm(_ info: [UInt8]) {
    #expect(throws: LDSFault.self) { try Self.infos([info]) }
  }

  @Test func infosAreCounted() throws {
    let info = SampleFiles.info(SampleFiles.bsi(9), [])
    #expect(try Self.infos((0..<64).map { _ in info }).unknown.count == 64)
    #expect(throws: LDSFault.tooMany(tag: 0x30)) { try Self.infos((0..<65).map { _ in info }) }
  }

  @Test(arguments: [33, 600]) func deepInfosAreRefused(_ depth: Int) {
    let nested = (0..<depth).reduce([UInt8]()) { inner, _ in TLV.encoded(0x30, inner) }
    #expect(throws: LDSFault.tooDeep) { try Self.infos([SampleFiles.info(SampleFiles.bsi(9), nested)]) }
  }

  /// X.690 section 8.19: the first byte holds two arcs.
  @Test(
    arguments: [
      ([0x2A, 0x86, 0x48], "1.2.840"), ([0x67, 0x81, 0x08], "2.23.136"), ([0x04], "0.4"),
      ([0x88, 0x37], "2.999"),
      ([0x2A, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], "1.2.?"),
      ([0x2A, 0x8F, 0xFF, 0xFF, 0xFF, 0x7F], "1.2.4294967295"),
      ([0x9F, 0xFF, 0xFF, 0xFF, 0x7F], "?"),
    ] as [([UInt8], String)])
  func writesIdentifiers(_ bytes: [UInt8], _ dotted: String) throws {
    #expect(try #require(ProtocolIdentifier(bytes)).dotted == dotted)
  }

  // MARK: Worked examples

  @Test(.enabled(if: SharedData.path("emrtd/chips/bsi2008") != nil, "needs ../shared/testdata/emrtd"))
  func readsDG14OfTheGermanSpecimen() throws {
    let path = try #require(SharedData.path("emrtd/chips/bsi2008/Datagroup14.bin"))
    let infos = try SecurityInfos(dg14: try Files.read(path))
    let variant = try #require(infos.chipAuthentication.first)
    #expect(infos.chipAuthentication.count == 1 && variant.cipher == .tripleDES && variant.agreement == .ecdh)
    #expect(infos.key(for: variant)?.spki.count == 279 && infos.terminalAuthentication == [1])
    #expect(infos.unknown.isEmpty && !infos.namesPACE)
  }

  @Test(.enabled(if: SharedData.path("emrtd/vectors/bsi-eac-worked-example-ecdh.json") != nil))
  func readsTheCardOfTheBSI() throws {
    let vectors = try ChipVectors("vectors/bsi-eac-worked-example-ecdh.json")
    let access = try SecurityInfos(try vectors.bytes("ef_cardaccess"))
    let security = try SecurityInfos(cardSecurity: try vectors.bytes("ef_cardsecurity"))
    for infos in [access, security] {
      let pace = try #require(infos.pace.first)
      #expect(infos.pace.count == 1 && pace.mapping == .generic && pace.agreement == .ecdh)
      #expect(pace.cipher == .aes128 && pace.parameterID == 13 && infos.namesPACE)
      #expect(infos.chipAuthentication.map(\.version) == [2])
    }
    #expect(access.chipAuthenticationKeys.isEmpty && security.chipAuthenticationKeys.count == 1)
  }
}
