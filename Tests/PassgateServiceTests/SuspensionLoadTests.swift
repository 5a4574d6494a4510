import PassgateCaseFile
import PassgateClient
import PassgateDomain
import PassgateSystem
import PassgateWire
import Synchronization
import Testing

@testable import PassgateService

/// A suspension while the tenant asks as fast as it can.
@Suite(.serialized) struct SuspensionLoadTests {
  /// A check: when it was sent and answered, monotonic nanoseconds, and how.
  private struct Asked: Sendable {
    let sent, answered: UInt64
    let hasVerdict: Bool
    let reason: Reason
  }

  /// Two connections of a tenant, each with a thread that keeps a window of checks in flight.
  private final class Hammer: Sendable {
    private static let window = 32
    private let asked = Mutex<[Asked]>([])
    private let isOver = Atomic<Bool>(false)

    var all: [Asked] { asked.withLock { $0 } }
    var count: Int { asked.withLock(\.count) }

    func start(_ profile: Profile, clock: any Clock) throws -> RunningThread {
      try spawnThread(name: "hammer", stackSize: 4 << 20) { [self] in
        do { try run(profile, clock) } catch { Issue.record("\(error)") }
      }
    }

    func end() { isOver.store(true, ordering: .relaxed) }

    private func run(_ profile: Profile, _ clock: any Clock) throws {
      let session = try ClientSession(profile, clock: clock)
      var sent: [UInt64: UInt64] = [:]
      while !isOver.load(ordering: .relaxed) || !sent.isEmpty {
        let isAsking = !isOver.load(ordering: .relaxed) && sent.count < Self.window
        if isAsking {
          let now = SystemClock().monotonicNanoseconds()
          for id in try session.submit([Guest.draft(), Guest.draft()]) { sent[id] = now }
        }
        try take(try session.next(deadline: SystemClock().monotonicNanoseconds() + 10_000_000_000), &sent)
      }
    }

    private func take(_ answer: ClientAnswer?, _ sent: inout [UInt64: UInt64]) throws {
      let now = SystemClock().monotonicNanoseconds()
      let answer = try #require(answer, "an answer within ten seconds")
      let asked = sent.removeValue(forKey: answer.callID)
      let time = try #require(asked)
      let one = Asked(
        sent: time, answered: now, hasVerdict: answer.verdict != nil, reason: answer.reason)
      self.asked.withLock { $0.append(one) }
    }
  }

  //= Measures art.13
  //= type=test
  @Test(arguments: Mode.allCases) func noVerdictComesAfterTheOrder(_ mode: Mode) throws {
    let platform = try TestPlatform.lawful()
    let hotel = try Applicant(platform, mode: mode)
    try hotel.open()
    let hammer = Hammer()
    let profile = try hotel.profile(in: .production)
    let threads = try (0..<2).map { _ in try hammer.start(profile, clock: platform.clock) }
    defer {
      hammer.end()
      for thread in threads { thread.join() }
    }
    try wait { hammer.count > 200 }
    try hotel.act(.suspend(text: "out of scope"), by: "legal", Ground(13, 3))
    let returned = SystemClock().monotonicNanoseconds()
    let before = hammer.count
    // The sandbox, the case and officers go on while it hammers.
    #expect(try hotel.check(in: .sandbox).verdict?.verdict == .consistent)
    let suspension = try #require(try hotel.file().law.matters.last).number
    try hotel.act(.acknowledge(subject: suspension))
    try hotel.act(.inspect(text: "on site"), by: "reviewer")
    try wait {
      hammer.count > before + 200 && SystemClock().monotonicNanoseconds() > returned + 1_100_000_000
    }
    hammer.end()
    for thread in threads { thread.join() }
    let all = hammer.all
    let verdicts = all.filter(\.hasVerdict)
    #expect(verdicts.count >= 200)
    #expect(!verdicts.contains { $0.sent > returned }, "sent after the order had returned")
    #expect(!verdicts.contains { $0.answered > returned + 1_000_000_000 }, "answered a second later")
    #expect(Set(all.map(\.reason)) == [.noReason, .tenantSuspended])
  }

  /// Bounded, and without a sleep: every turn is a look at what threads have done.
  private func wait(_ isTrue: () -> Bool) throws {
    let deadline = SystemClock().monotonicNanoseconds() + 60_000_000_000
    while !isTrue() { try #require(SystemClock().monotonicNanoseconds() < deadline) }
  }
}
