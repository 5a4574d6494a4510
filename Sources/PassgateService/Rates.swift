import PassgateDomain
import PassgateSystem
import PassgateWire
import Synchronization

/// The agreed number of checks a minute and a day of each tenant, over all loops (Measures art.8).
///
/// Counts live in memory: a restart begins the minute and the day anew.
final class Quotas: Sendable {
  private let windows = Mutex<[String: QuotaWindow]>([:])
  private let clock: any Clock

  init(_ clock: any Clock) { self.clock = clock }

  /// Counts checks; the refusal when the tenant's minute or day has no room for all of them.
  //= Measures art.8
  func fault(_ principal: Principal, checks: Int = 1) -> Outcome? {
    guard checks > 0, case .tenant(let tenant) = principal.who else { return nil }
    let now = clock.wallMilliseconds()
    let agreed = tenant.policy.checksPerMinute ?? Admission.defaultChecksPerMinute
    let throttle = tenant.throttle.flatMap { now < $0.until && $0.checksPerMinute < agreed ? $0 : nil }
    let limits = QuotaWindow.Limits(
      perMinute: throttle?.checksPerMinute ?? agreed, perDay: tenant.policy.checksPerDay)
    let monotonic = clock.monotonicNanoseconds() / 1_000_000
    let admission = windows.withLock {
      $0[tenant.id, default: QuotaWindow()]
        .admit(checks, limits: limits, monotonicMilliseconds: monotonic, wallMilliseconds: now)
    }
    switch admission {
    case .admitted: return nil
    case .dayIsOver(let wait): return refusal(.dailyQuotaExceeded, after: wait)
    case .minuteIsFull(let wait):
      guard let throttle else { return refusal(.quotaExceeded, after: wait) }
      return refusal(.throttled, after: min(wait, throttle.until - now))
    }
  }

  private func refusal(_ reason: Reason, after wait: UInt64) -> Outcome {
    .refusal(reason, retryAfter: UInt32(clamping: wait))
  }
}
