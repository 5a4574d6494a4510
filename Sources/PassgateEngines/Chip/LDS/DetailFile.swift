package import PassgateDomain

/// DG11 and DG12: details of the holder and of the document (ICAO 9303-10 sections 4.7.11 and 4.7.12). Issuers fill
/// them in freely, so fields that are empty or odd are nil and refuse nothing; all bytes are kept.
package struct DetailFile: Sendable, Hashable, Confidential {
  /// Every data object with its content, those in constructed ones too, in the order of the file.
  private let elements: [TLV]

  /// The most data objects, and the most in one that is constructed.
  private static let limit = 64

  /// The holder's details.
  package init(dg11 bytes: [UInt8]) throws(LDSFault) {
    try self.init(bytes, of: .dg11, tag: 0x6B)
  }

  /// The document's details.
  package init(dg12 bytes: [UInt8]) throws(LDSFault) {
    try self.init(bytes, of: .dg12, tag: 0x6C)
  }

  private init(_ bytes: [UInt8], of file: ChipFile, tag: UInt32) throws(LDSFault) {
    guard bytes.count <= file.sizeLimit else { throw .tooLarge }
    var found: [TLV] = []
    for child in try TLV(bytes, tag: tag).children(limit: Self.limit) {
      found.append(child)
      // A list states its length in 02, which nothing rests on: what is there counts.
      if child.isConstructed { found += try child.children(limit: Self.limit) }
    }
    elements = found
  }

  /// The contents of all data objects with this tag, as they are.
  package func contents(_ tag: UInt32) -> [ArraySlice<UInt8>] {
    elements.filter { $0.tag == tag }.map(\.content)
  }

  /// The full name in national characters (5F0E): `SMITH<<JOHN<J`, or a Chinese name. Nil when there is none.
  package var fullName: String? { text(0x5F0E) }

  /// Other names (5F0F).
  package var otherNames: [String] { contents(0x5F0F).compactMap { DetailText($0)?.text } }

  /// The full date of birth (5F2B).
  package var birthDate: CalendarDate? { date(0x5F2B) }

  /// The issuing authority (5F19).
  package var authority: String? { text(0x5F19) }

  /// The date of issue (5F26).
  package var issueDate: CalendarDate? { date(0x5F26) }

  private func text(_ tag: UInt32) -> String? {
    contents(tag).lazy.compactMap { DetailText($0)?.text }.first
  }

  private func date(_ tag: UInt32) -> CalendarDate? {
    contents(tag).lazy.compactMap { Self.date(of: $0) }.first
  }

  /// YYYYMMDD in ASCII, or two digits in each byte; a time behind it is passed over.
  private static func date(of content: ArraySlice<UInt8>) -> CalendarDate? {
    let isPacked = content.count == 4 || content.count == 7
    let digits =
      isPacked ? content.flatMap { [$0 >> 4, $0 & 0x0F] } : content.map { $0 &- UInt8(ascii: "0") }
    guard digits.count >= 8, digits.allSatisfy({ $0 < 10 }) else { return nil }
    let number = digits.prefix(8).reduce(0) { $0 * 10 + Int($1) }
    return CalendarDate(year: number / 10_000, month: number / 100 % 100, day: number % 100)
  }
}

/// Text of a detail: UTF-8, or GBK where it is not.
private struct DetailText {
  let text: String

  /// Nil for what is empty, too long for a name or a title, or no text.
  init?(_ bytes: ArraySlice<UInt8>) {
    guard 1...512 ~= bytes.count, let text = String(validating: bytes, as: UTF8.self) ?? GBK.text(bytes)
    else {
      return nil
    }
    let isPrintable = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F ~= $0.value) }
    guard isPrintable, text.unicodeScalars.contains(where: { $0 != " " && $0 != "<" }) else { return nil }
    self.text = text
  }
}
