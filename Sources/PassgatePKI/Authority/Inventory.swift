import PassgateCrypto
import PassgateSettings
import PassgateSystem

/// Every key and certificate that an authority's folder knows of.
package struct Inventory: Sendable {
  /// One key with its certificate, or a certificate whose key is its holder's.
  package struct Item: Sendable {
    /// A purpose, "root", "issuing" or "registry".
    package let role: String
    package let holder: String
    package let keyID: [UInt8]
    /// Nil for a key without certificate.
    package let serial: [UInt8]?
    /// The algorithm of a key set, or the kind of a certified key.
    package let algorithm: String
    /// A state of `KeyState`, or "issued", "expired", "revoked", "tainted".
    package internal(set) var state: String
    /// The file or the PKCS#11 URI of the private key; nil where it is the holder's.
    package let place: String?
    /// The last second of the certificate, seconds since 1970.
    package let notAfter: Int64?
    /// How many certificates the key has issued; nil for one that issues none.
    package internal(set) var uses: Int?
  }

  /// Days before the end at which an officer is warned.
  package static let warnings = [60, 30, 14, 7, 3, 1]

  /// Those that end first come first; keys without an end come last.
  package let items: [Item]
  /// Seconds since 1970.
  package let now: Int64

  /// Reads the key sets and the journal of `folder`.
  package init(_ folder: AuthorityFolder, at milliseconds: UInt64) throws(PKIError) {
    now = Int64(milliseconds / 1000)
    var reading = try InventoryReading(folder, at: milliseconds)
    let journal = try AuthorityJournal(folder)
    try journal.forEach { event throws(PKIError) in reading.take(event) }
    items = reading.finish().sorted { ($0.notAfter ?? .max, $0.role) < ($1.notAfter ?? .max, $1.role) }
  }

  /// Days until the certificate ends, where it still counts for something.
  package func daysLeft(_ item: Item) -> Int? {
    let over = ["expired", "revoked", "retired", "pending"]
    guard let notAfter = item.notAfter, !over.contains(item.state) else { return nil }
    return PassgatePKI.daysLeft(until: notAfter, at: now)
  }

  /// The narrowest warning that the item has come to; nil while it has time.
  package func warning(_ item: Item) -> Int? {
    daysLeft(item).flatMap { days in Self.warnings.last { days <= $0 } }
  }
}

/// What is gathered for an inventory.
private struct InventoryReading {
  private let now: UInt64
  private let rootKeyPlace: String
  /// The entries of key sets by key id.
  private var entries: [[UInt8]: (role: KeySet.Role, entry: KeySet.Entry)] = [:]
  private var items: [Inventory.Item] = []
  private var certified: Set<[UInt8]> = []
  private var bySerial: [[UInt8]: Int] = [:]
  private var issuers: [[UInt8]] = []
  private var uses: [[UInt8]: Int] = [:]
  private var tainted: Set<[UInt8]> = []

  init(_ folder: AuthorityFolder, at now: UInt64) throws(PKIError) {
    self.now = now
    let rootKey = folder.key(of: .root)
    rootKeyPlace = Files.exists(rootKey) ? rootKey : "offline"
    for role in KeySet.Role.allCases where Files.exists(folder.keySet(of: role)) {
      let path = folder.keySet(of: role)
      let set = try settings { () throws(SettingsError) in try KeySet(file: path) }
      for entry in set.entries { entries[entry.keyID] = (role, entry) }
    }
  }

  mutating func take(_ event: JournalEvent) {
    switch event {
    case .issued(let record):
      certified.insert(record.keyID)
      bySerial[record.serial] = items.count
      issuers.append(record.issuer)
      uses[record.issuer, default: 0] += 1
      items.append(item(of: record))
    case .revoked(let record):
      if let index = bySerial[record.serial] { items[index].state = "revoked" }
    case .tainted(let record): tainted.insert(record.keyID)
    case .listed: break
    }
  }

  private func item(of record: CertificateRecord) -> Inventory.Item {
    let known = entries[record.keyID]?.entry
    let isOver = record.notAfter < Int64(now / 1000)
    return Inventory.Item(
      role: record.purpose, holder: record.holder, keyID: record.keyID, serial: record.serial,
      algorithm: known?.algorithm?.name ?? record.kind,
      state: isOver ? "expired" : known?.lifecycle.state(at: now).rawValue ?? "issued",
      place: known?.key ?? (record.purpose == "root" ? rootKeyPlace : nil), notAfter: record.notAfter)
  }

  mutating func finish() -> [Inventory.Item] {
    for index in items.indices {
      if items[index].state == "issued", tainted.contains(issuers[index]) { items[index].state = "tainted" }
      if ["root", "issuing"].contains(items[index].role) {
        items[index].uses = uses[items[index].keyID] ?? 0
      }
    }
    for (keyID, known) in entries where !certified.contains(keyID) {
      items.append(
        Inventory.Item(
          role: known.role.rawValue, holder: "platform", keyID: keyID, serial: nil,
          algorithm: known.entry.algorithm?.name ?? "secret",
          state: known.entry.lifecycle.state(at: now).rawValue,
          place: known.entry.key, notAfter: nil))
    }
    return items
  }
}
