/// Which scalars are Han characters and what each is compared as; a look-up is two loads.
enum HanTable {
  private static let pageBits: UInt32 = 7
  private static let tables = build()

  /// 〇, the Kangxi radicals, and the ideographs of all planes; private-use code points are none.
  static func contains(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x3FFFD, 0xF900...0xFAFF, 0x3007, 0x2F00...0x2FD5: true
    default: false
    }
  }

  /// The glyph class and the simplified forms of a Han character.
  static func letter(of scalar: UInt32) -> PersonName.Letter {
    let tables = tables
    let page = Int(tables.pages[Int(scalar >> pageBits)])
    let entry = Int(tables.entries[page << pageBits | Int(scalar & (1 << pageBits - 1))])
    guard entry > 0 else {
      return PersonName.Letter(glyph: scalar, simplified: scalar, otherSimplified: scalar)
    }
    return tables.letters[entry]
  }

  private struct Tables: Sendable {
    /// By the upper bits of a scalar: the block of `entries`, 0 being the empty one.
    var pages = [UInt16](repeating: 0, count: 0x40000 >> Int(pageBits))
    var entries = [UInt16](repeating: 0, count: 1 << Int(pageBits))
    var letters = [PersonName.Letter(glyph: 0, simplified: 0, otherSimplified: 0)]

    mutating func insert(_ letter: PersonName.Letter, for scalar: UInt32) {
      let upper = Int(scalar >> pageBits)
      if pages[upper] == 0 {
        pages[upper] = UInt16(entries.count >> Int(pageBits))
        entries.append(contentsOf: repeatElement(0, count: 1 << Int(pageBits)))
      }
      entries[Int(pages[upper]) << pageBits | Int(scalar & (1 << pageBits - 1))] = UInt16(letters.count)
      letters.append(letter)
    }
  }

  private static func build() -> Tables {
    var simplified: [UInt32: (UInt32, UInt32)] = [:]
    for (glyph, form) in pairs(NameTables.simplified) {
      simplified[glyph] = (simplified[glyph]?.0 ?? form, form)
    }
    var tables = Tables()
    for (glyph, forms) in simplified {
      tables.insert(.init(glyph: glyph, simplified: forms.0, otherSimplified: forms.1), for: glyph)
    }
    for (scalar, glyph) in pairs(NameTables.encodedTwice) + pairs(NameTables.shapes) {
      let forms = simplified[glyph] ?? (glyph, glyph)
      tables.insert(.init(glyph: glyph, simplified: forms.0, otherSimplified: forms.1), for: scalar)
    }
    return tables
  }

  static func pairs(_ table: String) -> [(UInt32, UInt32)] {
    let scalars = table.unicodeScalars.map(\.value).filter { $0 > 0x7F }
    return stride(from: 0, to: scalars.count, by: 2).map { (scalars[$0], scalars[$0 + 1]) }
  }
}
