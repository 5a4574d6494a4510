/// A serial number of a certificate or the number of a revocation list: positive or zero, at most 20 bytes
/// (RFC 5280 sections 4.1.2.2 and 5.2.3).
package struct SerialNumber: Sendable, Hashable, Comparable, CustomStringConvertible {
  private let high: UInt32
  private let middle: UInt64
  private let low: UInt64

  /// The most bytes that one has.
  package static let maximumLength = 20

  /// A number given big-endian; nil when it has more than 20 bytes beside leading zeros.
  package init?(_ magnitude: some Collection<UInt8>) {
    let digits = magnitude.drop { $0 == 0 }
    guard digits.count <= Self.maximumLength else { return nil }
    var (high, middle, low): (UInt32, UInt64, UInt64) = (0, 0, 0)
    for digit in digits {
      high = high << 8 | UInt32(middle >> 56)
      middle = middle << 8 | low >> 56
      low = low << 8 | UInt64(digit)
    }
    (self.high, self.middle, self.low) = (high, middle, low)
  }

  /// A small number.
  package init(_ value: UInt64) {
    (high, middle, low) = (0, 0, value)
  }

  package static func < (first: SerialNumber, second: SerialNumber) -> Bool {
    (first.high, first.middle, first.low) < (second.high, second.middle, second.low)
  }

  /// Big-endian, without leading zeros; one zero byte for zero.
  package var bytes: [UInt8] {
    let all = Self.bytes(high) + Self.bytes(middle) + Self.bytes(low)
    let digits = all.drop { $0 == 0 }
    return digits.isEmpty ? [0] : Array(digits)
  }

  /// In hexadecimal digits, two a byte.
  package var description: String {
    bytes.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }

  private static func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    stride(from: Number.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
  }
}
