import PassgateSystem
import Testing

@Suite struct HexTests {
  @Test func everyByteComesBack() {
    let bytes = (0...255).map { UInt8($0) }
    #expect(Hex.decode(Hex.encode(bytes)) == bytes)
    #expect(Hex.encode([0x00, 0x0F, 0xA5, 0xFF]) == "000fa5ff")
    #expect(Hex.decode("A5fF") == [0xA5, 0xFF])
  }

  @Test(arguments: ["0", "000", "0g", "g0", " 00", "0x00", "０0", "/0", ":0", "@0", "`0", "00\n0"])
  func whatIsNoHexIsRefused(text: String) {
    #expect(Hex.decode(text) == nil)
  }
}

@Suite struct Base64Tests {
  /// RFC 4648 section 10.
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"),
  ])
  func vectors(plain: String, encoded: String) {
    #expect(Base64.encode(Array(plain.utf8)) == encoded)
    #expect(Base64.decode(encoded) == Array(plain.utf8))
  }

  @Test func everyByteComesBack() {
    let bytes = (0...255).reversed().map { UInt8($0) }
    #expect(Base64.decode(Base64.encode(bytes)) == bytes)
    #expect(Base64.encode([0xFB, 0xFF]) == "+/8=")
  }

  @Test(arguments: [
    "Z", "Zg", "Zg=", "Zg===", "A===", "Zh==", "Zm9=", "====", "Zg==Zg==", "Z=g=", "Zm 9v", "Zm9v\n", "-_8=",
    "é===",
  ])
  func whatIsNotCanonicalIsRefused(text: String) {
    #expect(Base64.decode(text) == nil)
  }
}

@Suite struct TerminalTests {
  @Test(arguments: [
    ("plain 陈大文", "plain 陈大文"), ("a\u{1B}[31mb", "a\u{FFFD}[31mb"), ("a\r\nb", "a\u{FFFD}\u{FFFD}b"),
    ("\u{7F}\u{9B}", "\u{FFFD}\u{FFFD}"), ("a\u{202E}b\u{2066}", "a\u{FFFD}b\u{FFFD}"), ("", ""),
    ("\u{2028}", "\u{FFFD}"),
  ])
  func steeringCharactersAreReplaced(text: String, expected: String) {
    #expect(terminalSafe(text) == expected)
  }

  @Test(arguments: [
    ("identiy", "identity"), ("provison", "provision"), ("lits", "list"), ("--profil", "--profile"),
    ("zzz", nil), ("", nil), ("listing", nil),
  ])
  func theNearestNameIsGuessed(name: String, expected: String?) {
    let names = ["identity", "provision", "list", "--profile"]
    #expect(nearestName(to: name, among: names) == expected)
    #expect(nearestName(to: name, among: []) == nil)
  }

  @Test(arguments: [
    (0, 10, UInt64(0), "Importing   0% [....................]  0/10  0/s"),
    (5, 10, 2_000_000_000, "Importing  50% [##########..........]  5/10  2/s  0:02 left"),
    (10, 10, 1_000_000_000, "Importing 100% [####################]  10/10  10/s  0:00 left"),
    (1, 200, 1_000_000_000, "Importing   0% [....................]  1/200  1/s  3:19 left"),
    (20, 10, 1_000_000_000, "Importing 100% [####################]  20/10  20/s  0:00 left"),
    (0, 0, 1, "Importing 100% [####################]  0/0  0/s"),
  ])
  func progressTellsShareRateAndRest(done: Int, total: Int, nanoseconds: UInt64, expected: String) {
    #expect(Progress.line(label: "Importing", done: done, total: total, nanoseconds: nanoseconds) == expected)
  }

  @Test(arguments: [
    (Int.max, Int.max, UInt64(1)), (Int.min, 1, 1), (Int.max, 1, UInt64.max), (1, Int.max, UInt64.max),
  ])
  func progressSurvivesAnyNumbers(done: Int, total: Int, nanoseconds: UInt64) {
    #expect(!Progress.line(label: "x", done: done, total: total, nanoseconds: nanoseconds).isEmpty)
  }
}
