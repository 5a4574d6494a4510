/// A portrait of nobody: an oval head on shoulders in a few shades of grey, as a baseline JPEG (ITU-T T.81) in which
/// every block of 8 x 8 pixels has one shade.
enum DrawnFace {
  /// In blocks.
  private static let (columns, rows) = (30, 40)
  /// In pixels, as the face record tells them.
  static let (width, height) = (8 * columns, 8 * rows)

  /// The JPEG, filled up with comments to `size` bytes where it is smaller.
  static func jpeg(size: Int, _ dice: inout SeededBytes) -> [UInt8] {
    let (hair, skin) = (30 + dice.roll(40), 150 + dice.roll(60))
    let shades = (0..<columns * rows).map { shade($0 % columns, $0 / columns, hair, skin) }
    let body = tables + scan(shades) + [0xff, 0xd9]
    return start + comments(size - start.count - body.count, &dice) + body
  }

  private static func shade(_ column: Int, _ row: Int, _ hair: Int, _ skin: Int) -> Int {
    if isInside(column, row, centre: (15, 17), radii: (7, 9)) { return skin }
    if isInside(column, row, centre: (15, 14), radii: (9, 10)) { return hair }
    return isInside(column, row, centre: (15, 40), radii: (13, 13)) ? 90 : 225
  }

  private static func isInside(
    _ column: Int, _ row: Int, centre: (Int, Int), radii: (Int, Int)
  ) -> Bool {
    let (across, down) = (column - centre.0, row - centre.1)
    let (wide, tall) = (radii.0 * radii.0, radii.1 * radii.1)
    return across * across * tall + down * down * wide <= wide * tall
  }

  // MARK: - JPEG

  /// Start of image and the JFIF header.
  private static let start: [UInt8] =
    [0xff, 0xd8] + segment(0xe0, Array("JFIF\0".utf8) + [1, 1, 0, 0, 1, 0, 1, 0, 0])

  /// One quantiser of 8, so that a block's one coefficient is its shade less 128; codes of four bits for the nine
  /// sizes of a difference, and a code of one bit for the end of a block.
  private static let tables: [UInt8] =
    segment(0xdb, [0] + [UInt8](repeating: 8, count: 64))
    + segment(0xc0, [8] + twoBytes(height) + twoBytes(width) + [1, 1, 0x11, 0])
    + segment(0xc4, [0x00, 0, 0, 0, 9] + [UInt8](repeating: 0, count: 12) + Array(0...8))
    + segment(0xc4, [0x10, 1] + [UInt8](repeating: 0, count: 15) + [0])
    + segment(0xda, [1, 1, 0, 0, 63, 0])

  private static func scan(_ shades: [Int]) -> [UInt8] {
    var (bits, last) = (BitWriter(), 128)
    for shade in shades {
      let difference = shade - last
      let size = Int.bitWidth - abs(difference).leadingZeroBitCount
      bits.write(size, count: 4)
      bits.write(difference < 0 ? difference + (1 << size) - 1 : difference, count: size)
      bits.write(0, count: 1)
      last = shade
    }
    return bits.finish()
  }

  private static func comments(_ count: Int, _ dice: inout SeededBytes) -> [UInt8] {
    var (left, bytes) = (count, [UInt8]())
    while left > 4 {
      let content = min(left, 60_000) - 4
      bytes += segment(0xfe, dice.next(content).map { $0 & 0x7f })
      left -= content + 4
    }
    return bytes
  }

  private static func segment(_ marker: UInt8, _ content: [UInt8]) -> [UInt8] {
    [0xff, marker] + twoBytes(content.count + 2) + content
  }

  static func twoBytes(_ value: Int) -> [UInt8] {
    [UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)]
  }
}

/// Bits of entropy-coded data, a zero stuffed behind each byte FF.
private struct BitWriter {
  private var bytes: [UInt8] = []
  private var (pending, count) = (0, 0)

  mutating func write(_ value: Int, count bits: Int) {
    pending = pending << bits | value
    count += bits
    while count >= 8 {
      count -= 8
      let byte = UInt8(truncatingIfNeeded: pending >> count)
      bytes += byte == 0xff ? [0xff, 0] : [byte]
      pending &= (1 << count) - 1
    }
  }

  /// The last byte is filled with ones.
  mutating func finish() -> [UInt8] {
    if count > 0 { write((1 << (8 - count)) - 1, count: 8 - count) }
    return bytes
  }
}
