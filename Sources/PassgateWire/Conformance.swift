import CPassgate

/// Body of `Conformance/Start`.
package struct StartConformanceRequest: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]

  package init(salt: [UInt8]) {
    self.salt = salt
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__start_conformance_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
  }
}

/// A reply as it might have come, right or deliberately wrong.
package struct ReplySpecimen: MappedMessage {
  /// Of the request that it answers.
  package var requestHeader: [UInt8]
  package var response: Response
  /// As a Hello would announce them.
  package var keys: [ReplyKey]

  package init(requestHeader: [UInt8], response: Response, keys: [ReplyKey]) {
    self.requestHeader = requestHeader
    self.response = response
    self.keys = keys
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__reply_specimen__init)

  init(from fields: FieldReader) throws(WireError) {
    requestHeader = try fields.bytes(1, 1...1024)
    response = try fields.message(2)
    keys = try fields.messages(3)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, requestHeader)
    fields.set(2, response)
    fields.set(3, keys)
  }
}

/// Reply of `Conformance/Start`.
package struct StartConformanceReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// 16 bytes.
  package var run: [UInt8]
  /// Version of the table of cases.
  package var suite: UInt32
  package var specimens: [ReplySpecimen]
  /// When the run ends unfinished, Unix time.
  package var untilMilliseconds: UInt64

  package init(
    salt: [UInt8], run: [UInt8], suite: UInt32, specimens: [ReplySpecimen], untilMilliseconds: UInt64
  ) {
    self.salt = salt
    self.run = run
    self.suite = suite
    self.specimens = specimens
    self.untilMilliseconds = untilMilliseconds
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__start_conformance_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    run = try fields.bytes(2, exactly: WireLength.identifier)
    suite = fields.uint32(3)
    specimens = try fields.messages(4)
    untilMilliseconds = fields.uint64(5)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, run)
    fields.set(3, suite)
    fields.set(4, specimens)
    fields.set(5, untilMilliseconds)
  }
}

/// The request that the tenant's side made for a case.
package struct CaseRequest: MappedMessage {
  /// Of the case; `[a-z0-9-]{1,32}`.
  package var name: String
  /// Leaf hash.
  package var requestDigest: [UInt8]

  package init(name: String, requestDigest: [UInt8]) {
    self.name = name
    self.requestDigest = requestDigest
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__case_request__init)

  init(from fields: FieldReader) throws(WireError) {
    name = try fields.identifier(1)
    requestDigest = try fields.bytes(2, exactly: WireLength.digest)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, name)
    fields.set(2, requestDigest)
  }
}

/// Body of `Conformance/Finish`.
package struct FinishConformanceRequest: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// 16 bytes; the same for every repeat of this act.
  package var operationID: [UInt8]
  /// 16 bytes.
  package var run: [UInt8]
  package var requests: [CaseRequest]
  /// For each specimen, in order.
  package var believed: [Bool]

  package init(salt: [UInt8], operationID: [UInt8], run: [UInt8], requests: [CaseRequest], believed: [Bool]) {
    self.salt = salt
    self.operationID = operationID
    self.run = run
    self.requests = requests
    self.believed = believed
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__finish_conformance_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    operationID = try fields.bytes(2, exactly: WireLength.identifier)
    run = try fields.bytes(3, exactly: WireLength.identifier)
    requests = try fields.messages(4)
    believed = fields.bools(5)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, operationID)
    fields.set(3, run)
    fields.set(4, requests)
    fields.set(5, believed)
  }
}

/// How a case went.
package struct CaseResult: MappedMessage {
  /// Of the case.
  package var name: String
  package var passed: Bool
  /// What the platform observed, by name; empty when nothing.
  package var seen: String

  package init(name: String, passed: Bool, seen: String) {
    self.name = name
    self.passed = passed
    self.seen = seen
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__case_result__init)

  init(from fields: FieldReader) throws(WireError) {
    name = try fields.identifier(1)
    passed = fields.bool(2)
    seen = fields.text(3)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, name)
    fields.set(2, passed)
    fields.set(3, seen)
  }
}

/// The outcome of a run. Its encoding is signed under the label "passgate/1 conformance".
package struct ConformanceReport: MappedMessage {
  package var tenantID: String
  /// Of the key that the run was made with.
  package var keyID: [UInt8]
  package var suite: UInt32
  /// Unix time.
  package var atMilliseconds: UInt64
  package var results: [CaseResult]
  package var passed: Bool

  package init(
    tenantID: String, keyID: [UInt8], suite: UInt32, atMilliseconds: UInt64, results: [CaseResult],
    passed: Bool
  ) {
    self.tenantID = tenantID
    self.keyID = keyID
    self.suite = suite
    self.atMilliseconds = atMilliseconds
    self.results = results
    self.passed = passed
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__conformance_report__init)

  init(from fields: FieldReader) throws(WireError) {
    tenantID = try fields.identifier(1)
    keyID = try fields.bytes(2, exactly: WireLength.digest)
    suite = fields.uint32(3)
    atMilliseconds = fields.uint64(4)
    results = try fields.messages(5)
    passed = fields.bool(6)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, tenantID)
    fields.set(2, keyID)
    fields.set(3, suite)
    fields.set(4, atMilliseconds)
    fields.set(5, results)
    fields.set(6, passed)
  }
}

/// Reply of `Conformance/Finish`.
package struct FinishConformanceReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// An encoded `ConformanceReport`.
  package var report: [UInt8]
  /// Label "passgate/1 conformance".
  package var signature: Signature
  package var key: ReplyKey

  package init(salt: [UInt8], report: [UInt8], signature: Signature, key: ReplyKey) {
    self.salt = salt
    self.report = report
    self.signature = signature
    self.key = key
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__finish_conformance_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    report = try fields.bytes(2, 1...1024 * 1024)
    signature = try fields.message(3)
    key = try fields.message(4)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, report)
    fields.set(3, signature)
    fields.set(4, key)
  }
}
