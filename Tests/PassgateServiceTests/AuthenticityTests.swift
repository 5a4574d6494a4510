import PassgateClient
import PassgateCrypto
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService

/// What the platform believes of a request, over real TLS with the real client.
@Suite(.serialized) struct AuthenticityTests {
  /// Changes one thing of a good request after it was signed.
  struct Forgery: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let reason: Reason
    let change: @Sendable (inout RequestHeader) -> Void

    init(
      _ name: String, _ reason: Reason = .notAuthentic,
      _ change: @escaping @Sendable (inout RequestHeader) -> Void
    ) {
      testDescription = name
      self.reason = reason
      self.change = change
    }
  }

  /// Every field of the header; what depends on the sender alone has its own reason.
  static let forgeries: [Forgery] = [
    Forgery("deployment", .wrongDeployment) { $0.deployment = .production },
    Forgery("tenant_id") { $0.tenantID = "stranger" },
    Forgery("key_id") { $0.keyID[0] ^= 1 },
    Forgery("algorithm") { $0.algorithm = 2 },
    Forgery("algorithm of another family") { $0.algorithm = 5 },
    Forgery("method") { $0.method = "passgate.v1.Verification/VerifyBatch" },
    Forgery("unknown method", .unknownMethod) { $0.method = "passgate.v1.Verification/Search" },
    Forgery("scene_id") { $0.sceneID = "transport" },
    Forgery("created_ms") { $0.createdMilliseconds += 1 },
    Forgery("created_ms too late", .clockSkew) { $0.createdMilliseconds += 300_001 },
    Forgery("created_ms too early", .clockSkew) { $0.createdMilliseconds -= 300_001 },
    Forgery("timeout_ms") { $0.timeoutMilliseconds = 9_000 },
    Forgery("channel_binding", .wrongChannel) { $0.channelBinding[31] ^= 0x80 },
    Forgery("sequence") { $0.sequence += 1_000 },
    Forgery("body_digest") { $0.bodyDigest[0] ^= 1 },
    Forgery("trace_id") { $0.traceID[15] ^= 1 },
    Forgery("public_key") { $0.publicKey = [0x30] },
  ]

  @Test(arguments: forgeries) func aChangedHeaderIsRefused(_ forgery: Forgery) throws {
    let platform = try TestPlatform()
    let (_, session) = try platform.mobileTenant()
    var request = try session.sign([Guest.draft()])[0]
    var header = try RequestHeader(decoding: request.header.span)
    forgery.change(&header)
    request.header = header.encoded()
    let answer = try send(request, on: session)
    #expect(answer.reason == forgery.reason)
    #expect(answer.verdict == nil)
  }

  @Test func theSameChangesSignedProperlyHaveTheirOwnReasons() throws {
    let platform = try TestPlatform()
    let (identity, session) = try platform.mobileTenant()
    let reasons: [(Reason, (inout RequestHeader) -> Void)] = [
      (.noReason, { _ in }),
      (.sceneNotAgreed, { $0.sceneID = "finance" }),
      (.notPermitted, { $0.method = "passgate.v1.Supervision/ListTenants" }),
      (.clockSkew, { $0.createdMilliseconds += 300_001 }),
      (.wrongDeployment, { $0.deployment = .production }),
      (.notAuthentic, { $0.publicKey = identity.key.publicKey.spki }),
    ]
    for (reason, change) in reasons {
      var request = try session.sign([Guest.draft()])[0]
      var header = try RequestHeader(decoding: request.header.span)
      change(&header)
      request = try resign(request, header, identity.key)
      #expect(try send(request, on: session).reason == reason)
    }
  }

  @Test func aChangedBodyOrSignatureIsRefused() throws {
    let platform = try TestPlatform()
    let (_, session) = try platform.mobileTenant()
    let changes: [(inout Request) -> Void] = [
      { $0.body[$0.body.count - 1] ^= 1 },
      { $0.signature.value[$0.signature.value.count - 1] ^= 1 },
      { $0.signature.treeSize = 2 },
      { $0.signature.leafIndex = 1 },
      { $0.signature.path = [[UInt8](repeating: 0, count: 32)] },
      { $0.signature.treeSize = 0 },
      { $0.signature.treeSize = .max },
    ]
    for change in changes {
      var request = try session.sign([Guest.draft()])[0]
      change(&request)
      #expect(try send(request, on: session).reason == .notAuthentic)
    }
    #expect(try session.call(Guest.draft()).status == .ok)
  }

  @Test func oneAnswerForUnknownTenantUnknownKeyAndBadSignature() throws {
    let platform = try TestPlatform()
    let (identity, session) = try platform.mobileTenant()
    let stranger = try PrivateKey.generate(.ecdsaP256SHA256)
    var answers: [ClientAnswer] = []
    for (tenant, key) in [("nobody", stranger), ("hotel", stranger), ("hotel", identity.key)] {
      var request = try session.sign([Guest.draft()])[0]
      var header = try RequestHeader(decoding: request.header.span)
      header.tenantID = tenant
      header.keyID = key.publicKey.keyID
      request = try resign(request, header, stranger)
      answers.append(try send(request, on: session))
    }
    let refusals = answers.compactMap(\.refusal)
    #expect(refusals.count == 3)
    for (answer, refusal) in zip(answers, refusals) {
      #expect(answer.status == .unauthenticated && answer.reason == .notAuthentic)
      #expect(refusal.remedy == refusals[0].remedy && refusal.field.isEmpty && refusal.article.isEmpty)
      #expect(answer.body.count == answers[0].body.count)
    }
  }

  @Test(arguments: SignatureAlgorithm.allCases)
  func strangersSignWithAnyAlgorithmButPKCS1(_ algorithm: SignatureAlgorithm) throws {
    let platform = try TestPlatform()
    var profile = platform.profile(
      tenant: RequestHeader.selfDeclaredTenantID, identity: nil, key: try PrivateKey.generate(algorithm),
      algorithm)
    profile.scene = ""
    let answer = try platform.session(profile).call(
      ClientDraft(
        method: "passgate.v1.Health/Check", body: HealthCheckRequest(salt: freshSalt()).encoded()))
    #expect(answer.reason == (algorithm == .rsaPKCS1SHA256 ? .notAuthentic : .noReason))
  }

  // MARK: Replay

  @Test func aRequestIsGoodOnce() throws {
    let platform = try TestPlatform()
    let (identity, session) = try platform.mobileTenant()
    let request = try session.sign([Guest.draft()])[0]
    #expect(try send(request, on: session).status == .ok)
    #expect(try send(request, on: session).reason == .sequenceUsed)
    let profile = platform.profile(tenant: "hotel", identity: identity, key: identity.key)
    #expect(try send(request, on: platform.session(profile)).reason == .wrongChannel)
    try platform.restart()
    let again = platform.profile(tenant: "hotel", identity: identity, key: identity.key)
    #expect(try send(request, on: platform.session(again)).reason == .wrongChannel)
  }

  // MARK: Batches

  @Test func oneSignatureCarriesABatchAndEachRequestOnce() throws {
    let platform = try TestPlatform()
    let (_, session) = try platform.mobileTenant()
    try platform.load([Guest.record])
    let requests = try session.sign((0..<9).map { _ in Guest.draft() })
    #expect(Set(requests.map(\.signature.value)).count == 1)
    for request in requests { #expect(try send(request, on: session).verdict?.verdict == .consistent) }
    #expect(try send(requests[4], on: session).reason == .sequenceUsed)
  }

  @Test func aVerifiedRootVouchesForNoOtherSignatureOrLeaf() throws {
    let platform = try TestPlatform()
    let (_, session) = try platform.mobileTenant()
    let requests = try session.sign((0..<4).map { _ in Guest.draft() })
    #expect(try send(requests[0], on: session).status == .ok)
    var otherValue = requests[1]
    otherValue.signature.value[otherValue.signature.value.count - 1] ^= 1
    #expect(try send(otherValue, on: session).reason == .notAuthentic)
    var otherLeaf = requests[2]
    otherLeaf.signature.leafIndex = 3
    #expect(try send(otherLeaf, on: session).reason == .notAuthentic)
    #expect(try send(requests[3], on: session).status == .ok)
  }

  @Test func aTreeOfTwoKeysVerifiesForTheKeyThatSigned() throws {
    let platform = try TestPlatform()
    let (hotel, session) = try platform.mobileTenant()
    let other = try platform.authority.issue(.tenantMobile)
    let mine = try session.sign([Guest.draft()])[0]
    let next = try session.sign([Guest.draft()])[0]
    var theirHeader = try RequestHeader(decoding: next.header.span)
    theirHeader.keyID = other.key.publicKey.keyID
    let hasher = try Hasher(.sha256)
    let headers = [mine.header, theirHeader.encoded()]
    let leaves = headers.map { SignedStatement.leaf(.request, header: $0.span, hasher: hasher) }
    let signatures = try MerkleSignature.sign(
      leaves: leaves, with: try FileSigner(hotel.key, .ecdsaP256SHA256), hasher: hasher)
    let first = Request(header: headers[0], body: mine.body, signature: Self.wire(signatures[0]))
    let second = Request(header: headers[1], body: mine.body, signature: Self.wire(signatures[1]))
    #expect(try send(first, on: session).status == .ok)
    #expect(try send(second, on: session).reason == .notAuthentic)
  }

  // MARK: Replies

  @Test func aChangedReplyIsRefusedByTheClient() throws {
    let platform = try TestPlatform()
    let (_, session) = try platform.mobileTenant()
    let request = try session.sign([Guest.draft()])[0]
    let header = try RequestHeader(decoding: request.header.span)
    let digest = SignedStatement.leaf(.request, header: request.header.span, hasher: try Hasher(.sha256))
    let deadline = platform.clock.monotonicNanoseconds() + seconds(10)
    try session.channel.send([Frame(callID: 1, kind: .request(request))], deadline: deadline)
    let frame = try #require(try session.channel.receive(deadline: deadline))
    guard case .response(let genuine) = frame.kind else {
      Issue.record("the server did not answer with a response")
      return
    }
    let verifier = ReplyVerifier(anchors: [platform.authority.root])
    verifier.learn(session.hello, unixSeconds: Int64(platform.clock.wallMilliseconds() / 1_000))
    _ = try verifier.verify(genuine, to: header, digest: digest)

    let headerChanges: [(inout ResponseHeader) -> Void] = [
      { $0.deployment = .production }, { $0.tenantID = "airline" }, { $0.keyID[0] ^= 1 },
      { $0.algorithm = 2 },
      { $0.requestDigest[0] ^= 1 }, { $0.status = .notFound }, { $0.reason = .overloaded },
      { $0.createdMilliseconds += 1 }, { $0.bodyDigest[0] ^= 1 },
    ]
    let changes: [(inout Response) -> Void] =
      headerChanges.map { change in
        { response in
          guard var header = try? ResponseHeader(decoding: response.header.span) else { return }
          change(&header)
          response.header = header.encoded()
        }
      } + [
        { $0.body[$0.body.count - 1] ^= 1 },
        { $0.signature.value[8] ^= 1 },
        { $0.signature.path.append([UInt8](repeating: 7, count: 32)) },
        { $0.signature.leafIndex += 1 },
        { $0.signature.treeSize += 1 },
      ]
    for change in changes {
      var forged = genuine
      change(&forged)
      #expect(forged != genuine)
      #expect(throws: ClientError.self) { try verifier.verify(forged, to: header, digest: digest) }
    }
    let otherRoot = ReplyVerifier(anchors: [try TestAuthority().root])
    otherRoot.learn(session.hello, unixSeconds: Int64(platform.clock.wallMilliseconds() / 1_000))
    #expect(throws: ClientError.self) { try otherRoot.verify(genuine, to: header, digest: digest) }
  }

  // MARK: Tools

  private func send(_ request: Request, on session: ClientSession) throws -> ClientAnswer {
    _ = try session.send([request])
    return try #require(try session.next(deadline: SystemClock().monotonicNanoseconds() + seconds(10)))
  }

  private func resign(_ request: Request, _ header: RequestHeader, _ key: PrivateKey) throws -> Request {
    let bytes = header.encoded()
    let hasher = try Hasher(.sha256)
    let leaf = SignedStatement.leaf(.request, header: bytes.span, hasher: hasher)
    let signature = try MerkleSignature.sign(
      leaves: [leaf], with: try FileSigner(key, .ecdsaP256SHA256), hasher: hasher)[0]
    return Request(header: bytes, body: request.body, signature: Self.wire(signature))
  }

  private static func wire(_ signature: MerkleSignature) -> Signature {
    Signature(
      value: signature.value, treeSize: signature.treeSize, leafIndex: signature.leafIndex,
      path: signature.path)
  }

  private func seconds(_ count: UInt64) -> UInt64 { count * 1_000_000_000 }
}
