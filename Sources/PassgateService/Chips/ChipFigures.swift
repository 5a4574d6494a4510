import PassgateWire
import Synchronization

/// What became of chip checks, counted.
final class ChipFigures: Sendable {
  enum Event: Sendable {
    case started
    case finished
    /// By the step.
    case failed(String)
    /// For want of room.
    case refused
    case checked(ChipFindings)
  }

  private struct Check: Hashable, Sendable {
    let access: ChipFindings.Access
    let chain: ChipFindings.Chain
  }

  private struct Counts: Sendable {
    var ends: [String: Int] = [:]
    var failures: [String: Int] = [:]
    var checks: [Check: Int] = [:]
  }

  private let counts = Mutex(Counts())

  func count(_ event: Event) {
    counts.withLock { counts in
      switch event {
      case .started: counts.ends["started", default: 0] += 1
      case .finished: counts.ends["finished", default: 0] += 1
      case .refused: counts.ends["refused", default: 0] += 1
      case .failed(let step):
        counts.ends["failed", default: 0] += 1
        counts.failures[step, default: 0] += 1
      case .checked(let findings):
        counts.checks[Check(access: findings.access, chain: findings.chain), default: 0] += 1
      }
    }
  }

  /// - Parameter ends: of readings of which nobody heard any more.
  func write(_ ends: ReadingEnds, deployment: String, to text: inout PrometheusText) {
    let counts = counts.withLock { $0 }
    let readings = counts.ends.merging(
      ["expired": ends.expired, "disturbed": ends.disturbed], uniquingKeysWith: +)
    for (outcome, count) in readings.sorted(by: { $0.key < $1.key }) {
      text.metric(
        "passgate_chip_readings_total", "counter", "Readings of chips, by what became of them.",
        labels: ["deployment": deployment, "outcome": outcome], count)
    }
    for (step, count) in counts.failures.sorted(by: { $0.key < $1.key }) {
      text.metric(
        "passgate_chip_faults_total", "counter", "Readings that failed, by the step.",
        labels: ["deployment": deployment, "step": step], count)
    }
    for (check, count) in counts.checks.sorted(by: { "\($0.key)" < "\($1.key)" }) {
      text.metric(
        "passgate_chip_checks_total", "counter", "Chip checks, by access and what was found of the issuer.",
        labels: ["deployment": deployment, "access": "\(check.access)", "chain": "\(check.chain)"], count)
    }
  }
}
