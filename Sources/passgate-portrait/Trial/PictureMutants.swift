/// Makes damaged pictures of good ones, always the same from one seed.
struct PictureMutants: Sendable {
  private let pictures: [[UInt8]]
  private var numbers: SeededNumbers

  /// - Parameter pictures: at least one, none empty.
  init(of pictures: [[UInt8]], seed: UInt64) {
    self.pictures = pictures
    numbers = SeededNumbers(seed: seed)
  }

  /// The ways; most hit the first bytes, where sizes and tables are.
  private enum Damage: CaseIterable {
    case bits, headBits, bytes, headBytes, extremes, cut, removed, repeated, spliced
  }

  mutating func next() -> [UInt8] {
    var picture = pictures[below(pictures.count)]
    for _ in 0...below(2) where !picture.isEmpty {
      if let damage = Damage.allCases.randomElement(using: &numbers) { apply(damage, to: &picture) }
    }
    return picture.isEmpty ? [0] : picture
  }

  private mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &numbers) }

  private mutating func apply(_ damage: Damage, to picture: inout [UInt8]) {
    let head = min(picture.count, 700)
    switch damage {
    case .bits:
      change(&picture, within: picture.count, times: 1 + below(32)) {
        $0 ^ 1 << UInt8(truncatingIfNeeded: $1 & 7)
      }
    case .headBits:
      change(&picture, within: head, times: 1 + below(4)) { $0 ^ 1 << UInt8(truncatingIfNeeded: $1 & 7) }
    case .bytes:
      change(&picture, within: picture.count, times: 1 + below(16)) { UInt8(truncatingIfNeeded: $1) }
    case .headBytes: change(&picture, within: head, times: 1 + below(6)) { UInt8(truncatingIfNeeded: $1) }
    case .extremes:
      change(&picture, within: head, times: 1 + below(3)) { [0, 1, 0x7F, 0x80, 0xFF][Int($1 % 5)] }
    case .cut: picture.removeLast(below(picture.count))
    case .removed: picture.removeSubrange(range(in: picture.count))
    case .repeated: picture.insert(contentsOf: picture[range(in: picture.count)], at: below(picture.count))
    case .spliced:
      let other = pictures[below(pictures.count)]
      picture = picture.prefix(below(picture.count)) + other.suffix(below(other.count))
    }
  }

  private mutating func change(
    _ picture: inout [UInt8], within bound: Int, times: Int, _ change: (UInt8, UInt64) -> UInt8
  ) {
    for _ in 0..<times {
      let place = below(bound)
      picture[place] = change(picture[place], numbers.next())
    }
  }

  /// Up to 4 KiB of so many bytes.
  private mutating func range(in count: Int) -> Range<Int> {
    let start = below(count)
    return start..<min(count, start + 1 + below(4_096))
  }
}
