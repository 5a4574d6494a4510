import PassgateSystem
import Synchronization

/// Threads for chips alone, so that no other check waits for one. Their queue is bounded in calls and in bytes.
final class ChipQueue: Sendable {
  /// Calls that may wait.
  static let callLimit = 512
  /// Bytes of bodies that may wait or be under way.
  static let byteLimit = 64 << 20

  private let workers: [Worker]
  private let turn = Atomic<Int>(0)
  private let waiting = Mutex<Int>(0)

  init() throws(SystemError) {
    let count = max(1, processorCount() / 2)
    var workers: [Worker] = []
    for number in 0..<count {
      workers.append(try Worker(name: "chips-\(number)", capacity: Self.callLimit / count))
    }
    self.workers = workers
  }

  /// Bytes of bodies that wait or are under way.
  var bytes: Int { waiting.withLock { $0 } }

  /// Queues a job. False when there is no room: what was asked is to be refused, not kept.
  func submit(bytes: Int, _ job: @escaping @Sendable () -> Void) -> Bool {
    let isTaken = waiting.withLock { waiting in
      guard waiting + bytes <= Self.byteLimit else { return false }
      waiting += bytes
      return true
    }
    guard isTaken else { return false }
    let next = turn.add(1, ordering: .relaxed).newValue
    let isQueued = workers[next % workers.count].submit {
      job()
      self.giveBack(bytes)
    }
    if !isQueued { giveBack(bytes) }
    return isQueued
  }

  private func giveBack(_ bytes: Int) { waiting.withLock { $0 -= bytes } }

  /// Finishes what is queued and ends.
  func stop() {
    for worker in workers { worker.stop() }
  }
}
