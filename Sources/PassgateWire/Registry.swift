import CPassgate

/// One document as its issuer recorded it; also the plaintext of a stored row.
package struct RegistryRecord: MappedMessage {
  package var documentType: DocumentType
  /// A permit's may carry its two-digit reissue count.
  package var number: String
  package var hanName: String
  /// `SURNAME, GIVEN NAMES` or as printed.
  package var latinName: String
  package var formerNames: [String]
  /// YYYY-MM-DD
  package var birthDate: String
  /// nil when unknown.
  package var sex: Sex?
  /// YYYY-MM-DD, empty when unknown.
  package var expiry: String
  /// A passport's earlier numbers.
  package var previousNumbers: [String]
  /// This row stands under an earlier number.
  package var superseded: Bool

  package init(
    documentType: DocumentType, number: String, hanName: String, latinName: String, formerNames: [String],
    birthDate: String, sex: Sex?, expiry: String, previousNumbers: [String], superseded: Bool
  ) {
    self.documentType = documentType
    self.number = number
    self.hanName = hanName
    self.latinName = latinName
    self.formerNames = formerNames
    self.birthDate = birthDate
    self.sex = sex
    self.expiry = expiry
    self.previousNumbers = previousNumbers
    self.superseded = superseded
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__registry_record__init)

  init(from fields: FieldReader) throws(WireError) {
    documentType = try fields.choice(1)
    number = fields.text(2)
    hanName = fields.text(3)
    latinName = fields.text(4)
    formerNames = fields.texts(5)
    birthDate = fields.text(6)
    sex = Sex(rawValue: fields.enumeration(7))
    expiry = fields.text(8)
    previousNumbers = fields.texts(9)
    superseded = fields.bool(10)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, documentType.rawValue)
    fields.set(2, number)
    fields.set(3, hanName)
    fields.set(4, latinName)
    fields.set(5, formerNames)
    fields.set(6, birthDate)
    fields.set(7, sex?.rawValue ?? 0)
    fields.set(8, expiry)
    fields.set(9, previousNumbers)
    fields.set(10, superseded)
  }
}

/// The portrait of one record of the same chunk.
package struct RegistryPortrait: MappedMessage {
  /// The largest image, bytes.
  package static let imageLimit = 256 * 1_024

  /// The record's place in the chunk, from 0.
  package var record: UInt32
  /// JPEG or JPEG 2000.
  package var image: [UInt8]

  package init(record: UInt32, image: [UInt8]) {
    self.record = record
    self.image = image
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__registry_portrait__init)

  init(from fields: FieldReader) throws(WireError) {
    record = fields.uint32(1)
    image = try fields.bytes(2, 1...Self.imageLimit)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, record)
    fields.set(2, image)
  }
}

/// A portrait that cannot be compared with: it was kept out, its record was not.
package struct RefusedPortrait: MappedMessage {
  /// The record's place in the chunk, from 0.
  package var record: UInt32
  package var reason: UndeterminedReason

  package init(record: UInt32, reason: UndeterminedReason) {
    self.record = record
    self.reason = reason
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__refused_portrait__init)

  init(from fields: FieldReader) throws(WireError) {
    record = fields.uint32(1)
    reason = try fields.choice(2)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, record)
    fields.set(2, reason.rawValue)
  }
}

/// The plaintext of a stored portrait.
package struct StoredPortrait: MappedMessage {
  /// JPEG or JPEG 2000.
  package var image: [UInt8]
  /// What the engine made of the image; empty: nothing yet.
  package var vector: [UInt8]
  /// Of the engine that did; empty without a vector.
  package var modelID: [UInt8]

  package init(image: [UInt8], vector: [UInt8] = [], modelID: [UInt8] = []) {
    self.image = image
    self.vector = vector
    self.modelID = modelID
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__stored_portrait__init)

  init(from fields: FieldReader) throws(WireError) {
    image = try fields.bytes(1, 1...RegistryPortrait.imageLimit)
    vector = fields.bytes(2)
    modelID = fields.bytes(3)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, image)
    fields.set(2, vector)
    fields.set(3, modelID)
  }
}

/// Body of `Registry/ImportChunk`.
package struct ImportChunkRequest: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// 16 bytes; the same for every repeat of this act.
  package var operationID: [UInt8]
  /// 16 bytes, the same for every chunk of one import.
  package var importID: [UInt8]
  /// From 0, without gaps.
  package var chunk: UInt64
  /// At most 4,000.
  package var records: [RegistryRecord]
  package var last: Bool
  /// At most `portraitLimit`, in the order of their records.
  package var portraits: [RegistryPortrait]

  /// Portraits of one chunk at most: each takes the engine's time.
  package static let portraitLimit = 32

  package init(
    salt: [UInt8], operationID: [UInt8], importID: [UInt8], chunk: UInt64, records: [RegistryRecord],
    last: Bool, portraits: [RegistryPortrait] = []
  ) {
    self.salt = salt
    self.operationID = operationID
    self.importID = importID
    self.chunk = chunk
    self.records = records
    self.last = last
    self.portraits = portraits
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__import_chunk_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    operationID = try fields.bytes(2, exactly: WireLength.identifier)
    importID = try fields.bytes(3, exactly: WireLength.identifier)
    chunk = fields.uint64(4)
    records = try fields.messages(5)
    last = fields.bool(6)
    portraits = try Self.portraits(fields, of: records.count)
  }

  /// Each of another record of the chunk, in their order.
  private static func portraits(_ fields: FieldReader, of records: Int) throws(WireError)
    -> [RegistryPortrait]
  {
    let portraits: [RegistryPortrait] = try fields.messages(7)
    guard portraits.count <= portraitLimit else { throw WireError(.tooMany, field: fields.name(7)) }
    var next: UInt32 = 0
    for (index, portrait) in portraits.enumerated() {
      guard portrait.record >= next, portrait.record < records else {
        throw WireError(.notAllowed, field: "\(fields.name(7))[\(index)].record")
      }
      next = portrait.record + 1
    }
    return portraits
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, operationID)
    fields.set(3, importID)
    fields.set(4, chunk)
    fields.set(5, records)
    fields.set(6, last)
    fields.set(7, portraits)
  }
}

/// Reply of `Registry/ImportChunk`.
package struct ImportChunkReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  package var nextChunk: UInt64
  /// Stored so far by this import.
  package var records: UInt64
  /// Of this chunk, in the order of their records.
  package var refusedPortraits: [RefusedPortrait]

  package init(
    salt: [UInt8], nextChunk: UInt64, records: UInt64, refusedPortraits: [RefusedPortrait] = []
  ) {
    self.salt = salt
    self.nextChunk = nextChunk
    self.records = records
    self.refusedPortraits = refusedPortraits
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__import_chunk_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    nextChunk = fields.uint64(2)
    records = fields.uint64(3)
    refusedPortraits = try fields.messages(4)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, nextChunk)
    fields.set(3, records)
    fields.set(4, refusedPortraits)
  }
}

/// Body of `Registry/ImportStatus`.
package struct ImportStatusRequest: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// 16 bytes.
  package var importID: [UInt8]

  package init(salt: [UInt8], importID: [UInt8]) {
    self.salt = salt
    self.importID = importID
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__import_status_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    importID = try fields.bytes(2, exactly: WireLength.identifier)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, importID)
  }
}

/// Reply of `Registry/ImportStatus`.
package struct ImportStatusReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  package var nextChunk: UInt64
  /// Stored so far by this import.
  package var records: UInt64
  package var complete: Bool

  package init(salt: [UInt8], nextChunk: UInt64, records: UInt64, complete: Bool) {
    self.salt = salt
    self.nextChunk = nextChunk
    self.records = records
    self.complete = complete
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__import_status_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    nextChunk = fields.uint64(2)
    records = fields.uint64(3)
    complete = fields.bool(4)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, nextChunk)
    fields.set(3, records)
    fields.set(4, complete)
  }
}

/// Body of `Registry/DeleteRecord`.
package struct DeleteRecordRequest: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// 16 bytes; the same for every repeat of this act.
  package var operationID: [UInt8]
  package var documentType: DocumentType
  package var number: String

  package init(salt: [UInt8], operationID: [UInt8], documentType: DocumentType, number: String) {
    self.salt = salt
    self.operationID = operationID
    self.documentType = documentType
    self.number = number
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__delete_record_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    operationID = try fields.bytes(2, exactly: WireLength.identifier)
    documentType = try fields.choice(3)
    number = fields.text(4)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, operationID)
    fields.set(3, documentType.rawValue)
    fields.set(4, number)
  }
}

/// Reply of `Registry/DeleteRecord`.
package struct DeleteRecordReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  package var existed: Bool

  package init(salt: [UInt8], existed: Bool) {
    self.salt = salt
    self.existed = existed
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__delete_record_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    existed = fields.bool(2)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, existed)
  }
}
