/// Free text in a case: one line that shows what it says.
package enum CaseText {
  /// True for text of this many characters (Unicode scalars) that is not blank and holds nothing invisible:
  /// no controls, no line ends, no marks that change the direction of what is read.
  package static func isClean(_ text: String, characters: ClosedRange<Int>) -> Bool {
    characters.contains(text.unicodeScalars.count)
      && text.unicodeScalars.allSatisfy(isVisible)
      && !text.unicodeScalars.allSatisfy(\.properties.isWhitespace)
  }

  private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned: false
    default: true
    }
  }

  /// `[a-z0-9-]{1,32}`: the form of a tenant's id and of a scene's.
  package static func isIdentifier(_ text: String) -> Bool {
    (1...32).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
      }
  }
}

/// The faults of one statement, in the order in which it is read.
struct CaseFindings {
  let reason: CaseFault.Reason
  private(set) var faults: [CaseFault] = []

  init(_ reason: CaseFault.Reason) { self.reason = reason }

  mutating func require(_ condition: Bool, _ field: String, _ text: String) {
    if !condition { faults.append(CaseFault(reason: reason, field: field, text: text)) }
  }

  /// Throws the first fault.
  func settle() throws(CaseFault) {
    if let first = faults.first { throw first }
  }
}
