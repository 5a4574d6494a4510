/// Keys of one use over time, each by its lifecycle: which of them is in use.
package enum KeySchedule {
  /// The place of the one that signs at `now`, milliseconds since 1970; nil when none does. Of several that may, the
  /// one that became active last, so that there are never two.
  package static func signing(_ lifecycles: [KeyLifecycle], at now: UInt64) -> Int? {
    lifecycles.indices.filter { lifecycles[$0].signs(at: now) }
      .max { (lifecycles[$0].active ?? 0, $0) < (lifecycles[$1].active ?? 0, $1) }
  }

  /// The next time after `now` at which one of them comes to another state; nil when nothing more is to come.
  package static func nextChange(_ lifecycles: [KeyLifecycle], after now: UInt64) -> UInt64? {
    lifecycles.compactMap { $0.nextChange(after: now) }.min()
  }

  /// The first time from `now` on at which none signs; nil when there will always be one.
  package static func gap(_ lifecycles: [KeyLifecycle], from now: UInt64) -> UInt64? {
    var time = now
    while signing(lifecycles, at: time) != nil {
      guard let change = nextChange(lifecycles, after: time) else { return nil }
      time = change
    }
    return time
  }
}
