import PassgateCrypto
import PassgateDomain
import PassgateEngines
import PassgateTestKit
import Testing

/// Basic access control beside ICAO 9303-11 appendices D.2 and D.3.
@Suite(.enabled(if: ICAOExamples.isThere, ICAOExamples.absence))
struct BACTests {
  private static let password = AccessPassword.mrz(
    documentNumber: "L898902C", birthDate: "690806", expiry: "940623")

  /// The random bytes of the example.
  private static func random(_ example: ICAOExamples.BasicAccess) -> ChipRandom {
    { $0 == 8 ? bytes(hex: example.rnd_ifd) : bytes(hex: example.k_ifd) }
  }

  private static func answer(_ text: String) throws -> ResponseAPDU {
    try #require(ResponseAPDU(decoding: bytes(hex: text)))
  }

  /// The example up to the chip's last answer.
  private static func begun() throws -> (BAC, ICAOExamples.BasicAccess) {
    let example = try ICAOExamples.load().D3_bac
    var access = try BAC(password, random: random(example))
    _ = try access.next([])
    _ = try access.next([try answer(example.apdu[0][1])])
    return (access, example)
  }

  @Test func keySeeds() throws {
    for seed in try ICAOExamples.load().D2_kseed {
      let password = AccessPassword.mrz(documentNumber: seed.doc, birthDate: seed.dob, expiry: seed.doe)
      #expect(Array(password.sharedSecret.prefix(16)) == bytes(hex: seed.kseed))
      #expect(password.isWellFormed)
    }
  }

  /// A number of fewer than nine characters is padded, as the MRZ pads it.
  @Test func shortNumbersArePadded() {
    let padded = AccessPassword.mrz(documentNumber: "L898902C<", birthDate: "690806", expiry: "940623")
    #expect(Self.password.sharedSecret == padded.sharedSecret)
  }

  @Test func asInTheExample() throws {
    let example = try ICAOExamples.load().D3_bac
    var access = try BAC(Self.password, random: Self.random(example))
    var answers: [ResponseAPDU] = []
    for exchange in example.apdu {
      guard case .send(let commands) = try access.next(answers) else { throw ChipFault.timedOut }
      #expect(commands.map(\.bytes) == [bytes(hex: exchange[0])])
      answers = [try Self.answer(exchange[1])]
    }
    guard case .done(let keys) = try access.next(answers) else { throw ChipFault.timedOut }
    #expect(keys.encryption == bytes(hex: example.ks_enc))
    #expect(keys.authentication == bytes(hex: example.ks_mac))
    #expect(keys.counter == bytes(hex: example.ssc) && keys.cipher == .tripleDES)
    #expect(throws: ChipFault.protocolViolation(.bac)) { try access.next(answers) }
  }

  /// What a chip says of a wrong password: Chinese chips 63CF among them.
  @Test(arguments: [UInt16(0x6300), 0x63c0, 0x63c2, 0x63cf])
  func aWrongPasswordIsTriedOnce(_ status: UInt16) throws {
    var (access, _) = try Self.begun()
    #expect(throws: ChipFault.accessDenied) { try access.next([ResponseAPDU(status: status)]) }
    #expect(throws: ChipFault.protocolViolation(.bac)) { try access.next([]) }
  }

  @Test func otherAnswers() throws {
    let good = try Self.answer(try ICAOExamples.load().D3_bac.apdu[1][1])
    var changed = good
    changed.data[39] ^= 1
    var swapped = good
    swapped.data[0] ^= 1
    let wrong: [([ResponseAPDU], ChipFault)] = [
      ([], .notAnswered), ([good, good], .tooMany), ([ResponseAPDU()], .protocolViolation(.bac)),
      ([changed], .protocolViolation(.bac)), ([swapped], .protocolViolation(.bac)),
      ([ResponseAPDU(good.data + [0])], .protocolViolation(.bac)),
      ([ResponseAPDU(status: 0x6985)], .refused(.bac, status: 0x6985)),
    ]
    for (answers, fault) in wrong {
      var (access, _) = try Self.begun()
      #expect(throws: fault) { try access.next(answers) }
    }
  }

  /// The example's answer with other random numbers of ours: the chip answers somebody else.
  @Test func anAnswerToAnotherTerminal() throws {
    let example = try ICAOExamples.load().D3_bac
    var access = try BAC(Self.password) { [UInt8](repeating: 1, count: $0) }
    _ = try access.next([])
    _ = try access.next([try Self.answer(example.apdu[0][1])])
    let answer = try Self.answer(example.apdu[1][1])
    #expect(throws: ChipFault.protocolViolation(.bac)) { try access.next([answer]) }
  }

  @Test func theChallengeHasEightBytes() throws {
    for (data, status, fault) in [
      ([], 0x9000, .protocolViolation(.bac)), ([1, 2, 3, 4, 5, 6, 7], 0x9000, .protocolViolation(.bac)),
      ([], 0x6d00, .refused(.bac, status: 0x6d00)),
    ] as [([UInt8], UInt16, ChipFault)] {
      var access = try BAC(Self.password) { [UInt8](repeating: 1, count: $0) }
      _ = try access.next([])
      #expect(throws: fault) { try access.next([ResponseAPDU(data, status: status)]) }
    }
  }

  @Test func noRandomBytes() throws {
    let example = try ICAOExamples.load().D3_bac
    var access = try BAC(Self.password) { _ throws(CryptoError) in throw CryptoError(.library, "none") }
    _ = try access.next([])
    let answer = try Self.answer(example.apdu[0][1])
    #expect(throws: ChipFault.unavailable(.bac)) { try access.next([answer]) }
  }

  @Test func aCardAccessNumberOpensNothingHere() {
    #expect(throws: ChipFault.accessNotOffered) { try BAC(.can("123456")) { _ in [] } }
  }

  @Test func passwordsDoNotPrint() {
    let password = Self.password
    #expect("\(password)" == "AccessPassword(withheld)" && String(reflecting: password) == "\(password)")
    #expect(AccessPassword.can("123456").isWellFormed && AccessPassword.can("123456").secret == .can)
    #expect(!AccessPassword.can("12x").isWellFormed && !AccessPassword.can("").isWellFormed)
    #expect(!AccessPassword.mrz(documentNumber: "l8", birthDate: "690806", expiry: "940623").isWellFormed)
    #expect(!AccessPassword.mrz(documentNumber: "L8", birthDate: "69080", expiry: "940623").isWellFormed)
  }
}
