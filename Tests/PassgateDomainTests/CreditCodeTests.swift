import PassgateDomain
import Testing

struct CreditCodeTests {
  /// Published codes of well-known organisations.
  private static let known = [
    "91330100799655058B", "9144030071526726XG", "914403001922038216", "91110000802100433B",
  ]

  @Test(arguments: known) func knownCodesAreValid(_ code: String) {
    #expect(CreditCode.isValid(code))
    #expect(CreditCode.completed(String(code.dropLast())) == code)
  }

  //= Measures art.6(1)
  //= type=test
  @Test(arguments: known) func everyChangeOfOneCharacterIsSeen(_ code: String) {
    let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY")
    for place in 0..<18 {
      var characters = Array(code)
      for other in alphabet where other != characters[place] {
        characters[place] = other
        #expect(!CreditCode.isValid(String(characters)))
        characters = Array(code)
      }
    }
  }

  @Test(arguments: [
    "", "91330100799655058", "91330100799655058B0", "91330100799655058b", "9133010O799655058B",
    "9133010079965505８B", "91A30100799655058B",
  ]) func otherFormsAreNone(_ code: String) {
    #expect(!CreditCode.isValid(code))
    #expect(CreditCode.completed(code) == nil || code.count == 17)
  }

  /// The six digits of the place are digits, whatever the check character says.
  @Test func thePlaceIsDigits() throws {
    let code = try #require(CreditCode.completed("91A30100799655058"))
    #expect(!CreditCode.isValid(code))
  }
}
