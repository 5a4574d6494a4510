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

  var bytes: [UInt8] { lines.flatMap { $0 } }

  func field(_ line: Int, _ range: Range<Int>) -> [UInt8] { Array(lines[line][range]) }

  func text(_ line: Int, _ range: Range<Int>) -> String {
    String(decoding: lines[line][range], as: UTF8.self)
  }

  func expect(_ text: String, line: Int, at position: Int) throws(ClaimFault) {
    guard field(line, position..<position + text.utf8.count).elementsEqual(text.utf8) else {
      throw Self.fault("this is not a document that the platform knows")
    }
  }

  func number(_ line: Int, _ range: Range<Int>) throws(ClaimFault) -> Int {
    let characters = lines[line]
    guard let number = decimal(characters.span, range) else {
      throw Self.fault("line \(line + 1), position \(range.lowerBound + 1): expected digits")
    }
    return number
  }

  func date(_ line: Int, _ range: Range<Int>, century: Int?) throws(ClaimFault) -> MRZ.ShortDate {
    let digits = try number(line, range)
    return MRZ.ShortDate(
      year: digits / 10_000, month: digits / 100 % 100, day: digits % 100, century: century)
  }

  func sex(_ line: Int, _ position: Int) throws(ClaimFault) -> Sex? {
    switch lines[line][position] {
    case UInt8(ascii: "F"): return .female
    case UInt8(ascii: "M"): return .male
    case MRZ.filler: return nil
    default: throw Self.fault("line \(line + 1), position \(position + 1): expected F, M or <")
    }
  }

  /// A permit writes the century of birth as A (18), B (19) or anything else (20).
  var birthCentury: Int {
    switch lines[1][18] {
    case UInt8(ascii: "A"): 18
    case UInt8(ascii: "B"): 19
    default: 20
    }
  }

  /// A filler stands for 0 where the optional data is empty (ICAO 9303-4, 4.2.2.2).
  var isOptionalDataDigitRight: Bool {
    let digit = lines[1][42]
    return Self.checkDigit([lines[1][28..<42]]) == (digit == MRZ.filler ? UInt8(ascii: "0") : digit)
  }

  func check(_ line: Int, _ ranges: [Range<Int>], digit: Int) throws(ClaimFault) {
    try check(ranges.map { lines[line][$0] }, line, digit)
  }

  func checkPermitComposite() throws(ClaimFault) {
    try check([lines[0][2..<22], lines[0][23..<30], lines[1][19..<29]], 1, 29)
  }

  private func check(_ covered: [ArraySlice<UInt8>], _ line: Int, _ digit: Int) throws(ClaimFault) {
    guard Self.checkDigit(covered) == lines[line][digit] else {
      throw Self.fault("line \(line + 1), position \(digit + 1): the check digit is wrong")
    }
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
