import CPassgate

/// What is kept of a request whose signature verified: no personal data.
package struct EvidenceEntry: MappedMessage {
  /// As received.
  package var requestHeader: [UInt8]
  package var requestSignature: Signature
  /// As sent.
  package var responseHeader: [UInt8]
  package var responseSignature: Signature
  /// Of each check; empty when none was made.
  package var verdicts: [Verdict]

  package init(
    requestHeader: [UInt8], requestSignature: Signature, responseHeader: [UInt8],
    responseSignature: Signature, verdicts: [Verdict]
  ) {
    self.requestHeader = requestHeader
    self.requestSignature = requestSignature
    self.responseHeader = responseHeader
    self.responseSignature = responseSignature
    self.verdicts = verdicts
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__evidence_entry__init)

  init(from fields: FieldReader) throws(WireError) {
    requestHeader = fields.bytes(1)
    requestSignature = try fields.message(2)
    responseHeader = fields.bytes(3)
    responseSignature = try fields.message(4)
    verdicts = try fields.choices(5)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, requestHeader)
    fields.set(2, requestSignature)
    fields.set(3, responseHeader)
    fields.set(4, responseSignature)
    fields.set(5, verdicts.map(\.rawValue))
  }
}

/// Requests whose signature did not verify, aggregated.
package struct UnverifiedCount: MappedMessage {
  /// Unix time / 60.
  package var minute: UInt64
  package var reason: Reason
  package var count: UInt64

  package init(minute: UInt64, reason: Reason, count: UInt64) {
    self.minute = minute
    self.reason = reason
    self.count = count
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__unverified_count__init)

  init(from fields: FieldReader) throws(WireError) {
    minute = fields.uint64(1)
    reason = try fields.choice(of: fields.uint32(2), 2)
    count = fields.uint64(3)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, minute)
    fields.set(2, reason.rawValue)
    fields.set(3, count)
  }
}

/// Replies that were withheld because the log could not be written.
package struct EvidenceGap: MappedMessage {
  /// Unix time.
  package var sinceMilliseconds: UInt64
  /// Unix time.
  package var untilMilliseconds: UInt64
  package var count: UInt64

  package init(sinceMilliseconds: UInt64, untilMilliseconds: UInt64, count: UInt64) {
    self.sinceMilliseconds = sinceMilliseconds
    self.untilMilliseconds = untilMilliseconds
    self.count = count
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__evidence_gap__init)

  init(from fields: FieldReader) throws(WireError) {
    sinceMilliseconds = fields.uint64(1)
    untilMilliseconds = fields.uint64(2)
    count = fields.uint64(3)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, sinceMilliseconds)
    fields.set(2, untilMilliseconds)
    fields.set(3, count)
  }
}

/// One tick of one loop, or an aggregate: the unit that is appended.
package struct EvidenceRecord: MappedMessage {
  /// Set when read back.
  package var number: UInt64
  /// Unix time.
  package var atMilliseconds: UInt64
  /// At most 4,000.
  package var entries: [EvidenceEntry]
  package var unverified: [UnverifiedCount]
  package var gap: EvidenceGap?

  package init(
    number: UInt64, atMilliseconds: UInt64, entries: [EvidenceEntry], unverified: [UnverifiedCount],
    gap: EvidenceGap?
  ) {
    self.number = number
    self.atMilliseconds = atMilliseconds
    self.entries = entries
    self.unverified = unverified
    self.gap = gap
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__evidence_record__init)

  init(from fields: FieldReader) throws(WireError) {
    number = fields.uint64(1)
    atMilliseconds = fields.uint64(2)
    entries = try fields.messages(3)
    unverified = try fields.messages(4)
    gap = try fields.optionalMessage(5)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, number)
    fields.set(2, atMilliseconds)
    fields.set(3, entries)
    fields.set(4, unverified)
    fields.set(5, gap)
  }
}
