/// A file that a travel document's chip may hold (ICAO 9303-10 sections 3.11 and 4).
///
/// The raw value of a data group is its number.
package enum ChipFile: UInt8, Sendable, Hashable, CaseIterable, Comparable {
  case dg1 = 1
  case dg2, dg3, dg4, dg5, dg6, dg7, dg8, dg9, dg10, dg11, dg12, dg13, dg14, dg15, dg16
  /// The list of what is there: unsigned, so nothing rests on it.
  case com = 17
  /// The Document Security Object, which signs the hashes of the data groups.
  case sod = 18
  /// In the master file: what access control the chip offers.
  case cardAccess = 19
  /// In the master file: the same and the key of chip authentication mapping, signed.
  case cardSecurity = 20
  /// EF.ATR/INFO in the master file: how long commands and answers may be.
  case attributes = 21

  package static func < (one: ChipFile, other: ChipFile) -> Bool { one.rawValue < other.rawValue }

  /// The data group with this number, 1 to 16.
  package init?(group: Int) {
    guard 1...16 ~= group else { return nil }
    self.init(rawValue: UInt8(group))
  }

  /// 1 to 16 for a data group.
  package var group: Int? { rawValue <= 16 ? Int(rawValue) : nil }

  /// `DG1`, `EF.SOD`
  package var name: String {
    switch self {
    case .com: "EF.COM"
    case .sod: "EF.SOD"
    case .cardAccess: "EF.CardAccess"
    case .cardSecurity: "EF.CardSecurity"
    case .attributes: "EF.ATR/INFO"
    default: "DG\(rawValue)"
    }
  }

  /// Fingerprints and irises, which no check of identity needs: never asked for, and refused when they are sent.
  package var isForbidden: Bool { self == .dg3 || self == .dg4 }

  /// The most bytes that are read or accepted.
  package var sizeLimit: Int { self == .dg2 ? 1 << 20 : 64 << 10 }

  /// The most bytes of one document's files together.
  package static let totalLimit = 2 << 20
}
