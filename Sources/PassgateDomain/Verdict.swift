/// Whose hands a document is made for.
package enum DocumentType: UInt8, Sendable, Hashable, CaseIterable {
  /// Mainland Travel Permit for Hong Kong and Macao Residents.
  case permit = 1
  /// Passport of an overseas Chinese.
  case passport = 2
}

/// The sex a document states.
package enum Sex: UInt8, Sendable, Hashable, CaseIterable {
  case female = 1
  case male = 2
}

/// What a check answers (Measures art.3): consistency and nothing else.
package enum Verdict: Sendable, Hashable {
  /// Everything that could be compared agrees.
  case consistent
  /// Something differs, or no such document is on record: the two read alike.
  case inconsistent
  /// No answer can be given.
  case undetermined(UndeterminedReason)
}

/// Why a check has no answer.
package enum UndeterminedReason: Sendable, Hashable {
  /// Name, number and birth date agree, but the document has been replaced.
  case superseded
  /// Too many different wrong claims were made for this number.
  case attemptsExhausted
  /// The registry cannot be read now.
  case sourceUnavailable
  /// What was read of a chip cannot be traced to an issuer that the platform trusts.
  case issuerUnknown
  /// The live picture cannot be compared; told whatever is on record.
  case picture(PortraitFault)
  /// The live picture was sent before, or is the document's own.
  case replayed
  /// The frames do not show this person turning the head as asked.
  case challengeFailed
  /// Name, number and birth date agree, but there is no portrait to compare with.
  case noReference
  /// Name, number and birth date agree, and the portraits are neither like enough nor unlike enough.
  case nearThreshold
}
