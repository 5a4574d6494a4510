import Synchronization

/// A file of a source of trust and how much of it has come.
package struct StoredTrustFile: Sendable, Equatable {
  /// SHA-256 of the whole file.
  package let digest: [UInt8]
  /// Of the whole file, as its first chunk declared it.
  package let byteCount: UInt64
  /// Stored without a gap from the start: the offset expected next.
  package let received: UInt64
  /// Whether its bytes were found to have the digest.
  package let isComplete: Bool
}

/// What became of a chunk of a file of a source of trust.
package enum TrustUploadStep: Sendable, Equatable {
  /// How far the file has come, whether or not this chunk was the one expected.
  case at(StoredTrustFile)
  /// The file was begun with another length.
  case otherLength
}

/// The store of master lists, certificates and revocation lists: files by their digests, and nothing else. Which of
/// them are in force is the ledger's to say, so a file is stored before the event that names it.
///
/// One per file, usable from any thread, one act at a time.
package final class DocumentTrustStore: Sendable {
  struct State {
    let database: Database
    let insert, advance, complete, delete, select, list, insertChunk, readChunks: Statement
  }

  private let state: Mutex<State>

  /// Opens the store, creating or migrating it. The folder must exist.
  package init(path: String) throws(StoreError) {
    state = Mutex(try State(path: path))
  }

  /// Stores a chunk at the offset that its file expects next, durably; any other offset stores nothing.
  ///
  /// - Parameters:
  ///   - byteCount: of the whole file; the first chunk fixes it. The chunk must not reach beyond it.
  ///   - at: Unix time in milliseconds.
  package func append(
    _ bytes: [UInt8], at offset: UInt64, of digest: [UInt8], byteCount: UInt64, at now: UInt64
  ) throws(StoreError) -> TrustUploadStep {
    try state.withLock { (state) throws(StoreError) in
      try state.append(bytes, at: offset, of: digest, byteCount: byteCount, at: now)
    }
  }

  /// The file with this digest, or nil.
  package func file(_ digest: [UInt8]) throws(StoreError) -> StoredTrustFile? {
    try state.withLock { (state) throws(StoreError) in try state.find(digest)?.file }
  }

  /// What has come of the file with this digest; nil when nothing has.
  package func bytes(of digest: [UInt8]) throws(StoreError) -> [UInt8]? {
    try state.withLock { (state) throws(StoreError) in
      guard let stored = try state.find(digest) else { return nil }
      let chunks = try state.readChunks.all([.integer(stored.number)]) { $0.bytes(0) }
      return Array(chunks.joined())
    }
  }

  /// Records that the file's bytes were found to have its digest.
  package func markComplete(_ digest: [UInt8]) throws(StoreError) {
    try state.withLock { (state) throws(StoreError) in try state.complete.run([.blob(digest)]) }
  }

  /// Forgets a file whose bytes are not what its digest says.
  package func drop(_ digest: [UInt8]) throws(StoreError) {
    try state.withLock { (state) throws(StoreError) in try state.delete.run([.blob(digest)]) }
  }

  /// Drops what was begun before a time and is not among those to keep.
  ///
  /// - Parameter time: Unix time in milliseconds.
  /// - Returns: the bytes that are stored of files that are not kept, after that.
  package func purge(keeping kept: Set<[UInt8]>, before time: UInt64) throws(StoreError) -> UInt64 {
    try state.withLock { (state) throws(StoreError) in try state.purge(keeping: kept, before: time) }
  }
}

extension DocumentTrustStore.State {
  /// A file's row.
  struct Row {
    let number: Int64
    let file: StoredTrustFile
    let created: UInt64

    init(_ row: Statement) {
      number = row.integer(0)
      file = StoredTrustFile(
        digest: row.bytes(1), byteCount: row.number(2), received: row.number(3),
        isComplete: row.integer(4) != 0)
      created = row.number(5)
    }
  }

  init(path: String) throws(StoreError) {
    database = try .writer(
      path: path, kind: .documentTrust, pageSize: 16_384, tuning: "PRAGMA foreign_keys = ON")
    insert = try database.prepare(
      "INSERT INTO files (digest, byte_count, received, complete, created_ms) VALUES (?1, ?2, 0, 0, ?3)")
    advance = try database.prepare("UPDATE files SET received = ?2 WHERE number = ?1")
    complete = try database.prepare("UPDATE files SET complete = 1 WHERE digest = ?1")
    delete = try database.prepare("DELETE FROM files WHERE digest = ?1")
    let columns = "number, digest, byte_count, received, complete, created_ms"
    select = try database.prepare("SELECT \(columns) FROM files WHERE digest = ?1")
    list = try database.prepare("SELECT \(columns) FROM files ORDER BY number")
    insertChunk = try database.prepare("INSERT INTO chunks (file, start, bytes) VALUES (?1, ?2, ?3)")
    readChunks = try database.prepare("SELECT bytes FROM chunks WHERE file = ?1 ORDER BY start")
  }

  func find(_ digest: [UInt8]) throws(StoreError) -> Row? {
    try select.first([.blob(digest)], Row.init)
  }

  func append(
    _ bytes: [UInt8], at offset: UInt64, of digest: [UInt8], byteCount: UInt64, at now: UInt64
  ) throws(StoreError) -> TrustUploadStep {
    let known = try find(digest)?.file
    if let known, known.byteCount != byteCount { return .otherLength }
    let file =
      known ?? StoredTrustFile(digest: digest, byteCount: byteCount, received: 0, isComplete: false)
    guard offset == file.received, offset < byteCount else { return .at(file) }
    let received = offset + UInt64(bytes.count)
    try database.transaction { () throws(StoreError) in
      if known == nil { try insert.run([.blob(digest), .number(byteCount), .number(now)]) }
      guard let number = try find(digest)?.number else { throw .damaged(place: database.place) }
      try insertChunk.run([.integer(number), .number(offset), .blob(bytes)])
      try advance.run([.integer(number), .number(received)])
    }
    return .at(
      StoredTrustFile(digest: digest, byteCount: byteCount, received: received, isComplete: false))
  }

  func purge(keeping kept: Set<[UInt8]>, before time: UInt64) throws(StoreError) -> UInt64 {
    let others = try list.all([], Row.init).filter { !kept.contains($0.file.digest) }
    let old = others.filter { $0.created < time }
    if !old.isEmpty {
      try database.transaction { () throws(StoreError) in
        for row in old { try delete.run([.blob(row.file.digest)]) }
      }
    }
    return others.filter { $0.created >= time }.reduce(0) { $0 + $1.file.received }
  }
}
