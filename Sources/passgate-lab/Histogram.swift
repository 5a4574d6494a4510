/// Latencies in buckets that grow with them: each is known to 3 %, whatever their range.
struct Histogram {
  /// Buckets for each doubling.
  private static let steps = 32
  private static let stepBits = 5

  private var counts = [UInt64](repeating: 0, count: 64 * steps)
  private(set) var count: UInt64 = 0
  private(set) var longest: UInt64 = 0

  mutating func add(_ nanoseconds: UInt64) {
    counts[Self.bucket(nanoseconds)] += 1
    count += 1
    longest = max(longest, nanoseconds)
  }

  /// The latency that `share` of all stayed below or at, nanoseconds.
  func quantile(_ share: Double) -> UInt64 {
    var left = UInt64((Double(count) * share).rounded(.up))
    for (bucket, inside) in counts.enumerated() {
      if inside >= left { return min(Self.upperBound(bucket), longest) }
      left -= inside
    }
    return longest
  }

  private static func bucket(_ value: UInt64) -> Int {
    guard value >= UInt64(steps) else { return Int(value) }
    let shift = 63 - value.leadingZeroBitCount - stepBits
    return (shift + 1) * steps + Int(value >> UInt64(shift)) - steps
  }

  private static func upperBound(_ bucket: Int) -> UInt64 {
    guard bucket >= steps else { return UInt64(bucket) }
    let shift = bucket / steps - 1
    // The last bucket ends where the numbers do.
    return (UInt64(bucket % steps + steps + 1) << UInt64(shift)) &- 1
  }
}
