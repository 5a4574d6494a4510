/// Latin letters beyond ASCII and the one or two capitals that documents print for them (ICAO 9303-3, 6 A).
enum LatinTable {
  private static let first = letters(NameTables.latin)
  private static let additional = letters(NameTables.latinAdditional)

  /// Nil when the scalar is no such letter.
  static func letters(of scalar: UInt32) -> (UInt32, UInt32?)? {
    switch scalar {
    case 0x00C0...0x024F: spelling(first[Int(scalar - 0x00C0)])
    case 0x1E00...0x1EFF: spelling(additional[Int(scalar - 0x1E00)])
    default: nil
    }
  }

  private static func spelling(_ entry: UInt8) -> (UInt32, UInt32?)? {
    func pair(_ one: UInt8, _ other: UInt8) -> (UInt32, UInt32?) { (UInt32(one), UInt32(other)) }
    return switch entry {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): (UInt32(entry), nil)
    case UInt8(ascii: "a"): pair(UInt8(ascii: "A"), UInt8(ascii: "E"))
    case UInt8(ascii: "o"): pair(UInt8(ascii: "O"), UInt8(ascii: "E"))
    case UInt8(ascii: "s"): pair(UInt8(ascii: "S"), UInt8(ascii: "S"))
    case UInt8(ascii: "t"): pair(UInt8(ascii: "T"), UInt8(ascii: "H"))
    case UInt8(ascii: "i"): pair(UInt8(ascii: "I"), UInt8(ascii: "J"))
    default: nil
    }
  }

  private static func letters(_ table: String) -> [UInt8] {
    table.utf8.filter { $0 != UInt8(ascii: "\n") }
  }
}
