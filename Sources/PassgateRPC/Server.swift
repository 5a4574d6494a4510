package import PassgateSystem
import Synchronization

/// A listening server: one acceptor thread, several loops.
package final class Server: Sendable {
  /// What a server needs to start.
  package struct Configuration: Sendable {
    package var name: String
    package var endpoints: [Endpoint]
    package var loops: Int
    package var dialect: ConnectionMachine.Dialect
    package var limits: ServerLimits

    package init(
      name: String, endpoints: [Endpoint], loops: Int, dialect: ConnectionMachine.Dialect = .platform,
      limits: ServerLimits = ServerLimits()
    ) {
      self.name = name
      self.endpoints = endpoints
      self.loops = loops
      self.dialect = dialect
      self.limits = limits
    }
  }

  private let loops: [EventLoop]
  private let acceptor: Acceptor
  /// The ports that the endpoints were given, in their order (port 0 asks the system for one).
  package let ports: [UInt16]

  /// Listens, starts the loops and begins to accept. `makeParts` runs once on each loop's thread.
  package init(
    _ configuration: Configuration, clock: any Clock, log: Log,
    makeParts: @escaping @Sendable (Mailbox) throws -> LoopParts
  ) throws {
    let listeners = try Listeners(configuration.endpoints)
    ports = try listeners.ports()
    let addresses = AddressBook(limit: configuration.limits.connectionsPerAddress)
    var loops: [EventLoop] = []
    for index in 0..<configuration.loops {
      loops.append(
        try EventLoop.start(
          name: "\(configuration.name)-\(index)", dialect: configuration.dialect,
          limits: configuration.limits, addresses: addresses, clock: clock, log: log, makeParts: makeParts))
    }
    self.loops = loops
    acceptor = try Acceptor(
      listeners, loops: loops, limits: configuration.limits, addresses: addresses, log: log)
  }

  /// Connections that are open now.
  package var connections: Int { loops.reduce(0) { $0 + $1.connections } }

  /// What each loop has counted.
  package var statistics: [LoopCore.Statistics] { loops.map(\.statistics) }

  /// Sends Hello again on every connection.
  package func announceHello() {
    for loop in loops { loop.mailbox.post(.announceHello) }
  }

  /// Leaves mail for the service of every loop.
  package func broadcast(_ mail: any Mail) {
    for loop in loops { loop.mailbox.post(mail) }
  }

  /// Stops accepting, says farewell in two phases and returns when every call is answered.
  package func drain() {
    acceptor.stop()
    for loop in loops { loop.mailbox.post(.drain) }
    for loop in loops { loop.join() }
  }

  /// Stops at once.
  package func stop() {
    acceptor.stop()
    for loop in loops { loop.mailbox.post(.stop) }
    for loop in loops { loop.join() }
  }
}

/// The listening sockets of a server.
final class Listeners: Sendable {
  private let sockets: [SocketBox]

  /// Keeps a descriptor that cannot be copied inside an array.
  private final class SocketBox: Sendable {
    let socket: FileDescriptor
    init(_ socket: consuming FileDescriptor) { self.socket = socket }
  }

  init(_ endpoints: [Endpoint]) throws(SystemError) {
    var sockets: [SocketBox] = []
    for endpoint in endpoints {
      sockets.append(SocketBox(try Sockets.listen(host: endpoint.host, port: endpoint.port)))
    }
    self.sockets = sockets
  }

  var descriptors: [Int32] { sockets.map { $0.socket.raw } }

  func ports() throws(SystemError) -> [UInt16] {
    var ports: [UInt16] = []
    for box in sockets { ports.append(try Sockets.localPort(box.socket.raw)) }
    return ports
  }
}
