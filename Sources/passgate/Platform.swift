import PassgateClient
import PassgateCrypto
import PassgateProfile
import PassgateSystem
import PassgateWire

/// The platform as a command sees it: one session, one call at a time, refusals shown.
struct PlatformCalls {
  let session: Session
  let profile: Profile
  let asJSON: Bool
  let scene: String

  /// Reads the profile that the command line or the environment names, and connects.
  init(_ invocation: CommandLine.Invocation, selfDeclared: Bool = false) throws {
    let profile = try Self.profile(invocation)
    try self.init(selfDeclared ? try profile.selfDeclared() : profile, invocation)
  }

  /// Connects as this profile says.
  init(_ profile: Profile, _ invocation: CommandLine.Invocation) throws {
    (self.profile, scene) = (profile, profile.scene)
    asJSON = invocation.flag("--json")
    session = try Session(profile)
  }

  static func profile(_ invocation: CommandLine.Invocation) throws -> Profile {
    try Profile.read(try profilePath(invocation))
  }

  /// The file that the command line or the environment names.
  static func profilePath(_ invocation: CommandLine.Invocation) throws -> String {
    guard let file = invocation.value("--profile") ?? environment("PASSGATE_PROFILE") else {
      throw Failure("no profile: give --profile FILE or set PASSGATE_PROFILE to the file's path")
    }
    return file
  }

  /// Makes one call. The body comes from a closure that is given the fresh salt.
  func call(_ method: String, scene: String = "", _ body: ([UInt8]) -> some WireMessage) throws -> Answer {
    try session.call(Draft(method: method, scene: scene, body: body(try randomBytes(16)).encoded()))
  }

  /// A connection without a tenant's certificate takes large frames only after a request of the tenant.
  func introduce() throws {
    guard profile.identity == nil else { return }
    _ = try call("passgate.v1.Keys/List") { ListOwnKeysRequest(salt: $0) }
  }

  /// The reply's message, or nil after the refusal has been shown.
  func success<Reply: WireMessage>(_ answer: Answer, as type: Reply.Type) throws -> Reply? {
    guard answer.status == .ok else {
      show(refusal: answer)
      return nil
    }
    do {
      return try Reply(decoding: answer.body.span)
    } catch {
      throw Failure("the reply does not decode: \(error)")
    }
  }

  func show(refusal answer: Answer) {
    if asJSON {
      print(envelopeJSON(answer) { _ in })
    } else {
      print("REFUSED  \(answer.header.reasonName): \(terminalSafe(explanation(answer)))")
      printSignatureLine(answer)
    }
  }

  private func explanation(_ answer: Answer) -> String {
    guard let refusal = answer.refusal else { return answer.reason.remedy }
    var sentence = refusal.remedy
    if !refusal.field.isEmpty { sentence = "\(refusal.field). \(sentence)" }
    if !refusal.article.isEmpty { sentence += " (\(refusal.article))" }
    if refusal.retryAfterMilliseconds > 0 { sentence += " Retry after \(refusal.retryAfterMilliseconds) ms." }
    return sentence
  }

  func printSignatureLine(_ answer: Answer) {
    let key = Hex.encode(Array(answer.header.keyID.prefix(4)))
    print("         signed by the platform's reply key \(key)…, verified")
  }
}

/// The fields that every `--json` answer has, and those of the command.
func envelopeJSON(_ answer: Answer, _ members: (inout JSONWriter) -> Void) -> String {
  var json = JSONWriter()
  json.object { json in
    writeEnvelope(answer, to: &json)
    members(&json)
  }
  return json.result
}

func writeEnvelope(_ answer: Answer, to json: inout JSONWriter) {
  json.string("status", answer.status.name)
  json.string("reason", answer.header.reasonName)
  json.string("requestDigest", Hex.encode(answer.header.requestDigest))
  json.string("replyKeyId", Hex.encode(answer.header.keyID))
  json.bool("replyVerified", true)
  json.string("serverTime", CivilTime.timestamp(milliseconds: answer.header.createdMilliseconds))
  guard let refusal = answer.refusal else { return }
  json.string("field", refusal.field)
  json.string("article", refusal.article)
  json.string("remedy", refusal.remedy)
  json.number("retryAfterMilliseconds", refusal.retryAfterMilliseconds)
}
