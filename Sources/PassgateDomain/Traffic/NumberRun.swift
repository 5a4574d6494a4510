/// Sees numbers that continue a series: neighbours, or one constant step, forwards or backwards, also between
/// other numbers.
struct NumberRun: Sendable {
  /// Numbers this near to each other are neighbours.
  private static let near: UInt32 = 16
  /// Longer steps are not taken for steps.
  private static let longest: UInt32 = 1 << 20

  private var recent = InlineArray<32, UInt32>(repeating: 0)
  private var steps = InlineArray<128, UInt32>(repeating: 0)
  private var next = 0

  /// Whether the number continues a series; nil for one that was here just now.
  mutating func add(_ serial: SerialNumber) -> Bool? {
    guard let isMember = isMember(serial.place) else { return nil }
    recent[next] = serial.place
    next = (next + 1) % 32
    return isMember
  }

  private mutating func isMember(_ place: UInt32) -> Bool? {
    var isMember = false
    for index in recent.indices {
      let step = place > recent[index] ? place - recent[index] : recent[index] - place
      guard step < Self.longest else { continue }
      if step == 0 { return nil }
      if step <= Self.near || isKnown(step) { isMember = true }
    }
    return isMember
  }

  /// Whether the same step was made lately.
  private mutating func isKnown(_ step: UInt32) -> Bool {
    let place = Int((step &* 0x9E37_79B1) >> 25)
    if steps[place] == step { return true }
    steps[place] = step
    return false
  }
}
