import PassgateSystem
import PassgateTestKit
import Synchronization
import Testing

@testable import PassgateStore

/// What a kill or a power cut leaves is a file and a log cut anywhere; copies of a live store's files are just that.
@Suite("After a crash")
struct CrashTests {
  let folder: TemporaryDirectory
  let importID = [UInt8](repeating: 7, count: 16)
  let chunks: UInt64 = 5
  let rowsPerChunk = 40

  init() throws { folder = try TemporaryDirectory() }

  private func rows(of chunk: UInt64) -> [RegistryRow] {
    (0..<rowsPerChunk).map { row(Int(chunk) * rowsPerChunk + $0, String(repeating: "x", count: 300)) }
  }

  /// A copy of the store as it lies on the disk now, its log cut to this part.
  private func copy(_ path: String, as name: String, logPart: Double = 1) throws -> String {
    let target = folder.path(name)
    let log = try Files.read(path + "-wal")
    try Files.writeDurably(try Files.read(path), to: target)
    try Files.writeDurably([UInt8](log.prefix(Int(Double(log.count) * logPart))), to: target + "-wal")
    return target
  }

  private func rowCount(_ store: RegistryStore) throws -> Int64 {
    try store.state.withLock { try $0.database.integer("SELECT count(*) FROM documents") }
  }

  @Test func aLogCutAnywhereLeavesWholeChunks() throws {
    let path = folder.path("registry.sqlite")
    let store = try RegistryStore(path: path)
    for chunk in 0..<chunks {
      _ = try store.importChunk(
        importID: importID, chunk: chunk, rows: rows(of: chunk), records: UInt64(rowsPerChunk), last: false,
        at: 1)
    }
    var seen: Set<UInt64> = []
    for part in 0...60 {
      let cut = try RegistryStore(path: try copy(path, as: "cut-\(part)", logPart: Double(part) / 60))
      let state = try cut.importState(importID)
      #expect(try rowCount(cut) == Int64(state.nextChunk) * Int64(rowsPerChunk))
      #expect(state.records == state.nextChunk * UInt64(rowsPerChunk))
      seen.insert(state.nextChunk)
    }
    #expect(seen == Set(0...chunks))
  }

  @Test func aTransactionNeverCommittedIsGone() throws {
    let path = folder.path("registry.sqlite")
    let store = try RegistryStore(path: path)
    _ = try store.importChunk(
      importID: importID, chunk: 0, rows: rows(of: 0), records: UInt64(rowsPerChunk), last: false, at: 1)
    let logBefore = try Files.read(path + "-wal").count
    try store.state.withLock { state in
      // So small a cache writes pages to the log before the commit, as a large import does.
      try state.database.execute("PRAGMA cache_size = 5; BEGIN IMMEDIATE")
      for seed in 1_000..<3_000 { try state.store(row(seed, "half"), importID: importID, at: 1) }
    }
    #expect(try Files.read(path + "-wal").count > logBefore)
    let crashed = try RegistryStore(path: try copy(path, as: "crashed"))
    #expect(try rowCount(crashed) == Int64(rowsPerChunk))
    #expect(try crashed.importState(importID).nextChunk == 1)
  }

  @Test func aConnectionDroppedInTheMiddleLeavesNothing() throws {
    let path = folder.path("evidence.sqlite")
    var store: EvidenceStore? = try EvidenceStore(path: path)
    try store?.append(records: [[1]], attempts: [])
    try store?.state.withLock { state in
      try state.database.execute("BEGIN IMMEDIATE")
      try state.insert.run([.blob([2])])
    }
    store = nil
    let again = try EvidenceStore(path: path)
    try again.append(records: [[3]], attempts: [])
    #expect(try EvidenceReader(path: path).list(after: 0, limit: 9).map(\.record) == [[1], [3]])
  }
}
