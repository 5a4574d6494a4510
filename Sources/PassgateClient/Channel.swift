package import PassgateCrypto
package import PassgateSystem
package import PassgateWire

/// One TLS connection that carries frames, with waiting. Used by one thread at a time.
package final class Channel {
  private let socket: FileDescriptor
  private let tls: TLSConnection
  private let clock: any Clock
  private let peer: String
  private var reader = FrameReader()
  private var input = [UInt8](repeating: 0, count: 65_536)
  /// RFC 9266, 32 bytes.
  package let channelBinding: [UInt8]

  /// Largest frame a server may send, bytes.
  private static let frameLimit = 4 << 20

  /// Connects and shakes hands.
  ///
  /// - Parameters:
  ///   - serverName: the DNS name or address that the server's certificate must be for.
  ///   - patience: for connecting and for the handshake, milliseconds.
  package init(
    _ endpoint: Endpoint, serverName: String, context: TLSContext, clock: any Clock, patience: Int = 10_000
  ) throws(ClientError) {
    self.clock = clock
    peer = endpoint.description
    let socket = try Self.connect(endpoint, patience)
    do {
      tls = try TLSConnection(context, fd: socket.raw, role: .client(serverName: serverName))
      self.socket = socket
      let deadline = clock.monotonicNanoseconds() &+ UInt64(patience) * 1_000_000
      try Self.shakeHands(tls, self.socket.raw, clock, deadline)
      channelBinding = try tls.channelBinding()
    } catch {
      throw .environment("\(endpoint): \(error)")
    }
  }

  private static func connect(_ endpoint: Endpoint, _ patience: Int) throws(ClientError) -> FileDescriptor {
    do throws(SystemError) {
      return try Sockets.connect(host: endpoint.host, port: endpoint.port, timeoutMilliseconds: patience)
    } catch {
      // It names the address already.
      throw .environment(error.description)
    }
  }

  private static func shakeHands(
    _ tls: TLSConnection, _ fd: Int32, _ clock: any Clock, _ deadline: UInt64
  ) throws {
    while true {
      switch tls.handshake() {
      case .done: return
      case .wantRead: try wait(fd, for: .readable, clock, deadline)
      case .wantWrite: try wait(fd, for: .writable, clock, deadline)
      case .closed: throw ClientError.environment("the server closed the connection during the TLS handshake")
      case .failed(let reason): throw ClientError.environment(reason)
      }
    }
  }

  private static func wait(_ fd: Int32, for readiness: Readiness, _ clock: any Clock, _ deadline: UInt64)
    throws
  {
    let now = clock.monotonicNanoseconds()
    let milliseconds = now >= deadline ? 0 : Int((deadline - now) / 1_000_000) + 1
    guard try Sockets.poll(fd, for: readiness, timeoutMilliseconds: milliseconds) else {
      throw ClientError.environment("no answer in time")
    }
  }

  /// Sends frames, all of them, before the monotonic deadline in nanoseconds.
  package func send(_ frames: [Frame], deadline: UInt64) throws(ClientError) {
    var bytes: [UInt8] = []
    for frame in frames { bytes += frameBytes(frame) }
    try send(bytes: bytes, deadline: deadline)
  }

  /// Sends bytes as they are: for tests of what a server does with them.
  package func send(bytes: [UInt8], deadline: UInt64) throws(ClientError) {
    var sent = 0
    do {
      while sent < bytes.count {
        switch tls.write(bytes.span.extracting(sent...)) {
        case .bytes(let count): sent += count
        case .wantRead: try Self.wait(socket.raw, for: .readable, clock, deadline)
        case .wantWrite: try Self.wait(socket.raw, for: .writable, clock, deadline)
        case .closed: throw ClientError.environment("the server closed the connection")
        case .failed(let reason): throw ClientError.environment(reason)
        }
      }
    } catch {
      throw .environment("\(peer): \(error)")
    }
  }

  /// The next frame, or nil when none is complete before the deadline; a deadline of 0 never waits.
  package func receive(deadline: UInt64) throws(ClientError) -> Frame? {
    while true {
      if let frame = try nextFrame() { return frame }
      switch tls.read(into: &input) {
      case .bytes(let count): reader.append(input.span.extracting(..<count))
      case .wantRead: guard try isReady(.readable, deadline) else { return nil }
      case .wantWrite: guard try isReady(.writable, deadline) else { return nil }
      case .closed: throw .environment("\(peer): the server closed the connection")
      case .failed(let reason): throw .environment("\(peer): \(reason)")
      }
    }
  }

  private func isReady(_ readiness: Readiness, _ deadline: UInt64) throws(ClientError) -> Bool {
    let now = clock.monotonicNanoseconds()
    guard now < deadline else { return false }
    do throws(SystemError) {
      return try Sockets.poll(
        socket.raw, for: readiness, timeoutMilliseconds: Int((deadline - now) / 1_000_000) + 1)
    } catch {
      throw .environment("\(peer): \(error)")
    }
  }

  private func nextFrame() throws(ClientError) -> Frame? {
    do {
      guard let payload = try reader.next(limit: Self.frameLimit) else { return nil }
      return try Frame(decoding: payload.span)
    } catch {
      throw .notAuthentic("a frame does not decode: \(error)")
    }
  }

  /// The descriptor, for waiting on many channels at once.
  package var descriptor: Int32 { socket.raw }

  /// Says goodbye. The connection cannot be used afterwards.
  package func close() { tls.shutdown() }
}
