package import PassgateDomain

/// Invents lifelike records for load and rehearsal; no person's data is among them.
///
/// The record at an index depends on the seed and the index alone, so a load generator knows the claim for
/// any record of a registry that was filled from the same seed. Numbers are distinct for 100 million records.
package struct RecordGenerator: Sendable {
  /// The number of distinct records.
  package static let limit = 100_000_000

  private let seed: UInt64

  package init(seed: UInt64) {
    self.seed = seed
  }

  /// The record at `index`, 0 up to `limit`: two permits for each passport, about 3 in 100 with a history.
  package func record(at index: Int) throws(ClaimFault) -> DocumentRecord {
    var dice = Dice(seed: seed, index: index)
    let person = Person(&dice)
    return dice.roll(3) < 2
      ? try permit(serial(of: index), person, &dice) : try passport(serial(of: index), person, &dice)
  }

  /// A permutation of all serials: the multiplier shares no factor with their count.
  private func serial(of index: Int) -> Int {
    (index % Self.limit * 38_196_601 + Int(seed % UInt64(Self.limit))) % Self.limit
  }

  private func permit(
    _ serial: Int, _ person: Person, _ dice: inout Dice
  ) throws(ClaimFault) -> DocumentRecord {
    let letter = dice.roll(100) < 85 ? "H" : "M"
    let reissue = dice.roll(5)
    return try DocumentRecord(
      type: .permit, number: "\(letter)\(padded(serial, 8))\(padded(reissue, 2))",
      hanName: person.traditional, latinName: person.cantonese,
      formerNames: dice.roll(100) < 3 ? [person.formerTraditional] : [], birthDate: person.birthDate,
      sex: person.sex, expiry: person.expiry)
  }

  /// Earlier numbers are of the series G, which no current number with an earlier one has.
  private func passport(
    _ serial: Int, _ person: Person, _ dice: inout Dice
  ) throws(ClaimFault) -> DocumentRecord {
    let series = dice.roll(100)
    let number =
      series < 10 ? "G\(padded(serial, 8))" : series < 40 ? "E\(padded(serial, 8))" : lettered(serial)
    let hasHistory = series >= 10 && dice.roll(100) < 4
    return try DocumentRecord(
      type: .passport, number: number, hanName: person.simplified, latinName: person.pinyin,
      formerNames: hasHistory && dice.roll(3) == 0 ? [person.formerSimplified] : [],
      birthDate: person.birthDate, sex: person.sex, expiry: person.expiry,
      previousNumbers: hasHistory ? ["G\(padded(serial, 8))"] : [])
  }

  private func lettered(_ serial: Int) -> String {
    let letters = Array("ABCDEFGHJK")
    return "E\(letters[serial / 10_000_000])\(padded(serial % 10_000_000, 7))"
  }
}

private func padded(_ value: Int, _ width: Int) -> String {
  let digits = String(value)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

/// SplitMix64 over the seed and an index: any index is reached at once.
private struct Dice {
  private var state: UInt64

  init(seed: UInt64, index: Int) {
    state = seed &+ UInt64(truncatingIfNeeded: index) &* 0xD1B5_4A32_D192_ED03
    _ = roll(2)
  }

  /// 0 up to `sides`.
  mutating func roll(_ sides: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ mixed >> 31) >> 1) % sides
  }
}

/// A name in its four spellings, and the dates of a life.
private struct Person {
  let traditional: String
  let simplified: String
  let cantonese: String
  let pinyin: String
  let formerTraditional: String
  let formerSimplified: String
  let birthDate: String
  let expiry: String
  let sex: Sex

  init(_ dice: inout Dice) {
    let surname = NameStock.surname(dice.roll(NameStock.surnameWeight))
    let given = (0..<(dice.roll(5) == 0 ? 1 : 2)).map { _ in NameStock.given(&dice) }
    let former = NameStock.given(&dice)
    traditional = surname.traditional + given.map(\.traditional).joined()
    simplified = surname.simplified + given.map(\.simplified).joined()
    cantonese = "\(surname.cantonese), \(given.map(\.cantonese).joined(separator: " "))"
    pinyin = "\(surname.pinyin), \(given.map(\.pinyin).joined())"
    formerTraditional = surname.traditional + former.traditional
    formerSimplified = surname.simplified + former.simplified
    birthDate = Self.date(from: -12_784, days: 27_000, &dice)
    expiry = Self.date(from: 20_454, days: 3652, &dice)
    sex = dice.roll(2) == 0 ? .female : .male
  }

  /// A day among `days` from a day that counts from 1970-01-01.
  private static func date(from first: Int, days: Int, _ dice: inout Dice) -> String {
    CalendarDate(unixDay: first + dice.roll(days))?.iso ?? ""
  }
}

/// One Chinese syllable of a name.
private struct Syllable: Sendable {
  let traditional: String
  let simplified: String
  let pinyin: String
  let cantonese: String
  let weight: Int

  init?(_ line: Substring) {
    let words = line.split(separator: " ").map { String($0) }
    guard words.count == 5, let weight = Int(words[4]) else { return nil }
    (traditional, simplified, pinyin, cantonese) = (words[0], words[1], words[2], words[3])
    self.weight = weight
  }
}

private enum NameStock {
  private static let surnames = NameStockTables.surnames.split(separator: "\n").compactMap { Syllable($0) }
  private static let common = NameStockTables.given.split(separator: "\n").compactMap { Syllable($0) }
  private static let rare = NameStockTables.rare.split(separator: "\n").compactMap { Syllable($0) }

  static let surnameWeight = surnames.reduce(0) { $0 + $1.weight }

  /// The surname in whose share of the population `point` falls.
  static func surname(_ point: Int) -> Syllable {
    var passed = 0
    for surname in surnames {
      passed += surname.weight
      if point < passed { return surname }
    }
    return surnames[0]
  }

  /// One in a hundred is a rare character.
  static func given(_ dice: inout Dice) -> Syllable {
    let stock = dice.roll(100) == 0 ? rare : common
    return stock[dice.roll(stock.count)]
  }
}
