/// A thread for what would hold a loop up: writes, and reads that may be long. Its queue is bounded.
package final class Worker: Sendable {
  private struct Queue: Sendable {
    var jobs: [@Sendable () -> Void] = []
    var isClosed = false
  }

  private let queue: Monitor<Queue>
  private let thread: RunningThread
  private let capacity: Int

  /// - Parameter capacity: jobs that may wait.
  package init(name: String, capacity: Int) throws(SystemError) {
    let queue = Monitor(Queue())
    self.queue = queue
    self.capacity = capacity
    thread = try spawnThread(name: name, stackSize: 4 << 20) {
      while let job = Self.next(queue) { job() }
    }
  }

  private static func next(_ queue: Monitor<Queue>) -> (@Sendable () -> Void)? {
    queue.wait { queue -> (@Sendable () -> Void)?? in
      if !queue.jobs.isEmpty { return queue.jobs.removeFirst() }
      return queue.isClosed ? .some(nil) : nil
    }
  }

  /// Queues a job. False when the queue is full: what was asked is to be refused, not kept.
  package func submit(_ job: @escaping @Sendable () -> Void) -> Bool {
    queue.update { queue in
      guard queue.jobs.count < capacity, !queue.isClosed else { return false }
      queue.jobs.append(job)
      return true
    }
  }

  /// Finishes what is queued and ends.
  package func stop() {
    queue.update { $0.isClosed = true }
    thread.join()
  }
}
