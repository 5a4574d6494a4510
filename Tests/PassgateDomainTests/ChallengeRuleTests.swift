import PassgateDomain
import Testing

/// The active challenge, as a matrix over angles, scores and faults.
@Suite struct ChallengeRuleTests {
  private static func frames(
    _ angles: [Int], scores: [Int] = [], faults: [Int: PortraitFault] = [:], bytes: [UInt8] = []
  ) -> [ChallengeFrame] {
    angles.enumerated().map { index, yaw in
      ChallengeFrame(
        fault: faults[index], yaw: yaw, score: index < scores.count ? scores[index] : 900,
        digest: [index < bytes.count ? bytes[index] : UInt8(index)])
    }
  }

  /// Angles as they are for a turn to the left, and what comes of them.
  private static let ways: [([Int], ChallengeFault?)] = [
    ([0, 12, 25], nil), ([-3, 6, 14, 22], nil), ([0, 4, 9, 17, 28], nil), ([0, 0, 0, 0, 20], nil),
    // What the measure is off by.
    ([2, 8, 4, 18, 24], nil), ([0, 26, 22], nil),
    // Looks ahead at first.
    ([15, 25, 35], nil), ([-15, 0, 16], nil), ([16, 25, 40], .start), ([-16, 0, 20], .start),
    // Far enough, to the right side, and by turning.
    ([0, 7, 19], .angle), ([5, 15, 24], .angle), ([-15, -2, 15], .angle), ([0, 0, 0], .angle),
    ([0, -2, -4], .angle), ([0, -12, -25], .back), ([10, 5, 1], .back),
    // Not to and fro.
    ([0, 10, 5, 25], .back), ([0, 30, 25], .back),
    ([0, 25], .count), ([0], .count), ([], .count), ([0, 5, 10, 15, 20, 25], .count),
  ]

  @Test(arguments: ways, HeadTurn.allCases)
  private func theWayIsTheOneThatWasAsked(_ way: ([Int], ChallengeFault?), _ turn: HeadTurn) {
    let (angles, fault) = way
    let mirrored = Self.frames(angles.map { turn == .left ? $0 : -$0 })
    #expect(ChallengeRule.fault(of: mirrored, turn: turn) == fault)
    guard fault == nil else { return }
    #expect(ChallengeRule.fault(of: mirrored, turn: turn == .left ? .right : .left) != nil)
  }

  @Test(arguments: 0..<3, [399, 0]) func everyFrameShowsThePerson(_ frame: Int, _ score: Int) {
    var scores = [400, 400, 400]
    #expect(ChallengeRule.fault(of: Self.frames([0, 10, 25], scores: scores), turn: .left) == nil)
    scores[frame] = score
    #expect(
      ChallengeRule.fault(of: Self.frames([0, 10, 25], scores: scores), turn: .left) == .anotherPerson)
  }

  @Test(arguments: 0..<3, PortraitFault.allCases)
  func everyFrameHasAUsableFace(_ frame: Int, _ fault: PortraitFault) {
    let frames = Self.frames([0, 10, 25], faults: [frame: fault])
    #expect(ChallengeRule.fault(of: frames, turn: .left) == .unusable)
  }

  @Test(arguments: [[1, 1, 2], [1, 2, 1], [2, 1, 1], [1, 1, 1]] as [[UInt8]])
  func noFrameIsSentTwice(_ bytes: [UInt8]) {
    #expect(ChallengeRule.fault(of: Self.frames([0, 10, 25], bytes: bytes), turn: .left) == .repeated)
  }

  /// Each way without its turn, at every place from which one may begin.
  @Test(arguments: -30...30) func aStillPictureNeverPasses(_ yaw: Int) {
    for shake in 0...ChallengeRule.tolerance {
      let frames = Self.frames([yaw, yaw + shake, yaw - shake, yaw + shake])
      for turn in HeadTurn.allCases { #expect(ChallengeRule.fault(of: frames, turn: turn) != nil) }
    }
  }
}
