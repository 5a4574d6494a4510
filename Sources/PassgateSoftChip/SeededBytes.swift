/// Bytes that a seed decides (SplitMix64): what is invented with them can be invented again. Never for real keys.
package struct SeededBytes: Sendable {
  private var state: UInt64

  package init(seed: UInt64) {
    state = seed
  }

  package mutating func next(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      let word = nextWord()
      bytes.append(contentsOf: (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) })
    }
    return Array(bytes.prefix(count))
  }

  /// 0 up to `sides`, which is at least 1.
  package mutating func roll(_ sides: Int) -> Int { Int(nextWord() >> 1) % max(1, sides) }

  private mutating func nextWord() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
