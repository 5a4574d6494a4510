import CLinux
import Glibc

/// What a descriptor is waited for. Hang-ups and errors are always told.
package struct Readiness: OptionSet, Sendable {
  package let rawValue: UInt32

  package init(rawValue: UInt32) { self.rawValue = rawValue }

  package static let readable = Readiness(rawValue: 1)
  package static let writable = Readiness(rawValue: 2)
}

/// Waits for many descriptors at once (epoll, level-triggered). It belongs to one thread.
@safe package final class Poller {
  /// Something a descriptor is ready for, under the token it was added with.
  package struct Event: Sendable, Equatable {
    package let token: UInt64
    package let readable: Bool
    package let writable: Bool
    /// The peer closed its side, or the descriptor failed: reading tells which.
    package let hangup: Bool
  }

  private static let capacity = 256
  private let epoll: FileDescriptor
  private let buffer: UnsafeMutablePointer<epoll_event>

  package init() throws(SystemError) {
    epoll = FileDescriptor(adopting: try checked(linux_epoll_create(), "create an event loop"))
    unsafe buffer = .allocate(capacity: Self.capacity)
  }

  deinit { unsafe buffer.deallocate() }

  /// Watches a descriptor, which stays its owner's.
  package func add(_ fd: Int32, token: UInt64, _ interest: Readiness) throws(SystemError) {
    try checked(linux_epoll_add(epoll.raw, fd, Self.mask(interest), token), "watch a descriptor")
  }

  /// Changes what a watched descriptor is waited for.
  package func modify(_ fd: Int32, token: UInt64, _ interest: Readiness) throws(SystemError) {
    try checked(linux_epoll_modify(epoll.raw, fd, Self.mask(interest), token), "watch a descriptor")
  }

  /// Stops watching; to be called before the descriptor is closed.
  package func remove(_ fd: Int32) throws(SystemError) {
    try checked(linux_epoll_remove(epoll.raw, fd), "stop watching a descriptor")
  }

  /// Waits until something is ready or the time is over (-1 is for ever) and replaces `events`, at most 256,
  /// keeping its memory. A signal ends the wait with none.
  package func wait(into events: inout [Event], timeoutMilliseconds: Int) throws(SystemError) {
    events.removeAll(keepingCapacity: true)
    let count = unsafe linux_epoll_wait(
      epoll.raw, buffer, Int32(Self.capacity), Int32(clamping: timeoutMilliseconds))
    if count == -EINTR { return }
    for index in 0..<Int(try checked(count, "wait for events")) {
      unsafe events.append(Self.event(buffer[index]))
    }
  }

  private static func mask(_ interest: Readiness) -> UInt32 {
    // A half-closed peer is told to readers only: a loop that has stopped reading would spin on it.
    let reading = EPOLLIN.rawValue | EPOLLRDHUP.rawValue
    return (interest.contains(.readable) ? reading : 0)
      | (interest.contains(.writable) ? EPOLLOUT.rawValue : 0)
  }

  private static func event(_ event: epoll_event) -> Event {
    let bits = unsafe event.events
    return Event(
      token: unsafe event.data.u64, readable: bits & EPOLLIN.rawValue != 0,
      writable: bits & EPOLLOUT.rawValue != 0,
      hangup: bits & (EPOLLHUP.rawValue | EPOLLERR.rawValue | EPOLLRDHUP.rawValue) != 0)
  }
}

/// Wakes a thread that waits in its `Poller`, from any other thread (eventfd).
package final class Wakeup: Sendable {
  private let event: FileDescriptor

  package init() throws(SystemError) {
    event = FileDescriptor(adopting: try checked(linux_eventfd(), "create an event counter"))
  }

  /// Readable once signalled; to be added to the poller.
  package var fd: Int32 { event.raw }

  /// Makes `fd` readable; never waits.
  package func signal() {
    // A full counter is as readable as one that was just raised.
    _ = eventfd_write(event.raw, 1)
  }

  /// Makes `fd` unreadable until the next signal.
  package func drain() {
    var count: UInt64 = 0
    _ = unsafe eventfd_read(event.raw, &count)
  }
}
