import PassgateTestKit
import Testing

@testable import PassgateStore

@Suite("Ledger")
struct LedgerTests {
  let folder: TemporaryDirectory
  let path: String

  init() throws {
    folder = try TemporaryDirectory()
    path = folder.path("ledger.sqlite")
  }

  private func event(_ number: UInt64, operation: UInt8, actor: String = "officer") -> LedgerRow {
    LedgerRow(
      number: number, operationID: [UInt8](repeating: operation, count: 16), actor: actor,
      contentDigest: [UInt8](repeating: 0xD1, count: 32),
      event: [operation, UInt8(truncatingIfNeeded: number)])
  }

  @Test func eventsKeepTheirOrderAcrossAReopening() throws {
    let rows = (1...5).map { event(UInt64($0), operation: UInt8(200 - $0)) }
    do {
      let store = try LedgerStore(path: path)
      #expect(try store.lastNumber() == 0)
      for row in rows { try store.append(row) }
    }
    let store = try LedgerStore(path: path)
    #expect(try store.all() == rows)
    #expect(try store.lastNumber() == 5)
    #expect(try store.read(3) == rows[2] && store.read(6) == nil)
  }

  @Test func anOperationIsFoundByItsActorAlone() throws {
    let store = try LedgerStore(path: path)
    let first = event(1, operation: 9, actor: "officer-a")
    let second = event(2, operation: 9, actor: "officer-b")
    try store.append(first)
    try store.append(second)
    #expect(try store.find(operationID: first.operationID, actor: "officer-a") == first)
    #expect(try store.find(operationID: first.operationID, actor: "officer-b") == second)
    #expect(try store.find(operationID: first.operationID, actor: "officer-c") == nil)
    #expect(try store.find(operationID: [UInt8](repeating: 8, count: 16), actor: "officer-a") == nil)
  }

  @Test func anActorsOperationIsRecordedOnce() throws {
    let store = try LedgerStore(path: path)
    try store.append(event(1, operation: 9))
    #expect(throws: StoreError.alreadyRecorded) { try store.append(event(2, operation: 9)) }
    #expect(try store.all().count == 1)
  }

  @Test(arguments: [0, 1, 3, UInt64.max])
  func onlyTheNextNumberIsTaken(_ number: UInt64) throws {
    let store = try LedgerStore(path: path)
    try store.append(event(1, operation: 1))
    #expect(throws: StoreError.outOfOrder(expected: 2)) { try store.append(event(number, operation: 2)) }
    try store.append(event(2, operation: 2))
    #expect(try store.all().map(\.number) == [1, 2])
  }
}
