/// Where a key stands, from its making to its end (after NIST SP 800-57 part 1, section 7).
package enum KeyState: String, Sendable, CaseIterable {
  /// Made, and known to nobody else yet.
  case pending
  /// Announced: whoever verifies has it, and nothing is signed with it.
  case published
  /// In use.
  case active
  /// Its successor is in use; what it signs is still accepted.
  case retiring
  /// At its end: what it signed stays verifiable, what it signs is refused.
  case retired
  /// Suspected, or of a suspected issuer: it works on until it is replaced, and nothing new is built on it.
  case tainted
  /// Withdrawn at once.
  case revoked
}

/// When a key comes to each of its states. The state at a time follows from it, so whoever has the times needs no
/// further order to go on: a rotation once written down runs by itself.
package struct KeyLifecycle: Sendable, Equatable {
  /// Milliseconds since 1970; nil for what has not been decided.
  package var published: UInt64?
  package var active: UInt64?
  package var retiring: UInt64?
  package var retired: UInt64?
  package var tainted: UInt64?
  package var revoked: UInt64?

  package init(
    published: UInt64? = nil, active: UInt64? = nil, retiring: UInt64? = nil, retired: UInt64? = nil,
    tainted: UInt64? = nil, revoked: UInt64? = nil
  ) {
    self.published = published
    self.active = active
    self.retiring = retiring
    self.retired = retired
    self.tainted = tainted
    self.revoked = revoked
  }

  /// Later states first: the first whose time has come is the state. A key that has come to its end is past taint.
  private static let order: [(state: KeyState, time: any KeyPath<KeyLifecycle, UInt64?> & Sendable)] = [
    (.revoked, \.revoked), (.retired, \.retired), (.tainted, \.tainted), (.retiring, \.retiring),
    (.active, \.active), (.published, \.published),
  ]

  /// Where the key stands at `now`, milliseconds since 1970.
  package func state(at now: UInt64) -> KeyState {
    Self.order.first { entry in self[keyPath: entry.time].map { $0 <= now } ?? false }?.state ?? .pending
  }

  /// Whether what it signs at `now` is accepted: from its publication to its end.
  package func verifies(at now: UInt64) -> Bool {
    switch state(at: now) {
    case .published, .active, .retiring, .tainted: true
    case .pending, .retired, .revoked: false
    }
  }

  /// Whether its holder signs with it at `now`: from its activation until its successor's, taint or no taint.
  package func signs(at now: UInt64) -> Bool {
    let isActive = active.map { $0 <= now } ?? false
    let isReplaced = retiring.map { $0 <= now } ?? false
    return verifies(at: now) && isActive && !isReplaced
  }

  /// The next time after `now` at which the state changes; nil when nothing more is to come.
  package func nextChange(after now: UInt64) -> UInt64? {
    Self.order.compactMap { self[keyPath: $0.time] }.filter { $0 > now }.min()
  }

  /// What is wrong with the times: each state comes no earlier than the one before it.
  package var fault: String? {
    let steps = [published, active, retiring, retired].compactMap(\.self)
    guard steps == steps.sorted() else {
      return "published, active, retiring, retired must follow each other"
    }
    return active != nil && published == nil ? "a key is published before it is active" : nil
  }
}
