import CPassgate

/// Body of every method that acts in a case; the method's row says which act.
package struct ActRequest: MappedMessage {
  /// Digests of evidence of one act.
  package static let evidenceLimit = 32

  /// 16 random bytes.
  package var salt: [UInt8]
  /// 16 bytes; the same for every repeat of this act.
  package var operationID: [UInt8]
  package var tenantID: String
  /// The grounds, where the act leaves a choice.
  package var clause: Clause?
  package var act: CaseAct
  /// SHA-256 digests, at most 32.
  package var evidence: [[UInt8]]

  package init(
    salt: [UInt8], operationID: [UInt8], tenantID: String, clause: Clause?, act: CaseAct, evidence: [[UInt8]]
  ) {
    self.salt = salt
    self.operationID = operationID
    self.tenantID = tenantID
    self.clause = clause
    self.act = act
    self.evidence = evidence
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__act_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    operationID = try fields.bytes(2, exactly: WireLength.identifier)
    tenantID = try fields.identifier(3)
    clause = try fields.optionalMessage(4)
    act = try fields.message(5)
    evidence = try fields.digests(6, atMost: ActRequest.evidenceLimit)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, operationID)
    fields.set(3, tenantID)
    fields.set(4, clause)
    fields.set(5, act)
    fields.set(6, evidence)
  }
}

/// Reply of every method that acts in a case.
package struct ActReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// What came of it.
  package var event: SignedEvent

  package init(salt: [UInt8], event: SignedEvent) {
    self.salt = salt
    self.event = event
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__act_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    event = try fields.message(2)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, event)
  }
}

/// Body of `GetCase`, the tenant's and the officers'.
package struct GetCaseRequest: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  package var tenantID: String
  /// The number of the event to continue behind.
  package var after: UInt64

  package init(salt: [UInt8], tenantID: String, after: UInt64) {
    self.salt = salt
    self.tenantID = tenantID
    self.after = after
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__get_case_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    tenantID = try fields.identifier(2)
    after = fields.uint64(3)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, tenantID)
    fields.set(3, after)
  }
}

/// Reply of `GetCase`.
package struct GetCaseReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  package var events: [SignedEvent]
  /// To pass as `after`; 0 when there is no more.
  package var next: UInt64
  /// Those that signed these events.
  package var keys: [ReplyKey]

  package init(salt: [UInt8], events: [SignedEvent], next: UInt64, keys: [ReplyKey]) {
    self.salt = salt
    self.events = events
    self.next = next
    self.keys = keys
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__get_case_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    events = try fields.messages(2)
    next = fields.uint64(3)
    keys = try fields.messages(4)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, events)
    fields.set(3, next)
    fields.set(4, keys)
  }
}

/// A case in one line, for officers.
package struct CaseSummary: MappedMessage {
  package var tenantID: String
  package var name: String
  package var state: CaseState
  package var events: UInt64
  /// 0: no term runs.
  package var nextDueMilliseconds: UInt64
  /// Notices and suspensions not yet closed.
  package var openMatters: UInt32
  /// Of the organisation: several cases may have the same.
  package var creditCode: String

  package init(
    tenantID: String, name: String, state: CaseState, events: UInt64, nextDueMilliseconds: UInt64,
    openMatters: UInt32, creditCode: String
  ) {
    self.tenantID = tenantID
    self.name = name
    self.state = state
    self.events = events
    self.nextDueMilliseconds = nextDueMilliseconds
    self.openMatters = openMatters
    self.creditCode = creditCode
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__case_summary__init)

  init(from fields: FieldReader) throws(WireError) {
    tenantID = try fields.identifier(1)
    name = fields.text(2)
    state = try fields.choice(3)
    events = fields.uint64(4)
    nextDueMilliseconds = fields.uint64(5)
    openMatters = fields.uint32(6)
    creditCode = fields.text(7)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, tenantID)
    fields.set(2, name)
    fields.set(3, state.rawValue)
    fields.set(4, events)
    fields.set(5, nextDueMilliseconds)
    fields.set(6, openMatters)
    fields.set(7, creditCode)
  }
}

/// Body of `Supervision/ListCases`.
package struct ListCasesRequest: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// The tenant's id to continue behind.
  package var after: String

  package init(salt: [UInt8], after: String) {
    self.salt = salt
    self.after = after
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__list_cases_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    after = try fields.identifierOrNothing(2)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, after)
  }
}

/// Reply of `Supervision/ListCases`.
package struct ListCasesReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  package var cases: [CaseSummary]
  /// To pass as `after`; empty when there is no more.
  package var next: String

  package init(salt: [UInt8], cases: [CaseSummary], next: String) {
    self.salt = salt
    self.cases = cases
    self.next = next
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__list_cases_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    cases = try fields.messages(2)
    next = try fields.identifierOrNothing(3)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, cases)
    fields.set(3, next)
  }
}

/// Body of `Supervision/AttestCase`.
package struct AttestCaseRequest: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  package var tenantID: String

  package init(salt: [UInt8], tenantID: String) {
    self.salt = salt
    self.tenantID = tenantID
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__attest_case_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    tenantID = try fields.identifier(2)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, tenantID)
  }
}

/// Reply of `Supervision/AttestCase`.
package struct AttestCaseReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// An encoded `CaseStatement`.
  package var statement: [UInt8]
  /// Label "passgate/1 statement".
  package var signature: Signature
  package var key: ReplyKey

  package init(salt: [UInt8], statement: [UInt8], signature: Signature, key: ReplyKey) {
    self.salt = salt
    self.statement = statement
    self.signature = signature
    self.key = key
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__attest_case_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    statement = try fields.bytes(2, 1...1024)
    signature = try fields.message(3)
    key = try fields.message(4)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, statement)
    fields.set(3, signature)
    fields.set(4, key)
  }
}

/// Body of `GetFigures`, the tenant's and the officers'.
package struct GetFiguresRequest: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  package var tenantID: String

  package init(salt: [UInt8], tenantID: String) {
    self.salt = salt
    self.tenantID = tenantID
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__get_figures_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    tenantID = try fields.identifier(2)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, tenantID)
  }
}

/// Reply of `GetFigures`.
package struct GetFiguresReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// Of a busy day and of a busy minute in the last four weeks; nil before four weeks were seen.
  package var measured: Volume?
  /// Of the agreement in force; nil while there is none.
  package var quota: Volume?

  package init(salt: [UInt8], measured: Volume?, quota: Volume?) {
    self.salt = salt
    self.measured = measured
    self.quota = quota
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__get_figures_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    measured = try fields.optionalMessage(2)
    quota = try fields.optionalMessage(3)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, measured)
    fields.set(3, quota)
  }
}
