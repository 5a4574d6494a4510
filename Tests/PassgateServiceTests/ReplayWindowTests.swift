import Testing

@testable import PassgateService

@Suite struct ReplayWindowTests {
  /// What the window must do, kept the wasteful way.
  private struct Model {
    var highest: UInt64 = 0
    var marked: Set<UInt64> = []

    func accepts(_ sequence: UInt64) -> Bool {
      guard sequence > 0, !marked.contains(sequence) else { return false }
      return sequence > highest || highest - sequence < 4_096
    }

    mutating func mark(_ sequence: UInt64) {
      marked.insert(sequence)
      highest = max(highest, sequence)
    }
  }

  private static func window(marked: [UInt64]) -> ReplayWindow {
    var window = ReplayWindow()
    for sequence in marked { window.mark(sequence) }
    return window
  }

  /// Where the sequences begin: at the start, where words wrap, and where the numbers end.
  @Test(arguments: [0, 4_095, 1 << 32, .max - 200_000] as [UInt64], 1...4 as ClosedRange<UInt64>)
  func agreesWithTheModel(_ base: UInt64, _ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var (window, model) = (ReplayWindow(), Model())
    for step in 1...8_000 {
      let sequence = Self.next(after: max(model.highest, base), &random)
      if step % 1_000 == 0 { Self.compareAll(window, model) }
      guard window.accepts(sequence) == model.accepts(sequence) else {
        Issue.record("\(sequence) with \(model.highest) the highest")
        return
      }
      if model.accepts(sequence) {
        window.mark(sequence)
        model.mark(sequence)
      }
    }
  }

  /// Every number of the window and some on both sides of it.
  private static func compareAll(_ window: ReplayWindow, _ model: Model) {
    let last = model.highest + min(10, .max - model.highest)
    let first = model.highest > 5_000 ? model.highest - 5_000 : 0
    let wrong = (first...last).filter { window.accepts($0) != model.accepts($0) }
    #expect(wrong.isEmpty, "with \(model.highest) the highest")
  }

  /// Steps forward, numbers of the window again, its edge, and seldom a jump.
  private static func next(after highest: UInt64, _ random: inout SeededGenerator) -> UInt64 {
    func back(_ distance: UInt64) -> UInt64 { highest > distance ? highest - distance : 1 }
    func ahead(_ distance: UInt64) -> UInt64 { highest + min(distance, .max - highest) }
    switch UInt64.random(in: 0..<1_000, using: &random) {
    case 0..<500: return ahead(.random(in: 1...3, using: &random))
    case 500..<900: return back(.random(in: 0...4_200, using: &random))
    case 900..<997: return back(.random(in: 4_093...4_099, using: &random))
    case 997..<999: return ahead(.random(in: 3_900...4_300, using: &random))
    default: return ahead(.random(in: 1...9_000, using: &random))
    }
  }

  @Test func zeroIsNoSequence() { #expect(!ReplayWindow().accepts(0)) }

  @Test func anAcceptedNumberIsNotMarked() {
    let window = ReplayWindow()
    #expect(window.accepts(5) && window.accepts(5))
  }

  /// How far below the highest number a number that was never used may lie.
  @Test(arguments: [4_096, 10_000, .max] as [UInt64], [(4_095, true), (4_096, false), (4_097, false)])
  func theWindowSpansItsNumbers(_ highest: UInt64, _ edge: (distance: UInt64, isInside: Bool)) {
    guard highest >= edge.distance else { return }
    let sequence = highest - edge.distance
    #expect(Self.window(marked: [highest]).accepts(sequence) == (edge.isInside && sequence > 0))
  }

  @Test(arguments: [4_095, 4_096, 4_097, 8_192, 1 << 40] as [UInt64])
  func aJumpForgetsWhatItLeavesBehind(_ jump: UInt64) {
    let used: [UInt64] = [9_998, 9_999, 10_000]
    let window = Self.window(marked: used + [10_000 + jump])
    for sequence in used { #expect(!window.accepts(sequence)) }
    let first = 10_000 + jump - 4_095
    let fresh = (first..<10_000 + jump).filter { !used.contains($0) }
    #expect(fresh.allSatisfy(window.accepts))
    #expect(!window.accepts(10_000 + jump))
  }

  @Test func theLastNumbersOfAllWork() {
    var window = Self.window(marked: [1, .max - 1])
    #expect(window.accepts(.max))
    window.mark(.max)
    #expect(!window.accepts(.max) && !window.accepts(.max - 1) && window.accepts(.max - 2))
    #expect(window.accepts(.max - 4_095) && !window.accepts(.max - 4_096) && !window.accepts(1))
  }
}

/// SplitMix64: the same numbers in every run.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
