import Synchronization

/// Which key sealed a row: the first eight bytes of the key's id, as the row says it in clear.
package struct SealingID: Sendable, Hashable {
  /// The first byte of a row that names its key; those of before begin with another.
  package static let version: UInt8 = 2
  /// Bytes that a row has in front of what its key sealed.
  package static let prefixLength = 1 + idLength
  /// What rows of before are counted under: they are of the registry's first key.
  package static let unversioned = SealingID(value: 0)

  private static let idLength = 8

  private let value: UInt64

  private init(value: UInt64) { self.value = value }

  /// - Parameter keyID: of the key, 32 bytes.
  package init(keyID: [UInt8]) { value = Self.number(keyID.prefix(Self.idLength)) }

  /// What a sealed row says of itself.
  package init(of sealed: [UInt8]) {
    let isVersioned = sealed.count >= Self.prefixLength && sealed[0] == Self.version
    value = isVersioned ? Self.number(sealed[1..<Self.prefixLength]) : 0
  }

  /// What a row begins with.
  package var prefix: [UInt8] { [Self.version] + bytes }

  /// As the store counts by it.
  var bytes: [UInt8] { stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) } }

  init(stored: [UInt8]) { value = Self.number(stored[...]) }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    var number: UInt64 = 0
    for byte in bytes { number = number << 8 | UInt64(byte) }
    return number
  }
}

/// A table whose rows are sealed.
package enum SealedTable: String, Sendable, CaseIterable {
  /// The registry's.
  case records
  case portraits
  /// The dossiers' documents, in parts.
  case chunks
  /// What was complained of.
  case complaints
  /// What is kept of comparisons of portraits beside the evidence.
  case comparisons

  /// Rows that are sealed anew in one transaction: few where they are large, so that nobody waits long.
  var step: Int {
    switch self {
    case .records, .complaints, .comparisons: 256
    case .portraits: 16
    case .chunks: 8
    }
  }
}

/// A sealed row, and what it is bound to.
package struct SealedRow: Sendable, Equatable {
  /// What its sealing is bound to.
  package enum Place: Sendable, Equatable {
    /// The document's keyed hash.
    case record(key: [UInt8])
    /// The document's keyed hash.
    case portrait(key: [UInt8])
    case chunk(of: DocumentAddress, offset: UInt64, byteCount: UInt64)
    case complaint(caseID: [UInt8])
    /// The leaf hash of the request.
    case comparison(request: [UInt8])
  }

  /// In its table.
  package let number: Int64
  package let place: Place
  package let sealed: [UInt8]
}

/// Some rows of a table in the order of their numbers.
package struct SealedPage: Sendable {
  /// Those that another key than the one asked for has sealed.
  package let rows: [SealedRow]
  /// The number of the last row looked at; nil when there was none.
  package let last: Int64?
}

/// A store whose rows are sealed under keys that change. It counts the rows of each key in the transactions that
/// write them, so that asking costs nothing.
package protocol SealedStore: Sendable {
  /// The tables that it has.
  var sealedTables: [SealedTable] { get }

  /// Runs the body with the writer's statements; others wait for it.
  func withSealedRows<Result>(_ body: (SealedRows) throws(StoreError) -> sending Result) throws(StoreError)
    -> sending Result
}

extension SealedStore {
  /// How many rows each key has sealed; keys without rows are absent.
  package func rowsBySealingKey() throws(StoreError) -> [SealingID: Int] {
    try withSealedRows { (rows) throws(StoreError) in try rows.counts() }
  }

  /// The next rows of a table, those under `id` left out: as many as one transaction takes.
  package func sealedPage(of table: SealedTable, after number: Int64, notUnder id: SealingID)
    throws(StoreError) -> SealedPage
  {
    try withSealedRows { (rows) throws(StoreError) in try rows.page(of: table, after: number, notUnder: id) }
  }

  /// Replaces what rows hold in one durable transaction. A row that is no longer as it was read stays as it is.
  package func reseal(_ changes: [(row: SealedRow, sealed: [UInt8])], in table: SealedTable)
    throws(StoreError)
  {
    try withSealedRows { (rows) throws(StoreError) in try rows.replace(changes, in: table) }
  }
}

/// The statements of a writer's connection about its sealed rows.
package struct SealedRows {
  private let database: Database
  private let count: Statement
  private var pages: [SealedTable: Statement] = [:]
  private var swaps: [SealedTable: Statement] = [:]

  init(_ tables: [SealedTable], in database: Database) throws(StoreError) {
    self.database = database
    count = try database.prepare("SELECT key_id, rows FROM sealing WHERE rows > 0")
    for table in tables {
      pages[table] = try database.prepare(table.pageSQL)
      swaps[table] = try database.prepare(
        "UPDATE \(table.sqlName) SET sealed = ?3 WHERE number = ?1 AND sealed = ?2")
    }
  }

  func counts() throws(StoreError) -> [SealingID: Int] {
    let rows = try count.all([]) { (SealingID(stored: $0.bytes(0)), Int($0.integer(1))) }
    return Dictionary(uniqueKeysWithValues: rows)
  }

  func page(of table: SealedTable, after number: Int64, notUnder id: SealingID) throws(StoreError)
    -> SealedPage
  {
    let rows = try pages[table]?.all([.integer(number), .integer(Int64(table.step))], table.row) ?? []
    return SealedPage(rows: rows.filter { SealingID(of: $0.sealed) != id }, last: rows.last?.number)
  }

  func replace(_ changes: [(row: SealedRow, sealed: [UInt8])], in table: SealedTable) throws(StoreError) {
    try database.transaction { () throws(StoreError) in
      for (row, sealed) in changes {
        try swaps[table]?.run([.integer(row.number), .blob(row.sealed), .blob(sealed)])
      }
    }
  }
}

extension SealingID {
  /// How many rows each key has sealed in a registry, in its dossiers and beside its evidence, for whoever looks beside
  /// their server. Files that are not there, or that only the server can read yet, have none.
  package static func counts(registryPath: String, dossierPath: String, evidencePath: String) -> [SealingID:
    Int]
  {
    var rows: [SealingID: Int] = [:]
    for (path, kind) in [
      (registryPath, StoreKind.registry), (dossierPath, .dossier), (evidencePath, .evidence),
    ] {
      guard let database = try? Database.reader(path: path, kind: kind),
        let counts = try? SealedRows([], in: database).counts()
      else { continue }
      rows.merge(counts, uniquingKeysWith: +)
    }
    return rows
  }
}

// MARK: - SQL

extension SealedTable {
  var sqlName: String { self == .records ? "documents" : rawValue }

  /// Number, sealed bytes, and what the place is made of.
  fileprivate var pageSQL: String {
    switch self {
    case .records, .portraits:
      "SELECT number, sealed, key FROM \(sqlName) WHERE number > ?1 ORDER BY number LIMIT ?2"
    case .chunks:
      """
      SELECT chunks.number, sealed, key_id, digest, start, documents.byte_count
      FROM chunks JOIN documents ON documents.number = chunks.document
      WHERE chunks.number > ?1 ORDER BY chunks.number LIMIT ?2
      """
    case .complaints:
      "SELECT number, sealed, case_id FROM complaints WHERE number > ?1 ORDER BY number LIMIT ?2"
    case .comparisons:
      "SELECT number, sealed, request FROM comparisons WHERE number > ?1 ORDER BY number LIMIT ?2"
    }
  }

  fileprivate func row(_ row: Statement) -> SealedRow {
    let place: SealedRow.Place =
      switch self {
      case .records: .record(key: row.bytes(2))
      case .portraits: .portrait(key: row.bytes(2))
      case .chunks:
        .chunk(
          of: DocumentAddress(keyID: row.bytes(2), digest: row.bytes(3)), offset: row.number(4),
          byteCount: row.number(5))
      case .complaints: .complaint(caseID: row.bytes(2))
      case .comparisons: .comparison(request: row.bytes(2))
      }
    return SealedRow(number: row.integer(0), place: place, sealed: row.bytes(1))
  }

  /// SQL from the time when rows named no key: counts those there are, and from now on each that comes, goes or
  /// changes its key. Triggers, because rows go by cascade too.
  static func countingSQL(_ tables: [SealedTable]) -> String {
    let table = "CREATE TABLE sealing (key_id BLOB NOT NULL PRIMARY KEY, rows INTEGER NOT NULL) STRICT"
    let present = tables.map { "(SELECT count(*) FROM \($0.sqlName))" }.joined(separator: " + ")
    let count = "INSERT INTO sealing VALUES (zeroblob(8), \(present))"
    return ([table, count].map { "\($0);\n" } + tables.map(\.countingTriggers)).joined()
  }

  /// SQL that counts the rows of a new table where others are counted already.
  var countingTriggers: String { triggers.map { "\($0);\n" }.joined() }

  private var triggers: [String] {
    let name = sqlName
    return [
      "CREATE TRIGGER \(name)_sealed AFTER INSERT ON \(name) BEGIN \(Self.more) END",
      "CREATE TRIGGER \(name)_gone AFTER DELETE ON \(name) BEGIN \(Self.fewer) END",
      """
      CREATE TRIGGER \(name)_resealed AFTER UPDATE OF sealed ON \(name)
      WHEN \(Self.id("old")) <> \(Self.id("new")) BEGIN \(Self.fewer) \(Self.more) END
      """,
    ]
  }

  private static let more = """
    INSERT INTO sealing VALUES (\(id("new")), 1) ON CONFLICT (key_id) DO UPDATE SET rows = rows + 1;
    """
  private static let fewer = "UPDATE sealing SET rows = rows - 1 WHERE key_id = \(id("old"));"

  /// What `SealingID(of:)` reads.
  private static func id(_ row: String) -> String {
    """
    iif(length(\(row).sealed) >= 9 AND substr(\(row).sealed, 1, 1) = x'02', substr(\(row).sealed, 2, 8), zeroblob(8))
    """
  }
}
