import PassgateDomain
import Testing

struct CSVParserTests {
  private func parser(_ header: String) throws(CSVFault) -> CSVParser {
    try CSVParser(header: Array(header.utf8), known: ["a", "b", "c"], required: ["a"])
  }

  @Test(arguments: [
    ("1,2", ["a": "1", "b": "2"]), ("1,", ["a": "1", "b": ""]), (",", ["a": "", "b": ""]),
    ("\"1,2\",\"say \"\"x\"\"\"", ["a": "1,2", "b": "say \"x\""]), ("\"\",\"\"", ["a": "", "b": ""]),
    ("1,2\r", ["a": "1", "b": "2"]), (" 1 ,李", ["a": " 1 ", "b": "李"]),
  ])
  func reads(_ line: String, fields: [String: String]) throws {
    #expect(try parser("a,b").record(Array(line.utf8)) == fields)
  }

  @Test(arguments: ["", "1", "1,2,3", "\"1,2", "1\"2,3", "\"1\"2,3", "\"1", "\"a\nb", "1,\"2\" "])
  func refuses(_ line: String) throws {
    let parser = try parser("a,b")
    #expect(throws: CSVFault.self) { try parser.record(Array(line.utf8)) }
  }

  @Test func refusesWhatIsNoUTF8() throws {
    let parser = try parser("a,b")
    #expect(throws: CSVFault.self) { try parser.record([0xFF, 0x2C, 0x31]) }
  }

  @Test func takesAByteOrderMark() throws {
    #expect(try parser("\u{FEFF}b,a\r").columns == ["b", "a"])
  }

  @Test(arguments: ["", "b", "a,a", "a,H12345678", "a,\"b"])
  func refusesHeaders(_ header: String) {
    let fault = #expect(throws: CSVFault.self) { try parser(header) }
    #expect(fault?.description.contains("H12345678") == false)
  }
}
