/// Protobuf by hand, so that tests can also write what no encoder would.
enum Raw {
  static func varint(_ value: UInt64) -> [UInt8] {
    value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + varint(value >> 7)
  }

  static func tag(_ field: UInt64, wireType: UInt64) -> [UInt8] { varint(field << 3 | wireType) }

  static func number(_ field: UInt64, _ value: UInt64) -> [UInt8] {
    tag(field, wireType: 0) + varint(value)
  }

  static func content(_ field: UInt64, _ bytes: [UInt8]) -> [UInt8] {
    tag(field, wireType: 2) + varint(UInt64(bytes.count)) + bytes
  }

  static func text(_ field: UInt64, _ text: String) -> [UInt8] { content(field, Array(text.utf8)) }
}

/// `count` bytes, each `byte`.
func filled(_ count: Int, _ byte: UInt8 = 7) -> [UInt8] { [UInt8](repeating: byte, count: count) }
