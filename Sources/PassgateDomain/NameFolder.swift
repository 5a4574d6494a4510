/// Normalises one spelling, scalar by scalar; the rules are those of `CheckRule`.
struct NameFolder {
  private(set) var letters: [PersonName.Letter] = []
  private(set) var hasHan = false
  private var scalars = 0
  private var fillers = 0
  private var endsInFiller = false
  private var wordStart = 0
  private var previous = Kind.separator

  private enum Kind {
    case letter, han, separator
  }

  var script: PersonName.Script { hasHan ? .han : .latin }

  init(_ text: String, field: String, acceptsFiller: Bool) throws(ClaimFault) {
    letters.reserveCapacity(24)
    for scalar in text.unicodeScalars {
      guard fold(halfWidth(scalar.value)), letters.count <= PersonName.limit else {
        throw ClaimFault(
          field: field, problem: "a name is at most 128 Han characters or Latin letters and their separators")
      }
    }
    guard !letters.isEmpty, acceptsFiller || fillers == 0 else {
      throw ClaimFault(field: field, problem: "a name has letters and no MRZ filler")
    }
  }

  /// True for a spelling in MRZ notation that fills a field of this width to its last character.
  func isCut(atWidth width: Int) -> Bool {
    fillers > 0 && !endsInFiller && scalars >= width
  }

  /// False when the scalar cannot stand in a name.
  private mutating func fold(_ scalar: UInt32) -> Bool {
    scalars += 1
    endsInFiller = scalar == UInt32(MRZ.filler)
    if scalar < 0x80 { return foldASCII(upperCased(scalar)) }
    if HanTable.contains(scalar) { return appendHan(scalar) }
    if NameSeparators.contains(scalar) { return separate() }
    if let letters = LatinTable.letters(of: scalar) {
      appendLatin(letters.0)
      if let second = letters.1 { appendLatin(second) }
      return true
    }
    return isIgnored(scalar)
  }

  private mutating func foldASCII(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x41...0x5A:
      appendLatin(scalar)
      return true
    case UInt32(MRZ.filler):
      fillers += 1
      return separate()
    default:
      return NameSeparators.contains(scalar) && separate()
    }
  }

  /// Marks change neither a Latin letter nor, as variation selectors, a Han character.
  private func isIgnored(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x0300...0x036F: previous == .letter
    case 0xFE00...0xFE0F, 0xE0100...0xE01EF: previous == .han
    default: false
    }
  }

  private mutating func separate() -> Bool {
    wordStart = letters.count
    previous = .separator
    return true
  }

  private mutating func appendHan(_ scalar: UInt32) -> Bool {
    letters.append(HanTable.letter(of: scalar))
    hasHan = true
    previous = .han
    return true
  }

  private mutating func appendLatin(_ scalar: UInt32) {
    let letter =
      endsInPinyinConsonant(at: letters.count) && scalar == UInt32(UInt8(ascii: "V")) ? 0x55 : scalar
    if letter == 0x55, letters.last?.glyph == UInt32(UInt8(ascii: "Y")),
      endsInPinyinConsonant(at: letters.count - 1)
    {
      letters.removeLast()
    }
    letters.append(PersonName.Letter(glyph: letter, simplified: letter, otherSimplified: letter))
    previous = .letter
  }

  /// True before the ü of pinyin: after L, which ends no syllable, or after N at the start of a word.
  private func endsInPinyinConsonant(at end: Int) -> Bool {
    guard end > wordStart else { return false }
    let consonant = letters[end - 1].glyph
    return consonant == UInt32(UInt8(ascii: "L"))
      || (consonant == UInt32(UInt8(ascii: "N")) && end - 1 == wordStart)
  }
}

/// What divides the parts of a name and is not compared.
enum NameSeparators {
  static func contains(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x20, 0xA0, 0x2000...0x200A, 0x202F, 0x205F: true  // spaces
    case 0xB7, 0x0387, 0x2022, 0x2027, 0x2219, 0x22C5, 0x2E31, 0x30FB, 0xFF65, 0x2E: true  // dots
    case 0x2D, 0x2010...0x2015, 0x2212: true  // hyphens
    case 0x27, 0x60, 0xB4, 0x02B9, 0x02BB...0x02BD, 0x2018, 0x2019: true  // apostrophes
    case 0x2C: true
    default: false
    }
  }
}
