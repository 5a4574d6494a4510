import PassgateClient
import PassgateCrypto
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Synchronization
import Testing

@testable import PassgateRPC
@testable import PassgateService

/// One loop's service, driven call by call without a connection: time, queues and failures are the test's.
@Suite struct PipelineTests {
  /// A pipeline and its one caller: a signing-server tenant that checks, or the officer that lists tenants.
  final class Bench {
    enum Caller { case airline, officer }

    let platform: TestPlatform
    let pipeline: Pipeline
    let mailbox: Mailbox
    let peer: Peer
    private let caller: Caller
    private let key: PrivateKey
    private let hasher: Hasher
    private var sequence: UInt64 = 0

    init(_ caller: Caller = .airline) throws {
      self.caller = caller
      platform = try TestPlatform()
      let airline = try platform.authority.issue(.tenantSigning, name: "airline")
      try platform.provision([platform.tenant("airline", .signingServer, airline)])
      key = caller == .airline ? airline.key : platform.officer.key
      hasher = try Hasher(.sha256)
      mailbox = try Mailbox()
      pipeline = try Pipeline(platform.service, mailbox: mailbox)
      peer = Peer(
        id: ConnectionID(slot: 1, generation: 1), address: "127.0.0.1",
        identity: TransportIdentity(
          certificate: caller == .airline ? nil : platform.officer.certificate,
          channelBinding: [UInt8](repeating: 9, count: 32)))
      pipeline.opened(peer)
    }

    var now: UInt64 { platform.clock.monotonicNanoseconds() }

    /// A signed call; `age` is how long ago it arrived, milliseconds.
    func call(
      _ id: UInt64 = 1, timeout: UInt32 = 0, age: UInt64 = 0, change: (inout RequestHeader) -> Void = { _ in }
    ) throws -> Call {
      sequence += 1
      let body =
        caller == .airline ? Guest.draft().body : ListTenantsRequest(salt: freshSalt()).encoded()
      var header = RequestHeader(
        deployment: .sandbox, tenantID: caller == .airline ? "airline" : "officer-1",
        keyID: key.publicKey.keyID, algorithm: 1,
        method: caller == .airline
          ? "passgate.v1.Verification/VerifyIdentity" : "passgate.v1.Supervision/ListTenants",
        sceneID: "transport", createdMilliseconds: platform.clock.wallMilliseconds(),
        timeoutMilliseconds: timeout, channelBinding: peer.identity.channelBinding, sequence: sequence,
        bodyDigest: hasher.digest(body.span), traceID: try randomBytes(16))
      change(&header)
      let bytes = header.encoded()
      let leaf = SignedStatement.leaf(.request, header: bytes.span, hasher: hasher)
      let signature = try MerkleSignature.sign(
        leaves: [leaf], with: try FileSigner(key, .ecdsaP256SHA256), hasher: hasher)[0]
      return Call(
        peer: peer, id: id,
        kind: .request(Request(header: bytes, body: body, signature: Signature(signature))),
        arrived: now - age * 1_000_000)
    }

    /// The replies to these calls, those that wait for the disk included.
    func replies(to calls: [Call]) throws -> [Reply] {
      var replies = pipeline.handle(calls, now: now)
      while replies.count < calls.count { replies += try nextReplies() }
      return replies
    }

    /// What the next mail completes; a worker's mail completes nothing before the disk's.
    func nextReplies() throws -> [Reply] {
      var replies: [Reply] = []
      while replies.isEmpty {
        for mail in try nextMail() { replies += pipeline.receive(mail, now: now) }
      }
      return replies
    }

    func nextMail() throws -> [any Mail] {
      #expect(try Sockets.poll(mailbox.descriptor, for: .readable, timeoutMilliseconds: 10_000))
      return mailbox.takeAll().compactMap { mail in
        guard case .service(let mail) = mail else { return nil }
        return mail
      }
    }
  }

  private func reason(_ reply: Reply?) throws -> Reason {
    guard case .response(let response)? = reply?.kind else { throw SystemError(message: "no response") }
    return try ResponseHeader(decoding: response.header.span).reason
  }

  // MARK: Time

  @Test func aLateCallIsNotWorkedOn() throws {
    let bench = try Bench()
    let cases: [(UInt32, UInt64, Reason)] = [
      (0, 0, .noReason), (100, 200, .deadlineExpired), (300, 200, .noReason), (0, 600, .overloaded),
    ]
    for (timeout, age, expected) in cases {
      let replies = try bench.replies(to: [bench.call(timeout: timeout, age: age)])
      #expect(try reason(replies.first) == expected)
    }
  }

  @Test func aCallThatWaitsInAQueuePastItsDeadlineIsRefusedUnworked() throws {
    try withHeldWorker { bench, release in
      let calls = try [bench.call(timeout: 1)]
      _ = bench.pipeline.handle(calls, now: bench.now)
      let due = bench.now + 2_000_000
      while bench.now < due {}
      release()
      #expect(try reason(bench.nextReplies().last) == .deadlineExpired)
    }
  }

  @Test func aCancelledCallIsAnsweredCancelled() throws {
    try withHeldWorker { bench, release in
      let calls = try [bench.call(timeout: 30_000)]
      _ = bench.pipeline.handle(calls, now: bench.now)
      bench.pipeline.cancel(calls[0].id, of: bench.peer.id)
      release()
      #expect(try reason(bench.nextReplies().last) == .cancelled)
    }
  }

  @Test func aFullQueueIsRefusedAtOnce() throws {
    try withHeldWorker { bench, release in
      defer { release() }
      let calls = try (0..<257).map { try bench.call(UInt64($0) + 1, timeout: 30_000) }
      let immediate = bench.pipeline.handle(calls, now: bench.now)
      #expect(immediate.isEmpty, "the refusal is evidence too, so it waits for the disk")
      #expect(try reason(bench.nextReplies().first) == .overloaded)
    }
  }

  // MARK: Evidence

  @Test func withoutEvidenceThereIsNoVerdict() throws {
    let bench = try Bench()
    let calls = try [bench.call(1), bench.call(2)]
    #expect(bench.pipeline.handle(calls, now: bench.now).isEmpty)
    guard case .recorded(let ticket, true)? = try bench.nextMail().first as? ServiceMail else {
      throw SystemError(message: "the tick was not recorded")
    }
    let replies = bench.pipeline.receive(
      ServiceMail.recorded(ticket: ticket, isDurable: false), now: bench.now)
    #expect(replies.count == 2)
    for reply in replies {
      #expect(try reason(reply) == .evidenceUnavailable)
      guard case .response(let response) = reply.kind else { continue }
      #expect(throws: WireError.self) { try VerifyIdentityReply(decoding: response.body.span) }
    }
  }

  // MARK: Reply keys

  @Test func aNewReplyKeySignsNothingBeforeItsHello() throws {
    let bench = try Bench()
    let former = bench.platform.replyP256.key.publicKey.keyID
    let next = try bench.platform.authority.issue(.replySigning)
    var configuration = try bench.platform.service.configuration.read()
    configuration.replyKeys = ReplyKeys([try .of(next)])
    try bench.platform.service.reconfigure(configuration)
    #expect(try replyKey(bench.replies(to: [bench.call(1)]).first) == former)
    bench.pipeline.reconfigured()
    #expect(bench.pipeline.hello().replyKeys.map(\.certificates) == [next.chain.map(\.der)])
    #expect(try replyKey(bench.replies(to: [bench.call(2)]).first) == next.key.publicKey.keyID)
  }

  private func replyKey(_ reply: Reply?) throws -> [UInt8] {
    guard case .response(let response)? = reply?.kind else { throw SystemError(message: "no response") }
    return try ResponseHeader(decoding: response.header.span).keyID
  }

  // MARK: Trees of replies

  @Test func aTickHasOneSignatureForTheVerifiedAndOneForTheOthers() throws {
    let bench = try Bench()
    let calls = try (1...8).map { id in
      try bench.call(UInt64(id)) { header in if id > 5 { header.tenantID = "nobody" } }
    }
    let replies = try bench.replies(to: calls)
    let signatures = replies.compactMap { reply -> Signature? in
      guard case .response(let response) = reply.kind else { return nil }
      return response.signature
    }
    #expect(signatures.count == 8)
    #expect(Set(signatures.map(\.value)).count == 2)
    #expect(signatures.map(\.treeSize).sorted() == [3, 3, 3, 5, 5, 5, 5, 5])
  }

  @Test func aHeaderThatDoesNotDecodeEndsTheConnection() throws {
    let bench = try Bench()
    guard case .request(var request) = try bench.call().kind else { return }
    request.header[0] = 0xFF
    let call = Call(
      peer: bench.peer, id: 1, kind: .request(request), arrived: bench.now)
    let replies = bench.pipeline.handle([call], now: bench.now)
    guard case .goAway(let goAway)? = replies.first?.kind else {
      throw SystemError(message: "no farewell")
    }
    #expect(goAway.reason == .protocolError)
  }

  // MARK: Tools

  /// Runs `body` while the worker is held inside a job, until `body` releases it.
  private func withHeldWorker(_ body: (Bench, _ release: () -> Void) throws -> Void) throws {
    let bench = try Bench(.officer)
    let gate = Monitor((hasStarted: false, isOpen: false))
    #expect(
      try bench.platform.service.worker.submit {
        gate.update { $0.hasStarted = true }
        gate.wait { $0.isOpen ? () : nil }
      })
    gate.wait { $0.hasStarted ? () : nil }
    let release = { gate.update { $0.isOpen = true } }
    defer { release() }
    try body(bench, release)
  }
}
