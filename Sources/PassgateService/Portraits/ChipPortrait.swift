import PassgateDomain
import Synchronization

/// The portrait of a chip that was read just now, for a few checks of its holder.
final class ChipPortrait: Sendable, Confidential {
  /// Checks that it is good for.
  static let tries = 3

  /// How many are kept at once, how large, and for how long.
  static var limits: ReadingLimits { ReadingLimits(bytes: 64 << 20, life: 120_000_000_000) }

  /// JPEG or JPEG 2000 as DG2 has it.
  let image: [UInt8]
  /// The keyed hash of the claim that the reading was for.
  let claimSet: [UInt8]
  /// Whether the chip states everything that was claimed: such a claim guesses nothing.
  let isBorneOut: Bool
  private let left = Mutex(ChipPortrait.tries)

  init(image: [UInt8], claimSet: [UInt8], isBorneOut: Bool) {
    (self.image, self.claimSet, self.isBorneOut) = (image, claimSet, isBorneOut)
  }

  /// Takes one check; false when there is none left.
  func take() -> Bool {
    left.withLock { left in
      guard left > 0 else { return false }
      left -= 1
      return true
    }
  }

  /// Gives a check back: the platform failed, not the person.
  func giveBack() { left.withLock { $0 += 1 } }
}
