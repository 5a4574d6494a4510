import PassgateRPC
import PassgateWire
import Testing

/// What only shows when time stands still and the poller is in hand.
@Suite struct LoopCoreTests {
  private static func ready(_ server: MemoryServer) throws -> MemoryClient { try server.accept().greeted() }

  /// An echo of this size, and the server's output limit set to twice that.
  private static let echoBytes = 10_000
  private static var narrow: ServerLimits {
    var limits = ServerLimits()
    limits.outputBytes = 2 * echoBytes
    return limits
  }

  // MARK: handshake

  @Test func aHandshakeWaitsForWhatItNeeds() throws {
    let server = MemoryServer()
    let client = server.accept(handshake: [.wantsRead, .wantsWrite, .wantsRead])
    let id = try #require(server.watched.keys.first)
    #expect(try #require(server.watched[id]).readable)
    client.send([0])
    server.tick()
    #expect(try #require(server.watched[id]).writable && !(try #require(server.watched[id]).readable))
    server.tick()
    #expect(try #require(server.watched[id]).readable && !(try #require(server.watched[id]).writable))
    #expect(server.journal.now.opened == 0)
    server.tick()
    #expect(server.journal.now.opened == 1)
  }

  @Test func aSilentHandshakeIsEnded() throws {
    let server = MemoryServer()
    let client = server.accept(handshake: [.wantsRead])
    server.advance(milliseconds: 9_999)
    #expect(client.isConnected)
    server.advance(milliseconds: 1)
    #expect(!client.isConnected)
    #expect(server.core.statistics.failedHandshakes == 1)
  }

  @Test(arguments: [TransportResult.closed, .failed("no ALPN")])
  func aFailedHandshakeNeverReachesTheService(_ end: TransportResult) {
    let server = MemoryServer()
    let client = server.accept(handshake: [end])
    #expect(!client.isConnected && server.core.count == 0)
    #expect(server.core.statistics.failedHandshakes == 1)
    #expect(server.ended == ["192.0.2.1"])
    #expect(server.journal.now.opened == 0 && server.journal.now.closed == 0)
  }

  // MARK: slow peers

  @Test func aFrameMustComeAtItsRate() throws {
    let server = MemoryServer()
    let client = try Self.ready(server)
    client.send(prefix(60_000))
    server.advance(milliseconds: 2_000)
    #expect(try client.frames().isEmpty)
    server.advance(milliseconds: 250)
    #expect(try client.rest().compactMap(\.goAway?.reason) == [.tooSlow])
  }

  @Test func aFrameAtItsRateMayTakeItsTime() throws {
    let server = MemoryServer()
    let client = try Self.ready(server)
    let frame = bytes([request(1, bodyBytes: 60_000)])
    for start in stride(from: 0, to: frame.count, by: 1_100) {
      client.send(Array(frame[start..<min(start + 1_100, frame.count)]))
      server.advance(milliseconds: 250)
    }
    #expect(try client.frames().map(\.answered) == [1])
  }

  @Test func aStreamThatNeverPausesBetweenFramesIsNotSlow() throws {
    let server = MemoryServer()
    let client = try Self.ready(server)
    let stream = bytes((1...100).map { request($0) })
    let size = stream.count / 100
    // Every piece ends one byte into the next frame.
    client.send([stream[0]])
    for start in stride(from: 1, to: stream.count, by: size) {
      client.send(Array(stream[start..<min(start + size, stream.count)]))
      server.advance(milliseconds: 250)
    }
    #expect(try client.frames().map(\.answered) == Array(1...100))
  }

  @Test func aFrameThatWaitsForAPlaceIsNotSlow() throws {
    var limits = ServerLimits()
    limits.inFlight = 1
    let server = MemoryServer(limits)
    let client = try Self.ready(server)
    let second = bytes([request(2, bodyBytes: 1_000)])
    client.send(bytes([request(1, .hold)]) + second.prefix(500))
    server.advance(milliseconds: 10_000)
    #expect(client.isConnected)
    server.release()
    // What comes next was held up by the server for ten seconds.
    server.advance(milliseconds: 250)
    client.send(Array(second.dropFirst(500)))
    #expect(try client.frames().map(\.answered) == [1, 2])
  }

  @Test func aFrameThatWaitsForTheOutputIsNotSlow() throws {
    let server = MemoryServer(Self.narrow)
    let client = try Self.ready(server)
    let last = bytes([request(3, bodyBytes: 1_000)])
    for id in [1, 2] as [UInt64] { client.send(request(id, .hold, bodyBytes: Self.echoBytes)) }
    client.send(Array(last.prefix(500)))
    server.run()
    client.transport.capacity = 0
    server.release()
    server.advance(milliseconds: 10_000)
    client.transport.capacity = .max
    server.advance(milliseconds: 250)
    client.send(Array(last.dropFirst(500)))
    #expect(try client.frames().map(\.answered) == [1, 2, 3])
  }

  @Test func aPeerThatTakesNoOutputIsDropped() throws {
    let server = MemoryServer()
    let client = try Self.ready(server)
    client.transport.capacity = 0
    client.send(request(1))
    server.advance(milliseconds: 19_999)
    #expect(client.isConnected)
    server.advance(milliseconds: 1)
    #expect(!client.isConnected)
    #expect(server.journal.now.closed == 1)
  }

  @Test func aPeerThatTakesALittleIsKept() throws {
    let server = MemoryServer()
    let client = try Self.ready(server)
    client.transport.capacity = 0
    client.send(request(1, bodyBytes: 100))
    for _ in 0..<4 {
      server.advance(milliseconds: 19_000)
      client.transport.capacity += 1
    }
    #expect(client.isConnected)
    client.transport.capacity = .max
    #expect(try client.frames().compactMap(\.answered) == [1])
  }

  @Test func aReadThatMustWriteFirstWaitsForThePeerToTakeIt() throws {
    let server = MemoryServer()
    let client = try Self.ready(server)
    client.transport.readAwaitsWriting = true
    client.transport.capacity = 0
    client.send(request(1))
    server.advance(milliseconds: 19_999)
    #expect(client.isConnected)
    client.transport.capacity = .max
    #expect(try client.frames().map(\.answered) == [1])
    server.advance(milliseconds: 20_000)
    #expect(client.isConnected)
  }

  @Test func aPeerThatTakesNoAnswerToItsRenewalsIsDropped() throws {
    let server = MemoryServer()
    let client = try Self.ready(server)
    client.transport.readAwaitsWriting = true
    client.transport.capacity = 0
    client.send(request(1))
    server.advance(milliseconds: 19_999)
    #expect(client.isConnected)
    server.advance(milliseconds: 1)
    #expect(!client.isConnected)
  }

  @Test func aFarewellIsNotWaitedForLongerThanAStall() throws {
    let server = MemoryServer()
    let client = try Self.ready(server)
    client.transport.capacity = 0
    client.send(prefix(0))
    server.run()
    for _ in 0..<19 {
      client.transport.capacity += 1
      server.advance(milliseconds: 1_000)
    }
    #expect(client.isConnected)
    client.transport.capacity += 1
    server.advance(milliseconds: 1_000)
    #expect(!client.isConnected)
  }

  // MARK: backpressure

  @Test func readingStopsAtTheCallsInFlight() throws {
    let server = MemoryServer()
    let client = try Self.ready(server)
    client.send(bytes((1...300).map { request($0, .hold) }))
    server.run()
    // The next read would have found these.
    client.send(request(301, .hold))
    server.run()
    #expect(server.journal.now.calls.count == 256)
    #expect(!client.transport.incoming.isEmpty)
    server.release()
    #expect(try client.frames().count == 256)
    server.release()
    #expect(try client.frames().count == 45)
  }

  @Test func readingStopsAtTheUnsentOutput() throws {
    let server = MemoryServer(Self.narrow)
    let client = try Self.ready(server)
    client.transport.capacity = 0
    for id in 1...9 as ClosedRange<UInt64> {
      client.send(request(id, bodyBytes: Self.echoBytes))
      server.run()
    }
    #expect(server.journal.now.calls == [1, 2])
    #expect(client.transport.incoming.count > 6 * Self.echoBytes)
    client.transport.capacity = .max
    #expect(try client.frames().map(\.answered) == Array(1...9))
  }

  @Test func pingsCannotFillTheOutput() throws {
    var limits = Self.narrow
    limits.pingStrikes = .max
    let server = MemoryServer(limits)
    let client = try Self.ready(server)
    client.transport.capacity = 0
    let ping = Frame(kind: .ping([UInt8](1...8)))
    client.send(bytes(Array(repeating: ping, count: 10_000)))
    server.run()
    #expect(Memory.held(by: server.core) < 400_000)
    client.transport.capacity = .max
    #expect(try client.frames().count == 10_000)
  }

  @Test func aResetEndsAConnectionThatIsNotRead() throws {
    let server = MemoryServer()
    let client = try Self.ready(server)
    client.send(bytes((1...256).map { request($0, .hold) }))
    server.run()
    client.transport.isReset = true
    server.run()
    #expect(!client.isConnected)
  }

  @Test func oneGreedyPeerDoesNotHoldUpAnother() throws {
    let server = MemoryServer()
    let greedy = try Self.ready(server)
    let modest = try Self.ready(server)
    greedy.send(bytes((1...15).map { request($0, bodyBytes: 60_000) }))
    modest.send(request(99))
    server.tick()
    let first = try #require(server.journal.now.ticks.first)
    #expect(first.contains(99) && first.count < 12)
    #expect(server.core.hasQueuedWork)
    #expect(try greedy.frames().count == 15)
  }

  @Test func manyGreedyPeersDoNotHoldUpAnother() throws {
    let server = MemoryServer()
    let greedy = try (0..<30).map { _ in try Self.ready(server) }
    let modest = try Self.ready(server)
    for client in greedy { client.send(bytes((1...600).map { request($0) })) }
    modest.send(request(9_999))
    server.tick()
    server.tick()
    #expect(server.journal.now.ticks.last?.contains(9_999) == true)
    for client in greedy { #expect(try client.frames().map(\.answered) == Array(1...600)) }
    #expect(server.journal.now.ticks.allSatisfy { $0.count <= 1_024 })
  }

  @Test func whoWaitedLongestIsServedFirst() throws {
    let server = MemoryServer()
    let clients = try (0..<300).map { _ in try Self.ready(server) }
    for client in clients { client.send(bytes((1...300).map { request($0, .hold) })) }
    // Four have the first tick alone, 256 of the others the second; those left over come before anybody's
    // second share.
    for _ in 0..<3 { server.tick() }
    #expect(server.journal.now.calls.count { $0 == 1 } == 300)
    #expect(server.journal.now.calls.count == 3 * 1_024)
  }

  @Test func theWaitForATurnCountsAsAge() throws {
    let server = MemoryServer()
    let clients = try (0..<5).map { _ in try Self.ready(server) }
    for client in clients { client.send(bytes((1...256).map { request($0) })) }
    server.tick()
    #expect(server.journal.now.oldest == 0)
    server.pass(milliseconds: 700)
    server.tick()
    #expect(server.journal.now.oldest == 700_000_000)
    clients[4].send(request(1_000))
    server.run()
    server.pass(milliseconds: 700)
    clients[4].send(request(1_001))
    server.tick()
    #expect(server.journal.now.oldest == 0)
  }

  // MARK: ends

  @Test func aHangUpDropsItsCallsUnworked() throws {
    let server = MemoryServer()
    let client = try Self.ready(server)
    client.send(request(1))
    client.hangUp()
    server.run()
    #expect(!client.isConnected)
    #expect(server.journal.now.calls.isEmpty && server.journal.now.closed == 1)
  }

  @Test func aLateReplyNeverReachesAStranger() throws {
    let server = MemoryServer()
    let first = try Self.ready(server)
    let firstID = try #require(server.watched.values.first?.id)
    first.send(request(1, .hold))
    server.run()
    first.hangUp()
    server.run()
    let second = try Self.ready(server)
    let secondID = try #require(server.watched.values.first?.id)
    #expect(firstID.slot == secondID.slot && firstID.generation != secondID.generation)
    second.send(request(1, .hold))
    server.run()
    // Both replies are let go; one has nobody left to go to.
    server.release()
    #expect(try second.frames().map(\.answered) == [1])
  }

  @Test func theFarewellIsSentBeforeTheEnd() throws {
    let server = MemoryServer()
    let client = try Self.ready(server)
    client.transport.capacity = 0
    client.send(prefix(0))
    server.run()
    #expect(!client.transport.isShutDown)
    client.transport.capacity = .max
    server.run()
    #expect(client.transport.isShutDown && client.isConnected)
    #expect(try client.frames().compactMap(\.goAway).count == 1)
    client.send([UInt8](repeating: 0, count: 1_000))
    server.run()
    #expect(client.transport.incoming.isEmpty)
    client.hangUp()
    server.run()
    #expect(!client.isConnected)
  }

  @Test func aPeerThatDoesNotLeaveIsLeft() throws {
    let server = MemoryServer()
    let client = try Self.ready(server)
    client.send(prefix(0))
    server.advance(milliseconds: 999)
    #expect(client.isConnected)
    server.advance(milliseconds: 1)
    #expect(!client.isConnected)
    #expect(server.core.statistics.farewells == [.protocolError: 1])
  }

  @Test func repliesOfAConnectionThatEndsTellItsCauseOnce() throws {
    let server = MemoryServer()
    let client = try Self.ready(server)
    client.send(bytes((1...40).map { request($0, .forge) }))
    #expect(try client.frames().compactMap(\.goAway).count == 1)
    #expect(server.core.statistics.farewells == [.notAuthentic: 1])
  }

  @Test func aSilentPeerIsAskedAndThenClosed() throws {
    let server = MemoryServer()
    let client = try Self.ready(server)
    server.advance(milliseconds: 60_000)
    #expect(try client.frames().compactMap(\.ping).count == 1)
    server.advance(milliseconds: 20_000)
    #expect(client.transport.isShutDown)
  }

  @Test func aConnectionThatCannotBePolledIsDropped() throws {
    let server = MemoryServer()
    let client = try Self.ready(server)
    server.core.drop(try #require(server.watched.values.first?.id))
    #expect(!client.isConnected && server.ended.count == 1)
  }

  @Test func stoppingEndsEveryConnection() throws {
    let server = MemoryServer()
    let clients = try (0..<5).map { _ in try Self.ready(server) }
    let shaking = server.accept(handshake: [.wantsRead])
    server.core.closeAll()
    #expect(server.core.count == 0)
    #expect((clients + [shaking]).allSatisfy { !$0.isConnected })
    #expect(server.journal.now.closed == 5)
    #expect(server.core.statistics.opened == 6 && server.core.statistics.closed == 6)
  }

  // MARK: all connections

  @Test func theCallsOfATickComeTogether() throws {
    let server = MemoryServer()
    let clients = try (0..<3).map { _ in try Self.ready(server) }
    for (index, client) in clients.enumerated() { client.send(request(UInt64(index) + 1)) }
    server.tick()
    #expect(server.journal.now.ticks == [[1, 2, 3]])
  }

  @Test func newReplyKeysAreAnnounced() throws {
    let server = MemoryServer()
    let clients = try (0..<3).map { _ in try Self.ready(server) }
    let shaking = server.accept(handshake: [.wantsRead])
    server.core.announceHello(now: server.now)
    for client in clients {
      let frames = try client.frames()
      guard case .hello = frames.first?.kind, frames.count == 1 else {
        Issue.record("no second Hello")
        return
      }
    }
    #expect(shaking.transport.outgoing.isEmpty)
  }

  @Test func whoComesDuringADrainIsToldAtOnce() throws {
    let server = MemoryServer()
    server.drain()
    let client = try Self.ready(server)
    #expect(try client.next()?.goAway == GoAway(reason: .shutdown, lastCallID: .max))
  }

  @Test func aDrainWaitsForNoHandshake() {
    let server = MemoryServer()
    let shaking = server.accept(handshake: [.wantsRead])
    server.drain()
    #expect(!shaking.isConnected && server.core.count == 0)
  }

  @Test func aDrainEndsAtItsGraceWithCallsInFlight() throws {
    let server = MemoryServer()
    let client = try Self.ready(server)
    client.send(request(1, .hold))
    server.run()
    server.drain()
    server.advance(milliseconds: 1_000)
    server.advance(milliseconds: 59_999)
    #expect(!client.transport.isShutDown)
    server.advance(milliseconds: 1)
    #expect(client.transport.isShutDown)
    server.release()
    #expect(try client.frames().allSatisfy { $0.answered == nil })
  }

  // MARK: memory

  @Test func anIdleConnectionHoldsNoBuffer() throws {
    let server = MemoryServer()
    let clients = try (0..<10).map { _ in try Self.ready(server) }
    for client in clients {
      client.send(request(1, .trust, bodyBytes: 60_000))
      #expect(try client.frames().count == 1)
    }
    #expect(Memory.held(by: server.core) == 0)
  }

  @Test func aBacklogThatNeverEndsDoesNotGrow() throws {
    let server = MemoryServer(Self.narrow)
    let client = try Self.ready(server)
    // The peer always leaves some bytes of output behind.
    client.transport.capacity = Self.echoBytes
    for id in 1...200 as ClosedRange<UInt64> {
      client.send(request(id, bodyBytes: Self.echoBytes))
      server.run()
      client.transport.outgoing = []
    }
    #expect(server.journal.now.calls.count > 100)
    #expect(Memory.held(by: server.core) < 8 * Self.echoBytes)
  }

  @Test func anAnnouncedLengthTakesNoMemory() throws {
    let server = MemoryServer()
    let client = try Self.ready(server)
    client.send(prefix(65_536))
    server.run()
    #expect(client.isConnected)
    #expect(Memory.held(by: server.core) < 1_000)
  }
}
