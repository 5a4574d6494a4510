import PassgateCrypto
import PassgateStore

/// Seals what applicants and complainants leave. One instance belongs to one thread.
///
/// AES-256-GCM under a key derived for one use from the deployment's secret, so that the one secret file guards the
/// registry and this store, and neither's key is the other's.
struct DossierCipher {
  /// What a key is derived for.
  enum Use: String, CaseIterable {
    case document = "passgate/1 dossier document"
    case complaint = "passgate/1 complaint"
  }

  private static let keyVersion: UInt8 = 1

  private let aead: AEADKey

  /// - Parameter secret: the deployment's, `RegistryCipher.secretBytes` long.
  init(secret: [UInt8], for use: Use) throws(CryptoError) {
    guard secret.count == RegistryCipher.secretBytes else {
      throw CryptoError(
        .malformed, "the deployment's key has \(secret.count) bytes instead of \(RegistryCipher.secretBytes)")
    }
    let label = Array(use.rawValue.utf8)
    let key = try HMACKey(secret.span).authenticate(label.span)
    aead = try AEADKey(key.span)
  }

  /// - Parameter place: what the bytes are a part of; they open there alone.
  func seal(_ bytes: [UInt8], at place: [UInt8]) throws(CryptoError) -> [UInt8] {
    [Self.keyVersion] + (try aead.seal(bytes.span, associated: place.span))
  }

  /// Throws when the bytes were altered, moved to another place or sealed with another secret.
  func open(_ sealed: [UInt8], at place: [UInt8]) throws(CryptoError) -> [UInt8] {
    guard sealed.first == Self.keyVersion else {
      throw CryptoError(.unsupported, "sealed under an unknown version of the key")
    }
    return try aead.open(sealed.span.extracting(1...), associated: place.span)
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
