import Synchronization

/// One row of the registry as it is stored: nothing here can be read without the registry's keys.
package struct RegistryRow: Sendable, Equatable {
  /// The document's keyed hash, 32 bytes.
  package let key: [UInt8]
  /// The encrypted record.
  package let sealed: [UInt8]
  /// Whether the document stands under an earlier number, as the history of changes records it.
  package let isSuperseded: Bool

  package init(key: [UInt8], sealed: [UInt8], isSuperseded: Bool) {
    self.key = key
    self.sealed = sealed
    self.isSuperseded = isSuperseded
  }
}

/// What becomes of a document's portrait.
package enum PortraitChange: Sendable, Equatable {
  /// It is this one now: the document's keyed hash, 32 bytes, and the encrypted portrait.
  case set(key: [UInt8], sealed: [UInt8])
  case remove(key: [UInt8])
}

/// How far an import has come; what a client resumes from.
package struct ImportState: Sendable, Equatable {
  /// The chunk expected next, from 0.
  package let nextChunk: UInt64
  /// Records stored by the chunks so far.
  package let records: UInt64
  /// Whether the chunk marked as last is stored.
  package let isComplete: Bool

  /// The state of an import of which nothing was stored.
  static let untouched = ImportState(nextChunk: 0, records: 0, isComplete: false)
}

/// The registry's writer: one per file, usable from any thread, one act at a time.
package final class RegistryStore: Sendable {
  /// The connection and the statements prepared on it.
  struct State {
    let database: Database
    let insert, update, delete, note, findImport, saveImport: Statement
    let portraits: PortraitStatements
    let sealed: SealedRows
  }

  let state: Mutex<State>

  /// Opens the registry, creating or migrating it. The folder must exist.
  /// - Throws: `StoreError`, with the remedy, when the file is another program's, another kind's, a later release's or in use.
  package init(path: String) throws(StoreError) {
    state = Mutex(try State(path: path))
  }

  /// Stores one chunk of an import, its progress and its history in one durable transaction.
  /// - Parameters:
  ///   - chunk: counted from 0; must be the one the import expects next.
  ///   - rows: a row whose key is known replaces the older one, which the history records.
  ///   - portraits: what changes of portraits, in this order; the others stay as they are.
  ///   - records: how many records the rows were made from.
  ///   - last: whether this completes the import.
  ///   - at: Unix time in milliseconds, for the history.
  /// - Throws: `.outOfOrder` with the chunk expected, `.importComplete`, or the store's own failure.
  package func importChunk(
    importID: [UInt8], chunk: UInt64, rows: [RegistryRow], portraits: [PortraitChange] = [], records: UInt64,
    last: Bool, at: UInt64
  ) throws(StoreError) -> ImportState {
    // Neighbouring keys share pages of the index: sorted, each page is visited once.
    let sorted = rows.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    return try state.withLock { (state) throws(StoreError) in
      let after = try state.database.transaction { () throws(StoreError) in
        let before = try state.importState(importID)
        guard !before.isComplete else { throw .importComplete }
        guard before.nextChunk == chunk else { throw .outOfOrder(expected: before.nextChunk) }
        for row in sorted { try state.store(row, importID: importID, at: at) }
        for change in portraits { try state.portraits.apply(change) }
        let after = ImportState(nextChunk: chunk + 1, records: before.records + records, isComplete: last)
        try state.save(after, of: importID)
        return after
      }
      if last { state.database.checkpoint() }
      return after
    }
  }

  /// How far an import has come; the untouched state when it is unknown.
  package func importState(_ importID: [UInt8]) throws(StoreError) -> ImportState {
    try state.withLock { (state) throws(StoreError) in try state.importState(importID) }
  }

  /// Deletes a row and the portrait, and records that the row was deleted. Of what they held nothing is left in the
  /// file, nor in its log unless somebody reads for long.
  /// - Returns: whether there was a row.
  package func delete(key: [UInt8], at: UInt64) throws(StoreError) -> Bool {
    try state.withLock { (state) throws(StoreError) in
      let existed = try state.database.transaction { () throws(StoreError) in
        try state.portraits.apply(.remove(key: key))
        try state.delete.run([.integer(documentKeyStart(key)), .blob(key)])
        guard state.database.changedRows > 0 else { return false }
        try state.note.run([.number(at), .text("deleted"), .blob(key), .null])
        return true
      }
      if existed { state.database.emptyLog() }
      return existed
    }
  }
}

extension RegistryStore {
  /// The encrypted portrait under a document's keyed hash, as the writer sees it; nil when there is none.
  package func portrait(of key: [UInt8]) throws(StoreError) -> [UInt8]? {
    try state.withLock { (state) throws(StoreError) in try state.portraits.find(key) }
  }

  /// Puts another sealing of a portrait in the place of the one that was read, durably.
  /// - Returns: false when it is no longer that one: then it stays as it is.
  package func replacePortrait(of key: [UInt8], sealed former: [UInt8], with new: [UInt8]) throws(StoreError)
    -> Bool
  {
    try state.withLock { (state) throws(StoreError) in
      try state.portraits.swap(key, former, new)
      return state.database.changedRows > 0
    }
  }
}

/// What the writer does with portraits.
struct PortraitStatements {
  private let select, set, exchange, delete: Statement

  init(_ database: Database) throws(StoreError) {
    select = try database.prepare("SELECT sealed FROM portraits WHERE key = ?1")
    set = try database.prepare(
      "INSERT INTO portraits (key, sealed) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET sealed = ?2")
    exchange = try database.prepare("UPDATE portraits SET sealed = ?3 WHERE key = ?1 AND sealed = ?2")
    delete = try database.prepare("DELETE FROM portraits WHERE key = ?1")
  }

  func apply(_ change: PortraitChange) throws(StoreError) {
    switch change {
    case .set(let key, let sealed): try set.run([.blob(key), .blob(sealed)])
    case .remove(let key): try delete.run([.blob(key)])
    }
  }

  func find(_ key: [UInt8]) throws(StoreError) -> [UInt8]? { try select.first([.blob(key)]) { $0.bytes(0) } }

  func swap(_ key: [UInt8], _ former: [UInt8], _ new: [UInt8]) throws(StoreError) {
    try exchange.run([.blob(key), .blob(former), .blob(new)])
  }
}

extension RegistryStore {
  /// The id of the key that the numbers of this registry are hashed with, 32 bytes: of the first one that was asked
  /// with, for good.
  package func indexKey(orNow keyID: [UInt8]) throws(StoreError) -> [UInt8] {
    try state.withLock { (state) throws(StoreError) in
      let database = state.database
      if let known = try database.prepare("SELECT key_id FROM index_key").first([], { $0.bytes(0) }) {
        return known
      }
      try database.prepare("INSERT INTO index_key VALUES (?1)").run([.blob(keyID)])
      return keyID
    }
  }
}

extension RegistryStore: SealedStore {
  package var sealedTables: [SealedTable] { [.records, .portraits] }

  package func withSealedRows<Result>(_ body: (SealedRows) throws(StoreError) -> sending Result)
    throws(StoreError) -> sending Result
  {
    try state.withLock { (state) throws(StoreError) in try body(state.sealed) }
  }
}

extension RegistryStore.State {
  init(path: String) throws(StoreError) {
    // Pages of 8 KiB keep both trees shallow; a log of 64 MiB lets a checkpoint write the index once for many chunks.
    database = try .writer(
      path: path, kind: .registry, pageSize: 8192,
      tuning:
        "PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 8192; PRAGMA journal_size_limit = 67108864; "
        + "PRAGMA secure_delete = ON")
    insert = try database.prepare("INSERT INTO documents (key_start, key, sealed) VALUES (?1, ?2, ?3)")
    update = try database.prepare("UPDATE documents SET sealed = ?3 WHERE key_start = ?1 AND key = ?2")
    delete = try database.prepare("DELETE FROM documents WHERE key_start = ?1 AND key = ?2")
    note = try database.prepare(
      "INSERT INTO changes (at_ms, operation, key, import_id) VALUES (?1, ?2, ?3, ?4)")
    findImport = try database.prepare(
      "SELECT next_chunk, records, complete FROM imports WHERE import_id = ?1")
    saveImport = try database.prepare("INSERT OR REPLACE INTO imports VALUES (?1, ?2, ?3, ?4)")
    portraits = try PortraitStatements(database)
    sealed = try SealedRows([.records, .portraits], in: database)
  }

  func importState(_ importID: [UInt8]) throws(StoreError) -> ImportState {
    try findImport.first([.blob(importID)]) { row in
      ImportState(nextChunk: row.number(0), records: row.number(1), isComplete: row.integer(2) != 0)
    } ?? .untouched
  }

  func save(_ progress: ImportState, of importID: [UInt8]) throws(StoreError) {
    try saveImport.run([
      .blob(importID), .number(progress.nextChunk), .number(progress.records),
      .integer(progress.isComplete ? 1 : 0),
    ])
  }

  /// Replaces the row under the same key, which the history records, or adds it.
  func store(_ row: RegistryRow, importID: [UInt8], at: UInt64) throws(StoreError) {
    let values: [Value] = [.integer(documentKeyStart(row.key)), .blob(row.key), .blob(row.sealed)]
    try update.run(values)
    guard database.changedRows > 0 else { return try insert.run(values) }
    let operation = row.isSuperseded ? "superseded" : "corrected"
    try note.run([.number(at), .text(operation), .blob(row.key), .blob(importID)])
  }
}

/// The first eight bytes of a document's keyed hash as SQLite's integer: what the index of documents is ordered by.
func documentKeyStart(_ key: [UInt8]) -> Int64 {
  Int64(bitPattern: key.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
}
