import PassgateSystem
import Synchronization

/// Tells when the clock has something to do in a case. Loops ask it many times a second.
final class TermWatch: Sendable {
  private let clock: any Clock
  private let guarding: Mutex<ClockGuard>
  /// Milliseconds since 1970; `.max` when no term runs.
  private let nextDue: Atomic<UInt64>
  private let isUnderWay = Atomic<Bool>(false)
  /// Monotonic nanoseconds.
  private let nextMinute = Atomic<UInt64>(0)

  /// - Parameter recorded: the time of the ledger's last event, milliseconds since 1970.
  init(_ clock: any Clock, recorded: UInt64, nextDue: UInt64?) {
    self.clock = clock
    guarding = Mutex(
      ClockGuard(wall: clock.wallMilliseconds(), monotonic: clock.monotonicNanoseconds(), recorded: recorded))
    self.nextDue = Atomic(nextDue ?? .max)
  }

  /// True while the wall clock is not believed and no term runs out. It looks at the clocks: an act must not come
  /// between a jump and the loops' next look.
  var isHeld: Bool {
    !guarding.withLock {
      $0.isTrusted(wall: clock.wallMilliseconds(), monotonic: clock.monotonicNanoseconds())
    }
  }

  /// The earliest due time of all cases. Call it, as `expect(by:)`, while no act is under way.
  func expect(_ nextDue: UInt64?) { self.nextDue.store(nextDue ?? .max, ordering: .relaxed) }

  /// A case's next due time. When it was the earliest before and is later now, one look too many finds that out.
  func expect(by due: UInt64?) {
    if let due, due < nextDue.load(ordering: .relaxed) { expect(due) }
  }

  /// True for one caller at a time, who then calls `end`: a term is over and the wall clock is believed.
  func begin() -> Bool {
    guard !isHeld, clock.wallMilliseconds() >= nextDue.load(ordering: .relaxed) else {
      return false
    }
    return isUnderWay.compareExchange(expected: false, desired: true, ordering: .acquiring)
      .exchanged
  }

  func end() { isUnderWay.store(false, ordering: .releasing) }

  /// True for one caller, once a minute.
  func isMinuteOver() -> Bool {
    let (now, due) = (clock.monotonicNanoseconds(), nextMinute.load(ordering: .relaxed))
    guard now >= due else { return false }
    return nextMinute.compareExchange(expected: due, desired: now + 60_000_000_000, ordering: .relaxed)
      .exchanged
  }

  /// An operator vouches for the wall clock.
  func trust() {
    guarding.withLock {
      $0.trust(wall: clock.wallMilliseconds(), monotonic: clock.monotonicNanoseconds())
    }
  }
}
