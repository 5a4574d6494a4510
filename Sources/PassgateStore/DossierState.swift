/// A document's row.
struct StoredDocument {
  let number: Int64
  let document: DossierDocument
  let isClaimed: Bool

  /// What it weighs against the limit of all uploads: a row costs a page however little has come.
  var charge: UInt64 { Self.charge(document.received) }

  static func charge(_ received: UInt64) -> UInt64 { max(received, smallestCharge) }
  static let smallestCharge: UInt64 = 4_096

  /// - Parameter row: number, key, digest, length, received, complete, claimed.
  init(_ row: Statement) {
    number = row.integer(0)
    document = DossierDocument(
      address: DocumentAddress(keyID: row.bytes(1), digest: row.bytes(2)), byteCount: row.number(3),
      received: row.number(4), isComplete: row.integer(5) != 0)
    isClaimed = row.integer(6) != 0
  }
}

extension DossierStore {
  /// The connection and the statements prepared on it.
  struct State {
    let database: Database
    let insert, advance, complete, delete, select, findClaimed, usage, expired: Statement
    let insertChunk, readChunks: Statement
    let tie, mark: Statement
    let insertComplaint, findComplaint, readComplaint, listComplaints: Statement
    let sealed: SealedRows
    /// What all documents weigh that belong to no case.
    var unclaimed: UInt64 = 0
  }
}

extension DossierStore.State {
  /// What is dropped in one transaction, so that nobody waits long for it: SQLite overwrites what it deletes.
  private static let purgeStep = (documents: 1_024, weight: 32 * 1_024 * 1_024 as UInt64)

  init(path: String) throws(StoreError) {
    database = try .writer(path: path, kind: .dossier, pageSize: 16_384, tuning: "PRAGMA foreign_keys = ON")
    insert = try database.prepare(
      """
      INSERT INTO documents (key_id, digest, byte_count, received, complete, claimed, created_ms)
      VALUES (?1, ?2, ?3, 0, 0, 0, ?4)
      """)
    advance = try database.prepare("UPDATE documents SET received = ?2 WHERE number = ?1")
    complete = try database.prepare("UPDATE documents SET complete = 1 WHERE key_id = ?1 AND digest = ?2")
    delete = try database.prepare("DELETE FROM documents WHERE number = ?1")
    let columns = "number, key_id, digest, byte_count, received, complete, claimed"
    select = try database.prepare("SELECT \(columns) FROM documents WHERE key_id = ?1 AND digest = ?2")
    findClaimed = try database.prepare(
      """
      SELECT \(columns) FROM documents JOIN claims ON claims.document = documents.number
      WHERE claims.tenant = ?1 AND documents.digest = ?2 LIMIT 1
      """)
    usage = try database.prepare(
      """
      SELECT count(*), count(*) FILTER (WHERE complete = 0), total(byte_count),
        total(byte_count) FILTER (WHERE claimed = 0) FROM documents WHERE key_id = ?1
      """)
    expired = try database.prepare(
      """
      SELECT number, max(received, \(StoredDocument.smallestCharge)) FROM documents
      WHERE claimed = 0 AND created_ms < ?1 ORDER BY created_ms LIMIT \(Self.purgeStep.documents)
      """)
    insertChunk = try database.prepare(
      "INSERT INTO chunks (document, start, byte_count, sealed) VALUES (?1, ?2, ?3, ?4)")
    readChunks = try database.prepare(
      """
      SELECT start, byte_count, sealed FROM chunks WHERE document = ?1 AND start < ?3
        AND start >= (SELECT max(start) FROM chunks WHERE document = ?1 AND start <= ?2) ORDER BY start
      """)
    tie = try database.prepare("INSERT INTO claims VALUES (?1, ?2) ON CONFLICT DO NOTHING")
    mark = try database.prepare("UPDATE documents SET claimed = 1 WHERE number = ?1")
    insertComplaint = try database.prepare(
      """
      INSERT INTO complaints (case_id, key_id, operation_id, tenant, at_ms, digest, sealed)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (key_id, operation_id) DO NOTHING
      """)
    findComplaint = try database.prepare(
      "SELECT case_id, tenant, digest FROM complaints WHERE key_id = ?1 AND operation_id = ?2")
    listComplaints = try database.prepare(
      "SELECT number, case_id, at_ms, tenant, digest FROM complaints WHERE number > ?1 ORDER BY number LIMIT ?2"
    )
    readComplaint = try database.prepare(
      "SELECT case_id, sealed FROM complaints WHERE tenant = ?1 AND digest = ?2 LIMIT 1")
    sealed = try SealedRows([.chunks, .complaints], in: database)
    unclaimed = try sumUnclaimed()
  }

  func sumUnclaimed() throws(StoreError) -> UInt64 {
    UInt64(
      clamping: try database.integer(
        "SELECT sum(max(received, \(StoredDocument.smallestCharge))) FROM documents WHERE claimed = 0"))
  }

  func find(_ address: DocumentAddress) throws(StoreError) -> StoredDocument? {
    try select.first([.blob(address.keyID), .blob(address.digest)], StoredDocument.init)
  }

  mutating func append(
    _ chunk: DocumentChunk, to address: DocumentAddress, byteCount: UInt64, _ limits: DossierLimits,
    at: UInt64
  ) throws(StoreError) -> UploadStep {
    let known = try find(address)
    if let known, known.document.byteCount != byteCount { return .otherLength }
    if let known, chunk.offset != known.document.received { return .at(known.document) }
    guard known != nil || chunk.offset == 0 else {
      return .at(DossierDocument(address: address, byteCount: byteCount, received: 0, isComplete: false))
    }
    if known == nil, try !hasRoom(for: byteCount, of: address.keyID, limits) { return .keyFull }
    let received = chunk.offset + chunk.byteCount
    let added = StoredDocument.charge(received) - (known?.charge ?? 0)
    guard unclaimed + added <= limits.unclaimedBytes else { return .storeFull }
    let document = try store(chunk, to: address, byteCount: byteCount, at: at)
    unclaimed += added
    return .at(document)
  }

  private func hasRoom(for byteCount: UInt64, of keyID: [UInt8], _ limits: DossierLimits) throws(StoreError)
    -> Bool
  {
    try usage.first([.blob(keyID)]) { row in
      row.number(0) < limits.documentsOfKey && row.number(1) < limits.openUploadsOfKey
        && row.number(2) + byteCount <= limits.bytesOfKey
        && row.number(3) + byteCount <= limits.unclaimedBytesOfKey
    } ?? true
  }

  private func store(
    _ chunk: DocumentChunk, to address: DocumentAddress, byteCount: UInt64, at: UInt64
  ) throws(StoreError) -> DossierDocument {
    let received = chunk.offset + chunk.byteCount
    try database.transaction { () throws(StoreError) in
      if chunk.offset == 0 {
        try insert.run([.blob(address.keyID), .blob(address.digest), .number(byteCount), .number(at)])
      }
      guard let number = try find(address)?.number else { throw .damaged(place: database.place) }
      try insertChunk.run([
        .integer(number), .number(chunk.offset), .number(chunk.byteCount), .blob(chunk.sealed),
      ])
      try advance.run([.integer(number), .number(received)])
    }
    return DossierDocument(address: address, byteCount: byteCount, received: received, isComplete: false)
  }

  /// The digests that are not complete documents of the key; only when there are none, the others are tied.
  func claim(_ digests: [[UInt8]], of keyID: [UInt8], for tenantID: String) throws(StoreError) -> [[UInt8]] {
    var numbers: [Int64] = []
    var missing: [[UInt8]] = []
    for digest in digests {
      let stored = try find(DocumentAddress(keyID: keyID, digest: digest))
      if let stored, stored.document.isComplete {
        numbers.append(stored.number)
      } else {
        missing.append(digest)
      }
    }
    guard missing.isEmpty else { return missing }
    for number in numbers {
      try tie.run([.text(tenantID), .integer(number)])
      try mark.run([.integer(number)])
    }
    return []
  }

  @discardableResult mutating func purge(_ limits: DossierLimits, at now: UInt64) throws(StoreError) -> Int {
    guard now > limits.unclaimedAge else { return 0 }
    let old = try expired.all([.number(now - limits.unclaimedAge)]) { ($0.integer(0), $0.number(1)) }
    var weight: UInt64 = 0
    let numbers = old.prefix {
      weight += $0.1
      return weight <= Self.purgeStep.weight
    }.map(\.0)
    guard !numbers.isEmpty else { return 0 }
    try database.transaction { () throws(StoreError) in
      for number in numbers { try delete.run([.integer(number)]) }
    }
    unclaimed = try sumUnclaimed()
    return numbers.count
  }
}
