/// A data object in BER-TLV (ISO/IEC 7816-4 section 5.2.2; ICAO 9303-10): found where it stands, nothing copied.
///
/// Lengths need not be of their shortest form, because what is hashed is what was read; they must be definite,
/// of at most four bytes, and within what holds the object. Whatever the bytes are, reading ends after one pass.
package struct TLV: Sendable, Hashable {
  /// The most data objects within one another.
  package static let depthLimit = 32

  /// The tag's one to three bytes as a number: `0x61`, `0x5F1F`.
  package let tag: UInt32
  /// Tag, length and content.
  package let whole: ArraySlice<UInt8>
  package let content: ArraySlice<UInt8>
  /// 0 for a file's own data object.
  fileprivate let depth: Int

  fileprivate init(_ header: Header, at bytes: ArraySlice<UInt8>, depth: Int) {
    let contentStart = bytes.startIndex + header.count
    let end = contentStart + header.length
    tag = header.tag
    whole = bytes[bytes.startIndex..<end]
    content = bytes[contentStart..<end]
    self.depth = depth
  }

  /// The one data object that `bytes` are, which must have this tag.
  package init(_ bytes: [UInt8], tag: UInt32) throws(LDSFault) {
    try self.init(bytes[...], tag: tag)
  }

  /// The one data object that `bytes` are, which must have this tag.
  package init(_ bytes: ArraySlice<UInt8>, tag: UInt32) throws(LDSFault) {
    guard !bytes.isEmpty else { throw .empty }
    var reader = TLVReader(bytes)
    self = try reader.next(tag)
    guard reader.isAtEnd else { throw .trailingBytes }
  }

  /// Whether its content is data objects, by bit 6 of the first byte of its tag.
  package var isConstructed: Bool { (whole.first ?? 0) & 0x20 != 0 }

  /// A reader of the data objects in it.
  package func inside() throws(LDSFault) -> TLVReader {
    guard depth < Self.depthLimit else { throw .tooDeep }
    return TLVReader(content, depth: depth + 1)
  }

  /// The data objects in it, at most `limit`.
  package func children(limit: Int = 64) throws(LDSFault) -> [TLV] {
    var reader = try inside()
    var found: [TLV] = []
    while let child = try reader.next() {
      guard found.count < limit else { throw .tooMany(tag: child.tag) }
      found.append(child)
    }
    return found
  }

  /// Reads all data objects within this one, so that what is given to another reader is known to be no deeper
  /// than `depthLimit` and to be of definite lengths.
  package func checkNesting() throws(LDSFault) {
    var open = [try inside()]
    while var reader = open.popLast() {
      guard let child = try reader.next() else { continue }
      open.append(reader)
      if child.isConstructed { open.append(try child.inside()) }
    }
  }

  /// The bytes of a data object with this tag and content, its length in the shortest form.
  package static func encoded(_ tag: UInt32, _ content: some Collection<UInt8>) -> [UInt8] {
    shortest(tag) + length(content.count) + content
  }

  private static func length(_ count: Int) -> [UInt8] {
    guard count >= 0x80 else { return [UInt8(count)] }
    let bytes = shortest(UInt32(clamping: count))
    return [0x80 | UInt8(bytes.count)] + bytes
  }

  /// Big-endian without leading zeros, at least one byte.
  private static func shortest(_ value: UInt32) -> [UInt8] {
    let bytes = [24, 16, 8].map { UInt8(truncatingIfNeeded: value >> $0) }.drop { $0 == 0 }
    return bytes + [UInt8(truncatingIfNeeded: value)]
  }
}

/// Reads data objects one after another.
package struct TLVReader: Sendable {
  private var bytes: ArraySlice<UInt8>
  private let depth: Int

  /// Reads `bytes` as data objects that stand in nothing.
  package init(_ bytes: ArraySlice<UInt8>) {
    self.init(bytes, depth: 0)
  }

  fileprivate init(_ bytes: ArraySlice<UInt8>, depth: Int) {
    self.bytes = bytes
    self.depth = depth
  }

  package var isAtEnd: Bool { bytes.isEmpty }

  /// The next data object, nil at the end.
  package mutating func next() throws(LDSFault) -> TLV? {
    guard !bytes.isEmpty else { return nil }
    guard let header = try TLV.Header(bytes), header.length <= bytes.count - header.count else {
      throw .truncated
    }
    let object = TLV(header, at: bytes, depth: depth)
    bytes = bytes[object.whole.endIndex...]
    return object
  }

  /// The next data object, which must have this tag.
  package mutating func next(_ tag: UInt32) throws(LDSFault) -> TLV {
    guard let object = try next() else { throw .missing(tag: tag) }
    guard object.tag == tag else { throw .unexpected(tag: object.tag) }
    return object
  }

  /// The next data object if it has this tag.
  package mutating func nextIf(_ tag: UInt32) throws(LDSFault) -> TLV? {
    var ahead = self
    guard let object = try ahead.next(), object.tag == tag else { return nil }
    self = ahead
    return object
  }

  /// - Throws: `.unexpected` when something follows.
  package mutating func requireEnd() throws(LDSFault) {
    if let more = try next() { throw .unexpected(tag: more.tag) }
  }
}

extension TLV {
  /// The tag and length before a content.
  package struct Header: Sendable, Hashable {
    package let tag: UInt32
    /// Of the content.
    package let length: Int
    /// How many bytes the header itself has: 2 to 8.
    package let count: Int

    /// The header at the start of `bytes`; nil when more bytes are needed to say.
    package init?(_ bytes: ArraySlice<UInt8>) throws(LDSFault) {
      guard let (tag, tagCount) = try Self.tag(bytes) else { return nil }
      guard let (length, lengthCount) = try Self.length(bytes.dropFirst(tagCount)) else { return nil }
      self.tag = tag
      self.length = length
      count = tagCount + lengthCount
    }

    private static func tag(_ bytes: ArraySlice<UInt8>) throws(LDSFault) -> (UInt32, Int)? {
      guard let first = bytes.first else { return nil }
      guard first & 0x1F == 0x1F else { return (UInt32(first), 1) }
      var tag = UInt32(first)
      for (index, byte) in bytes.dropFirst().prefix(2).enumerated() {
        tag = tag << 8 | UInt32(byte)
        if byte & 0x80 == 0 { return (tag, index + 2) }
      }
      guard bytes.count < 3 else { throw .tagTooLong }
      return nil
    }

    private static func length(_ bytes: ArraySlice<UInt8>) throws(LDSFault) -> (Int, Int)? {
      guard let first = bytes.first else { return nil }
      guard first >= 0x80 else { return (Int(first), 1) }
      guard first != 0x80 else { throw .indefiniteLength }
      let count = Int(first & 0x7F)
      guard count <= 4 else { throw .lengthTooLong }
      guard bytes.count > count else { return nil }
      return (bytes.dropFirst().prefix(count).reduce(0) { $0 << 8 | Int($1) }, count + 1)
    }
  }
}
