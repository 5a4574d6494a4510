import PassgateSystem
import Synchronization

/// What was signed for whom, counted and written as one log line for each application and tenant every
/// quarter of a second: complete without a line for each of thousands of requests.
struct Audit {
  private struct Subject: Hashable {
    let application: String
    let tenantID: String
    let deployment: String
  }

  private let log: Log
  private var counts: [Subject: Int] = [:]

  /// - Parameter log: one that holds nothing back.
  init(_ log: Log) { self.log = log }

  /// Counts one request signed with `key`.
  mutating func count(_ application: Application, _ key: HeldKey) {
    let subject = Subject(
      application: application.name, tenantID: key.tenantID, deployment: "\(key.deployment)")
    counts[subject, default: 0] += 1
  }

  /// Writes what was counted since the last time.
  mutating func flush() {
    for (subject, count) in counts {
      log.info(
        "signed",
        [
          "application": .string(subject.application), "tenant": .string(subject.tenantID),
          "deployment": .string(subject.deployment), "requests": .number(count),
        ])
    }
    counts.removeAll(keepingCapacity: true)
  }
}

/// How many requests were signed since the start, over all loops.
final class SignedCount: Sendable {
  private let count = Atomic<UInt64>(0)

  var value: UInt64 { count.load(ordering: .relaxed) }

  func add(_ requests: Int) { count.add(UInt64(requests), ordering: .relaxed) }
}
