import PassgateCrypto
import PassgateDomain
import PassgateStore
import PassgateWire
import Synchronization

/// What is kept of a comparison beside the evidence, sealed: which calibration it was scored with and how far apart the
/// portraits were. Never a score, a vector or a picture.
struct ComparisonRecord: Sendable, Equatable, Confidential {
  private static let version: UInt8 = 1
  private static let length = 1 + 32 + 1 + 8

  /// SHA-256 of the calibration file, 32 bytes.
  let calibrationID: [UInt8]
  /// As the model gives it; nil where nothing of the document was compared with.
  let distance: Double?

  init(calibrationID: [UInt8], distance: Double?) {
    (self.calibrationID, self.distance) = (calibrationID, distance)
  }

  /// Always as long, so that the sealed row does not tell whether there was a comparison.
  var bytes: [UInt8] {
    let bits = (distance ?? 0).bitPattern
    return [Self.version] + calibrationID + [distance == nil ? 0 : 1]
      + stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: bits >> $0) }
  }

  init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.length, bytes[0] == Self.version else { return nil }
    calibrationID = Array(bytes[1..<33])
    let distance = Double(bitPattern: bytes[34...].reduce(0) { $0 << 8 | UInt64($1) })
    guard (0...PortraitWire.distanceLimit).contains(distance) else { return nil }
    self.distance = bytes[33] == 0 ? nil : distance
  }
}

/// Seals the records of comparisons for the evidence, and opens them for an officer.
final class ComparisonRecords: Sendable {
  private struct State {
    var keys: Subscription<RegistryKeyRing>
    var cipher: SealingCipher
  }

  private let state: Mutex<State>

  init(_ ring: Published<RegistryKeyRing>) throws(CryptoError) {
    let keys = Subscription(ring)
    state = Mutex(State(keys: keys, cipher: try SealingCipher(keys.value, for: .comparison)))
  }

  /// - Parameter request: the leaf hash of the request, to which the row is bound.
  func seal(_ record: ComparisonRecord, of request: [UInt8]) throws(CryptoError) -> ComparisonRow {
    ComparisonRow(
      request: request,
      sealed: try withCipher { (cipher) throws(CryptoError) in try cipher.seal(record.bytes, at: request) })
  }

  func open(_ row: ComparisonRow) throws(CryptoError) -> ComparisonRecord? {
    ComparisonRecord(
      try withCipher { (cipher) throws(CryptoError) in try cipher.open(row.sealed, at: row.request) })
  }

  private func withCipher<Result: Sendable>(
    _ body: (SealingCipher) throws(CryptoError) -> Result
  ) throws(CryptoError) -> Result {
    try state.withLock { (state) throws(CryptoError) in
      if state.keys.refresh() { state.cipher = try SealingCipher(state.keys.value, for: .comparison) }
      return try body(state.cipher)
    }
  }
}
