import PassgateWire
import Testing

@Suite struct PortraitCallTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let fault: WireError.Fault
    let field: String
    let change: @Sendable (inout VerifyPortraitRequest) -> Void
    var testDescription: String { name }
  }

  static let cases = [
    Case(name: "no picture", fault: .missing, field: "image") { $0.image = [] },
    Case(name: "a short reading", fault: .badLength, field: "reading_id") { $0.readingID = filled(15) },
    Case(name: "a long capture", fault: .badLength, field: "capture_id") { $0.captureID = filled(17) },
    Case(name: "six frames", fault: .tooMany, field: "frames") {
      $0.frames = Array(repeating: [1], count: VerifyPortraitRequest.frameLimit + 1)
    },
    Case(name: "an empty frame", fault: .badLength, field: "frames") { $0.frames = [[1], []] },
    Case(name: "frames of no capture", fault: .missing, field: "capture_id") {
      ($0.captureID, $0.attestation) = ([], nil)
    },
    Case(name: "a word for no capture", fault: .missing, field: "capture_id") {
      ($0.captureID, $0.frames) = ([], [])
    },
    Case(name: "no certificate", fault: .missing, field: "attestation.certificates") {
      $0.attestation?.certificates = []
    },
    Case(name: "three certificates", fault: .tooMany, field: "attestation.certificates") {
      $0.attestation?.certificates = [[1], [2], [3]]
    },
    Case(name: "a large certificate", fault: .badLength, field: "attestation.certificates") {
      $0.attestation?.certificates = [filled(4_097)]
    },
    Case(name: "no signature", fault: .missing, field: "attestation.signature") {
      $0.attestation?.signature = []
    },
    Case(name: "a long statement", fault: .badLength, field: "attestation.statement") {
      $0.attestation?.statement = filled(257)
    },
  ]

  @Test(arguments: cases) func whatIsOutsideItsBoundsIsNamed(_ row: Case) {
    var request = PortraitSamples.request
    row.change(&request)
    let bytes = request.encoded()
    #expect(throws: WireError(row.fault, field: row.field)) {
      try VerifyPortraitRequest(decoding: bytes.span)
    }
  }

  @Test func aStatementHasWholeNonceAndDigest() {
    for (nonce, digest) in [(31, 32), (32, 33), (0, 32), (32, 0)] {
      let bytes = CaptureStatement(
        nonce: filled(nonce), imageDigest: filled(digest), capturedMilliseconds: 1
      ).encoded()
      #expect(throws: WireError.self) { try CaptureStatement(decoding: bytes.span) }
    }
  }

  /// The largest picture with its frames and a device's word is a body that is taken.
  @Test func theLargestPictureAndItsFramesFit() throws {
    var request = PortraitSamples.request
    request.image = filled(VerifyPortraitRequest.pictureLimit)
    request.frames = Array(repeating: filled(100 * 1024), count: VerifyPortraitRequest.frameLimit)
    request.attestation?.certificates = [filled(4_096), filled(4_096)]
    let bytes = request.encoded()
    let method = try #require(Method.named("passgate.v1.Verification/VerifyPortrait"))
    #expect(bytes.count <= method.bodyLimit)
    #expect(try VerifyPortraitRequest(decoding: bytes.span) == request)
  }

  /// A person finds no picture of theirs in a log.
  @Test func noPictureIsPrinted() {
    var dumped = ""
    dump(PortraitSamples.request, to: &dumped)
    #expect(!"\(PortraitSamples.request)".contains("164") && !dumped.contains("164"))
    #expect(!dumped.contains("E12345678"))
  }
}
