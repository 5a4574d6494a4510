import PassgateClient
import PassgateCrypto
import PassgateDomain
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Synchronization
import Testing

@testable import PassgateService
@testable import PassgateStore

/// Captures, challenges, capture devices and pictures that were sent before.
@Suite(.serialized) struct PortraitCaptureTests {
  private func frames(_ count: Int = 3) -> [[UInt8]] {
    (0..<count).map { Array("frame \($0)".utf8) + freshSalt() }
  }

  private func body(_ capture: StartCaptureReply, frames: [[UInt8]] = []) -> VerifyPortraitRequest {
    var body = PortraitBooth.body()
    (body.captureID, body.frames) = (capture.captureID, frames)
    return body
  }

  /// A worker that sees the head turn to a side.
  private func turn(_ examiner: StandInExaminer, to side: PassgateWire.HeadTurn) {
    examiner.find { task in
      var finding = StandInExaminer.alike(task)
      finding.frames = task.frames.indices.map {
        FrameFinding(yaw: $0 * (side == .left ? 12 : -12), score: 800)
      }
      return finding
    }
  }

  @Test func aTurnOfTheHeadIsLookedAt() throws {
    let booth = try PortraitBooth()
    let capture = try #require(try booth.startCapture().capture)
    #expect(capture.captureID.count == 16 && capture.nonce.count == 32)
    #expect(capture.expiresMilliseconds == booth.platform.clock.wallMilliseconds() + 120_000)
    turn(booth.examiner, to: capture.turn)
    let reply = try booth.verify(body(capture, frames: frames())).portrait
    #expect(reply?.result == .consistent && reply?.presentationAttackCheck == .challenge)
    #expect(booth.examiner.takeTasks().map(\.frames.count) == [3])
    // Good once.
    #expect(try booth.verify(body(capture, frames: frames())).reason == .noSuchCapture)
  }

  /// The disk fails between the verdict and its record: the same call, with the same pictures and capture, is good later.
  @Test func whatIsNotRecordedHasUsedNothingUp() throws {
    let booth = try PortraitBooth()
    let capture = try #require(try booth.startCapture().capture)
    turn(booth.examiner, to: capture.turn)
    let body = body(capture, frames: frames())
    try booth.platform.evidence { try $0.execute(Self.failing) }
    for _ in 0..<2 { #expect(try booth.verify(body).reason == .evidenceUnavailable) }
    try booth.platform.evidence { try $0.execute("DROP TRIGGER temp.fail") }
    #expect(try booth.verify(body).portrait?.result == .consistent)
    // Good once: it was recorded and told.
    let again = PortraitBooth.body(Guest.claim(), body.image)
    #expect(try booth.verify(again).portrait?.result == .undetermined(.replayed))
    #expect(try booth.verify(body).reason == .noSuchCapture)
  }

  private static let failing =
    "CREATE TEMP TRIGGER fail BEFORE INSERT ON main.records BEGIN SELECT RAISE(FAIL, 'disk I/O error'); END"

  /// Whatever the claim: a challenge that fails says nothing of the record.
  @Test(arguments: [true, false]) func aWrongTurnFailsWhateverIsOnRecord(_ isRight: Bool) throws {
    let booth = try PortraitBooth()
    let capture = try #require(try booth.startCapture().capture)
    turn(booth.examiner, to: capture.turn == .left ? .right : .left)
    var body = body(capture, frames: frames())
    if !isRight { body.claim = Guest.claim(number: "H7654321001") }
    let reply = try booth.verify(body).portrait
    #expect(reply?.result == .undetermined(.challengeFailed) && reply?.presentationAttackCheck == .noCheck)
    #expect(try booth.platform.metrics().contains("passgate_portrait_challenges_total"))
  }

  @Test(arguments: [1, 2]) func tooFewFramesAreNoTurn(_ count: Int) throws {
    let booth = try PortraitBooth()
    let capture = try #require(try booth.startCapture().capture)
    turn(booth.examiner, to: capture.turn)
    #expect(
      try booth.verify(body(capture, frames: frames(count))).portrait?.result
        == .undetermined(.challengeFailed))
  }

  @Test func aCaptureWithNothingToShowChecksNothing() throws {
    let booth = try PortraitBooth()
    let capture = try #require(try booth.startCapture().capture)
    let reply = try booth.verify(body(capture)).portrait
    #expect(reply?.result == .consistent && reply?.presentationAttackCheck == .noCheck)
    #expect(try booth.verify(body(capture)).reason == .noSuchCapture)
  }

  @Test func aCaptureIsOfItsSceneAndComesBackWhenThePlatformFails() throws {
    let booth = try PortraitBooth()
    let capture = try #require(try booth.startCapture().capture)
    turn(booth.examiner, to: capture.turn)
    let whole = body(capture, frames: frames())
    booth.examiner.answer { _ in .failure(.unavailable) }
    #expect(try booth.verify(whole).reason == .portraitUnavailable)
    turn(booth.examiner, to: capture.turn)
    #expect(try booth.verify(whole).portrait?.presentationAttackCheck == .challenge)
    let other = try #require(try booth.startCapture().capture)
    #expect(try booth.verify(body(other), scene: "transport").reason == .noSuchCapture)
    #expect(try booth.verify(body(other)).reason == .noSuchCapture)
  }

  // MARK: Capture devices

  private func attested(
    _ booth: PortraitBooth, _ body: inout VerifyPortraitRequest, by tenant: String = "hotel",
    for capture: StartCaptureReply
  ) throws {
    let device = try booth.platform.authority.issue(.captureDevice, tenant: tenant)
    body.attestation = try .signing(
      image: body.image, nonce: capture.nonce,
      capturedMilliseconds: booth.platform.clock.wallMilliseconds(), certificates: device.chain,
      signer: FileSigner(device.key, .ecdsaP256SHA256))
  }

  @Test func aDeviceVouchesForThePicture() throws {
    let booth = try PortraitBooth()
    let capture = try #require(try booth.startCapture().capture)
    var body = body(capture)
    try attested(booth, &body, for: capture)
    let reply = try booth.verify(body).portrait
    #expect(reply?.result == .consistent && reply?.presentationAttackCheck == .attested)
  }

  @Test func aDeviceOfAnotherTenantVouchesForNothing() throws {
    let booth = try PortraitBooth()
    let capture = try #require(try booth.startCapture().capture)
    var body = body(capture)
    try attested(booth, &body, by: "inn", for: capture)
    let answer = try booth.verify(body)
    #expect(answer.reason == .attestationRefused && answer.refusal?.field == "attestation.certificates[0]")
    #expect(booth.examiner.takeTasks().isEmpty)
  }

  @Test func bothAreChecked() throws {
    let booth = try PortraitBooth()
    for isTurned in [true, false] {
      let capture = try #require(try booth.startCapture().capture)
      turn(booth.examiner, to: isTurned ? capture.turn : capture.turn == .left ? .right : .left)
      var body = body(capture, frames: frames())
      try attested(booth, &body, for: capture)
      let reply = try booth.verify(body).portrait
      #expect(reply?.result == (isTurned ? .consistent : .undetermined(.challengeFailed)))
      #expect(reply?.presentationAttackCheck == (isTurned ? .attested : .noCheck))
    }
  }

  // MARK: Pictures sent before

  @Test func aPictureIsGoodOnce() throws {
    let booth = try PortraitBooth()
    let live = PortraitBooth.picture()
    #expect(try booth.verify(PortraitBooth.body(Guest.claim(), live)).portrait?.result == .consistent)
    for claim in [Guest.claim(), Guest.claim(name: "陳大文"), Guest.claim(number: "H7654321001")] {
      let reply = try booth.verify(PortraitBooth.body(claim, live)).portrait
      #expect(reply?.result == .undetermined(.replayed))
    }
    // Nearly the same picture, of the same document.
    let hash = sha256(live.span)
    booth.examiner.find { task in
      var finding = StandInExaminer.alike(task)
      finding.pictureHash = hash
      finding.pictureHash[0] ^= 3
      return finding
    }
    #expect(try booth.verify().portrait?.result == .undetermined(.replayed))
    let other = try booth.verify(PortraitBooth.body(Guest.claim(number: "H7654321001"))).portrait
    #expect(other?.result == .inconsistent)
  }

  /// Two checks with one picture at the same time: one of them is told so.
  @Test func onePictureIsNotGoodTwiceAtOnce() throws {
    let booth = try PortraitBooth()
    let body = PortraitBooth.body()
    booth.examiner.hold(true)
    _ = try booth.session.submit([PortraitBooth.draft(body), PortraitBooth.draft(body)])
    booth.examiner.waitForChecks(2)
    booth.examiner.hold(false)
    let deadline = booth.platform.clock.monotonicNanoseconds() + 20_000_000_000
    var results: [IdentityVerdict?] = []
    while results.count < 2, let answer = try booth.session.next(deadline: deadline) {
      results.append(answer.portrait?.result)
    }
    #expect(results.contains(.consistent) && results.contains(.undetermined(.replayed)))
  }
}

/// The portrait of a chip that was read just now.
@Suite(.serialized) struct ChipPortraitTests {
  /// A chip read to its end, with the tenant that read it.
  private func read(
    _ traveller: Traveller, scene: String = "lodging"
  ) throws -> (booth: PortraitBooth, readingID: [UInt8]) {
    let booth = try PortraitBooth(portrait: nil)
    try traveller.arrive(at: booth.platform)
    let desk = ReaderDesk(session: booth.session, scene: scene)
    var id: [UInt8] = []
    let reading = try desk.read(traveller.claim, traveller.chip()) { id = $0.readingID }
    #expect(reading.result?.verdict == .consistent)
    return (booth, id)
  }

  private func body(_ traveller: Traveller, _ readingID: [UInt8]) -> VerifyPortraitRequest {
    var body = PortraitBooth.body(traveller.claim)
    body.readingID = readingID
    return body
  }

  @Test func itIsComparedWithForAFewChecks() throws {
    let traveller = try Traveller()
    let (booth, id) = try read(traveller)
    for _ in 0..<ChipPortrait.tries {
      #expect(try booth.verify(body(traveller, id)).portrait?.result == .consistent)
    }
    let images = Set(booth.examiner.takeTasks().map(\.referenceImage))
    #expect(images.count == 1 && images.first?.isEmpty == false)
    #expect(try booth.verify(body(traveller, id)).reason == .noSuchReading)
  }

  @Test func itIsOfItsClaimAndItsScene() throws {
    let traveller = try Traveller()
    let (booth, id) = try read(traveller)
    var other = traveller.claim
    other.birthDate = "1961-01-01"
    var wrong = PortraitBooth.body(other)
    wrong.readingID = id
    #expect(try booth.verify(wrong).reason == .noSuchReading)
    #expect(try booth.verify(body(traveller, freshSalt())).reason == .noSuchReading)
    #expect(try booth.verify(body(traveller, id)).portrait?.result == .consistent)
    // Somebody else's call ends it.
    #expect(try booth.verify(body(traveller, id), scene: "transport").reason == .noSuchReading)
    #expect(try booth.verify(body(traveller, id)).reason == .noSuchReading)
  }

  @Test func aFailureOfThePlatformCostsNoCheck() throws {
    let traveller = try Traveller()
    let (booth, id) = try read(traveller)
    booth.examiner.answer { _ in .failure(.busy) }
    for _ in 0..<5 { #expect(try booth.verify(body(traveller, id)).reason == .overloaded) }
    booth.examiner.find { StandInExaminer.alike($0) }
    #expect(try booth.verify(body(traveller, id)).portrait?.result == .consistent)
  }

  @Test func aReadingThatDidNotMatchLeavesNone() throws {
    let traveller = try Traveller(fault: "dg2-altered")
    let booth = try PortraitBooth(portrait: nil)
    try traveller.arrive(at: booth.platform)
    var id: [UInt8] = []
    let reading = try ReaderDesk(session: booth.session).read(traveller.claim, traveller.chip()) {
      id = $0.readingID
    }
    #expect(reading.result?.verdict == .inconsistent)
    #expect(try booth.verify(body(traveller, id)).reason == .noSuchReading)
  }

  /// The record must match as always.
  @Test func aChipWhoseRecordHasGoneIsInconsistent() throws {
    let traveller = try Traveller()
    let (booth, id) = try read(traveller)
    let delete = DeleteRecordRequest(
      salt: freshSalt(), operationID: freshSalt(),
      documentType: traveller.claim.documentType, number: traveller.claim.number)
    let officer = try booth.platform.officerSession()
    _ = try officer.call(
      ClientDraft(method: "passgate.v1.Registry/DeleteRecord", body: delete.encoded()))
    #expect(try booth.verify(body(traveller, id)).portrait?.result == .inconsistent)
  }
}

extension TestPlatform {
  fileprivate func evidence(_ act: (Database) throws -> Void) throws {
    try #require(try service.evidence).store.state.withLock { try act($0.database) }
  }
}
