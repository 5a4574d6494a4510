import PassgateClient
import PassgateCrypto
import PassgateSystem
import PassgateWire

/// `passgate verify portrait`: the picture that a camera took now against the portrait of the document.
enum PortraitVerifyCommand {
  private static let verify = "passgate.v1.Verification/VerifyPortrait"
  private static let start = "passgate.v1.Verification/StartCapture"

  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let readingID = try invocation.value("--reading").map(readReadingID) ?? []
    guard invocation.isChallenge == !invocation.values("--frames").isEmpty else {
      throw Failure(
        "--challenge and --frames go together: the frames show the turn that the platform asks for")
    }
    let device = try CaptureDevice(invocation)
    let claim = try invocation.claim()
    // What is there already is looked at before anything is sent.
    let picture = try invocation.isChallenge ? nil : invocation.livePicture()
    let platform = try PlatformCalls(invocation)
    let scene = invocation.scene(claim, platform)
    try platform.introduce()
    var request = VerifyPortraitRequest(
      salt: try randomBytes(16), claim: claim.claim, image: picture?.bytes ?? [], readingID: readingID)
    if invocation.isChallenge || device != nil {
      let answer = try platform.call(start, scene: scene) { StartCaptureRequest(salt: $0) }
      guard let capture = try platform.success(answer, as: StartCaptureReply.self) else { return .refused }
      request.captureID = capture.captureID
      let clock = PlatformClock(answer)
      if invocation.isChallenge { try takePictures(&request, capture.turn, invocation) }
      request.attestation = try device?.attestation(
        of: request.image, nonce: capture.nonce, at: clock.milliseconds)
    }
    return try ask(request, scene, platform)
  }

  /// What the reading of a chip was called when `passgate chip read` showed its result.
  private static func readReadingID(_ text: String) throws(Failure) -> [UInt8] {
    guard let id = Hex.decode(text), id.count == 16 else {
      throw Failure("--reading: a reading has 32 hexadecimal digits, which 'passgate chip read' shows")
    }
    return id
  }

  /// Has the pictures of a capture taken.
  private static func takePictures(
    _ request: inout VerifyPortraitRequest, _ turn: HeadTurn, _ invocation: CommandLine.Invocation
  ) throws {
    note(PortraitText.task(turn))
    writeError("Press Enter when the pictures are there. 图片就绪后请按回车键。")
    _ = readLine()
    request.image = try invocation.livePicture().bytes
    request.frames = try PortraitPicture.frames(invocation.values("--frames")).map(\.bytes)
  }

  private static func ask(
    _ request: VerifyPortraitRequest, _ scene: String, _ platform: PlatformCalls
  ) throws -> ExitStatus {
    let body = request.encoded()
    if let limit = Method.named(verify)?.bodyLimit, body.count > limit {
      throw Failure("all pictures together exceed \(limit / 1024) KiB: make the frames smaller")
    }
    let answer = try platform.session.call(Draft(method: verify, scene: scene, body: body))
    guard let reply = try platform.success(answer, as: VerifyPortraitReply.self) else { return .refused }
    let text = PortraitText(reply, withChip: !request.readingID.isEmpty)
    print(platform.asJSON ? envelopeJSON(answer, text.write) : text.lines)
    if !platform.asJSON { platform.printSignatureLine(answer) }
    return VerifyCommand.status(reply.result)
  }
}

extension CommandLine.Invocation {
  fileprivate var isChallenge: Bool { flag("--challenge") }

  fileprivate func livePicture() throws -> PortraitPicture { try PortraitPicture(value("--image") ?? "") }
}
