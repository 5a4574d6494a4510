/// A seeded source of chance: SplitMix64.
struct TrafficDice: Sendable {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return scattered(state)
  }

  /// 0 up to `sides`.
  mutating func roll(_ sides: Int) -> Int { Int(truncatingIfNeeded: next() >> 1) % sides }

  /// 0 up to 1.
  mutating func share() -> Double { Double(next() >> 11) / Double(1 << 53) }

  mutating func chance(perThousand: Int) -> Bool { roll(1_000) < perThousand }

  /// How many came where so many were to be expected (Poisson; beyond 40 its normal approximation).
  mutating func count(expecting mean: Double) -> Int {
    if mean > 40 {
      let normal = (0..<12).reduce(-6.0) { sum, _ in sum + share() }
      return max(0, Int((mean + normal * mean.squareRoot()).rounded()))
    }
    var (count, waited) = (0, exponential())
    while waited < mean {
      count += 1
      waited += exponential()
    }
    return count
  }

  /// A waiting time with the mean 1, by von Neumann's comparison of uniform numbers.
  private mutating func exponential() -> Double {
    var whole = 0.0
    while true {
      let first = share()
      var (last, isOdd) = (first, true)
      while true {
        let following = share()
        guard following < last else { break }
        (last, isOdd) = (following, !isOdd)
      }
      if isOdd { return whole + first }
      whole += 1
    }
  }
}

/// Bits mixed so that near numbers come out far apart.
func scattered(_ value: UInt64) -> UInt64 {
  var mixed = value
  mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
  mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
  return mixed ^ mixed >> 31
}
