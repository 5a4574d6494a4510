import PassgateSystem

/// Text in columns, as people read it on a terminal of 100 columns.
enum Columns {
  static let width = 100

  /// A paragraph behind a first column: the text is wrapped and its further lines are indented.
  ///
  /// - Parameter margin: what stands before the text; its width is the indentation.
  static func paragraph(_ margin: String, _ text: String) -> String {
    let indentation = String(repeating: " ", count: columns(margin))
    let lines = wrapped(terminalSafe(text), columns: width - columns(margin))
    return lines.enumerated().map { ($0.offset == 0 ? margin : indentation) + $0.element }
      .joined(separator: "\n")
  }

  /// The text with spaces up to a width, and one more.
  static func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - columns(text)) + 1)
  }

  private static func wrapped(_ text: String, columns limit: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for unit in units(text) {
      let gap = unit.isSpaced && !line.isEmpty ? " " : ""
      if !line.isEmpty, columns(line) + columns(gap) + columns(unit.text) > limit {
        lines.append(line)
        line = unit.text
      } else {
        line += gap + unit.text
      }
    }
    return lines + [line]
  }

  /// What is not divided: a word, or a Han character with the punctuation behind it.
  private static func units(_ text: String) -> [(text: String, isSpaced: Bool)] {
    var units: [(text: String, isSpaced: Bool)] = []
    for word in text.split(separator: " ") {
      var isSpaced = true
      for character in word {
        let joins = units.last.map { $0.text.last?.isWide == false && !character.isWide } ?? false
        if !isSpaced, joins || character.closes, let last = units.indices.last {
          units[last].text.append(character)
        } else {
          units.append((String(character), isSpaced))
        }
        isSpaced = false
      }
    }
    return units
  }

  private static func columns(_ text: some StringProtocol) -> Int {
    text.reduce(0) { $0 + ($1.isWide ? 2 : 1) }
  }
}

extension Character {
  /// Han characters and their punctuation are two columns wide.
  fileprivate var isWide: Bool {
    guard let scalar = unicodeScalars.first else { return false }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
      return true
    default: return false
    }
  }

  /// No line begins with it.
  fileprivate var closes: Bool { "，。；：、！？）》」』”’)]".contains(self) }
}
