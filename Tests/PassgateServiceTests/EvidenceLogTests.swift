import PassgateSystem
import PassgateTestKit
import PassgateWire
import Synchronization
import Testing

@testable import PassgateRPC
@testable import PassgateService
@testable import PassgateStore

/// The log when the disk is full and when it works again.
@Suite struct EvidenceLogTests {
  @Test func aFullDiskWithholdsRepliesAndLeavesAGapOnRecord() throws {
    let folder = try TemporaryDirectory()
    let path = folder.path("evidence.sqlite")
    let store = try EvidenceStore(path: path)
    let clock = ManualClock()
    let mailbox = try Mailbox()
    let log = try EvidenceLog(store, clock: clock, log: Log(sink: { _ in }))
    func append(_ ticket: UInt64, requests: UInt64) throws -> Bool {
      let large = EvidenceRecord(
        number: 0, atMilliseconds: 1,
        entries: (0..<20).map { _ in
          EvidenceEntry(
            requestHeader: [UInt8](repeating: 1, count: 1_000),
            requestSignature: Signature(value: [1], treeSize: 1, leafIndex: 0, path: []),
            responseHeader: [UInt8](repeating: 1, count: 1_000),
            responseSignature: Signature(value: [1], treeSize: 1, leafIndex: 0, path: []), verdicts: [])
        }, unverified: [], gap: nil)
      log.append(
        EvidenceLog.Entry(
          records: [large.encoded()], attempts: [], comparisons: [], count: requests, ticket: ticket,
          mailbox: mailbox))
      #expect(try Sockets.poll(mailbox.descriptor, for: .readable, timeoutMilliseconds: 10_000))
      guard case .service(let mail)? = mailbox.takeAll().first,
        case .recorded(ticket, let isDurable)? = mail as? ServiceMail
      else { throw SystemError(message: "no word of ticket \(ticket)") }
      return isDurable
    }

    #expect(try append(1, requests: 4))
    try store.state.withLock { state in
      let pages = try state.database.integer("PRAGMA page_count")
      try state.database.execute("PRAGMA max_page_count = \(pages)")
    }
    let since = clock.wallMilliseconds()
    #expect(try append(2, requests: 5) == false)
    clock.advance(milliseconds: 700)
    #expect(try append(3, requests: 6) == false)
    try store.state.withLock { try $0.database.execute("PRAGMA max_page_count = 1073741823") }
    #expect(try append(4, requests: 7))
    log.stop()
    let records = try EvidenceReader(path: path).list(after: 0, limit: 10).map {
      try EvidenceRecord(decoding: $0.record.span)
    }
    #expect(records.map { $0.entries.count } == [20, 20, 0])
    #expect(
      records.compactMap(\.gap) == [
        EvidenceGap(sinceMilliseconds: since, untilMilliseconds: since + 700, count: 11)
      ])
  }
}
