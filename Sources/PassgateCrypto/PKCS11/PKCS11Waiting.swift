import Glibc

/// How long one waits for a token, and how a lost one is left in peace.
package struct PKCS11Limits: Sendable {
  /// How many sessions are open at once, beside the one that keeps the login.
  package var sessions = 4
  /// The longest wait for a session, in nanoseconds: a token that hangs holds up its own callers alone.
  package var patience: UInt64 = 5_000_000_000
  /// The first pause after a failure, which doubles with each further one, in nanoseconds.
  package var shortestPause: UInt64 = 100_000_000
  package var longestPause: UInt64 = 2_000_000_000
  /// How often a library that other tokens are in use through is started anew to find a lost one.
  package var pauseOfRuns: UInt64 = 10_000_000_000
  /// Nanoseconds from an arbitrary start, for the pauses.
  package var now: @Sendable () -> UInt64 = monotonicNanoseconds

  package init() {}
}

private func monotonicNanoseconds() -> UInt64 {
  var time = timespec()
  _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(max(0, time.tv_sec)) &* 1_000_000_000 &+ UInt64(max(0, time.tv_nsec))
}

/// What was wrong the last time, and until when nobody tries again.
struct BackOff {
  private var failures: UInt64 = 0
  private var rest: (until: UInt64, error: CryptoError)?

  /// The last error, while it is too early to try again.
  func error(at now: UInt64) -> CryptoError? {
    rest.flatMap { now < $0.until ? $0.error : nil }
  }

  mutating func failed(with error: CryptoError, _ limits: PKCS11Limits) {
    let pause = min(limits.longestPause, limits.shortestPause << min(failures, 16))
    failures += 1
    rest = (limits.now() + pause, error)
  }

  mutating func succeeded() {
    failures = 0
    rest = nil
  }
}

/// A value behind a lock, with waiting for it to change that ends in time. A wall clock that is set back would make
/// other waits endless.
@safe final class TimedMonitor<Value>: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>
  private var value: Value

  init(_ value: Value) {
    self.value = value
    unsafe mutex = .allocate(capacity: 1)
    unsafe changed = .allocate(capacity: 1)
    unsafe pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    unsafe pthread_condattr_init(&attributes)
    unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    unsafe pthread_cond_init(changed, &attributes)
    unsafe pthread_condattr_destroy(&attributes)
  }

  deinit {
    unsafe pthread_cond_destroy(changed)
    unsafe pthread_mutex_destroy(mutex)
    unsafe changed.deallocate()
    unsafe mutex.deallocate()
  }

  /// Changes the value as soon as `isReady`; false when it did not become so within `nanoseconds`.
  func change(
    within nanoseconds: UInt64 = 0, when isReady: (Value) -> Bool = { _ in true },
    _ change: (inout Value) -> Void
  ) -> Bool {
    let end = monotonicNanoseconds() &+ nanoseconds
    var deadline = timespec(tv_sec: Int(end / 1_000_000_000), tv_nsec: Int(end % 1_000_000_000))
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while !isReady(value) {
      guard unsafe pthread_cond_timedwait(changed, mutex, &deadline) == 0 else { return false }
    }
    change(&value)
    unsafe pthread_cond_broadcast(changed)
    return true
  }
}

/// A number of permits, for each of which one waits no longer than one wants to.
struct Permits: Sendable {
  private let free: TimedMonitor<Int>

  init(_ count: Int) { free = TimedMonitor(count) }

  /// Takes a permit; false when none came free within `nanoseconds`.
  func take(within nanoseconds: UInt64) -> Bool {
    free.change(within: nanoseconds, when: { $0 > 0 }, { $0 -= 1 })
  }

  func give() { _ = free.change { $0 += 1 } }
}

/// Lets any number of calls through side by side, and something else only between them.
struct CallGate: Sendable {
  private struct State {
    var calls = 0
    var isClosing = false
  }

  /// The longest that calls are held up for those under way to end, in nanoseconds.
  private static let patience: UInt64 = 1_000_000_000

  private let state = TimedMonitor(State())

  /// Runs a call; false when the gate stayed closed, which it does not for longer than `patience` and what is done then.
  func pass(_ call: () -> Void) -> Bool {
    guard state.change(within: 60 * Self.patience, when: { !$0.isClosing }, { $0.calls += 1 }) else {
      return false
    }
    defer { _ = state.change { $0.calls -= 1 } }
    call()
    return true
  }

  /// Runs `body` with no call under way; does nothing when they do not end.
  func close(_ body: () -> Void) {
    guard state.change(when: { !$0.isClosing }, { $0.isClosing = true }) else { return }
    defer { _ = state.change { $0.isClosing = false } }
    guard state.change(within: Self.patience, when: { $0.calls == 0 }, { _ in }) else { return }
    body()
  }
}
