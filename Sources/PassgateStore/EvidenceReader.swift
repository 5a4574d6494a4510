import Synchronization

/// One record of the evidence log as it was appended.
package struct EvidenceRow: Sendable, Equatable {
  /// From 1, without gaps.
  package let number: UInt64
  /// The encoded record.
  package let record: [UInt8]
}

/// A read connection to the evidence log, usable from any thread while the writer writes.
package final class EvidenceReader: Sendable {
  private struct State {
    let list, find: Statement

    init(path: String) throws(StoreError) {
      let database = try Database.reader(path: path, kind: .evidence)
      list = try database.prepare(
        "SELECT number, record FROM records WHERE number > ?1 ORDER BY number LIMIT ?2")
      find = try database.prepare("SELECT sealed FROM comparisons WHERE request = ?1")
    }
  }

  private let state: Mutex<State>

  /// Opens a log that an `EvidenceStore` has made ready.
  package init(path: String) throws(StoreError) {
    state = Mutex(try State(path: path))
  }

  /// What is kept of the comparison that a request asked for, by the request's leaf hash; nil when there is nothing.
  package func comparison(of request: [UInt8]) throws(StoreError) -> ComparisonRow? {
    try state.withLock { (state) throws(StoreError) in
      try state.find.first([.blob(request)]) { ComparisonRow(request: request, sealed: $0.bytes(0)) }
    }
  }

  /// Up to `limit` records after this number, in order; fewer only at the end of the log.
  package func list(after number: UInt64, limit: Int) throws(StoreError) -> [EvidenceRow] {
    try state.withLock { (state) throws(StoreError) in
      try state.list.all([.number(number), .integer(Int64(limit))]) { row in
        EvidenceRow(number: row.number(0), record: row.bytes(1))
      }
    }
  }
}
