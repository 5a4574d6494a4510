/// Builds one JSON document (RFC 8259) with its keys in the order they are written.
///
///     var json = JSONWriter(pretty: true)
///     json.object { json in
///       json.string("status", "OK")
///       json.array("keys") { json in json.string(keyID) }
///     }
///     print(json.result)
///
/// Steering characters (controls, U+2028, bidirectional marks) leave escaped, so the text is safe in a line
/// log, in JavaScript and on a terminal.
package struct JSONWriter {
  private var text: [UInt8] = []
  private var depth = 0
  private var needsComma = false
  private let pretty: Bool

  /// Two-space indentation where `pretty`, otherwise one line.
  package init(pretty: Bool = false) { self.pretty = pretty }

  /// The document so far, without a final newline.
  package var result: String { String(decoding: text, as: UTF8.self) }

  /// The document so far as UTF-8.
  package var bytes: [UInt8] { text }

  /// An element, or the whole document, that is an object.
  package mutating func object(_ members: (inout JSONWriter) -> Void) {
    begin()
    container(UInt8(ascii: "{"), UInt8(ascii: "}"), members)
  }

  /// A member that is an object.
  package mutating func object(_ key: String, _ members: (inout JSONWriter) -> Void) {
    begin(key)
    container(UInt8(ascii: "{"), UInt8(ascii: "}"), members)
  }

  /// An element, or the whole document, that is an array.
  package mutating func array(_ elements: (inout JSONWriter) -> Void) {
    begin()
    container(UInt8(ascii: "["), UInt8(ascii: "]"), elements)
  }

  /// A member that is an array.
  package mutating func array(_ key: String, _ elements: (inout JSONWriter) -> Void) {
    begin(key)
    container(UInt8(ascii: "["), UInt8(ascii: "]"), elements)
  }

  /// An element, or the whole document, that is a string.
  package mutating func string(_ value: String) {
    begin()
    quote(value)
  }

  /// A member that is a string.
  package mutating func string(_ key: String, _ value: String) {
    begin(key)
    quote(value)
  }

  /// An element, or the whole document, that is a whole number.
  package mutating func number(_ value: some BinaryInteger) {
    begin()
    append(value.description)
  }

  /// A member that is a whole number.
  package mutating func number(_ key: String, _ value: some BinaryInteger) {
    begin(key)
    append(value.description)
  }

  /// An element, or the whole document, that is a decimal; null where not finite, since JSON has no infinity.
  package mutating func number(_ value: Double) {
    begin()
    append(value.isFinite ? value.description : "null")
  }

  /// A member that is a decimal; null where not finite, since JSON has no infinity.
  package mutating func number(_ key: String, _ value: Double) {
    begin(key)
    append(value.isFinite ? value.description : "null")
  }

  /// An element, or the whole document, that is true or false.
  package mutating func bool(_ value: Bool) {
    begin()
    append(value.description)
  }

  /// A member that is true or false.
  package mutating func bool(_ key: String, _ value: Bool) {
    begin(key)
    append(value.description)
  }

  /// An element, or the whole document, that is null.
  package mutating func null() {
    begin()
    append("null")
  }

  /// A member that is null.
  package mutating func null(_ key: String) {
    begin(key)
    append("null")
  }

  private mutating func append(_ characters: String) { text.append(contentsOf: characters.utf8) }

  private mutating func begin() {
    if needsComma { text.append(UInt8(ascii: ",")) }
    if depth > 0 { breakLine() }
    needsComma = true
  }

  private mutating func begin(_ key: String) {
    begin()
    quote(key)
    append(pretty ? ": " : ":")
  }

  private mutating func breakLine() {
    guard pretty else { return }
    append("\n" + String(repeating: "  ", count: depth))
  }

  private mutating func container(
    _ opening: UInt8, _ closing: UInt8, _ content: (inout JSONWriter) -> Void
  ) {
    text.append(opening)
    depth += 1
    needsComma = false
    content(&self)
    depth -= 1
    if needsComma { breakLine() }
    text.append(closing)
    needsComma = true
  }

  private mutating func quote(_ value: String) {
    text.append(UInt8(ascii: "\""))
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": append("\\\"")
      case "\\": append("\\\\")
      case "\n": append("\\n")
      case "\r": append("\\r")
      case "\t": append("\\t")
      default: isSteering(scalar) ? escape(scalar) : text.append(contentsOf: scalar.utf8)
      }
    }
    text.append(UInt8(ascii: "\""))
  }

  /// Every steering character lies below U+10000, so four digits are enough.
  private mutating func escape(_ scalar: Unicode.Scalar) {
    let value = UInt16(truncatingIfNeeded: scalar.value)
    append("\\u" + Hex.encode([UInt8(value >> 8), UInt8(value & 0xFF)]))
  }
}
