import Synchronization

/// One event of the ledger and what finds it again.
package struct LedgerRow: Sendable, Equatable {
  /// From 1, without gaps.
  package let number: UInt64
  /// The operation's id, unique for its actor.
  package let operationID: [UInt8]
  /// Who ordered it.
  package let actor: String
  /// Digest of the request's content without its salt; tells a repeat from another act.
  package let contentDigest: [UInt8]
  /// The encoded event.
  package let event: [UInt8]

  package init(number: UInt64, operationID: [UInt8], actor: String, contentDigest: [UInt8], event: [UInt8]) {
    self.number = number
    self.operationID = operationID
    self.actor = actor
    self.contentDigest = contentDigest
    self.event = event
  }
}

/// The ledger: events are appended and never changed. Usable from any thread, one act at a time.
package final class LedgerStore: Sendable {
  /// The connection and the statements prepared on it.
  struct State {
    let database: Database
    let insert, find, list, one, next: Statement
    let noteUse, uses, keepList, lists: Statement
  }

  let state: Mutex<State>

  /// Opens the ledger, creating or migrating it. The folder must exist.
  package init(path: String) throws(StoreError) {
    state = Mutex(try State(path: path))
  }

  /// Appends an event; it is durable on return.
  /// - Throws: `.alreadyRecorded` when the actor's operation is in the ledger, `.outOfOrder` when the number is not the next.
  package func append(_ row: LedgerRow) throws(StoreError) {
    try state.withLock { (state) throws(StoreError) in
      try state.database.transaction { () throws(StoreError) in
        guard try state.row(row.operationID, row.actor) == nil else { throw .alreadyRecorded }
        let next = try state.next.first([]) { $0.number(0) } ?? 1
        guard row.number == next else { throw .outOfOrder(expected: next) }
        try state.insert.run([
          .number(row.number), .blob(row.operationID), .text(row.actor), .blob(row.contentDigest),
          .blob(row.event),
        ])
      }
    }
  }

  /// The event of an actor's operation, or nil when it was never recorded.
  package func find(operationID: [UInt8], actor: String) throws(StoreError) -> LedgerRow? {
    try state.withLock { (state) throws(StoreError) in try state.row(operationID, actor) }
  }

  /// The event of this number, or nil.
  package func read(_ number: UInt64) throws(StoreError) -> LedgerRow? {
    try state.withLock { (state) throws(StoreError) in
      try state.one.first([.number(number)]) { LedgerRow(from: $0) }
    }
  }

  /// The number of the last event; 0 when there is none.
  package func lastNumber() throws(StoreError) -> UInt64 {
    try state.withLock { (state) throws(StoreError) in (try state.next.first([]) { $0.number(0) } ?? 1) - 1 }
  }

  /// Every event, in the order of their numbers.
  package func all() throws(StoreError) -> [LedgerRow] {
    try state.withLock { (state) throws(StoreError) in try state.list.all([]) { LedgerRow(from: $0) } }
  }
}

extension LedgerStore.State {
  init(path: String) throws(StoreError) {
    database = try .writer(path: path, kind: .ledger)
    let columns = "number, operation_id, actor, content_digest, event"
    insert = try database.prepare("INSERT INTO events (\(columns)) VALUES (?1, ?2, ?3, ?4, ?5)")
    find = try database.prepare("SELECT \(columns) FROM events WHERE operation_id = ?1 AND actor = ?2")
    list = try database.prepare("SELECT \(columns) FROM events ORDER BY number")
    one = try database.prepare("SELECT \(columns) FROM events WHERE number = ?1")
    next = try database.prepare("SELECT coalesce(max(number), 0) + 1 FROM events")
    noteUse = try database.prepare(
      "INSERT INTO key_uses VALUES (?1, ?2) ON CONFLICT DO UPDATE SET at_ms = max(at_ms, excluded.at_ms)")
    uses = try database.prepare("SELECT key_id, at_ms FROM key_uses")
    keepList = try database.prepare("INSERT OR REPLACE INTO revocation_lists VALUES (?1, ?2)")
    lists = try database.prepare("SELECT list FROM revocation_lists ORDER BY issuer")
  }

  func row(_ operationID: [UInt8], _ actor: String) throws(StoreError) -> LedgerRow? {
    try find.first([.blob(operationID), .text(actor)]) { LedgerRow(from: $0) }
  }
}

extension LedgerRow {
  fileprivate init(from row: Statement) {
    self.init(
      number: row.number(0), operationID: row.bytes(1), actor: row.text(2), contentDigest: row.bytes(3),
      event: row.bytes(4))
  }
}
