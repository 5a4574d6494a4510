package import PassgateDomain

/// What a chip did to show that it is no copy. It counts when EF.SOD covers the key.
package enum ChipProof: Sendable, Hashable {
  /// It holds the private key to the public one in DG14.
  case chipAuthentication
  /// It holds the private key to the public one in EF.CardSecurity.
  case chipAuthenticationMapping
  /// It signed the platform's challenge by the key in DG15.
  case activeAuthentication
  /// The file has a key, and the chip could not show that it holds the private one.
  case failed(keyIn: ChipFile)
}
