import Synchronization

/// A wrong set of values offered for a document, as the attempt budget remembers it across restarts.
package struct AttemptRow: Sendable, Equatable {
  /// The document's keyed hash.
  package let document: [UInt8]
  /// The tenant that asked.
  package let tenant: String
  /// Keyed hash of the set of values offered.
  package let claimSet: [UInt8]
  /// Unix time in milliseconds.
  package let at: UInt64

  package init(document: [UInt8], tenant: String, claimSet: [UInt8], at: UInt64) {
    self.document = document
    self.tenant = tenant
    self.claimSet = claimSet
    self.at = at
  }
}

/// What is kept, sealed, of a comparison of portraits.
package struct ComparisonRow: Sendable, Equatable {
  /// The leaf hash of the request, 32 bytes.
  package let request: [UInt8]
  package let sealed: [UInt8]

  package init(request: [UInt8], sealed: [UInt8]) { (self.request, self.sealed) = (request, sealed) }
}

/// The evidence log's writer. Usable from any thread, one act at a time; records are never changed or removed.
package final class EvidenceStore: Sendable {
  /// The connection and the statements prepared on it.
  struct State {
    let database: Database
    let insert, remember, recall, purge, compare: Statement
    let sealed: SealedRows
  }

  let state: Mutex<State>

  /// Opens the log, creating or migrating it. The folder must exist.
  package init(path: String) throws(StoreError) {
    state = Mutex(try State(path: path))
  }

  /// Appends records, attempts and comparisons in one transaction with one synchronisation of the disk; durable on
  /// return.
  ///
  /// Records are numbered from 1 without gaps. An attempt known already keeps the later time; a comparison stays as it
  /// was first kept.
  package func append(records: [[UInt8]], attempts: [AttemptRow], comparisons: [ComparisonRow] = [])
    throws(StoreError)
  {
    try state.withLock { (state) throws(StoreError) in
      try state.database.transaction { () throws(StoreError) in
        for record in records { try state.insert.run([.blob(record)]) }
        for row in attempts {
          try state.remember.run([
            .blob(row.document), .text(row.tenant), .blob(row.claimSet), .number(row.at),
          ])
        }
        for row in comparisons { try state.compare.run([.blob(row.request), .blob(row.sealed)]) }
      }
    }
  }

  /// Attempts not older than this Unix time in milliseconds, the oldest first.
  package func attempts(since: UInt64) throws(StoreError) -> [AttemptRow] {
    try state.withLock { (state) throws(StoreError) in
      try state.recall.all([.number(since)]) { row in
        AttemptRow(document: row.bytes(0), tenant: row.text(1), claimSet: row.bytes(2), at: row.number(3))
      }
    }
  }

  /// Forgets attempts older than this Unix time in milliseconds.
  package func purgeAttempts(before: UInt64) throws(StoreError) {
    try state.withLock { (state) throws(StoreError) in try state.purge.run([.number(before)]) }
  }
}

extension EvidenceStore: SealedStore {
  package var sealedTables: [SealedTable] { [.comparisons] }

  package func withSealedRows<Result>(_ body: (SealedRows) throws(StoreError) -> sending Result)
    throws(StoreError) -> sending Result
  {
    try state.withLock { (state) throws(StoreError) in try body(state.sealed) }
  }
}

extension EvidenceStore.State {
  init(path: String) throws(StoreError) {
    database = try .writer(path: path, kind: .evidence)
    insert = try database.prepare("INSERT INTO records (record) VALUES (?1)")
    remember = try database.prepare(
      """
      INSERT INTO attempts (document, tenant, claim_set, at_ms) VALUES (?1, ?2, ?3, ?4)
      ON CONFLICT DO UPDATE SET at_ms = max(at_ms, excluded.at_ms)
      """)
    recall = try database.prepare(
      """
      SELECT document, tenant, claim_set, at_ms FROM attempts WHERE at_ms >= ?1
      ORDER BY at_ms, document, tenant, claim_set
      """)
    purge = try database.prepare("DELETE FROM attempts WHERE at_ms < ?1")
    compare = try database.prepare("INSERT OR IGNORE INTO comparisons (request, sealed) VALUES (?1, ?2)")
    sealed = try SealedRows([.comparisons], in: database)
  }
}
