import PassgateDomain
import Testing

/// Hashes of whole pictures under a mask.
@Suite struct PictureHashTests {
  private static let blank = [UInt8](repeating: 0x5A, count: 32)
  private static let mask = (0..<32).map { UInt8($0 * 7) }

  /// The hash with its first bits turned over.
  private static func hash(turned bits: Int) -> [UInt8] {
    var hash = blank
    for bit in 0..<bits { hash[bit / 8] ^= 1 << UInt8(bit % 8) }
    return hash
  }

  @Test func aMaskKeepsDistances() throws {
    let masked = try #require(PictureHash(Self.blank, mask: Self.mask))
    for bits in 0...256 {
      let turned = try #require(PictureHash(Self.hash(turned: bits), mask: Self.mask))
      #expect(masked.distance(to: turned) == bits)
      #expect(masked.isNear(turned) == (bits <= PictureHash.limit))
    }
    let elsewhere = try #require(PictureHash(Self.blank, mask: Self.mask.map { ~$0 }))
    #expect(masked.distance(to: elsewhere) == 256)
  }

  @Test(arguments: [0, 1, 31, 33]) func aHashHas32Bytes(_ count: Int) {
    let bytes = [UInt8](repeating: 1, count: count)
    #expect(PictureHash(bytes, mask: Self.mask) == nil)
    #expect(PictureHash(Self.mask, mask: bytes) == nil)
  }
}
