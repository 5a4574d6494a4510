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
  package var requestSignature: Signature
  /// Body of the reply, returned again when the operation is repeated.
  package var outcome: [UInt8]

  package init(
    number: UInt64, atMilliseconds: UInt64, actor: String, operationID: [UInt8], contentDigest: [UInt8],
    requestHeader: [UInt8], requestBody: [UInt8], requestSignature: Signature, outcome: [UInt8]
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
    requestSignature = try fields.message(8)
    outcome = fields.bytes(9)
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
  }
}
