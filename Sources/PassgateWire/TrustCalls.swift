import CPassgate

/// Body of `Trust/PutFile`: a chunk of a list or certificate.
package struct PutTrustFileRequest: MappedMessage {
  /// Bytes of a chunk; a call with it fits the frames of officers.
  package static let chunkLimit = 1_000 * 1024

  /// 16 random bytes.
  package var salt: [UInt8]
  /// SHA-256 of the whole file.
  package var digest: [UInt8]
  package var byteCount: UInt64
  package var offset: UInt64
  /// 1 byte to 1,000 KiB.
  package var bytes: [UInt8]

  package init(salt: [UInt8], digest: [UInt8], byteCount: UInt64, offset: UInt64, bytes: [UInt8]) {
    self.salt = salt
    self.digest = digest
    self.byteCount = byteCount
    self.offset = offset
    self.bytes = bytes
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__put_trust_file_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    digest = try fields.bytes(2, exactly: WireLength.digest)
    byteCount = try fields.positive(3)
    offset = fields.uint64(4)
    bytes = try fields.bytes(5, 1...PutTrustFileRequest.chunkLimit)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, digest)
    fields.set(3, byteCount)
    fields.set(4, offset)
    fields.set(5, bytes)
  }
}

/// Reply of `Trust/PutFile`.
package struct PutTrustFileReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// What is expected next; the count of bytes when whole.
  package var nextOffset: UInt64

  package init(salt: [UInt8], nextOffset: UInt64) {
    self.salt = salt
    self.nextOffset = nextOffset
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__put_trust_file_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    nextOffset = fields.uint64(2)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, nextOffset)
  }
}

/// Body of `Trust/Propose`.
package struct ProposeTrustRequest: MappedMessage {
  /// Files of a source.
  package static let fileLimit = 16

  /// 16 random bytes.
  package var salt: [UInt8]
  /// 16 bytes; the same for every repeat of this act.
  package var operationID: [UInt8]
  package var source: String
  /// Digests of all that the source is to consist of, at most 16; none: the source is to go.
  package var files: [[UInt8]]
  /// Nil exactly when the source is to go.
  package var use: TrustUse?

  package init(salt: [UInt8], operationID: [UInt8], source: String, files: [[UInt8]], use: TrustUse?) {
    self.salt = salt
    self.operationID = operationID
    self.source = source
    self.files = files
    self.use = use
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__propose_trust_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    operationID = try fields.bytes(2, exactly: WireLength.identifier)
    source = try fields.identifier(3)
    files = try fields.digests(4, atMost: ProposeTrustRequest.fileLimit)
    use = fields.enumeration(5) == 0 ? nil : try fields.choice(5)
    try fields.require(5, use != nil, exactlyIf: !files.isEmpty)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, operationID)
    fields.set(3, source)
    fields.set(4, files)
    fields.set(5, use?.rawValue ?? 0)
  }
}

/// Reply of `Trust/Propose`.
package struct ProposeTrustReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  package var proposal: TrustProposal

  package init(salt: [UInt8], proposal: TrustProposal) {
    self.salt = salt
    self.proposal = proposal
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__propose_trust_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    proposal = try fields.message(2)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, proposal)
  }
}

/// Body of `Trust/Activate`.
package struct ActivateTrustRequest: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// 16 bytes; the same for every repeat of this act.
  package var operationID: [UInt8]
  /// Of the proposal.
  package var digest: [UInt8]

  package init(salt: [UInt8], operationID: [UInt8], digest: [UInt8]) {
    self.salt = salt
    self.operationID = operationID
    self.digest = digest
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__activate_trust_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    operationID = try fields.bytes(2, exactly: WireLength.identifier)
    digest = try fields.bytes(3, exactly: WireLength.digest)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, operationID)
    fields.set(3, digest)
  }
}

/// Reply of `Trust/Activate`.
package struct ActivateTrustReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// Number of the ledger's event.
  package var event: UInt64
  package var source: String
  /// Unix time.
  package var activatedMilliseconds: UInt64
  /// In force now, of all sources.
  package var certificates: UInt32
  package var lists: UInt32

  package init(
    salt: [UInt8], event: UInt64, source: String, activatedMilliseconds: UInt64, certificates: UInt32,
    lists: UInt32
  ) {
    self.salt = salt
    self.event = event
    self.source = source
    self.activatedMilliseconds = activatedMilliseconds
    self.certificates = certificates
    self.lists = lists
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__activate_trust_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    event = fields.uint64(2)
    source = try fields.identifier(3)
    activatedMilliseconds = fields.uint64(4)
    certificates = fields.uint32(5)
    lists = fields.uint32(6)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, event)
    fields.set(3, source)
    fields.set(4, activatedMilliseconds)
    fields.set(5, certificates)
    fields.set(6, lists)
  }
}

/// Body of `Trust/List`.
package struct ListTrustRequest: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]

  package init(salt: [UInt8]) { self.salt = salt }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__list_trust_request__init)

  init(from fields: FieldReader) throws(WireError) { salt = try fields.salt() }

  func write(to fields: FieldWriter) { fields.set(1, salt) }
}

/// Reply of `Trust/List`.
package struct ListTrustReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// By name.
  package var sources: [TrustSource]
  /// Those that wait, by source.
  package var proposals: [TrustProposal]
  /// Digests of files in force that the platform has lost: no chip is trusted until they are there again.
  package var missing: [[UInt8]]

  package init(
    salt: [UInt8], sources: [TrustSource], proposals: [TrustProposal], missing: [[UInt8]]
  ) {
    self.salt = salt
    self.sources = sources
    self.proposals = proposals
    self.missing = missing
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__list_trust_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    sources = try fields.messages(2)
    proposals = try fields.messages(3)
    missing = fields.byteStrings(4)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, sources)
    fields.set(3, proposals)
    fields.set(4, missing)
  }
}

/// Body of `Trust/ListEntries`.
package struct ListTrustEntriesRequest: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// Of a proposal: what it would change; empty: what is in force.
  package var digest: [UInt8]
  /// How many to pass over.
  package var after: UInt32
  /// At most 500.
  package var limit: UInt32

  package init(salt: [UInt8], digest: [UInt8], after: UInt32, limit: UInt32) {
    self.salt = salt
    self.digest = digest
    self.after = after
    self.limit = limit
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__list_trust_entries_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    digest = try fields.digestOrNothing(2)
    after = fields.uint32(3)
    limit = fields.uint32(4)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, digest)
    fields.set(3, after)
    fields.set(4, limit)
  }
}

/// Reply of `Trust/ListEntries`.
package struct ListTrustEntriesReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// By source or change, country and subject.
  package var entries: [TrustEntry]
  /// To pass as `after`; 0 when there is no more.
  package var next: UInt32

  package init(salt: [UInt8], entries: [TrustEntry], next: UInt32) {
    self.salt = salt
    self.entries = entries
    self.next = next
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__list_trust_entries_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    entries = try fields.messages(2)
    next = fields.uint32(3)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, entries)
    fields.set(3, next)
  }
}
