import PassgateWire

/// One value of every message about chips.
enum ChipSamples {
  private static let salt = filled(16, 0xA5)
  private static let identifier = filled(16, 0x5A)

  static let claim = IdentityClaim(
    documentType: .passport, number: "E12345678", name: "ZHANG, SAN", birthDate: "1990-12-31", sex: nil,
    expiry: "2031-01-01", mrz: [])
  static let findings = ChipFindings(
    sodSignature: .valid,
    groups: [
      ChipGroup(kind: .dg1, hash: .match), ChipGroup(kind: .dg2, hash: .mismatch),
      ChipGroup(kind: .dg14, hash: .notSupplied), ChipGroup(kind: .dg15, hash: .notInSOD),
    ],
    chain: .unknownCSCA, validity: .dscExpired, revocation: .noCRL, algorithmPolicy: .weak, access: .paceCAM,
    accessSecret: .can, chipGenuine: .chipAuthenticationMapping, documentExpiry: .notExpired,
    uncoveredFiles: [.dg15, .cardAccess], claim: .agrees, registry: .notCompared)
  private static let uploaded = ChipFindings(
    sodSignature: .missing, groups: [], chain: .dscNotFound, validity: .unknown, revocation: .stale,
    algorithmPolicy: .ok, access: .uploaded, accessSecret: nil, chipGenuine: .notPerformed,
    documentExpiry: nil, uncoveredFiles: [], claim: .differs, registry: .agrees)
  static let fields = ChipFields(
    number: "E12345678", latinName: "ZHANG, SAN", hanName: "张三", birthDate: "1990-12-31", sex: .male,
    expiry: "2031-01-01", mrz: ["POCHNZHANG<<SAN", "E12345678"], portrait: filled(90))
  static let missing = MissingAuthority(
    country: "CN", issuer: "C=CN,CN=China Passport CA", authorityKeyID: filled(20))
  private static let verdict = IdentityVerdict(verdict: .undetermined, undeterminedReason: .issuerUnknown)
  static let result = ChipResult(
    verdict: verdict, findings: findings, fields: fields, missingAuthority: missing, ruleSet: "names-1")
  private static let poor = ChipResult(
    verdict: verdict, findings: uploaded, fields: nil, missingAuthority: nil, ruleSet: "names-1")
  static let turn = ChipTurn(
    readingID: identifier, turn: 3, commands: [[0x00, 0xA4, 0x04, 0x0C], filled(40)], progress: 40)
  private static let file = ChipFile(kind: .sod, content: filled(60))

  static let all: [any WireMessage] = [
    file, ChipGroup(kind: .dg16, hash: .match), findings, uploaded, fields, missing, result, poor, turn,
    VerifyChipRequest(salt: salt, claim: claim, files: [file, ChipFile(kind: .dg1, content: filled(20))]),
    VerifyChipReply(salt: salt, result: result),
    StartChipReadingRequest(salt: salt, claim: claim, can: "123456", extendedLength: true),
    StartChipReadingRequest(salt: salt, claim: claim, can: "", extendedLength: false),
    StartChipReadingReply(salt: salt, turn: turn),
    ContinueChipReadingRequest(
      salt: salt, readingID: identifier, turn: 3, answers: [[0x90, 0x00], filled(30)]),
    ContinueChipReadingReply(salt: salt, step: .turn(turn)),
    ContinueChipReadingReply(salt: salt, step: .result(poor)),
  ]
}
