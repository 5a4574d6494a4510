import PassgateCrypto
import PassgateTestKit
import Testing

/// The groups of PACE and chip authentication: both sides agree in each of them, and no element from outside gets in.
@Suite struct AgreementGroupTests {
  static let groups = (0...255).compactMap(AgreementGroup.init(parameterID:))
  static let random: @Sendable (Int) throws(CryptoError) -> [UInt8] = { count throws(CryptoError) in
    try randomBytes(count)
  }

  @Test func parameterIDs() {
    #expect(Self.groups.map(\.parameterID) == [0, 1, 2] + Array(8...18))
    #expect(AgreementGroup(parameterID: -1) == nil && AgreementGroup(parameterID: 256) == nil)
  }

  @Test(arguments: groups) func bothSidesAgree(_ group: AgreementGroup) throws {
    let generator = try group.generator()
    let chip = try AgreementKey(generator: generator, Self.random)
    let terminal = try AgreementKey(generator: generator, Self.random)
    let received = try GroupElement(chip.publicKey.bytes, in: group)
    let one = try terminal.agree(with: received)
    #expect(try one == chip.agree(with: terminal.publicKey))
    #expect(one.sharedSecret().bytes.count == Self.secretLength(group))
    #expect(chip.publicKey != terminal.publicKey)
  }

  static func secretLength(_ group: AgreementGroup) -> Int {
    switch group {
    case .curve(let curve): curve.fieldLength
    case .modular(let numbers): numbers.primeLength
    }
  }

  @Test(arguments: groups) func bothSidesMapAlike(_ group: AgreementGroup) throws {
    let nonce = SecretBytes(try randomBytes(32))
    let generator = try group.generator()
    let one = try AgreementKey(generator: generator, Self.random)
    let other = try AgreementKey(generator: generator, Self.random)
    let mapped = try group.generator(mapping: nonce, with: try one.agree(with: other.publicKey))
    #expect(try mapped == group.generator(mapping: nonce, with: try other.agree(with: one.publicKey)))
    #expect(mapped != generator)
    let another = SecretBytes(try randomBytes(32))
    #expect(try mapped != group.generator(mapping: another, with: try one.agree(with: other.publicKey)))
    // What is agreed over the mapped generator is agreed as well as over the standard one.
    let chip = try AgreementKey(generator: mapped, Self.random)
    let terminal = try AgreementKey(generator: mapped, Self.random)
    #expect(try chip.agree(with: terminal.publicKey) == terminal.agree(with: chip.publicKey))
  }

  @Test(arguments: groups.filter(\.hasIntegratedMapping))
  func integratedMappingGivesElements(_ group: AgreementGroup) throws {
    // Twelve numbers see both of the two candidates on a curve but once in 2,000 runs; the vectors see one each.
    for _ in 0..<12 {
      let number = SecretBytes(try randomBytes(Self.secretLength(group) + 8))
      let mapped = try group.generator(encoding: number)
      #expect(try mapped == GroupElement(mapped.bytes, in: group))
      #expect(try mapped == group.generator(encoding: number))
    }
  }

  @Test func integratedMappingIsRefusedWhereItIsNotDefined() {
    #expect(AgreementGroupTests.groups.filter { !$0.hasIntegratedMapping } == [.curve(.secp224r1)])
    let number = SecretBytes([UInt8](repeating: 7, count: 40))
    #expect(throws: CryptoError.self) { try AgreementGroup.curve(.secp224r1).generator(encoding: number) }
  }

  @Test(arguments: groups) func numberWithoutGeneratorIsRefused(_ group: AgreementGroup) {
    let zero = SecretBytes([UInt8](repeating: 0, count: 40))
    #expect(throws: CryptoError.self) { try group.generator(encoding: zero) }
  }

  // MARK: - What comes from outside

  @Test(arguments: ECGroup.allCases) func hostilePoints(_ curve: ECGroup) throws {
    let good = try AgreementKey(generator: try AgreementGroup.curve(curve).generator(), Self.random)
      .publicKey.bytes
    let coordinates = Array(good.dropFirst())
    let x = Array(coordinates.prefix(curve.fieldLength))
    var offCurve = good
    offCurve[good.count - 1] ^= 1
    let hostile: [(String, [UInt8])] = [
      ("nothing", []), ("infinity", [0]),
      ("infinity in full length", [UInt8](repeating: 0, count: good.count)),
      ("off the curve", offCurve), ("compressed", [2] + x),
      ("hybrid", [6 | (good.last ?? 0) & 1] + coordinates),
      ("cut", Array(good.dropLast())), ("longer", good + [0]), ("x alone", x),
      ("origin", [4] + [UInt8](repeating: 0, count: 2 * curve.fieldLength)),
      ("beyond the field", [4] + [UInt8](repeating: 0xFF, count: 2 * curve.fieldLength)),
      ("no form", [5] + coordinates), ("64 KiB", [UInt8](repeating: 4, count: 65_536)),
    ]
    for (name, bytes) in hostile {
      #expect(throws: CryptoError.self, "\(name)") { try GroupElement(bytes, in: .curve(curve)) }
    }
  }

  @Test(arguments: ECGroup.allCases) func pointOfAnotherCurve(_ curve: ECGroup) throws {
    for other in ECGroup.allCases where other != curve && other.fieldLength == curve.fieldLength {
      let foreign = try AgreementGroup.curve(other).generator().bytes
      #expect(throws: CryptoError.self) { try GroupElement(foreign, in: .curve(curve)) }
    }
  }

  @Test(arguments: DHGroup.allCases) func hostileNumbers(_ numbers: DHGroup) throws {
    let group = AgreementGroup.modular(numbers)
    let full = [UInt8](repeating: 0xFF, count: numbers.primeLength)
    let hostile: [(String, [UInt8])] = [
      ("nothing", []), ("zero", [0]), ("one", [1]), ("outside the subgroup", [2]), ("beyond the prime", full),
      ("longer than the prime", [1] + full + [0]), ("64 KiB", [UInt8](repeating: 9, count: 65_536)),
    ]
    for (name, bytes) in hostile {
      #expect(throws: CryptoError.self, "\(name)") { try GroupElement(bytes, in: group) }
    }
    let generator = try group.generator()
    #expect(try GroupElement([0] + generator.bytes, in: group) == generator)
  }

  /// p - 1 has order two: raised to a private key it would tell whether that is odd.
  @Test(.enabled(if: SharedData.path("emrtd/vectors") != nil, "needs ../shared/testdata/emrtd"))
  func lastNumber() throws {
    var last = try ChipVectors("vectors/icao9303-11.json")["H2_pace_dh_im_mapping"].bytes("p")
    for value in [UInt8(1), 0] {
      last[last.count - 1] = (last[last.count - 1] & 0xFE) | value
      #expect(throws: CryptoError.self) { try GroupElement(last, in: .modular(.modp1024)) }
    }
  }

  @Test func keysOfTwoGroupsDoNotAgree() throws {
    let one = try AgreementKey(generator: try AgreementGroup.curve(.secp256r1).generator(), Self.random)
    let other = try AgreementGroup.curve(.brainpoolP256r1).generator()
    #expect(throws: CryptoError.self) { try one.agree(with: other) }
    let nonce = SecretBytes([1])
    #expect(throws: CryptoError.self) {
      try AgreementGroup.curve(.secp256r1).generator(mapping: nonce, with: other)
    }
  }

  // MARK: - Private keys

  @Test(arguments: groups) func drawsOutsideAreThrownAway(_ group: AgreementGroup) throws {
    var draws: [UInt8] = [0xFF, 0x00, 0x01]
    let key = try group.privateKey { count throws(CryptoError) in
      [UInt8](repeating: draws.removeFirst(), count: count)
    }
    // All ones are above and zeros below; secp521r1 and the others take 01 01 01 ... as it is.
    #expect(draws.isEmpty && key.bytes.allSatisfy { $0 == 1 })
  }

  @Test(arguments: [groups[0], groups[3]]) func badGenerators(_ group: AgreementGroup) {
    #expect(throws: CryptoError.self) {
      try group.privateKey { count throws(CryptoError) in [UInt8](repeating: 0xFF, count: count) }
    }
    #expect(throws: CryptoError.self) { try group.privateKey { _ throws(CryptoError) in [1, 2, 3] } }
    #expect(throws: CryptoError.self) { try group.privateKey { _ throws(CryptoError) in [] } }
  }

  @Test(arguments: groups) func zeroIsNoPrivateKey(_ group: AgreementGroup) throws {
    let generator = try group.generator()
    let fault = #expect(throws: CryptoError.self) {
      try AgreementKey(privateKey: SecretBytes([0, 0]), generator: generator)
    }
    #expect(fault?.reason == .malformed)
  }

  /// A shared element that takes back what the nonce adds: the other side's fault, not OpenSSL's.
  @Test func nonceThatMapsToNothingIsRefused() throws {
    let group = AgreementGroup.curve(.secp256r1)
    // The order of the group less one (SEC 2 section 2.4.2).
    let order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550"
    let opposite = try group.generator().power(SecretBytes(try ChipVectors.hexadecimal(order)))
    let fault = #expect(throws: CryptoError.self) {
      try group.generator(mapping: SecretBytes([1]), with: opposite)
    }
    #expect(fault?.reason == .malformed)
  }

  @Test func secretsDoNotPrint() {
    let secret = SecretBytes([1, 2, 3])
    #expect("\(secret)" == "SecretBytes(withheld)" && Mirror(reflecting: secret).children.isEmpty)
  }

  // MARK: - Leading zeros

  /// A point with a zero in front of x, and a number shorter than its prime, whose lengths stay what they are.
  @Test(arguments: [AgreementGroup.curve(.brainpoolP256r1), .curve(.secp521r1), .modular(.modp1024)])
  func leadingZeros(_ group: AgreementGroup) throws {
    let generator = try group.generator()
    let element = try #require(try Self.firstWithZeros(generator))
    #expect(try GroupElement(element.bytes, in: group) == element)
    #expect(element.sharedSecret().bytes.count == Self.secretLength(group))
    if case .modular = group { #expect(element.bytes.count < Self.secretLength(group)) }
  }

  /// One in 256 has a zero; the first byte of a coordinate of secp521r1 has but one bit, so there it takes two.
  private static func firstWithZeros(_ generator: GroupElement) throws -> GroupElement? {
    let zeros = generator.group == .curve(.secp521r1) ? 2 : 1
    for number in 1...8192 {
      let element = try generator.power(SecretBytes([UInt8(number >> 8), UInt8(number & 0xFF)]))
      if element.sharedSecret().bytes.prefix(zeros).allSatisfy({ $0 == 0 }) { return element }
    }
    return nil
  }
}
