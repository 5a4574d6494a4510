import PassgateCrypto
import PassgateDomain
import PassgateEngines
import PassgateWire

/// Chip checks (Measures art.4(3)): files of a chip that are sent.
///
/// What the chip says stays here: the evidence has the verdict alone, the log nothing of it.
//= Measures art.4(3)
final class ChipDesk: Sendable {
  let queue: ChipQueue
  let examiner: ChipExaminer
  private let figures = ChipFigures()

  init(
    _ lookUp: sending RegistryLookUp, trust: Published<DocumentTrust>
  ) throws {
    queue = try ChipQueue()
    examiner = ChipExaminer(lookUp, trust: trust)
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

  private func examine(
    _ evidence: ChipEvidence, _ claim: PassgateDomain.IdentityClaim, _ asker: Asker,
    _ shared: DeploymentService
  ) -> ChipExaminer.Examination {
    let examination = examiner.examine(evidence, claim, of: asker, shared)
    figures.count(examination.result.findings)
    return examination
  }

  // MARK: Figures

  func writeMetrics(deployment: String, to text: inout PrometheusText) {
    text.metric(
      "passgate_chip_queue_bytes", "gauge", "Bodies of chip checks that wait or are under way, bytes.",
      labels: ["deployment": deployment], queue.bytes)
    figures.write(deployment: deployment, to: &text)
  }
}
