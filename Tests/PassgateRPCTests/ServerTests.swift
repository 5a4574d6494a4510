import PassgateCrypto
import PassgateRPC
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

/// What only real sockets, threads and TLS show.
@Suite(.serialized) struct ServerTests {
  private static func opened(_ server: TLSServer) -> UInt64 { server.statistics.reduce(0) { $0 + $1.opened } }

  @Test func bothEndsHaveOneChannelBinding() throws {
    let server = try TLSServer()
    for _ in 0..<2 {
      let client = try server.client().greeted()
      try client.send(request(1, .binding))
      guard case .response(let response) = try client.next()?.kind else {
        Issue.record("no answer")
        return
      }
      #expect(try response.body == client.channelBinding())
    }
  }

  @Test func aCertificateReachesTheService() throws {
    let server = try TLSServer()
    let client = try server.client(server.authority.issue(.tenantMobile)).greeted()
    try client.send(request(1, bodyBytes: 1_000_000))
    #expect(try client.next()?.answered == 1)
  }

  // MARK: who may not come in

  @Test func anotherProtocolIsRefused() throws {
    let server = try TLSServer()
    #expect(throws: TLSClient.Refused.self) { try server.client(alpn: "h2") }
    try poll { server.statistics.contains { $0.failedHandshakes == 1 } }
    #expect(server.journal.now.opened == 0)
  }

  @Test(.enabled(if: OpenSSLCommand.isInstalled, "needs /usr/bin/openssl"))
  func noProtocolIsRefused() throws {
    let server = try TLSServer()
    _ = try OpenSSLCommand.output(["s_client", "-connect", "127.0.0.1:\(server.server.ports[0])"])
    try poll { server.statistics.contains { $0.failedHandshakes == 1 } }
    #expect(server.journal.now.opened == 0)
  }

  @Test func whoDoesNotSpeakTLSIsRefused() throws {
    let server = try TLSServer()
    let socket = try server.rawSocket()
    _ = Sockets.send(socket.raw, Array("GET / HTTP/1.1\r\n\r\n".utf8), from: 0)
    try poll { server.statistics.contains { $0.failedHandshakes == 1 } }
  }

  @Test func anAddressHasItsShareOfConnections() throws {
    var limits = ServerLimits()
    limits.connectionsPerAddress = 3
    let server = try TLSServer(limits)
    let clients = try (0..<3).map { _ in try server.client().greeted() }
    #expect(throws: TLSClient.Refused.self) { try server.client() }
    clients[0].hangUp()
    try poll { (try? server.client().greeted()) != nil }
  }

  @Test func connectionsBeyondTheServersPlacesWait() throws {
    var limits = ServerLimits()
    limits.connections = 2
    let server = try TLSServer(limits)
    let clients = try (0..<2).map { _ in try server.client().greeted() }
    let third = try TLSClient(server, server.context())
    try poll { server.journal.now.log.contains("accept_paused") }
    #expect(server.server.connections == 2)
    clients[0].hangUp()
    try third.handshake()
    _ = try third.greeted()
  }

  // MARK: many

  @Test func connectionsAreSpreadOverLoops() throws {
    let server = try TLSServer(loops: 2)
    let clients = try (0..<40).map { _ in try server.client().greeted() }
    try poll { Self.opened(server) == 40 }
    #expect(server.statistics.map(\.opened) == [20, 20])
    #expect(server.server.connections == clients.count)
  }

  @Test func manyConnectionsAtOnce() throws {
    var limits = ServerLimits()
    // One thread shakes two hundred hands, on whatever machine this runs.
    limits.handshake = seconds(60)
    let server = try TLSServer(limits)
    let context = try server.context()
    let clients = try (0..<200).map { _ in try TLSClient(server, context) }
    for client in clients { try client.handshake() }
    for client in clients { _ = try client.greeted() }
    for client in clients { try client.send(bytes((1...5).map { request($0) })) }
    for client in clients {
      for id in 1...5 as ClosedRange<UInt64> { try #require(try client.next()?.answered == id) }
    }
    #expect(server.journal.now.calls.count == 1_000)
  }

  @Test func connectionsComeAndGo() throws {
    let server = try TLSServer()
    let context = try server.context()
    for _ in 0..<500 {
      let client = try TLSClient(server, context)
      try client.handshake()
      _ = try client.greeted()
    }
    try poll { server.journal.now.closed == 500 }
    try poll { server.server.connections == 0 }
  }

  @Test func connectionsThatNeverSpeakDoNotStopOthers() throws {
    let server = try TLSServer()
    let silent = try (0..<50).map { _ in try TLSClient(server, server.context()) }
    let client = try server.client().greeted()
    try client.send(request(1))
    #expect(try client.next()?.answered == 1)
    #expect(silent.count == 50)
  }

  @Test func helloIsAnnouncedAgainOnEveryLoop() throws {
    let server = try TLSServer()
    let clients = try (0..<4).map { _ in try server.client().greeted() }
    server.server.announceHello()
    for client in clients { _ = try client.greeted() }
  }

  // MARK: the end

  @Test func nobodyComesInDuringADrain() throws {
    let server = try TLSServer()
    let client = try server.client().greeted()
    try client.send(request(1, .hold))
    try poll { server.journal.now.calls == [1] }
    try server.drain()
    _ = try client.next()
    try poll { (try? server.rawSocket()) == nil }
    server.release()
    #expect(try client.rest().contains { $0.answered == 1 })
    client.hangUp()
    server.finishDraining()
  }

  @Test func drainReturnsWhenTheCallsAreAnswered() throws {
    let server = try TLSServer()
    let clients = try (0..<10).map { _ in try server.client().greeted() }
    for client in clients { try client.send(request(1, .hold)) }
    try server.wait { server.journal.now.calls.count == 10 }
    try server.drain()
    for client in clients { #expect(try client.next()?.goAway?.lastCallID == .max) }
    for client in clients {
      let ping = try #require(try client.next()?.ping)
      try client.send(Frame(kind: .pong(ping)))
      #expect(try client.next()?.goAway?.lastCallID == 1)
    }
    server.release()
    for client in clients {
      #expect(try client.rest().map(\.answered) == [1])
      client.hangUp()
    }
    server.finishDraining()
    #expect(server.journal.now.closed == 10)
  }

  @Test func stopEndsConnectionsAtOnce() throws {
    let server = try TLSServer()
    let client = try server.client().greeted()
    server.server.stop()
    #expect(try client.next() == nil)
    #expect(server.journal.now.closed == 1)
  }
}
