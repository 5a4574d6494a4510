/// Whether the wall clock may be believed: nobody's term runs out because a clock was set wrong.
///
/// A wall clock that has left the monotonic one by more than the tolerance, or that stands before what the ledger
/// has recorded, holds the terms of all cases until it is right again or an operator says that it is.
struct ClockGuard: Sendable {
  /// Milliseconds that the two clocks may drift apart between two looks: what time servers correct at once.
  static let tolerance: UInt64 = 600_000

  private var wall: UInt64
  private var monotonic: UInt64
  private let recorded: UInt64

  /// - Parameter recorded: the time of the ledger's last event, milliseconds since 1970.
  init(wall: UInt64, monotonic: UInt64, recorded: UInt64) {
    (self.wall, self.monotonic, self.recorded) = (wall, monotonic, recorded)
  }

  /// Looks at both clocks: milliseconds since 1970, and monotonic nanoseconds.
  mutating func isTrusted(wall now: UInt64, monotonic time: UInt64) -> Bool {
    let expected = wall + (time - min(time, monotonic)) / 1_000_000
    let gap = now > expected ? now - expected : expected - now
    // A clock that began before the ledger's last event has nothing to jump from until it has come to it.
    let isBeginning = wall + Self.tolerance < recorded
    guard isBeginning || gap <= Self.tolerance, now + Self.tolerance >= recorded else { return false }
    // Small corrections are followed, so that they do not add up to a jump.
    (wall, monotonic) = (now, time)
    return true
  }

  /// An operator has looked at the wall clock and vouches for it.
  mutating func trust(wall now: UInt64, monotonic time: UInt64) {
    self = ClockGuard(wall: now, monotonic: time, recorded: 0)
  }
}
