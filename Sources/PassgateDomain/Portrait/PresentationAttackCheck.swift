/// What was done to see that a person stood before the camera, not a picture of one (ISO/IEC 30107-1): a match
/// alone does not say so.
package enum PresentationAttackCheck: UInt8, Sendable, Hashable, CaseIterable {
  case none = 1
  /// The head was turned as the platform asked.
  case challenge = 2
  /// A registered capture device has signed the picture with the platform's nonce.
  case attested = 3
}

/// The side to which a person is asked to turn the head, their own.
package enum HeadTurn: UInt8, Sendable, Hashable, CaseIterable {
  case left = 1
  case right = 2
}
