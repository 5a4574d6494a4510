/// For the keys that come most often, about how many different values came with each; constant in size.
///
/// Sets of four entries; a key that finds its set full takes a point from each, and from none left its place
/// (Misra and Gries), so a key with more than one in five of its set's traffic stays. Values are bits
/// of a 64-bit map: few are counted exactly, many about right.
struct DistinctTable<let size: Int>: Sendable {
  private struct Entry: Sendable {
    var tag: UInt32 = 0
    var credit: UInt32 = 0
    var values: UInt64 = 0
  }

  private static var ways: Int { 4 }
  private var entries = InlineArray<size, Entry>(repeating: Entry())

  /// Counts a value of a key and answers how many different ones the key has had, before and now.
  mutating func add(_ key: UInt64, value: UInt64) -> (before: UInt32, now: UInt32) {
    let first = Int(truncatingIfNeeded: key % UInt64(size / Self.ways)) * Self.ways
    guard let place = place(of: UInt32(truncatingIfNeeded: key >> 32), from: first) else { return (0, 0) }
    let bit: UInt64 = 1 << ((value &* 0x9E37_79B9_7F4A_7C15) >> 58)
    let before = entries[place].values
    entries[place].credit += 1
    entries[place].values |= bit
    return (distinct(before), distinct(before | bit))
  }

  mutating func removeAll() {
    for place in entries.indices { entries[place] = Entry() }
  }

  private mutating func place(of tag: UInt32, from first: Int) -> Int? {
    var free: Int?
    for place in first..<(first + Self.ways) {
      if entries[place].credit == 0 { free = place } else if entries[place].tag == tag { return place }
    }
    if let free {
      entries[free] = Entry(tag: tag)
      return free
    }
    for place in first..<(first + Self.ways) { entries[place].credit -= 1 }
    return nil
  }
}

/// About how many different values fill so many of 64 bits: the mean of the coupon collector.
private func distinct(_ bits: UInt64) -> UInt32 { distinctOfBits[bits.nonzeroBitCount] }

private let distinctOfBits: InlineArray<65, UInt32> = {
  var table = InlineArray<65, UInt32>(repeating: 0)
  var expected = 0.0
  for filled in 1...64 {
    expected += 64 / Double(65 - filled)
    table[filled] = UInt32(expected)
  }
  return table
}()
