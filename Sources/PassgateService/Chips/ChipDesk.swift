import PassgateCrypto
import PassgateDomain
import PassgateEngines
import PassgateSystem
import PassgateWire
import Synchronization

/// Chip checks (Measures art.4(3)): files of a chip that are sent, and a chip that the platform reads over the tenant's
/// reader, turn by turn.
///
/// What the chip says stays here: the evidence has the verdict alone, the log nothing of it.
//= Measures art.4(3)
final class ChipDesk: Sendable {
  let queue: BoundedQueue
  let examiner: ChipExaminer
  private let readings: Mutex<ReadingTable<LiveReading>>
  /// Of chips that were read just now, under the ids of their readings.
  private let portraits = Mutex(ReadingTable<ChipPortrait>(limits: ChipPortrait.limits))
  private let figures = ChipFigures()
  private let limits: ReadingLimits
  private let clock: any Clock

  init(
    _ lookUp: sending RegistryLookUp, trust: Published<DocumentTrust>, clock: any Clock,
    limits: ReadingLimits = ReadingLimits()
  ) throws {
    queue = try BoundedQueue(
      name: "chips", threads: max(1, processorCount() / 2), calls: 512, bytes: 64 << 20)
    examiner = ChipExaminer(lookUp, trust: trust)
    readings = Mutex(ReadingTable(limits: limits))
    (self.limits, self.clock) = (limits, clock)
  }

  /// The readings under way, and the bytes that they hold.
  var held: (count: Int, bytes: Int) { readings.withLock { ($0.count, $0.bytes) } }

  /// Ends readings whose time is over, called now and then.
  func tend() {
    let now = clock.monotonicNanoseconds()
    readings.withLock { $0.expire(now) }
    portraits.withLock { $0.expire(now) }
  }

  func stop() { queue.stop() }

  // MARK: Files that are sent

  func verify(_ order: Order, _ shared: DeploymentService) -> Outcome {
    do throws(BodyFault) {
      let body = try VerifyChipRequest.body(order.request.body)
      if let refusal = Self.fault(body.files) { return refusal }
      let claim = try PassgateDomain.IdentityClaim.parse(body.claim, at: "claim")
      guard let asker = Asker(order) else { return .refusal(.notPermitted) }
      if let fault = asker.fault(claim) { return fault.refusal(at: "claim") }
      let files = body.files.map { (PassgateDomain.ChipFile($0.kind), $0.content) }
      let evidence = ChipEvidence(uploaded: Dictionary(uniqueKeysWithValues: files))
      let examination = examine(evidence, claim, asker, shared)
      return examination.outcome { VerifyChipReply(salt: freshSalt(), result: $0) }
    } catch {
      return error.outcome
    }
  }

  /// Why files are not looked at: before any of them is parsed.
  private static func fault(_ files: [PassgateWire.ChipFile]) -> Outcome? {
    var seen: Set<PassgateWire.ChipFile.Kind> = []
    var total = 0
    for (index, file) in files.enumerated() {
      let path = "files[\(index)]"
      let kind = PassgateDomain.ChipFile(file.kind)
      if kind.isForbidden { return .refusal(.fileForbidden, field: "\(path).kind") }
      if !seen.insert(file.kind).inserted { return .refusal(.malformedBody, field: "\(path).kind") }
      if file.content.isEmpty { return .refusal(.malformedBody, field: "\(path).content") }
      if file.content.count > kind.sizeLimit { return .refusal(.bodyTooLarge, field: "\(path).content") }
      total += file.content.count
    }
    return total > PassgateDomain.ChipFile.totalLimit ? .refusal(.bodyTooLarge, field: "files") : nil
  }

  // MARK: A chip that is read

  func start(_ order: Order) -> Outcome {
    do throws(BodyFault) {
      let body = try StartChipReadingRequest.body(order.request.body)
      let claim = try PassgateDomain.IdentityClaim.parse(body.claim, at: "claim")
      guard let asker = Asker(order) else { return .refusal(.notPermitted) }
      if let fault = asker.fault(claim) { return fault.refusal(at: "claim") }
      guard let password = AccessPassword(claim, can: body.can) else {
        throw BodyFault(field: "claim.expiry")
      }
      let live = LiveReading(
        password, allowsExtendedLength: body.extendedLength, life: limits.life, claim, of: asker,
        readsPortrait: asker.mayLearn(.portrait, of: claim.number.type) || asker.mayCompare(at: clock),
        now: clock.monotonicNanoseconds())
      return begin(live)
    } catch {
      return error.outcome
    }
  }

  private func begin(_ live: LiveReading) -> Outcome {
    let now = clock.monotonicNanoseconds()
    do throws(ReadingFault) {
      try readings.withLock { (table) throws(ReadingFault) in try table.admit(live.asker.tenantID, now: now) }
      guard case .send(let commands, let progress) = live.begin(now: now) else { return .refusal(.internal) }
      // Nobody can guess 16 random bytes.
      let id = freshSalt()
      try readings.withLock { (table) throws(ReadingFault) in
        try table.insert(live, id: id, owner: live.asker.owner, bytes: live.bytes, now: now)
      }
      figures.count(.started)
      let turn = ChipTurn(readingID: id, turn: 1, commands: commands, progress: UInt32(progress))
      return .success(StartChipReadingReply(salt: freshSalt(), turn: turn).encoded())
    } catch {
      return refuse(error)
    }
  }

  func proceed(_ order: Order, _ shared: DeploymentService) -> Outcome {
    do throws(BodyFault) {
      let body = try ContinueChipReadingRequest.body(order.request.body)
      guard let asker = Asker(order) else { return .refusal(.notPermitted) }
      let id = body.readingID
      let now = clock.monotonicNanoseconds()
      do throws(ReadingFault) {
        let live = try readings.withLock { (table) throws(ReadingFault) in
          try table.take(id, turn: body.turn, by: asker.owner, now: now)
        }
        return try follow(live.take(body.answers, now: now), of: live, id, asker, shared)
      } catch {
        return refuse(error)
      }
    } catch {
      return error.outcome
    }
  }

  /// What the chip's answers have led to.
  private func follow(
    _ turn: ChipReading.Turn, of live: LiveReading, _ id: [UInt8], _ asker: Asker, _ shared: DeploymentService
  ) throws(ReadingFault) -> Outcome {
    let now = clock.monotonicNanoseconds()
    switch turn {
    case .send(let commands, let progress):
      let next = try readings.withLock { (table) throws(ReadingFault) in
        try table.putBack(id, bytes: live.bytes, now: now)
      }
      let turn = ChipTurn(readingID: id, turn: next, commands: commands, progress: UInt32(progress))
      return .success(ContinueChipReadingReply(salt: freshSalt(), step: .turn(turn)).encoded())
    case .finished(let read):
      guard readings.withLock({ $0.remove(id) }) else { throw .ended }
      figures.count(.finished)
      let evidence = ChipEvidence(
        read: read.files, access: read.access, password: live.password, proofs: read.proofs)
      // What may be told is what is agreed now.
      let examination = examine(evidence, live.claim, asker, shared)
      if let portrait = examination.portrait, asker.mayCompare(at: clock) { keep(portrait, id, asker.owner) }
      return examination.outcome { ContinueChipReadingReply(salt: freshSalt(), step: .result($0)) }
    case .failed(let fault):
      guard readings.withLock({ $0.remove(id) }) else { throw .ended }
      figures.count(.failed(fault.step))
      if case .unavailable = fault { return .refusal(.internal) }
      return .refusal(.chipFault, field: fault.step)
    }
  }

  // MARK: Portraits of chips

  /// Keeps a portrait for the checks to come. Where there is no room for it, the chip has to be read again.
  private func keep(_ portrait: ChipPortrait, _ id: [UInt8], _ owner: ReadingOwner) {
    portraits.withLock {
      try? $0.insert(
        portrait, id: id, owner: owner, bytes: portrait.image.count, now: clock.monotonicNanoseconds())
    }
  }

  /// The portrait of a chip, for one check of what the reading was for; nil where there is none, or none any more.
  func portrait(of id: [UInt8], by owner: ReadingOwner, for claimSet: [UInt8]) -> ChipPortrait? {
    let portrait = portraits.withLock { try? $0.find(id, by: owner, now: clock.monotonicNanoseconds()) }
    guard let portrait, portrait.take(), portrait.claimSet == claimSet else { return nil }
    return portrait
  }

  private func refuse(_ fault: ReadingFault) -> Outcome {
    switch fault {
    case .full(let wait):
      figures.count(.refused)
      return .refusal(.tooManyReadings, retryAfter: UInt32(clamping: wait / 1_000_000))
    case .notFound: return .refusal(.noSuchReading)
    case .ended: return .refusal(.readingEnded)
    }
  }

  private func examine(
    _ evidence: ChipEvidence, _ claim: PassgateDomain.IdentityClaim, _ asker: Asker,
    _ shared: DeploymentService
  ) -> ChipExaminer.Examination {
    let examination = examiner.examine(evidence, claim, of: asker, shared)
    figures.count(.checked(examination.result.findings))
    return examination
  }

  // MARK: Figures

  func writeMetrics(deployment: String, to text: inout PrometheusText) {
    let (held, ends) = (held, readings.withLock(\.ends))
    text.metric(
      "passgate_chip_readings", "gauge", "Chips that are being read.", labels: ["deployment": deployment],
      held.count)
    text.metric(
      "passgate_chip_reading_bytes", "gauge", "What the readings under way hold, bytes.",
      labels: ["deployment": deployment], held.bytes)
    text.metric(
      "passgate_chip_queue_bytes", "gauge", "Bodies of chip checks that wait or are under way, bytes.",
      labels: ["deployment": deployment], queue.bytes)
    text.metric(
      "passgate_chip_portraits", "gauge", "Portraits of chips that were read just now, kept for a check.",
      labels: ["deployment": deployment], portraits.withLock(\.count))
    figures.write(ends, deployment: deployment, to: &text)
  }
}
