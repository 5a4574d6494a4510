import Glibc

/// A value behind a lock, with waiting for it to change: what worker queues are made of.
@safe package final class Monitor<Value>: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>
  private var value: Value

  package init(_ value: sending Value) {
    self.value = value
    unsafe mutex = .allocate(capacity: 1)
    unsafe changed = .allocate(capacity: 1)
    unsafe pthread_mutex_init(mutex, nil)
    var steady = pthread_condattr_t()
    unsafe pthread_condattr_init(&steady)
    unsafe pthread_condattr_setclock(&steady, CLOCK_MONOTONIC)
    unsafe pthread_cond_init(changed, &steady)
    unsafe pthread_condattr_destroy(&steady)
  }

  deinit {
    unsafe pthread_mutex_destroy(mutex)
    unsafe pthread_cond_destroy(changed)
    unsafe mutex.deallocate()
    unsafe changed.deallocate()
  }

  /// Reads or changes the value and wakes those who wait for it.
  package func update<Result>(_ body: (inout Value) -> sending Result) -> sending Result {
    unsafe pthread_mutex_lock(mutex)
    defer {
      unsafe pthread_cond_broadcast(changed)
      unsafe pthread_mutex_unlock(mutex)
    }
    return body(&value)
  }

  /// Waits until `body` gives a result; it is tried now and after every `update`.
  package func wait<Result>(_ body: (inout Value) -> sending Result?) -> sending Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while true {
      if let result = body(&value) { return result }
      unsafe pthread_cond_wait(changed, mutex)
    }
  }

  /// The same for so many nanoseconds at most; nil when they are over.
  package func wait<Result>(
    nanoseconds: UInt64, _ body: (inout Value) -> sending Result?
  ) -> sending Result? {
    let (end, overflow) = SystemClock().monotonicNanoseconds().addingReportingOverflow(nanoseconds)
    let last = overflow ? UInt64(Int64.max) : end
    var until = timespec(tv_sec: Int(last / 1_000_000_000), tv_nsec: Int(last % 1_000_000_000))
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while true {
      if let result = body(&value) { return result }
      if unsafe pthread_cond_timedwait(changed, mutex, &until) == ETIMEDOUT { return body(&value) }
    }
  }
}
