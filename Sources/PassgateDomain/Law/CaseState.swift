/// Where a using organisation's case stands (Measures art.7, 13, 14). The raw values are the wire's.
package enum CaseState: UInt8, Sendable, Hashable, CaseIterable {
  /// Applied with the materials of art.6; a review is due.
  case submitted = 1
  /// The review asked for more.
  case supplement = 2
  /// The review was not passed; a new application may follow.
  case rejected = 3
  /// The review was passed; the access mode is to be assessed.
  case approved = 4
  /// Joint debugging in the sandbox.
  case debugging = 5
  /// Debugging has ended; the agreement is to be drafted and signed by both.
  case agreement = 6
  case open = 7
  case suspended = 8
  /// Final.
  case terminated = 9
}

/// Who acts in a case.
package enum CaseActor: Sendable, Hashable {
  /// The organisation, by the key that it applied with.
  case tenant
  /// An officer of the provider or of the supervisor, by id.
  case officer(String)
  /// A term that has run out.
  case clock
  /// The platform itself: a detector, the conformance run.
  case platform
  /// Anybody, by the id of a key of its own: complaints.
  case anyone([UInt8])
}
