import CLinux
import Glibc

/// TCP over IPv4 and IPv6. Every socket is non-blocking and close-on-exec; descriptors are passed by number and
/// stay their owner's.
package enum Sockets {
  /// A listening socket; port 0 lets the kernel choose (see `localPort`). Host "::" takes IPv4 as well.
  package static func listen(host: String, port: UInt16, backlog: Int = 1024) throws(SystemError)
    -> FileDescriptor
  {
    let action = "listen on \(Endpoint(host: host, port: port))"
    var last = SystemError(message: "\(action): the name has no address")
    for address in try SocketAddress.resolve(host, port, passive: true) {
      do { return try bound(to: address, backlog, action) } catch { last = error }
    }
    throw last
  }

  /// The port a socket is bound to.
  package static func localPort(_ fd: Int32) throws(SystemError) -> UInt16 {
    var address = SocketAddress()
    let result = unsafe address.fill { storage, length in
      unsafe getsockname(
        fd, UnsafeMutableRawPointer(storage).assumingMemoryBound(to: sockaddr.self), length)
    }
    guard result == 0 else { throw SystemError(doing: "read a socket's address", code: errno) }
    return address.endpoint?.port ?? 0
  }

  /// A connected socket, non-blocking, without Nagle's delay. Each address of the name is tried, each with the
  /// whole time limit; the error is the last one's.
  package static func connect(
    host: String, port: UInt16, timeoutMilliseconds: Int
  ) throws(SystemError) -> FileDescriptor {
    let action = "connect to \(Endpoint(host: host, port: port))"
    var last = SystemError(message: "\(action): the name has no address")
    for address in try SocketAddress.resolve(host, port, passive: false) {
      do { return try connected(to: address, timeoutMilliseconds, action) } catch { last = error }
    }
    throw last
  }

  /// A connection just accepted.
  package struct Accepted: ~Copyable, Sendable {
    package let descriptor: FileDescriptor
    /// The peer's address without the port.
    package let peerAddress: String

    /// Takes the descriptor over.
    package consuming func takeDescriptor() -> FileDescriptor { descriptor }
  }

  /// The next waiting connection, without Nagle's delay; nil where none waits. Errors are the listener's own, such as
  /// too many open files: a peer that gave up meanwhile is skipped.
  package static func accept(_ listener: Int32) throws(SystemError) -> Accepted? {
    while true {
      var address = SocketAddress()
      let raw = unsafe address.fill { unsafe linux_accept(listener, $0, $1) }
      switch -raw {
      case EAGAIN: return nil
      case ECONNABORTED, EINTR, EPROTO: continue
      default: break
      }
      let socket = FileDescriptor(adopting: try checked(raw, "accept a connection"))
      setOption(socket.raw, Int32(IPPROTO_TCP), TCP_NODELAY)
      return Accepted(descriptor: socket, peerAddress: address.endpoint?.host ?? "unknown")
    }
  }

  /// Whether the descriptor is a socket.
  package static func isSocket(_ fd: Int32) -> Bool {
    var status = stat()
    return unsafe fstat(fd, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
  }

  /// Makes reads and writes wait (false) or answer EAGAIN at once (true).
  package static func setNonBlocking(_ fd: Int32, _ on: Bool) throws(SystemError) {
    try checked(linux_set_nonblocking(fd, on ? 1 : 0), "change a socket's blocking mode")
  }

  /// Waits until the descriptor is ready or has failed; false where the time is over (-1 is for ever).
  package static func poll(
    _ fd: Int32, for interest: Readiness, timeoutMilliseconds: Int
  ) throws(SystemError) -> Bool {
    let clock = SystemClock()
    let start = clock.monotonicNanoseconds()
    var entry = pollfd(fd: fd, events: events(interest), revents: 0)
    var left = timeoutMilliseconds
    while true {
      let count = unsafe Glibc.poll(&entry, 1, Int32(clamping: left))
      if count >= 0 { return count > 0 }
      guard errno == EINTR else { throw SystemError(doing: "wait for a descriptor", code: errno) }
      // An interrupted wait goes on for the rest of its time only.
      let passed = Int((clock.monotonicNanoseconds() - start) / 1_000_000)
      left = timeoutMilliseconds < 0 ? -1 : max(0, timeoutMilliseconds - passed)
    }
  }

  private static func events(_ interest: Readiness) -> Int16 {
    (interest.contains(.readable) ? Int16(POLLIN) : 0) | (interest.contains(.writable) ? Int16(POLLOUT) : 0)
  }
}

// MARK: - One address

extension Sockets {
  private static func bound(
    to address: SocketAddress, _ backlog: Int, _ action: String
  ) throws(SystemError) -> FileDescriptor {
    let socket = try open(address, action)
    setOption(socket.raw, SOL_SOCKET, SO_REUSEADDR)
    let refused = unsafe address.read { unsafe bind(socket.raw, $0, $1) } != 0
    if refused || Glibc.listen(socket.raw, Int32(clamping: backlog)) != 0 {
      throw SystemError(doing: action, code: errno, advice: listenAdvice(errno))
    }
    return socket
  }

  private static func listenAdvice(_ code: Int32) -> String? {
    switch code {
    case EADDRINUSE: "another program has the port; stop it or choose another port"
    case EACCES: "ports under 1024 need CAP_NET_BIND_SERVICE"
    case EADDRNOTAVAIL: "this machine does not have that address"
    default: nil
    }
  }

  private static func connected(
    to address: SocketAddress, _ timeoutMilliseconds: Int, _ action: String
  ) throws(SystemError) -> FileDescriptor {
    let socket = try open(address, action)
    setOption(socket.raw, Int32(IPPROTO_TCP), TCP_NODELAY)
    if unsafe address.read({ unsafe Glibc.connect(socket.raw, $0, $1) }) != 0 {
      guard errno == EINPROGRESS else {
        throw SystemError(doing: action, code: errno, advice: connectAdvice(errno))
      }
      try finishConnecting(socket.raw, timeoutMilliseconds, action)
    }
    return socket
  }

  private static func finishConnecting(
    _ fd: Int32, _ timeoutMilliseconds: Int, _ action: String
  ) throws(SystemError) {
    guard try poll(fd, for: .writable, timeoutMilliseconds: timeoutMilliseconds) else {
      throw SystemError(doing: action, code: ETIMEDOUT)
    }
    var code: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    let result = unsafe getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &size)
    guard result == 0, code == 0 else {
      let failure = result == 0 ? code : errno
      throw SystemError(doing: action, code: failure, advice: connectAdvice(failure))
    }
  }

  private static func connectAdvice(_ code: Int32) -> String? {
    switch code {
    case ECONNREFUSED: "nothing listens there; check the address, or start the server"
    case EHOSTUNREACH, ENETUNREACH: "check the address and this machine's network"
    default: nil
    }
  }

  private static func open(_ address: SocketAddress, _ action: String) throws(SystemError) -> FileDescriptor {
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let raw = socket(address.family, kind, 0)
    guard raw >= 0 else { throw SystemError(doing: action, code: errno) }
    let socket = FileDescriptor(adopting: raw)
    // "::" serves IPv4 too, whatever the machine's default says.
    if address.family == AF_INET6 { setOption(raw, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 0) }
    return socket
  }

  /// Sets an option whose failure costs speed, never correctness.
  private static func setOption(_ fd: Int32, _ level: Int32, _ option: Int32, _ value: Int32 = 1) {
    var value = value
    _ = unsafe setsockopt(fd, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
  }
}
