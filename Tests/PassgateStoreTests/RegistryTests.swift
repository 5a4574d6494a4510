import PassgateTestKit
import Synchronization
import Testing

@testable import PassgateStore

@Suite("Registry")
struct RegistryTests {
  let folder: TemporaryDirectory
  let path: String
  let store: RegistryStore
  let importID = [UInt8](repeating: 7, count: 16)

  init() throws {
    folder = try TemporaryDirectory()
    path = folder.path("registry.sqlite")
    store = try RegistryStore(path: path)
  }

  @discardableResult
  private func load(
    _ chunk: UInt64, _ rows: [RegistryRow], last: Bool = false, at: UInt64 = 1_000
  ) throws(StoreError) -> ImportState {
    try store.importChunk(
      importID: importID, chunk: chunk, rows: rows, records: UInt64(rows.count), last: last, at: at)
  }

  private func text(_ seed: Int, in reader: RegistryReader) throws -> String? {
    try reader.lookup(key(seed)).map { String(decoding: $0, as: UTF8.self) }
  }

  private func text(_ seed: Int) throws -> String? { try text(seed, in: RegistryReader(path: path)) }

  private func changes() throws -> [String] {
    try store.state.withLock { state in
      try state.database.prepare("SELECT at_ms, operation, key, import_id FROM changes ORDER BY number").all(
        []) {
          "\($0.integer(0)) \($0.text(1)) \($0.bytes(2).last ?? 0) \($0.bytes(3).count)"
        }
    }
  }

  @Test func anImportAdvancesChunkByChunk() throws {
    #expect(try store.importState(importID) == ImportState(nextChunk: 0, records: 0, isComplete: false))
    let first = try load(0, [row(1, "a"), row(2, "b")])
    #expect(first == ImportState(nextChunk: 1, records: 2, isComplete: false))
    let second = try load(1, [row(3, "c")], last: true)
    #expect(second == ImportState(nextChunk: 2, records: 3, isComplete: true))
    #expect(try store.importState(importID) == second)
    #expect(try [1, 2, 3, 4].map(text) == ["a", "b", "c", nil])
    #expect(try changes() == [])
  }

  @Test(arguments: [0, 1, 3, UInt64.max])
  func anyOtherChunkThanTheNextIsRefused(_ chunk: UInt64) throws {
    try load(0, [row(1, "a")])
    try load(1, [row(2, "b")])
    #expect(throws: StoreError.outOfOrder(expected: 2)) {
      try load(chunk, [row(1, "changed"), row(9, "new")])
    }
    #expect(try store.importState(importID).nextChunk == 2)
    #expect(try [1, 9].map(text) == ["a", nil])
  }

  @Test func aCompleteImportTakesNoMore() throws {
    try load(0, [], last: true)
    #expect(throws: StoreError.importComplete) { try load(1, [row(1, "a")]) }
    let other = [UInt8](repeating: 8, count: 16)
    _ = try store.importChunk(importID: other, chunk: 0, rows: [row(1, "a")], records: 1, last: true, at: 1)
    #expect(try text(1) == "a")
  }

  @Test func aKnownKeyIsReplacedAndRecorded() throws {
    try load(0, [row(1, "a"), row(2, "b"), row(3, "c")], at: 1_000)
    try load(1, [row(3, "new c", isSuperseded: true), row(1, "new a"), row(4, "d")], at: 2_000)
    #expect(try [1, 2, 3, 4].map(text) == ["new a", "b", "new c", "d"])
    #expect(try changes() == ["2000 corrected 1 16", "2000 superseded 3 16"])
  }

  @Test func theLastOfRepeatedRowsStands() throws {
    try load(0, [row(1, "first"), row(2, "other"), row(1, "second"), row(1, "third")])
    #expect(try text(1) == "third")
    #expect(try store.state.withLock { try $0.database.integer("SELECT count(*) FROM documents") } == 2)
  }

  @Test func aDeletionIsRecordedOnce() throws {
    try load(0, [row(1, "a"), row(2, "b")])
    #expect(try store.delete(key: key(1), at: 3_000))
    #expect(try !store.delete(key: key(1), at: 4_000))
    #expect(try [1, 2].map(text) == [nil, "b"])
    #expect(try changes() == ["3000 deleted 1 0"])
  }

  @Test func emptyAndLargeRowsComeBackWhole() throws {
    let large = [UInt8]((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    try load(0, [row(1, ""), RegistryRow(key: key(2), sealed: large, isSuperseded: false)])
    let reader = try RegistryReader(path: path)
    #expect(try reader.lookup(key(1)) == [])
    #expect(try reader.lookup(key(2)) == large)
  }

  @Test func aReaderSeesCommitsOnlyAtANewTick() throws {
    try load(0, [row(1, "a")])
    let reader = try RegistryReader(path: path)
    try reader.beginTick()
    #expect(try text(1, in: reader) == "a")
    try load(1, [row(1, "new"), row(2, "b")])
    #expect(try [1, 2].map { try text($0, in: reader) } == ["a", nil])
    try reader.endTick()
    try reader.beginTick()
    #expect(try [1, 2].map { try text($0, in: reader) } == ["new", "b"])
    try reader.endTick()
    try reader.endTick()
  }

  @Test func errorsNeverQuoteWhatTheyWereGiven() throws {
    let short = RegistryRow(
      key: [UInt8]("SECRETKEY".utf8), sealed: [UInt8]("SECRETROW".utf8), isSuperseded: false)
    let error = try #require(throws: StoreError.self) { try load(0, [row(1, "a"), short]) }
    #expect("\(error)".contains("constraint failed"))
    #expect(!"\(error)".contains("SECRET"))
    #expect(try text(1) == nil)
  }

  @Test func aFullDiskLosesTheChunkAndNothingElse() throws {
    try load(0, [row(1, "a")])
    try store.state.withLock { try $0.database.leaveRoom(pages: 4) }
    let rows = (0..<2_000).map { row($0, String(repeating: "x", count: 300)) }
    #expect(throws: StoreError.full(place: "registry \(path)")) { try load(1, rows) }
    #expect(try store.importState(importID).nextChunk == 1)
    #expect(try [1, 1_999].map(text) == ["a", nil])
    try load(1, [row(2, "b")])
    try store.state.withLock { try $0.database.liftLimit() }
    try load(2, rows, last: true)
    #expect(try text(1_999)?.count == 300)
  }
}
