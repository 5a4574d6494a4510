/// The rule set that decides whether a claimed name is a name on record.
package enum NameRules {
  /// Every verdict names it; any change of a rule or of a table makes a new version.
  package static let version = "names-1"

  /// True when the claimed name is this name on record; takes the same steps whatever the outcome.
  package static func agree(_ claimed: PersonName, _ recorded: PersonName) -> Bool {
    let difference = claimed.letters.count - recorded.letters.count
    let isLengthRight = difference == 0 || (claimed.isCut && difference < 0)
    var differences = claimed.script == recorded.script && isLengthRight ? 0 : 1
    for index in 0..<min(claimed.letters.count, recorded.letters.count) {
      differences += agree(claimed.letters[index], recorded.letters[index]) ? 0 : 1
    }
    return differences == 0
  }

  /// One glyph class, or a pair that Unihan lists as traditional and simplified.
  ///
  /// The relation is not closed: 鐘 and 鍾 each agree with 钟 and never with one another.
  private static func agree(_ left: PersonName.Letter, _ right: PersonName.Letter) -> Bool {
    let isSame = left.glyph == right.glyph
    let isSimplified = left.simplified == right.glyph || left.otherSimplified == right.glyph
    let isTraditional = right.simplified == left.glyph || right.otherSimplified == left.glyph
    return isSame || isSimplified || isTraditional
  }
}
