/// Writes and reads BER (X.690) as a chip does: tags of up to two bytes, definite lengths in the shortest form.
enum BER {
  /// One data object.
  struct Element {
    let tag: UInt16
    let content: [UInt8]
  }

  /// A data object with a tag of one byte, or of two from 0x1F00 on.
  static func element(_ tag: UInt16, _ content: [UInt8]) -> [UInt8] {
    header(tag, length: content.count) + content
  }

  static func element(_ tag: UInt16, _ parts: [[UInt8]]) -> [UInt8] { element(tag, parts.flatMap(\.self)) }

  static func sequence(_ parts: [UInt8]...) -> [UInt8] { element(0x30, parts) }

  /// Of 0 to 127.
  static func integer(_ value: UInt8) -> [UInt8] { element(0x02, [value & 0x7f]) }

  /// The tag and length alone, of content that may not be there.
  static func header(_ tag: UInt16, length: Int) -> [UInt8] {
    (tag > 0xff ? [UInt8(tag >> 8)] : []) + [UInt8(truncatingIfNeeded: tag)] + lengthBytes(length)
  }

  /// The data objects that follow each other in `bytes`; nil when they are not well formed.
  static func elements(_ bytes: some Collection<UInt8>) -> [Element]? {
    let bytes = Array(bytes)
    var (at, found) = (0, [Element]())
    while at < bytes.count {
      guard let (tag, start) = tag(bytes, at), let (length, content) = length(bytes, start),
        length <= bytes.count - content
      else { return nil }
      found.append(Element(tag: tag, content: Array(bytes[content..<content + length])))
      at = content + length
    }
    return found
  }

  private static func lengthBytes(_ length: Int) -> [UInt8] {
    switch length {
    case ..<0x80: [UInt8(max(0, length))]
    case ..<0x100: [0x81, UInt8(length)]
    case ..<0x1_0000: [0x82, UInt8(length >> 8), UInt8(length & 0xff)]
    default: [0x83] + [16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) }
    }
  }

  private static func tag(_ bytes: [UInt8], _ at: Int) -> (tag: UInt16, next: Int)? {
    guard bytes[at] & 0x1f == 0x1f else { return (UInt16(bytes[at]), at + 1) }
    guard at + 1 < bytes.count, bytes[at + 1] < 0x80 else { return nil }
    return (UInt16(bytes[at]) << 8 | UInt16(bytes[at + 1]), at + 2)
  }

  private static func length(_ bytes: [UInt8], _ at: Int) -> (length: Int, next: Int)? {
    guard at < bytes.count else { return nil }
    let first = bytes[at]
    guard first >= 0x80 else { return (Int(first), at + 1) }
    let count = Int(first & 0x7f)
    guard 1...3 ~= count, count < bytes.count - at else { return nil }
    return (bytes[(at + 1)...(at + count)].reduce(0) { $0 << 8 | Int($1) }, at + count + 1)
  }
}

extension [BER.Element] {
  /// The content of the first data object with this tag.
  func first(_ tag: UInt16) -> [UInt8]? { first { $0.tag == tag }?.content }
}
