import Synchronization

/// What became of portrait tasks and workers, counted.
final class PortraitFigures: Sendable {
  /// How a task ended.
  enum Outcome: String, Sendable, CaseIterable {
    case found
    /// The worker was lost over it.
    case ended, late, nonsense
    /// No program serves.
    case unavailable
    /// No worker came free in time.
    case busy
  }

  /// Why a worker was replaced.
  enum Cause: String, Sendable, CaseIterable {
    case ended, late, nonsense
    /// A decoder has refused a picture.
    case badImage = "bad_image"
    /// It has done as many tasks as one may.
    case spent
  }

  private struct Counts: Sendable {
    var outcomes: [Outcome: UInt64] = [:]
    var replaced: [Cause: UInt64] = [:]
    var latency = [UInt64](repeating: 0, count: Metrics.bounds.count + 1)
    var seconds = 0.0
  }

  private let counts = Mutex(Counts())

  func count(_ outcome: Outcome) { counts.withLock { $0.outcomes[outcome, default: 0] += 1 } }

  func count(replaced cause: Cause) { counts.withLock { $0.replaced[cause, default: 0] += 1 } }

  /// A task that a worker was given, by the time until its end.
  func count(nanoseconds: UInt64) {
    let seconds = Double(nanoseconds) / 1e9
    counts.withLock { counts in
      counts.latency[Metrics.bounds.firstIndex { seconds <= $0 } ?? Metrics.bounds.count] += 1
      counts.seconds += seconds
    }
  }

  /// How often tasks have ended so.
  subscript(_ outcome: Outcome) -> UInt64 { counts.withLock { $0.outcomes[outcome] ?? 0 } }

  /// How often workers were replaced for it.
  subscript(_ cause: Cause) -> UInt64 { counts.withLock { $0.replaced[cause] ?? 0 } }

  func write(deployment: String, to text: inout PrometheusText) {
    let counts = counts.withLock { $0 }
    for outcome in Outcome.allCases {
      text.metric(
        "passgate_portrait_tasks_total", "counter", "Tasks of portrait workers, by how they ended.",
        labels: ["deployment": deployment, "outcome": outcome.rawValue], counts.outcomes[outcome] ?? 0)
    }
    for cause in Cause.allCases {
      text.metric(
        "passgate_portrait_workers_replaced_total", "counter", "Portrait workers replaced, by the cause.",
        labels: ["deployment": deployment, "cause": cause.rawValue], counts.replaced[cause] ?? 0)
    }
    text.histogram(
      "passgate_portrait_task_seconds", "Time that a portrait worker took over a task.",
      labels: ["deployment": deployment], counts.latency, sum: counts.seconds)
  }
}
