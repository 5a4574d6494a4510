import PassgateSystem
import PassgateTestKit
import Synchronization
import Testing

@testable import PassgateStore

@Suite("Portraits in the registry")
struct PortraitTests {
  private let folder: TemporaryDirectory
  private let path: String
  private let store: RegistryStore
  private let importID = [UInt8](repeating: 7, count: 16)
  private static let old = SealingID(keyID: [UInt8](repeating: 1, count: 32))
  private static let new = SealingID(keyID: [UInt8](repeating: 2, count: 32))

  init() throws {
    folder = try TemporaryDirectory()
    path = folder.path("registry.sqlite")
    store = try RegistryStore(path: path)
  }

  /// Larger than a page, and unlike any other's.
  private func picture(_ seed: Int, under id: SealingID = old) -> [UInt8] {
    var state = UInt64(seed)
    return id.prefix
      + (0..<20_000).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 56)
      }
  }

  private func set(_ seed: Int, under id: SealingID = old) -> PortraitChange {
    .set(key: key(seed), sealed: picture(seed, under: id))
  }

  private func load(_ rows: [RegistryRow], _ portraits: [PortraitChange]) throws {
    let chunk = try store.importState(importID).nextChunk
    _ = try store.importChunk(
      importID: importID, chunk: chunk, rows: rows, portraits: portraits, records: UInt64(rows.count),
      last: false, at: 1)
  }

  private func portrait(_ seed: Int) throws -> [UInt8]? {
    let read = try RegistryReader(path: path).portrait(of: key(seed))
    #expect(try store.portrait(of: key(seed)) == read)
    return read
  }

  @Test func aPortraitComesBackWhole() throws {
    try load([row(1, "a"), row(2, "b")], [set(1)])
    #expect(try portrait(1) == picture(1))
    #expect(try portrait(2) == nil)
  }

  @Test func aRecordThatComesAgainKeepsItsPortraitUnlessAnotherComes() throws {
    try load([row(1, "a"), row(2, "b")], [set(1), set(2)])
    try load([row(1, "corrected"), row(2, "b", isSuperseded: true)], [])
    #expect(try [1, 2].map(portrait) == [picture(1), picture(2)])
    try load([row(1, "again")], [.set(key: key(1), sealed: picture(9))])
    #expect(try portrait(1) == picture(9))
  }

  @Test func changesAreMadeInTheirOrder() throws {
    try load([row(1, "a")], [set(1), .remove(key: key(1)), set(2), .remove(key: key(3)), set(3)])
    #expect(try [1, 2, 3].map { try portrait($0) != nil } == [false, true, true])
  }

  @Test func aChunkThatFailsChangesNoPortrait() throws {
    try load([row(1, "a")], [set(1)])
    #expect(throws: StoreError.self) {
      try load([row(1, "b")], [.remove(key: key(1)), .set(key: [1], sealed: [1])])
    }
    #expect(try portrait(1) == picture(1))
    #expect(try store.rowsBySealingKey() == [Self.old: 1, .unversioned: 1])
  }

  // MARK: Deletion

  /// How many parts of this portrait stand in the file or its log.
  private func traces(of seed: Int) throws -> Int {
    let picture = picture(seed)
    let parts = Set(stride(from: 100, to: 20_000, by: 100).map { eightBytes(picture[$0..<$0 + 8]) })
    var found: Set<UInt64> = []
    for file in [path, path + "-wal"] {
      var window: UInt64 = 0
      for byte in try Files.read(file) {
        window = window << 8 | UInt64(byte)
        if parts.contains(window) { found.insert(window) }
      }
    }
    return found.count
  }

  private func eightBytes(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

  @Test(arguments: [false, true])
  func aDeletedPortraitIsGoneFromTheFile(afterCheckpoint: Bool) throws {
    try load([row(1, "a"), row(2, "b")], [set(1), set(2)])
    if afterCheckpoint { store.state.withLock { $0.database.checkpoint() } }
    #expect(try traces(of: 1) > 190)
    #expect(try store.delete(key: key(1), at: 2))
    #expect(try portrait(1) == nil)
    #expect(try traces(of: 1) == 0)
    #expect(try traces(of: 2) > 190)
    #expect(try !store.delete(key: key(1), at: 3))
  }

  @Test func aReaderDoesNotHoldADeletionUp() throws {
    try load([row(1, "a")], [set(1)])
    let reader = try RegistryReader(path: path)
    try reader.beginTick()
    #expect(try reader.portrait(of: key(1)) == picture(1))
    #expect(try store.delete(key: key(1), at: 2))
    try reader.endTick()
    #expect(try reader.portrait(of: key(1)) == nil)
  }

  // MARK: Crashes

  @Test func aLogCutAnywhereLeavesRecordsWithTheirPortraits() throws {
    for chunk in 0..<4 {
      try load((0..<3).map { row(chunk * 3 + $0, "x") }, (0..<3).map { set(chunk * 3 + $0) })
    }
    let log = try Files.read(path + "-wal")
    var seen: Set<Int64> = []
    for part in 0...30 {
      let copy = folder.path("cut-\(part)")
      try Files.writeDurably(try Files.read(path), to: copy)
      try Files.writeDurably([UInt8](log.prefix(log.count * part / 30)), to: copy + "-wal")
      let cut = try RegistryStore(path: copy)
      let rows = try cut.state.withLock { state in
        try ["documents", "portraits"].map { try state.database.integer("SELECT count(*) FROM \($0)") }
      }
      #expect(rows[0] == rows[1] && rows[0] % 3 == 0)
      #expect(try cut.rowsBySealingKey().values.reduce(0, +) == Int(rows[0] * 2))
      seen.insert(rows[0])
    }
    #expect(seen == [0, 3, 6, 9, 12])
  }

  // MARK: Sealing

  @Test func portraitsAreCountedAndSealedAnewLikeRecords() throws {
    let records = (0..<40).map { RegistryRow(key: key($0), sealed: Self.new.prefix, isSuperseded: false) }
    try load(records, (0..<40).map { set($0, under: $0 % 2 == 0 ? Self.old : Self.new) })
    #expect(try store.rowsBySealingKey() == [Self.old: 20, Self.new: 60])
    var after: Int64 = 0
    var sealed = 0
    while case let page = try store.sealedPage(of: .portraits, after: after, notUnder: Self.new),
      let last = page.last
    {
      #expect(page.rows.allSatisfy { row in (0..<40).contains { row.place == .portrait(key: key($0)) } })
      try store.reseal(page.rows.map { ($0, Self.new.prefix) }, in: .portraits)
      (after, sealed) = (last, sealed + page.rows.count)
    }
    #expect(sealed == 20)
    #expect(try store.rowsBySealingKey() == [Self.new: 80])
    #expect(try [0, 1].map(portrait) == [Self.new.prefix, picture(1, under: Self.new)])
    _ = try store.delete(key: key(0), at: 2)
    #expect(try store.rowsBySealingKey() == [Self.new: 78])
  }

  @Test func onlyThePortraitThatWasReadIsReplaced() throws {
    try load([row(1, "a")], [set(1)])
    #expect(try !store.replacePortrait(of: key(1), sealed: picture(2), with: picture(3)))
    #expect(try !store.replacePortrait(of: key(2), sealed: picture(1), with: picture(3)))
    #expect(try portrait(1) == picture(1))
    #expect(try store.replacePortrait(of: key(1), sealed: picture(1), with: picture(3, under: Self.new)))
    #expect(try portrait(1) == picture(3, under: Self.new))
    #expect(try store.rowsBySealingKey() == [Self.new: 1, .unversioned: 1])
  }

  @Test func aRegistryOfBeforeIsTakenOver() throws {
    let path = folder.path("before.sqlite")
    let before = StoreKind(
      name: "registry", applicationID: StoreKind.registry.applicationID,
      migrations: [String](StoreKind.registry.migrations.prefix(3)))
    try Database.writer(path: path, kind: before).prepare(
      "INSERT INTO documents (key_start, key, sealed) VALUES (0, ?1, ?2)"
    ).run([.blob(key(1)), .blob(Self.old.prefix)])
    let store = try RegistryStore(path: path)
    #expect(try store.rowsBySealingKey() == [Self.old: 1])
    #expect(try store.portrait(of: key(1)) == nil)
    _ = try store.importChunk(
      importID: importID, chunk: 0, rows: [], portraits: [set(1)], records: 0, last: true, at: 1)
    #expect(try store.rowsBySealingKey() == [Self.old: 2])
  }

  // MARK: Look-ups

  /// What a check of a name reads: one index and one table, however many portraits there are.
  @Test func recordsAreFoundPastNoPortrait() throws {
    let plan = try store.state.withLock { state in
      try state.database.prepare("EXPLAIN QUERY PLAN \(RegistryReader.lookUp)").all(
        [.integer(0), .blob(key(1))]) { $0.text(3) }
    }
    #expect(plan == ["SEARCH documents USING INDEX documents_by_key_start (key_start=?)"])
  }
}
