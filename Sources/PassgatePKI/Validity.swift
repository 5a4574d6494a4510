/// Clocks that run a little late still find a new certificate valid.
private let backdatedSeconds: Int64 = 300

/// From five minutes before `now` for `days` days, both ends included, in seconds since 1970.
func validity(from now: Int64, days: Int) -> ClosedRange<Int64> {
  let start = now - backdatedSeconds
  return start...(start + Int64(days) * 86_400 - 1)
}
