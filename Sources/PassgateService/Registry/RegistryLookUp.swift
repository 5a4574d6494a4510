import PassgateDomain
import PassgateStore
import PassgateSystem
import PassgateWire

/// A way to the records of the registry: one read connection with the keys in use. Belongs to one thread at a time.
///
/// A known and an unknown document take the same steps: one look-up, one decryption.
final class RegistryLookUp {
  private let reader: RegistryReader
  private let log: Log
  private var keys: Subscription<RegistryKeyRing>
  private var cipher: RegistryCipher
  /// What is opened in place of a row that does not exist.
  private var placeholder: (key: [UInt8], sealed: [UInt8])
  private var isReadable = false

  init(path: String, keys ring: Published<RegistryKeyRing>, log: Log) throws {
    reader = try RegistryReader(path: path)
    self.log = log
    keys = Subscription(ring)
    cipher = try RegistryCipher(keys.value)
    placeholder = try Self.placeholder(cipher)
  }

  /// Taken through the same steps as a row, so that one that cannot be read stops the start.
  private static func placeholder(_ cipher: RegistryCipher) throws -> (key: [UInt8], sealed: [UInt8]) {
    let dummy = try DocumentRecord(RegistryRecord(DocumentRecord.dummy))
    let key = cipher.documentKey(dummy.number)
    return (key, try cipher.seal(RegistryRecord(dummy), under: key))
  }

  /// Takes new keys over; true when there were any.
  @discardableResult private func refreshKeys() -> Bool {
    guard keys.refresh() else { return false }
    do {
      let cipher = try RegistryCipher(keys.value)
      (self.cipher, placeholder) = (cipher, try Self.placeholder(cipher))
    } catch {
      log.error("registry_keys_refused", ["problem": .string("\(error)")])
    }
    return true
  }

  /// Begins a read transaction, which the look-ups until `end` share.
  func begin() {
    refreshKeys()
    do {
      try reader.beginTick()
      isReadable = true
    } catch {
      isReadable = false
      log.error("registry_unreadable", ["problem": .string("\(error)")])
    }
  }

  func end() {
    guard isReadable else { return }
    try? reader.endTick()
  }

  /// The keyed hash under which a document stands.
  func documentKey(_ number: DocumentNumber) -> [UInt8] { cipher.documentKey(number) }

  /// The keyed hash of everything a claim states.
  func claimSet(_ claim: PassgateDomain.IdentityClaim) -> [UInt8] { cipher.claimSet(claim) }

  /// The keyed hash under which pictures for a document are counted.
  func pictureKey(of document: [UInt8]) -> [UInt8] { cipher.pictureKey(of: document) }

  /// The keyed hash of a picture, by its SHA-256.
  func pictureSet(_ digest: [UInt8]) -> [UInt8] { cipher.pictureSet(digest) }

  /// The record under a document's keyed hash; nil when there is none.
  func record(under key: [UInt8]) throws(RegistryFault) -> DocumentRecord? {
    guard isReadable else { throw .unreadable }
    let sealed: [UInt8]?
    do { sealed = try reader.lookup(key) } catch { throw .unreadable }
    let opened = try open { cipher throws(RegistryFault) in
      try cipher.open(sealed ?? placeholder.sealed, under: sealed == nil ? placeholder.key : key)
    }
    guard let record = try? DocumentRecord(opened) else { throw .unreadable }
    return sealed == nil ? nil : record
  }

  /// The portrait under a document's keyed hash; nil when there is none. Portraits stand under current numbers alone.
  func portrait(under key: [UInt8]) throws(RegistryFault) -> StoredPortrait? {
    guard isReadable else { throw .unreadable }
    let sealed: [UInt8]?
    do { sealed = try reader.portrait(of: key) } catch { throw .unreadable }
    guard let sealed else { return nil }
    return try open { cipher throws(RegistryFault) in try cipher.openPortrait(sealed, under: key) }
  }

  /// A row may be under a key that has come since the transaction began.
  private func open<Message>(_ open: (RegistryCipher) throws(RegistryFault) -> Message) throws(RegistryFault)
    -> Message
  {
    do throws(RegistryFault) {
      return try open(cipher)
    } catch .unknownKey {
      guard refreshKeys() else { throw .unreadable }
      return try open(cipher)
    }
  }
}
