import PassgateStore
import PassgateWire

/// A page of the evidence log that fits one reply.
struct EvidencePage {
  /// Bytes of records in one page.
  private static let bytes = 768 * 1_024

  let records: [EvidenceRecord]
  /// The number to continue behind; 0 at the end of the log.
  let next: UInt64

  /// - Parameter tenantID: keeps the entries of this tenant alone; empty keeps all.
  static func read(_ reader: EvidenceReader, after: UInt64, limit: UInt32, tenantID: String) throws
    -> EvidencePage
  {
    let rows = try reader.list(after: after, limit: Int(max(1, limit)))
    var records: [EvidenceRecord] = []
    var total = 0
    var last = after
    for row in rows {
      guard total == 0 || total + row.record.count <= bytes else { break }
      total += row.record.count
      last = row.number
      var record = try EvidenceRecord(decoding: row.record.span)
      record.number = row.number
      if !tenantID.isEmpty { record.entries = record.entries.filter { $0.isOf(tenantID) } }
      if tenantID.isEmpty || !record.entries.isEmpty { records.append(record) }
    }
    // A page that is not full ends the log as it stands: reading it is recorded too and would never end.
    let isEnd = rows.count < Int(limit) && rows.last?.number == last
    return EvidencePage(records: records, next: isEnd || rows.isEmpty ? 0 : last)
  }
}

extension EvidenceEntry {
  fileprivate func isOf(_ tenantID: String) -> Bool {
    (try? RequestHeader(decoding: requestHeader.span))?.tenantID == tenantID
  }
}
