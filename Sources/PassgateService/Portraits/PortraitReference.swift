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
      let record = try registry.record(under: key)
      portrait = try registry.portrait(under: key)
      fields = RealNameEngine().judge(claim, against: record)
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
  /// Whether it is the portrait on record without a vector of this model, which the check then makes.
  var lacksVector = false

  func task(live: [UInt8], frames: [[UInt8]]) -> PortraitTask {
    switch form {
    case .vector(let vector): PortraitTask(live: live, frames: frames, referenceVector: vector)
    case .image(let image): PortraitTask(live: live, frames: frames, referenceImage: image)
    }
  }
}

/// Finds what to compare with, so that the work does not tell whether there is anything.
///
/// Where the portrait on record may not be looked at, a stand-in is: a vector as long as the model's. A portrait that
/// was embedded with another model is embedded anew with the check, which takes longer; while there are such ones,
/// all checks embed a picture.
final class PortraitReferences: Sendable {
  /// How long after the last portrait of another model all checks embed a picture, nanoseconds.
  static let mixedSpan: UInt64 = 600_000_000_000

  private struct State: Sendable {
    var standIn: [UInt8] = []
    /// Monotonic nanoseconds.
    var mixedUntil: UInt64 = 0
  }

  private let state = Mutex(State())

  /// - Parameters:
  ///   - chip: the portrait of a chip just read, which is then compared with.
  ///   - now: monotonic nanoseconds.
  func reference(
    to document: ClaimedDocument, chip: ChipPortrait?, live: [UInt8], _ standing: PortraitStanding,
    now: UInt64
  ) -> PortraitReference {
    let isMixed = note(document.portrait, standing, now: now)
    let isMatched = document.fields == .consistent
    if let chip { return PortraitReference(form: .image(chip.image), isReal: isMatched) }
    guard isMatched, let portrait = document.portrait else {
      return PortraitReference(
        form: isMixed ? .image(live) : .vector(standIn(standing.dimension)), isReal: false)
    }
    return PortraitReference(
      form: isMixed ? .image(portrait.image) : .vector(portrait.vector), isReal: true,
      lacksVector: !portrait.isEmbedded(by: standing))
  }

  /// True while portraits of another model are met with, this one perhaps.
  private func note(_ portrait: StoredPortrait?, _ standing: PortraitStanding, now: UInt64) -> Bool {
    let isOther = portrait.map { !$0.isEmbedded(by: standing) } ?? false
    return state.withLock { state in
      if isOther { state.mixedUntil = now &+ Self.mixedSpan }
      return now < state.mixedUntil
    }
  }

  private func standIn(_ dimension: Int) -> [UInt8] {
    state.withLock { state in
      if state.standIn.count != dimension * 4 { state.standIn = Self.vector(dimension) }
      return state.standIn
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
