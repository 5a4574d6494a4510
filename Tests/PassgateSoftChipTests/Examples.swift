import PassgateCrypto
import PassgateEngines
import PassgateSoftChip
import PassgateTestKit
import Synchronization

/// The worked examples of ICAO 9303-11 and the BSI.
enum Examples {
  static let isThere = SharedData.path("emrtd/vectors/icao9303-11.json") != nil
  static let absence = "needs ../shared/testdata/emrtd/vectors"

  static func icao() throws -> ChipVectors { try ChipVectors("vectors/icao9303-11.json") }
  static func bsi() throws -> ChipVectors { try ChipVectors("vectors/bsi-eac-worked-example-ecdh.json") }
}

/// The bytes that an example draws, one after the other.
final class FixedBytes: Sendable {
  private let left: Mutex<[[UInt8]]>

  init(_ draws: [UInt8]...) {
    left = Mutex(draws)
  }

  /// For a chip; the draws must have the lengths that are asked for.
  var source: ChipRandom {
    { [self] count throws(CryptoError) in
      try left.withLock { draws throws(CryptoError) in
        guard let first = draws.first, first.count == count else {
          throw CryptoError(.library, "the example has no \(count) bytes more")
        }
        draws.removeFirst()
        return first
      }
    }
  }
}

/// Bytes of a seed, for a chip whose answers are to be the same in each run.
func seeded(_ seed: UInt64) -> ChipRandom {
  let bytes = SeededSource(seed)
  return { bytes.next($0) }
}

private final class SeededSource: Sendable {
  private let bytes: Mutex<SeededBytes>

  init(_ seed: UInt64) {
    bytes = Mutex(SeededBytes(seed: seed))
  }

  func next(_ count: Int) -> [UInt8] { bytes.withLock { $0.next(count) } }
}
