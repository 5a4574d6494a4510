import PassgateDomain
import PassgateSystem
import PassgateWire
import Synchronization

/// What one address may use up by methods that are open to anybody: calls, and what they leave behind for days.
final class Strangers: Sendable {
  /// One thing that is counted.
  private struct Share: Sendable {
    let limit: Int
    /// The length of its window.
    let minutes: UInt64
    /// What a call takes of it, by the method and the bytes of its body.
    let cost: @Sendable (Method, Int) -> Int
  }

  private static let shares = [
    Share(limit: 600, minutes: 1) { _, _ in 1 },
    Share(limit: 128 * 1_024 * 1_024, minutes: 60) { _, bytes in bytes },
    Share(limit: 60, minutes: 60) { method, _ in method.name == "passgate.v1.Onboarding/Complain" ? 1 : 0 },
    // A case stays for ever, and in memory; acts and their bytes stay in the ledger.
    Share(limit: 20, minutes: 60) { method, _ in method.act == .apply ? 1 : 0 },
    Share(limit: 300, minutes: 60) { method, _ in method.act == nil ? 0 : 1 },
    Share(limit: 4 * 1_024 * 1_024, minutes: 60) { method, bytes in method.act == nil ? 0 : bytes },
  ]
  /// Addresses remembered; beyond it the table starts anew, which costs strangers nothing and memory less.
  private static let capacity = 10_000

  private let windows = Mutex<[String: [RateWindow]]>([:])
  private let clock: any Clock

  init(_ clock: any Clock) { self.clock = clock }

  /// Counts a call when every share of its address has room for it.
  /// - Returns: nil, or the milliseconds to wait.
  func wait(_ address: String, _ method: Method, bodyCount: Int) -> UInt32? {
    let now = clock.monotonicNanoseconds() / 1_000_000
    let address = Self.network(of: address)
    return windows.withLock { table in
      if table.count >= Self.capacity, table[address] == nil { table.removeAll() }
      var windows = table[address] ?? Self.shares.map { _ in RateWindow() }
      for (index, share) in Self.shares.enumerated() {
        // The window is of a minute: on a clock sixty times too slow it is one of an hour.
        let admission = windows[index].admit(
          share.cost(method, bodyCount), limit: share.limit, monotonicMilliseconds: now / share.minutes)
        if case .refused(let wait) = admission { return UInt32(clamping: wait * share.minutes) }
      }
      table[address] = windows
      return nil
    }
  }

  /// Whoever has an IPv6 address has 2^64 of them (RFC 4291 section 2.5.4): its first 64 bits count. An address
  /// without a gap behind them is taken as it is.
  private static func network(of address: String) -> String {
    guard address.contains(":") else { return address }
    let groups = address.split(separator: ":", omittingEmptySubsequences: false)
    let gap = groups.firstIndex(of: "") ?? 4
    return groups.prefix(min(gap, 4)).joined(separator: ":") + "::/64"
  }
}
