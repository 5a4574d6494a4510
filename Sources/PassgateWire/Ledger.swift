import CPassgate

/// An act that changed the platform's state, as the signed request that ordered it.
package struct LedgerEvent: MappedMessage {
  /// From 1, without gaps.
  package var number: UInt64
  /// Unix time.
  package var atMilliseconds: UInt64
  package var actor: String
  /// 16 bytes.
  package var operationID: [UInt8]
  /// SHA-256 of the body without its salt.
  package var contentDigest: [UInt8]
  /// As received.
  package var requestHeader: [UInt8]
  /// As received.
  package var requestBody: [UInt8]
  /// Nil when the clock or the platform itself acted.
  package var requestSignature: Signature?
  /// Body of the reply, returned again when the operation is repeated.
  package var outcome: [UInt8]
  /// The encoded `CaseEvent` when the act is a step of a case, else empty.
  package var caseEvent: [UInt8]
  /// The platform's signature of `caseEvent`.
  package var caseSignature: Signature?
  /// DER, of the key that signed `caseEvent`, the leaf first.
  package var caseCertificates: [[UInt8]]
  /// The encoded `KeyTurn` when the clock moved a tenant's key on, else empty.
  package var keyTurn: [UInt8]

  package init(
    number: UInt64, atMilliseconds: UInt64, actor: String, operationID: [UInt8], contentDigest: [UInt8],
    requestHeader: [UInt8], requestBody: [UInt8], requestSignature: Signature?, outcome: [UInt8],
    caseEvent: [UInt8] = [], caseSignature: Signature? = nil, caseCertificates: [[UInt8]] = [],
    keyTurn: [UInt8] = []
  ) {
    self.number = number
    self.atMilliseconds = atMilliseconds
    self.actor = actor
    self.operationID = operationID
    self.contentDigest = contentDigest
    self.requestHeader = requestHeader
    self.requestBody = requestBody
    self.requestSignature = requestSignature
    self.outcome = outcome
    self.caseEvent = caseEvent
    self.caseSignature = caseSignature
    self.caseCertificates = caseCertificates
    self.keyTurn = keyTurn
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__ledger_event__init)

  init(from fields: FieldReader) throws(WireError) {
    number = fields.uint64(1)
    atMilliseconds = fields.uint64(2)
    actor = fields.text(3)
    operationID = try fields.bytes(4, exactly: WireLength.identifier)
    contentDigest = try fields.bytes(5, exactly: WireLength.digest)
    requestHeader = fields.bytes(6)
    requestBody = fields.bytes(7)
    requestSignature = try fields.optionalMessage(8)
    outcome = fields.bytes(9)
    caseEvent = fields.bytes(10)
    caseSignature = try fields.optionalMessage(11)
    caseCertificates = fields.byteStrings(12)
    keyTurn = fields.bytes(13)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, number)
    fields.set(2, atMilliseconds)
    fields.set(3, actor)
    fields.set(4, operationID)
    fields.set(5, contentDigest)
    fields.set(6, requestHeader)
    fields.set(7, requestBody)
    fields.set(8, requestSignature)
    fields.set(9, outcome)
    fields.set(10, caseEvent)
    fields.set(11, caseSignature)
    fields.set(12, caseCertificates)
    fields.set(13, keyTurn)
  }
}
