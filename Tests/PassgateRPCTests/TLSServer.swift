import Glibc
import PassgateCrypto
import PassgateRPC
import PassgateSystem
import PassgateTestKit
import PassgateWire

let alpn = "passgate/1"

/// A real server on the loopback interface, with the echo service on its loops.
final class TLSServer: EchoServer {
  let journal = Journal()
  let authority: TestAuthority
  let server: Server
  private var drainer: RunningThread?

  init(_ limits: ServerLimits = ServerLimits(), loops: Int = 2) throws {
    // OpenSSL writes to sockets whose peer may be gone.
    signal(SIGPIPE, SIG_IGN)
    authority = try TestAuthority(at: TestAuthority.present)
    let identity = try authority.issue(.serverTLS)
    server = try Server(
      Server.Configuration(
        name: "echo", endpoints: [Endpoint(host: "127.0.0.1", port: 0)], loops: loops, limits: limits),
      clock: SystemClock(),
      log: Log { [journal] line in journal.note { $0.log += String(decoding: line, as: UTF8.self) } }
    ) { [journal] _ in
      let context = try TLSContext.server(
        chain: identity.chain, key: identity.key, alpn: alpn, clientCertificates: .requested)
      return LoopParts(handler: EchoService(journal)) { socket in
        try TLSTransport(socket, context: context)
      }
    }
  }

  deinit {
    // Loops that drain already end by themselves.
    if let drainer { drainer.join() } else { server.stop() }
  }

  var statistics: [LoopCore.Statistics] { server.statistics }

  func connect() throws -> any EchoClient { try client() }

  /// A client whose handshake is done.
  func client(_ identity: TestIdentity? = nil, alpn: String = alpn) throws -> TLSClient {
    let client = try TLSClient(self, context(identity, alpn: alpn))
    try client.handshake()
    return client
  }

  /// What clients share, for tests that make many.
  func context(_ identity: TestIdentity? = nil, alpn: String = alpn) throws -> TLSContext {
    try TLSContext.client(
      anchors: [authority.root], chain: identity?.chain ?? [], key: identity?.key, alpn: alpn)
  }

  /// A socket on which nothing was said yet.
  func rawSocket() throws -> FileDescriptor {
    try Sockets.connect(host: "127.0.0.1", port: server.ports[0], timeoutMilliseconds: 5_000)
  }

  func release() { server.broadcast(Release()) }

  func drain() throws {
    drainer = try spawnThread(name: "drain") { [server] in server.drain() }
  }

  /// Waits for the end of `drain`.
  func finishDraining() { drainer?.join() }

  func wait(until condition: () -> Bool) throws { try poll(until: condition) }
}

/// Asks again and again, for at most twenty seconds.
func poll(until condition: () -> Bool) throws {
  let never = try Wakeup()
  let deadline = Deadline()
  while !condition() {
    _ = try Sockets.poll(never.fd, for: .readable, timeoutMilliseconds: min(2, deadline.milliseconds()))
  }
}

/// A moment twenty seconds away.
struct Deadline {
  private let end = SystemClock().monotonicNanoseconds() + seconds(20)

  /// What is left.
  func milliseconds() throws -> Int {
    let now = SystemClock().monotonicNanoseconds()
    guard now < end else { throw TimeIsOver() }
    return Int((end - now) / 1_000_000) + 1
  }
}

/// A client that waits for what it reads.
final class TLSClient: EchoClient {
  /// The server did not want this client.
  struct Refused: Error {
    let progress: TLSConnection.Progress
  }

  private let server: TLSServer
  private let socket: FileDescriptor
  private let connection: TLSConnection
  private var reader = FrameReader()
  private var buffer = [UInt8](repeating: 0, count: 16_384)

  init(_ server: TLSServer, _ context: TLSContext) throws {
    self.server = server
    socket = try server.rawSocket()
    connection = try TLSConnection(context, fd: socket.raw, role: .client(serverName: "localhost"))
  }

  func handshake() throws {
    let deadline = Deadline()
    while true {
      switch connection.handshake() {
      case .done: return
      case .wantRead: try wait(.readable, deadline)
      case .wantWrite: try wait(.writable, deadline)
      case let progress: throw Refused(progress: progress)
      }
    }
  }

  func channelBinding() throws -> [UInt8] { try connection.channelBinding() }

  func send(_ bytes: [UInt8]) throws {
    let deadline = Deadline()
    var sent = 0
    while sent < bytes.count {
      switch connection.write(bytes.span.extracting(sent...)) {
      case .bytes(let count): sent += count
      case .wantRead: try wait(.readable, deadline)
      case .wantWrite: try wait(.writable, deadline)
      case .closed, .failed: return
      }
    }
  }

  func next() throws -> Frame? {
    let deadline = Deadline()
    while true {
      if let payload = try reader.next(limit: 4 << 20) { return try Frame(decoding: payload.span) }
      switch connection.read(into: &buffer) {
      case .bytes(let count): reader.append(buffer.span.extracting(0..<count))
      case .wantRead: try wait(.readable, deadline)
      case .wantWrite: try wait(.writable, deadline)
      case .closed, .failed: return nil
      }
    }
  }

  func hangUp() {
    connection.shutdown()
    Sockets.shutdownWriting(socket.raw)
  }

  private func wait(_ interest: Readiness, _ deadline: Deadline) throws {
    _ = try Sockets.poll(socket.raw, for: interest, timeoutMilliseconds: deadline.milliseconds())
  }
}
