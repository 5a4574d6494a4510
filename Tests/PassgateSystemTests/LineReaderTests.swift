import Glibc
import PassgateSystem
import PassgateTestKit
import Testing

@Suite struct LineReaderTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func reader(of bytes: [UInt8]) throws -> LineReader {
    try Files.writeDurably(bytes, to: folder.path("lines"))
    return try LineReader(path: folder.path("lines"))
  }

  private func lines(of text: String) throws -> [String] {
    var reader = try reader(of: Array(text.utf8))
    var lines: [String] = []
    while let line = try reader.next() { lines.append(String(decoding: line, as: UTF8.self)) }
    #expect(reader.byteOffset == text.utf8.count)
    #expect(reader.size == text.utf8.count)
    #expect(reader.lineNumber == lines.count)
    return lines
  }

  @Test(arguments: [
    ("", []), ("\n", [""]), ("a", ["a"]), ("a\n", ["a"]), ("a\nb", ["a", "b"]), ("a\r\nb\r\n", ["a", "b"]),
    ("\n\na\n", ["", "", "a"]), ("a\rb\n", ["a\rb"]), ("\r\n", [""]),
  ])
  func splits(text: String, expected: [String]) throws {
    #expect(try lines(of: text) == expected)
  }

  @Test func linesCrossTheBordersOfReads() throws {
    let expected = (0..<2000).map { String(repeating: "x", count: $0) }
    #expect(try lines(of: expected.joined(separator: "\n") + "\n") == expected)
  }

  @Test func theOffsetFollowsTheLines() throws {
    var reader = try reader(of: Array("ab\r\nc\nd".utf8))
    var offsets: [Int] = []
    while try reader.next() != nil { offsets.append(reader.byteOffset) }
    #expect(offsets == [4, 6, 7])
  }

  @Test func theLongestLineIsRead() throws {
    let line = [UInt8](repeating: 0x78, count: LineReader.longestLine)
    var reader = try reader(of: line + [0x0A] + line)
    #expect(try reader.next() == line)
    #expect(try reader.next() == line)
    #expect(try reader.next() == nil)
  }

  @Test(arguments: [1, 2, 300_000, 3_000_000], [true, false])
  func aLongerLineIsReportedAndPassedOver(excess: Int, isLast: Bool) throws {
    let long = [UInt8](repeating: 0x78, count: LineReader.longestLine + excess)
    var reader = try reader(of: Array("a\n".utf8) + long + Array((isLast ? "" : "\nb\n").utf8))
    #expect(try reader.next() == [0x61])
    var code: Int32 = 0
    do { _ = try reader.next() } catch {
      code = error.code
      #expect(error.message.contains("line 2 is longer"))
    }
    #expect(code == EMSGSIZE)
    #expect(try reader.next() == (isLast ? nil : [0x62]))
    #expect(reader.lineNumber == (isLast ? 2 : 3))
    #expect(try reader.next() == nil)
    #expect(reader.byteOffset == reader.size)
  }

  @Test func aPipeHasNoSize() throws {
    let reader = try LineReader(path: "/dev/null")
    #expect(reader.size == nil)
  }
}
