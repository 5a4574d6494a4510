/// Which numbers the platform takes for a permit.
package enum PermitNumbers: Sendable, Hashable {
  /// `H` or `M` and 8 digits: the documents of the 2019 Measures.
  case measures2019
  /// Also `HA` or `MA` and 7 digits: permits of non-Chinese residents, issued from July 2024.
  case includingNonChineseResidents
}

/// The number of a document: a key of 9 characters and, for a permit, perhaps its reissue count.
package struct DocumentNumber: Sendable, Hashable, Confidential {
  /// The kind of holder and document that the form of the number shows.
  package enum Kind: UInt8, Sendable, Hashable {
    /// A Hong Kong or Macao resident who is a Chinese national.
    case permit = 0x48
    /// A Hong Kong or Macao resident who is not a Chinese national.
    case nonChinesePermit = 0x41
    case passport = 0x50
  }

  package let kind: Kind
  /// The 9 characters that stay the same, a permit's for life.
  package let key: String
  /// A permit's two-digit reissue count when the number carries it.
  package let reissue: Int?

  package var type: DocumentType { kind == .passport ? .passport : .permit }

  /// Reads a number; full-width forms and lower case are folded, everything else must be exact.
  ///
  /// Permits have 9 or 11 characters, passports 9 (`G` or `E` and 8 digits, or `E`, a letter other
  /// than I and O, and 7 digits).
  package init(
    _ text: String, type: DocumentType, accepting permits: PermitNumbers = .measures2019
  ) throws(ClaimFault) {
    let characters = Self.folded(text)
    guard let kind = Self.kind(of: characters.span, type: type, accepting: permits) else {
      throw ClaimFault(field: "number", problem: Self.expectation(type))
    }
    self.kind = kind
    key = String(decoding: characters[..<9], as: UTF8.self)
    reissue = characters.count == 11 ? decimal(characters.span, 9..<11) : nil
  }

  init(kind: Kind, key: String, reissue: Int?) {
    self.kind = kind
    self.key = key
    self.reissue = reissue
  }

  /// The whole number as a document prints it: the key and, where known, the reissue count.
  package var text: String {
    guard let reissue else { return key }
    return reissue < 10 ? "\(key)0\(reissue)" : "\(key)\(reissue)"
  }

  /// What the registry's keyed hash is taken over: a tag of the kind, then the key in ASCII (10 bytes).
  package var keyBytes: [UInt8] {
    var bytes = [kind.rawValue]
    bytes.reserveCapacity(10)
    bytes.append(contentsOf: key.utf8)
    return bytes
  }

  private static func expectation(_ type: DocumentType) -> String {
    switch type {
    case .permit: "a permit's number is H or M and 8 digits, with or without the 2 digits of its reissue"
    case .passport: "a passport's number is G or E and 8 digits, or E, a letter and 7 digits"
    }
  }

  private static func folded(_ text: String) -> [UInt8] {
    var characters: [UInt8] = []
    characters.reserveCapacity(12)
    for scalar in text.unicodeScalars {
      guard characters.count < 12 else { break }
      let code = upperCased(halfWidth(scalar.value))
      characters.append(code < 0x80 ? UInt8(code) : 0)
    }
    return characters
  }

  private static func kind(
    of number: Span<UInt8>, type: DocumentType, accepting permits: PermitNumbers
  ) -> Kind? {
    switch type {
    case .permit: permitKind(number, permits)
    case .passport: isPassport(number) ? .passport : nil
    }
  }

  private static func permitKind(_ number: Span<UInt8>, _ permits: PermitNumbers) -> Kind? {
    guard number.count == 9 || number.count == 11,
      number[0] == UInt8(ascii: "H") || number[0] == UInt8(ascii: "M")
    else { return nil }
    if decimal(number, 1..<number.count) != nil { return .permit }
    guard permits == .includingNonChineseResidents, number[1] == UInt8(ascii: "A"),
      decimal(number, 2..<number.count) != nil
    else { return nil }
    return .nonChinesePermit
  }

  private static func isPassport(_ number: Span<UInt8>) -> Bool {
    guard number.count == 9, decimal(number, 2..<9) != nil else { return false }
    let isDigit = decimal(number, 1..<2) != nil
    switch number[0] {
    case UInt8(ascii: "G"): return isDigit
    case UInt8(ascii: "E"): return isDigit || isSeriesLetter(number[1])
    default: return false
    }
  }

  private static func isSeriesLetter(_ letter: UInt8) -> Bool {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(letter)
      && letter != UInt8(ascii: "I") && letter != UInt8(ascii: "O")
  }
}
