import PassgateCrypto
import PassgateStore
import PassgateSystem

/// Seals rows anew until all are under the active key: a small transaction at a time, so that it can be ended at any.
///
/// What is left to do is what the stores count; nothing else is kept, so it goes on where a crash has ended it.
struct Resealer {
  private let stores: [any SealedStore]
  private let progress: ResealProgressFile
  private let log: Log
  private var pass: ResealPass?
  /// A key, and the rows under others when a pass was over that could change none of them.
  private var stuck: (id: SealingID, rows: Int)?

  init(_ stores: [any SealedStore], progress: ResealProgressFile, log: Log) {
    (self.stores, self.progress, self.log) = (stores, progress, log)
  }

  /// Does one step: a transaction, or the progress file at the end.
  ///
  /// - Returns: rows that are left, and whether another step would do something about them.
  mutating func advance(_ ring: RegistryKeyRing) throws -> (remaining: Int, goesOn: Bool) {
    let remaining = try stores.rows(notUnder: ring.sealingID)
    guard remaining > 0 else { return (0, try finish(ring, remaining)) }
    let id = ring.sealingID
    if let stuck, stuck == (id, remaining) { return (remaining, false) }
    var current = if let pass, pass.id == id { pass } else { try begin(ring, remaining) }
    let isOver = try !current.step()
    pass = current
    let left = try stores.rows(notUnder: id)
    log(left, of: current)
    guard isOver, left > 0 else { return (left, true) }
    return (left, try again(after: current, ring, left))
  }

  private func begin(_ ring: RegistryKeyRing, _ remaining: Int) throws(CryptoError) -> ResealPass {
    log.info("registry_reseal", ["percent": 0, "remaining": .number(remaining)])
    return try ResealPass(ring, stores, total: remaining)
  }

  private mutating func finish(_ ring: RegistryKeyRing, _ remaining: Int) throws(SystemError) -> Bool {
    try progress.write(sealedWith: ring.active.keyID, remaining: remaining)
    if pass != nil { log.info("registry_resealed") }
    (pass, stuck) = (nil, nil)
    return false
  }

  /// After the last row some are left: those that came meanwhile under another key, and those that cannot be opened.
  private mutating func again(after last: ResealPass, _ ring: RegistryKeyRing, _ left: Int)
    throws(SystemError) -> Bool
  {
    if last.changed > 0 {
      var next = last
      next.restart(stores)
      pass = next
      return true
    }
    (pass, stuck) = (nil, (ring.sealingID, left))
    log.error("registry_reseal_stuck", ["rows": .number(left)])
    try progress.write(sealedWith: ring.active.keyID, remaining: left)
    return false
  }

  private mutating func log(_ left: Int, of pass: ResealPass) {
    let percent = max(0, pass.total - left) * 100 / max(1, pass.total)
    guard percent / 10 > pass.tenths, left > 0 else { return }
    self.pass?.tenths = percent / 10
    log.info("registry_reseal", ["percent": .number(percent), "remaining": .number(left)])
  }
}

/// One way through all tables.
private struct ResealPass {
  /// Of the key that rows are sealed with.
  let id: SealingID
  /// Rows under other keys at its beginning.
  let total: Int
  /// Rows sealed anew since it was begun or restarted.
  private(set) var changed = 0
  /// Tenths of the way that were told of.
  var tenths = 0
  private var tables: [(store: any SealedStore, table: SealedTable)] = []
  private var after: Int64 = 0
  private let ciphers: [SealedTable: SealingCipher]

  init(_ ring: RegistryKeyRing, _ stores: [any SealedStore], total: Int) throws(CryptoError) {
    (id, self.total) = (ring.sealingID, total)
    var ciphers: [SealedTable: SealingCipher] = [:]
    for table in SealedTable.allCases { ciphers[table] = try SealingCipher(ring, for: table.use) }
    self.ciphers = ciphers
    restart(stores)
  }

  mutating func restart(_ stores: [any SealedStore]) {
    tables = stores.flatMap { store in store.sealedTables.map { (store, $0) } }
    (after, changed) = (0, 0)
  }

  /// Seals the next few rows anew; false when there are none.
  mutating func step() throws(StoreError) -> Bool {
    guard let (store, table) = tables.first, let cipher = ciphers[table] else { return false }
    let page = try store.sealedPage(of: table, after: after, notUnder: id)
    guard let last = page.last else {
      tables.removeFirst()
      after = 0
      return !tables.isEmpty
    }
    let changes = page.rows.compactMap { row in
      (try? cipher.reseal(row.sealed, at: row.place.bytes)).map { (row: row, sealed: $0) }
    }
    if !changes.isEmpty { try store.reseal(changes, in: table) }
    changed += changes.count
    after = last
    return true
  }
}

extension [any SealedStore] {
  /// How many rows each key has sealed, in all stores.
  func rowsBySealingKey() throws(StoreError) -> [SealingID: Int] {
    var rows: [SealingID: Int] = [:]
    for store in self { rows.merge(try store.rowsBySealingKey(), uniquingKeysWith: +) }
    return rows
  }

  fileprivate func rows(notUnder id: SealingID) throws(StoreError) -> Int {
    try rowsBySealingKey().reduce(0) { $1.key == id ? $0 : $0 + $1.value }
  }
}

extension SealedTable {
  fileprivate var use: SealingCipher.Use {
    switch self {
    case .records: .record
    case .portraits: .portrait
    case .chunks: .document
    case .complaints: .complaint
    case .comparisons: .comparison
    }
  }
}

extension SealedRow.Place {
  /// What its sealing is bound to.
  fileprivate var bytes: [UInt8] {
    switch self {
    case .record(let key), .portrait(let key): key
    case .chunk(let address, let offset, let byteCount): address.place(offset: offset, byteCount: byteCount)
    case .complaint(let caseID): caseID
    case .comparison(let request): request
    }
  }
}

/// Where whoever rotates the key reads that all rows are under the new one, and the former may end.
struct ResealProgressFile {
  let path: String

  /// Writes it durably, unless it says so already.
  func write(sealedWith keyID: [UInt8], remaining: Int) throws(SystemError) {
    var json = JSONWriter()
    json.object { json in
      json.string("sealedWith", Hex.encode(keyID))
      json.number("remaining", remaining)
    }
    let bytes = Array((json.result + "\n").utf8)
    guard (try? Files.read(path)) != bytes else { return }
    try Files.writeDurably(bytes, to: path)
  }
}
