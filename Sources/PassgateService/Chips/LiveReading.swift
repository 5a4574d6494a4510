import PassgateCrypto
import PassgateDomain
import PassgateEngines
import Synchronization

/// A chip's reading under way with what it is for. Its keys are overwritten when nobody holds it any more.
final class LiveReading: Sendable {
  /// What a reading holds beside the answers of the chip.
  static let baseBytes = 8 << 10

  private struct State {
    var reading: ChipReading
    var bytes = LiveReading.baseBytes
  }

  let claim: IdentityClaim
  let asker: Asker
  /// What opens the chip, to be held against what it says.
  let password: AccessPassword
  private let state: Mutex<State>

  /// - Parameters:
  ///   - readsPortrait: whether the portrait may be told or compared: otherwise it is not read either.
  ///   - now: monotonic nanoseconds, as everywhere here.
  init(
    _ password: AccessPassword, allowsExtendedLength: Bool, life: UInt64, _ claim: IdentityClaim,
    of asker: Asker, readsPortrait: Bool, now: UInt64
  ) {
    (self.password, self.claim, self.asker) = (password, claim, asker)
    var terms = ReadingTerms(allowsExtendedLength: allowsExtendedLength, duration: Self.milliseconds(life))
    if !readsPortrait { terms.groups.remove(.dg2) }
    state = Mutex(
      State(
        reading: ChipReading(password, terms: terms, now: Self.milliseconds(now)) {
          (count: Int) throws(CryptoError) in try randomBytes(count)
        }))
  }

  /// A turn long after its time overwrites what the reading holds.
  deinit { state.withLock { _ = $0.reading.take([], now: .max) } }

  /// An upper bound of what it holds.
  var bytes: Int { state.withLock { $0.bytes } }

  /// The first turn.
  func begin(now: UInt64) -> ChipReading.Turn {
    state.withLock { $0.reading.begin(now: Self.milliseconds(now)) }
  }

  /// The turn after the chip's answers to the last.
  func take(_ answers: [[UInt8]], now: UInt64) -> ChipReading.Turn {
    state.withLock { state in
      state.bytes += answers.reduce(0) { $0 + $1.count }
      return state.reading.take(answers, now: Self.milliseconds(now))
    }
  }

  private static func milliseconds(_ nanoseconds: UInt64) -> UInt64 { nanoseconds / 1_000_000 }
}
