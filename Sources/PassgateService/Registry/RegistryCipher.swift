import PassgateCrypto
import PassgateDomain
import PassgateWire

/// What a registry hashes and seals with: what a stolen file would need. One instance belongs to one thread.
///
/// A row's key is HMAC-SHA256 of the document's number under the first key, its value AES-256-GCM of the record or of
/// the portrait, bound to that hash and padded so that its length tells nothing.
final class RegistryCipher {
  private static let indexUse = "passgate/1 registry index"

  /// How rows of a table hide their length: it stands in front, and zeros follow up to a whole number of blocks.
  fileprivate struct Padding {
    let lengthBytes: Int
    let block: Int

    static let record = Padding(lengthBytes: 2, block: 256)
    static let portrait = Padding(lengthBytes: 3, block: 4_096)
  }

  private let mac: HMACKey
  private let records: SealingCipher
  private let portraits: SealingCipher

  init(_ ring: RegistryKeyRing) throws(CryptoError) {
    var index = try ring.first.key(for: Self.indexUse, formerPart: 0..<32)
    defer { wipe(&index) }
    mac = try HMACKey(index.span)
    records = try SealingCipher(ring, for: .record)
    portraits = try SealingCipher(ring, for: .portrait)
  }

  /// The keyed hash under which a document stands, 32 bytes.
  func documentKey(_ number: DocumentNumber) -> [UInt8] { mac.authenticate(number.keyBytes.span) }

  /// The keyed hash of everything a claim states, to tell different wrong claims apart.
  func claimSet(_ claim: PassgateDomain.IdentityClaim) -> [UInt8] {
    mac.authenticate((Array("claim".utf8) + claim.canonicalBytes).span)
  }

  /// The keyed hash under which pictures for a document are counted, apart from claims about it.
  func pictureKey(of document: [UInt8]) -> [UInt8] {
    mac.authenticate((Array("pictures".utf8) + document).span)
  }

  /// The keyed hash of a picture, by its SHA-256.
  func pictureSet(_ digest: [UInt8]) -> [UInt8] { mac.authenticate((Array("picture".utf8) + digest).span) }

  /// The keyed hash of a body with personal data: a plain digest of so few possible values could be guessed back.
  func contentDigest(_ body: [UInt8]) -> [UInt8] { mac.authenticate((Array("content".utf8) + body).span) }

  func seal(_ record: RegistryRecord, under key: [UInt8]) throws(CryptoError) -> [UInt8] {
    try records.seal(Padding.record.pad(record.encoded()), at: key)
  }

  func seal(_ portrait: StoredPortrait, under key: [UInt8]) throws(CryptoError) -> [UInt8] {
    try portraits.seal(Padding.portrait.pad(portrait.encoded()), at: key)
  }

  /// Throws when the row was altered, moved under another key or sealed with a key that is not in use.
  func open(_ sealed: [UInt8], under key: [UInt8]) throws(RegistryFault) -> RegistryRecord {
    try Self.open(sealed, at: key, with: records, .record)
  }

  /// Throws as `open` does.
  func openPortrait(_ sealed: [UInt8], under key: [UInt8]) throws(RegistryFault) -> StoredPortrait {
    try Self.open(sealed, at: key, with: portraits, .portrait)
  }

  private static func open<Message: WireMessage>(
    _ sealed: [UInt8], at key: [UInt8], with cipher: SealingCipher, _ padding: Padding
  ) throws(RegistryFault) -> Message {
    do {
      let plaintext = try cipher.open(sealed, at: key)
      guard let content = padding.content(of: plaintext) else { throw RegistryFault.unreadable }
      return try Message(decoding: plaintext.span.extracting(content))
    } catch {
      throw (error as? CryptoError)?.reason == .unsupported ? .unknownKey : .unreadable
    }
  }
}

extension RegistryCipher.Padding {
  func pad(_ content: [UInt8]) -> [UInt8] {
    let length = (0..<lengthBytes).reversed().map { UInt8(truncatingIfNeeded: content.count >> (8 * $0)) }
    let count = lengthBytes + content.count
    return length + content + [UInt8](repeating: 0, count: (block - count % block) % block)
  }

  /// Where the content stands; nil when it cannot be.
  func content(of padded: [UInt8]) -> Range<Int>? {
    guard padded.count >= lengthBytes else { return nil }
    let count = padded.prefix(lengthBytes).reduce(0) { $0 << 8 | Int($1) }
    return count + lengthBytes <= padded.count ? lengthBytes..<(lengthBytes + count) : nil
  }
}

/// Why a registry row gives no record.
enum RegistryFault: Error {
  case unreadable
  /// Sealed with a key that the cipher does not have: perhaps one that has come since it was made.
  case unknownKey
}
