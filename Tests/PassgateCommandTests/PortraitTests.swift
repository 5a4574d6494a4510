import PassgateCrypto
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import passgate

/// Pictures, as the command takes them.
@Suite struct PortraitInputTests {
  private static let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0]

  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func write(_ bytes: [UInt8], as name: String = "now.jpg") throws -> String {
    try Files.writeDurably(bytes, to: folder.path(name))
    return folder.path(name)
  }

  @Test(arguments: [
    jpeg, [0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50, 0x20, 0x20, 0x0D, 0x0A, 0x87, 0x0A, 0x00],
    [0xFF, 0x4F, 0xFF, 0x51, 0x00],
  ]) func picturesOfBothFormatsAreTaken(_ bytes: [UInt8]) throws {
    #expect(try PortraitPicture(write(bytes)).bytes == bytes)
  }

  @Test(
    arguments: [
      [], [0xFF], [0xFF, 0xD8], Array("\u{89}PNG\r\n".utf8), Array("RIFF0000WEBP".utf8),
      [0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50, 0x20, 0x20],
    ] as [[UInt8]]) func whatIsNoSuchPictureStaysHere(_ bytes: [UInt8]) throws
  {
    let failure = try #require(throws: Failure.self) { try PortraitPicture(write(bytes)) }
    #expect(failure.description.contains("now.jpg is neither JPEG nor JPEG 2000"))
    #expect(failure.status == .failed)
  }

  @Test func aPictureIsBounded() throws {
    let limit = VerifyPortraitRequest.pictureLimit
    let largest = Self.jpeg + [UInt8](repeating: 0, count: limit - Self.jpeg.count)
    #expect(try PortraitPicture(write(largest)).bytes.count == limit)
    let failure = try #require(throws: Failure.self) { try PortraitPicture(write(largest + [0])) }
    #expect(failure.description.contains("has 513 KiB, and a check takes 512"))
  }

  @Test func aPictureDoesNotPrint() throws {
    let picture = try PortraitPicture(write(Self.jpeg))
    var dumped = "\(picture)"
    dump(picture, to: &dumped)
    #expect(!dumped.contains("255"))
  }

  // MARK: Frames

  /// Files whose last byte tells them apart.
  private func frames(_ names: [String]) throws {
    try Files.createDirectory(folder.path("turn"))
    for (place, name) in names.enumerated() {
      _ = try write(Self.jpeg + [UInt8(place)], as: "turn/\(name)")
    }
  }

  @Test func theFramesOfAFolderComeInTheOrderOfTheirNames() throws {
    try frames(["3.jpg", "1.jpg", "2.jpg"])
    let taken = try PortraitPicture.frames([folder.path("turn")])
    #expect(taken.map(\.bytes.last) == [1, 2, 0])
  }

  @Test func framesComeInTheOrderTheyAreGiven() throws {
    try frames(["3.jpg", "1.jpg", "2.jpg"])
    let taken = try PortraitPicture.frames(["3", "2", "1"].map { folder.path("turn/\($0).jpg") })
    #expect(taken.map(\.bytes.last) == [0, 2, 1])
  }

  @Test(arguments: [0, 2, 6]) func aChallengeHasThreeToFiveFrames(_ count: Int) throws {
    try frames((0..<count).map { "\($0).jpg" })
    let failure = try #require(throws: Failure.self) { try PortraitPicture.frames([folder.path("turn")]) }
    #expect(failure.description == "--frames: a challenge has 3 to 5 frames, and there are \(count)")
  }

  // MARK: The command line

  /// Before anybody is asked for a claim or the platform is called.
  @Test(arguments: [
    (["--challenge"], "--challenge and --frames go together"),
    (["--frames", "x"], "--challenge and --frames"),
    (["--attest-key", "x"], "--attest-key and --attest-certificate go together"),
    (["--attest-certificate", "x"], "--attest-key and --attest-certificate go together"),
    (["--reading", "12"], "--reading: a reading has 32 hexadecimal digits"),
    (["--reading", String(repeating: "g", count: 32)], "--reading: "),
  ]) func whatDoesNotFitIsSaid(_ words: [String], _ sentence: String) throws {
    guard case .run(let invocation) = commandLine.parse(["verify", "portrait", "--image", "now.jpg"] + words)
    else { throw Failure("no command line") }
    let failure = try #require(throws: Failure.self) { try PortraitVerifyCommand.run(invocation) }
    #expect(failure.description.hasPrefix(sentence))
  }

  @Test func aPictureIsNeeded() {
    guard case .usage(let problem) = commandLine.parse(["verify", "portrait"]) else {
      Issue.record("a check without a picture is run")
      return
    }
    #expect(problem.contains("--image"))
  }
}

/// A stand-in for a capture device.
@Suite struct CaptureDeviceTests {
  private static let kinds: [SignatureAlgorithm] = [.ecdsaP256SHA256, .ed25519, .rsaPSSSHA256, .sm2SM3]

  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func device(_ identity: TestIdentity, key: PrivateKey? = nil) throws -> CaptureDevice {
    let (keyPath, certificatePath) = (folder.path("key.pem"), folder.path("crt.pem"))
    try Files.writeDurably(try (key ?? identity.key).pem(), to: keyPath, mode: 0o600)
    try Files.writeDurably(try identity.chain.flatMap { try $0.pem() }, to: certificatePath)
    return try #require(
      try CaptureDevice(
        try invocation(
          "verify", "portrait", "--image", "x", "--attest-key", keyPath, "--attest-certificate",
          certificatePath)))
  }

  /// With whatever key it has, over this picture and this nonce.
  @Test(arguments: kinds) func thePictureIsSigned(_ algorithm: SignatureAlgorithm) throws {
    let authority = try TestAuthority(at: TestAuthority.present)
    let identity = try authority.issue(.captureDevice, algorithm, name: "desk-1", tenant: "hotel")
    let nonce = [UInt8](repeating: 7, count: CaptureStatement.nonceLength)
    let image: [UInt8] = [0xFF, 0xD8, 0xFF]
    let attestation = try device(identity).attestation(of: image, nonce: nonce, at: 1_234)
    let statement = try CaptureStatement(decoding: attestation.statement.span)
    #expect(statement.nonce == nonce && statement.capturedMilliseconds == 1_234)
    #expect(statement.imageDigest == sha256(image.span))
    #expect(attestation.certificates == identity.chain.prefix(2).map(\.der))
    let hasher = try Hasher(algorithm.hash)
    let leaf = SignedStatement.leaf(.capture, header: attestation.statement.span, hasher: hasher)
    let signature = MerkleSignature(value: attestation.signature, treeSize: 1, leafIndex: 0, path: [])
    #expect(
      try Verifier(identity.key.publicKey, algorithm).isValid(signature, leaf: leaf, hasher: hasher))
  }

  @Test func aCertificateOfAnotherKeyIsNoDevice() throws {
    let authority = try TestAuthority(at: TestAuthority.present)
    let identity = try authority.issue(.captureDevice, .ecdsaP256SHA256, name: "desk-1", tenant: "hotel")
    let other = try device(identity, key: try PrivateKey.generate(.ecdsaP256SHA256))
    let nonce = [UInt8](repeating: 7, count: CaptureStatement.nonceLength)
    #expect(throws: CryptoError.self) { try other.attestation(of: [1], nonce: nonce, at: 1) }
  }
}

/// What the desk reads.
@Suite struct PortraitTextTests {
  private static func text(
    _ verdict: Verdict, _ reason: UndeterminedReason = .notApplicable,
    _ check: PresentationAttackCheck = .noCheck, withChip: Bool = false
  ) -> PortraitText {
    PortraitText(
      VerifyPortraitReply(
        salt: [], result: IdentityVerdict(verdict: verdict, undeterminedReason: reason),
        presentationAttackCheck: check), withChip: withChip)
  }

  @Test(arguments: [Verdict.consistent, .inconsistent, .undetermined])
  func theVerdictComesFirst(_ verdict: Verdict) {
    #expect(Self.text(verdict).lines.hasPrefix("\(VerifyCommand.name(verdict))  "))
  }

  @Test func theReferenceIsNamed() {
    #expect(Self.text(.consistent).lines.contains("the portrait on record"))
    #expect(Self.text(.consistent, withChip: true).lines.contains("the portrait in the chip"))
  }

  /// A match is never read as more than it is.
  @Test(arguments: [Verdict.consistent, .inconsistent, .undetermined])
  func withoutACheckAMatchIsWorthLess(_ verdict: Verdict) {
    #expect(
      Self.text(verdict).lines.contains("NO_CHECK: a match alone does not show that a person stood there"))
    for check in [PresentationAttackCheck.challenge, .attested] {
      let lines = Self.text(verdict, .notApplicable, check).lines
      #expect(lines.contains("attack check  \(check.name): ") && !lines.contains("a match alone"))
    }
  }

  /// Each says what to do, in both languages; those that no portrait check has share one.
  @Test func everyReasonHasItsOwnAdvice() {
    let shared: Set<UndeterminedReason> = [.notApplicable, .sourceUnavailable, .issuerUnknown]
    let reasons = UndeterminedReason.allCases.filter { !shared.contains($0) } + [.sourceUnavailable]
    #expect(Set(reasons.map(\.advice.english)).count == reasons.count)
    #expect(Set(reasons.map(\.advice.chinese)).count == reasons.count)
    for reason in reasons {
      #expect(reason.advice.english.contains(":"), "\(reason)")
      #expect(reason.advice.chinese.unicodeScalars.contains { $0.properties.isIdeographic }, "\(reason)")
      let lines = Self.text(.undetermined, reason).lines
      #expect(lines.contains(reason.advice.english) && lines.contains(reason.advice.chinese))
    }
  }

  @Test func theSideIsThePersonsOwn() {
    #expect(PortraitText.task(.left).contains("THEIR OWN LEFT") && PortraitText.task(.left).contains("左侧"))
    #expect(PortraitText.task(.right).contains("THEIR OWN RIGHT") && PortraitText.task(.right).contains("右侧"))
  }

  @Test func theJSONHasTheAnswer() {
    var json = JSONWriter()
    json.object { Self.text(.undetermined, .tooDark, .attested).write(to: &$0) }
    #expect(
      json.result
        == #"{"verdict":"UNDETERMINED","undeterminedReason":"TOO_DARK","presentationAttackCheck":"ATTESTED"}"#
    )
  }
}
