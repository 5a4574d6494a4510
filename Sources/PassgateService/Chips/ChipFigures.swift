import PassgateWire
import Synchronization

/// What became of chip checks, counted.
final class ChipFigures: Sendable {
  private struct Check: Hashable, Sendable {
    let access: ChipFindings.Access
    let chain: ChipFindings.Chain
  }

  private let checks = Mutex<[Check: Int]>([:])

  func count(_ findings: ChipFindings) {
    checks.withLock { $0[Check(access: findings.access, chain: findings.chain), default: 0] += 1 }
  }

  func write(deployment: String, to text: inout PrometheusText) {
    let checks = checks.withLock { $0 }
    for (check, count) in checks.sorted(by: { "\($0.key)" < "\($1.key)" }) {
      text.metric(
        "passgate_chip_checks_total", "counter", "Chip checks, by access and what was found of the issuer.",
        labels: ["deployment": deployment, "access": "\(check.access)", "chain": "\(check.chain)"], count)
    }
  }
}
