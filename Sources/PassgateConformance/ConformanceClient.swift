package import PassgateClient
import PassgateCrypto
package import PassgateDomain
package import PassgateSystem
package import PassgateWire

/// Why a run could not be made: not what it came to.
package enum ConformanceFault: Error, CustomStringConvertible {
  case client(ClientError)
  /// The platform did not begin or end the run.
  case refused(Answer)
  /// The platform has another table of cases.
  case otherSuite(UInt32)

  package var description: String {
    switch self {
    case .client(let error): error.description
    case .refused(let answer):
      [answer.reason.name, terminalSafe(answer.refusal?.field ?? ""), answer.reason.remedy]
        .filter { !$0.isEmpty }.joined(separator: ": ")
    case .otherSuite(let version):
      "the platform has version \(version) of the suite, this program \(ConformanceSuite.version): install the same release"
    }
  }
}

/// What the tenant's side did for a case of requests, and what it saw.
package struct Trial: Sendable {
  package let conformanceCase: ConformanceCase
  package let requests: [SentRequest]
  /// Why the case could not be played to its end.
  package let problem: String?

  /// What was seen here, in few words.
  package var seen: String { sightings.inWords }

  /// True when the answers were those of the case, as far as this side can tell.
  package func isAsExpected(under circumstances: Set<Circumstance>) -> Bool {
    guard problem == nil else { return false }
    let outcomes = requests.map(\.outcomes)
    return conformanceCase.patterns(under: circumstances).contains { $0.outcomes == outcomes }
  }

  private var sightings: [[Sighting]] {
    requests.map { request in
      request.outcomes.map {
        Sighting(outcome: $0, connection: [], keyID: [], treeSize: 1, sequence: 1)
      }
    }
  }
}

/// A report that the platform has signed, verified.
package struct SignedReport: Sendable {
  package let report: ConformanceReport
  /// An encoded `FinishConformanceReply`: report, signature and key, for keeping.
  package let bytes: [UInt8]
}

/// The tenant's side of joint debugging.
//= Measures art.7(3)
package final class ConformanceClient {
  private let stage: Stage
  private let profile: Profile
  private let clock: any Clock
  private let wait: (UInt64) -> Void

  /// - Parameters:
  ///   - second: the same tenant with another of its keys; nil where it has one.
  ///   - wait: waits for milliseconds.
  package init(
    _ profile: Profile, second: Profile? = nil, clock: any Clock = SystemClock(),
    wait: @escaping (UInt64) -> Void
  ) {
    (self.profile, self.clock, self.wait) = (profile, clock, wait)
    stage = Stage(profile, second: second, clock: clock)
  }

  /// Begins a run.
  package func start() throws(ConformanceFault) -> StartConformanceReply {
    let answer = try call("passgate.v1.Conformance/Start") { StartConformanceRequest(salt: $0) }
    let reply: StartConformanceReply = try success(answer)
    guard reply.suite == ConformanceSuite.version else { throw .otherSuite(reply.suite) }
    return reply
  }

  /// Plays a case of requests.
  package func play(_ row: ConformanceCase) -> Trial {
    let trial = playOnce(row)
    guard let delay = stage.takeDelay() else { return trial }
    wait(delay)
    return playOnce(row)
  }

  private func playOnce(_ row: ConformanceCase) -> Trial {
    var problem: String?
    do throws(ClientError) {
      try plays[row.id]?(stage)
    } catch {
      problem = error.description
      stage.renew()
    }
    return Trial(conformanceCase: row, requests: stage.takeRecord(), problem: problem)
  }

  /// Whether this side believes a reply.
  package func believes(_ specimen: ReplySpecimen) -> Bool {
    let verifier = ReplyVerifier(anchors: profile.anchors)
    let now = clock.wallMilliseconds()
    verifier.learn(
      Hello(serverTimeMilliseconds: now, software: "", limits: Limits(), replyKeys: specimen.keys),
      unixSeconds: Int64(clamping: now / 1_000))
    do {
      let request = try RequestHeader(decoding: specimen.requestHeader.span)
      let hash = SignatureAlgorithm(rawValue: request.algorithm)?.hash ?? .sha256
      let digest = SignedStatement.leaf(
        .request, header: specimen.requestHeader.span, hasher: try Hasher(hash))
      let header = try verifier.verify(specimen.response, to: request, digest: digest)
      if header.status == .ok {
        _ = try VerifyIdentityReply(decoding: specimen.response.body.span)
      } else {
        _ = try Refusal(decoding: specimen.response.body.span)
      }
      return true
    } catch {
      return false
    }
  }

  /// Ends a run: what was sent for each case, and which specimens are believed.
  package func finish(
    _ run: StartConformanceReply, trials: [Trial], believed: [Bool]
  ) throws(ConformanceFault) -> SignedReport {
    let requests = trials.flatMap { trial in
      trial.requests.map { CaseRequest(name: trial.conformanceCase.id, requestDigest: $0.digest) }
    }
    let operation: [UInt8]
    do throws(ClientError) { operation = try stage.random(16) } catch { throw .client(error) }
    let answer = try call("passgate.v1.Conformance/Finish") {
      FinishConformanceRequest(
        salt: $0, operationID: operation, run: run.run, requests: requests, believed: believed)
    }
    let reply: FinishConformanceReply = try success(answer)
    do throws(ClientError) {
      return SignedReport(report: try verify(reply), bytes: reply.encoded())
    } catch {
      throw .client(error)
    }
  }

  /// The whole of it; `progress` hears of every case of requests when it was played.
  package func run(progress: (Trial) -> Void) throws(ConformanceFault) -> (SignedReport, [Trial]) {
    let run = try start()
    let trials = Self.requestCases.map { row in
      let trial = play(row)
      progress(trial)
      return trial
    }
    return (try finish(run, trials: trials, believed: run.specimens.map(believes)), trials)
  }

  /// The cases that `play` is for; replies are judged by `believes`.
  package static let requestCases = ConformanceSuite.all.filter {
    if case .requests = $0.kind { true } else { false }
  }

  // MARK: Calls

  /// One call; on another connection once more when the first one broke, which does no harm: a start begins anew,
  /// and a finish is known by its operation id.
  private func call(
    _ method: String, _ body: ([UInt8]) -> some WireMessage
  ) throws(ConformanceFault) -> Answer {
    do throws(ClientError) {
      do throws(ClientError) {
        return try callOnce(method, body)
      } catch {
        if case .notAuthentic = error { throw error }
        stage.renew()
        return try callOnce(method, body)
      }
    } catch {
      throw .client(error)
    }
  }

  private func callOnce(
    _ method: String, _ body: ([UInt8]) -> some WireMessage
  ) throws(ClientError) -> Answer {
    let draft = stage.draft(body(try stage.random(16)).encoded(), method: method)
    return try stage.connection().call(draft)
  }

  private func success<Reply: WireMessage>(_ answer: Answer) throws(ConformanceFault) -> Reply {
    guard answer.status == .ok else { throw .refused(answer) }
    let body = answer.body
    do throws(WireError) {
      return try Reply(decoding: body.span)
    } catch {
      throw .client(.notAuthentic("its body does not decode: \(error)"))
    }
  }

  /// The report, if the platform has signed it for this tenant.
  private func verify(_ reply: FinishConformanceReply) throws(ClientError) -> ConformanceReport {
    let now = Int64(clamping: clock.wallMilliseconds() / 1_000)
    let report = try ReportVerifier.report(reply, anchors: profile.anchors, at: now)
    guard report.tenantID == profile.tenantID, report.suite == ConformanceSuite.version else {
      throw .notAuthentic("the report is another tenant's or about another suite")
    }
    return report
  }
}
