import PassgateRPC
import PassgateSystem
import PassgateWire
import Synchronization

/// What one loop counts. A plain value: loops publish copies, nothing is shared while it is counted.
struct Metrics: Sendable {
  /// Upper bounds of the latency histogram, seconds.
  static let bounds = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]

  /// Calls, by method and reason.
  private(set) var calls: [CallKey: UInt64] = [:]
  /// Calls by latency from arrival to reply; the last is above every bound.
  private(set) var latency = [UInt64](repeating: 0, count: bounds.count + 1)
  private(set) var latencySeconds = 0.0
  /// Replies signed, by the id of the key.
  private(set) var signed: [[UInt8]: UInt64] = [:]
  /// Longest time a call has waited for its turn, seconds, in the last quarter second.
  var queueAge = 0.0

  struct CallKey: Hashable, Sendable {
    /// The method's place in its table; nil for names that a stranger made up, which would grow this table
    /// without bound.
    let place: Int?
    let reason: Reason

    var method: String { place.map { Method.all[$0].name } ?? "unknown" }
  }

  /// Counts answers whose replies leave now, monotonic nanoseconds.
  mutating func count(_ answers: [Answer], now: UInt64) {
    for answer in answers {
      calls[CallKey(place: answer.draft.route?.place, reason: answer.outcome.reason), default: 0] += 1
      let seconds = Double(now &- min(now, answer.draft.call.arrived)) / 1e9
      latency[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
      latencySeconds += seconds
    }
  }

  mutating func count(signed count: Int, by keyID: [UInt8]) {
    signed[keyID, default: 0] += UInt64(count)
  }

  mutating func add(_ other: Metrics) {
    signed.merge(other.signed, uniquingKeysWith: +)
    calls.merge(other.calls, uniquingKeysWith: +)
    for index in latency.indices { latency[index] += other.latency[index] }
    latencySeconds += other.latencySeconds
    queueAge = max(queueAge, other.queueAge)
  }
}

/// Collects what the loops of one deployment have counted.
final class MetricsBoard: Sendable {
  private let published = Mutex<[ObjectIdentifier: Metrics]>([:])

  func publish(_ metrics: Metrics, from loop: ObjectIdentifier) {
    published.withLock { $0[loop] = metrics }
  }

  var total: Metrics {
    published.withLock { boards in boards.values.reduce(into: Metrics()) { $0.add($1) } }
  }
}

/// The lines of the Prometheus text format, version 0.0.4.
package struct PrometheusText {
  package private(set) var text = ""
  private var described: Set<String> = []

  package init() {}

  mutating func metric(
    _ name: String, _ kind: String, _ help: String, labels: KeyValuePairs<String, String> = [:],
    _ value: some CustomStringConvertible
  ) {
    describe(name, kind, help)
    line(name, labels.map { ($0.key, $0.value) }, value)
  }

  /// - Parameter counts: by `Metrics.bounds`, and at the end those above every bound.
  mutating func histogram(
    _ name: String, _ help: String, labels: KeyValuePairs<String, String> = [:], _ counts: [UInt64],
    sum: Double
  ) {
    describe(name, "histogram", help)
    let labels = labels.map { ($0.key, $0.value) }
    var cumulative: UInt64 = 0
    for (bound, count) in zip(Metrics.bounds.map { "\($0)" } + ["+Inf"], counts) {
      cumulative += count
      line("\(name)_bucket", labels + [("le", bound)], cumulative)
    }
    line("\(name)_sum", labels, sum)
    line("\(name)_count", labels, cumulative)
  }

  private mutating func describe(_ name: String, _ kind: String, _ help: String) {
    guard described.insert(name).inserted else { return }
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
  }

  private mutating func line(
    _ name: String, _ labels: [(String, String)], _ value: some CustomStringConvertible
  ) {
    let list = labels.map { "\($0.0)=\"\($0.1)\"" }.joined(separator: ",")
    text += "\(name)\(list.isEmpty ? "" : "{\(list)}") \(value)\n"
  }

  mutating func add(_ metrics: Metrics, deployment: String) {
    for (key, count) in metrics.calls.sorted(by: {
      ($0.key.method, $0.key.reason.rawValue) < ($1.key.method, $1.key.reason.rawValue)
    }) {
      metric(
        "passgate_calls_total", "counter", "Calls answered.",
        labels: [
          "deployment": deployment, "method": key.method, "status": key.reason.code.name,
          "reason": key.reason.name,
        ], count)
    }
    for (key, count) in metrics.signed.map({ (Hex.encode($0.key), $0.value) }).sorted(by: { $0.0 < $1.0 }) {
      metric(
        "passgate_replies_signed_total", "counter", "Replies signed, by the key's id.",
        labels: ["deployment": deployment, "key": key], count)
    }
    histogram(
      "passgate_call_seconds", "Time from the arrival of a call to its reply.",
      labels: ["deployment": deployment], metrics.latency, sum: metrics.latencySeconds)
    metric(
      "passgate_queue_age_seconds", "gauge", "Longest wait of a call for its turn.",
      labels: ["deployment": deployment], metrics.queueAge)
  }
}
