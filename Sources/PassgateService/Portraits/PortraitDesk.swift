import PassgateCrypto
import PassgateDomain
import PassgateEngines
import PassgateStore
import PassgateSystem
import PassgateWire
import Synchronization

/// Portrait checks (Measures art.4(2)): the picture that a camera took now against the portrait of the document.
///
/// Everything about pictures is done by the examiner, in processes that hold nothing else; what comes back are faults,
/// a distance and a score. They stay here: the tenant gets a verdict, the evidence its class, the sealed record the
/// distance.
//= Measures art.4(2)
final class PortraitDesk: Sendable {
  /// What callers are asked to wait when there is no room, milliseconds.
  private static let retryAfter: UInt32 = 1_000

  private let examiner: (any PortraitExaminer)?
  private let lookUp: Mutex<RegistryLookUp>
  private let chips: ChipDesk
  private let attestation: CaptureAttestationRule
  private let references = PortraitReferences()
  private let records: ComparisonRecords
  private let captures = Mutex(CaptureTable())
  private let replays: Mutex<ReplayCache>
  private let figures = PortraitCheckFigures()
  /// Of which calibration the log has said what it is here.
  private let reported = Mutex<[UInt8]?>(nil)
  private let deployment: Deployment
  private let clock: any Clock
  private let log: Log

  /// - Parameters:
  ///   - examiner: nil where the operator has configured none.
  ///   - chips: has the portraits of chips that were read just now.
  init(
    _ examiner: (any PortraitExaminer)?, _ lookUp: sending RegistryLookUp, chips: ChipDesk,
    keys: Published<RegistryKeyRing>, trust: TrustKeeper, of deployment: Deployment, clock: any Clock,
    log: Log
  ) throws {
    (self.examiner, self.chips, self.deployment) = (examiner, chips, deployment)
    (self.clock, self.log) = (clock, log)
    self.lookUp = Mutex(lookUp)
    attestation = CaptureAttestationRule(trust: trust)
    records = try ComparisonRecords(keys)
    replays = Mutex(try ReplayCache())
    if examiner == nil { log.info("portraits_off", ["deployment": .string("\(deployment)")]) }
  }

  /// Hands a check to the threads for it. Where nothing compares portraits, that is said at once.
  func submit(bytes: Int, _ job: @escaping @Sendable () -> Void) -> Bool {
    guard let examiner else {
      job()
      return true
    }
    return examiner.submit(bytes: bytes, job)
  }

  /// Ends captures whose time is over, and says what is wrong with a calibration; called now and then.
  func tend() {
    captures.withLock { $0.expire(clock.monotonicNanoseconds()) }
    guard let standing = examiner?.standing else { return }
    let isNew = reported.withLock { reported in
      defer { reported = standing.calibrationID }
      return reported != standing.calibrationID
    }
    guard isNew, !isCalibrated(standing) else { return }
    let problem =
      standing.calibrationID.isEmpty
      ? "there is no calibration" : "the calibration has the purpose development; make one of your own people"
    log.error(
      "portraits_uncalibrated", ["deployment": .string("\(deployment)"), "problem": .string(problem)])
  }

  func stop() { examiner?.stop() }

  // MARK: What there is to compare with

  /// Production takes no calibration that is made of other people than the operator's own.
  private func isCalibrated(_ standing: PortraitStanding) -> Bool {
    !standing.calibrationID.isEmpty && (deployment != .production || !standing.development)
  }

  /// What compares portraits here, as it stands now.
  private func means() throws(PortraitRefusal) -> (examiner: any PortraitExaminer, standing: PortraitStanding)
  {
    guard let examiner, let standing = examiner.standing else { throw PortraitRefusal(.portraitUnavailable) }
    guard isCalibrated(standing) else { throw PortraitRefusal(.portraitUncalibrated) }
    return (examiner, standing)
  }

  // MARK: Captures

  func start(_ order: Order) -> Outcome {
    PortraitRefusal.outcome { () throws(PortraitRefusal) in
      _ = try PortraitRefusal.read { () throws(BodyFault) in try StartCaptureRequest.body(order.request.body)
      }
      guard let asker = Asker(order) else { throw PortraitRefusal(.notPermitted) }
      _ = try means()
      let capture = try begin(asker.owner)
      let reply = StartCaptureReply(
        salt: freshSalt(), captureID: capture.id, nonce: capture.nonce,
        turn: PassgateWire.HeadTurn(capture.turn), expiresMilliseconds: capture.expires)
      return .success(reply.encoded())
    }
  }

  private func begin(_ owner: ReadingOwner) throws(PortraitRefusal) -> Capture {
    do throws(ReadingFault) {
      return try captures.withLock { (table) throws(ReadingFault) in
        try table.begin(
          owner, now: clock.monotonicNanoseconds(), wallMilliseconds: clock.wallMilliseconds())
      }
    } catch {
      throw PortraitRefusal(.overloaded, retryAfter: Self.retryAfter)
    }
  }

  // MARK: A check

  func verify(_ order: Order, _ shared: DeploymentService) -> Outcome {
    PortraitRefusal.outcome { () throws(PortraitRefusal) in
      let (examiner, standing) = try means()
      let check = try begin(order)
      let reference = references.reference(to: check.document, chip: check.chip, standing)
      let finding = try examine(check, reference, with: examiner, standing, until: order.deadline)
      let first = PortraitFindings(finding, isReal: reference.isReal)
      let findings = try embed(check, first, with: examiner, standing, until: order.deadline, shared)
      return try answer(check, findings, standing, shared)
    }
  }

  /// Embeds the portrait on record where that has to be done, and compares with it: for nobody but who is about to have a
  /// verdict over it. Whoever guesses at claims with pictures that count nothing must not learn by the time that one is right.
  private func embed(
    _ check: PortraitCheck, _ first: PortraitFindings, with examiner: any PortraitExaminer,
    _ standing: PortraitStanding, until deadline: UInt64, _ shared: DeploymentService
  ) throws(PortraitRefusal) -> PortraitFindings {
    guard check.chip == nil, let reference = references.unembedded(check.document, standing),
      first.live == nil, isPresentable(check, first), hasBudget(check, shared)
    else { return first }
    let finding = try examine(check, reference, with: examiner, standing, until: deadline)
    keep(finding, of: check.document, standing, shared)
    return PortraitFindings(finding, isReal: true)
  }

  private func examine(
    _ check: PortraitCheck, _ reference: PortraitReference, with examiner: any PortraitExaminer,
    _ standing: PortraitStanding, until deadline: UInt64
  ) throws(PortraitRefusal) -> PortraitFinding {
    let task = reference.task(live: check.body.image, frames: check.body.frames)
    do throws(PortraitFailure) {
      let finding = try examiner.examine(task, deadline: deadline)
      // Alike or not is the worker's to say: where it says nothing, nobody does.
      guard finding.isWhole(for: task) else { throw PortraitFailure.unavailable }
      // A program that was started anew meanwhile may have another model, or a calibration that does not serve here.
      guard examiner.standing == standing else { throw PortraitFailure.unavailable }
      return finding
    } catch {
      undo(check)()
      throw PortraitRefusal(error, retryAfter: Self.retryAfter)
    }
  }

  /// Has the registry keep what was made of a portrait, so that the next check need not make it again.
  private func keep(
    _ finding: PortraitFinding, of document: ClaimedDocument, _ standing: PortraitStanding,
    _ shared: DeploymentService
  ) {
    guard let portrait = document.portrait, !finding.referenceVector.isEmpty else { return }
    shared.keep(
      StoredPortrait(
        image: portrait.image, vector: finding.referenceVector, modelID: standing.modelID),
      under: document.key)
  }

  /// Reads the request and takes what it names, the capture last: what is refused before has not used it up.
  private func begin(_ order: Order) throws(PortraitRefusal) -> PortraitCheck {
    let body = try PortraitRefusal.read { () throws(BodyFault) in
      try VerifyPortraitRequest.body(order.request.body)
    }
    guard body.image.count <= VerifyPortraitRequest.pictureLimit else {
      throw PortraitRefusal(.bodyTooLarge, field: "image")
    }
    let claim = try PortraitRefusal.read { () throws(BodyFault) in
      try PassgateDomain.IdentityClaim.parse(body.claim, at: "claim")
    }
    guard let asker = Asker(order) else { throw PortraitRefusal(.notPermitted) }
    if let fault = asker.fault(claim) { throw PortraitRefusal(fault.refusal(at: "claim")) }
    let document = lookUp.withLock { ClaimedDocument(claim, in: $0) }
    var check = PortraitCheck(body, claim, of: asker, document, leaf: order.leaf)
    check.chip = try chip(check)
    do throws(PortraitRefusal) {
      check.capture = try capture(check)
      return check
    } catch {
      check.chip?.giveBack()
      throw error
    }
  }

  /// The chip's portrait that the request names; nil when it names none.
  private func chip(_ check: PortraitCheck) throws(PortraitRefusal) -> ChipPortrait? {
    guard !check.body.readingID.isEmpty else { return nil }
    guard
      let portrait = chips.portrait(
        of: check.body.readingID, by: check.asker.owner, for: check.document.claimSet)
    else { throw PortraitRefusal(.noSuchReading) }
    return portrait
  }

  /// The capture that the request names, with the capture device's word for it judged; nil when it names none.
  private func capture(_ check: PortraitCheck) throws(PortraitRefusal) -> Capture? {
    guard !check.body.captureID.isEmpty else { return nil }
    let capture: Capture
    do throws(ReadingFault) {
      capture = try captures.withLock { (table) throws(ReadingFault) in
        try table.take(check.body.captureID, by: check.asker.owner, now: clock.monotonicNanoseconds())
      }
    } catch {
      throw PortraitRefusal(.noSuchCapture)
    }
    guard let word = check.body.attestation else { return capture }
    do throws(CaptureAttestationRule.Fault) {
      try attestation.check(
        word, ofPicture: check.digest, in: capture, of: check.asker.tenantID, at: clock.wallMilliseconds())
      return capture
    } catch {
      throw PortraitRefusal(.attestationRefused, field: error.field)
    }
  }

  /// Makes what the check has taken good once more, for when the platform has failed, not the person.
  ///
  /// - Parameter noted: the pictures that are remembered because of it.
  private func undo(_ check: PortraitCheck, noted: SentPictures? = nil) -> @Sendable () -> Void {
    { [self, chip = check.chip, capture = check.capture, owner = check.asker.owner] in
      chip?.giveBack()
      if let capture {
        captures.withLock { $0.giveBack(capture, to: owner, now: clock.monotonicNanoseconds()) }
      }
      if let noted { replays.withLock { $0.forget(noted) } }
    }
  }

  // MARK: The answer

  private func answer(
    _ check: PortraitCheck, _ findings: PortraitFindings, _ standing: PortraitStanding,
    _ shared: DeploymentService
  ) throws(PortraitRefusal) -> Outcome {
    let record = try seal(
      ComparisonRecord(calibrationID: standing.calibrationID, distance: findings.distance), of: check)
    let (presentation, noted) = findings.live == nil ? presentation(check, findings) : (nil, nil)
    let verdict = judge(check, findings, presentation, shared)
    let isUsable = findings.live == nil && presentation == nil
    let counted = isUsable ? count(verdict, of: check, shared) : (verdict: verdict, attempts: [])
    note(check, counted.verdict, shared)
    let passed = isUsable ? check.intended : findings.live == nil ? .noCheck : check.vouched
    let reply = VerifyPortraitReply(
      salt: freshSalt(), result: IdentityVerdict(counted.verdict), presentationAttackCheck: passed)
    figures.count(reply.result, passed)
    var outcome = Outcome.success(
      reply.encoded(), verdicts: [reply.result.verdict], attempts: counted.attempts)
    outcome.comparisons = [record]
    outcome.undo = undo(check, noted: noted)
    return outcome
  }

  private func judge(
    _ check: PortraitCheck, _ findings: PortraitFindings,
    _ presentation: PortraitEngine.PresentationFault?, _ shared: DeploymentService
  ) -> PassgateDomain.Verdict {
    let thresholds = shared.configuration.read().portraitThresholds.thresholds(
      scene: check.asker.sceneID, tenant: check.asker.tenantID)
    return PortraitEngine().judge(
      fields: check.document.fields, live: findings.live, presentation: presentation,
      likeness: findings.likeness, thresholds: thresholds)
  }

  private func seal(_ record: ComparisonRecord, of check: PortraitCheck) throws(PortraitRefusal)
    -> ComparisonRow
  {
    do throws(CryptoError) {
      return try records.seal(record, of: check.leaf)
    } catch {
      log.error("comparison_unsealed", ["problem": .string("\(error)")])
      undo(check)()
      throw PortraitRefusal(.evidenceUnavailable)
    }
  }

  private func isPresentable(_ check: PortraitCheck, _ findings: PortraitFindings) -> Bool {
    let (sent, now) = (check.sent(hash: findings.hash), clock.monotonicNanoseconds())
    if case .some(.some) = challengeFault(check, findings) { return false }
    return replays.withLock { !$0.isReplay(sent, now: now) }
  }

  /// Whether the document, which is as claimed, has a verdict left for this tenant.
  private func hasBudget(_ check: PortraitCheck, _ shared: DeploymentService) -> Bool {
    let (document, now) = (check.document, shared.clock.wallMilliseconds())
    return shared.count(
      .consistent, document: document.key, claimSet: document.claimSet, tenant: check.asker.tenantID, at: now
    ).verdict == .consistent
  }

  /// What speaks against a live picture that can be compared, and what is remembered of it from now on: nothing new where
  /// it was sent before.
  private func presentation(_ check: PortraitCheck, _ findings: PortraitFindings)
    -> (fault: PortraitEngine.PresentationFault?, noted: SentPictures?)
  {
    let challenge = challengeFault(check, findings)
    if let challenge { figures.count(challenge: challenge) }
    let sent = check.sent(hash: findings.hash)
    let now = clock.monotonicNanoseconds()
    // Asked and remembered at once: of two checks with one picture, one has it.
    let isReplay = replays.withLock { replays in
      let isReplay = replays.isReplay(sent, now: now)
      if !isReplay { replays.note(sent, now: now) }
      return isReplay
    }
    if isReplay { return (.replayed, nil) }
    return (challenge.flatMap { $0 }.map { _ in .challengeFailed }, sent)
  }

  /// Nil without a challenge; nil within where it was passed.
  private func challengeFault(_ check: PortraitCheck, _ findings: PortraitFindings) -> ChallengeFault?? {
    guard let capture = check.capture, !check.body.frames.isEmpty else { return nil }
    let frames = zip(check.frameDigests, findings.frames).map { digest, frame in
      ChallengeFrame(
        fault: PassgateDomain.PortraitFault(frame.fault), yaw: frame.yaw, score: Int(frame.score),
        digest: digest)
    }
    return .some(ChallengeRule.fault(of: frames, turn: capture.turn))
  }

  /// Counts a wrong claim, and where all three match a picture that is not alike.
  ///
  /// A claim that the chip bears out counts against no budget: nobody can lock its holder out of the chip. Pictures have
  /// a budget of their own, told of only where all three match, so that a bad camera does not end real-name checks.
  private func count(
    _ verdict: PassgateDomain.Verdict, of check: PortraitCheck, _ shared: DeploymentService
  ) -> (verdict: PassgateDomain.Verdict, attempts: [AttemptRow]) {
    let now = shared.clock.wallMilliseconds()
    let (document, tenantID) = (check.document, check.asker.tenantID)
    var attempts: [AttemptRow] = []
    if check.chip?.isBorneOut != true {
      let claim = shared.count(
        document.fields, document: document.key, claimSet: document.claimSet, tenant: tenantID, at: now)
      guard claim.verdict == document.fields else { return (claim.verdict, []) }
      attempts += claim.attempt.map { [$0] } ?? []
    }
    guard document.fields == .consistent else { return (verdict, attempts) }
    let isAlike = verdict != .inconsistent && verdict != .undetermined(.nearThreshold)
    let (pictures, picture) = lookUp.withLock { registry in
      (registry.pictureKey(of: document.key), registry.pictureSet(check.digest))
    }
    let counted = shared.count(
      isAlike ? .consistent : .inconsistent, document: pictures, claimSet: picture, tenant: tenantID, at: now)
    if case .undetermined = counted.verdict { return (counted.verdict, attempts) }
    return (verdict, attempts + (counted.attempt.map { [$0] } ?? []))
  }

  /// Lets the watch over traffic see the check.
  private func note(_ check: PortraitCheck, _ verdict: PassgateDomain.Verdict, _ shared: DeploymentService) {
    guard let traffic = shared.traffic else { return }
    var notes = TrafficNotes()
    notes.add(
      check.claim, document: check.document.key, isInconsistent: verdict == .inconsistent,
      at: shared.clock.wallMilliseconds(), of: check.asker)
    notes.hand(to: traffic)
  }

  // MARK: For officers

  /// What was kept of a comparison; nil when there is nothing.
  func record(_ row: ComparisonRow) -> ComparisonRecord? { try? records.open(row) }

  // MARK: Figures

  func writeMetrics(deployment: String, to text: inout PrometheusText) {
    let isUp = (try? means()) != nil
    text.metric(
      "passgate_portrait_answered", "gauge", "Whether portrait checks are answered.",
      labels: ["deployment": deployment], isUp ? 1 : 0)
    text.metric(
      "passgate_portrait_captures", "gauge", "Captures that were begun and not used yet.",
      labels: ["deployment": deployment], captures.withLock(\.count))
    figures.write(deployment: deployment, to: &text)
  }
}

/// A refusal on its way out.
private struct PortraitRefusal: Error {
  let outcome: Outcome

  init(_ outcome: Outcome) { self.outcome = outcome }

  init(_ reason: Reason, field: String = "", retryAfter: UInt32 = 0) {
    outcome = .refusal(reason, field: field, retryAfter: retryAfter)
  }

  init(_ failure: PortraitFailure, retryAfter: UInt32) {
    switch failure {
    case .busy: self.init(.overloaded, retryAfter: retryAfter)
    case .unavailable: self.init(.portraitUnavailable)
    }
  }

  static func outcome(_ body: () throws(PortraitRefusal) -> Outcome) -> Outcome {
    do throws(PortraitRefusal) { return try body() } catch { return error.outcome }
  }

  static func read<Value>(_ body: () throws(BodyFault) -> Value) throws(PortraitRefusal) -> Value {
    do throws(BodyFault) { return try body() } catch { throw PortraitRefusal(error.outcome) }
  }
}
