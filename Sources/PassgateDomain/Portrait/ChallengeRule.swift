/// One picture of a challenge, as the engine sees it.
package struct ChallengeFrame: Sendable, Hashable {
  /// Why it cannot be compared; nil for a usable face.
  package let fault: PortraitFault?
  /// How far the head is turned, degrees, positive to the person's own left.
  package let yaw: Int
  /// The calibrated score against the live picture, 0 to 1000; 0 with a fault.
  package let score: Int
  /// Of the picture's bytes as they were sent.
  package let digest: [UInt8]

  package init(fault: PortraitFault?, yaw: Int, score: Int, digest: [UInt8]) {
    self.fault = fault
    self.yaw = yaw
    self.score = score
    self.digest = digest
  }
}

/// Why frames do not answer a challenge. For figures and tests: a tenant hears CHALLENGE_FAILED alone, so that nobody
/// learns by trying how to do better.
package enum ChallengeFault: String, Sendable, Hashable, CaseIterable {
  /// Fewer or more frames than a challenge has.
  case count
  /// A frame is sent twice.
  case repeated
  /// A frame has no usable face.
  case unusable
  /// A frame shows somebody else than the live picture, or nobody who can be told.
  case anotherPerson
  /// The head does not look ahead at first.
  case start
  /// The head turns back on its way.
  case back
  /// The head is not turned far enough to the side that was asked for.
  case angle
}

/// The active challenge (ISO/IEC 30107-1 calls it a challenge-response): frames in the order of time, from a face that
/// looks ahead to one that is turned to the side which the platform drew.
///
/// It stops one picture, whatever is done to it: a flat one that is moved, tilted or bent before the camera shows the
/// nose where it was between the eyes, within a few degrees. It does not stop a video, a mask, three photographs of one person
/// from the right angles, a picture that software turns, or a camera that is none: those need a capture device that signs.
package enum ChallengeRule {
  /// How many frames there are.
  package static let frames = 3...5
  /// A face looks ahead up to this angle to either side, degrees.
  package static let front = 12
  /// The last frame is turned at least this far to the asked side, and at least this much further than the first, degrees.
  /// The detector finds faces up to some 30 degrees, so a turn that it sees has to be moderate.
  package static let turn = 15
  /// How far a frame may fall behind the one before it: what the measure is off by.
  package static let tolerance = 4
  /// The score from which a frame shows the person of the live picture: 1 in 100 other people reaches it. Lower than what
  /// decides about a document, because a turned head scores lower and the frames only hold the face together.
  package static let samePerson = 400

  /// Why `frames`, in the order of time, do not show the person of the live picture turning the head to the side of
  /// `turn`; nil when they do.
  package static func fault(of frames: [ChallengeFrame], turn: HeadTurn) -> ChallengeFault? {
    guard Self.frames.contains(frames.count) else { return .count }
    guard Set(frames.map(\.digest)).count == frames.count else { return .repeated }
    guard frames.allSatisfy({ $0.fault == nil }) else { return .unusable }
    guard frames.allSatisfy({ $0.score >= samePerson }) else { return .anotherPerson }
    return fault(of: frames.map { turn == .left ? $0.yaw : -$0.yaw })
  }

  /// - Parameter angles: degrees, positive to the asked side.
  private static func fault(of angles: [Int]) -> ChallengeFault? {
    guard let first = angles.first, let last = angles.last, (-front...front).contains(first) else {
      return .start
    }
    guard zip(angles, angles.dropFirst()).allSatisfy({ $1 >= $0 - tolerance }) else { return .back }
    return last >= turn && last - first >= turn ? nil : .angle
  }
}
