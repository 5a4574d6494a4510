/// One picture of a challenge, as the engine sees it.
package struct ChallengeFrame: Sendable, Hashable, Confidential {
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
/// **What it is worth.** The angle is that of five points of the face, measured with dlib's on the ten live pictures of the
/// developer set: a picture of a person that is shifted, scaled, rolled, nodded or turned about its upright axis by up to
/// 25 degrees (its camera four eye distances away or more) moves the angle by 18 degrees at most, and does not pass. One
/// that is turned by 30 to 55 degrees close before the camera, or bent round a cylinder not much wider than a head, moves it by
/// 20 to 40 degrees in every second try, and passes: to five points that is a head that turns. Neither does the
/// challenge stop a video, a mask, three photographs of one person from the right angles, software that turns a face, or a
/// camera that is none. It costs an attacker effort and, half the time, the wrong side; who must know needs a capture
/// device that signs.
package enum ChallengeRule {
  /// How many frames there are.
  package static let frames = 3...5
  /// A face looks ahead up to this angle to either side, degrees; faces differ, and the measure with them.
  package static let front = 15
  /// The last frame is turned at least this much further to the asked side than the first, and further than what is
  /// ahead; degrees. Faces are found up to some 40 degrees.
  package static let turn = 20
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
    return last > front && last - first >= turn ? nil : .angle
  }
}
