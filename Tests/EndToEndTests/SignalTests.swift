import Glibc
import PassgateClient
import PassgateCrypto
import PassgateSettings
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

extension EndToEnd {
  @Suite struct TerminationTests {
    /// SIGTERM: farewell in two phases, every call answered, nobody new, exit 0, everything in the evidence.
    @Test func everyCallUnderWayIsAnswered() throws {
      let site = try Site.running()
      let client = try Departure(site)
      try client.exchange(answers: 50)
      site.platform?.send(SIGTERM)
      try client.untilFirstGoAway()
      // The listener is gone while the connections that stand are still served.
      #expect(throws: SystemError.self) {
        try Sockets.connect(host: "127.0.0.1", port: UInt16(site.port), timeoutMilliseconds: 1_000).close()
      }
      try client.send(3)
      try client.answerPing()
      try client.untilClosed()
      #expect(client.goAways.map(\.reason) == [.shutdown, .shutdown])
      #expect(client.goAways.map(\.lastCallID) == [.max, client.lastSent])
      #expect(client.unanswered.isEmpty)
      #expect(try site.platform?.end() == .exited(0))
      #expect(try site.platform?.event("ended") != nil)

      try site.startPlatform()
      let evidence = try site.session("operator.json5").evidenceDigests()
      #expect(Set(client.digests).subtracting(evidence).isEmpty)
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func idleServersEndAtOnce(_ signal: Int32) throws {
      let site = try Site.running()
      try site.startSigner()
      let clock = SystemClock()
      let began = clock.monotonicNanoseconds()
      #expect(try site.endPlatform(signal) == .exited(0))
      #expect(try site.endSigner(signal) == .exited(0))
      #expect(clock.monotonicNanoseconds() - began < 5_000_000_000)
    }

    @Test func somebodyVouchesForTheClock() throws {
      let site = try Site.running()
      site.platform?.send(SIGUSR1)
      _ = try site.platform?.event("clock_vouched")
      // It goes on serving.
      #expect(try site.endPlatform(SIGTERM) == .exited(0))
    }

    @Test func aLoadedServerDrainsWithoutLoss() throws {
      let site = try Site.running()
      let load = try Load(site, connections: 3, depth: 16)
      load.wait(forAnother: 200)
      #expect(try site.endPlatform(SIGTERM) == .exited(0))
      let seen = load.finish()
      // A caller that goes on sending learns which of its calls were not processed.
      #expect(seen.faults.allSatisfy { $0.contains("shutdown") })
      try site.startPlatform()
      let evidence = try site.session("operator.json5").evidenceDigests()
      #expect(Set(seen.acknowledged).subtracting(evidence).isEmpty)
    }
  }
}

/// A client that sees the frames of a farewell, which `Session` keeps from its callers.
private final class Departure {
  private let session: Session
  private let verifier: ReplyVerifier
  private let hasher: Hasher
  private var ping: [UInt8]?
  private var sent: [UInt64: Request] = [:]
  private(set) var lastSent: UInt64 = 0
  private(set) var digests: [[UInt8]] = []
  private(set) var goAways: [GoAway] = []

  /// Calls without an answer.
  var unanswered: [UInt64] { sent.keys.sorted() }

  init(_ site: Site) throws {
    session = try site.session("hotel.json5")
    verifier = ReplyVerifier(anchors: [site.identities.authority.root])
    verifier.learn(session.hello, unixSeconds: Int64(SystemClock().wallMilliseconds() / 1_000))
    hasher = try Hasher(.sha256)
  }

  private var deadline: UInt64 { SystemClock().monotonicNanoseconds() + 20_000_000_000 }

  /// Sends calls and keeps sixteen of them under way until `answers` have come.
  func exchange(answers: Int) throws {
    while digests.count < answers {
      if sent.count < 16 { try send(16 - sent.count) }
      try receive()
    }
    try send(16 - sent.count)
  }

  func send(_ count: Int) throws {
    let requests = try session.sign((0..<count).map { _ in try session.draft() })
    for (id, request) in zip(try session.send(requests), requests) {
      sent[id] = request
      lastSent = id
    }
  }

  func untilFirstGoAway() throws {
    while goAways.isEmpty || ping == nil { try receive() }
  }

  func answerPing() throws {
    if let ping { try session.channel.send([Frame(kind: .pong(ping))], deadline: deadline) }
  }

  /// Reads until the server closes the connection.
  func untilClosed() throws {
    do throws(ClientError) {
      while true { try receive() }
    } catch .environment(let what) where what.contains("closed the connection") {
      return
    }
  }

  private func receive() throws(ClientError) {
    guard let frame = try session.channel.receive(deadline: deadline) else {
      throw .environment("nothing came in time")
    }
    switch frame.kind {
    case .goAway(let goAway): goAways.append(goAway)
    case .ping(let opaque): ping = opaque
    case .response(let response): try take(response, frame.callID)
    default: throw .notAuthentic("an unexpected frame")
    }
  }

  private func take(_ response: Response, _ id: UInt64) throws(ClientError) {
    guard let request = sent.removeValue(forKey: id),
      let header = try? RequestHeader(decoding: request.header.span)
    else { throw .notAuthentic("an answer to no call") }
    let digest = SignedStatement.leaf(.request, header: request.header.span, hasher: hasher)
    let reply = try verifier.verify(response, to: header, digest: digest)
    guard reply.status == .ok else { throw .notAuthentic("refused: \(reply.reason.name)") }
    digests.append(digest)
  }
}
