package import PassgateCrypto
package import PassgateStore
import PassgateSystem

/// One key of a registry: its secret, and when it is used.
package struct RegistryKey: Sendable {
  package let secret: RegistrySecret
  package var lifecycle: KeyLifecycle

  package init(secret: RegistrySecret, lifecycle: KeyLifecycle) {
    (self.secret, self.lifecycle) = (secret, lifecycle)
  }

  var sealingID: SealingID { SealingID(keyID: secret.keyID) }
}

/// The keys that a registry's records were, are and will be sealed with, over time.
///
/// The first one hashes documents' numbers for the registry's life: rows, budgets of wrong claims and recorded acts
/// stand under these hashes. Sealing goes from key to key.
package struct RegistryKeys: Sendable {
  package let entries: [RegistryKey]

  package init(_ entries: [RegistryKey]) { self.entries = entries }

  /// The keys as they stand at `now`, milliseconds since 1970.
  ///
  /// - Parameters:
  ///   - rows: how many rows each key has sealed.
  ///   - keepsNeeded: whether a key that has ended still opens what is left under it, or is a fault.
  func ring(at now: UInt64, rows: [SealingID: Int], keepsNeeded: Bool) throws(RegistryKeysFault)
    -> RegistryKeyRing
  {
    guard let first = entries.first, let active = entries.last(where: { $0.lifecycle.signs(at: now) }) else {
      throw .noActiveKey
    }
    var needed = rows
    if let unversioned = needed.removeValue(forKey: .unversioned) {
      needed[first.sealingID, default: 0] += unversioned
    }
    let opening = entries.filter { entry in
      entry.lifecycle.verifies(at: now) || keepsNeeded && needed[entry.sealingID] != nil
    }
    for entry in opening { needed[entry.sealingID] = nil }
    for (id, rows) in needed {
      let ended = entries.first { $0.sealingID == id }
      throw ended.map { .ended(keyID: $0.secret.keyID, rows: rows) } ?? .missing(id: id, rows: rows)
    }
    return RegistryKeyRing(first: first.secret, active: active.secret, opening: opening.map(\.secret))
  }

  /// Why these keys cannot be those of the rows in these files at `now`, milliseconds since 1970; nil when they can.
  package func fault(at now: UInt64, registryPath: String, dossierPath: String, evidencePath: String)
    -> RegistryKeysFault?
  {
    let rows = SealingID.counts(
      registryPath: registryPath, dossierPath: dossierPath, evidencePath: evidencePath)
    do throws(RegistryKeysFault) {
      _ = try ring(at: now, rows: rows, keepsNeeded: false)
      return nil
    } catch {
      return error
    }
  }

  /// The next time after `now` at which a key changes its state; nil when nothing more is to come.
  func nextChange(after now: UInt64) -> UInt64? {
    entries.compactMap { $0.lifecycle.nextChange(after: now) }.min()
  }

  /// How many of these rows have ended keys at `now`, though they are kept for them.
  func overdue(at now: UInt64, rows: [SealingID: Int]) -> Int {
    entries.filter { !$0.lifecycle.verifies(at: now) }.reduce(0) { $0 + (rows[$1.sealingID] ?? 0) }
  }
}

/// Why keys cannot be a registry's.
package enum RegistryKeysFault: Error, Equatable, CustomStringConvertible {
  case noActiveKey
  /// The first key of the set is not the one that hashed the registry's numbers.
  case otherIndex
  /// Rows need a key that is retired or revoked.
  case ended(keyID: [UInt8], rows: Int)
  /// Rows need a key that the set does not have.
  case missing(id: SealingID, rows: Int)
  /// The rows cannot be counted, or the keys not be prepared.
  case failed(String)

  package var description: String {
    switch self {
    case .noActiveKey: "no registry key is active now: one must be, to seal new records with"
    case .otherIndex:
      "the set begins with another registry key than the platform was started with: its numbers would not be found"
    case .ended(let keyID, let rows):
      "\(rows) rows are still sealed with registry key \(hex(keyID.prefix(8))), which has ended: "
        + "take its end out of the set, let the platform seal them anew, then end it"
    case .missing(let id, let rows):
      "\(rows) rows are sealed with registry key \(hex(id.prefix.dropFirst())), which the set does not have: "
        + "restore the set and the key's file from backup"
    case .failed(let problem): problem
    }
  }

  private func hex(_ bytes: some Sequence<UInt8>) -> String { Hex.encode(Array(bytes)) + "…" }
}

/// A registry's keys as they stand now. What loops and workers make their ciphers from.
struct RegistryKeyRing: Sendable {
  /// Hashes numbers, and opens rows of the time before they named their key.
  let first: RegistrySecret
  /// Seals.
  let active: RegistrySecret
  /// What rows may be sealed with.
  let opening: [RegistrySecret]

  var sealingID: SealingID { SealingID(keyID: active.keyID) }
}
