import CPassgate

/// Body of `Onboarding/PutDocument`: a chunk of a document of the dossier.
package struct PutDocumentRequest: MappedMessage {
  /// Bytes of a chunk; a call with it fits the frames that strangers may send.
  package static let chunkLimit = 48 * 1024

  /// 16 random bytes.
  package var salt: [UInt8]
  /// SHA-256 of the whole document.
  package var digest: [UInt8]
  package var byteCount: UInt64
  package var offset: UInt64
  /// 1 byte to 48 KiB.
  package var bytes: [UInt8]

  package init(salt: [UInt8], digest: [UInt8], byteCount: UInt64, offset: UInt64, bytes: [UInt8]) {
    self.salt = salt
    self.digest = digest
    self.byteCount = byteCount
    self.offset = offset
    self.bytes = bytes
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__put_document_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    digest = try fields.bytes(2, exactly: WireLength.digest)
    byteCount = try fields.positive(3)
    offset = fields.uint64(4)
    bytes = try fields.bytes(5, 1...PutDocumentRequest.chunkLimit)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, digest)
    fields.set(3, byteCount)
    fields.set(4, offset)
    fields.set(5, bytes)
  }
}

/// Reply of `Onboarding/PutDocument`.
package struct PutDocumentReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// What is expected next; the count of bytes when whole.
  package var nextOffset: UInt64

  package init(salt: [UInt8], nextOffset: UInt64) {
    self.salt = salt
    self.nextOffset = nextOffset
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__put_document_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    nextOffset = fields.uint64(2)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, nextOffset)
  }
}

/// Body of `Supervision/GetDocument`.
package struct GetDocumentRequest: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// Of a complaint as it was stated, which may be nothing.
  package var tenantID: String
  package var digest: [UInt8]
  package var offset: UInt64

  package init(salt: [UInt8], tenantID: String, digest: [UInt8], offset: UInt64) {
    self.salt = salt
    self.tenantID = tenantID
    self.digest = digest
    self.offset = offset
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__get_document_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    tenantID = try fields.identifierOrNothing(2)
    digest = try fields.bytes(3, exactly: WireLength.digest)
    offset = fields.uint64(4)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, tenantID)
    fields.set(3, digest)
    fields.set(4, offset)
  }
}

/// Reply of `Supervision/GetDocument`.
package struct GetDocumentReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  package var bytes: [UInt8]
  /// Of the whole document.
  package var byteCount: UInt64

  package init(salt: [UInt8], bytes: [UInt8], byteCount: UInt64) {
    self.salt = salt
    self.bytes = bytes
    self.byteCount = byteCount
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__get_document_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    bytes = fields.bytes(2)
    byteCount = fields.uint64(3)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, bytes)
    fields.set(3, byteCount)
  }
}

/// Body of `Onboarding/Complain`: anybody's complaint (art. 11).
package struct ComplainRequest: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// 16 bytes; the same for every repeat of this act.
  package var operationID: [UInt8]
  /// Empty when not known.
  package var tenantID: String
  /// As the complainant knows it.
  package var organisation: String
  /// 1 to 2,000 characters.
  package var text: String

  package init(salt: [UInt8], operationID: [UInt8], tenantID: String, organisation: String, text: String) {
    self.salt = salt
    self.operationID = operationID
    self.tenantID = tenantID
    self.organisation = organisation
    self.text = text
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__complain_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    operationID = try fields.bytes(2, exactly: WireLength.identifier)
    tenantID = try fields.identifierOrNothing(3)
    organisation = fields.text(4)
    text = try fields.line(5)
    if tenantID.isEmpty || !organisation.isEmpty { try fields.checkLine(4) }
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, operationID)
    fields.set(3, tenantID)
    fields.set(4, organisation)
    fields.set(5, text)
  }
}

/// Reply of `Onboarding/Complain`.
package struct ComplainReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// 16 bytes, to refer to it.
  package var caseID: [UInt8]

  package init(salt: [UInt8], caseID: [UInt8]) {
    self.salt = salt
    self.caseID = caseID
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__complain_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    caseID = try fields.bytes(2, exactly: WireLength.identifier)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, caseID)
  }
}

/// A complaint in one line, for officers.
package struct ComplaintSummary: MappedMessage {
  /// From 1, rising with time.
  package var number: UInt64
  /// 16 bytes.
  package var caseID: [UInt8]
  /// Unix time.
  package var atMilliseconds: UInt64
  /// As the complainant stated it; empty when not known.
  package var tenantID: String
  /// SHA-256 of the text, by which officers read it.
  package var digest: [UInt8]

  package init(number: UInt64, caseID: [UInt8], atMilliseconds: UInt64, tenantID: String, digest: [UInt8]) {
    self.number = number
    self.caseID = caseID
    self.atMilliseconds = atMilliseconds
    self.tenantID = tenantID
    self.digest = digest
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__complaint_summary__init)

  init(from fields: FieldReader) throws(WireError) {
    number = fields.uint64(1)
    caseID = try fields.bytes(2, exactly: WireLength.identifier)
    atMilliseconds = fields.uint64(3)
    tenantID = try fields.identifierOrNothing(4)
    digest = try fields.bytes(5, exactly: WireLength.digest)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, number)
    fields.set(2, caseID)
    fields.set(3, atMilliseconds)
    fields.set(4, tenantID)
    fields.set(5, digest)
  }
}

/// Body of `Supervision/ListComplaints`.
package struct ListComplaintsRequest: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// The number to continue behind.
  package var after: UInt64

  package init(salt: [UInt8], after: UInt64) {
    self.salt = salt
    self.after = after
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__list_complaints_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    after = fields.uint64(2)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, after)
  }
}

/// Reply of `Supervision/ListComplaints`.
package struct ListComplaintsReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  package var complaints: [ComplaintSummary]
  /// To pass as `after`; 0 when there is no more.
  package var next: UInt64

  package init(salt: [UInt8], complaints: [ComplaintSummary], next: UInt64) {
    self.salt = salt
    self.complaints = complaints
    self.next = next
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__list_complaints_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    complaints = try fields.messages(2)
    next = fields.uint64(3)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, complaints)
    fields.set(3, next)
  }
}
