import PassgateCrypto
import PassgateTestKit
import Testing

/// Blocks of ISO 9796-2 scheme 1.
@Suite struct ISO9796Tests {
  private static let challenge: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]

  /// A block of `width` bytes as a chip makes it.
  private static func block(
    _ digest: DocumentDigest, _ trailer: [UInt8], width: Int = 128, tail: [UInt8] = challenge
  ) -> [UInt8] {
    let recovered = (0..<(width - 1 - digest.length - trailer.count)).map { UInt8(truncatingIfNeeded: $0) }
    return [0x6a] + recovered + digest.digest(recovered + tail) + trailer
  }

  @Test(
    arguments: [
      (DocumentDigest.sha1, [0xbc]), (.sha1, [0x33, 0xcc]), (.sha256, [0x34, 0xcc]), (.sha512, [0x35, 0xcc]),
      (.sha384, [0x36, 0xcc]), (.sha224, [0x38, 0xcc]),
    ] as [(DocumentDigest, [UInt8])])
  func trailers(_ digest: DocumentDigest, _ trailer: [UInt8]) {
    let block = Self.block(digest, trailer)
    #expect(ISO9796.accepts(block, tail: Self.challenge))
    #expect(!ISO9796.accepts(block, tail: Self.challenge.reversed()))
    for index in block.indices {
      var changed = block
      changed[index] ^= 1
      #expect(!ISO9796.accepts(changed, tail: Self.challenge), "byte \(index)")
    }
  }

  /// Leading zeros that were cut off or added move the header away.
  @Test func theWidthIsTheModulus() {
    let block = Self.block(.sha1, [0xbc])
    #expect(!ISO9796.accepts([0] + block, tail: Self.challenge))
    #expect(!ISO9796.accepts(Array(block.dropFirst()), tail: Self.challenge))
  }

  @Test(
    arguments: [
      [], [0x6a], [0xbc], [0xcc], [0x6a, 0xbc], [0x6a, 0x34, 0xcc], [0x6a, 0x37, 0xcc],
      [0x6a] + [UInt8](repeating: 0, count: 20) + [0xbc],
    ] as [[UInt8]])
  func shortBlocksAreRefused(_ block: [UInt8]) {
    #expect(!ISO9796.accepts(block, tail: Self.challenge))
  }

  @Test func otherHashesAndHeadersAreRefused() {
    // Whirlpool and RIPEMD are no hash functions of travel documents.
    for name in [UInt8(0x31), 0x32, 0x37, 0x39] {
      #expect(!ISO9796.accepts(Self.block(.sha256, [name, 0xcc]), tail: Self.challenge))
    }
    #expect(!ISO9796.accepts(Self.block(.sha256, [0x33, 0xcc]), tail: Self.challenge))
    var full = Self.block(.sha1, [0xbc])
    full[0] = 0x4a
    #expect(!ISO9796.accepts(full, tail: Self.challenge))
  }
}
