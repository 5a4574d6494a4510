import PassgateClient
import PassgateCrypto
package import PassgateDomain
import PassgateSystem
import PassgateWire

/// Where the cases of joint debugging are played: connections to the sandbox, and a record of what was sent.
final class Stage {
  static let identityMethod = "passgate.v1.Verification/VerifyIdentity"
  static let batchMethod = "passgate.v1.Verification/VerifyBatch"
  /// How long an answer is waited for, nanoseconds.
  private static let patience: UInt64 = 10_000_000_000

  let profile: Profile
  /// Of the same tenant with another of its keys.
  let second: Profile?
  let clock: any Clock
  /// Every request that was answered since the last `takeRecord`, in the order of its first sending.
  private var record: [SentRequest] = []
  private var common: Session?
  private var delay: UInt64?

  init(_ profile: Profile, second: Profile?, clock: any Clock) {
    (self.profile, self.second, self.clock) = (profile, second, clock)
  }

  func takeRecord() -> [SentRequest] {
    defer { record = [] }
    return record
  }

  /// How long to wait before the case is played again, milliseconds; nil when nothing kept it from its end.
  func takeDelay() -> UInt64? {
    defer { delay = nil }
    return delay
  }

  // MARK: Connections

  /// The connection that cases share which do it no harm.
  func connection() throws(ClientError) -> Session {
    if let common { return common }
    let session = try open()
    common = session
    return session
  }

  /// Gives the shared connection up: something went wrong on it.
  func renew() {
    common?.close()
    common = nil
  }

  /// A connection of this case alone.
  func open(_ profile: Profile? = nil) throws(ClientError) -> Session {
    try Session(profile ?? self.profile, clock: clock)
  }

  /// The same, after one check that is not of the case: the platform then knows whose the connection is, and
  /// counts requests on it that nobody signed as this tenant's.
  func openIntroduced() throws(ClientError) -> Session {
    let session = try open()
    let answer = try session.call(try check())
    guard answer.status == .ok else {
      delay = delay ?? Self.delay(after: answer)
      throw .misuse("a plain check was refused: \(answer.reason.name). \(answer.refusal?.remedy ?? "")")
    }
    return session
  }

  // MARK: Requests

  /// A check of one claim.
  func check(_ claim: SuiteClaim = ConformanceSuite.plainClaim, timeout: UInt32 = 0) throws(ClientError)
    -> Draft
  {
    draft(try identityBody(IdentityClaim(claim)), timeout: timeout)
  }

  func draft(_ body: [UInt8], method: String = Stage.identityMethod, timeout: UInt32 = 0) -> Draft {
    Draft(method: method, scene: profile.scene, body: body, timeout: timeout)
  }

  func identityBody(_ claim: PassgateWire.IdentityClaim) throws(ClientError) -> [UInt8] {
    VerifyIdentityRequest(salt: try random(16), claim: claim).encoded()
  }

  func batchBody(_ claims: [SuiteClaim]) throws(ClientError) -> [UInt8] {
    VerifyBatchRequest(salt: try random(16), claims: claims.map { IdentityClaim($0) }).encoded()
  }

  /// A signed request whose header was changed before.
  func request(
    _ draft: Draft, on session: Session, _ change: (inout RequestHeader) -> Void = { _ in }
  ) throws(ClientError) -> Request {
    var header = try session.header(for: draft)
    change(&header)
    return Request(
      header: header.encoded(), body: draft.body, signature: try session.sign(headers: [header])[0])
  }

  /// The same; where a signing server does not sign such a header, it is sent with the signature of another.
  func requestAnyway(
    _ draft: Draft, on session: Session, _ change: (inout RequestHeader) -> Void
  ) throws(ClientError) -> Request {
    do throws(ClientError) {
      return try request(draft, on: session, change)
    } catch {
      guard case .signing = error else { throw error }
      return try altered(try request(draft, on: session), change)
    }
  }

  /// A request whose header is changed behind its signature.
  func altered(_ request: Request, _ change: (inout RequestHeader) -> Void) throws(ClientError) -> Request {
    var header = try decoded(request)
    change(&header)
    return Request(header: header.encoded(), body: request.body, signature: request.signature)
  }

  private func decoded(_ request: Request) throws(ClientError) -> RequestHeader {
    do throws(WireError) {
      return try RequestHeader(decoding: request.header.span)
    } catch {
      throw .misuse("\(error)")
    }
  }

  func random(_ count: Int) throws(ClientError) -> [UInt8] {
    do throws(CryptoError) { return try randomBytes(count) } catch { throw .environment("\(error)") }
  }

  /// A key that nobody has registered.
  func stranger(_ algorithm: SignatureAlgorithm) throws(ClientError) -> LocalSigning {
    let key: PrivateKey
    do throws(CryptoError) { key = try .generate(algorithm) } catch { throw .environment("\(error)") }
    return try LocalSigning(key, algorithm)
  }

  // MARK: Sending

  /// Signs a check, sends it and waits for its answer.
  @discardableResult
  func ask(_ draft: Draft, on session: Session) throws(ClientError) -> Answer {
    try send([try request(draft, on: session)], on: session)[0]
  }

  /// Sends requests together and waits for all answers; they come in the order of the requests.
  @discardableResult
  func send(_ requests: [Request], on session: Session) throws(ClientError) -> [Answer] {
    let ids = try session.send(requests)
    return try hear(ids, requests, on: session)
  }

  /// Waits for the answers to requests that were sent under these ids, and records them.
  @discardableResult
  func hear(_ ids: [UInt64], _ requests: [Request], on session: Session) throws(ClientError) -> [Answer] {
    var answers: [UInt64: Answer] = [:]
    let deadline = clock.monotonicNanoseconds() &+ Self.patience
    while answers.count < ids.count {
      guard let answer = try session.next(deadline: deadline) else {
        throw .environment("\(profile.endpoint): no answer in time")
      }
      if ids.contains(answer.callID) { answers[answer.callID] = answer }
    }
    var ordered: [Answer] = []
    for (id, request) in zip(ids, requests) {
      guard let answer = answers[id] else { continue }
      ordered.append(answer)
      try note(answer, to: request)
    }
    return ordered
  }

  /// Only where the platform itself was in the way: every other refusal is an answer.
  private static func delay(after answer: Answer) -> UInt64? {
    guard answer.reason == .overloaded || answer.reason == .evidenceUnavailable else { return nil }
    return UInt64(answer.refusal?.retryAfterMilliseconds ?? 1_000)
  }

  private func note(_ answer: Answer, to request: Request) throws(ClientError) {
    let outcome = try ConformanceOutcome(answer, method: try decoded(request).method)
    delay = delay ?? Self.delay(after: answer)
    let digest = answer.header.requestDigest
    if let place = record.firstIndex(where: { $0.digest == digest }) {
      record[place].outcomes.append(outcome)
    } else {
      record.append(SentRequest(digest: digest, outcomes: [outcome]))
    }
  }
}

/// A request of a case, with what it came to each time that it was sent.
package struct SentRequest: Sendable, Equatable {
  /// Its leaf hash.
  package let digest: [UInt8]
  package var outcomes: [ConformanceOutcome]
}

extension ConformanceOutcome {
  /// What an answer to a check says.
  fileprivate init(_ answer: Answer, method: String) throws(ClientError) {
    guard answer.status == .ok else {
      self = .refused(answer.reason.name, field: answer.refusal?.field ?? "")
      return
    }
    do throws(WireError) {
      let body = answer.body
      let results =
        method == Stage.batchMethod
        ? try VerifyBatchReply(decoding: body.span).results
        : [try VerifyIdentityReply(decoding: body.span).result]
      self = .verdicts(results.map { VerdictClass($0.verdict) })
    } catch {
      throw .notAuthentic("its body does not decode: \(error)")
    }
  }
}

extension VerdictClass {
  fileprivate init(_ verdict: PassgateWire.Verdict) {
    switch verdict {
    case .consistent: self = .consistent
    case .inconsistent: self = .inconsistent
    case .undetermined: self = .undetermined
    }
  }
}

extension PassgateWire.IdentityClaim {
  init(_ claim: SuiteClaim) {
    self.init(
      documentType: claim.type == .permit ? .permit : .passport, number: claim.number, name: claim.name,
      birthDate: claim.birthDate, sex: claim.sex.map { $0 == .female ? .female : .male },
      expiry: claim.expiry, mrz: claim.mrz)
  }
}
