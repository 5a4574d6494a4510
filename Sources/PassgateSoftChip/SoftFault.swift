import PassgateEngines

/// One thing that a chip, or whoever stands between it and the reader, does otherwise than the standards say.
package struct SoftFault: Sendable, Hashable {
  /// Where it has its place.
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Genuine chips do it: a reader copes.
    case quirk
    /// No genuine chip does it: a reader stops, or reports it.
    case attack
    /// The chip answers well and its files are wrong.
    case document
    /// The connection fails.
    case transport
  }

  package let name: String
  package let kind: Kind
  /// What happens.
  package let sentence: String
  let effect: Effect

  init(_ name: String, _ kind: Kind, _ effect: Effect, _ sentence: String) {
    (self.name, self.kind, self.effect, self.sentence) = (name, kind, effect, sentence)
  }

  /// The fault with this name; nil when there is none.
  package init?(name: String) {
    guard let found = Self.all.first(where: { $0.name == name }) else { return nil }
    self = found
  }

  package static func == (one: SoftFault, other: SoftFault) -> Bool { one.name == other.name }

  package func hash(into hasher: inout Hasher) { hasher.combine(name) }

  /// Whether the document has to be made with it; any other can be given to a chip of any document.
  package var isOfDocument: Bool { kind == .document }

  /// What it changes.
  enum Effect: Sendable {
    /// The status that a command is refused with; nil for the commands that are taken.
    case refuses(@Sendable (CommandAPDU) -> UInt16?)
    /// Another answer to a command than the right one, before it is protected.
    case alters(@Sendable (CommandAPDU, ResponseAPDU) -> ResponseAPDU)
    case messaging(MessagingTwist)
    case pace(PACETwist)
    case authentication(AuthenticationTwist)
    /// Another chip takes over between two readings of files.
    case secondChip
    /// The chip has another password.
    case otherPassword
    case transport(TransportTwist)
    case document(DocumentTwist)
  }

  /// Where secure messaging is broken.
  enum MessagingTwist: Sendable {
    case plainStatus, plainData, noStatus, noCode, wrongCode, repeated, otherStatus, dropped
    case wrongIndicator, noPadding, partBlock, longStatus, cut
  }

  /// Where PACE is broken.
  enum PACETwist: Sendable {
    case echoedMapping, echoedKey, offGroup, infinity, wrongToken, reflectedToken, shortNonce, wrongTag
  }

  /// Where the proof that the chip is genuine is broken.
  enum AuthenticationTwist: Sendable {
    /// Chip authentication is answered and the session keeps its keys.
    case sameKeys
    /// Both authentications use keys that nobody has signed.
    case ownKeys
    /// Active authentication signs another challenge.
    case otherChallenge
    /// A signature on a curve is a sequence of two integers.
    case sequence
    /// The chip does neither.
    case none
  }

  /// How the connection fails, after some commands.
  enum TransportTwist: Sendable {
    case stalls, disconnects, isEmpty, isOneByte, isHuge
  }

  /// How the files are wrong.
  enum DocumentTwist: Sendable {
    case alteredGroup, alteredZone, uncoveredGroup, uncoveredKey, strippedKeys, hiddenKeys, unknownTags
    case noAccessFile, weakerAccess
    case hugeGroup, endlessTags, emptyGroup, deepNesting, trailingBytes, badDigits, lowerCase, otherZone
    case expiredSigner, revokedSigner, futureSigner, unknownAuthority, sameName, foreignSigner, staleList
    case foreignList, futureList, weakDigest, signerAsAuthority, signerOfLists
  }
}
