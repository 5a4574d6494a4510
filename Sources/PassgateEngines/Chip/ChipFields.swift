package import PassgateDomain

/// What a tenant may be told of a chip (Measures art.4(3)): number, names and birth date belong to every check, the
/// rest only where the agreement names it.
//= Measures art.4(3)
package struct ChipFields: Sendable, Hashable, Confidential {
  /// A permit's with its reissue count where the chip has it.
  package let number: String
  /// `SURNAME, GIVEN NAMES`; empty when the chip has none.
  package let latinName: String
  /// Empty when the chip has none.
  package let hanName: String
  /// Nil where a part of it is unknown.
  package let birthDate: CalendarDate?
  package let sex: Sex?
  package let expiry: CalendarDate?
  /// Empty when it is not agreed.
  package let mrz: [String]
  /// JPEG or JPEG 2000 as it is in the chip, never decoded here; empty when it is not agreed or the chip has none.
  package let portrait: [UInt8]

  init(_ holder: ChipHolder, allowing elements: ClaimElements, on today: CalendarDate) {
    let zone = holder.zone
    number = Self.printable(zone.number) + Self.twoDigits(zone.reissue)
    latinName = Self.printable(zone.latinText)
    hanName = holder.hanText
    birthDate = holder.birthDate ?? zone.birthDate?.latest(upTo: today)
    sex = elements.contains(.sex) ? zone.sex : nil
    expiry = elements.contains(.expiry) ? zone.expiry?.nearest(to: today) : nil
    mrz = elements.contains(.mrz) && !zone.warnings.contains(.characters) ? zone.lines : []
    portrait = elements.contains(.portrait) ? holder.portrait() : []
  }

  private static func twoDigits(_ reissue: Int?) -> String {
    guard let reissue else { return "" }
    return reissue < 10 ? "0\(reissue)" : "\(reissue)"
  }

  /// A chip may hold any byte where letters belong, and then nothing is told.
  private static func printable(_ text: String) -> String {
    text.utf8.allSatisfy { 0x20...0x7E ~= $0 } ? text : ""
  }
}
