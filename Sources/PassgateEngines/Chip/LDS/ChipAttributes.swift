import PassgateDomain

/// EF.ATR/INFO: how long commands and answers may be (ICAO 9303-10 section 3.11.1, ISO/IEC 7816-4 section 8.2.1).
package struct ChipAttributes: Sendable, Hashable {
  /// By the card capabilities (47).
  package let takesExtendedLength: Bool
  /// The longest command in bytes (7F66), nil when the chip does not say.
  package let longestCommand: Int?
  /// The longest answer in bytes.
  package let longestAnswer: Int?

  /// A file that is several data objects; those that are not known are passed over.
  package init(_ bytes: [UInt8]) throws(LDSFault) {
    guard !bytes.isEmpty else { throw .empty }
    guard bytes.count <= ChipFile.attributes.sizeLimit else { throw .tooLarge }
    var reader = TLVReader(bytes[...])
    var (capabilities, lengths): (ArraySlice<UInt8>, [Int]) = ([], [])
    while let object = try reader.next() {
      if object.tag == 0x47 { capabilities = object.content }
      if object.tag == 0x7F66 { lengths = try Self.lengths(in: object) }
    }
    takesExtendedLength = capabilities.dropFirst(2).first.map { $0 & 0x40 != 0 } ?? false
    longestCommand = lengths.first
    longestAnswer = lengths.dropFirst().first
  }

  private static func lengths(in object: TLV) throws(LDSFault) -> [Int] {
    try object.children(limit: 8).filter { $0.tag == 0x02 }.map { (number) throws(LDSFault) in
      let digits = number.content.drop { $0 == 0 }
      guard 1...3 ~= digits.count else { throw .malformed(tag: 0x02) }
      return digits.reduce(0) { $0 << 8 | Int($1) }
    }
  }
}
