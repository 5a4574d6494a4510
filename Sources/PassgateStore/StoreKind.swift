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
  // time and of the writes. That a key stands once is the one writer's care: it updates before it inserts. Portraits
  // are apart, so that a look-up of a record passes over no picture; they are large enough to bear an index.
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
      """,
      SealedTable.countingSQL([.records]),
      "CREATE TABLE index_key (key_id BLOB NOT NULL CHECK (length(key_id) = 32)) STRICT",
      """
      CREATE TABLE portraits (
        number INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE CHECK (length(key) = 32), sealed BLOB NOT NULL
      ) STRICT;
      """ + SealedTable.portraits.countingTriggers,
    ])

  static let ledger = StoreKind(
    name: "ledger", applicationID: 0x5047_4C47,  // "PGLG"
    migrations: [
      """
      CREATE TABLE events (
        number INTEGER PRIMARY KEY, operation_id BLOB NOT NULL, actor TEXT NOT NULL,
        content_digest BLOB NOT NULL, event BLOB NOT NULL, UNIQUE (operation_id, actor)
      ) STRICT;
      """,
      """
      CREATE TABLE key_uses (
        key_id BLOB NOT NULL PRIMARY KEY CHECK (length(key_id) = 32), at_ms INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE revocation_lists (
        issuer BLOB NOT NULL PRIMARY KEY CHECK (length(issuer) = 32), list BLOB NOT NULL
      ) STRICT;
      """,
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
      """,
      """
      CREATE TABLE comparisons (
        number INTEGER PRIMARY KEY, request BLOB NOT NULL UNIQUE CHECK (length(request) = 32),
        sealed BLOB NOT NULL
      ) STRICT;
      """ + SealedTable.countingSQL([.comparisons]),
    ])

  // What belongs to no case is counted and dropped by time, so that part has an index of its own.
  static let dossier = StoreKind(
    name: "dossier store", applicationID: 0x5047_4453,  // "PGDS"
    migrations: [
      """
      CREATE TABLE documents (
        number INTEGER PRIMARY KEY, key_id BLOB NOT NULL CHECK (length(key_id) = 32),
        digest BLOB NOT NULL CHECK (length(digest) = 32), byte_count INTEGER NOT NULL,
        received INTEGER NOT NULL CHECK (received <= byte_count), complete INTEGER NOT NULL,
        claimed INTEGER NOT NULL, created_ms INTEGER NOT NULL, UNIQUE (key_id, digest)
      ) STRICT;
      CREATE INDEX unclaimed_by_time ON documents (created_ms) WHERE claimed = 0;
      CREATE TABLE chunks (
        number INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
        start INTEGER NOT NULL, byte_count INTEGER NOT NULL, sealed BLOB NOT NULL, UNIQUE (document, start)
      ) STRICT;
      CREATE TABLE claims (
        tenant TEXT NOT NULL, document INTEGER NOT NULL REFERENCES documents,
        PRIMARY KEY (tenant, document)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX claims_by_document ON claims (document);
      CREATE TABLE complaints (
        number INTEGER PRIMARY KEY, case_id BLOB NOT NULL UNIQUE CHECK (length(case_id) = 16),
        key_id BLOB NOT NULL, operation_id BLOB NOT NULL, tenant TEXT NOT NULL, at_ms INTEGER NOT NULL,
        digest BLOB NOT NULL, sealed BLOB NOT NULL, UNIQUE (key_id, operation_id)
      ) STRICT;
      CREATE INDEX complaints_by_tenant ON complaints (tenant, digest);
      """,
      SealedTable.countingSQL([.chunks, .complaints]),
    ])

  // Lists are public, so they are stored as they came; what they are worth is in the ledger alone.
  static let documentTrust = StoreKind(
    name: "trust store", applicationID: 0x5047_5453,  // "PGTS"
    migrations: [
      """
      CREATE TABLE files (
        number INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
        byte_count INTEGER NOT NULL, received INTEGER NOT NULL CHECK (received <= byte_count),
        complete INTEGER NOT NULL, created_ms INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE chunks (
        number INTEGER PRIMARY KEY, file INTEGER NOT NULL REFERENCES files ON DELETE CASCADE,
        start INTEGER NOT NULL, bytes BLOB NOT NULL, UNIQUE (file, start)
      ) STRICT;
      """
    ])
}
