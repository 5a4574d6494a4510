import Testing

@testable import PassgateDomain

struct PersonNameTests {
  private func name(_ text: String) throws -> PersonName { try PersonName(recorded: text, field: "hanName") }

  private func agree(_ one: String, _ other: String) throws -> Bool {
    let pair = (try name(one), try name(other))
    let answer = NameRules.agree(pair.0, pair.1)
    #expect(NameRules.agree(pair.1, pair.0) == answer, "the relation has no direction")
    return answer
  }

  /// Canonical equivalence as the standard library knows it (NFC), over every Latin letter of the tables.
  @Test func latinTableKeepsCanonicalEquivalence() throws {
    var found = 0
    for code in Array(0x00C0...0x024F) + Array(0x1E00...0x1EFF) {
      guard let scalar = Unicode.Scalar(code), let spelling = LatinTable.letters(of: scalar.value) else {
        continue
      }
      let composed = String(scalar)
      for decomposed in marked(spelling.0) + marked(spelling.0 + 0x20) where decomposed == composed {
        #expect(try name(decomposed).letters == name(composed).letters)
        found += 1
      }
    }
    #expect(found > 400)
  }

  /// The letter with each combining mark behind it.
  private func marked(_ letter: UInt32) -> [String] {
    guard let letter = Unicode.Scalar(letter) else { return [] }
    return (UInt32(0x0300)...0x036F).compactMap { mark in
      Unicode.Scalar(mark).map { "\(letter)\($0)" }
    }
  }

  /// A compatibility ideograph is canonically equivalent to its class or, for a radical, unlike it in NFC only.
  @Test func encodedTwiceIsCanonicalEquivalence() {
    let pairs = HanTable.pairs(NameTables.encodedTwice)
    #expect(pairs.count == 1216)
    for (scalar, glyph) in pairs where scalar > 0x2FFF {
      guard let one = Unicode.Scalar(scalar), let other = Unicode.Scalar(glyph) else { continue }
      let shape = HanTable.letter(of: glyph).glyph
      #expect(String(one) == String(other) || shape == HanTable.letter(of: scalar).glyph)
    }
  }

  @Test func representativesRepresentThemselves() {
    for (scalar, glyph) in HanTable.pairs(NameTables.encodedTwice) + HanTable.pairs(NameTables.shapes) {
      #expect(HanTable.contains(scalar))
      #expect(HanTable.letter(of: scalar).glyph == glyph)
      #expect(HanTable.letter(of: glyph).glyph == glyph)
    }
    for (traditional, simplified) in HanTable.pairs(NameTables.simplified) {
      let letter = HanTable.letter(of: traditional)
      #expect(letter.glyph == traditional)
      #expect(letter.simplified == simplified || letter.otherSimplified == simplified)
    }
  }

  @Test(arguments: [
    ("陳", "陈"), ("鍾", "钟"), ("鐘", "钟"), ("鍾", "锺"), ("後", "后"), ("葉", "叶"), ("說", "説"), ("説", "说"),
    ("黃", "黄"),
    ("峯", "峰"), ("衞", "卫"), ("啓", "启"), ("眞", "真"), ("𠮷", "𠮷"), ("\u{F95F}", "寧"), ("\u{2F804}", "你"),
    ("A\u{323}\u{306}", "Ặ"), ("\u{F914}", "樂"),
    ("乐", "樂"),
    ("LYU", "Lü"), ("LYU", "LV"), ("NÜ", "NYU"), ("XIAOLYU", "XIAOLU"), ("MÜLLER", "MULLER"), ("Æsa", "AESA"),
    ("O'BRIEN", "O’Brien"), ("JEAN-LUC", "JEAN LUC"), ("ĐẶNG", "DANG"), ("Straße", "STRASSE"),
  ])
  func takesForOneName(_ one: String, _ other: String) throws {
    #expect(try agree(one, other))
  }

  @Test(arguments: [
    ("鐘", "鍾"), ("喆", "哲"), ("昇", "升"), ("邨", "村"), ("發", "髮"), ("後", "後后"), ("𠮷", "吉"), ("己", "已"),
    ("未", "末"),
    ("李", "LI"), ("LI", "L"), ("LYU", "LIU"), ("ANYU", "ANU"), ("MULLER", "MUELLER"), ("ZHANGSAN", "ZHANGSA"),
    ("乾", "幹"), ("岡", "崗"), ("余", "徐"),
  ])
  func keepsApart(_ one: String, _ other: String) throws {
    #expect(try !agree(one, other))
  }

  @Test(arguments: [
    "", " ", "·", "-", "李1", "LI\u{0}", "ЛИ", "ΑΒ", "李\u{200B}明", "李\u{202E}明", "\u{E000}", "\u{300}LI",
    "李\u{301}",
    "李<明", "LI<<MING", "李😀", "リ", "김", "LI;MING", String(repeating: "A", count: 129),
  ])
  func refuses(_ text: String) {
    #expect(throws: ClaimFault.self) { try name(text) }
  }

  @Test func cutsOnlyAtTheFieldsEnd() throws {
    let full = try name("ABCDEFGHIJKLM, NOPQRSTUVWXYZ ABCDEFGHIJKLMNOP")
    let field = "ABCDEFGHIJKLM<<NOPQRSTUVWXYZ<ABCDEFGHIJ"
    let passport = try PersonName(claimed: field, type: .passport)
    #expect(field.utf8.count == 39 && passport.isCut)
    #expect(NameRules.agree(passport, full))
    #expect(!NameRules.agree(full, passport), "a cut record does not match a longer claim")
    #expect(try !PersonName(claimed: String(field.dropLast()), type: .passport).isCut)
    #expect(try !PersonName(claimed: field.dropLast() + "<", type: .passport).isCut)
    #expect(try PersonName(claimed: String(field.prefix(30)), type: .permit).isCut)
    #expect(try !NameRules.agree(PersonName(claimed: field.dropLast() + "Z", type: .passport), full))
  }
}
