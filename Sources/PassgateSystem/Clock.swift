import Glibc
import Synchronization

/// The only source of time in the house, so that a test can hold it still.
package protocol Clock: Sendable {
  /// Unix time in milliseconds, UTC.
  func wallMilliseconds() -> UInt64
  /// Nanoseconds from an arbitrary start, never going back: for durations and deadlines.
  func monotonicNanoseconds() -> UInt64
}

/// The kernel's clocks.
package struct SystemClock: Clock {
  package init() {}

  package func wallMilliseconds() -> UInt64 { Self.read(CLOCK_REALTIME) / 1_000_000 }

  package func monotonicNanoseconds() -> UInt64 { Self.read(CLOCK_MONOTONIC) }

  private static func read(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    _ = unsafe clock_gettime(clock, &time)
    // A clock set before 1970 reads as 1970: every date check then refuses, and nothing traps.
    return UInt64(max(0, time.tv_sec)) &* 1_000_000_000 &+ UInt64(max(0, time.tv_nsec))
  }
}

/// A clock that moves only when told, for tests and rehearsals.
package final class ManualClock: Clock {
  private let time: Mutex<(wall: UInt64, monotonic: UInt64)>

  /// Starts at a Unix time in milliseconds (2026-07-01T00:00:00Z unless told) and monotonic zero.
  package init(wallMilliseconds: UInt64 = 1_782_864_000_000) {
    time = Mutex((wallMilliseconds, 0))
  }

  package func wallMilliseconds() -> UInt64 { time.withLock { $0.wall } }

  package func monotonicNanoseconds() -> UInt64 { time.withLock { $0.monotonic } }

  /// Lets time pass on both clocks.
  package func advance(milliseconds: UInt64) {
    time.withLock { time in
      time.wall += milliseconds
      time.monotonic += milliseconds * 1_000_000
    }
  }

  /// Steps the wall clock alone, backwards too, as an administrator would.
  package func set(wallMilliseconds: UInt64) {
    time.withLock { $0.wall = wallMilliseconds }
  }
}
