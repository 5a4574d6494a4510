/// Refuses text that is not UTF-8 (RFC 3629: shortest form, no surrogates) or has a character that could
/// hide or disorder what people read: NUL and the other C0 and C1 controls, DEL, the bidirectional controls.
func checkText(_ bytes: Span<UInt8>) throws(WireError) {
  var position = 0
  while position < bytes.count {
    if isPlain(bytes[position]) {
      position += 1
      continue
    }
    let scalar = bytes[position] < 0x80 ? UInt32(bytes[position]) : decodeScalar(bytes, at: position)
    guard let scalar, isClean(scalar) else { throw WireError(.badText) }
    position += scalarLength(scalar)
  }
}

/// The beginning of somebody else's text as a field may carry it: what could hide or disorder it is U+FFFD.
///
/// - Parameter limit: scalars that are kept.
package func carriedText(_ text: String, limit: Int = 512) -> String {
  var scalars = String.UnicodeScalarView()
  scalars.append(contentsOf: text.unicodeScalars.prefix(limit).map { isClean($0.value) ? $0 : "\u{FFFD}" })
  return String(scalars)
}

/// Printable ASCII, which nearly all text is.
private func isPlain(_ byte: UInt8) -> Bool { byte >= 0x20 && byte < 0x7F }

private func isClean(_ scalar: UInt32) -> Bool {
  switch scalar {
  case 0...0x1F, 0x7F...0x9F: false
  // Every character with the property Bidi_Control.
  case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: false
  default: true
  }
}

private func scalarLength(_ scalar: UInt32) -> Int {
  switch scalar {
  case 0...0x7F: 1
  case 0x80...0x7FF: 2
  case 0x800...0xFFFF: 3
  default: 4
  }
}

/// The scalar of two to four bytes at `position`; nil when the bytes are not one in its shortest form.
private func decodeScalar(_ bytes: Span<UInt8>, at position: Int) -> UInt32? {
  let lead = bytes[position]
  let (length, bits): (Int, UInt8) =
    switch lead {
    case 0xC2...0xDF: (2, lead & 0x1F)
    case 0xE0...0xEF: (3, lead & 0x0F)
    case 0xF0...0xF4: (4, lead & 0x07)
    default: (0, 0)
    }
  guard length > 0, bytes.count - position >= length else { return nil }
  var value = UInt32(bits)
  for offset in 1..<length {
    let byte = bytes[position + offset]
    guard byte & 0xC0 == 0x80 else { return nil }
    value = value << 6 | UInt32(byte & 0x3F)
  }
  let isSurrogate = value >= 0xD800 && value <= 0xDFFF
  return scalarLength(value) == length && value <= 0x10FFFF && !isSurrogate ? value : nil
}
