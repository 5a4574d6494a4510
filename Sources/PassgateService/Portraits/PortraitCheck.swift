import PassgateCrypto
import PassgateDomain
import PassgateEngines
import PassgateWire

/// One portrait check under way, with what it has taken of captures and readings.
struct PortraitCheck: Confidential {
  let body: VerifyPortraitRequest
  let claim: PassgateDomain.IdentityClaim
  let asker: Asker
  let document: ClaimedDocument
  /// SHA-256 of the live picture.
  let digest: [UInt8]
  /// Of each frame, in order.
  let frameDigests: [[UInt8]]
  /// The leaf hash of the request.
  let leaf: [UInt8]
  /// Nil where none is named.
  var capture: Capture?
  /// Nil where the portrait on record is meant.
  var chip: ChipPortrait?

  init(
    _ body: VerifyPortraitRequest, _ claim: PassgateDomain.IdentityClaim, of asker: Asker,
    _ document: ClaimedDocument, leaf: [UInt8]
  ) {
    (self.body, self.claim, self.asker) = (body, claim, asker)
    (self.document, self.leaf) = (document, leaf)
    digest = sha256(body.image.span)
    frameDigests = body.frames.map { sha256($0.span) }
  }

  /// What the reply says where nothing speaks against the picture.
  var intended: PassgateWire.PresentationAttackCheck {
    body.attestation != nil ? .attested : body.frames.isEmpty ? .noCheck : .challenge
  }

  /// What has passed before any picture was looked at.
  var vouched: PassgateWire.PresentationAttackCheck { body.attestation != nil ? .attested : .noCheck }

  /// What is remembered of its pictures. One that a device vouches for is new, however like another it is.
  func sent(hash: [UInt8]) -> SentPictures {
    SentPictures(
      digests: [digest] + frameDigests, hash: hash.isEmpty || body.attestation != nil ? nil : hash,
      document: document.key)
  }
}

/// What a worker has found, in the words of the domain.
struct PortraitFindings: Confidential {
  /// Why the live picture cannot be compared.
  let live: PassgateDomain.PortraitFault?
  /// Nil where there is no portrait of the document to compare with.
  let likeness: PortraitEngine.Likeness?
  /// From the document's portrait; nil likewise.
  let distance: Double?
  /// Perceptual, of the live picture.
  let hash: [UInt8]
  let frames: [FrameFinding]

  /// - Parameter isReal: whether it was the document's portrait that was compared with, and not a stand-in.
  init(_ finding: PortraitFinding, isReal: Bool) {
    live = PassgateDomain.PortraitFault(finding.liveFault)
    let isCompared = isReal && finding.referenceFault == 0
    distance = isCompared ? finding.distance : nil
    likeness = distance.map { _ in
      PortraitEngine.Likeness(score: Int(finding.score), isOnePhotograph: finding.isSamePhotograph)
    }
    (hash, frames) = (finding.pictureHash, finding.frames)
  }
}

extension PortraitFinding {
  /// Whether it answers the task: the live picture has a fault, or it was compared and every frame was looked at.
  func isWhole(for task: PortraitTask) -> Bool {
    let isCompared = referenceFault != 0 || distance != nil
    return liveFault != 0 || isCompared && frames.count == task.frames.count
  }
}

extension PassgateDomain.PortraitFault {
  /// Nil for 0, which is none. What the engine's interface does not have is no picture that can be compared.
  init?(_ number: UInt32) {
    guard number != 0 else { return nil }
    self = UInt8(exactly: number).flatMap(Self.init(rawValue:)) ?? .badImage
  }
}

extension PassgateWire.HeadTurn {
  init(_ turn: PassgateDomain.HeadTurn) {
    switch turn {
    case .left: self = .left
    case .right: self = .right
    }
  }
}
