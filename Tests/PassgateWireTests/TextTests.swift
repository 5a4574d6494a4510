import PassgateWire
import Testing

/// Text reaches people and comparisons as it came, so what could be read in two ways is refused.
@Suite struct TextTests {
  static let refused: [[UInt8]] = [
    [0x00], [0x41, 0x00, 0x42], [0x09], [0x0A], [0x1F], [0x7F], [0xC2, 0x80], [0xC2, 0x9F],  // controls
    [0xD8, 0x9C], [0xE2, 0x80, 0x8E], [0xE2, 0x80, 0x8F], [0xE2, 0x80, 0xAA], [0xE2, 0x80, 0xAE],
    [0xE2, 0x81, 0xA6], [0xE2, 0x81, 0xA9],  // bidirectional controls
    [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
    [0xE4, 0xBD], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
    [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF], [0xF0, 0x9F, 0xAA],  // not UTF-8
  ]

  @Test(arguments: refused) func isRefused(_ text: [UInt8]) {
    for padding in [[], Array("ab".utf8)] {
      let bytes = Raw.number(1, 1) + Raw.content(3, padding + text)
      #expect(throws: WireError(.badText, field: "detail")) { try GoAway(decoding: bytes.span) }
    }
  }

  /// What a certificate says of its issuer may be carried, whatever it holds.
  @Test func somebodyElsesTextIsCarriedSafely() throws {
    let text = "C=XX\u{0},\n\u{61C}\u{202E}CN=陳\u{9F}"
    let carried = carriedText(text)
    #expect(carried == "C=XX\u{FFFD},\u{FFFD}\u{FFFD}\u{FFFD}CN=陳\u{FFFD}")
    let bytes = Raw.number(1, 1) + Raw.text(3, carried)
    #expect(try GoAway(decoding: bytes.span).detail == carried)
    #expect(carriedText(String(repeating: "陳", count: 600)).unicodeScalars.count == 512)
  }

  static let accepted: [String] = [
    "", " ~", "\u{A0}", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{FFFF}", "\u{10000}", "\u{10FFFF}",
    "陳大文", "Núñez", "\u{2029}", "\u{202F}", "\u{2065}", "\u{206A}",
  ]

  @Test(arguments: accepted) func isAccepted(_ text: String) throws {
    let bytes = Raw.number(1, 1) + Raw.text(3, text)
    #expect(try GoAway(decoding: bytes.span).detail == text)
  }
}
