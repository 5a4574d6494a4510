import CPassgate

/// An article of the Measures, 1 to 17, and its item (of art. 6: its paragraph), at most 8; item 0 is the whole article.
package struct Clause: MappedMessage {
  package var article: UInt32
  package var item: UInt32

  package init(article: UInt32, item: UInt32) {
    self.article = article
    self.item = item
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__clause__init)

  init(from fields: FieldReader) throws(WireError) {
    article = fields.uint32(1)
    item = fields.uint32(2)
    guard article > 0 else { throw WireError(.missing, field: fields.name(1)) }
    guard article <= 17 else { throw WireError(.outOfRange, field: fields.name(1)) }
    guard item <= 8 else { throw WireError(.outOfRange, field: fields.name(2)) }
  }

  func write(to fields: FieldWriter) {
    fields.set(1, article)
    fields.set(2, item)
  }
}

/// Where a case stands.
package enum CaseState: UInt32, Sendable, CaseIterable {
  case submitted = 1
  case supplement = 2
  case rejected = 3
  case approved = 4
  case debugging = 5
  case agreement = 6
  case open = 7
  case suspended = 8
  case terminated = 9
}

/// Who acts in a case.
package struct CaseActor: MappedMessage {
  /// The roles of a case.
  package enum Kind: UInt32, Sendable, CaseIterable {
    case tenant = 1
    case officer = 2
    case clock = 3
    case platform = 4
    case anyone = 5
  }

  package var kind: Kind
  /// An officer's id, else empty.
  package var officer: String
  /// Anybody's key, else empty.
  package var keyID: [UInt8]

  package init(kind: Kind, officer: String, keyID: [UInt8]) {
    self.kind = kind
    self.officer = officer
    self.keyID = keyID
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__case_actor__init)

  init(from fields: FieldReader) throws(WireError) {
    kind = try fields.choice(1)
    officer = try fields.identifierOrNothing(2)
    keyID = try fields.digestOrNothing(3)
    try fields.require(2, !officer.isEmpty, exactlyIf: kind == .officer)
    try fields.require(3, !keyID.isEmpty, exactlyIf: kind == .anyone)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, kind.rawValue)
    fields.set(2, officer)
    fields.set(3, keyID)
  }
}

/// One step of a case. Its encoding is signed under the label "passgate/1 event".
package struct CaseEvent: MappedMessage {
  /// In the case, from 1 without gaps.
  package var number: UInt64
  package var tenantID: String
  /// Unix time.
  package var atMilliseconds: UInt64
  /// One, or two where the law demands two officers: who proposed, then who confirmed.
  package var actors: [CaseActor]
  package var act: CaseAct
  /// Nil in the first event.
  package var from: CaseState?
  package var to: CaseState
  package var clause: Clause
  /// SHA-256 digests, at most 64: those of two officers.
  package var evidence: [[UInt8]]
  /// The end of the term that it sets, Unix time; 0: none.
  package var dueMilliseconds: UInt64
  /// SHA-256 of the event before, as encoded; zeros in the first.
  package var previous: [UInt8]
  /// Leaf hash of the request that ordered it; empty: clock or platform.
  package var requestDigest: [UInt8]

  package init(
    number: UInt64, tenantID: String, atMilliseconds: UInt64, actors: [CaseActor], act: CaseAct,
    from: CaseState?, to: CaseState, clause: Clause, evidence: [[UInt8]], dueMilliseconds: UInt64,
    previous: [UInt8], requestDigest: [UInt8]
  ) {
    self.number = number
    self.tenantID = tenantID
    self.atMilliseconds = atMilliseconds
    self.actors = actors
    self.act = act
    self.from = from
    self.to = to
    self.clause = clause
    self.evidence = evidence
    self.dueMilliseconds = dueMilliseconds
    self.previous = previous
    self.requestDigest = requestDigest
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__case_event__init)

  init(from fields: FieldReader) throws(WireError) {
    number = try fields.positive(1)
    tenantID = try fields.identifier(2)
    atMilliseconds = fields.uint64(3)
    actors = try fields.messages(4)
    act = try fields.message(5)
    from = CaseState(rawValue: fields.enumeration(6))
    to = try fields.choice(7)
    clause = try fields.message(8)
    evidence = try fields.digests(9, atMost: 2 * ActRequest.evidenceLimit)
    dueMilliseconds = fields.uint64(10)
    previous = try fields.bytes(11, exactly: WireLength.digest)
    requestDigest = try fields.digestOrNothing(12)
    guard !actors.isEmpty else { throw WireError(.missing, field: fields.name(4)) }
    guard actors.count <= 2 else { throw WireError(.tooMany, field: fields.name(4)) }
  }

  func write(to fields: FieldWriter) {
    fields.set(1, number)
    fields.set(2, tenantID)
    fields.set(3, atMilliseconds)
    fields.set(4, actors)
    fields.set(5, act)
    fields.set(6, from?.rawValue ?? 0)
    fields.set(7, to.rawValue)
    fields.set(8, clause)
    fields.set(9, evidence)
    fields.set(10, dueMilliseconds)
    fields.set(11, previous)
    fields.set(12, requestDigest)
  }
}

/// An event with the platform's signature and the request that ordered it. Of an event that is not for the reader's
/// eyes there is the digest alone.
package struct SignedEvent: MappedMessage {
  /// An encoded `CaseEvent`; empty when it is withheld.
  package var event: [UInt8]
  /// SHA-256 of `event`.
  package var digest: [UInt8]
  /// Label "passgate/1 event".
  package var signature: Signature?
  /// Of the reply key that signed.
  package var keyID: [UInt8]
  /// As received; empty: clock or platform.
  package var requestHeader: [UInt8]
  /// As received; empty: it is sealed.
  package var requestBody: [UInt8]
  package var requestSignature: Signature?

  package init(
    event: [UInt8], digest: [UInt8], signature: Signature?, keyID: [UInt8], requestHeader: [UInt8],
    requestBody: [UInt8], requestSignature: Signature?
  ) {
    self.event = event
    self.digest = digest
    self.signature = signature
    self.keyID = keyID
    self.requestHeader = requestHeader
    self.requestBody = requestBody
    self.requestSignature = requestSignature
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__signed_event__init)

  init(from fields: FieldReader) throws(WireError) {
    event = fields.bytes(1)
    digest = try fields.bytes(2, exactly: WireLength.digest)
    signature = try fields.optionalMessage(3)
    keyID = try fields.digestOrNothing(4)
    requestHeader = try fields.bytes(5, 0...1024)
    requestBody = fields.bytes(6)
    requestSignature = try fields.optionalMessage(7)
    try fields.require(3, signature != nil, exactlyIf: !event.isEmpty)
    try fields.require(4, !keyID.isEmpty, exactlyIf: !event.isEmpty)
    try fields.allow(5, !requestHeader.isEmpty, onlyIf: !event.isEmpty)
    try fields.allow(6, !requestBody.isEmpty, onlyIf: !requestHeader.isEmpty)
    try fields.require(7, requestSignature != nil, exactlyIf: !requestHeader.isEmpty)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, event)
    fields.set(2, digest)
    fields.set(3, signature)
    fields.set(4, keyID)
    fields.set(5, requestHeader)
    fields.set(6, requestBody)
    fields.set(7, requestSignature)
  }
}

extension SignedEvent {
  /// As a reader gets it who may not see the event: the digest alone.
  package var withheld: SignedEvent {
    SignedEvent(
      event: [], digest: digest, signature: nil, keyID: [], requestHeader: [], requestBody: [],
      requestSignature: nil)
  }
}

/// The platform's word on how far a case has come. Its encoding is signed under "passgate/1 statement".
package struct CaseStatement: MappedMessage {
  package var tenantID: String
  package var events: UInt64
  /// SHA-256 of the last event.
  package var head: [UInt8]
  /// Unix time.
  package var atMilliseconds: UInt64

  package init(tenantID: String, events: UInt64, head: [UInt8], atMilliseconds: UInt64) {
    self.tenantID = tenantID
    self.events = events
    self.head = head
    self.atMilliseconds = atMilliseconds
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__case_statement__init)

  init(from fields: FieldReader) throws(WireError) {
    tenantID = try fields.identifier(1)
    events = try fields.positive(2)
    head = try fields.bytes(3, exactly: WireLength.digest)
    atMilliseconds = fields.uint64(4)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, tenantID)
    fields.set(2, events)
    fields.set(3, head)
    fields.set(4, atMilliseconds)
  }
}
