import PassgateCrypto
import PassgateDomain
import PassgateEngines
import PassgateWire
import Synchronization

/// A claim's document as the registry has it, with its portrait.
struct ClaimedDocument: Confidential {
  /// The keyed hash of its number.
  let key: [UInt8]
  /// The keyed hash of everything that is claimed.
  let claimSet: [UInt8]
  /// What the real-name check says.
  let fields: PassgateDomain.Verdict
  /// Nil where there is none on record.
  let portrait: StoredPortrait?

  init(_ claim: PassgateDomain.IdentityClaim, in registry: RegistryLookUp) {
    registry.begin()
    defer { registry.end() }
    key = registry.documentKey(claim.number)
    claimSet = registry.claimSet(claim)
    do throws(RegistryFault) {
      let verdict = RealNameEngine().judge(claim, against: try registry.record(under: key))
      // Nobody else may be told of it, were it by the time that it takes or by what is wrong with it.
      portrait = verdict == .consistent ? try registry.portrait(under: key) : nil
      fields = verdict
    } catch {
      (fields, portrait) = (.undetermined(.sourceUnavailable), nil)
    }
  }
}

/// What a live picture is compared with.
struct PortraitReference: Sendable, Equatable, Confidential {
  enum Form: Sendable, Equatable, Confidential {
    case vector([UInt8])
    case image([UInt8])
  }

  let form: Form
  /// Whether it is the document's portrait, and not a stand-in.
  let isReal: Bool

  func task(live: [UInt8], frames: [[UInt8]]) -> PortraitTask {
    switch form {
    case .vector(let vector): PortraitTask(live: live, frames: frames, referenceVector: vector)
    case .image(let image): PortraitTask(live: live, frames: frames, referenceImage: image)
    }
  }
}

/// Finds what to compare with, so that the work does not tell whether there is anything.
///
/// Where the portrait on record may not be looked at, a stand-in is: a vector as long as the model's. Likewise where it
/// was embedded with another model: it is embedded anew only once a verdict rests on it, which then tells more than the
/// time it takes.
final class PortraitReferences: Sendable {
  private let standIn = Mutex<[UInt8]>([])

  /// - Parameter chip: the portrait of a chip just read, which is then compared with.
  func reference(
    to document: ClaimedDocument, chip: ChipPortrait?, _ standing: PortraitStanding
  ) -> PortraitReference {
    let isMatched = document.fields == .consistent
    if let chip { return PortraitReference(form: .image(chip.image), isReal: isMatched) }
    guard isMatched, let portrait = document.portrait, portrait.isEmbedded(by: standing) else {
      return PortraitReference(form: .vector(standIn(standing.dimension)), isReal: false)
    }
    return PortraitReference(form: .vector(portrait.vector), isReal: true)
  }

  /// The portrait on record of a document that is as claimed, where no vector of this model is kept of it; else nil.
  func unembedded(_ document: ClaimedDocument, _ standing: PortraitStanding) -> PortraitReference? {
    guard document.fields == .consistent, let portrait = document.portrait, !portrait.isEmbedded(by: standing)
    else { return nil }
    return PortraitReference(form: .image(portrait.image), isReal: true)
  }

  private func standIn(_ dimension: Int) -> [UInt8] {
    standIn.withLock { standIn in
      if standIn.count != dimension * 4 { standIn = Self.vector(dimension) }
      return standIn
    }
  }

  /// Numbers of the size that models give, drawn by chance: nobody's face.
  private static func vector(_ dimension: Int) -> [UInt8] {
    (0..<dimension).flatMap { _ in
      let bits = Float.random(in: -0.2...0.2).bitPattern
      return (0..<4).map { UInt8(truncatingIfNeeded: bits >> ($0 * 8)) }
    }
  }
}

extension StoredPortrait {
  /// Whether its vector is the work of this model.
  fileprivate func isEmbedded(by standing: PortraitStanding) -> Bool {
    modelID == standing.modelID && vector.count == standing.dimension * 4
  }
}
