import Foundation
import PassgateCrypto
import PassgateTestKit

/// The application protocol of the tests.
let testProtocol = "passgate/1"

/// Two connected sockets that never block, closed with the value.
final class SocketPair {
  let server: Int32
  let client: Int32

  init() throws {
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [0, 0]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue)
    guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw POSIXError(.EMFILE) }
    (server, client) = (ends[0], ends[1])
  }

  /// Whether bytes wait to be read by the client.
  var clientHasBytes: Bool {
    var byte: UInt8 = 0
    return unsafe recv(client, &byte, 1, Int32(MSG_PEEK)) > 0
  }

  deinit {
    close(server)
    close(client)
  }
}

/// A transfer that ended where it should have gone on.
struct Unexpected: Error {
  let end: TLSConnection.Transfer
}

/// A server and a client over one pair of sockets.
final class TLSPair {
  let sockets: SocketPair
  let server: TLSConnection
  let client: TLSConnection

  init(server: TLSContext, client: TLSContext, serverName: String = "localhost") throws {
    sockets = try SocketPair()
    self.server = try TLSConnection(server, fd: sockets.server, role: .server)
    self.client = try TLSConnection(client, fd: sockets.client, role: .client(serverName: serverName))
  }

  /// How the handshake ended on both sides; one side waits for ever when the other has failed.
  func handshake() -> (server: TLSConnection.Progress, client: TLSConnection.Progress) {
    var (atServer, atClient) = (TLSConnection.Progress.wantRead, TLSConnection.Progress.wantWrite)
    for _ in 0..<8 {
      if isUnfinished(atClient) { atClient = client.handshake() }
      if isUnfinished(atServer) { atServer = server.handshake() }
    }
    return (atServer, atClient)
  }

  /// Everything that `reader` can read at once.
  func read(_ reader: TLSConnection) -> (bytes: [UInt8], end: TLSConnection.Transfer) {
    var (received, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 10_000))
    while true {
      let result = reader.read(into: &buffer)
      guard case .bytes(let count) = result else { return (received, result) }
      received += buffer.prefix(count)
    }
  }

  private func isUnfinished(_ progress: TLSConnection.Progress) -> Bool {
    progress == .wantRead || progress == .wantWrite
  }
}

extension TestAuthority {
  /// A TLS server of this authority.
  func server(
    _ identity: TestIdentity? = nil, alpn: String = testProtocol,
    clients: TLSContext.ClientCertificates = .requested
  ) throws -> TLSContext {
    let identity = try identity ?? issue(.serverTLS)
    return try TLSContext.server(
      chain: identity.chain, key: identity.key, alpn: alpn, clientCertificates: clients)
  }

  /// A TLS client that trusts this authority's root.
  func client(
    _ identity: TestIdentity? = nil, alpn: String = testProtocol, purpose: KeyPurpose = .serverTLS
  ) throws -> TLSContext {
    try TLSContext.client(
      anchors: [root], chain: identity?.chain ?? [], key: identity?.key, alpn: alpn, purpose: purpose)
  }
}

extension TLSConnection {
  /// `write` over an array: the macros of the tests cannot take spans.
  func send(_ bytes: [UInt8]) -> Transfer { write(bytes.span) }
}

extension TLSConnection.Progress {
  /// Whether it is a failure whose sentence holds `words`.
  func failed(with words: String) -> Bool {
    if case .failed(let sentence) = self { sentence.contains(words) } else { false }
  }
}

/// `openssl s_client` over a socket on the loopback interface.
final class ForeignClient {
  private let arguments: [String]
  private let listener: Int32

  init(_ arguments: [String]) throws {
    self.arguments = arguments
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard listen(listener, 1) == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
  }

  /// How a handshake with the command ends at the server.
  func handshake(with context: TLSContext) throws -> TLSConnection.Progress {
    let command = try start()
    defer {
      command.terminate()
      command.waitUntilExit()
    }
    try wait(listener, POLLIN)
    let accepted = accept(listener, nil, nil)
    defer { close(accepted) }
    _ = fcntl(accepted, F_SETFL, O_NONBLOCK)
    let server = try TLSConnection(context, fd: accepted, role: .server)
    while true {
      switch server.handshake() {
      case .wantRead: try wait(accepted, POLLIN)
      case .wantWrite: try wait(accepted, POLLOUT)
      case let end: return end
      }
    }
  }

  /// `listen` without `bind` has chosen a free port.
  private func start() throws -> Process {
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    unsafe withUnsafeMutableBytes(of: &address) {
      _ = unsafe getsockname(listener, $0.baseAddress?.assumingMemoryBound(to: sockaddr.self), &length)
    }
    let process = Process()
    process.executableURL = URL(filePath: OpenSSLCommand.path)
    process.arguments =
      ["s_client", "-connect", "127.0.0.1:\(UInt16(bigEndian: address.sin_port))"] + arguments
    process.standardInput = Pipe()
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  private func wait(_ socket: Int32, _ event: Int32) throws {
    var entry = pollfd(fd: socket, events: Int16(event), revents: 0)
    guard unsafe poll(&entry, 1, 10_000) == 1 else { throw POSIXError(.ETIMEDOUT) }
  }

  deinit {
    close(listener)
  }
}
