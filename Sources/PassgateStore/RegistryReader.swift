/// A loop's own read connection to the registry; belongs to the thread that opened it.
package final class RegistryReader {
  /// Of every check: it goes past no portrait.
  static let lookUp = "SELECT sealed FROM documents WHERE key_start = ?1 AND key = ?2"

  private let database: Database
  private let select, selectPortrait, begin, end: Statement

  /// Opens a registry that a `RegistryStore` has made ready.
  package init(path: String) throws(StoreError) {
    database = try .reader(
      path: path, kind: .registry, tuning: "PRAGMA mmap_size = 2147418112; PRAGMA cache_size = -16384")
    select = try database.prepare(Self.lookUp)
    selectPortrait = try database.prepare("SELECT sealed FROM portraits WHERE key = ?1")
    begin = try database.prepare("BEGIN")
    end = try database.prepare("COMMIT")
  }

  /// Starts the one read transaction of a tick: its look-ups share a snapshot, taken by the first, and its system calls.
  package func beginTick() throws(StoreError) { try begin.run([]) }

  /// The encrypted record under a document's keyed hash, or nil when there is none.
  package func lookup(_ key: [UInt8]) throws(StoreError) -> [UInt8]? {
    try select.first([.integer(documentKeyStart(key)), .blob(key)]) { $0.bytes(0) }
  }

  /// The encrypted portrait under a document's keyed hash, or nil when there is none.
  package func portrait(of key: [UInt8]) throws(StoreError) -> [UInt8]? {
    try selectPortrait.first([.blob(key)]) { $0.bytes(0) }
  }

  /// Ends the tick's transaction; without one it does nothing. A reader that kept it would hold back the writer's log.
  package func endTick() throws(StoreError) {
    guard database.isInTransaction else { return }
    try end.run([])
  }
}
