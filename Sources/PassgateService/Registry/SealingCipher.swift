import PassgateCrypto
import PassgateStore

/// AES-256-GCM under a registry's keys: rows name their key, and new ones are sealed with the active one. One
/// instance belongs to one thread.
struct SealingCipher {
  /// What keys are derived for, so that no use's key opens what is another's.
  enum Use: String, CaseIterable {
    case record = "passgate/1 registry record"
    case portrait = "passgate/1 registry portrait"
    case document = "passgate/1 dossier document"
    case complaint = "passgate/1 complaint"
    case comparison = "passgate/1 portrait comparison"

    /// Where a secret of before has this key itself.
    fileprivate var formerPart: Range<Int>? { self == .record ? 32..<64 : nil }
  }

  /// What rows of before begin with; the first key has sealed them.
  private static let formerVersion: UInt8 = 1

  /// What new rows are sealed with.
  let id: SealingID
  private let active: AEADKey
  /// A few: a search in order is the quickest.
  private let keys: [(id: SealingID, key: AEADKey)]

  init(_ ring: RegistryKeyRing, for use: Use) throws(CryptoError) {
    let first = SealingID(keyID: ring.first.keyID)
    var keys: [(id: SealingID, key: AEADKey)] = []
    for secret in ring.opening {
      var bytes = try secret.key(for: use.rawValue, formerPart: use.formerPart)
      defer { wipe(&bytes) }
      let (id, key) = (SealingID(keyID: secret.keyID), try AEADKey(bytes.span))
      keys.append((id, key))
      if id == first { keys.append((.unversioned, key)) }
    }
    let id = ring.sealingID
    guard let active = keys.first(where: { $0.id == id })?.key else {
      throw CryptoError(.malformed, "the active registry key does not open what it seals")
    }
    (self.id, self.active, self.keys) = (id, active, keys)
  }

  /// - Parameter place: what the bytes are a part of; they open there alone.
  func seal(_ bytes: [UInt8], at place: [UInt8]) throws(CryptoError) -> [UInt8] {
    id.prefix + (try active.seal(bytes.span, associated: place.span))
  }

  /// Throws when the bytes were altered, moved to another place, or sealed with a key that is not here (`.unsupported`).
  func open(_ sealed: [UInt8], at place: [UInt8]) throws(CryptoError) -> [UInt8] {
    let id = SealingID(of: sealed)
    let start = id == .unversioned ? 1 : SealingID.prefixLength
    guard sealed.first == (id == .unversioned ? Self.formerVersion : SealingID.version),
      let key = keys.first(where: { $0.id == id })?.key
    else { throw CryptoError(.unsupported, "sealed with a key that is not in use") }
    return try key.open(sealed.span.extracting(droppingFirst: start), associated: place.span)
  }

  /// The same content under the active key.
  func reseal(_ sealed: [UInt8], at place: [UInt8]) throws(CryptoError) -> [UInt8] {
    var bytes = try open(sealed, at: place)
    defer { wipe(&bytes) }
    return try seal(bytes, at: place)
  }
}

extension DocumentAddress {
  /// Where a chunk belongs: uploader, document, its length and the chunk's offset, so that chunks cannot be swapped.
  func place(offset: UInt64, byteCount: UInt64) -> [UInt8] {
    keyID + digest
      + [byteCount, offset].flatMap { number in
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
      }
  }
}
