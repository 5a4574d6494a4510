/// An object identifier (X.690 section 8.19), compared by its bytes.
package struct OID: Sendable, Hashable {
  /// The contents of its DER.
  package let bytes: [UInt8]

  /// The identifier with these arcs, at least two of them.
  package init(_ arcs: UInt...) {
    let first = arcs.prefix(2).reduce(0) { $0 * 40 + $1 }
    bytes = ([first] + arcs.dropFirst(2)).flatMap(Self.base128)
  }

  /// The identifier whose contents were read.
  package init(contents: some Collection<UInt8>) {
    bytes = Array(contents)
  }

  /// The whole element in DER.
  var der: [UInt8] { DER.element(0x06, bytes) }

  private static func base128(_ arc: UInt) -> [UInt8] {
    var digits = [UInt8(arc & 0x7f)]
    var rest = arc >> 7
    while rest > 0 {
      digits.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    return digits.reversed()
  }
}

extension OID: CustomStringConvertible {
  /// In dotted form; an arc of more than 63 bits is shown as `?`.
  package var description: String {
    var arcs: [String] = []
    var (value, isLong): (UInt, Bool) = (0, false)
    for byte in bytes {
      isLong = isLong || value >> 56 != 0
      value = isLong ? 0 : value << 7 | UInt(byte & 0x7f)
      guard byte < 0x80 else { continue }
      arcs += isLong ? ["?"] : arcs.isEmpty ? Self.firstTwo(value) : [String(value)]
      (value, isLong) = (0, false)
    }
    return arcs.joined(separator: ".")
  }

  private static func firstTwo(_ value: UInt) -> [String] {
    let first = min(value / 40, 2)
    return [String(first), String(value - 40 * first)]
  }
}

extension DERReader {
  /// The next element, an object identifier.
  mutating func identifier() throws(CryptoError) -> OID {
    OID(contents: bytes[try next(0x06).content])
  }
}
