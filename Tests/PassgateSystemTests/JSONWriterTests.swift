import PassgateSettings
import PassgateSystem
import Testing

@Suite struct JSONWriterTests {
  @Test func membersKeepTheirOrder() {
    var json = JSONWriter()
    json.object { json in
      json.string("z", "1")
      json.number("a", -2)
      json.number("m", UInt64.max)
      json.number("d", 1.5)
      json.number("i", Double.infinity)
      json.bool("t", true)
      json.null("n")
      json.object("o") { _ in }
      json.array("l") { json in
        json.string("x")
        json.number(1)
        json.number(0.25)
        json.bool(false)
        json.null()
        json.object { $0.array("e") { _ in } }
        json.array { $0.number(2) }
      }
    }
    let expected =
      #"{"z":"1","a":-2,"m":18446744073709551615,"d":1.5,"i":null,"t":true,"n":null,"o":{},"#
      + #""l":["x",1,0.25,false,null,{"e":[]},[2]]}"#
    #expect(json.result == expected)
    #expect(json.bytes == Array(expected.utf8))
  }

  @Test func prettyIsIndented() {
    var json = JSONWriter(pretty: true)
    json.object { json in
      json.array("l") { json in
        json.number(1)
        json.number(2)
      }
      json.object("o") { _ in }
    }
    #expect(json.result == "{\n  \"l\": [\n    1,\n    2\n  ],\n  \"o\": {}\n}")
  }

  @Test(arguments: [
    ("plain", #""plain""#), ("陈大文 😀", #""陈大文 😀""#), (#"a"b\c/d"#, #""a\"b\\c/d""#),
    ("\n\r\t", #""\n\r\t""#), ("\u{0}\u{1F}\u{7F}", #""\u0000\u001f\u007f""#), ("\r\n", #""\r\n""#),
    ("\u{2028}\u{2029}", #""\u2028\u2029""#), ("\u{9B}\u{202E}\u{2066}", #""\u009b\u202e\u2066""#),
    ("e\u{301}", "\"e\u{301}\""), ("\"\u{301}", "\"\\\"\u{301}\""), ("", #""""#),
  ])
  func trickyStringsAreEscapedAndComeBack(text: String, expected: String) throws {
    var json = JSONWriter()
    json.string(text)
    #expect(json.result.unicodeScalars.elementsEqual(expected.unicodeScalars))
    let back = try parseJSON(json.bytes)
    #expect(back == .string(text))
  }

  @Test(arguments: ["a\"b", "\n", "\u{202E}"])
  func keysAreEscapedToo(key: String) throws {
    var json = JSONWriter(pretty: true)
    json.object { $0.null(key) }
    let back = try parseJSON(json.bytes)
    #expect(back == .object([key: .null]))
  }
}
