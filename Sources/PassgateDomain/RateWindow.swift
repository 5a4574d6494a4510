/// The checks of one tenant in the last minute, never more than its agreed rate.
package struct RateWindow: Sendable {
  /// The answer to a request for admission.
  package enum Admission: Sendable, Hashable {
    case admitted
    /// The soonest time, in milliseconds from now, at which this many checks can be admitted.
    case refused(retryAfterMilliseconds: UInt64)
  }

  private static let slots = 60
  private static let slotMilliseconds: UInt64 = 1000

  private var counts = [UInt32](repeating: 0, count: slots)
  private var total = 0
  private var current: UInt64 = 0

  package init() {}

  /// Admits `checks` at a monotonic time when the window has room for all of them.
  ///
  /// `limit` is checks per minute and may change between calls; a batch larger than it is never admitted.
  package mutating func admit(_ checks: Int, limit: Int, monotonicMilliseconds now: UInt64) -> Admission {
    advance(to: now / Self.slotMilliseconds)
    guard total + checks <= limit else {
      return .refused(retryAfterMilliseconds: wait(for: total + checks - limit, now: now))
    }
    counts[Int(current % UInt64(Self.slots))] += UInt32(clamping: checks)
    total += checks
    return .admitted
  }

  private mutating func advance(to second: UInt64) {
    guard second > current else { return }
    for passed in 0..<min(second - current, UInt64(Self.slots)) {
      let slot = Int((second - passed) % UInt64(Self.slots))
      total -= Int(counts[slot])
      counts[slot] = 0
    }
    current = second
  }

  /// The time until the oldest slots that hold `excess` checks have left the window.
  private func wait(for excess: Int, now: UInt64) -> UInt64 {
    var freed = 0
    for age in 1...UInt64(Self.slots) {
      freed += Int(counts[Int((current + age) % UInt64(Self.slots))])
      if freed >= excess { return (current + age) * Self.slotMilliseconds - now }
    }
    return UInt64(Self.slots) * Self.slotMilliseconds
  }
}
