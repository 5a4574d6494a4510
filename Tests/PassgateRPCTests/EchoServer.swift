import PassgateRPC
import PassgateWire

/// An echo server, whatever carries its bytes: what holds over memory must hold over TLS.
protocol EchoServer: AnyObject {
  var journal: Journal { get }
  /// A connection whose handshake is done.
  func connect() throws -> any EchoClient
  /// Lets the held answers go.
  func release()
  /// Starts the farewell of all connections.
  func drain() throws
  /// Waits until `condition` holds.
  func wait(until condition: () -> Bool) throws
}

/// The far end of a connection to an echo server.
protocol EchoClient: AnyObject {
  func send(_ bytes: [UInt8]) throws
  /// The next frame of the server; nil when it has ended the connection.
  func next() throws -> Frame?
  func hangUp()
}

/// Nothing came although the time is over.
struct TimeIsOver: Error {}

/// What carries a test's bytes.
enum Medium: CaseIterable {
  case memory
  case tls

  func server(_ limits: ServerLimits = ServerLimits()) throws -> any EchoServer {
    switch self {
    case .memory: MemoryServer(limits)
    case .tls: try TLSServer(limits)
    }
  }
}

extension EchoClient {
  func send(_ frames: Frame...) throws { try send(bytes(frames)) }

  /// Takes the server's Hello, so that a test begins behind it.
  func greeted() throws -> Self {
    guard case .hello = try next()?.kind else { throw TimeIsOver() }
    return self
  }

  /// What is left until the server ends the connection.
  func rest() throws -> [Frame] {
    var frames: [Frame] = []
    while let frame = try next() { frames.append(frame) }
    return frames
  }
}

extension Frame {
  /// The call that this response answers.
  var answered: UInt64? {
    if case .response = kind { callID } else { nil }
  }

  var goAway: GoAway? {
    if case .goAway(let goAway) = kind { goAway } else { nil }
  }

  var ping: [UInt8]? {
    if case .ping(let opaque) = kind { opaque } else { nil }
  }
}
