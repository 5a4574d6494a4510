package import PassgateCrypto
import PassgateDomain
import PassgateWire

/// The keys of a registry: what a stolen file would need. One instance belongs to one thread.
///
/// A row's key is HMAC-SHA256 of the document's number, its value AES-256-GCM of the record, bound to that key and
/// padded so that its length tells nothing.
package final class RegistryCipher {
  /// Bytes of the secret: one half for hashing, one for encryption.
  package static let secretBytes = 64
  private static let keyVersion: UInt8 = 1
  private static let block = 256

  private let mac: HMACKey
  private let aead: AEADKey

  /// - Parameter secret: `secretBytes` random bytes.
  package init(secret: [UInt8]) throws(CryptoError) {
    guard secret.count == Self.secretBytes else {
      throw CryptoError(
        .malformed, "the registry key has \(secret.count) bytes instead of \(Self.secretBytes)")
    }
    mac = try HMACKey(secret.span.extracting(..<32))
    aead = try AEADKey(secret.span.extracting(32...))
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
    return [Self.keyVersion] + (try aead.seal(plaintext.span, associated: key.span))
  }

  /// Throws when the row was altered, moved under another key or sealed with another secret.
  func open(_ sealed: [UInt8], under key: [UInt8]) throws(RegistryFault) -> RegistryRecord {
    guard sealed.count > 1, sealed[0] == Self.keyVersion else { throw RegistryFault.unreadable }
    do {
      let plaintext = try aead.open(sealed.span.extracting(1...), associated: key.span)
      let count = Int(plaintext[0]) << 8 | Int(plaintext[1])
      guard count + 2 <= plaintext.count else { throw RegistryFault.unreadable }
      return try RegistryRecord(decoding: plaintext.span.extracting(2..<(2 + count)))
    } catch {
      throw .unreadable
    }
  }
}

/// Why a registry row gives no record.
enum RegistryFault: Error {
  case unreadable
}
