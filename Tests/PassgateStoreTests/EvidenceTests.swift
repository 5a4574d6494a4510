import PassgateTestKit
import Synchronization
import Testing

@testable import PassgateStore

@Suite("Evidence")
struct EvidenceTests {
  let folder: TemporaryDirectory
  let path: String

  init() throws {
    folder = try TemporaryDirectory()
    path = folder.path("evidence.sqlite")
  }

  private func attempt(_ document: UInt8, _ tenant: String, _ set: UInt8, at: UInt64) -> AttemptRow {
    AttemptRow(
      document: [UInt8](repeating: document, count: 32), tenant: tenant,
      claimSet: [UInt8](repeating: set, count: 32), at: at)
  }

  @Test func recordsAreNumberedFromOneWithoutGaps() throws {
    do {
      let store = try EvidenceStore(path: path)
      try store.append(records: [[1], [2]], attempts: [])
      try store.append(records: [], attempts: [])
    }
    let store = try EvidenceStore(path: path)
    try store.append(records: [[3], []], attempts: [])
    let rows = try EvidenceReader(path: path).list(after: 0, limit: 10)
    #expect(rows.map(\.number) == [1, 2, 3, 4])
    #expect(rows.map(\.record) == [[1], [2], [3], []])
  }

  @Test(arguments: [
    (0, 3, 1...3), (3, 3, 4...6), (6, 3, 7...7), (2, 100, 3...7), (6, 1, 7...7), (0, 1, 1...1),
  ])
  func pagesFollowOneAnother(after: UInt64, limit: Int, expected: ClosedRange<UInt64>) throws {
    let store = try EvidenceStore(path: path)
    try store.append(records: (1...7).map { [$0] }, attempts: [])
    #expect(try EvidenceReader(path: path).list(after: after, limit: limit).map(\.number) == Array(expected))
  }

  @Test(arguments: [(7, 5), (UInt64.max, 5), (0, 0)])
  func pagesBeyondTheEndAreEmpty(after: UInt64, limit: Int) throws {
    let store = try EvidenceStore(path: path)
    try store.append(records: (1...7).map { [$0] }, attempts: [])
    #expect(try EvidenceReader(path: path).list(after: after, limit: limit).isEmpty)
  }

  @Test func aReaderIsNotHeldUpByAnOpenTransaction() throws {
    let store = try EvidenceStore(path: path)
    let reader = try EvidenceReader(path: path)
    try store.append(records: [[1]], attempts: [])
    try store.state.withLock { state in
      try state.database.transaction { () throws(StoreError) in
        try state.insert.run([.blob([2])])
        #expect(try reader.list(after: 0, limit: 9).map(\.record) == [[1]])
      }
    }
    #expect(try reader.list(after: 1, limit: 9).map(\.record) == [[2]])
  }

  @Test func attemptsSurviveAReopening() throws {
    let rows = [attempt(1, "a", 1, at: 100), attempt(1, "b", 1, at: 200), attempt(2, "a", 1, at: 300)]
    do { try EvidenceStore(path: path).append(records: [], attempts: rows.reversed()) }
    let store = try EvidenceStore(path: path)
    #expect(try store.attempts(since: 0) == rows)
    #expect(try store.attempts(since: 200) == [rows[1], rows[2]])
  }

  @Test(arguments: [(100, 900), (900, 100)])
  func aRepeatedAttemptCountsOnceAndKeepsTheLaterTime(first: UInt64, second: UInt64) throws {
    let store = try EvidenceStore(path: path)
    try store.append(records: [], attempts: [attempt(1, "a", 1, at: first), attempt(1, "a", 2, at: 500)])
    try store.append(records: [], attempts: [attempt(1, "a", 1, at: second)])
    #expect(try store.attempts(since: 0) == [attempt(1, "a", 2, at: 500), attempt(1, "a", 1, at: 900)])
  }

  @Test func olderAttemptsAreForgotten() throws {
    let store = try EvidenceStore(path: path)
    let rows = (1...4).map { attempt($0, "a", 1, at: UInt64($0) * 100) }
    try store.append(records: [], attempts: rows)
    try store.purgeAttempts(before: 300)
    #expect(try store.attempts(since: 0) == [rows[2], rows[3]])
  }

  @Test func aFullDiskLosesTheWholeAppendAndLeavesNoGap() throws {
    let store = try EvidenceStore(path: path)
    try store.append(records: [[1]], attempts: [])
    try store.state.withLock { try $0.database.leaveRoom(pages: 2) }
    let large = [UInt8](repeating: 0xEE, count: 40_000)
    #expect(throws: StoreError.full(place: "evidence log \(path)")) {
      try store.append(records: [[2], large], attempts: [attempt(1, "a", 1, at: 1)])
    }
    #expect(try store.attempts(since: 0).isEmpty)
    try store.state.withLock { try $0.database.liftLimit() }
    try store.append(records: [large], attempts: [])
    #expect(try EvidenceReader(path: path).list(after: 0, limit: 9).map(\.number) == [1, 2])
  }
}
