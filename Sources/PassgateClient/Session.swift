import PassgateCrypto
package import PassgateSystem
package import PassgateWire

/// An authentic answer: a method's reply when `status` is `.ok`, else a refusal.
package struct Answer: Sendable {
  package let callID: UInt64
  package let header: ResponseHeader
  package let body: [UInt8]

  package var status: StatusCode { header.status }
  package var reason: Reason { header.reason }

  /// Why the platform refused; nil for a success or for a refusal that does not decode.
  package var refusal: Refusal? { status == .ok ? nil : try? Refusal(decoding: body.span) }
}

/// One call before it is signed.
package struct Draft: Sendable {
  package var method: String
  package var scene: String
  package var body: [UInt8]
  /// Milliseconds; 0 is the method's default.
  package var timeout: UInt32

  package init(method: String, scene: String = "", body: [UInt8], timeout: UInt32 = 0) {
    self.method = method
    self.scene = scene
    self.body = body
    self.timeout = timeout
  }
}

/// A conversation with the platform over one connection: sign, send, receive, verify. Blocking, for one thread.
package final class Session {
  /// A request that waits for its answer.
  private struct Pending {
    let header: RequestHeader
    let digest: [UInt8]
  }

  /// What a waiting caller allows beyond a call's own timeout, nanoseconds.
  private static let grace: UInt64 = 2_000_000_000

  private let profile: Profile
  private let clock: any Clock
  private let signing: any RequestSigning
  private let hasher: Hasher
  private let verifier: ReplyVerifier
  package let channel: Channel
  private var pending: [UInt64: Pending] = [:]
  private var nextCallID: UInt64 = 1
  private var sequence: UInt64 = 1
  /// The first call that was not under way when the last Hello came.
  private var firstCallSinceHello: UInt64 = 1
  /// What the server announced.
  package private(set) var hello: Hello

  /// Connects and waits for the server's Hello.
  package init(_ profile: Profile, clock: any Clock = SystemClock()) throws(ClientError) {
    self.profile = profile
    self.clock = clock
    let context: TLSContext
    let signing = try profile.requestSigning(clock: clock)
    self.signing = signing
    do throws(CryptoError) {
      hasher = try Hasher(signing.algorithm.hash)
      context = try TLSContext.client(
        anchors: profile.anchors, chain: profile.identity?.shown ?? [], key: profile.identity?.key,
        alpn: "passgate/1")
    } catch {
      throw .misuse("\(error)")
    }
    verifier = ReplyVerifier(anchors: profile.anchors)
    channel = try Channel(profile.endpoint, serverName: profile.serverName, context: context, clock: clock)
    hello = try Self.firstHello(channel, clock)
    learn(hello)
  }

  private static func firstHello(_ channel: Channel, _ clock: any Clock) throws(ClientError) -> Hello {
    let deadline = clock.monotonicNanoseconds() &+ 10_000_000_000
    guard let frame = try channel.receive(deadline: deadline), case .hello(let hello) = frame.kind else {
      throw .notAuthentic("the server did not begin with Hello")
    }
    return hello
  }

  private func learn(_ hello: Hello) {
    self.hello = hello
    firstCallSinceHello = nextCallID
    verifier.learn(
      hello, unixSeconds: Int64(clamping: clock.wallMilliseconds() / 1_000), keepsFormer: !pending.isEmpty)
  }

  /// The id of the key that signs.
  package var keyID: [UInt8] { signing.keyID }

  /// Calls that wait for their answers.
  package var inFlight: Int { pending.count }

  // MARK: Asking

  /// Signs and sends one call and waits for its answer.
  package func call(_ draft: Draft) throws(ClientError) -> Answer {
    let ids = try submit([draft])
    let wait =
      UInt64(draft.timeout == 0 ? hello.limits.defaultTimeoutMilliseconds : draft.timeout) * 1_000_000
    let deadline = clock.monotonicNanoseconds() &+ wait &+ Self.grace
    while let answer = try next(deadline: deadline) {
      if answer.callID == ids.first { return answer }
    }
    throw .environment("\(profile.endpoint): no answer in time")
  }

  /// Signs these calls together and sends them; their ids, in order.
  package func submit(_ drafts: [Draft]) throws(ClientError) -> [UInt64] {
    let requests = try sign(drafts)
    return try send(requests)
  }

  /// Makes signed requests of drafts, without sending them.
  package func sign(_ drafts: [Draft]) throws(ClientError) -> [Request] {
    var headers: [[UInt8]] = []
    for draft in drafts { headers.append(try header(for: draft).encoded()) }
    let signatures = try signing.sign(headers: headers)
    return zip(zip(drafts, headers), signatures).map { pair, signature in
      Request(header: pair.1, body: pair.0.body, signature: signature)
    }
  }

  /// Signs headers as they are, together.
  package func sign(headers: [RequestHeader]) throws(ClientError) -> [Signature] {
    try signing.sign(headers: headers.map { $0.encoded() })
  }

  /// The header that a draft travels under here, with the next number of the sequence.
  package func header(for draft: Draft) throws(ClientError) -> RequestHeader {
    let isSelfDeclared = profile.tenantID == RequestHeader.selfDeclaredTenantID
    let trace: [UInt8]
    do throws(CryptoError) { trace = try randomBytes(16) } catch { throw .environment("\(error)") }
    defer { sequence += 1 }
    return RequestHeader(
      deployment: profile.deployment, tenantID: profile.tenantID, keyID: signing.keyID,
      algorithm: signing.algorithm.rawValue, method: draft.method, sceneID: draft.scene,
      createdMilliseconds: clock.wallMilliseconds(), timeoutMilliseconds: draft.timeout,
      channelBinding: channel.channelBinding, sequence: sequence, bodyDigest: hasher.digest(draft.body.span),
      traceID: trace, publicKey: isSelfDeclared ? signing.publicKey : [])
  }

  /// Sends requests as they are; their ids, in order.
  package func send(_ requests: [Request]) throws(ClientError) -> [UInt64] {
    var frames: [Frame] = []
    var ids: [UInt64] = []
    for request in requests {
      guard let header = try? RequestHeader(decoding: request.header.span) else {
        throw .misuse("the request's header does not decode")
      }
      let digest = SignedStatement.leaf(
        .request, header: request.header.span, hasher: try hasher(for: header))
      pending[nextCallID] = Pending(header: header, digest: digest)
      frames.append(Frame(callID: nextCallID, kind: .request(request)))
      ids.append(nextCallID)
      nextCallID += 1
    }
    try channel.send(frames, deadline: clock.monotonicNanoseconds() &+ 20_000_000_000)
    return ids
  }

  /// The leaf is made with the hash of the algorithm that the header itself names.
  private func hasher(for header: RequestHeader) throws(ClientError) -> Hasher {
    guard let named = SignatureAlgorithm(rawValue: header.algorithm)?.hash, named != hasher.function else {
      return hasher
    }
    do throws(CryptoError) { return try Hasher(named) } catch { throw .misuse("\(error)") }
  }

  /// Gives up a call. It is still answered.
  package func cancel(_ callID: UInt64) throws(ClientError) {
    try channel.send(
      [Frame(callID: callID, kind: .cancel)], deadline: clock.monotonicNanoseconds() &+ Self.grace)
  }

  // MARK: Hearing

  /// The next verified answer, or nil when none came before the monotonic deadline.
  package func next(deadline: UInt64) throws(ClientError) -> Answer? {
    while let frame = try channel.receive(deadline: deadline) {
      switch frame.kind {
      case .response(let response): return try answer(frame.callID, response)
      case .hello(let hello): learn(hello)
      case .ping(let opaque): try channel.send([Frame(kind: .pong(opaque))], deadline: deadline)
      case .goAway(let goAway): try heed(goAway)
      case .pong: continue
      case .request, .cancel, .signingCall, .signingReply:
        throw .notAuthentic("the server sent a frame that only clients send")
      }
    }
    return nil
  }

  private func answer(_ callID: UInt64, _ response: Response) throws(ClientError) -> Answer {
    guard let asked = pending.removeValue(forKey: callID) else {
      throw .notAuthentic("it answers a call that was not made")
    }
    let header = try verifier.verify(
      response, to: asked.header, digest: asked.digest, wasUnderWay: callID < firstCallSinceHello)
    return Answer(callID: callID, header: header, body: response.body)
  }

  private func heed(_ goAway: GoAway) throws(ClientError) {
    // Calls up to the last one named are still answered, unless nothing can be; only a caller with others is told.
    if goAway.reason == .unavailable { throw .unavailable }
    guard pending.keys.contains(where: { $0 > goAway.lastCallID }) else { return }
    throw .farewell(reason: "\(goAway.reason) \(terminalSafe(goAway.detail))", lastCallID: goAway.lastCallID)
  }

  package func close() { channel.close() }
}
