/// Brings BER (X.690) to the lengths of DER, because some issuers write EF.SOD with indefinite ones.
///
/// Only lengths change, and strings in pieces become whole: an element that is DER already stays as it is, byte by
/// byte, so that signatures over it hold.
enum BER {
  /// How deep elements may lie in each other.
  static let depthLimit = 32

  /// The same elements with definite lengths in their shortest form.
  ///
  /// - Throws: `.malformed`.
  static func definite(_ bytes: [UInt8]) throws(CryptoError) -> [UInt8] {
    if isDefinite(bytes, bytes.indices, depth: 0) { return bytes }
    var rewriter = BERRewriter(bytes)
    var output: [UInt8] = []
    while rewriter.position < bytes.count {
      try rewriter.element(into: &output, until: bytes.count, depth: 0)
    }
    return output
  }

  /// Whether every element in `range` has a definite length in its shortest form, and no string is in pieces.
  fileprivate static func isDefinite(_ bytes: [UInt8], _ range: Range<Int>, depth: Int) -> Bool {
    guard depth < depthLimit else { return false }
    var position = range.lowerBound
    while position < range.upperBound {
      guard let header = BERHeader(bytes, at: position, until: range.upperBound), let end = header.end,
        header.isShortest, header.tag != BERHeader.octetStringInPieces
      else { return false }
      if header.isConstructed, !isDefinite(bytes, header.start..<end, depth: depth + 1) { return false }
      position = end
    }
    return true
  }
}

/// The tag and length of an element, whose end lies within its surroundings.
private struct BERHeader {
  static let octetStringInPieces: UInt8 = 0x24

  let tag: UInt8
  /// Where the content begins.
  let start: Int
  /// Where it ends; nil for an indefinite length.
  let end: Int?
  let isShortest: Bool

  var isConstructed: Bool { tag & 0x20 != 0 }

  init?(_ bytes: [UInt8], at position: Int, until limit: Int) {
    guard position + 1 < limit, bytes[position] & 0x1f != 0x1f else { return nil }
    tag = bytes[position]
    let first = bytes[position + 1]
    let count = first > 0x80 ? Int(first & 0x7f) : 0
    start = position + 2 + count
    guard count <= 4, start <= limit else { return nil }
    if first == 0x80 {
      guard tag & 0x20 != 0 else { return nil }
      (end, isShortest) = (nil, false)
      return
    }
    let long = bytes[position + 2..<start].reduce(0) { $0 << 8 | Int($1) }
    let length = count == 0 ? Int(first) : long
    guard length <= limit - start else { return nil }
    end = start + length
    isShortest = count == 0 || (length >= 0x80 && length >= 1 << (8 * (count - 1)))
  }
}

/// Writes elements anew, one after the other.
private struct BERRewriter {
  private let bytes: [UInt8]
  private(set) var position = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func element(into output: inout [UInt8], until limit: Int, depth: Int) throws(CryptoError) {
    guard depth < BER.depthLimit, let header = BERHeader(bytes, at: position, until: limit) else {
      throw DERReader.fault
    }
    guard let end = header.end else {
      position = header.start
      var content: [UInt8] = []
      while try !isAtEndOfContents(limit) {
        try element(into: &content, until: limit, depth: depth + 1)
      }
      output += try Self.encoded(header.tag, content)
      return
    }
    output += try definite(header, end, depth)
    position = end
  }

  /// What cannot be read inside an element whose end is known stays as it is: one bad certificate must not lose a
  /// list.
  private mutating func definite(_ header: BERHeader, _ end: Int, _ depth: Int) throws(CryptoError) -> [UInt8]
  {
    let content = header.start..<end
    guard header.isConstructed, !BER.isDefinite(bytes, content, depth: depth + 1) else {
      return try Self.encoded(header.tag, Array(bytes[content]))
    }
    guard let rewritten = try? self.rewritten(content, depth) else {
      return DER.element(header.tag, Array(bytes[content]))
    }
    return try Self.encoded(header.tag, rewritten)
  }

  private mutating func rewritten(_ content: Range<Int>, _ depth: Int) throws(CryptoError) -> [UInt8] {
    position = content.lowerBound
    var output: [UInt8] = []
    while position < content.upperBound {
      try element(into: &output, until: content.upperBound, depth: depth + 1)
    }
    return output
  }

  private mutating func isAtEndOfContents(_ limit: Int) throws(CryptoError) -> Bool {
    guard position + 1 < limit else { throw DERReader.fault }
    guard bytes[position] == 0, bytes[position + 1] == 0 else { return false }
    position += 2
    return true
  }

  /// An octet string in pieces becomes one.
  private static func encoded(_ tag: UInt8, _ content: [UInt8]) throws(CryptoError) -> [UInt8] {
    guard tag == BERHeader.octetStringInPieces else { return DER.element(tag, content) }
    var pieces = DERReader(content)
    var whole: [UInt8] = []
    while !pieces.isAtEnd { whole += pieces.bytes[try pieces.next(0x04).content] }
    return DER.element(0x04, whole)
  }
}
