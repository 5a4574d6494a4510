/// What a document prints and DG1 repeats. The person is invented.
package struct InventedHolder: Sendable {
  package var documentNumber: String
  /// YYMMDD.
  package var birthDate: String
  /// YYMMDD.
  package var expiry: String
  /// `M`, `F` or `<`.
  package var sex: String
  /// `SURNAME<<GIVEN<NAMES`.
  package var machineName: String
  /// Empty where the document has none.
  package var hanName: String
  /// The half-bytes of the Han name's GBK code as letters A to P, of which two-way permits have twelve.
  package var hanCode: String
  /// A permit's number of reissues.
  package var reissue: Int

  package init(
    documentNumber: String, birthDate: String, expiry: String, sex: String, machineName: String,
    hanName: String = "", hanCode: String = "", reissue: Int = 0
  ) {
    (self.documentNumber, self.birthDate, self.expiry) = (documentNumber, birthDate, expiry)
    (self.sex, self.machineName, self.reissue) = (sex, machineName, reissue)
    (self.hanName, self.hanCode) = (hanName, hanCode)
  }

  /// What opens the chip: number, birth and expiry, each with its check digit (ICAO 9303-11 section 9.7.1).
  package var accessZone: [UInt8] {
    [filled(documentNumber, 9), birthDate, expiry].flatMap { Array($0.utf8) + [checkDigit($0)] }
  }
}

/// The layouts of a machine-readable zone, each printed from a holder.
package enum ZoneLayout: Sendable, CaseIterable {
  /// ICAO 9303-4: 2 x 44.
  case passport
  /// ICAO 9303-5: 3 x 30.
  case card
  /// The permit to the mainland of residents of Hong Kong and Macao since 2012: 3 x 30 in an order of its own.
  case homeReturnPermit
  /// The permit to Hong Kong and Macao of residents of the mainland: 90 characters in another order.
  case twoWayPermit

  /// The characters, lines one after the other; `code` is the kind of document, `state` its issuer's code.
  package func characters(_ holder: InventedHolder, code: String, state: String) -> [UInt8] {
    switch self {
    case .passport: passport(holder, code, state)
    case .card: card(holder, code, state)
    case .homeReturnPermit: homeReturnPermit(holder, code)
    case .twoWayPermit: twoWayPermit(holder, code)
    }
  }

  private func passport(_ holder: InventedHolder, _ code: String, _ state: String) -> [UInt8] {
    let first = filled(filled(code, 2) + state + holder.machineName, 44)
    let (number, optional) = (filled(holder.documentNumber, 9), filled("", 14))
    let covered =
      [number, holder.birthDate, holder.expiry, optional].map { checked($0) }
    let second = covered[0] + state + covered[1] + holder.sex + covered[2] + covered[3]
    return Array((first + second).utf8) + [checkDigit(covered.joined())]
  }

  private func card(_ holder: InventedHolder, _ code: String, _ state: String) -> [UInt8] {
    let number = checked(filled(holder.documentNumber, 9))
    let first = filled(filled(code, 2) + state + number, 30)
    let (birth, expiry) = (checked(holder.birthDate), checked(holder.expiry))
    let optional = filled("", 11)
    let composite = checkDigit(number + filled("", 15) + birth + expiry + optional)
    let second = birth + holder.sex + expiry + state + optional
    return Array((first + second).utf8) + [composite] + Array(filled(holder.machineName, 30).utf8)
  }

  /// Line 1: code, number, reissue count, expiry, sex, birth; line 2: century of birth, number in Hong Kong, digit
  /// over both; line 3: Latin name (as public readers decode it).
  private func homeReturnPermit(_ holder: InventedHolder, _ code: String) -> [UInt8] {
    let count = holder.reissue < 10 ? "0\(holder.reissue)" : "\(holder.reissue % 100)"
    let left = checked(filled(holder.documentNumber, 9)) + checked(count) + checked(holder.expiry)
    let birth = checked(holder.birthDate)
    let century = holder.birthDate.prefix(2) > "30" ? "B" : "<"
    let local = checked(filled("Z000000", 9))
    let lines = filled(code, 2) + left + holder.sex + birth + filled("", 18) + century + local
    return Array(lines.utf8) + [checkDigit(left + birth + local)] + Array(filled(holder.machineName, 30).utf8)
  }

  /// Code, number, expiry, birth, digit over all three, Han name, Latin name, sex, 5 unused, 2 flags, place of birth
  /// (as a public reader decodes it).
  private func twoWayPermit(_ holder: InventedHolder, _ code: String) -> [UInt8] {
    let number = checked(filled(holder.documentNumber, 9))
    let (expiry, birth) = (checked(holder.expiry), checked(holder.birthDate))
    let first = filled(code, 2) + number + "<" + expiry + "<" + birth + "<"
    let third = filled(holder.sex + "<<<<<" + "<<" + "GDS", 30)
    let names = filled(holder.hanCode, 12) + filled(holder.machineName, 18)
    return Array(first.utf8) + [checkDigit(number + expiry + birth)] + Array((names + third).utf8)
  }
}

/// Cut or filled up with `<`.
private func filled(_ text: String, _ width: Int) -> String {
  String(text.prefix(width)) + String(repeating: "<", count: max(0, width - text.count))
}

private func checked(_ text: String) -> String {
  text + String(decoding: [checkDigit(text)], as: UTF8.self)
}

/// Weights 7, 3, 1; letters count from 10, fillers nothing (ICAO 9303-3 section 4.9).
private func checkDigit(_ text: String) -> UInt8 {
  let sum = text.utf8.enumerated().reduce(0) { sum, item in
    sum + value(item.element) * [7, 3, 1][item.offset % 3]
  }
  return UInt8(ascii: "0") + UInt8(sum % 10)
}

private func value(_ character: UInt8) -> Int {
  switch character {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(character) - 0x30
  case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(character) - 0x41 + 10
  default: 0
  }
}
