package import PassgateWire

extension EvidencePack {
  /// Events and records of one part: fewer elements than a message may have.
  private static let partLimit = 4000

  /// Puts a case into one file.
  ///
  /// - Parameters:
  ///   - attested: the platform's statement about the case as it stands.
  ///   - keys: those that signed the events and the replies; the statement's own is added.
  ///   - records: of evidence, with the tenant's entries alone, in order.
  ///   - exportedAt: milliseconds since 1970; with `exporter` a note that nobody signs.
  package init(
    _ attested: AttestCaseReply, keyID: [UInt8], events: [SignedEvent], keys: [ReplyKey],
    records: [EvidenceRecord], exportedAt: UInt64, exporter: String
  ) {
    let distinct = (keys + [attested.key]).reduce(into: [ReplyKey]()) { distinct, key in
      if !distinct.contains(where: { $0.certificates == key.certificates }) { distinct.append(key) }
    }
    self.init(
      statement: attested.statement, signature: attested.signature, keyID: keyID, keys: distinct,
      parts: Self.parts(events, records), exportedMilliseconds: exportedAt, exporter: exporter)
  }

  private static func parts(_ events: [SignedEvent], _ records: [EvidenceRecord]) -> [Part] {
    chunks(events).map { Part(events: $0, records: []) }
      + chunks(records).map { Part(events: [], records: $0) }
  }

  private static func chunks<Element>(_ elements: [Element]) -> [[Element]] {
    stride(from: 0, to: elements.count, by: partLimit).map {
      Array(elements[$0..<min($0 + partLimit, elements.count)])
    }
  }
}
