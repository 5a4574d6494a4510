import PassgateCrypto
import PassgateStore
import PassgateWire

/// What the records of a chunk do to portraits, record by record in their order.
///
/// A portrait stands under the document's current number alone: who claims an earlier one is told SUPERSEDED before
/// anything is compared, and a deletion leaves no copy. So a passport that replaces another without a portrait of its
/// own takes over the other's, and one that brings its own lets the other's go.
struct PortraitMoves {
  private let cipher: RegistryCipher
  private let store: RegistryStore
  /// What the portraits under these keys are to be; nil within: none.
  private var staged: [[UInt8]: StoredPortrait?] = [:]

  init(_ cipher: RegistryCipher, _ store: RegistryStore) { (self.cipher, self.store) = (cipher, store) }

  /// - Parameters:
  ///   - keys: those of a record's rows, the current one first.
  ///   - portrait: what came with the record.
  mutating func take(_ keys: [[UInt8]], _ portrait: StoredPortrait?) throws {
    guard let key = keys.first else { return }
    if let portrait { staged[key] = .some(portrait) }
    for former in keys.dropFirst() {
      guard let inherited = try self.portrait(of: former) else { continue }
      if try self.portrait(of: key) == nil { staged[key] = .some(inherited) }
      staged[former] = .some(nil)
    }
  }

  /// As it will stand; nil also for one that is damaged, which is then left where it is.
  private func portrait(of key: [UInt8]) throws -> StoredPortrait? {
    if let staged = staged[key] { return staged }
    guard let sealed = try store.portrait(of: key) else { return nil }
    do throws(RegistryFault) {
      return try cipher.openPortrait(sealed, under: key)
    } catch .unreadable {
      return nil
    }
  }

  /// Each portrait that changes, sealed.
  func changes() throws(CryptoError) -> [PortraitChange] {
    var changes: [PortraitChange] = []
    for (key, portrait) in staged {
      if let portrait {
        changes.append(.set(key: key, sealed: try cipher.seal(portrait, under: key)))
      } else {
        changes.append(.remove(key: key))
      }
    }
    return changes
  }
}
