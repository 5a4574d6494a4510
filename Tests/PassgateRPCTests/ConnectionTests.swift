import PassgateRPC
import PassgateWire
import Testing

/// What a client sees of a connection, over memory and over TLS alike.
@Suite struct ConnectionTests {
  @Test(arguments: Medium.allCases) func theServerSpeaksFirst(_ medium: Medium) throws {
    let server = try medium.server()
    guard case .hello(let hello) = try server.connect().next()?.kind else {
      Issue.record("no Hello")
      return
    }
    #expect(hello.software == "echo")
  }

  @Test(arguments: Medium.allCases) func callsAreAnsweredInAnyOrder(_ medium: Medium) throws {
    let server = try medium.server()
    let client = try server.connect().greeted()
    try client.send(request(1, .hold), request(2))
    #expect(try client.next()?.answered == 2)
    server.release()
    #expect(try client.next()?.answered == 1)
  }

  @Test(arguments: Medium.allCases) func framesMayComeByteByByte(_ medium: Medium) throws {
    let client = try medium.server().connect().greeted()
    for id in 1...5 as ClosedRange<UInt64> {
      for byte in bytes([request(id, bodyBytes: 9)]) { try client.send([byte]) }
      #expect(try client.next()?.answered == id)
    }
  }

  @Test(arguments: Medium.allCases) func manyFramesMayComeAtOnce(_ medium: Medium) throws {
    let client = try medium.server().connect().greeted()
    try client.send(bytes((1...1_000).map { request($0) }))
    for id in 1...1_000 as ClosedRange<UInt64> { try #require(try client.next()?.answered == id) }
  }

  /// Bytes that are no frame of a client, and the reason that the server gives.
  struct BadStart: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    let reason: GoAway.Reason
  }

  private static let badStarts = [
    BadStart(testDescription: "length 0", bytes: prefix(0), reason: .protocolError),
    BadStart(testDescription: "one above the limit", bytes: prefix(65_537), reason: .frameTooLarge),
    BadStart(testDescription: "longest length", bytes: prefix(.max), reason: .frameTooLarge),
    BadStart(testDescription: "HTTP", bytes: Array("GET / HTTP/1.1\r\n".utf8), reason: .frameTooLarge),
    BadStart(testDescription: "no message", bytes: prefix(3) + [0xFF, 0xFF, 0xFF], reason: .protocolError),
    BadStart(testDescription: "call 0", bytes: bytes([request(0)]), reason: .protocolError),
    BadStart(
      testDescription: "the server's own frame",
      bytes: bytes([Frame(callID: 1, kind: .signingReply(.signed([])))]), reason: .protocolError),
  ]

  @Test(arguments: Medium.allCases, badStarts)
  func whatIsNoFrameEndsItsOwnConnectionOnly(_ medium: Medium, _ start: BadStart) throws {
    let server = try medium.server()
    let bystander = try server.connect().greeted()
    let client = try server.connect().greeted()
    try client.send(start.bytes)
    let rest = try client.rest()
    #expect(rest.compactMap(\.goAway?.reason) == [start.reason])
    #expect(rest.count == 1)
    try bystander.send(request(1))
    #expect(try bystander.next()?.answered == 1)
  }

  @Test(arguments: Medium.allCases) func theFarewellNamesTheCallsThatWereWorkedOn(_ medium: Medium) throws {
    let client = try medium.server().connect().greeted()
    try client.send(bytes([request(4), request(7), request(7)]))
    let rest = try client.rest()
    #expect(rest.compactMap(\.goAway?.lastCallID) == [7])
    #expect(rest.compactMap(\.goAway?.reason) == [.protocolError])
  }

  @Test(arguments: Medium.allCases) func trustLetsLargerFramesIn(_ medium: Medium) throws {
    let client = try medium.server().connect().greeted()
    try client.send(request(1, .trust))
    #expect(try client.next()?.answered == 1)
    try client.send(request(2, bodyBytes: 3_000_000))
    #expect(try client.next()?.answered == 2)
    try client.send(prefix(3_145_729))
    #expect(try client.rest().compactMap(\.goAway?.reason) == [.frameTooLarge])
  }

  @Test(arguments: Medium.allCases) func withoutTrustOnlySmallFramesComeIn(_ medium: Medium) throws {
    let client = try medium.server().connect().greeted()
    let frame = request(1, bodyBytes: 65_000)
    try client.send(frame, request(2, bodyBytes: 66_000))
    let rest = try client.rest()
    #expect(rest.compactMap(\.answered) == [1])
    #expect(rest.compactMap(\.goAway?.reason) == [.frameTooLarge])
  }

  @Test(arguments: Medium.allCases) func pingsAreAnswered(_ medium: Medium) throws {
    let client = try medium.server().connect().greeted()
    let opaque = [UInt8](1...8)
    try client.send(Frame(kind: .ping(opaque)))
    #expect(try client.next()?.kind == .pong(opaque))
  }

  @Test(arguments: Medium.allCases) func cancelReachesTheService(_ medium: Medium) throws {
    let server = try medium.server()
    let client = try server.connect().greeted()
    try client.send(request(1, .hold), Frame(callID: 1, kind: .cancel))
    try server.wait { server.journal.now.cancelled == [1] }
    server.release()
    #expect(try client.next()?.answered == 1)
  }

  @Test(arguments: Medium.allCases) func forgersAreShownOutOnce(_ medium: Medium) throws {
    let client = try medium.server().connect().greeted()
    try client.send(bytes((1...30).map { request($0, .forge) }))
    let rest = try client.rest()
    #expect(rest.compactMap(\.goAway?.reason) == [.notAuthentic])
    #expect(rest.compactMap(\.answered).count >= 16)
  }

  @Test(arguments: Medium.allCases) func theServiceMayEndAConnection(_ medium: Medium) throws {
    let client = try medium.server().connect().greeted()
    try client.send(request(1, .farewell))
    #expect(try client.rest().compactMap(\.goAway?.reason) == [.notAuthentic])
  }

  @Test(arguments: Medium.allCases) func callsBeyondTheirPlacesWait(_ medium: Medium) throws {
    var limits = ServerLimits()
    limits.inFlight = 8
    let server = try medium.server(limits)
    let client = try server.connect().greeted()
    try client.send(bytes((1...20).map { request($0, .hold) }))
    for group in [1...8, 9...16, 17...20] as [ClosedRange<UInt64>] {
      try server.wait { server.journal.now.calls.count == Int(group.upperBound) }
      server.release()
      for id in group { #expect(try client.next()?.answered == id) }
    }
  }

  // MARK: two-phase farewell

  @Test(arguments: Medium.allCases) func drainAnswersWhatIsInFlight(_ medium: Medium) throws {
    let server = try medium.server()
    let client = try server.connect().greeted()
    try client.send(request(1, .hold))
    try server.wait { server.journal.now.calls == [1] }
    try server.drain()
    #expect(try client.next()?.goAway == GoAway(reason: .shutdown, lastCallID: .max))
    let ping = try #require(try client.next()?.ping)
    try client.send(request(2, .hold), Frame(kind: .pong(ping)))
    #expect(try client.next()?.goAway == GoAway(reason: .shutdown, lastCallID: 2))
    try client.send(request(3), Frame(callID: 3, kind: .cancel))
    server.release()
    #expect(try client.rest().map(\.answered) == [1, 2])
    client.hangUp()
    #expect(server.journal.now.calls == [1, 2])
  }

  @Test(arguments: Medium.allCases) func drainDoesNotWaitForAPong(_ medium: Medium) throws {
    let server = try medium.server()
    let client = try server.connect().greeted()
    try server.drain()
    let rest = try client.rest()
    #expect(rest.compactMap(\.goAway?.lastCallID) == [.max, 0])
    #expect(rest.count == 3)
  }

  @Test(arguments: Medium.allCases) func theClientMayGoFirst(_ medium: Medium) throws {
    let server = try medium.server()
    let client = try server.connect().greeted()
    try client.send(Frame(kind: .goAway(GoAway(reason: .shutdown, lastCallID: 0))))
    #expect(try client.rest().isEmpty)
    client.hangUp()
    try server.wait { server.journal.now.closed == 1 }
  }
}
