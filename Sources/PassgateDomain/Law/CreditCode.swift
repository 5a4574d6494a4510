/// 統一社會信用代碼, the identity of an organisation registered in mainland China (GB 32100-2015).
///
/// 18 characters: who registered it, its category, six digits of the place, the organisation's own nine, and a
/// check character over all of them.
package enum CreditCode {
  /// The digits and the letters but for I, O, S, V and Z; a character's value is its place.
  private static let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8)
  private static let place = 2..<8

  /// True when the code has the form and its check character is right.
  package static func isValid(_ code: String) -> Bool {
    let values = code.utf8.compactMap(alphabet.firstIndex)
    guard values.count == 18, code.utf8.count == 18, values[place].allSatisfy({ $0 < 10 }) else {
      return false
    }
    return values[17] == check(values[..<17])
  }

  /// The code whose first 17 characters these are; nil when they have not the form.
  package static func completed(_ characters: String) -> String? {
    let values = characters.utf8.compactMap(alphabet.firstIndex)
    guard values.count == 17, characters.utf8.count == 17 else { return nil }
    return characters + String(Unicode.Scalar(alphabet[check(values[...])]))
  }

  /// The weights are the powers of 3, modulo 31 (GB 32100-2015, 5.2).
  private static func check(_ values: ArraySlice<Int>) -> Int {
    var (sum, weight) = (0, 1)
    for value in values {
      sum += value * weight
      weight = weight * 3 % alphabet.count
    }
    return (alphabet.count - sum % alphabet.count) % alphabet.count
  }
}
