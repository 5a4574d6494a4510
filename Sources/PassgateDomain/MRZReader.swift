/// The lines of an MRZ and the reading of their fields; positions count from 0.
struct MRZReader {
  private let lines: [[UInt8]]

  init(lines texts: [String], shape: (lines: Int, width: Int)) throws(ClaimFault) {
    lines = texts.map { Array($0.utf8) }
    guard lines.count == shape.lines, lines.allSatisfy({ $0.count == shape.width }) else {
      throw Self.fault("expected \(shape.lines) lines of \(shape.width) characters for this document type")
    }
    guard lines.allSatisfy({ $0.allSatisfy { Self.value(of: $0) != nil } }) else {
      throw Self.fault("only A-Z, 0-9 and < can stand here")
    }
  }

  /// The characters as they stand in a chip, whatever they are; nil when they are not as many as the layout has.
  init?(characters: [UInt8], layout: MRZLayout) {
    guard characters.count == layout.lines * layout.width else { return nil }
    lines = (0..<layout.lines).map { Array(characters[$0 * layout.width..<($0 + 1) * layout.width]) }
  }

  var bytes: [UInt8] { lines.flatMap { $0 } }

  var texts: [String] { lines.map { String(decoding: $0, as: UTF8.self) } }

  func characters(_ field: MRZLayout.Field) -> [UInt8] { Array(lines[field.line][field.range]) }

  func text(_ field: MRZLayout.Field) -> String { String(decoding: characters(field), as: UTF8.self) }

  func expect(_ text: String, at field: MRZLayout.Field) throws(ClaimFault) {
    guard characters(field).starts(with: text.utf8) else {
      throw Self.fault("this is not a document that the platform knows")
    }
  }

  func number(_ field: MRZLayout.Field) throws(ClaimFault) -> Int {
    let characters = lines[field.line]
    guard let number = decimal(characters.span, field.range) else {
      throw Self.fault("\(Self.place(field.line, field.range.lowerBound)): expected digits")
    }
    return number
  }

  func date(_ field: MRZLayout.Field, century: Int?) throws(ClaimFault) -> MRZ.ShortDate {
    let digits = try number(field)
    return MRZ.ShortDate(
      year: digits / 10_000, month: digits / 100 % 100, day: digits % 100, century: century)
  }

  func sex(_ field: MRZLayout.Field) throws(ClaimFault) -> Sex? {
    switch lines[field.line][field.range.lowerBound] {
    case UInt8(ascii: "F"): return .female
    case UInt8(ascii: "M"): return .male
    case MRZ.filler: return nil
    default: throw Self.fault("\(Self.place(field.line, field.range.lowerBound)): expected F, M or <")
    }
  }

  /// A permit writes the century of birth as A (18), B (19) or anything else (20).
  func century(_ field: MRZLayout.Field?) -> Int? {
    guard let field else { return nil }
    switch lines[field.line][field.range.lowerBound] {
    case UInt8(ascii: "A"): return 18
    case UInt8(ascii: "B"): return 19
    default: return 20
    }
  }

  func check(_ digit: MRZLayout.CheckDigit) throws(ClaimFault) {
    guard isRight(digit) else {
      throw Self.fault("\(Self.place(digit.line, digit.position)): the check digit is wrong")
    }
  }

  /// A filler stands for 0 where the optional data is empty (ICAO 9303-4, 4.2.2.2).
  func isRight(_ digit: MRZLayout.CheckDigit) -> Bool {
    let right = Self.checkDigit(digit.covered.map { lines[$0.line][$0.range] })
    let found = lines[digit.line][digit.position]
    let isEmpty = digit.warning == .optionalDataDigit && found == MRZ.filler
    return right == (isEmpty ? UInt8(ascii: "0") : found)
  }

  /// What is wrong in the zone beyond its shape.
  func warnings(_ layout: MRZLayout) -> Set<MRZ.Warning> {
    var warnings = Set(layout.digits.filter { !isRight($0) }.map(\.warning))
    if lines.contains(where: { $0.contains { !MRZ.canHold($0) } }) { warnings.insert(.characters) }
    return warnings
  }

  private static func place(_ line: Int, _ position: Int) -> String {
    "line \(line + 1), position \(position + 1)"
  }

  /// The sum of values weighted 7, 3, 1, modulo 10, as an ASCII digit (ICAO 9303-3, 4.9).
  static func checkDigit(_ parts: [ArraySlice<UInt8>]) -> UInt8 {
    var sum = 0
    var weights = (7, 3, 1)
    for part in parts {
      for character in part {
        sum += (value(of: character) ?? 0) * weights.0
        weights = (weights.1, weights.2, weights.0)
      }
    }
    return UInt8(ascii: "0") + UInt8(sum % 10)
  }

  /// 0 to 35 for the characters of an MRZ, else nil.
  fileprivate static func value(of character: UInt8) -> Int? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(character) - Int(UInt8(ascii: "0"))
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(character) - Int(UInt8(ascii: "A")) + 10
    case MRZ.filler: 0
    default: nil
    }
  }

  private static func fault(_ problem: String) -> ClaimFault { ClaimFault(field: "mrz", problem: problem) }
}

extension MRZ {
  /// The check digit of one field, as an ASCII digit (ICAO 9303-3, 4.9).
  package static func checkDigit(of field: [UInt8]) -> UInt8 { MRZReader.checkDigit([field[...]]) }

  /// Whether it is a digit, a capital letter or the filler.
  package static func canHold(_ character: UInt8) -> Bool { MRZReader.value(of: character) != nil }
}
