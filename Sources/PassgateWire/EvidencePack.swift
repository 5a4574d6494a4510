import CPassgate

/// A case in one file, which a third party verifies offline (art. 15).
package struct EvidencePack: MappedMessage {
  /// A piece of the content: a message has at most 4,096 elements.
  package struct Part: MappedMessage {
    /// In order.
    package var events: [SignedEvent]
    /// With the tenant's entries alone, in order.
    package var records: [EvidenceRecord]

    package init(events: [SignedEvent], records: [EvidenceRecord]) {
      self.events = events
      self.records = records
    }

    static let descriptor = unsafe MessageDescriptor(passgate__v1__evidence_pack__part__init)

    init(from fields: FieldReader) throws(WireError) {
      events = try fields.messages(1)
      records = try fields.messages(2)
    }

    func write(to fields: FieldWriter) {
      fields.set(1, events)
      fields.set(2, records)
    }
  }

  /// An encoded `CaseStatement`.
  package var statement: [UInt8]
  /// Label "passgate/1 statement".
  package var signature: Signature
  /// Of the reply key that signed the statement.
  package var keyID: [UInt8]
  /// Those that signed statement, events and replies.
  package var keys: [ReplyKey]
  package var parts: [Part]
  /// Unix time.
  package var exportedMilliseconds: UInt64
  /// Id of the officer.
  package var exporter: String

  package init(
    statement: [UInt8], signature: Signature, keyID: [UInt8], keys: [ReplyKey], parts: [Part],
    exportedMilliseconds: UInt64, exporter: String
  ) {
    self.statement = statement
    self.signature = signature
    self.keyID = keyID
    self.keys = keys
    self.parts = parts
    self.exportedMilliseconds = exportedMilliseconds
    self.exporter = exporter
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__evidence_pack__init)

  init(from fields: FieldReader) throws(WireError) {
    statement = try fields.bytes(1, 1...1024)
    signature = try fields.message(2)
    keyID = try fields.bytes(3, exactly: WireLength.digest)
    keys = try fields.messages(4)
    parts = try fields.messages(5)
    exportedMilliseconds = fields.uint64(6)
    exporter = try fields.identifier(7)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, statement)
    fields.set(2, signature)
    fields.set(3, keyID)
    fields.set(4, keys)
    fields.set(5, parts)
    fields.set(6, exportedMilliseconds)
    fields.set(7, exporter)
  }
}
