import PassgateClient
import PassgateCrypto
@testable import PassgateRPC
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService

/// A key in a device that the test holds up, breaks and mends.
private final class TestDevice: Signer {
  private struct State: Sendable {
    var isHeld = false
    var isGone = false
    /// Signatures begun and made.
    var (begun, made) = (0, 0)
  }

  private let inner: FileSigner
  private let state = Monitor(State())
  let algorithm: SignatureAlgorithm
  var publicKey: PublicKey { inner.publicKey }
  var isRemote: Bool { true }

  init(_ identity: TestIdentity, _ algorithm: SignatureAlgorithm = .ecdsaP256SHA256) throws {
    self.algorithm = algorithm
    inner = try FileSigner(identity.key, algorithm)
  }

  func duplicate() throws(CryptoError) -> any Signer { self }

  func sign(_ message: Span<UInt8>) throws(CryptoError) -> [UInt8] {
    state.update { $0.begun += 1 }
    let isGone = state.wait { $0.isHeld ? nil : $0.isGone }
    if isGone { throw CryptoError(.unavailable, "the token is gone") }
    defer { state.update { $0.made += 1 } }
    return try inner.sign(message)
  }

  var made: Int { state.update { $0.made } }
  func hold() { state.update { $0.isHeld = true } }
  func release() { state.update { $0.isHeld = false } }
  func lose() { state.update { $0.isGone = true } }
  func mend() { state.update { $0.isGone = false } }
  /// Waits until so many signatures have begun.
  func awaitBegun(_ count: Int) { state.wait { $0.begun >= count ? () : nil } }
}

/// Replies whose key is in a device: signed off the loop, together, or not at all.
@Suite(.serialized) struct SigningDeviceTests {
  private typealias Bench = PipelineTests.Bench

  /// A bench whose P-256 reply key is in a device.
  private func bench() throws -> (Bench, TestDevice) {
    let bench = try Bench()
    try bench.platform.load([Guest.record])
    let device = try TestDevice(bench.platform.replyP256)
    try bench.platform.service.reconfigure(configuration(of: bench.platform, device))
    bench.pipeline.reconfigured()
    return (bench, device)
  }

  private func configuration(
    of platform: TestPlatform, _ device: TestDevice
  ) throws -> DeploymentConfiguration {
    var configuration = try platform.service.configuration.read()
    configuration.replyKeys.keys.removeAll { $0.algorithm == .ecdsaP256SHA256 }
    configuration.replyKeys.keys.append(
      ReplyKey(.ecdsaP256SHA256, chain: platform.replyP256.chain, signer: device, lifecycle: .inUse))
    return configuration
  }

  @Test func aCheckHasEachNeededKeyOfADeviceSignOnce() throws {
    let authority = try TestAuthority()
    let identity = try authority.issue(.replySigning, name: "reply")
    let device = try TestDevice(identity)
    var ended = KeyLifecycle.inUse
    ended.retired = 1
    let keys = ReplyKeys(
      [.inUse, ended].map { ReplyKey(.ecdsaP256SHA256, chain: identity.chain, signer: device, lifecycle: $0) }
    )
    #expect(keys.unproven(at: 10).isEmpty && device.made == 1)
    device.lose()
    let problems = keys.unproven(at: 10)
    #expect(problems.count == 1 && problems[0].contains("the token is gone"))
  }

  private func responses(_ replies: [Reply]) -> [Response] {
    replies.compactMap { if case .response(let response) = $0.kind { response } else { nil } }
  }

  private func isUnavailable(_ reply: Reply) -> Bool {
    if case .goAway(let goAway) = reply.kind { goAway.reason == .unavailable } else { false }
  }

  private func isAuthentic(_ response: Response, _ key: PublicKey) throws -> Bool {
    let hasher = try Hasher(.sha256)
    let leaf = SignedStatement.leaf(.response, header: response.header.span, hasher: hasher)
    return try Verifier(key, .ecdsaP256SHA256).isValid(
      MerkleSignature(response.signature), leaf: leaf, hasher: hasher)
  }

  @Test func ticksThatOverlapShareASignature() throws {
    let (bench, device) = try bench()
    device.hold()
    var sequence: UInt64 = 0
    let ticks = try [2, 3, 4].map { count in
      try (0..<count).map { _ -> Call in
        sequence += 1
        return try bench.call(sequence)
      }
    }
    #expect(bench.pipeline.handle(ticks[0], now: bench.now).isEmpty)
    device.awaitBegun(1)
    for tick in ticks[1...] { #expect(bench.pipeline.handle(tick, now: bench.now).isEmpty) }
    #expect(try bench.platform.service.devices.all.map(\.backlog) == [9])
    device.release()
    var replies: [Reply] = []
    while replies.count < 9 { replies += try bench.nextReplies() }
    #expect(device.made == 2)
    let responses = responses(replies)
    #expect(responses.count == 9)
    #expect(responses.map(\.signature.treeSize).sorted() == [2, 2] + [UInt64](repeating: 7, count: 7))
    for response in responses {
      #expect(try isAuthentic(response, bench.platform.replyP256.key.publicKey))
    }
  }

  @Test func strangersHaveTreesOfTheirOwn() throws {
    let (bench, device) = try bench()
    device.hold()
    _ = bench.pipeline.handle([try bench.call(1)], now: bench.now)
    device.awaitBegun(1)
    let calls = try (2...8).map { id in
      try bench.call(UInt64(id)) { header in if id > 5 { header.tenantID = "nobody" } }
    }
    _ = bench.pipeline.handle(calls, now: bench.now)
    device.release()
    var replies: [Reply] = []
    while replies.count < 8 { replies += try bench.nextReplies() }
    #expect(responses(replies).map(\.signature.treeSize).sorted() == [1, 3, 3, 3, 4, 4, 4, 4])
  }

  @Test func whatADeviceDidNotSignIsGivenBackAndLeavesNoTrace() throws {
    let (bench, device) = try bench()
    let before = try bench.platform.evidence().flatMap(\.entries).count
    device.hold()
    let calls = try (1...3).map { try bench.call(UInt64($0)) }
    _ = bench.pipeline.handle(Array(calls[..<1]), now: bench.now)
    device.awaitBegun(1)
    _ = bench.pipeline.handle(Array(calls[1...]), now: bench.now)
    device.lose()
    device.release()
    var replies: [Reply] = []
    while replies.count < 3 { replies += try bench.nextReplies() }
    #expect(replies.allSatisfy(isUnavailable))
    #expect(try bench.platform.evidence().flatMap(\.entries).count == before)
    #expect(try bench.platform.metrics().contains("passgate_signer_up{deployment=\"sandbox\"") == true)
    #expect(bench.platform.logged.count(of: "signer_lost") == 1)

    // New calls are not run: their sequence stays free.
    let shed = bench.pipeline.handle([try bench.call(4)], now: bench.now)
    #expect(shed.count == 1 && shed.allSatisfy(isUnavailable))
    #expect(device.made == 0)

    device.mend()
    let devices = try bench.platform.service.devices.all
    while !(devices.allSatisfy(\.isUp)) {
      bench.pipeline.timer(now: bench.now)
      _ = try Sockets.poll(bench.mailbox.descriptor, for: .readable, timeoutMilliseconds: 20)
    }
    #expect(bench.platform.logged.count(of: "signer_back") == 1)
    let answered = try bench.replies(to: [bench.call(5), bench.call(6)])
    #expect(responses(answered).count == 2)
    #expect(try bench.platform.evidence().flatMap(\.entries).count == before + 2)
  }

  /// A device that neither signs nor fails counts as lost, and what it signs in the end goes nowhere.
  @Test func aDeviceThatIsSilentIsLost() throws {
    let (bench, device) = try bench()
    device.hold()
    _ = bench.pipeline.handle([try bench.call(1)], now: bench.now)
    device.awaitBegun(1)
    let lost = try #require(try bench.platform.service.devices.all.first)
    lost.tend(now: bench.now + SigningDevice.patience / 2)
    #expect(lost.isUp)
    #expect(bench.pipeline.farewells().isEmpty)
    lost.tend(now: bench.now + 2 * SigningDevice.patience)
    #expect(!lost.isUp)
    let farewells = bench.pipeline.farewells()
    #expect(farewells.count == 1 && farewells.allSatisfy(isUnavailable))
    device.release()
    for mail in try bench.nextMail() { #expect(bench.pipeline.receive(mail, now: bench.now).isEmpty) }
    #expect(lost.isUp, "it is back with what it has signed")
  }

  /// The client says what happened, and nothing unsigned came.
  @Test func aClientIsToldPlainly() throws {
    let platform = try TestPlatform()
    try platform.load([Guest.record])
    let (identity, session) = try platform.mobileTenant()
    let device = try TestDevice(platform.replyP256)
    let configuration = try configuration(of: platform, device)
    try platform.reload { $0 = configuration }
    #expect(try session.call(Guest.draft()).verdict?.verdict == .consistent)
    device.lose()
    let error = #expect(throws: ClientError.self) { _ = try session.call(Guest.draft()) }
    #expect(error == .unavailable)
    #expect(
      error?.description.hasPrefix("UNAVAILABLE: the platform's signing device does not answer") == true)
    device.mend()
    // The loops try the device by themselves.
    let profile = platform.profile(tenant: "hotel", identity: identity, key: identity.key)
    let deadline = SystemClock().monotonicNanoseconds() + 20_000_000_000
    var verdict: PassgateWire.Verdict?
    while verdict == nil, SystemClock().monotonicNanoseconds() < deadline {
      verdict = try? platform.session(profile).call(Guest.draft()).verdict?.verdict
    }
    #expect(verdict == .consistent)
  }
}
