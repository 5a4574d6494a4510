import PassgateDomain
import PassgateSystem
import PassgateWire
import Synchronization

/// The agreed number of checks a minute of each tenant, over all loops (Measures art.8).
final class Quotas: Sendable {
  private let windows = Mutex<[String: RateWindow]>([:])
  private let clock: any Clock

  init(_ clock: any Clock) { self.clock = clock }

  /// Counts checks; the refusal when the tenant's minute has no room for all of them.
  func fault(_ principal: Principal, checks: Int = 1) -> Outcome? {
    guard checks > 0, case .tenant(let tenant) = principal.who else { return nil }
    let limit = tenant.checksPerMinute == 0 ? Admission.defaultChecksPerMinute : tenant.checksPerMinute
    let now = clock.monotonicNanoseconds() / 1_000_000
    let admission = windows.withLock {
      $0[tenant.id, default: RateWindow()].admit(checks, limit: limit, monotonicMilliseconds: now)
    }
    guard case .refused(let wait) = admission else { return nil }
    return .refusal(.quotaExceeded, retryAfter: UInt32(clamping: wait))
  }
}

/// How often one address may call methods that are open to anybody.
final class Strangers: Sendable {
  private static let callsPerMinute = 600
  /// Addresses remembered; beyond it the table starts anew, which costs strangers nothing and memory less.
  private static let capacity = 10_000

  private let windows = Mutex<[String: RateWindow]>([:])
  private let clock: any Clock

  init(_ clock: any Clock) { self.clock = clock }

  /// Counts one call; false when the address has had its share of the minute.
  func admit(_ address: String) -> Bool {
    let now = clock.monotonicNanoseconds() / 1_000_000
    return windows.withLock { windows in
      if windows.count >= Self.capacity, windows[address] == nil { windows.removeAll() }
      return windows[address, default: RateWindow()]
        .admit(1, limit: Self.callsPerMinute, monotonicMilliseconds: now) == .admitted
    }
  }
}
