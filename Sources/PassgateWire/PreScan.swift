/// Bounds of one message, whatever the frame's size.
enum DecodingLimits {
  /// Messages within messages.
  static let depth = 16
  /// Fields and elements of one message.
  static let elements = 4096
  /// Bytes that protobuf-c may allocate for `count` received bytes.
  static func budget(forBytes count: Int) -> Int { 16 * count + 16 * 1024 }
}

/// Refuses everything in `bytes` that protobuf-c would let through, in one pass and without allocating:
/// unknown fields, repeated singular fields, longer varints than needed, text that is not clean, too many
/// elements, nesting too deep.
func preScan(_ bytes: Span<UInt8>, as message: MessageDescriptor, depth: Int = 1) throws(WireError) {
  guard depth <= DecodingLimits.depth else { throw WireError(.tooDeep) }
  var position = 0
  var scan = MessageScan(message: message, depth: depth)
  while position < bytes.count {
    try scan.field(of: bytes, at: &position)
  }
}

/// One message being scanned: which of its fields have appeared.
private struct MessageScan {
  let message: MessageDescriptor
  let depth: Int
  /// A bit for each field, by its place.
  private var seen: UInt64 = 0
  private var elements = 0
  /// How often a repeated field has appeared, for the place that an error names.
  private var repeats = InlineArray<16, UInt16>(repeating: 0)

  init(message: MessageDescriptor, depth: Int) {
    self.message = message
    self.depth = depth
  }

  mutating func field(of bytes: Span<UInt8>, at position: inout Int) throws(WireError) {
    let tag = try varint(of: bytes, at: &position)
    guard tag >> 3 >= 1, tag >> 3 <= UInt64(message.fieldCount) else { throw WireError(.unknownField) }
    let index = Int(tag >> 3) - 1
    let field = message.field(at: index)
    do throws(WireError) {
      guard seen & field.excludes == 0 else { throw WireError(.repeatedField) }
      seen |= 1 << UInt64(index)
      if field.isRepeated { repeats[index] += 1 }
      try add(elements: 1)
      try value(of: field, at: index, wireType: UInt8(tag & 7), in: bytes, at: &position)
    } catch {
      throw error.inside(field.isRepeated ? "\(field.name)[\(repeats[index] - 1)]" : field.name)
    }
  }

  private mutating func add(elements count: Int) throws(WireError) {
    elements += count
    guard elements <= DecodingLimits.elements else { throw WireError(.tooMany) }
  }

  private mutating func value(
    of field: FieldDescriptor, at index: Int, wireType: UInt8, in bytes: Span<UInt8>,
    at position: inout Int
  ) throws(WireError) {
    guard let kind = field.kind, wireType == field.wireType else { throw WireError(.wrongType) }
    if wireType == WireType.varint {
      return try field.check(varint(of: bytes, at: &position))
    }
    let content = try content(of: bytes, at: &position)
    let part = bytes.extracting(content)
    switch kind {
    case .text: try checkText(part)
    case .bytes: break
    case .message:
      if let inner = message.message(number: index + 1) { try preScan(part, as: inner, depth: depth + 1) }
    case .uint32, .uint64, .bool, .enumeration: try packed(part, of: field)
    }
  }

  private mutating func packed(_ bytes: Span<UInt8>, of field: FieldDescriptor) throws(WireError) {
    var position = 0
    while position < bytes.count {
      try add(elements: 1)
      try field.check(varint(of: bytes, at: &position))
    }
  }
}

/// The two wire types in use; fixed-width numbers and groups are not.
enum WireType {
  static let varint: UInt8 = 0
  static let content: UInt8 = 2
}

extension FieldDescriptor {
  /// protobuf-c cuts a number to the width of its type; here one that does not fit is refused.
  fileprivate func check(_ value: UInt64) throws(WireError) {
    let fits =
      switch kind {
      case .uint32: value <= UInt32.max
      case .bool: value <= 1
      case .enumeration: names(value)
      default: true
      }
    guard fits else { throw WireError(.outOfRange) }
  }
}

/// Nearly all are one byte, and reading that is worth no call.
@inline(__always)
private func varint(of bytes: Span<UInt8>, at position: inout Int) throws(WireError) -> UInt64 {
  if position < bytes.count, bytes[position] < 0x80 {
    defer { position += 1 }
    return UInt64(bytes[position])
  }
  return try longVarint(of: bytes, at: &position)
}

private func longVarint(of bytes: Span<UInt8>, at position: inout Int) throws(WireError) -> UInt64 {
  var value: UInt64 = 0
  for length in 0..<10 {
    guard position < bytes.count else { throw WireError(.truncated) }
    let byte = bytes[position]
    position += 1
    // The tenth byte holds the 64th bit alone.
    guard length < 9 || byte <= 1 else { throw WireError(.notShortest) }
    value |= UInt64(byte & 0x7F) << UInt64(7 * length)
    if byte < 0x80 {
      guard byte != 0 || length == 0 else { throw WireError(.notShortest) }
      return value
    }
  }
  throw WireError(.notShortest)
}

private func content(of bytes: Span<UInt8>, at position: inout Int) throws(WireError) -> Range<Int> {
  let length = try varint(of: bytes, at: &position)
  guard length <= UInt64(bytes.count - position) else { throw WireError(.truncated) }
  let start = position
  position += Int(length)
  return start..<position
}
