import PassgateClient
import PassgateCrypto
import PassgateSystem
import PassgateWire

/// One connection of a load: signs, sends, receives, and keeps the time of each call.
final class LoadConnection {
  /// A request on its way, or ready to go.
  private struct Signed {
    let header: RequestHeader
    let request: Request
    /// The leaf, which the reply names.
    let digest: [UInt8]
  }

  private let tenant: LoadTenant
  private let channel: Channel
  private let verifier: ReplyVerifier
  private let clock = SystemClock()
  /// One reply in so many has its signature verified.
  private let verifyEvery: Int
  private let signsTogether: Bool
  private var sequence: UInt64 = 0
  private var nextCallID: UInt64 = 1
  /// The first call that was not under way when the last Hello came.
  private var firstCallSinceHello: UInt64 = 1
  /// Ids of the reply keys that the server has announced here.
  private var announced: Set<[UInt8]> = []
  private var ready: [Signed] = []
  private var waiting: [UInt64: (call: Signed, since: UInt64)] = [:]

  private static let patience: UInt64 = 20_000_000_000

  init(_ tenant: LoadTenant, verifyEvery: Int, signsTogether: Bool) throws {
    self.tenant = tenant
    self.verifyEvery = verifyEvery
    self.signsTogether = signsTogether
    channel = try tenant.connect()
    verifier = ReplyVerifier(anchors: tenant.profile.anchors)
    let deadline = clock.monotonicNanoseconds() &+ Self.patience
    guard let frame = try channel.receive(deadline: deadline), case .hello(let hello) = frame.kind else {
      throw Failure("the server did not begin with Hello")
    }
    learn(hello)
  }

  var descriptor: Int32 { channel.descriptor }
  var inFlight: Int { waiting.count }

  private func learn(_ hello: Hello) {
    firstCallSinceHello = nextCallID
    verifier.learn(
      hello, unixSeconds: Int64(clamping: clock.wallMilliseconds() / 1_000), keepsFormer: !waiting.isEmpty)
    for key in hello.replyKeys {
      guard let leaf = key.certificates.first, let certificate = try? Certificate(der: leaf.span) else {
        continue
      }
      announced.insert(certificate.publicKey.keyID)
    }
  }

  // MARK: Sending

  /// Signs requests ahead of time, so that signing them does not compete with the server.
  func prepare(_ count: Int) throws {
    // Taken from the end, so that the last one signed has the lowest number.
    ready = try sign(count).reversed()
  }

  private func sign(_ count: Int) throws(ClientError) -> [Signed] {
    guard count > 0 else { return [] }
    let now = clock.wallMilliseconds()
    let drafts = (0..<count).map { _ in
      sequence += 1
      return tenant.draft(
        sequence: sequence, channelBinding: channel.channelBinding, wallMilliseconds: now)
    }
    let headers = drafts.map { $0.0.encoded() }
    let signatures = try signatures(of: headers)
    return drafts.indices.map { index in
      let header = headers[index]
      return Signed(
        header: drafts[index].0,
        request: Request(header: header, body: drafts[index].body, signature: signatures[index]),
        digest: SignedStatement.leaf(.request, header: header.span, hasher: tenant.hasher))
    }
  }

  private func signatures(of headers: [[UInt8]]) throws(ClientError) -> [Signature] {
    if signsTogether { return try tenant.signing.sign(headers: headers) }
    var signatures: [Signature] = []
    for header in headers { signatures += try tenant.signing.sign(headers: [header]) }
    return signatures
  }

  /// Sends the next requests in one piece. `since` is when they were due, monotonic nanoseconds.
  func send(_ count: Int, since: UInt64) throws(ClientError) {
    guard count > 0 else { return }
    var calls = try sign(max(0, count - ready.count))
    while calls.count < count, let call = ready.popLast() { calls.append(call) }
    var bytes: [UInt8] = []
    for call in calls {
      waiting[nextCallID] = (call, since)
      bytes += frameBytes(Frame(callID: nextCallID, kind: .request(call.request)))
      nextCallID += 1
    }
    try channel.send(bytes: bytes, deadline: clock.monotonicNanoseconds() &+ Self.patience)
  }

  // MARK: Receiving

  /// Takes in every reply that is here; how many calls were answered.
  func receive(into tally: inout LoadTally) throws(ClientError) -> Int {
    var answered = 0
    while let frame = try channel.receive(deadline: 0) {
      switch frame.kind {
      case .response(let response):
        try settle(frame.callID, response, &tally)
        answered += 1
      case .hello(let hello): learn(hello)
      case .ping(let opaque):
        try channel.send(
          [Frame(kind: .pong(opaque))], deadline: clock.monotonicNanoseconds() &+ Self.patience)
      case .goAway(let goAway):
        throw .farewell(reason: "\(goAway.reason)", lastCallID: goAway.lastCallID)
      default: continue
      }
    }
    return answered
  }

  private func settle(_ callID: UInt64, _ response: Response, _ tally: inout LoadTally) throws(ClientError) {
    guard let (call, since) = waiting.removeValue(forKey: callID) else {
      throw .notAuthentic("it answers a call that was not made")
    }
    let header = try header(of: response, to: callID, call, &tally)
    if header.status == .ok {
      tally.latency.add(clock.monotonicNanoseconds() &- since)
    } else {
      tally.refused[header.reason, default: 0] += 1
    }
    tally.keys?.note(request: call.header, reply: header)
  }

  /// Every reply must name its request; one in `verifyEvery` is verified in full.
  private func header(
    of response: Response, to callID: UInt64, _ call: Signed, _ tally: inout LoadTally
  ) throws(ClientError) -> ResponseHeader {
    tally.answered += 1
    guard let header = try? ResponseHeader(decoding: response.header.span),
      header.requestDigest == call.digest
    else { throw .notAuthentic("it answers another request") }
    if !announced.contains(header.keyID) { tally.unannounced += 1 }
    guard tally.answered % verifyEvery == 0 else { return header }
    tally.verified += 1
    return try verifier.verify(
      response, to: call.header, digest: call.digest, wasUnderWay: callID < firstCallSinceHello)
  }

  // MARK: Leaving

  /// Forgets the calls that a server said goodbye to; how many. They were not processed.
  func abandon(after lastCallID: UInt64) -> Int {
    let unheard = waiting.keys.filter { $0 > lastCallID }
    for callID in unheard { waiting[callID] = nil }
    return unheard.count
  }

  /// Forgets the calls that were sent before a time, monotonic nanoseconds, and have no answer; how many.
  func abandon(sentBefore time: UInt64) -> Int {
    let late = waiting.filter { $0.value.since < time }.keys
    for callID in late { waiting[callID] = nil }
    return late.count
  }

  func close() { channel.close() }
}
