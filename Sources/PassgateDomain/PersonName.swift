/// A name after the normalisation of the rule set `names-1`; it holds no spelling that could be shown.
package struct PersonName: Sendable, Hashable, Confidential {
  /// What a name is written in: Han is compared with Han and Latin with Latin.
  package enum Script: UInt8, Sendable, Hashable {
    case han = 1
    case latin = 2
  }

  /// One character of a normalised name.
  struct Letter: Sendable, Hashable {
    /// The representative of the character's glyph class, or a capital ASCII letter.
    let glyph: UInt32
    /// The simplified forms that Unihan lists for it; `glyph` where there is none.
    let simplified: UInt32
    let otherSimplified: UInt32
  }

  /// The most characters that a normalised name has.
  static let limit = 128

  package let script: Script
  let letters: [Letter]
  /// True when the spelling was cut at the end of an MRZ's name field.
  package private(set) var isCut: Bool

  /// A name that somebody claims, as printed or as an MRZ spells it (`SURNAME<<GIVEN<NAMES`).
  package init(claimed text: String, type: DocumentType) throws(ClaimFault) {
    let folder = try NameFolder(text, field: "name", acceptsFiller: true)
    self.init(folder, isCut: folder.isCut(atWidth: MRZ.nameWidth(of: type)))
  }

  /// A name on record, from the field that is named in faults.
  package init(recorded text: String, field: String) throws(ClaimFault) {
    self.init(try NameFolder(text, field: field, acceptsFiller: false), isCut: false)
  }

  /// The name field of an MRZ, nil when it is all filler.
  init?(nameField field: [UInt8]) throws(ClaimFault) {
    guard field.contains(where: { $0 != MRZ.filler }) else { return nil }
    let text = String(decoding: field, as: UTF8.self)
    let folder = try NameFolder(text, field: "mrz", acceptsFiller: true)
    self.init(folder, isCut: field.last != MRZ.filler)
  }

  /// The Han name that a zone holds in letters; nil when it is none.
  init?(hanField text: String, isCut: Bool) {
    guard let folder = try? NameFolder(text, field: "mrz", acceptsFiller: false), folder.hasHan else {
      return nil
    }
    self.init(folder, isCut: isCut)
  }

  private init(_ folder: NameFolder, isCut: Bool) {
    script = folder.script
    letters = folder.letters
    self.isCut = isCut
  }

  /// The same name, known to be cut when the MRZ beside it is cut and spells it alike.
  func cut(like other: PersonName?) -> PersonName {
    guard let other, other.isCut, other.letters == letters else { return self }
    var name = self
    name.isCut = true
    return name
  }

  /// The normalised spelling: script, whether it is cut, and 3 bytes for each character.
  var canonicalBytes: [UInt8] {
    var bytes = [script.rawValue, isCut ? 1 : 0]
    bytes.reserveCapacity(2 + 3 * letters.count)
    for letter in letters {
      bytes.append(UInt8(truncatingIfNeeded: letter.glyph >> 16))
      bytes.append(UInt8(truncatingIfNeeded: letter.glyph >> 8))
      bytes.append(UInt8(truncatingIfNeeded: letter.glyph))
    }
    return bytes
  }
}
