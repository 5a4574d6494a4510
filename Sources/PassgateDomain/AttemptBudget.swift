/// How many different wrong claims a document's number bears before its checks stop answering.
///
/// Only distinct wrong sets of values count, over all tenants and for each; numbers on record and unknown
/// ones are treated alike. Each call costs the same few look-ups, whatever is held.
package struct AttemptBudget: Sendable {
  /// The bounds; the defaults are the platform's.
  package struct Limits: Sendable, Hashable {
    /// Distinct wrong sets for one number, over all tenants.
    package var perDocument = 10
    /// Distinct wrong sets for one number from one tenant.
    package var perTenant = 5
    /// How long a wrong set counts.
    package var windowMilliseconds: UInt64 = 24 * 60 * 60 * 1000
    /// Attempts held (about 100 bytes each); beyond it the oldest are forgotten.
    package var capacity = 1_000_000

    package init() {}
  }

  /// Whether a verdict may be given.
  package enum Admission: Sendable, Hashable {
    /// `recorded` says that the wrong set is new and has to survive a restart.
    case allowed(recorded: Bool)
    /// `newlySpent` is true for the first refusal after the budget was spent: the time for an alert.
    case exhausted(newlySpent: Bool)
  }

  /// One wrong claim, as it is kept for a restart.
  package struct Attempt: Sendable, Hashable {
    /// Keyed hash of the number, at least 16 bytes of which the first 16 count.
    package let document: [UInt8]
    package let tenant: String
    /// Keyed hash of the claim's canonical bytes, at least 16 bytes of which the first 16 count.
    package let wrongSet: [UInt8]
    /// Wall clock.
    package let atMilliseconds: UInt64

    package init(document: [UInt8], tenant: String, wrongSet: [UInt8], atMilliseconds: UInt64) {
      self.document = document
      self.tenant = tenant
      self.wrongSet = wrongSet
      self.atMilliseconds = atMilliseconds
    }
  }

  private let limits: Limits
  private var log: AttemptLog
  private var tenants: [String: UInt32] = [:]

  package init(limits: Limits = Limits()) {
    self.limits = limits
    log = AttemptLog(capacity: limits.capacity)
  }

  /// Attempts held, expired ones perhaps included.
  package var count: Int { log.count }

  /// Takes back an attempt of an earlier run; they come in the order of their times.
  package mutating func restore(_ attempt: Attempt) {
    log.append(
      document: ShortDigest(attempt.document), set: ShortDigest(attempt.wrongSet),
      tenant: number(of: attempt.tenant), at: attempt.atMilliseconds)
  }

  /// Decides on one check and, where it was wrong, counts its set of values.
  ///
  /// `document` and `wrongSet` are keyed hashes as in `Attempt`; `wrongSet` is nil for a check that was right.
  /// The tenth wrong set is still answered; after it nothing is, right claims included.
  package mutating func admit(
    document: [UInt8], tenant: String, wrongSet: [UInt8]?, wallMilliseconds now: UInt64
  ) -> Admission {
    let document = ShortDigest(document)
    let tenant = number(of: tenant)
    let horizon = now - min(now, limits.windowMilliseconds)
    log.dropExpired(until: horizon)
    let tally = log.tally(document, tenant: tenant, set: wrongSet.map { ShortDigest($0) }, after: horizon)
    if isSpent(tally) { return .exhausted(newlySpent: log.report(tally)) }
    guard let wrongSet, !tally.isKnown else { return .allowed(recorded: false) }
    log.append(document: document, set: ShortDigest(wrongSet), tenant: tenant, at: now)
    return .allowed(recorded: true)
  }

  /// A number that many tenants claim wrongly is spent too, which bounds the work of a call.
  private func isSpent(_ tally: AttemptLog.Tally) -> Bool {
    tally.sets.count >= limits.perDocument || tally.tenantSets >= limits.perTenant
      || tally.attempts >= limits.perDocument * limits.perTenant
  }

  private mutating func number(of tenant: String) -> UInt32 {
    if let number = tenants[tenant] { return number }
    let number = UInt32(tenants.count)
    tenants[tenant] = number
    return number
  }
}

/// The first 16 bytes of a keyed hash.
package struct ShortDigest: Sendable, Hashable {
  private let upper: UInt64
  private let lower: UInt64

  package init(_ bytes: [UInt8]) {
    var halves: (UInt64, UInt64) = (0, 0)
    for byte in bytes.prefix(8) { halves.0 = halves.0 << 8 | UInt64(byte) }
    for byte in bytes.dropFirst(8).prefix(8) { halves.1 = halves.1 << 8 | UInt64(byte) }
    (upper, lower) = halves
  }
}
