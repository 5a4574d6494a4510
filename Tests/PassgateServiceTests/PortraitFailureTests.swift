import PassgateClient
import PassgateCrypto
import PassgateDomain
import PassgateStore
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService

/// Where portraits cannot be compared, that is said, and everything else goes on.
@Suite(.serialized) struct PortraitFailureTests {
  // MARK: Workers that are away or busy

  @Test func withoutAWorkerChecksAreRefusedAndOthersGoOn() throws {
    let booth = try PortraitBooth()
    booth.examiner.set(standing: nil)
    #expect(try booth.verify().reason == .portraitUnavailable)
    #expect(try booth.startCapture().reason == .portraitUnavailable)
    #expect(try booth.session.call(Guest.draft()).verdict == .consistent)
    #expect(try booth.platform.metrics().contains("passgate_portrait_answered{deployment=\"sandbox\"} 0"))
    booth.examiner.set(standing: StandInExaminer.ready)
    #expect(try booth.verify().portrait?.result == .consistent)
    #expect(try booth.platform.metrics().contains("passgate_portrait_answered{deployment=\"sandbox\"} 1"))
  }

  @Test func aPlatformWithoutAProgramSaysSoOnce() throws {
    let platform = try TestPlatform()
    let session = try platform.mobileTenant().session
    for _ in 0..<2 { #expect(try session.call(PortraitBooth.draft()).reason == .portraitUnavailable) }
    #expect(platform.logged.count(of: "portraits_off") == 1)
  }

  @Test(arguments: [
    (PortraitFailure.busy, Reason.overloaded), (.unavailable, .portraitUnavailable),
  ]) func aFailureIsNoVerdict(_ failure: PortraitFailure, _ reason: Reason) throws {
    let booth = try PortraitBooth()
    booth.examiner.answer { _ in .failure(failure) }
    let body = PortraitBooth.body()
    let answer = try booth.verify(body)
    #expect(answer.reason == reason)
    #expect((answer.refusal?.retryAfterMilliseconds ?? 0) > 0 || failure == .unavailable)
    #expect(try booth.session.call(Guest.draft()).verdict == .consistent)
    // It was the platform's fault: the same picture is good once more.
    booth.examiner.find { StandInExaminer.alike($0) }
    #expect(try booth.verify(body).portrait?.result == .consistent)
  }

  /// What was asked of one program, another must not have answered: production would take a calibration that it refuses.
  @Test func aProgramThatChangesMeanwhileHasNoSay() throws {
    let booth = try PortraitBooth()
    booth.examiner.find { [examiner = booth.examiner] task in
      var standing = StandInExaminer.ready
      standing.calibrationID = [UInt8](repeating: 8, count: 32)
      examiner.set(standing: standing)
      return StandInExaminer.alike(task)
    }
    let body = PortraitBooth.body()
    #expect(try booth.verify(body).reason == .portraitUnavailable)
    #expect(try booth.verify(body).portrait?.result == .consistent)
  }

  /// A finding that leaves anything open is no verdict either.
  @Test func aFindingWithoutADistanceIsNone() throws {
    let booth = try PortraitBooth()
    booth.examiner.find { PortraitFinding(pictureHash: sha256($0.live.span), score: 1000) }
    #expect(try booth.verify().reason == .portraitUnavailable)
  }

  /// With all threads taken and the queue full, checks are shed at once, and real-name checks do not notice.
  @Test func aSaturatedDeskShedsAndOthersGoOn() throws {
    let booth = try PortraitBooth(threads: 1, room: 2)
    booth.examiner.hold(true)
    let count = 6
    _ = try booth.session.submit((0..<count).map { _ in PortraitBooth.draft() })
    booth.examiner.waitForChecks(1)
    let guest = try booth.session.submit([Guest.draft()])
    var reasons: [Reason: Int] = [:]
    let deadline = booth.platform.clock.monotonicNanoseconds() + 20_000_000_000
    while let answer = try booth.session.next(deadline: deadline) {
      if answer.callID == guest[0] {
        #expect(answer.verdict == .consistent)
        booth.examiner.hold(false)
        continue
      }
      reasons[answer.reason, default: 0] += 1
      if reasons.values.reduce(0, +) == count { break }
    }
    // One with the worker and two behind it; whether the third came in time is chance.
    #expect(reasons[.noReason, default: 0] >= 2 && reasons[.overloaded, default: 0] >= 3)
    #expect(reasons.values.reduce(0, +) == count)
  }

  // MARK: Calibration

  private func order(_ body: some WireMessage, in deployment: Deployment, method: String) -> Order {
    let header = RequestHeader(
      deployment: deployment, tenantID: "hotel", keyID: [UInt8](repeating: 1, count: 32), algorithm: 1,
      method: "passgate.v1.Verification/\(method)", sceneID: "lodging", createdMilliseconds: 0,
      timeoutMilliseconds: 0, channelBinding: [], sequence: 1, bodyDigest: [], traceID: [], publicKey: [])
    let signature = Signature(value: [], treeSize: 1, leafIndex: 0, path: [])
    return Order(
      who: .tenant("hotel"), header: header, leaf: freshSalt() + freshSalt(),
      request: Request(header: [], body: body.encoded(), signature: signature),
      policy: Policy(allowingAllIn: ["lodging"]))
  }

  struct Calibrated: Sendable {
    let deployment: Deployment
    let id: [UInt8]
    let isDevelopment: Bool
    let isAnswered: Bool
  }

  static let calibrated = [
    Calibrated(deployment: .sandbox, id: StandInExaminer.calibration, isDevelopment: true, isAnswered: true),
    Calibrated(deployment: .sandbox, id: StandInExaminer.calibration, isDevelopment: false, isAnswered: true),
    Calibrated(deployment: .sandbox, id: [], isDevelopment: false, isAnswered: false),
    Calibrated(
      deployment: .production, id: StandInExaminer.calibration, isDevelopment: true, isAnswered: false),
    Calibrated(
      deployment: .production, id: StandInExaminer.calibration, isDevelopment: false, isAnswered: true),
    Calibrated(deployment: .production, id: [], isDevelopment: false, isAnswered: false),
  ]

  /// Production answers with the operator's own calibration alone, and the log says why not.
  @Test(arguments: calibrated) func aCalibrationOfOthersIsForTheSandbox(_ row: Calibrated) throws {
    let examiner = try StandInExaminer()
    let platform = try TestPlatform(deployments: [.sandbox, .production], examiner: examiner)
    var standing = StandInExaminer.ready
    (standing.calibrationID, standing.development) = (row.id, row.isDevelopment)
    examiner.set(standing: standing)
    let service = try platform.service(of: row.deployment)
    let verified = service.portraits.verify(
      order(PortraitBooth.body(), in: row.deployment, method: "VerifyPortrait"), service)
    let started = service.portraits.start(
      order(StartCaptureRequest(salt: freshSalt()), in: row.deployment, method: "StartCapture"))
    let reason: Reason = row.isAnswered ? .noReason : .portraitUncalibrated
    #expect(verified.reason == reason && started.reason == reason)
    service.portraits.tend()
    service.portraits.tend()
    let lines = platform.logged.all.filter {
      $0.contains("portraits_uncalibrated") && $0.contains("\"\(row.deployment)\"")
    }
    #expect(lines.count == (row.isAnswered ? 0 : 1))
  }

  // MARK: What is kept

  /// Neither log nor plain evidence has anything of picture, distance or score; the sealed record has calibration and
  /// distance, for an officer.
  @Test func onlyTheSealedRecordHasTheDistance() throws {
    let booth = try PortraitBooth()
    let live = Array("unmistakable picture".utf8)
    booth.examiner.find { StandInExaminer.alike($0, score: 777, distance: 0.123456789) }
    let answer = try booth.verify(PortraitBooth.body(Guest.claim(), live))
    #expect(answer.portrait?.result == .consistent)
    let digest = answer.requestDigest
    let unknown = try booth.verify(PortraitBooth.body(Guest.claim(number: "H7654321001")))

    let reader = try EvidenceReader(path: booth.platform.folder.path("evidence.sqlite"))
    let row = try #require(try reader.comparison(of: digest))
    let service = try booth.platform.service
    let record = try #require(service.portraits.record(row))
    #expect(record.calibrationID == StandInExaminer.calibration && record.distance == 0.123456789)
    let other = try #require(try reader.comparison(of: unknown.requestDigest))
    #expect(service.portraits.record(other)?.distance == nil)
    #expect(other.sealed.count == row.sealed.count)
    // It opens for its own request alone.
    #expect(service.portraits.record(ComparisonRow(request: digest, sealed: other.sealed)) == nil)

    booth.platform.stop()
    let secrets = [
      live, Array("777".utf8), Array("0.123".utf8), bytes(of: 0.123456789),
      bytes(of: 0.123456789).reversed(), StandInExaminer.calibration,
    ]
    for name in try Files.list(booth.platform.folder.path("")) where name.hasPrefix("evidence") {
      let file = try Files.read(booth.platform.folder.path(name))
      for secret in secrets where secret.count > 3 { #expect(!contains(file, secret), "\(name)") }
    }
    let logged = booth.platform.logged.all.joined()
    #expect(!logged.contains("777") && !logged.contains("0.123") && !logged.contains("unmistakable"))
    #expect(!logged.contains("H1234567802") && !logged.contains("陳美玲"))
  }

  private func bytes(of distance: Double) -> [UInt8] {
    stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: distance.bitPattern >> $0) }
  }

  private func contains(_ file: [UInt8], _ part: [UInt8]) -> Bool {
    guard file.count >= part.count else { return false }
    return (0...(file.count - part.count)).contains { start in
      file[start] == part[0] && Array(file[start..<(start + part.count)]) == part
    }
  }

  /// A supervisor is told by the request's digest; nobody else is.
  @Test func anOfficerIsToldTheDistance() throws {
    let booth = try PortraitBooth()
    booth.examiner.find { StandInExaminer.alike($0, score: 777, distance: 0.4123454) }
    let right = try booth.verify().requestDigest
    let wrong = try booth.verify(PortraitBooth.body(Guest.claim(name: "陳大文"))).requestDigest
    let officer = try booth.platform.officerSession()
    func draft(_ digest: [UInt8]) -> ClientDraft {
      ClientDraft(
        method: "passgate.v1.Supervision/GetComparison",
        body: GetComparisonRequest(salt: freshSalt(), requestDigest: digest).encoded())
    }
    func told(_ digest: [UInt8]) throws -> GetComparisonReply {
      try GetComparisonReply(decoding: try officer.call(draft(digest)).body.span)
    }
    let found = try told(right)
    #expect(found.calibrationID == StandInExaminer.calibration && found.distanceMillionths == 412_345)
    let standIn = try told(wrong)
    #expect(standIn.calibrationID == StandInExaminer.calibration && standIn.distanceMillionths == nil)
    #expect(try told([UInt8](repeating: 5, count: 32)).calibrationID.isEmpty)
    #expect(try booth.session.call(draft(right)).reason == .notPermitted)
  }

  /// What is sealed beside the evidence is sealed anew with the registry.
  @Test func aRotationReachesTheRecordsOfComparisons() throws {
    let booth = try PortraitBooth()
    let digest = try booth.verify().requestDigest
    let path = booth.platform.folder.path("evidence.sqlite")
    let former = try #require(try EvidenceReader(path: path).comparison(of: digest))
    let now = booth.platform.clock.wallMilliseconds()
    let next = try RegistryKey.fresh(KeyLifecycle(published: now, active: now))
    let first = try #require(booth.platform.registryKeys.entries.first)
    booth.platform.registryKeys = RegistryKeys([first, next])
    try booth.platform.reload()
    let service = try booth.platform.service
    let deadline = SystemClock().monotonicNanoseconds() + 30_000_000_000
    while try EvidenceReader(path: path).comparison(of: digest) == former {
      try #require(SystemClock().monotonicNanoseconds() < deadline, "the background does not come to it")
      restThread(nanoseconds: 1_000_000)
    }
    let row = try #require(try EvidenceReader(path: path).comparison(of: digest))
    #expect(SealingID(of: row.sealed) == SealingID(keyID: next.secret.keyID))
    #expect(service.portraits.record(row)?.distance == 0.36)
  }
}
