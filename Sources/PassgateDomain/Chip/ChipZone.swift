/// The machine-readable zone in a chip's DG1. It is the issuer's and signed, so what is odd in it is told beside it
/// and refuses nothing.
package struct ChipZone: Sendable, Hashable, Confidential {
  package let layout: MRZLayout.Name
  /// As the document prints them.
  package let lines: [String]
  /// The document's two-letter code without fillers.
  package let code: String
  /// The issuing state, of one to three letters: `D`, `CHN`.
  package let issuer: String
  /// Without fillers, also where it has more than nine characters.
  package let number: String
  /// A permit's reissue count.
  package let reissue: Int?
  /// YYMMDD as printed, which together with the number and the expiry opens the chip.
  package let birthText: String
  package let expiryText: String
  /// Nil where a part of it is unknown.
  package let birthDate: MRZ.ShortDate?
  package let expiry: MRZ.ShortDate?
  /// Nil when it is left open.
  package let sex: Sex?
  /// `SURNAME, GIVEN NAMES`; empty when there is none.
  package let latinText: String
  package let latinName: PersonName?
  /// Empty when there is none.
  package let hanText: String
  package let hanName: PersonName?
  package let warnings: Set<MRZ.Warning>

  /// Reads the characters of DG1: of the layouts of their number the one most of whose check digits hold, the first
  /// of equals.
  package init(
    _ characters: [UInt8], layouts: [MRZLayout] = MRZLayout.known
  ) throws(ClaimFault) {
    let fitting = layouts.compactMap { layout in
      MRZReader(characters: characters, layout: layout).map { (layout, $0) }
    }
    guard let (layout, zone) = fitting.max(by: { Self.score($0) < Self.score($1) }) else {
      throw ClaimFault(field: "mrz", problem: "it has the length of no machine-readable zone")
    }
    self.init(zone, layout)
  }

  private init(_ zone: MRZReader, _ layout: MRZLayout) {
    let number = LongNumber(zone, layout)
    self.layout = layout.name
    lines = zone.texts
    code = Self.trimmed(zone.characters(layout.code))
    issuer = layout.issuer.map { Self.trimmed(zone.characters($0)) } ?? "CHN"
    self.number = number.text
    reissue = layout.reissue.flatMap { try? zone.number($0) }
    birthText = zone.text(layout.birthDate)
    expiryText = zone.text(layout.expiry)
    birthDate = try? zone.date(layout.birthDate, century: zone.century(layout.birthCentury))
    expiry = try? zone.date(layout.expiry, century: nil)
    sex = (try? zone.sex(layout.sex)) ?? nil
    let latin = zone.characters(layout.latinName)
    latinText = Self.readable(latin)
    latinName = (try? PersonName(nameField: latin)) ?? nil
    let han = layout.hanName.flatMap { HanLetters(zone.characters($0)) }
    hanText = han?.text ?? ""
    hanName = han.flatMap { PersonName(hanField: $0.text, isCut: $0.fillsField) }
    warnings =
      number.isLong && number.isRight ? zone.warnings(layout).subtracting([.number]) : zone.warnings(layout)
  }

  /// Whether a chip with this zone is opened by these; fillers behind the number mean nothing.
  package func isOpened(byNumber number: String, birthDate: String, expiry: String) -> Bool {
    Self.trimmed(Array(number.utf8)) == self.number && birthDate == birthText && expiry == expiryText
  }

  /// Whether it is the zone that somebody states, character by character.
  package func isSame(as mrz: MRZ) -> Bool { lines.joined().utf8.elementsEqual(mrz.canonicalBytes) }

  /// The share of check digits that hold, in 60ths, which every count of them divides; the first of equals wins.
  private static func score(_ candidate: (layout: MRZLayout, zone: MRZReader)) -> Int {
    let digits = candidate.layout.digits
    return digits.filter(candidate.zone.isRight).count * 60 / max(1, digits.count)
  }

  fileprivate static func trimmed(_ characters: [UInt8]) -> String {
    let end = characters.lastIndex { $0 != MRZ.filler } ?? -1
    return String(decoding: characters[..<(end + 1)], as: UTF8.self)
  }

  private static func readable(_ field: [UInt8]) -> String {
    let parts = trimmed(field).split(separator: "<<", maxSplits: 1).map {
      $0.split(separator: "<").joined(separator: " ")
    }
    return parts.filter { !$0.isEmpty }.joined(separator: ", ")
  }
}

/// A document number, which in TD1 and TD2 may have more than nine characters: then a filler stands for its check
/// digit, and the rest and the check digit follow in the optional data.
private struct LongNumber {
  let text: String
  let isLong: Bool
  let isRight: Bool

  init(_ zone: MRZReader, _ layout: MRZLayout) {
    let first = zone.characters(layout.number)
    let tail = (layout.numberRest.map { zone.characters($0) } ?? []).prefix { $0 != MRZ.filler }
    let digit = layout.digits.first { $0.warning == .number }
    isLong =
      layout.numberRest != nil && !tail.isEmpty && first.last != MRZ.filler
      && digit.map { zone.characters(MRZLayout.Field($0.line, $0.position)) == [MRZ.filler] } ?? false
    text = isLong ? String(decoding: first + tail.dropLast(), as: UTF8.self) : ChipZone.trimmed(first)
    isRight = MRZReader.checkDigit([first[...], tail.dropLast()]) == tail.last
  }
}

/// Han characters in letters: the half-bytes of GBK codes as A to P, with `<` also for O, which could be read as 0.
private struct HanLetters {
  let text: String
  /// Then the name may go on beyond the field.
  let fillsField: Bool

  /// Nil when the letters are no Han characters.
  init?(_ letters: [UInt8]) {
    let groups = stride(from: 0, to: letters.count, by: 4).map {
      Array(letters[$0..<min($0 + 4, letters.count)])
    }
    let used = groups.prefix { $0.contains { $0 != MRZ.filler } }
    var bytes: [UInt8] = []
    for group in used {
      let halves = group.compactMap(Self.half)
      guard halves.count == 4 else { return nil }
      bytes += [halves[0] << 4 | halves[1], halves[2] << 4 | halves[3]]
    }
    guard !bytes.isEmpty, let text = GBK.text(bytes) else { return nil }
    self.text = text
    fillsField = used.count == groups.count
  }

  private static func half(_ letter: UInt8) -> UInt8? {
    if letter == MRZ.filler { return 14 }
    return UInt8(ascii: "A")...UInt8(ascii: "P") ~= letter ? letter - UInt8(ascii: "A") : nil
  }
}
