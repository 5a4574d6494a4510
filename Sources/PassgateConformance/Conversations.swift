import PassgateClient
import PassgateCrypto
import PassgateDomain
import PassgateSystem
import PassgateWire

/// The cases in which connections, sequence, time or what comes after a refusal matter.
let conversationPlays: [String: Play] = togetherPlays.merging(refusalPlays) { first, _ in first }
  .merging(edgePlays) { first, _ in first }.merging(recoveryPlays) { first, _ in first }
  .merging(renewalPlays) { first, _ in first }

private let minute: UInt64 = 60_000

private let togetherPlays: [String: Play] = [
  "batch-of-three": { (stage) throws(ClientError) in
    let claims = [
      ConformanceSuite.plainClaim, ConformanceSuite.strangeClaim, ConformanceSuite.supersededClaim,
    ]
    let body = try stage.batchBody(claims)
    try stage.ask(stage.draft(body, method: Stage.batchMethod), on: try stage.connection())
  },
  "one-signature-for-nine": { (stage) throws(ClientError) in
    try sendTogether(stage, ConformanceSuite.treeSize)
  },
]

private let refusalPlays: [String: Play] = [
  "method-unknown": changed { $0.method = "passgate.v1.Verification/VerifyNothing" },
  "method-of-officers": changed { $0.method = "passgate.v1.Supervision/ListTenants" },
  "scene-not-agreed": changed { $0.sceneID = "no-such-scene" },
  "scene-missing": changed { $0.sceneID = "" },
  "clock-behind": changed { $0.createdMilliseconds -= 6 * minute },
  "clock-ahead": changed { $0.createdMilliseconds += 6 * minute },
  "same-request-twice": { (stage) throws(ClientError) in
    let session = try stage.connection()
    let request = try stage.request(try stage.check(), on: session)
    try stage.send([request], on: session)
    try stage.send([request], on: session)
  },
  "sequence-again": { (stage) throws(ClientError) in
    let session = try stage.connection()
    var used: UInt64 = 0
    try stage.send([try stage.request(try stage.check(), on: session) { used = $0.sequence }], on: session)
    try stage.send([try stage.request(try stage.check(), on: session) { $0.sequence = used }], on: session)
  },
  "sequence-below-window": { (stage) throws(ClientError) in
    let session = try stage.open()
    let early = try stage.request(try stage.check(), on: session)
    let late = try stage.request(try stage.check(), on: session) { $0.sequence += 5_000 }
    try stage.send([late], on: session)
    try stage.send([early], on: session)
  },
  "on-another-connection": { (stage) throws(ClientError) in
    let request = try sendOnce(stage)
    try stage.send([request], on: try stage.openIntroduced())
  },
]

private let edgePlays: [String: Play] = [
  "batch-of-256": { (stage) throws(ClientError) in
    let body = try stage.batchBody(
      Array(repeating: ConformanceSuite.plainClaim, count: ConformanceSuite.batchLimit))
    try stage.ask(stage.draft(body, method: Stage.batchMethod), on: try stage.connection())
  },
  "timeout-above-maximum": { (stage) throws(ClientError) in
    try stage.ask(try stage.check(timeout: 60_000), on: try stage.connection())
  },
  "clock-nearly-behind": changed { $0.createdMilliseconds -= 4 * minute },
  "sequence-gap": changed { $0.sequence += 1_000 },
  "sequence-out-of-order": { (stage) throws(ClientError) in
    let session = try stage.connection()
    let first = try stage.request(try stage.check(), on: session)
    let second = try stage.request(try stage.check(), on: session)
    try stage.send([second], on: session)
    try stage.send([first], on: session)
  },
  "attempts-exhausted": { (stage) throws(ClientError) in
    // Drawn anew for each run: a number that is spent stays so for a day.
    let digits = try stage.random(7).map { String($0 % 10) }.joined()
    let session = try stage.connection()
    var claim = IdentityClaim(ConformanceSuite.strangeClaim)
    claim.number = "H9" + digits
    for day in 1...ConformanceSuite.wrongClaims + 1 {
      claim.birthDate = "1980-01-0\(day)"
      try stage.ask(stage.draft(try stage.identityBody(claim)), on: session)
    }
  },
]

// MARK: After a refusal

private let recoveryPlays: [String: Play] = [
  "clock-corrected": corrected { $0.createdMilliseconds -= 6 * minute },
  "channel-corrected": corrected { $0.channelBinding[0] ^= 1 },
  "sequence-renewed": { (stage) throws(ClientError) in
    let session = try stage.connection()
    let request = try stage.request(try stage.check(), on: session)
    try stage.send([request], on: session)
    try stage.send([request], on: session)
    try stage.ask(try stage.check(), on: session)
  },
  "body-corrected": { (stage) throws(ClientError) in
    let session = try stage.connection()
    var claim = IdentityClaim(ConformanceSuite.plainClaim)
    claim.birthDate = "14.03.1985"
    try stage.ask(stage.draft(try stage.identityBody(claim)), on: session)
    try stage.ask(try stage.check(), on: session)
  },
  "deadline-retried": { (stage) throws(ClientError) in
    let session = try stage.connection()
    let busy = try slowCalls(stage, on: session)
    let late = try stage.request(try stage.check(timeout: 1), on: session)
    let ids = try session.send(busy + [late])
    try stage.hear(Array(ids.suffix(1)), [late], on: session)
    try stage.ask(try stage.check(timeout: 10_000), on: session)
  },
  "call-cancelled": { (stage) throws(ClientError) in
    let session = try stage.connection()
    let request = try stage.request(try stage.check(), on: session)
    let ids = try session.send([request])
    try session.cancel(ids[0])
    try stage.hear(ids, [request], on: session)
  },
  "two-connections": { (stage) throws(ClientError) in
    let (one, other) = (try stage.open(), try stage.open())
    let first = try stage.request(try stage.check(), on: one)
    let second = try stage.request(try stage.check(), on: other)
    let (firstID, secondID) = (try one.send([first]), try other.send([second]))
    try stage.hear(firstID, [first], on: one)
    try stage.hear(secondID, [second], on: other)
  },
  "many-in-flight": { (stage) throws(ClientError) in try sendTogether(stage, ConformanceSuite.manyInFlight) },
]

/// Calls that keep the platform busy for some milliseconds before it comes to what is sent behind them: anybody's
/// health checks under the slowest algorithm, few enough for one TLS record.
private func slowCalls(_ stage: Stage, on session: Session) throws(ClientError) -> [Request] {
  let stranger = try stage.stranger(.sm2SM3)
  var profile = stage.profile
  (profile.tenantID, profile.algorithm) = (RequestHeader.selfDeclaredTenantID, .sm2SM3)
  let hasher: Hasher
  do throws(CryptoError) { hasher = try Hasher(.sm3) } catch { throw .environment("\(error)") }
  var requests: [Request] = []
  for number in 1...24 {
    let body = HealthCheckRequest(salt: try stage.random(16)).encoded()
    let header = RequestHeader(
      deployment: profile.deployment, tenantID: profile.tenantID, keyID: stranger.keyID,
      algorithm: profile.algorithm.rawValue, method: "passgate.v1.Health/Check",
      createdMilliseconds: stage.clock.wallMilliseconds(), channelBinding: session.channel.channelBinding,
      sequence: UInt64(number), bodyDigest: hasher.digest(body.span), traceID: try stage.random(16),
      publicKey: stranger.publicKey
    ).encoded()
    requests.append(Request(header: header, body: body, signature: try stranger.sign(headers: [header])[0]))
  }
  return requests
}

// MARK: New connections and keys

private let renewalPlays: [String: Play] = [
  "connection-renewed": { (stage) throws(ClientError) in
    try sendOnce(stage)
    try sendOnce(stage)
  },
  "renewed-after-goaway": { (stage) throws(ClientError) in
    let session = try stage.open()
    try stage.ask(try stage.check(), on: session)
    // Nobody may cancel what was never called: the platform says goodbye.
    try session.cancel(.max)
    try awaitEnd(of: session, stage.clock)
    try sendOnce(stage)
  },
  "renewed-after-bad-requests": { (stage) throws(ClientError) in
    let session = try stage.openIntroduced()
    for _ in 0..<ConformanceSuite.unauthenticLimit {
      let request = try stage.request(try stage.check(), on: session)
      try stage.send([try stage.altered(request) { $0.traceID[0] ^= 1 }], on: session)
    }
    try awaitEnd(of: session, stage.clock)
    try sendOnce(stage)
  },
  "second-key": { (stage) throws(ClientError) in
    try sendOnce(stage)
    try sendOnce(stage, stage.second)
  },
]

/// A check on a connection of its own, which ends with it.
@discardableResult
private func sendOnce(_ stage: Stage, _ profile: Profile? = nil) throws(ClientError) -> Request {
  let session = try stage.open(profile)
  let request = try stage.request(try stage.check(), on: session)
  try stage.send([request], on: session)
  session.close()
  return request
}

/// Waits until the platform has ended the connection.
private func awaitEnd(of session: Session, _ clock: any Clock) throws(ClientError) {
  let deadline = clock.monotonicNanoseconds() &+ 5_000_000_000
  do throws(ClientError) {
    while try session.next(deadline: deadline) != nil {}
  } catch {
    return
  }
  throw .misuse("the platform did not end a connection that it should have ended")
}

/// Checks under one signature, all under way at once.
private func sendTogether(_ stage: Stage, _ count: Int) throws(ClientError) {
  var drafts: [Draft] = []
  for _ in 0..<count { drafts.append(try stage.check()) }
  let session = try stage.connection()
  try stage.send(try session.sign(drafts), on: session)
}

/// One check whose header was changed before it was signed.
private func changed(_ change: @escaping @Sendable (inout RequestHeader) -> Void) -> Play {
  { (stage) throws(ClientError) in
    let session = try stage.openIntroduced()
    try stage.send([try stage.requestAnyway(try stage.check(), on: session, change)], on: session)
  }
}

/// The same, and then as it must be.
private func corrected(_ change: @escaping @Sendable (inout RequestHeader) -> Void) -> Play {
  { (stage) throws(ClientError) in
    let session = try stage.openIntroduced()
    try stage.send([try stage.requestAnyway(try stage.check(), on: session, change)], on: session)
    try stage.ask(try stage.check(), on: session)
  }
}
