import PassgateWire

/// One value of every message about portraits that travels.
enum PortraitSamples {
  static let salt = filled(16, 0xA5)
  private static let identifier = filled(16, 0x5A)

  static let statement = CaptureStatement(
    nonce: filled(32, 1), imageDigest: filled(32, 2), capturedMilliseconds: 1_790_000_000_000)
  static let attestation = CaptureAttestation(
    statement: statement.encoded(), signature: filled(71), certificates: [filled(50), filled(40)])
  static let request = VerifyPortraitRequest(
    salt: salt, claim: ChipSamples.claim, image: filled(90, 0xA4), readingID: identifier,
    captureID: filled(16, 0x3C), frames: [filled(30, 0xA4), filled(31)], attestation: attestation)

  static let all: [any WireMessage] = [
    statement, attestation, request, StartCaptureRequest(salt: salt),
    StartCaptureReply(
      salt: salt, captureID: identifier, nonce: filled(32), turn: .right, expiresMilliseconds: .max),
    VerifyPortraitRequest(salt: salt, claim: ChipSamples.claim, image: filled(20)),
    GetComparisonRequest(salt: salt, requestDigest: filled(32, 9)), GetComparisonReply(salt: salt),
    GetComparisonReply(salt: salt, calibrationID: filled(32, 8)),
    GetComparisonReply(salt: salt, calibrationID: filled(32, 8), distanceMillionths: 0),
    GetComparisonReply(salt: salt, calibrationID: filled(32, 8), distanceMillionths: 412_345),
    VerifyPortraitReply(
      salt: salt, result: IdentityVerdict(verdict: .undetermined, undeterminedReason: .nearThreshold),
      presentationAttackCheck: .attested),
  ]
}
