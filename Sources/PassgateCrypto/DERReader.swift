/// Reads DER (X.690) element by element, for structures that are too large or too hostile to be decoded whole.
///
/// Strict: definite lengths in their shortest form, tags of one byte. It copies nothing.
struct DERReader {
  /// One element: where it stands in the bytes.
  struct Element {
    let tag: UInt8
    /// Tag, length and content.
    let whole: Range<Int>
    let content: Range<Int>
  }

  let bytes: [UInt8]
  private(set) var position: Int
  private let end: Int

  init(_ bytes: [UInt8]) {
    self.init(bytes, within: bytes.indices)
  }

  private init(_ bytes: [UInt8], within range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool { position == end }

  /// What is not read yet.
  var rest: ArraySlice<UInt8> { bytes[position..<end] }

  /// A reader of what is in `element`.
  func inside(_ element: Element) -> DERReader { DERReader(bytes, within: element.content) }

  /// The content of `element`, copied.
  func content(_ element: Element) -> [UInt8] { Array(bytes[element.content]) }

  /// The next element, whatever it is.
  mutating func next() throws(CryptoError) -> Element {
    let start = position
    let tag = try byte()
    guard tag & 0x1f != 0x1f else { throw Self.fault }
    let length = try length()
    guard length <= end - position else { throw Self.fault }
    let content = position..<(position + length)
    position = content.upperBound
    return Element(tag: tag, whole: start..<content.upperBound, content: content)
  }

  /// The next element, which must have this tag.
  mutating func next(_ tag: UInt8) throws(CryptoError) -> Element {
    let element = try next()
    guard element.tag == tag else { throw Self.fault }
    return element
  }

  /// The next element when it has one of these tags.
  mutating func nextIfTagged(_ tags: UInt8...) throws(CryptoError) -> Element? {
    guard position < end, tags.contains(bytes[position]) else { return nil }
    return try next()
  }

  func requireEnd() throws(CryptoError) {
    guard isAtEnd else { throw Self.fault }
  }

  static let fault = CryptoError(.malformed, "the bytes are not the DER that is expected here")

  private mutating func byte() throws(CryptoError) -> UInt8 {
    guard position < end else { throw Self.fault }
    defer { position += 1 }
    return bytes[position]
  }

  /// X.690 section 10.1: definite, and in the fewest bytes.
  private mutating func length() throws(CryptoError) -> Int {
    let first = try byte()
    guard first >= 0x80 else { return Int(first) }
    guard 0x81...0x84 ~= first else { throw Self.fault }
    var length = 0
    for _ in 0..<(first & 0x7f) { length = length << 8 | Int(try byte()) }
    let fewest = first == 0x81 ? 0x80 : 1 << (8 * (Int(first & 0x7f) - 1))
    guard length >= fewest else { throw Self.fault }
    return length
  }
}

extension DERReader {
  /// The magnitude of a positive integer, big-endian and without leading zeros; empty for zero.
  mutating func unsignedInteger() throws(CryptoError) -> ArraySlice<UInt8> {
    let content = bytes[try next(0x02).content]
    guard let first = content.first, first < 0x80 else { throw Self.fault }
    guard first == 0 else { return content }
    let rest = content.dropFirst()
    if let second = rest.first, second < 0x80 { throw Self.fault }
    return rest
  }

  /// A Time of RFC 5280 section 4.1.2.5 in seconds since 1970: in UTC, to the second.
  mutating func time() throws(CryptoError) -> Int64 {
    guard let element = try nextIfTagged(0x17, 0x18) else { throw Self.fault }
    let text = bytes[element.content]
    let isShort = element.tag == 0x17
    guard text.count == (isShort ? 13 : 15), text.last == UInt8(ascii: "Z") else { throw Self.fault }
    var at = text.startIndex
    let year: Int
    if isShort {
      let short = try twoDigits(&at)
      year = short + (short < 50 ? 2000 : 1900)
    } else {
      year = try twoDigits(&at) * 100 + twoDigits(&at)
    }
    let (month, day) = (try twoDigits(&at), try twoDigits(&at))
    let (hour, minute, second) = (try twoDigits(&at), try twoDigits(&at), try twoDigits(&at))
    guard 1...12 ~= month, 1...Self.days(of: month, year) ~= day, hour < 24, minute < 60, second < 60 else {
      throw Self.fault
    }
    return Int64(Self.daysSince1970(year, month, day)) * 86_400
      + Int64(hour * 3_600 + minute * 60 + second)
  }

  private func twoDigits(_ at: inout Int) throws(CryptoError) -> Int {
    let (tens, ones) = (Int(bytes[at]) - 0x30, Int(bytes[at + 1]) - 0x30)
    guard 0...9 ~= tens, 0...9 ~= ones else { throw Self.fault }
    at += 2
    return tens * 10 + ones
  }

  private static func days(of month: Int, _ year: Int) -> Int {
    switch month {
    case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// In the Gregorian calendar, counted in years that begin with March, so that the leap day is a year's last.
  private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let marchYear = month > 2 ? year : year - 1
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    // 719,468 days lie between March 1st of the year 0 and 1970.
    return marchYear * 365 + marchYear / 4 - marchYear / 100 + marchYear / 400 + dayOfYear - 719_468
  }
}
