/// A digest as the key of a table. Digests are uniform, so the first 8 bytes are hash enough; all are compared.
package struct DigestKey: Hashable, Sendable {
  private let bytes: [UInt8]

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  package func hash(into hasher: inout Hasher) {
    var start: UInt64 = 0
    for byte in bytes.prefix(8) { start = start << 8 | UInt64(byte) }
    hasher.combine(start)
  }
}
