import CLinux
import Glibc
import Synchronization

/// A thread under way.
package final class RunningThread: Sendable {
  private let handle: pthread_t
  private let joined = Mutex(false)

  fileprivate init(_ handle: pthread_t) { self.handle = handle }

  /// Waits for its end; a second call returns at once.
  package func join() {
    let isFirst = joined.withLock { joined in
      defer { joined = true }
      return !joined
    }
    if isFirst { _ = pthread_join(handle, nil) }
  }

  deinit {
    // Nobody can wait for it any more, so the kernel may forget it when it ends.
    if !joined.withLock({ $0 }) { pthread_detach(handle) }
  }
}

/// Starts a thread. `name` shows in `ps -L` and keeps its first 15 bytes; `stackSize` is in bytes.
package func spawnThread(
  name: String, stackSize: Int = 1 << 20, body: @escaping @Sendable () -> Void
) throws(SystemError) -> RunningThread {
  var attributes = pthread_attr_t()
  unsafe pthread_attr_init(&attributes)
  defer { unsafe pthread_attr_destroy(&attributes) }
  unsafe pthread_attr_setstacksize(&attributes, max(stackSize, 64 << 10))
  let start = unsafe Unmanaged.passRetained(ThreadStart(name, body))
  var handle = pthread_t()
  let refused = unsafe pthread_create(&handle, &attributes, runThread, start.toOpaque())
  guard refused == 0 else {
    unsafe start.release()
    throw SystemError(doing: "start thread \(name)", code: refused)
  }
  return RunningThread(handle)
}

/// Pins the calling thread to one processor, numbered from 0.
package func pinThread(toProcessor processor: Int) throws(SystemError) {
  try checked(linux_pin_thread(Int32(clamping: processor)), "pin a thread to processor \(processor)")
}

/// Gives the calling thread the processor only when others leave it (the lowest nice value): best effort.
package func lowerThreadPriority() { _ = linux_lower_thread_priority() }

/// Lets the calling thread rest: for work that must leave others their share, never to wait for something.
package func restThread(nanoseconds: UInt64) {
  var time = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
  unsafe nanosleep(&time, nil)
}

/// How many processors this process may use; at least 1.
package func processorCount() -> Int { max(1, Int(linux_processor_count())) }

private final class ThreadStart: Sendable {
  let name: String
  let body: @Sendable () -> Void

  init(_ name: String, _ body: @escaping @Sendable () -> Void) {
    self.name = name
    self.body = body
  }
}

private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let argument = unsafe argument else { return nil }
  let start = unsafe Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
  // A nameless thread works as well, so the result adds nothing.
  _ = unsafe linux_name_thread(start.name)
  start.body()
  return nil
}
