import PassgateClient
import PassgateSystem
import PassgateWire

/// Callers that keep checks under way on connections of their own until their server goes away.
final class Load {
  /// What the callers have seen together.
  struct Seen: Sendable {
    /// Request digests of verified replies with a verdict.
    var acknowledged: [[UInt8]] = []
    /// Reasons of refusals, and replies that were not to be believed.
    var faults: [String] = []
    var running: Int
  }

  private let seen: Monitor<Seen>
  private var threads: [RunningThread] = []

  /// Connects everybody, then begins.
  init(_ site: Site, connections: Int, depth: Int, profile: String = "hotel.json5") throws {
    let profile = try site.profile(profile)
    let seen = Monitor(Seen(running: connections))
    self.seen = seen
    for index in 0..<connections {
      threads.append(
        try spawnThread(name: "caller-\(index)") {
          do {
            try Caller(profile, depth: depth, seen: seen).run()
          } catch ClientError.environment {
            // The connection ended, which is how every load ends.
          } catch {
            seen.update { $0.faults.append("\(error)") }
          }
          seen.update { $0.running -= 1 }
        })
    }
  }

  /// Waits until `count` more checks have been answered; the number answered so far. Ends early when no
  /// caller is left.
  @discardableResult
  func wait(forAnother count: Int) -> Int {
    let before = seen.update { $0.acknowledged.count }
    return seen.wait { seen in
      seen.acknowledged.count >= before + count || seen.running == 0 ? seen.acknowledged.count : nil
    }
  }

  /// Waits for the callers' end.
  func finish() -> Seen {
    for thread in threads { thread.join() }
    return seen.update { $0 }
  }
}

private struct Caller {
  let session: Session
  let depth: Int
  let seen: Monitor<Load.Seen>

  init(_ profile: Profile, depth: Int, seen: Monitor<Load.Seen>) throws {
    session = try Session(profile)
    self.depth = depth
    self.seen = seen
  }

  func run() throws {
    while true {
      while session.inFlight < depth { _ = try session.submit([try session.draft()]) }
      let deadline = SystemClock().monotonicNanoseconds() + 20_000_000_000
      guard let answer = try session.next(deadline: deadline) else {
        return seen.update { $0.faults.append("no answer in time") }
      }
      let isVerdict = answer.status == .ok
      seen.update {
        if isVerdict {
          $0.acknowledged.append(answer.header.requestDigest)
        } else {
          $0.faults.append(answer.reason.name)
        }
      }
    }
  }
}
