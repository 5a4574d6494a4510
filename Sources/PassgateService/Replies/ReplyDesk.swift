import PassgateCrypto
import PassgateRPC
import PassgateStore
import PassgateSystem
import PassgateWire

/// The way of a loop's answers out: signed, recorded, released.
final class ReplyDesk {
  /// Entries of one record of evidence: what a page of the log can show.
  private static let entriesPerRecord = 500

  /// A tree whose signature a device is making.
  private struct UnsignedTick {
    let tree: PreparedReplies
    let attempts: [AttemptRow]
    /// False for replies that say that there is no evidence.
    let isToBeRecorded: Bool
  }

  /// A tick whose evidence is being written.
  private struct PendingTick {
    let answers: [Answer]
    let replies: [Reply]
  }

  private let shared: DeploymentService
  private let mailbox: Mailbox
  private var signing: ReplySigning
  private var unsigned: [UInt64: UnsignedTick] = [:]
  private var pending: [UInt64: PendingTick] = [:]
  private var nextTicket: UInt64 = 1
  private var isChangeAsked = false
  var metrics = Metrics()

  init(_ shared: DeploymentService, _ configuration: DeploymentConfiguration, _ mailbox: Mailbox) throws {
    self.shared = shared
    self.mailbox = mailbox
    signing = try ReplySigning(configuration, at: shared.clock.wallMilliseconds(), devices: shared.devices)
    shared.note(signing)
  }

  // MARK: Keys

  /// What `Hello` says of reply keys, in step with what signs.
  var announced: [PassgateWire.ReplyKey] { signing.announced }

  /// False while replies of a family cannot be signed.
  func isAnswering(_ family: ReplyFamily) -> Bool { signing.device(for: family)?.isUp ?? true }

  /// True when so many replies of a family wait for their signature that more would only wait.
  func isOverloaded(_ family: ReplyFamily) -> Bool {
    (signing.device(for: family)?.backlog ?? 0) >= SigningDevice.capacity
  }

  /// Signs with the keys of now.
  func follow(_ configuration: DeploymentConfiguration) throws(CryptoError) {
    isChangeAsked = false
    signing = try ReplySigning(configuration, at: shared.clock.wallMilliseconds(), devices: shared.devices)
    shared.note(signing)
  }

  /// True once a key has come to another state since the last `follow`.
  var isChangeDue: Bool { signing.until.map { $0 <= shared.clock.wallMilliseconds() } ?? false }

  /// Sees to the devices, and to Hello when a key has come to another state.
  func timer() {
    for device in signing.devices { device.tend(now: shared.clock.monotonicNanoseconds()) }
    guard isChangeDue, !isChangeAsked else { return }
    isChangeAsked = true
    mailbox.announceHello()
  }

  /// The ends of calls whose device has been silent for too long.
  func farewells() -> [Reply] {
    let given = unsigned.filter { !($0.value.tree.key.device?.isUp ?? true) }
    for ticket in given.keys { unsigned[ticket] = nil }
    return given.values.flatMap { abandon($0.tree) }
  }

  /// Connections that wait for a reply.
  var waiting: Set<ConnectionID> {
    let answers = pending.values.flatMap(\.answers) + unsigned.values.flatMap(\.tree.answers)
    return Set(answers.map(\.draft.call.peer.id))
  }

  // MARK: Signing

  /// Signs the answers of a tick. Those of registered keys wait until their evidence is durable.
  ///
  /// - Parameter attempts: the wrong claims of the tick.
  func finish(_ answers: [Answer], attempts: [AttemptRow]) -> [Reply] {
    sign(answers, attempts: attempts, isToBeRecorded: true)
  }

  private func sign(_ answers: [Answer], attempts: [AttemptRow], isToBeRecorded: Bool) -> [Reply] {
    var signed: (answers: [Answer], replies: [Reply]) = ([], [])
    var farewells: [Reply] = []
    var attempts = attempts
    for tree in signing.prepare(answers, nowMilliseconds: shared.clock.wallMilliseconds()) {
      switch tree.key.way {
      case .here(let signer):
        guard let replies = sign(tree, with: signer) else {
          farewells += abandon(tree)
          continue
        }
        signed.answers += tree.answers
        signed.replies += replies
      case .device(let device):
        hold(UnsignedTick(tree: tree, attempts: attempts, isToBeRecorded: isToBeRecorded), for: device)
        attempts = []
      }
    }
    guard !signed.answers.isEmpty else { return farewells }
    return farewells
      + passOn(signed.answers, signed.replies, attempts: attempts, isToBeRecorded: isToBeRecorded)
  }

  private func sign(_ tree: PreparedReplies, with signer: any Signer) -> [Reply]? {
    do throws(CryptoError) {
      let signatures = try MerkleSignature.sign(leaves: tree.leaves, with: signer, hasher: tree.key.hasher)
      metrics.count(signed: signatures.count, by: tree.key.keyID)
      return tree.replies(signatures)
    } catch {
      shared.log.error("reply_signing_failed", ["problem": .string("\(error)")])
      return nil
    }
  }

  private func hold(_ tick: UnsignedTick, for device: SigningDevice) {
    let ticket = takeTicket()
    unsigned[ticket] = tick
    device.submit(
      SigningDevice.Batch(
        leaves: tick.tree.leaves, isRecorded: tick.tree.answers[0].isRecorded, ticket: ticket,
        mailbox: mailbox))
  }

  /// A device has signed a tree, or has not.
  func take(_ signatures: [MerkleSignature]?, of ticket: UInt64) -> [Reply] {
    guard let tick = unsigned.removeValue(forKey: ticket) else { return [] }
    guard let signatures else { return abandon(tick.tree) }
    metrics.count(signed: signatures.count, by: tick.tree.key.keyID)
    return passOn(
      tick.tree.answers, tick.tree.replies(signatures), attempts: tick.attempts,
      isToBeRecorded: tick.isToBeRecorded)
  }

  /// The ends of calls whose replies cannot be signed.
  private func abandon(_ tree: PreparedReplies) -> [Reply] {
    for answer in tree.answers { answer.outcome.undo?() }
    return tree.farewells
  }

  private func passOn(
    _ answers: [Answer], _ replies: [Reply], attempts: [AttemptRow], isToBeRecorded: Bool
  ) -> [Reply] {
    guard isToBeRecorded, let evidence = shared.evidence else {
      count(answers)
      return replies
    }
    return record(answers, replies, attempts: attempts, in: evidence)
  }

  private func takeTicket() -> UInt64 {
    defer { nextTicket += 1 }
    return nextTicket
  }

  // MARK: Recording

  private func record(
    _ answers: [Answer], _ replies: [Reply], attempts: [AttemptRow], in evidence: EvidenceLog
  ) -> [Reply] {
    for answer in answers where !answer.isRecorded { evidence.countUnrecorded(answer.outcome.reason) }
    count(answers.filter { !$0.isRecorded })
    let (leaving, held) = split(answers, replies)
    guard !held.answers.isEmpty else { return leaving }
    let ticket = takeTicket()
    pending[ticket] = held
    evidence.append(
      EvidenceLog.Entry(
        records: records(held), attempts: attempts, comparisons: held.answers.flatMap(\.outcome.comparisons),
        count: UInt64(held.answers.count), ticket: ticket, mailbox: mailbox))
    return leaving
  }

  private func split(_ answers: [Answer], _ replies: [Reply]) -> ([Reply], PendingTick) {
    if answers.allSatisfy(\.isRecorded) { return ([], PendingTick(answers: answers, replies: replies)) }
    let pairs = zip(answers, replies)
    let recorded = pairs.filter(\.0.isRecorded)
    return (
      pairs.filter { !$0.0.isRecorded }.map(\.1),
      PendingTick(answers: recorded.map(\.0), replies: recorded.map(\.1))
    )
  }

  /// The tick's evidence: one record, or several where one would be too large to be read back whole.
  private func records(_ tick: PendingTick) -> [[UInt8]] {
    let entries = self.entries(tick)
    let now = shared.clock.wallMilliseconds()
    return stride(from: 0, to: entries.count, by: Self.entriesPerRecord).map { start in
      let part = entries[start..<min(start + Self.entriesPerRecord, entries.count)]
      return EvidenceRecord(number: 0, atMilliseconds: now, entries: Array(part), unverified: [], gap: nil)
        .encoded()
    }
  }

  private func entries(_ tick: PendingTick) -> [EvidenceEntry] {
    zip(tick.answers, tick.replies).compactMap { answer, reply -> EvidenceEntry? in
      guard case .response(let response) = reply.kind else { return nil }
      return EvidenceEntry(
        requestHeader: answer.draft.request.header, requestSignature: answer.draft.request.signature,
        responseHeader: response.header, responseSignature: response.signature,
        verdicts: answer.outcome.verdicts)
    }
  }

  // MARK: Releasing

  /// The evidence of a tick is durable, or its replies are withheld and refusals go out instead.
  func release(_ ticket: UInt64, isDurable: Bool) -> [Reply] {
    guard let tick = pending.removeValue(forKey: ticket) else { return [] }
    if isDurable {
      count(tick.answers)
      return tick.replies
    }
    let refused = tick.answers.map { answer in
      answer.outcome.undo?()
      var answer = answer
      answer.outcome = .refusal(.evidenceUnavailable, retryAfter: 1_000)
      return answer
    }
    return sign(refused, attempts: [], isToBeRecorded: false)
  }

  private func count(_ answers: [Answer]) {
    metrics.count(answers, now: shared.clock.monotonicNanoseconds())
    shared.conformance.runs.note(answers)
  }
}
