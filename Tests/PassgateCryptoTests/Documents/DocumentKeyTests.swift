import PassgateTestKit
import Testing

@testable import PassgateCrypto

/// Keys of every form, and those that only look like one.
@Suite struct DocumentKeyTests {
  private static let ecPublicKey = OID(1, 2, 840, 10045, 2, 1).der

  private static func spki(_ parameters: [UInt8], _ point: [UInt8]) -> [UInt8] {
    DER.sequence(DER.sequence(ecPublicKey, parameters), DER.bitString(point))
  }

  private static func explicit(_ curve: CurveParameters, generator: [UInt8]? = nil, cofactor: [UInt8]? = nil)
    -> [UInt8]
  {
    DER.sequence(
      DER.integer([1]), DER.sequence(OID(1, 2, 840, 10045, 1, 1).der, DER.integer(curve.prime)),
      DER.sequence(DER.octetString([0] + curve.a), DER.octetString(curve.b)),
      DER.octetString(generator ?? curve.generator), DER.integer(curve.order),
      cofactor.map { DER.integer($0) } ?? [])
  }

  private func refusal(_ spki: [UInt8]) -> CryptoError.Reason? {
    fault { () throws(CryptoError) in _ = try DocumentKey(spki: spki) }
  }

  @Test func allCurvesAreKnown() {
    #expect(CurveParameters.known.map(\.curve) == DocumentCurve.allCases)
    #expect(
      CurveParameters.known.allSatisfy { $0.parameters.generator.count == 1 + 2 * $0.curve.fieldLength })
  }

  /// Whoever may choose the generator knows a private key for any point (CVE-2020-0601).
  @Test(arguments: DocumentCurve.allCases)
  func curvesWrittenOut(_ curve: DocumentCurve) throws {
    let known = try #require(CurveParameters.known.first { $0.curve == curve }).parameters
    let point = known.generator
    let written = try DocumentKey(spki: Self.spki(Self.explicit(known), point))
    #expect(written.kind == .ec(curve))
    #expect(refusal(Self.spki(Self.explicit(known, cofactor: [1]), point)) == nil)
    #expect(refusal(Self.spki(Self.explicit(known, cofactor: [2]), point)) == .unsupported)
    let width = curve.fieldLength
    let compressed = [2 | point[2 * width] & 1] + point[1...width]
    #expect(refusal(Self.spki(Self.explicit(known, generator: compressed), compressed)) == nil)
    // The generator's negative is on the curve too.
    let negative = [compressed[0] ^ 1] + compressed.dropFirst()
    #expect(refusal(Self.spki(Self.explicit(known, generator: negative), point)) == .unsupported)
    for place in [1, 2 * width] {
      var other = point
      other[place] ^= 1
      #expect(refusal(Self.spki(Self.explicit(known, generator: other), point)) == .unsupported)
    }
    #expect(refusal(Self.spki(DER.sequence(DER.integer([1])), point)) == .malformed)
  }

  @Test func pointsThatAreNone() throws {
    let named = DocumentCurve.brainpoolP256r1.identifier.der
    let known = try #require(CurveParameters.known.first { $0.curve == .brainpoolP256r1 }).parameters
    #expect(refusal(Self.spki(named, known.generator)) == nil)
    var off = known.generator
    off[64] ^= 1
    let wrong: [[UInt8]] = [
      off, [0], [], Array(known.generator.dropLast()), [6] + known.generator.dropFirst(), [4],
    ]
    for point in wrong {
      #expect(refusal(Self.spki(named, point)) == .malformed)
    }
    #expect(refusal(Self.spki(OID(1, 3, 132, 0, 10).der, known.generator)) == .unsupported)
    #expect(refusal(Self.spki([0x05, 0x00], known.generator)) == .malformed)
  }

  @Test func boundsOfRSA() {
    func rsa(bits: Int, exponent: [UInt8] = [1, 0, 1], isEven: Bool = false, name: OID? = nil) -> [UInt8] {
      var modulus = [UInt8](repeating: 0x5a, count: bits / 8)
      modulus[0] |= 0x80
      modulus[bits / 8 - 1] = isEven ? 0x5a : 0x5b
      let key = DER.sequence(DER.integer(modulus), DER.integer(exponent))
      let algorithm = DER.sequence((name ?? OID(1, 2, 840, 113549, 1, 1, 1)).der, [0x05, 0x00])
      return DER.sequence(algorithm, DER.bitString(key))
    }
    for bits in [1024, 2048, 6144] { #expect(refusal(rsa(bits: bits)) == nil) }
    for bits in [512, 1016, 6152, 16_384] { #expect(refusal(rsa(bits: bits)) == .weakKey) }
    #expect(refusal(rsa(bits: 2048, isEven: true)) == .weakKey)
    for exponent in [[1], [], [2], [1, 0, 0], [UInt8](repeating: 0x11, count: 9)] as [[UInt8]] {
      #expect(refusal(rsa(bits: 2048, exponent: exponent)) == .weakKey)
    }
    #expect(refusal(rsa(bits: 2048, exponent: [3])) == nil)
    #expect(refusal(rsa(bits: 2048, name: OID(1, 2, 840, 10040, 4, 1))) == .unsupported)
    #expect(refusal(rsa(bits: 32_768)) == .malformed)
  }

  @Test func keyThatIsBoundToPSS() throws {
    let key = try DocumentPrivateKey.generate(.rsa(bits: 2048))
    var reader = DERReader(key.publicKey.spki)
    var fields = reader.inside(try reader.next(0x30))
    _ = try fields.next(0x30)
    let bits = Array(key.publicKey.spki[try fields.next(0x03).whole])
    let algorithm = DocumentSignatureAlgorithm.rsaPSS(.sha256, mask: .sha256, salt: 32)
    let bound = try DocumentKey(spki: DER.sequence(algorithm.identifier, bits))
    let free = try DocumentKey(spki: DER.sequence(DER.sequence(OID(1, 2, 840, 113549, 1, 1, 10).der), bits))
    for (used, byBound, byFree) in [
      (algorithm, true, true), (.rsaPSS(.sha256, mask: .sha256, salt: 20), false, true),
      (.rsaPSS(.sha384, mask: .sha256, salt: 48), false, true), (.rsaPKCS1(.sha256), false, false),
    ] as [(DocumentSignatureAlgorithm, Bool, Bool)] {
      let signature = try key.sign([1], used)
      #expect(key.publicKey.isValid(signature: signature, of: [1], algorithm: used))
      #expect(bound.isValid(signature: signature, of: [1], algorithm: used) == byBound)
      #expect(free.isValid(signature: signature, of: [1], algorithm: used) == byFree)
    }
  }

  @Test func identifiers() throws {
    #expect(OID(2, 23, 136, 1, 1, 1).description == "2.23.136.1.1.1")
    #expect(OID(2, 999, 3).bytes == [0x88, 0x37, 3] && OID(2, 999, 3).description == "2.999.3")
    #expect(OID(contents: [UInt8](repeating: 0xff, count: 12) + [1]).description == "?")
    for dotted in ["1.2.840.113549.1.1.10", "0.4.0.127.0.7.3.2.1", "1.3.36.3.3.2.8.1.1.13"] {
      var reader = DERReader(try DER.objectIdentifier(dotted))
      #expect(try reader.identifier().description == dotted)
    }
  }
}
