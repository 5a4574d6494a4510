import PassgateDomain
import PassgateTestKit
import Testing

/// What stands between the platform and a picture of a picture, on pictures.
@Suite(
  .enabled(if: Faces.path != nil, Faces.needed),
  .enabled(if: PortraitModels.path != nil, Comment(rawValue: PortraitModels.needed)))
struct PresentationTests {
  private let engine: EngineUnderTest

  init() throws { engine = try #require(EngineUnderTest.shared) }

  /// As the worker finds them, of one person.
  private func frames(_ names: [String]) throws -> [ChallengeFrame] {
    try names.map { name in
      let look = engine.look(try Faces.picture(name))
      return ChallengeFrame(
        fault: UInt8(exactly: look.fault).flatMap(PortraitFault.init(rawValue:)),
        yaw: Int(look.yaw.rounded()), score: 1_000, digest: Array(name.utf8))
    }
  }

  /// Three encodings of one photograph differ in their bytes and in nothing else.
  @Test(arguments: ["p01", "p03", "p04"], HeadTurn.allCases)
  func aStillPictureAnswersNoChallenge(_ person: String, _ turn: HeadTurn) throws {
    let frames = try frames([".jp2", "_small.jp2", ".jpg"].map { "portrait/\(person)\($0)" })
    #expect(frames.allSatisfy { $0.fault == nil })
    let fault = ChallengeRule.fault(of: frames, turn: turn)
    #expect(fault == .angle || fault == .start)
  }

  /// What a challenge does not stop; and that angles are those of the pictures, to the person's own side.
  @Test(
    arguments: [
      (["p08_3", "p08_1", "p08_4"], .right), (["p07_4", "p07_1", "p07_2"], .left),
    ] as [([String], HeadTurn)])
  private func photographsFromTheRightAnglesPass(_ names: [String], _ turn: HeadTurn) throws {
    let frames = try frames(names.map { "lfw250/\($0).jpg" })
    #expect(ChallengeRule.fault(of: frames, turn: turn) == nil, "\(frames.map(\.yaw))")
    #expect(ChallengeRule.fault(of: frames, turn: turn == .left ? .right : .left) != nil)
    #expect(ChallengeRule.fault(of: frames.reversed(), turn: turn) != nil)
  }

  @Test func aHashKnowsAPictureThatWasEncodedAgain() throws {
    for person in ["p01", "p02", "p03", "p04"] {
      let encodings = try hashes([".jp2", "_small.jp2", ".jpg"].map { "portrait/\(person)\($0)" })
      for one in encodings { #expect(encodings.allSatisfy(one.isNear)) }
    }
    let spoilt = try hashes(["live/p03.jpg", "quality/ok.jpg", "quality/gray.jpg"])
    #expect(spoilt.allSatisfy(spoilt[0].isNear))
  }

  /// Of the same person too, in the same place of the picture.
  @Test func aHashTellsPhotographsApart() throws {
    let people = (1...10).map { $0 < 10 ? "p0\($0)" : "p\($0)" }
    let sets = [
      people.map { "live/\($0).jpg" },
      people.prefix(3).flatMap { person in (1...4).map { "lfw250/\(person)_\($0).jpg" } },
    ]
    for set in sets {
      let hashes = try hashes(set)
      for (index, hash) in hashes.enumerated() {
        for other in hashes[..<index] { #expect(hash.distance(to: other) >= 78) }
      }
    }
  }

  private func hashes(_ names: [String]) throws -> [PictureHash] {
    let mask = [UInt8](repeating: 0x3C, count: PictureHash.byteCount)
    return try names.map { name in
      try #require(PictureHash(engine.look(try Faces.picture(name)).hash, mask: mask))
    }
  }
}
