/// The perceptual hash of a whole picture (256 bits, each whether a cell is lighter than the one beside it) under a mask:
/// distances of hashes under one mask are those of the hashes themselves, and of others say nothing.
package struct PictureHash: Sendable, Hashable, Confidential {
  /// Of a hash, and of its mask.
  package static let byteCount = 32
  /// Up to how many bits two hashes of one picture differ.
  ///
  /// Measured on the developer set: a live picture that is encoded again (JPEG of quality 30 to 95, JPEG 2000), scaled (0.5
  /// to 1.5) or lit otherwise (0.8 to 1.2) differs in 5 bits at most; one that is cut by 0.5 % a side in 2 to 13, by 1 %
  /// in 6 to 18, by 2 % in 20 to 37. Two photographs, of one person too, differ in 78 at least (885 pairs). So low a limit, because a
  /// camera that stands and a person who stands still make new pictures that are near one another too: noise alone turns
  /// 1 bit, and the whole moved by 4 of 640 pixels 8 to 20.
  package static let limit = 10

  private let words: SIMD4<UInt64>

  /// Nil unless both have 32 bytes.
  package init?(_ hash: [UInt8], mask: [UInt8]) {
    guard hash.count == Self.byteCount, mask.count == Self.byteCount else { return nil }
    var words = SIMD4<UInt64>()
    for index in hash.indices { words[index / 8] = words[index / 8] << 8 | UInt64(hash[index] ^ mask[index]) }
    self.words = words
  }

  /// In how many of the 256 bits two hashes differ.
  package func distance(to other: PictureHash) -> Int {
    Int((words ^ other.words).nonzeroBitCount.wrappedSum())
  }

  /// Whether they are of one picture, as far as they can tell.
  package func isNear(_ other: PictureHash) -> Bool { distance(to: other) <= Self.limit }
}
