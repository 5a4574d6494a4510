import PassgateSettings
import Testing

@Suite struct JSONParserTests {
  @Test(arguments: [
    ("null", JSONValue.null), (" true ", .bool(true)), ("false", .bool(false)), ("0", .integer(0)),
    ("-0", .integer(0)),
    ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
    ("9223372036854775808", .number(9_223_372_036_854_775_808)), ("1.5", .number(1.5)),
    ("-1e3", .number(-1000)),
    ("1E+2", .number(100)), ("2e-1", .number(0.2)), (#""""#, .string("")), (#""陈""#, .string("陈")),
    (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{C}\n\r\t")), (#""\u9648\uD83D\uDE00""#, .string("陈😀")),
    (#""a\u0000b""#, .string("a\u{0}b")), ("\"it's\"", .string("it's")), ("[]", .array([])),
    ("[1,[2]]", .array([.integer(1), .array([.integer(2)])])),
    ("{}", .object([:])), (#"{"a":{"b":null}}"#, .object(["a": .object(["b": .null])])),
    ("\"\u{2028}\"", .string("\u{2028}")),
  ])
  func jsonIsReadInBothDialects(text: String, expected: JSONValue) throws {
    #expect(try parseJSON(Array(text.utf8)) == expected)
    #expect(try parseJSON5(Array(text.utf8)) == expected)
  }

  @Test(arguments: [
    ("{a: 1, $b_2: 2,}", JSONValue.object(["a": .integer(1), "$b_2": .integer(2)])),
    ("[1,]", .array([.integer(1)])),
    ("'it\"s'", .string("it\"s")), ("+1", .integer(1)), ("0x1F", .integer(31)),
    ("-0Xff", .integer(-255)), (".5", .number(0.5)), ("5.", .number(5)), ("-5.e1", .number(-50)),
    ("// c\n1 /* * / */ // end", .integer(1)), ("\u{FEFF}\u{3000}\u{A0}1\u{2029}", .integer(1)),
    ("'a\\\nb\\\r\nc'", .string("abc")), (#"'\v\x41\0\'\q'"#, .string("\u{B}A\u{0}'q")),
    ("'\t'", .string("\t")),
    ("{null: null, 'a b': 1}", .object(["null": .null, "a b": .integer(1)])),
  ])
  func whatPeopleWriteIsReadInOneDialectOnly(text: String, expected: JSONValue) throws {
    #expect(try parseJSON5(Array(text.utf8)) == expected)
    #expect(throws: SettingsError.self) { try parseJSON(Array(text.utf8)) }
  }

  @Test(arguments: [
    "", " ", "{", "[", "[1", "{\"a\"", "{\"a\":", "{\"a\":1", "[,]", "{,}", "[1,,2]", "[1 2]", "{\"a\" 1}",
    "{\"a\":1 \"b\":2}", "1 2", "[]]", "nul", "True", "NaN", "Infinity", "-", "+", "01", "-01", "1.5.5", "1e",
    "1e+",
    ".", "0x", "0x-1", "1e400", "1_000", "--1", "\"", "\"a", "\"\\", "\"\\u12\"", "\"\\u12g4\"",
    "\"\\uD800\"",
    "\"\\uDC00\"", "\"\\uD800\\u0041\"", "\"\\uD800\\uD800\"", "\"a\nb\"", "{\"a\":1,\"a\":2}",
    "{\"a\":1,\"\\u0061\":2}", "'\\1'", "'\\x4'", "/* open", "/ 1", "{1a: 1}", "{a-b: 1}", "{: 1}",
    "\u{200B}1", "\"\\u+123\"",
  ])
  func mistakesAreRefusedInBothDialects(text: String) {
    #expect(throws: SettingsError.self) { try parseJSON(Array(text.utf8)) }
    #expect(throws: SettingsError.self) { try parseJSON5(Array(text.utf8)) }
  }

  @Test(
    arguments: [
      [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0xFF], [0xE3, 0x80],
    ] as [[UInt8]])
  func whatIsNotUTF8IsRefused(bytes: [UInt8]) {
    #expect(throws: SettingsError.self) { try parseJSON(bytes) }
    #expect(throws: SettingsError.self) { try parseJSON5(bytes) }
  }

  @Test(arguments: [
    ("{\n  a: 1,\n  陈: 2\n}", "line 3, column 3: expected a key in quotes"),
    ("{a: 1 b: 2}", "line 1, column 7: expected ',' or '}'"),
    ("{'陈大文': x}", "line 1, column 9: expected a value"),
    ("{a: 1, a: 2}", "line 1, column 8: this key is there twice"),
    ("[\n'x", "line 2, column 1: this string has no end"),
    ("{a: 1}\n}", "line 2, column 1: nothing may follow the end of the document"),
    ("", "line 1, column 1: the document ends before its value"),
  ])
  func mistakesHaveTheirPlace(text: String, expected: String) {
    let error = #expect(throws: SettingsError.self) { try parseJSON5(Array(text.utf8)) }
    #expect(error?.description == expected)
  }

  @Test(arguments: [(64, true), (65, false), (1_000_000, false)])
  func nestingIsBounded(levels: Int, isRead: Bool) {
    let text = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    #expect(((try? parseJSON(Array(text.utf8))) != nil) == isRead)
  }
}
