/// What tells one kind of store from another: the mark in the file, and how its schema came to be.
struct StoreKind: Sendable {
  /// As it is named in errors.
  let name: String
  /// SQLite's `application_id`: four ASCII letters, so that `file` and people can tell the stores apart.
  let applicationID: Int64
  /// SQL from each schema version to the next, in order; `user_version` counts those applied. Never edited, only extended.
  let migrations: [String]
}

extension StoreKind {
  // Keys are uniformly random. Clustered by them, a table rewrites one page for every row of an import; so rows are
  // appended, and found by a narrow index over the first eight bytes (`documentKeyStart`), which takes a third of the
  // time and of the writes. That a key stands once is the one writer's care: it updates before it inserts.
  static let registry = StoreKind(
    name: "registry", applicationID: 0x5047_5247,  // "PGRG"
    migrations: [
      """
      CREATE TABLE documents (
        number INTEGER PRIMARY KEY, key_start INTEGER NOT NULL, key BLOB NOT NULL CHECK (length(key) = 32),
        sealed BLOB NOT NULL
      ) STRICT;
      CREATE INDEX documents_by_key_start ON documents (key_start);
      CREATE TABLE imports (
        import_id BLOB NOT NULL PRIMARY KEY, next_chunk INTEGER NOT NULL, records INTEGER NOT NULL,
        complete INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE changes (
        number INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL,
        operation TEXT NOT NULL CHECK (operation IN ('corrected', 'superseded', 'deleted')),
        key BLOB NOT NULL, import_id BLOB
      ) STRICT;
      """
    ])

  static let ledger = StoreKind(
    name: "ledger", applicationID: 0x5047_4C47,  // "PGLG"
    migrations: [
      """
      CREATE TABLE events (
        number INTEGER PRIMARY KEY, operation_id BLOB NOT NULL, actor TEXT NOT NULL,
        content_digest BLOB NOT NULL, event BLOB NOT NULL, UNIQUE (operation_id, actor)
      ) STRICT;
      """
    ])

  static let evidence = StoreKind(
    name: "evidence log", applicationID: 0x5047_4556,  // "PGEV"
    migrations: [
      """
      CREATE TABLE records (number INTEGER PRIMARY KEY, record BLOB NOT NULL) STRICT;
      CREATE TABLE attempts (
        document BLOB NOT NULL, tenant TEXT NOT NULL, claim_set BLOB NOT NULL, at_ms INTEGER NOT NULL,
        PRIMARY KEY (document, tenant, claim_set)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX attempts_by_time ON attempts (at_ms);
      """
    ])
}
