import CSQLite
import Glibc

/// One SQLite connection, used by one thread at a time.
@safe final class Database {
  /// How long a writer waits for others, milliseconds.
  private static let writerPatience: Int32 = 5_000

  private let handle: OpaquePointer
  private let lock: FileLock?
  /// The kind of store and its path, for errors.
  let place: String

  /// A connection without any knowledge of the file's contents.
  private init(adopting handle: OpaquePointer, lock: consuming FileLock?, place: String) {
    unsafe self.handle = unsafe handle
    self.lock = lock
    self.place = place
  }

  deinit { unsafe sqlite3_close_v2(handle) }

  /// Opens the file to write it: creates, locks and migrates it.
  /// - Parameters:
  ///   - pageSize: in bytes; takes effect when the file is made.
  ///   - tuning: PRAGMAs of this connection.
  static func writer(path: String, kind: StoreKind, pageSize: Int = 4096, tuning: String = "")
    throws(StoreError)
    -> Database
  {
    let database = try open(path, kind, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, locked: true)
    try database.requireKnown(kind, orEmpty: true)
    try database.execute("PRAGMA page_size = \(pageSize); PRAGMA busy_timeout = \(writerPatience)")
    try database.useWriteAheadLog()
    // Only FULL survives a power cut: NORMAL syncs the log at checkpoints, after replies have left.
    try database.execute("PRAGMA synchronous = FULL; \(tuning)")
    try database.migrate(kind)
    return database
  }

  /// Opens the file that a writer of this process has made ready.
  static func reader(path: String, kind: StoreKind, tuning: String = "") throws(StoreError) -> Database {
    let database = try open(path, kind, SQLITE_OPEN_READONLY, locked: false)
    try database.requireKnown(kind, orEmpty: false)
    try database.execute("PRAGMA busy_timeout = 1000; \(tuning)")
    return database
  }

  private static func open(_ path: String, _ kind: StoreKind, _ flags: Int32, locked: Bool) throws(StoreError)
    -> Database
  {
    let place = "\(kind.name) \(path)"
    var opened: OpaquePointer?
    let code = unsafe sqlite3_open_v2(
      path, &opened, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
    guard code == SQLITE_OK, let handle = unsafe opened else {
      unsafe sqlite3_close_v2(opened)
      throw .failed(place: place, problem: "it cannot be opened (\(describe(code)))")
    }
    let database = unsafe Database(
      adopting: handle, lock: locked ? try takeLock(handle, place) : nil, place: place)
    unsafe passgate_sqlite_defend(handle)
    try database.execute("PRAGMA trusted_schema = OFF")
    return database
  }

  /// Locks beside the file SQLite itself resolved, so that a symbolic link is no second way in.
  private static func takeLock(_ handle: OpaquePointer, _ place: String) throws(StoreError) -> FileLock {
    let resolved = unsafe sqlite3_db_filename(handle, "main").map { unsafe String(cString: $0) } ?? ""
    do {
      if let lock = try FileLock(path: resolved + ".lock") { return lock }
    } catch {
      unsafe sqlite3_close_v2(handle)
      throw .failed(place: place, problem: error.problem)
    }
    unsafe sqlite3_close_v2(handle)
    throw .inUse(place: place)
  }

  /// Refuses another program's file, another kind's, and a later release's.
  private func requireKnown(_ kind: StoreKind, orEmpty: Bool) throws(StoreError) {
    let mark = try integer("PRAGMA application_id")
    let version = try integer("PRAGMA user_version")
    let known = Int64(kind.migrations.count)
    if orEmpty, mark == 0, version == 0, try integer("SELECT count(*) FROM sqlite_schema") == 0 { return }
    guard mark == kind.applicationID else { throw .foreign(place: place) }
    guard version <= known else { throw .newerVersion(place: place, found: version, known: known) }
    guard orEmpty || version == known else {
      throw .failed(place: place, problem: "its schema awaits migration by the server")
    }
  }

  /// A file system without shared memory would silently keep another journal, which readers would block.
  private func useWriteAheadLog() throws(StoreError) {
    let mode = try prepare("PRAGMA journal_mode = WAL").first([]) { $0.text(0) }
    guard mode == "wal" else {
      throw .failed(place: place, problem: "its file system cannot keep a write-ahead log")
    }
  }

  private func migrate(_ kind: StoreKind) throws(StoreError) {
    let version = Int(try integer("PRAGMA user_version"))
    guard version < kind.migrations.count else { return }
    try transaction { () throws(StoreError) in
      for step in kind.migrations[version...] { try execute(step) }
      try execute("PRAGMA application_id = \(kind.applicationID)")
      try execute("PRAGMA user_version = \(kind.migrations.count)")
    }
  }

  /// Runs the body as one write transaction: all of it is durable on return, or none of it happened.
  func transaction<Result>(_ body: () throws(StoreError) -> Result) throws(StoreError) -> Result {
    try execute("BEGIN IMMEDIATE")
    do {
      let result = try body()
      try execute("COMMIT")
      return result
    } catch {
      rollBack()
      throw error
    }
  }

  /// Ends the transaction that is open, if SQLite has not ended it by itself.
  func rollBack() {
    guard isInTransaction else { return }
    unsafe sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
  }

  /// Moves the log into the file as far as readers allow, so that look-ups go straight to the file's pages again.
  ///
  /// What it leaves, and its failures, are the next commit's to meet: the log holds everything until then.
  func checkpoint() {
    unsafe sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
  }

  /// Moves the whole log into the file and leaves it empty, so that what was deleted is gone from it too.
  ///
  /// Waits for readers a tenth of a second and leaves it at that: the next writes go over it.
  func emptyLog() {
    unsafe sqlite3_busy_timeout(handle, 100)
    unsafe sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
    unsafe sqlite3_busy_timeout(handle, Database.writerPatience)
  }

  /// Whether a transaction is open.
  var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

  /// Rows inserted, changed or deleted by the last statement.
  var changedRows: Int { Int(unsafe sqlite3_changes(handle)) }

  /// Runs SQL without parameters or results.
  func execute(_ sql: String) throws(StoreError) {
    try check(unsafe sqlite3_exec(handle, sql, nil, nil, nil))
  }

  /// The only value of a query's only row.
  func integer(_ sql: String) throws(StoreError) -> Int64 {
    try prepare(sql).first([]) { $0.integer(0) } ?? 0
  }

  /// Compiles one statement that is kept for the connection's life.
  func prepare(_ sql: String) throws(StoreError) -> Statement {
    var prepared: OpaquePointer?
    try check(unsafe sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil))
    guard let statement = unsafe prepared else { throw .failed(place: place, problem: "empty SQL") }
    return unsafe Statement(adopting: statement, of: self)
  }

  /// Throws the fault behind a result code, in fixed words: SQLite's messages may quote what it was given.
  func check(_ code: Int32) throws(StoreError) {
    switch code & 0xFF {
    case SQLITE_OK, SQLITE_ROW, SQLITE_DONE: return
    case SQLITE_FULL: throw .full(place: place)
    case SQLITE_NOTADB: throw .foreign(place: place)
    case SQLITE_CORRUPT: throw .damaged(place: place)
    case SQLITE_IOERR where [ENOSPC, EDQUOT].contains(unsafe sqlite3_system_errno(handle)):
      throw .full(place: place)
    default: throw .failed(place: place, problem: Database.describe(code))
    }
  }

  private static func describe(_ code: Int32) -> String {
    "\(unsafe String(cString: sqlite3_errstr(code))), SQLite code \(code)"
  }
}
