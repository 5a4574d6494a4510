import PassgateDomain
import PassgateSystem
import PassgateWire
import Synchronization

/// What one address may use up in an hour by methods that are open to anybody: what they store stays for days.
final class StrangerShares: Sendable {
  /// One thing that is counted.
  private struct Share: Sendable {
    let limit: Int
    /// What a call takes of it, by the method and the bytes of its body.
    let cost: @Sendable (Method, Int) -> Int
  }

  private static let shares = [
    Share(limit: 128 * 1_024 * 1_024) { _, bytes in bytes },
    Share(limit: 60) { method, _ in method.name == "passgate.v1.Onboarding/Complain" ? 1 : 0 },
  ]
  /// Addresses remembered; beyond it the table starts anew, which costs strangers nothing and memory less.
  private static let capacity = 10_000

  private let windows = Mutex<[String: [RateWindow]]>([:])
  private let clock: any Clock

  init(_ clock: any Clock) { self.clock = clock }

  /// Counts a call when every share has room for it.
  /// - Returns: nil, or the milliseconds to wait.
  func wait(_ address: String, _ method: Method, bodyCount: Int) -> UInt32? {
    // A window of a minute on a clock sixty times too slow is one of an hour.
    let now = clock.monotonicNanoseconds() / 60_000_000
    return windows.withLock { table in
      if table.count >= Self.capacity, table[address] == nil { table.removeAll() }
      var windows = table[address] ?? Self.shares.map { _ in RateWindow() }
      for (index, share) in Self.shares.enumerated() {
        let admission = windows[index]
          .admit(share.cost(method, bodyCount), limit: share.limit, monotonicMilliseconds: now)
        if case .refused(let wait) = admission { return UInt32(clamping: wait * 60) }
      }
      table[address] = windows
      return nil
    }
  }
}
