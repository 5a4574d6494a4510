import Glibc

/// One question and one answer on a stream between two processes, each behind its length of 4 bytes, big-endian.
package enum FramedExchange {
  /// Why there is no answer.
  package enum Fault: String, Error, Sendable, CaseIterable {
    /// The other process is gone.
    case ended
    /// It took too long.
    case late
    /// It sent what is no answer.
    case nonsense
  }

  /// Sends a frame on a socket that never blocks, and waits for the payload of the frame that answers it: of 1 to `limit`
  /// bytes, and nothing behind it.
  package static func ask(
    _ fd: Int32, _ frame: [UInt8], limit: Int, nanoseconds: UInt64
  ) throws(Fault) -> [UInt8] {
    let end = SystemClock().monotonicNanoseconds() &+ nanoseconds
    try send(frame, on: fd, until: end)
    return try receive(on: fd, limit: limit, until: end)
  }

  /// The payload of the next frame.
  package static func receive(on fd: Int32, limit: Int, nanoseconds: UInt64) throws(Fault) -> [UInt8] {
    try receive(on: fd, limit: limit, until: SystemClock().monotonicNanoseconds() &+ nanoseconds)
  }

  private static func receive(on fd: Int32, limit: Int, until end: UInt64) throws(Fault) -> [UInt8] {
    var (received, buffer) = ([UInt8](), [UInt8](repeating: 0, count: limit + 4))
    while true {
      try wait(fd, for: .readable, until: end)
      let count = Sockets.receive(fd, into: &buffer)
      guard count > 0 else { throw .ended }
      received += buffer[..<count]
      guard let length = length(received) else { continue }
      guard (1...limit).contains(length), received.count <= 4 + length else { throw .nonsense }
      if received.count == 4 + length { return Array(received.dropFirst(4)) }
    }
  }

  private static func send(_ frame: [UInt8], on fd: Int32, until end: UInt64) throws(Fault) {
    var sent = 0
    while sent < frame.count {
      try wait(fd, for: .writable, until: end)
      let count = Sockets.send(fd, frame, from: sent)
      guard count > 0 else { throw .ended }
      sent += count
    }
  }

  private static func wait(_ fd: Int32, for readiness: Readiness, until end: UInt64) throws(Fault) {
    let now = SystemClock().monotonicNanoseconds()
    let left = end > now ? (end - now) / 1_000_000 + 1 : 0
    switch try? Sockets.poll(fd, for: readiness, timeoutMilliseconds: Int(clamping: left)) {
    case true?: return
    case false?: throw .late
    case nil: throw .ended
    }
  }

  private static func length(_ bytes: some Collection<UInt8>) -> Int? {
    bytes.count < 4 ? nil : bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
  }

  // MARK: The side that answers

  /// The payload of the next frame on a descriptor that blocks, with no other system call than read; nil at the end, or
  /// where it is empty or longer than `limit`.
  package static func read(from fd: Int32, limit: Int) -> [UInt8]? {
    guard let prefix = read(4, from: fd), let length = length(prefix), (1...limit).contains(length) else {
      return nil
    }
    return read(length, from: fd)
  }

  private static func read(_ count: Int, from fd: Int32) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let more = unsafe bytes.withUnsafeMutableBytes {
        unsafe Glibc.read(fd, $0.baseAddress.map { unsafe $0 + done }, count - done)
      }
      if more < 0 && errno == EINTR { continue }
      guard more > 0 else { return nil }
      done += more
    }
    return bytes
  }

  /// Writes a frame to a descriptor that blocks, with no other system call than write; false when nobody takes it.
  package static func write(_ frame: [UInt8], to fd: Int32) -> Bool {
    var done = 0
    while done < frame.count {
      let more = unsafe frame.withUnsafeBytes {
        unsafe Glibc.write(fd, $0.baseAddress.map { unsafe $0 + done }, frame.count - done)
      }
      if more < 0 && errno == EINTR { continue }
      guard more > 0 else { return false }
      done += more
    }
    return true
  }
}
