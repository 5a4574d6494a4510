/// What was noted lately, in slices of time: the oldest slice goes as a whole, so that an entry costs no more than itself
/// and no note costs more than another. Bounded in number; pure, times are monotonic nanoseconds.
struct RecentSlices<Content> {
  /// The bounds.
  struct Limits: Sendable {
    /// How long an entry is kept at least, unless too many follow it.
    var life: UInt64 = 24 * 3_600 * 1_000_000_000
    /// Entries of a slice.
    var ofSlice: Int
    /// Slices, at least one more than `spans`.
    var slices = 32
  }

  private struct Slice {
    let begun: UInt64
    var count = 0
    var content: Content
  }

  /// Slices that time alone makes of a life.
  private static var spans: UInt64 { 6 }

  private let limits: Limits
  private var slices: [Slice] = []

  init(_ limits: Limits) { self.limits = limits }

  /// Entries held.
  var count: Int { slices.reduce(0) { $0 + $1.count } }

  private var span: UInt64 { limits.life / Self.spans }

  /// Whether a slice that counts at `now` satisfies `predicate`.
  func contains(at now: UInt64, where predicate: (Content) -> Bool) -> Bool {
    slices.contains { !isOver($0, now) && predicate($0.content) }
  }

  /// Adds one entry: `add` puts it into the slice's content, `empty` is the content of a new one.
  mutating func note(at now: UInt64, empty: @autoclosure () -> Content, add: (inout Content) -> Void) {
    while let oldest = slices.first, isOver(oldest, now) { slices.removeFirst() }
    if needsSlice(now) {
      if slices.count == limits.slices { slices.removeFirst() }
      slices.append(Slice(begun: now, content: empty()))
    }
    slices[slices.count - 1].count += 1
    add(&slices[slices.count - 1].content)
  }

  /// Takes one entry away again: `remove` says whether it was in the slice's content.
  mutating func forget(_ remove: (inout Content) -> Bool) {
    for index in slices.indices.reversed() where remove(&slices[index].content) {
      slices[index].count -= 1
      return
    }
  }

  private func isOver(_ slice: Slice, _ now: UInt64) -> Bool {
    now > slice.begun && now - slice.begun >= limits.life + span
  }

  private func needsSlice(_ now: UInt64) -> Bool {
    guard let last = slices.last, last.count < limits.ofSlice else { return true }
    return now > last.begun && now - last.begun >= span
  }
}
