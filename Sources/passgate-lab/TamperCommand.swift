import PassgateClient
import PassgateCrypto
import PassgateEngines
import PassgateProfile
import PassgateSystem
import PassgateWire

/// `passgate-lab tamper`: changes one thing at a time in signed messages and shows that it is noticed.
struct TamperCommand {
  private let profile: Profile
  private let body: [UInt8]
  private let requests: [RequestAlteration]
  private let replies: [ReplyAlteration]
  private var report: TamperReport

  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    var command = try TamperCommand(invocation)
    return try command.run()
  }

  private init(_ invocation: CommandLine.Invocation) throws {
    profile = try Profile.read(try profilePath(invocation))
    let claims = LifelikeClaims(records: RecordGenerator(seed: 1), wrongPercent: 0)
    body = VerifyIdentityRequest(salt: try randomBytes(16), claim: try claims.claim(at: 0)).encoded()
    let (field, reply) = (invocation.value("--field"), invocation.value("--reply"))
    let both = field == nil && reply == nil
    requests = try Self.chosen(both ? "all" : field, from: RequestAlteration.all, \.name, "--field")
    replies = try Self.chosen(both ? "all" : reply, from: ReplyAlteration.all, \.name, "--reply")
    report = TamperReport(asJSON: invocation.flag("--json"))
  }

  private static func chosen<Alteration>(
    _ name: String?, from all: [Alteration], _ key: (Alteration) -> String, _ option: String
  ) throws -> [Alteration] {
    guard let name else { return [] }
    if name == "all" { return all }
    let found = all.filter { key($0) == name }
    guard !found.isEmpty else {
      throw Failure(
        "\(option): there is no '\(terminalSafe(name))'; use all, \(all.map(key).joined(separator: ", "))")
    }
    return found
  }

  private mutating func run() throws -> ExitStatus {
    if !requests.isEmpty { report.heading("A signed request; on its way to the platform somebody …") }
    for alteration in requests.isEmpty ? [] : [.untouched] + requests {
      report.show(alteration, try send(alteration))
    }
    if !replies.isEmpty { report.heading("A signed reply; on its way to the client somebody …") }
    for alteration in replies.isEmpty ? [] : [.untouched] + replies {
      report.show(alteration, refusal: try receive(alteration))
    }
    return report.finish()
  }

  // MARK: Requests

  /// The platform's answer to a request that was changed behind its signature. Each case has a connection of
  /// its own, because a connection with many requests that are not authentic is closed.
  private func send(_ alteration: RequestAlteration) throws -> Answer {
    let session = try Session(profile)
    defer { session.close() }
    let good = try signed(session)
    switch alteration.act {
    case .none: return try exchange(good, session)
    case .header(let change): return try exchange(try altered(good, change), session)
    case .request(let change):
      var request = good
      change(&request)
      return try exchange(request, session)
    case .replay:
      _ = try exchange(good, session)
      return try exchange(good, session)
    case .replayElsewhere:
      _ = try exchange(good, session)
      let other = try Session(profile)
      defer { other.close() }
      return try exchange(good, other)
    }
  }

  private func signed(_ session: Session) throws -> Request {
    let draft = Draft(
      method: "passgate.v1.Verification/VerifyIdentity", scene: profile.scene, body: body)
    guard let request = try session.sign([draft]).first else { throw Failure("nothing was signed") }
    return request
  }

  private func altered(_ request: Request, _ change: (inout RequestHeader) -> Void) throws -> Request {
    var header = try RequestHeader(decoding: request.header.span)
    change(&header)
    return Request(header: header.encoded(), body: request.body, signature: request.signature)
  }

  /// Sends a request as it is; the answer's signature is verified by the session.
  private func exchange(_ request: Request, _ session: Session) throws -> Answer {
    _ = try session.send([request])
    guard let answer = try session.next(deadline: deadline()) else { throw Failure("no answer in time") }
    return answer
  }

  private func deadline() -> UInt64 { SystemClock().monotonicNanoseconds() &+ 10_000_000_000 }

  // MARK: Replies

  /// Why the client refuses a reply that was changed; nil when it believes it.
  private func receive(_ alteration: ReplyAlteration) throws -> String? {
    let session = try Session(profile)
    defer { session.close() }
    let request = try signed(session)
    _ = try session.send([request])
    var response = try rawResponse(session)
    alteration.change(&response)
    let verifier = ReplyVerifier(anchors: profile.anchors)
    verifier.learn(session.hello, unixSeconds: Int64(clamping: SystemClock().wallMilliseconds() / 1_000))
    let digest = SignedStatement.leaf(
      .request, header: request.header.span, hasher: try Hasher(profile.algorithm.hash))
    do throws(ClientError) {
      _ = try verifier.verify(
        response, to: try headerOf(request), digest: digest)
      return nil
    } catch {
      return error.description
    }
  }

  private func headerOf(_ request: Request) throws(ClientError) -> RequestHeader {
    do throws(WireError) {
      return try RequestHeader(decoding: request.header.span)
    } catch {
      throw .misuse("\(error)")
    }
  }

  /// The reply as it came, before anything of it is believed.
  private func rawResponse(_ session: Session) throws -> Response {
    let deadline = deadline()
    while let frame = try session.channel.receive(deadline: deadline) {
      if case .response(let response) = frame.kind { return response }
    }
    throw Failure("no answer in time")
  }
}
