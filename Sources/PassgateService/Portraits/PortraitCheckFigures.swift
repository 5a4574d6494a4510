import PassgateDomain
import PassgateWire
import Synchronization

/// What became of portrait checks, counted.
final class PortraitCheckFigures: Sendable {
  private struct Counts: Sendable {
    var answers: [String: Int] = [:]
    var presentations: [String: Int] = [:]
    var challenges: [String: Int] = [:]
  }

  private let counts = Mutex(Counts())

  func count(_ verdict: IdentityVerdict, _ check: PassgateWire.PresentationAttackCheck) {
    let isUndetermined = verdict.verdict == .undetermined
    let answer = isUndetermined ? verdict.undeterminedReason.name.lowercased() : "\(verdict.verdict)"
    counts.withLock { counts in
      counts.answers[answer, default: 0] += 1
      counts.presentations[check.name.lowercased(), default: 0] += 1
    }
  }

  /// - Parameter fault: nil where the challenge was passed.
  func count(challenge fault: ChallengeFault?) {
    counts.withLock { $0.challenges[fault?.rawValue ?? "passed", default: 0] += 1 }
  }

  func write(deployment: String, to text: inout PrometheusText) {
    let counts = counts.withLock { $0 }
    for (answer, count) in counts.answers.sorted(by: { $0.key < $1.key }) {
      text.metric(
        "passgate_portrait_checks_total", "counter", "Portrait checks, by verdict, or why there is none.",
        labels: ["deployment": deployment, "answer": answer], count)
    }
    for (check, count) in counts.presentations.sorted(by: { $0.key < $1.key }) {
      text.metric(
        "passgate_portrait_presentations_total", "counter",
        "Portrait checks, by what was checked and passed against pictures of pictures.",
        labels: ["deployment": deployment, "check": check], count)
    }
    for (outcome, count) in counts.challenges.sorted(by: { $0.key < $1.key }) {
      text.metric(
        "passgate_portrait_challenges_total", "counter", "Turns of the head that were looked at, by outcome.",
        labels: ["deployment": deployment, "outcome": outcome], count)
    }
  }
}
