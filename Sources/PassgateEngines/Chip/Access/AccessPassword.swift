import PassgateCrypto
package import PassgateDomain

/// What opens a chip: printed in or on the document. It does not print here.
package enum AccessPassword: Sendable, Confidential {
  /// Number, dates of birth and expiry (YYMMDD) as in the MRZ; a number of fewer than nine characters may come
  /// without its fillers.
  case mrz(documentNumber: String, birthDate: String, expiry: String)
  /// The card access number, of PACE alone.
  case can(String)

  /// Whether it is made of characters that can be printed there; the lengths of the dates hold too.
  package var isWellFormed: Bool {
    switch self {
    case .mrz(let number, let birth, let expiry):
      1...22 ~= number.utf8.count && birth.utf8.count == 6 && expiry.utf8.count == 6
        && (number + birth + expiry).utf8.allSatisfy(MRZ.canHold)
    case .can(let digits):
      1...16 ~= digits.utf8.count && digits.utf8.allSatisfy { 0x30...0x39 ~= $0 }
    }
  }

  package var secret: ChipVerdict.AccessSecret {
    switch self {
    case .mrz: .mrz
    case .can: .can
    }
  }

  /// The secret K of PACE (ICAO 9303-11 section 9.7.3): SHA-1 of the MRZ information, or the digits themselves.
  /// The first 16 bytes of the former are the key seed of basic access control.
  package var sharedSecret: [UInt8] {
    switch self {
    case .mrz(let number, let birth, let expiry):
      DocumentDigest.sha1.digest(
        [Self.padded(number), birth, expiry].flatMap { Self.withDigit(Array($0.utf8)) })
    case .can(let digits): Array(digits.utf8)
    }
  }

  private static func padded(_ number: String) -> String {
    number + String(repeating: "<", count: max(0, 9 - number.utf8.count))
  }

  private static func withDigit(_ field: [UInt8]) -> [UInt8] { field + [MRZ.checkDigit(of: field)] }
}
