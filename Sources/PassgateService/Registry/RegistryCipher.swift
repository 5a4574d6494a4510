import PassgateCrypto
import PassgateDomain
import PassgateWire

/// What a registry hashes and seals with: what a stolen file would need. One instance belongs to one thread.
///
/// A row's key is HMAC-SHA256 of the document's number under the first key, its value AES-256-GCM of the record,
/// bound to that hash and padded so that its length tells nothing.
final class RegistryCipher {
  private static let indexUse = "passgate/1 registry index"
  private static let block = 256

  private let mac: HMACKey
  private let sealing: SealingCipher

  init(_ ring: RegistryKeyRing) throws(CryptoError) {
    var index = try ring.first.key(for: Self.indexUse, formerPart: 0..<32)
    defer { wipe(&index) }
    mac = try HMACKey(index.span)
    sealing = try SealingCipher(ring, for: .record)
  }

  /// The keyed hash under which a document stands, 32 bytes.
  func documentKey(_ number: DocumentNumber) -> [UInt8] { mac.authenticate(number.keyBytes.span) }

  /// The keyed hash of everything a claim states, to tell different wrong claims apart.
  func claimSet(_ claim: PassgateDomain.IdentityClaim) -> [UInt8] {
    mac.authenticate((Array("claim".utf8) + claim.canonicalBytes).span)
  }

  /// The keyed hash of a body with personal data: a plain digest of so few possible values could be guessed back.
  func contentDigest(_ body: [UInt8]) -> [UInt8] { mac.authenticate((Array("content".utf8) + body).span) }

  func seal(_ record: RegistryRecord, under key: [UInt8]) throws(CryptoError) -> [UInt8] {
    let encoded = record.encoded()
    var plaintext = [UInt8(truncatingIfNeeded: encoded.count >> 8), UInt8(truncatingIfNeeded: encoded.count)]
    plaintext += encoded
    let padding = (Self.block - plaintext.count % Self.block) % Self.block
    plaintext.append(contentsOf: repeatElement(0, count: padding))
    return try sealing.seal(plaintext, at: key)
  }

  /// Throws when the row was altered, moved under another key or sealed with a key that is not in use.
  func open(_ sealed: [UInt8], under key: [UInt8]) throws(RegistryFault) -> RegistryRecord {
    do {
      let plaintext = try sealing.open(sealed, at: key)
      guard plaintext.count >= 2 else { throw RegistryFault.unreadable }
      let count = Int(plaintext[0]) << 8 | Int(plaintext[1])
      guard count + 2 <= plaintext.count else { throw RegistryFault.unreadable }
      return try RegistryRecord(decoding: plaintext.span.extracting(2..<(2 + count)))
    } catch {
      throw (error as? CryptoError)?.reason == .unsupported ? .unknownKey : .unreadable
    }
  }
}

/// Why a registry row gives no record.
enum RegistryFault: Error {
  case unreadable
  /// Sealed with a key that the cipher does not have: perhaps one that has come since it was made.
  case unknownKey
}
