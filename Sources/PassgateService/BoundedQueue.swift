import PassgateSystem

/// Threads for one kind of check alone, so that no other waits for it. Their queue is bounded in calls and in bytes.
final class BoundedQueue: Sendable {
  private struct Jobs: Sendable {
    var waiting: [(bytes: Int, job: @Sendable () -> Void)] = []
    /// Of what waits and what is under way.
    var bytes = 0
    var isClosed = false
  }

  private let jobs = Monitor(Jobs())
  private let threads: [RunningThread]
  private let callLimit: Int
  private let byteLimit: Int

  /// - Parameters:
  ///   - calls: that may wait.
  ///   - bytes: of bodies that may wait or be under way.
  init(name: String, threads count: Int, calls: Int, bytes: Int) throws(SystemError) {
    (callLimit, byteLimit) = (calls, bytes)
    var threads: [RunningThread] = []
    for number in 0..<count {
      threads.append(
        try spawnThread(name: "\(name)-\(number)", stackSize: 4 << 20) { [jobs] in
          while let next = Self.next(jobs) {
            next.job()
            jobs.update { $0.bytes -= next.bytes }
          }
        })
    }
    self.threads = threads
  }

  private static func next(_ jobs: Monitor<Jobs>) -> (bytes: Int, job: @Sendable () -> Void)? {
    jobs.wait { jobs -> (bytes: Int, job: @Sendable () -> Void)?? in
      if !jobs.waiting.isEmpty { return jobs.waiting.removeFirst() }
      return jobs.isClosed ? .some(nil) : nil
    }
  }

  /// Bytes of bodies that wait or are under way.
  var bytes: Int { jobs.update { $0.bytes } }

  /// Calls that wait.
  var count: Int { jobs.update { $0.waiting.count } }

  /// Queues a job. False when there is no room: what was asked is to be refused, not kept.
  func submit(bytes: Int, _ job: @escaping @Sendable () -> Void) -> Bool {
    jobs.update { jobs in
      guard !jobs.isClosed, jobs.waiting.count < callLimit, jobs.bytes + bytes <= byteLimit else {
        return false
      }
      jobs.bytes += bytes
      jobs.waiting.append((bytes, job))
      return true
    }
  }

  /// Finishes what is queued and ends.
  func stop() {
    jobs.update { $0.isClosed = true }
    for thread in threads { thread.join() }
  }
}
