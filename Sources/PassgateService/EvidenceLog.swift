import PassgateRPC
package import PassgateStore
package import PassgateSystem
import PassgateWire
import Synchronization

/// Writes evidence on a thread of its own: whatever the loops have handed in since the last write goes out in
/// one transaction with one synchronisation of the disk, then their replies may leave.
package final class EvidenceLog: Sendable {
  /// What a loop hands in at the end of a tick.
  struct Entry: Sendable {
    let records: [[UInt8]]
    let attempts: [AttemptRow]
    /// Sealed.
    let comparisons: [ComparisonRow]
    /// Requests that the records hold, for counting what a failure withholds.
    let count: UInt64
    let ticket: UInt64
    let mailbox: Mailbox
  }

  /// How long attempts are kept for the budget of the next start, milliseconds.
  static let attemptMemory: UInt64 = 86_400_000

  private struct Queue: Sendable {
    var entries: [Entry] = []
    var isClosed = false
  }

  private struct Unverified: Hashable, Sendable {
    let minute: UInt64
    let reason: Reason
  }

  private let queue = Monitor(Queue())
  private let unverified = Mutex<[Unverified: UInt64]>([:])
  private let depth = Atomic<Int>(0)
  let store: EvidenceStore
  private let clock: any Clock
  private let log: Log
  private let thread = Mutex<RunningThread?>(nil)
  /// Only the writing thread touches it.
  private let gap = Mutex<EvidenceGap?>(nil)

  package init(_ store: EvidenceStore, clock: any Clock, log: Log) throws(SystemError) {
    self.store = store
    self.clock = clock
    self.log = log
    let started = try spawnThread(name: "evidence", stackSize: 1 << 20) { [self] in run() }
    thread.withLock { $0 = started }
  }

  /// Ticks that wait to be written.
  var backlog: Int { depth.load(ordering: .relaxed) }

  /// Hands a tick in; the loop gets `ServiceMail.recorded` when it is durable or has failed.
  func append(_ entry: Entry) {
    depth.add(1, ordering: .relaxed)
    queue.update { $0.entries.append(entry) }
  }

  /// Counts a request that no registered key signed.
  func countUnrecorded(_ reason: Reason) {
    let key = Unverified(minute: clock.wallMilliseconds() / 60_000, reason: reason)
    unverified.withLock { $0[key, default: 0] += 1 }
  }

  /// Writes what is waiting, counts included, and ends.
  package func stop() {
    queue.update { $0.isClosed = true }
    thread.withLock { $0 }?.join()
  }

  /// Wakes the writer, so that the counts of a minute that is over are written without traffic.
  func flushCounts() {
    let now = clock.wallMilliseconds() / 60_000
    let isDue = unverified.withLock { $0.keys.contains { $0.minute < now } }
    if isDue { queue.update { _ in } }
  }

  // MARK: The writing thread

  private func run() {
    var isOpen = true
    while isOpen {
      let (entries, isClosed) = nextBatch()
      isOpen = !isClosed
      write(entries, counts: takeCounts(everything: isClosed))
      depth.subtract(entries.count, ordering: .relaxed)
    }
  }

  private func nextBatch() -> ([Entry], Bool) {
    queue.wait { [self] queue -> ([Entry], Bool)? in
      guard !queue.entries.isEmpty || queue.isClosed || areCountsDue() else { return nil }
      defer { queue.entries = [] }
      return (queue.entries, queue.isClosed)
    }
  }

  private func areCountsDue() -> Bool {
    let now = clock.wallMilliseconds() / 60_000
    return unverified.withLock { $0.keys.contains { $0.minute < now } }
  }

  private func takeCounts(everything: Bool) -> [Unverified: UInt64] {
    let now = clock.wallMilliseconds() / 60_000
    return unverified.withLock { counts in
      let due = counts.filter { everything || $0.key.minute < now }
      for key in due.keys { counts[key] = nil }
      return due
    }
  }

  private func write(_ entries: [Entry], counts: [Unverified: UInt64]) {
    var records = entries.flatMap(\.records)
    if let aggregate = aggregate(counts) { records.append(aggregate) }
    guard !records.isEmpty else { return }
    do throws(StoreError) {
      try store.append(
        records: records, attempts: entries.flatMap(\.attempts), comparisons: entries.flatMap(\.comparisons))
      if !counts.isEmpty { try store.purgeAttempts(before: clock.wallMilliseconds() - Self.attemptMemory) }
      gap.withLock { $0 = nil }
      for entry in entries { entry.mailbox.post(ServiceMail.recorded(ticket: entry.ticket, isDurable: true)) }
    } catch {
      log.error("evidence_failed", ["problem": .string("\(error)")])
      noteFailure(entries, counts)
      for entry in entries {
        entry.mailbox.post(ServiceMail.recorded(ticket: entry.ticket, isDurable: false))
      }
    }
  }

  /// The counts of unverified requests and the gap that a failure left, as one record.
  private func aggregate(_ counts: [Unverified: UInt64]) -> [UInt8]? {
    let gap = gap.withLock { $0 }
    guard !counts.isEmpty || gap != nil else { return nil }
    let unverified = counts.map {
      UnverifiedCount(minute: $0.key.minute, reason: $0.key.reason, count: $0.value)
    }
    return EvidenceRecord(
      number: 0, atMilliseconds: clock.wallMilliseconds(), entries: [],
      unverified: unverified.sorted { ($0.minute, $0.reason.rawValue) < ($1.minute, $1.reason.rawValue) },
      gap: gap
    ).encoded()
  }

  private func noteFailure(_ entries: [Entry], _ counts: [Unverified: UInt64]) {
    let now = clock.wallMilliseconds()
    let withheld = entries.reduce(0) { $0 + $1.count }
    gap.withLock { gap in
      gap = EvidenceGap(
        sinceMilliseconds: gap?.sinceMilliseconds ?? now, untilMilliseconds: now,
        count: (gap?.count ?? 0) + withheld)
    }
    unverified.withLock { $0.merge(counts, uniquingKeysWith: +) }
  }
}
