/// How many more checks had some property than the tenant's past makes likely: a cumulative sum that rises only
/// while they are more.
struct ExcessScore: Sendable {
  private var allowance = 1.0
  private var sum = 0.0
  /// The usual share, of a thousand.
  private(set) var usualPerThousand: UInt32 = 0
  /// When the sum last left zero, and what has come since.
  private(set) var since: UInt64 = 0
  private(set) var checks: UInt32 = 0
  private(set) var hits: UInt32 = 0

  /// Takes over what is usual; `rise` beyond it is looked over, and a busy day's share with 2 in 100 more.
  mutating func expect(_ share: Double, busy: Double, rise: Double) {
    allowance = max(share + rise, busy + 0.02)
    usualPerThousand = UInt32(share * 1000)
  }

  /// True when the excess has come to the limit; one out of reach stops the counting.
  mutating func add(_ hasProperty: Bool, at: UInt64, limit: UInt32) -> Bool {
    guard limit < .max else { return false }
    if sum == 0 { (since, checks, hits) = (at, 0, 0) }
    checks += 1
    if hasProperty { hits += 1 }
    sum = max(0, sum + (hasProperty ? 1 : 0) - allowance)
    return sum >= Double(limit)
  }

  /// What was counted, for a report; counting starts anew.
  mutating func settle() -> ExcessScore {
    defer { sum = 0 }
    return self
  }
}
