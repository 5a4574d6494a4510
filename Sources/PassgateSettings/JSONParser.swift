/// One pass over a document. Foundation's readers were measured and passed by: on Linux they give no position for a
/// mistake, take a trailing comma in strict JSON, and let the last of two equal keys win, so that two readers of one
/// record could see two different ones.
struct JSONParser {
  enum Dialect { case strict, json5 }

  private static let deepest = 64

  private let bytes: [UInt8]
  private let isRelaxed: Bool
  private var position = 0
  private var depth = 0

  init(_ bytes: [UInt8], _ dialect: Dialect) {
    self.bytes = bytes
    isRelaxed = dialect == .json5
  }

  /// The only value of the document.
  mutating func document() throws(SettingsError) -> JSONValue {
    let value = try value()
    try skipBlanks()
    guard position == bytes.count else { throw fault("nothing may follow the end of the document") }
    return value
  }

  private mutating func value() throws(SettingsError) -> JSONValue {
    try skipBlanks()
    switch current {
    case UInt8(ascii: "{"): return try nested { parser throws(SettingsError) in try parser.object() }
    case UInt8(ascii: "["): return try nested { parser throws(SettingsError) in try parser.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "'") where isRelaxed: return .string(try string())
    case nil: throw fault("the document ends before its value")
    default: return try scalar()
    }
  }

  private mutating func nested(
    _ read: (inout JSONParser) throws(SettingsError) -> JSONValue
  ) throws(SettingsError) -> JSONValue {
    guard depth < Self.deepest else { throw fault("nested deeper than \(Self.deepest) levels") }
    depth += 1
    position += 1
    let value = try read(&self)
    depth -= 1
    return value
  }

  private mutating func array() throws(SettingsError) -> JSONValue {
    var elements: [JSONValue] = []
    while try !isClosed(by: UInt8(ascii: "]"), isFirst: elements.isEmpty) { elements.append(try value()) }
    return .array(elements)
  }

  private mutating func object() throws(SettingsError) -> JSONValue {
    var members: [String: JSONValue] = [:]
    while try !isClosed(by: UInt8(ascii: "}"), isFirst: members.isEmpty) {
      let start = position
      let key = try key()
      guard members[key] == nil else { throw fault("this key is there twice", at: start) }
      try skipBlanks()
      guard take(UInt8(ascii: ":")) else { throw fault("expected ':' after the key") }
      members[key] = try value()
    }
    return .object(members)
  }

  /// Steps over what stands before the next element: nothing, a comma, or the closing bracket.
  private mutating func isClosed(by closing: UInt8, isFirst: Bool) throws(SettingsError) -> Bool {
    try skipBlanks()
    if take(closing) { return true }
    if isFirst { return false }
    let bracket = Character(Unicode.Scalar(closing))
    guard take(UInt8(ascii: ",")) else { throw fault("expected ',' or '\(bracket)'") }
    try skipBlanks()
    guard current == closing else { return false }
    guard isRelaxed else { throw fault("a comma may not stand before '\(bracket)'") }
    position += 1
    return true
  }

  private mutating func key() throws(SettingsError) -> String {
    if current == UInt8(ascii: "\"") || (isRelaxed && current == UInt8(ascii: "'")) { return try string() }
    let start = position
    while isRelaxed, let byte = current, Self.isWordByte(byte) { position += 1 }
    let isNamed = position > start && !Self.isDigit(bytes[start])
    guard isNamed else { throw fault("expected a key in quotes", at: start) }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }
}

// MARK: - Words and numbers

extension JSONParser {
  private mutating func scalar() throws(SettingsError) -> JSONValue {
    let start = position
    while let byte = current, Self.isWordByte(byte) || "+-.".utf8.contains(byte) { position += 1 }
    let word = bytes[start..<position]
    if word.elementsEqual("true".utf8) { return .bool(true) }
    if word.elementsEqual("false".utf8) { return .bool(false) }
    if word.elementsEqual("null".utf8) { return .null }
    guard let number = number(word) else { throw fault("expected a value", at: start) }
    return number
  }

  private func number(_ word: ArraySlice<UInt8>) -> JSONValue? {
    let sign = word.first == UInt8(ascii: "-") || (isRelaxed && word.first == UInt8(ascii: "+")) ? 1 : 0
    let digits = word.dropFirst(sign)
    let isNegative = word.first == UInt8(ascii: "-")
    if isRelaxed, digits.count > 2, digits.starts(with: "0x".utf8) || digits.starts(with: "0X".utf8) {
      let text = (isNegative ? "-" : "") + String(decoding: digits.dropFirst(2), as: UTF8.self)
      return digits.dropFirst(2).allSatisfy(Self.isHexDigit)
        ? Int64(text, radix: 16).map(JSONValue.integer) : nil
    }
    guard Self.isDecimal(digits, isRelaxed) else { return nil }
    let text = String(decoding: word, as: UTF8.self)
    if digits.allSatisfy(Self.isDigit), let integer = Int64(text) { return .integer(integer) }
    return Self.double(text).map(JSONValue.number)
  }

  /// Whether the digits, without a sign, are a number of RFC 8259 section 6, or of JSON5, which lets either side of
  /// the point be empty.
  private static func isDecimal(_ digits: ArraySlice<UInt8>, _ isRelaxed: Bool) -> Bool {
    var rest = digits
    let whole = takeDigits(&rest)
    guard whole.count == 1 || whole.first != UInt8(ascii: "0") else { return false }
    var fraction: ArraySlice<UInt8>?
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      fraction = takeDigits(&rest)
    }
    let hasDigits = !whole.isEmpty || !(fraction ?? []).isEmpty
    guard isRelaxed ? hasDigits : !whole.isEmpty && fraction?.isEmpty != true else { return false }
    return rest.isEmpty || isExponent(rest)
  }

  private static func isExponent(_ text: ArraySlice<UInt8>) -> Bool {
    guard text.first == UInt8(ascii: "e") || text.first == UInt8(ascii: "E") else { return false }
    var rest = text.dropFirst()
    if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    return !takeDigits(&rest).isEmpty && rest.isEmpty
  }

  private static func takeDigits(_ text: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let digits = text.prefix(while: isDigit)
    text = text[digits.endIndex...]
    return digits
  }

  /// Swift's own reader refuses an empty fraction, which JSON5 allows.
  private static func double(_ text: String) -> Double? {
    var text = text
    if let point = text.firstIndex(of: "."), !(text[text.index(after: point)...].first?.isNumber ?? false) {
      text.insert("0", at: text.index(after: point))
    }
    return Double(text).flatMap { $0.isFinite ? $0 : nil }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }

  private static func isHexDigit(_ byte: UInt8) -> Bool { isDigit(byte) || 0x41...0x46 ~= byte & 0xDF }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || 0x41...0x5A ~= byte & 0xDF || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$")
  }
}

// MARK: - Strings

extension JSONParser {
  private mutating func string() throws(SettingsError) -> String {
    let quote = bytes[position]
    let opening = position
    position += 1
    var escaped: [UInt8] = []
    var start = position
    while let byte = current, byte != quote {
      if byte == UInt8(ascii: "\\") {
        escaped += bytes[start..<position]
        try unescape(into: &escaped)
        start = position
      } else {
        guard isText(byte) else { throw fault("a control character in a string is written as an escape") }
        position += 1
      }
    }
    guard current == quote else { throw fault("this string has no end", at: opening) }
    let content = escaped.isEmpty ? bytes[start..<position] : escaped[...] + bytes[start..<position]
    position += 1
    guard let text = String(validating: content, as: UTF8.self) else {
      throw fault("this string is not UTF-8", at: opening)
    }
    return text
  }

  /// JSON5 forbids only line ends, RFC 8259 section 7 every control character.
  private func isText(_ byte: UInt8) -> Bool {
    isRelaxed ? byte != 0x0A && byte != 0x0D : byte >= 0x20
  }

  private static let escapes: [UInt8: UInt8] = [
    UInt8(ascii: "\""): 0x22, UInt8(ascii: "\\"): 0x5C, UInt8(ascii: "/"): 0x2F, UInt8(ascii: "b"): 0x08,
    UInt8(ascii: "f"): 0x0C, UInt8(ascii: "n"): 0x0A, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09,
  ]

  private mutating func unescape(into text: inout [UInt8]) throws(SettingsError) {
    let start = position
    position += 1
    guard let letter = current else { throw fault("this string has no end", at: start) }
    position += 1
    if let byte = Self.escapes[letter] {
      text.append(byte)
    } else if letter == UInt8(ascii: "u") {
      text += try unicodeEscape(from: start).utf8
    } else if isRelaxed {
      try unescapeRelaxed(letter, from: start, into: &text)
    } else {
      throw fault("there is no such escape", at: start)
    }
  }

  private mutating func unescapeRelaxed(
    _ letter: UInt8, from start: Int, into text: inout [UInt8]
  ) throws(SettingsError) {
    switch letter {
    case UInt8(ascii: "v"): text.append(0x0B)
    case UInt8(ascii: "x"): text += Unicode.Scalar(UInt8(try hexadecimal(2, from: start))).utf8
    case UInt8(ascii: "0") where !(current.map(Self.isDigit) ?? false): text.append(0)
    case UInt8(ascii: "0")...UInt8(ascii: "9"): throw fault("there is no such escape", at: start)
    case 0x0D: _ = take(0x0A)
    case 0x0A: break
    default: text.append(letter)
    }
  }

  private mutating func unicodeEscape(from start: Int) throws(SettingsError) -> Unicode.Scalar {
    let unit = try hexadecimal(4, from: start)
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard unit < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
      throw fault("half a surrogate pair is no character", at: start)
    }
    let low = try hexadecimal(4, from: start)
    guard 0xDC00...0xDFFF ~= low,
      let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    else {
      throw fault("half a surrogate pair is no character", at: start)
    }
    return scalar
  }

  private mutating func hexadecimal(_ count: Int, from start: Int) throws(SettingsError) -> UInt32 {
    let digits = bytes[position...].prefix(count)
    guard digits.count == count, digits.allSatisfy(Self.isHexDigit),
      let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw fault("this escape needs \(count) hexadecimal digits", at: start) }
    position += count
    return value
  }
}

// MARK: - Places and blanks

extension JSONParser {
  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard current == byte else { return false }
    position += 1
    return true
  }

  private func fault(_ sentence: String, at place: Int? = nil) -> SettingsError {
    let before = bytes[..<min(place ?? position, bytes.count)]
    let line = before.count { $0 == 0x0A } + 1
    // A column is a character, so continuation bytes do not count.
    let column = before.reversed().prefix { $0 != 0x0A }.count { $0 & 0xC0 != 0x80 } + 1
    return SettingsError("line \(line), column \(column): \(sentence)")
  }

  private mutating func skipBlanks() throws(SettingsError) {
    while let byte = current {
      switch byte {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      case UInt8(ascii: "/") where isRelaxed: try skipComment()
      case 0x0B,
        0x0C where isRelaxed:
        position += 1
      case 0x80... where isRelaxed:
        guard let length = blankLength() else { return }
        position += length
      default: return
      }
    }
  }

  private mutating func skipComment() throws(SettingsError) {
    let start = position
    position += 1
    if take(UInt8(ascii: "/")) {
      while let byte = current, byte != 0x0A, byte != 0x0D { position += 1 }
      return
    }
    guard take(UInt8(ascii: "*")) else { throw fault("expected '//' or '/*'", at: start) }
    while current != nil {
      if take(UInt8(ascii: "*")) {
        if take(UInt8(ascii: "/")) { return }
      } else {
        position += 1
      }
    }
    throw fault("this comment has no end", at: start)
  }

  /// The bytes of a blank outside ASCII: an ideographic space, say, or a byte order mark.
  private func blankLength() -> Int? {
    var decoder = UTF8()
    var following = bytes[position...].prefix(4).makeIterator()
    guard case .scalarValue(let scalar) = decoder.decode(&following) else { return nil }
    let isBlank =
      scalar.properties.generalCategory == .spaceSeparator
      || ["\u{FEFF}", "\u{2028}", "\u{2029}"].contains(scalar)
    return isBlank ? scalar.utf8.count : nil
  }
}
