import PassgateSystem
import PassgateTestKit
import Synchronization
import Testing

@testable import PassgateStore

@Suite("Sealed rows")
struct SealedStoreTests {
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

  private func row(_ seed: Int, under id: SealingID, _ text: String = "sealed") -> RegistryRow {
    RegistryRow(key: key(seed), sealed: id.prefix + Array(text.utf8), isSuperseded: false)
  }

  private func load(_ rows: [RegistryRow]) throws {
    let chunk = try store.importState(importID).nextChunk
    _ = try store.importChunk(
      importID: importID, chunk: chunk, rows: rows, records: UInt64(rows.count), last: false, at: 1)
  }

  private func counts() throws -> [SealingID: Int] { try store.rowsBySealingKey() }

  /// What counting the rows one by one comes to.
  private func counted() throws -> [SealingID: Int] {
    let sealed = try store.state.withLock { state in
      try state.database.prepare("SELECT sealed FROM documents").all([]) { $0.bytes(0) }
    }
    return Dictionary(sealed.map { (SealingID(of: $0), 1) }, uniquingKeysWith: +)
  }

  @Test func theIdIsThePrefixOfTheKeysId() {
    let id = SealingID(keyID: [UInt8](1...32))
    #expect(id.prefix == [2, 1, 2, 3, 4, 5, 6, 7, 8])
    #expect(SealingID(of: id.prefix + [9, 9]) == id)
    #expect(SealingID(of: id.prefix) == id)
    #expect(SealingID(of: Array(id.prefix.dropLast())) == .unversioned)
    #expect(SealingID(of: [1] + id.bytes + [9]) == .unversioned)
    #expect(SealingID(of: []) == .unversioned)
  }

  @Test func everyWriteIsCounted() throws {
    #expect(try counts() == [:])
    try load((0..<5).map { row($0, under: Self.old) })
    #expect(try counts() == [Self.old: 5])
    try load([row(4, under: Self.new), row(5, under: Self.new), PassgateStoreTests.row(6, "of before")])
    #expect(try counts() == [Self.old: 4, Self.new: 2, .unversioned: 1])
    _ = try store.delete(key: key(0), at: 2)
    _ = try store.delete(key: key(6), at: 2)
    #expect(try counts() == [Self.old: 3, Self.new: 2])
    #expect(try counts() == counted())
  }

  @Test func aTransactionThatFailsCountsNothing() throws {
    try load([row(1, under: Self.old)])
    let short = RegistryRow(key: [1], sealed: [1], isSuperseded: false)
    #expect(throws: StoreError.self) { try load([row(2, under: Self.old), short]) }
    #expect(try counts() == [Self.old: 1])
  }

  @Test func rowsOfBeforeAreCountedWhenTheFileIsOpened() throws {
    let path = folder.path("before.sqlite")
    let before = StoreKind(
      name: "registry", applicationID: StoreKind.registry.applicationID,
      migrations: [StoreKind.registry.migrations[0]])
    let database = try Database.writer(path: path, kind: before)
    for seed in 0..<3 {
      try database.prepare("INSERT INTO documents (key_start, key, sealed) VALUES (0, ?1, x'01')")
        .run([.blob(key(seed))])
    }
    try database.execute("PRAGMA wal_checkpoint")
    let copy = folder.path("copy.sqlite")
    try Files.writeDurably(try Files.read(path), to: copy)
    #expect(try RegistryStore(path: copy).rowsBySealingKey() == [.unversioned: 3])
  }

  @Test func pagesLeaveOutWhatIsDone() throws {
    let rows = (0..<600).map { row($0, under: $0 % 3 == 0 ? Self.new : Self.old) }
    try load(rows)
    var (seen, after) = ([SealedRow](), Int64(0))
    var pages = 0
    while let last = try store.sealedPage(of: .records, after: after, notUnder: Self.new).last {
      let page = try store.sealedPage(of: .records, after: after, notUnder: Self.new)
      #expect(page.rows.allSatisfy { SealingID(of: $0.sealed) == Self.old })
      (seen, after) = (seen + page.rows, last)
      pages += 1
    }
    #expect(pages == 3)
    #expect(seen.count == 400)
    #expect(Set(seen.map(\.number)).count == 400)
  }

  @Test func aRowThatHasChangedIsNotOverwritten() throws {
    try load((0..<4).map { row($0, under: Self.old) })
    let page = try store.sealedPage(of: .records, after: 0, notUnder: Self.new).rows
    #expect(page.count == 4)
    // Meanwhile one is corrected, one deleted, and another comes to stand under the last one's number.
    try load([row(0, under: Self.new, "corrected")])
    _ = try store.delete(key: key(3), at: 2)
    try load([row(9, under: Self.old, "another")])
    try store.reseal(page.map { ($0, Self.new.prefix + Array("again".utf8)) }, in: .records)
    let reader = try RegistryReader(path: path)
    let texts = try [0, 1, 2, 3, 9].map { seed in
      try reader.lookup(key(seed)).map { String(decoding: $0.dropFirst(9), as: UTF8.self) }
    }
    #expect(texts == ["corrected", "again", "again", nil, "another"])
    #expect(try counts() == [Self.new: 3, Self.old: 1])
    #expect(try counts() == counted())
  }

  @Test func dossiersAreCountedThroughTheirDocuments() throws {
    let store = try DossierStore(path: folder.path("dossier.sqlite"))
    let address = DocumentAddress(
      keyID: [UInt8](repeating: 3, count: 32), digest: [UInt8](repeating: 4, count: 32))
    let limits = DossierLimits(
      openUploadsOfKey: 9, documentsOfKey: 9, unclaimedBytesOfKey: 99, bytesOfKey: 99,
      unclaimedBytes: 1 << 20,
      unclaimedAge: 1)
    for offset in 0..<3 as Range<UInt64> {
      let chunk = DocumentChunk(offset: offset, byteCount: 1, sealed: Self.old.prefix + [0])
      _ = try store.append(chunk, to: address, byteCount: 9, limits: limits, at: 1)
    }
    let caseID = [UInt8](repeating: 5, count: 16)
    let complaint = ComplaintRow(
      caseID: caseID, keyID: address.keyID, operationID: caseID, tenantID: "hotel", at: 1,
      digest: address.digest, sealed: Self.old.prefix + [1])
    for _ in 0..<2 { _ = try store.keep(complaint) }
    #expect(try store.rowsBySealingKey() == [Self.old: 4])
    let page = try store.sealedPage(of: .chunks, after: 0, notUnder: Self.new)
    #expect(page.rows.map(\.place) == (0..<3).map { .chunk(of: address, offset: $0, byteCount: 9) })
    try store.reseal([(page.rows[1], Self.new.prefix)], in: .chunks)
    let complaints = try store.sealedPage(of: .complaints, after: 0, notUnder: Self.new)
    #expect(complaints.rows.map(\.place) == [.complaint(caseID: caseID)])
    try store.reseal([(complaints.rows[0], Self.new.prefix)], in: .complaints)
    #expect(try store.rowsBySealingKey() == [Self.old: 2, Self.new: 2])
    try store.drop(address)
    #expect(try store.rowsBySealingKey() == [Self.new: 1])
  }
}
