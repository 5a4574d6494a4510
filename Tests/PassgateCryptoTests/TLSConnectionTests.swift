import Foundation
import PassgateCrypto
import PassgateTestKit
import Testing

@Suite struct TLSConnectionTests {
  private let authority: TestAuthority

  init() throws {
    authority = try TestAuthority(at: TestAuthority.present)
  }

  private func openPair(_ server: TLSContext? = nil, _ client: TLSContext? = nil) throws -> TLSPair {
    let pair = try TLSPair(server: server ?? authority.server(), client: client ?? authority.client())
    #expect(pair.handshake() == (.done, .done))
    return pair
  }

  // MARK: who is there

  @Test(arguments: [SignatureAlgorithm.ecdsaP256SHA256, .ed25519, .rsaPSSSHA256])
  func showsEachSideTheOther(_ algorithm: SignatureAlgorithm) throws {
    let (platform, tenant) = (
      try authority.issue(.serverTLS, algorithm), try authority.issue(.tenantMobile, algorithm)
    )
    let pair = try openPair(authority.server(platform), authority.client(tenant))
    #expect(pair.server.peerCertificate?.fingerprint == tenant.certificate.fingerprint)
    #expect(pair.client.peerCertificate?.fingerprint == platform.certificate.fingerprint)
    #expect(pair.server.negotiatedALPN == testProtocol)
    #expect(pair.client.negotiatedALPN == testProtocol)
  }

  @Test func needsNoClientCertificateWhenItOnlyAsks() throws {
    #expect(try openPair().server.peerCertificate == nil)
  }

  @Test func takesAnyClientCertificateWhenItOnlyAsks() throws {
    let stranger = try TestAuthority(at: TestAuthority.present).issue(.tenantTLS, validity: 0...1)
    let pair = try openPair(nil, authority.client(stranger))
    #expect(pair.server.peerCertificate?.fingerprint == stranger.certificate.fingerprint)
  }

  @Test func takesOnlyTheClientsItRequires() throws {
    let rule = TLSContext.ClientCertificates.required(anchors: [authority.root], purpose: .applicationTLS)
    let now = Int64(Date().timeIntervalSince1970)
    let cases: [(TestIdentity?, String?)] = [
      (try authority.issue(.applicationTLS), nil),
      (nil, "peer did not return a certificate"),
      (try authority.issue(.tenantTLS), "purpose"),
      (try authority.issue(.applicationTLS, validity: 0...(now - 10)), "expired"),
      (try authority.issue(.applicationTLS, validity: (now + 1000)...(now + 2000)), "not yet valid"),
      (try TestAuthority(at: TestAuthority.present).issue(.applicationTLS), "issuer"),
    ]
    for (identity, refusal) in cases {
      let pair = try TLSPair(server: authority.server(clients: rule), client: authority.client(identity))
      let result = pair.handshake().server
      #expect(refusal.map { result.failed(with: $0) } ?? (result == .done), "\(result)")
    }
  }

  @Test(arguments: ["localhost", "127.0.0.1"])
  func findsTheServerItLookedFor(_ name: String) throws {
    let pair = try TLSPair(server: authority.server(), client: authority.client(), serverName: name)
    #expect(pair.handshake() == (.done, .done))
  }

  @Test(arguments: ["other.example", "sub.localhost", "127.0.0.2", "::1", "test"])
  func refusesAServerOfAnotherName(_ name: String) throws {
    let pair = try TLSPair(server: authority.server(), client: authority.client(), serverName: name)
    let (atServer, atClient) = pair.handshake()
    #expect(atClient.failed(with: "hostname mismatch"), "\(atClient)")
    #expect(atServer != .done)
  }

  @Test(arguments: ["", "localhost.", "two words", "*"])
  func looksForNoServerWithoutAName(_ name: String) throws {
    #expect(throws: CryptoError.self) {
      try TLSPair(server: authority.server(), client: authority.client(), serverName: name)
    }
  }

  @Test func refusesServersThatAreNotTheOneMeant() throws {
    let now = Int64(Date().timeIntervalSince1970)
    let cases = [
      (try authority.issue(.signerTLS), "purpose"), (try authority.issue(.tenantTLS), "purpose"),
      (try authority.issue(.serverTLS, validity: 0...(now - 10)), "expired"),
      (try TestAuthority(at: TestAuthority.present).issue(.serverTLS), "issuer"),
    ]
    for (identity, refusal) in cases {
      let pair = try TLSPair(server: authority.server(identity), client: authority.client())
      let (atServer, atClient) = pair.handshake()
      #expect(atClient.failed(with: refusal), "\(atClient)")
      #expect(atServer != .done)
    }
  }

  @Test func reachesASigningServerByItsOwnPurpose() throws {
    _ = try openPair(authority.server(authority.issue(.signerTLS)), authority.client(purpose: .signerTLS))
  }

  // MARK: what is spoken

  @Test func refusesAnotherApplicationProtocol() throws {
    let pair = try TLSPair(server: authority.server(), client: authority.client(alpn: "h2"))
    let (atServer, atClient) = pair.handshake()
    #expect(atServer.failed(with: "no application protocol"), "\(atServer)")
    #expect(atClient.failed(with: "no application protocol"), "\(atClient)")
  }

  @Test(arguments: [
    "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "\u{16}\u{3}\u{1}\u{7f}\u{7f}",
  ])
  func survivesWhatIsNotTLS(_ text: String) throws {
    let sockets = try SocketPair()
    let server = try TLSConnection(authority.server(), fd: sockets.server, role: .server)
    _ = unsafe send(sockets.client, text, text.utf8.count, 0)
    shutdown(sockets.client, Int32(SHUT_WR))
    let result = server.handshake()
    #expect(result != .done && result != .wantRead, "\(result)")
  }

  @Test(
    .enabled(if: OpenSSLCommand.isInstalled, "needs the openssl command"),
    arguments: [
      (["-alpn", testProtocol], nil), (["-alpn", "h2,\(testProtocol)"], nil),
      ([], "does not speak passgate/1"), (["-alpn", "h2"], "no application protocol"),
      (["-alpn", testProtocol, "-tls1_2"], "unsupported protocol"),
      (["-alpn", testProtocol, "-groups", "P-384"], "no suitable key share"),
    ])
  func meetsTheOpenSSLCommand(_ arguments: [String], _ refusal: String?) throws {
    let result = try ForeignClient(arguments).handshake(with: authority.server())
    #expect(refusal.map { result.failed(with: $0) } ?? (result == .done), "\(result)")
  }

  // MARK: one connection, one exporter, no resumption

  @Test func givesBothEndsOfAConnectionOneBinding() throws {
    let (server, client) = (try authority.server(), try authority.client())
    let (first, second) = (try openPair(server, client), try openPair(server, client))
    #expect(try first.server.channelBinding() == first.client.channelBinding())
    #expect(try first.server.channelBinding().count == 32)
    #expect(try first.server.channelBinding() != second.server.channelBinding())
  }

  @Test func hasNoBindingBeforeTheHandshake() throws {
    let pair = try TLSPair(server: authority.server(), client: authority.client())
    #expect(throws: CryptoError.self) { try pair.server.channelBinding() }
  }

  @Test func sendsNoTicket() throws {
    let pair = try openPair()
    #expect(!pair.sockets.clientHasBytes)
    #expect(pair.read(pair.client) == ([], .wantRead))
  }

  // MARK: data

  @Test func carriesBytesBothWays() throws {
    let pair = try openPair()
    for (writer, reader) in [(pair.client, pair.server), (pair.server, pair.client)] {
      let message = try randomBytes(50_000)
      #expect(writer.send(message) == .bytes(50_000))
      #expect(pair.read(reader) == (message, .wantRead))
    }
  }

  @Test func stopsWhenTheSocketIsFullAndGoesOn() throws {
    let pair = try openPair()
    let message = try randomBytes(2_000_000)
    var (sent, received) = (0, [UInt8]())
    var wasFull = false
    while received.count < message.count {
      // A copy each time, as the buffer of a busy loop moves too.
      let rest = Array(message[sent...])
      switch pair.client.send(rest) {
      case .bytes(let count):
        wasFull = wasFull || count < rest.count
        sent += count
      case .wantWrite: wasFull = true
      case let end: throw Unexpected(end: end)
      }
      received += pair.read(pair.server).bytes
    }
    #expect(wasFull)
    #expect(received == message)
  }

  @Test func tellsWhenBytesWaitInside() throws {
    let pair = try openPair()
    let message = [UInt8](repeating: 7, count: 100)
    _ = pair.client.send(message)
    var small = [UInt8](repeating: 0, count: 60)
    #expect(pair.server.read(into: &small) == .bytes(60))
    #expect(pair.server.hasBufferedInput)
    #expect(pair.server.read(into: &small) == .bytes(40))
    #expect(!pair.server.hasBufferedInput)
    #expect(pair.server.read(into: &small) == .wantRead)
  }

  @Test func endsInOrder() throws {
    let pair = try openPair()
    _ = pair.server.send([1, 2, 3])
    pair.server.shutdown()
    #expect(pair.read(pair.client) == ([1, 2, 3], .closed))
    #expect(pair.server.send([4]) == .closed)
  }

  @Test func endsWhenThePeerIsGone() throws {
    let pair = try openPair()
    shutdown(pair.sockets.client, Int32(SHUT_RDWR))
    #expect(pair.read(pair.server) == ([], .closed))
  }

  @Test func breaksOnAForgedRecord() throws {
    let pair = try openPair()
    let forged: [UInt8] = [0x17, 3, 3, 0, 32] + [UInt8](repeating: 0xaa, count: 32)
    _ = unsafe send(pair.sockets.client, forged, forged.count, 0)
    let result = pair.read(pair.server).end
    guard case .failed(let sentence) = result else {
      Issue.record("\(result)")
      return
    }
    #expect(sentence.contains("bad record"), "\(sentence)")
    // Another connection of the same thread must not see this failure.
    let other = try openPair()
    #expect(other.read(other.server) == ([], .wantRead))
  }

  @Test func endsWhenThePeerChangesItsKeysWithoutEnd() throws {
    let sockets = try SocketPair()
    let server = try TLSConnection(authority.server(), fd: sockets.server, role: .server)
    let client = try KeyUpdater(sockets.client)
    client.handshake { server.handshake() }
    var buffer = [UInt8](repeating: 0, count: 100)
    #expect(client.updateKeys(32))
    #expect(server.read(into: &buffer) == .wantRead)
    #expect(client.updateKeys(100))
    #expect(server.read(into: &buffer) == .failed("the peer changes its keys without end"))
    #expect(server.send([1]) == .closed)
  }

  @Test func movesNothingBeforeTheHandshake() throws {
    let pair = try TLSPair(server: authority.server(), client: authority.client())
    #expect(pair.client.send([1]) == .closed)
    #expect(pair.read(pair.client) == ([], .closed))
  }
}

@Suite struct TLSContextTests {
  @Test func refusesKeysThatTLSCannotUse() throws {
    let authority = try TestAuthority(at: TestAuthority.present)
    let sm2 = try authority.issue(.tenantTLS, .sm2SM3)
    #expect(fault { () throws(CryptoError) in _ = try context(sm2.chain, sm2.key) } == .unsupported)
    let (first, second) = (try authority.issue(.tenantTLS), try authority.issue(.tenantTLS))
    #expect(fault { () throws(CryptoError) in _ = try context(first.chain, second.key) } == .mismatch)
    #expect(fault { () throws(CryptoError) in _ = try context([], first.key) } == .mismatch)
  }

  @Test func refusesTheOtherRole() throws {
    let authority = try TestAuthority(at: TestAuthority.present)
    let (server, client) = (try authority.server(), try authority.client())
    let sockets = try SocketPair()
    #expect(throws: CryptoError.self) {
      try TLSConnection(server, fd: sockets.client, role: .client(serverName: "localhost"))
    }
    #expect(throws: CryptoError.self) { try TLSConnection(client, fd: sockets.server, role: .server) }
  }

  private func context(_ chain: [Certificate], _ key: PrivateKey) throws(CryptoError) -> TLSContext {
    try TLSContext.client(anchors: [], chain: chain, key: key, alpn: testProtocol)
  }
}
