import CPassgate

/// A key that waits for its certificate.
package struct KeyOrder: MappedMessage {
  package var key: KeyRecord
  package var mode: AccessMode
  package var cause: RenewKeyRequest.Cause
  /// PKCS#10 in DER.
  package var request: [UInt8]
  /// The same of the connection's key; empty: none is wanted.
  package var tlsRequest: [UInt8]

  package init(
    key: KeyRecord, mode: AccessMode, cause: RenewKeyRequest.Cause, request: [UInt8], tlsRequest: [UInt8]
  ) {
    self.key = key
    self.mode = mode
    self.cause = cause
    self.request = request
    self.tlsRequest = tlsRequest
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__key_order__init)

  init(from fields: FieldReader) throws(WireError) {
    key = try fields.message(1)
    mode = try fields.choice(2)
    cause = try fields.choice(3)
    request = try fields.bytes(4, 1...WireLength.certificate)
    tlsRequest = fields.bytes(5)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, key)
    fields.set(2, mode.rawValue)
    fields.set(3, cause.rawValue)
    fields.set(4, request)
    fields.set(5, tlsRequest)
  }
}

/// Body of `Supervision/ListKeyOrders`.
package struct ListKeyOrdersRequest: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// The key id to continue behind; empty: from the first.
  package var after: [UInt8]
  /// Orders, at most 100.
  package var limit: UInt32

  package init(salt: [UInt8], after: [UInt8], limit: UInt32) {
    self.salt = salt
    self.after = after
    self.limit = limit
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__list_key_orders_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    after = try fields.digestOrNothing(2)
    limit = fields.uint32(3)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, after)
    fields.set(3, limit)
  }
}

/// Reply of `Supervision/ListKeyOrders`.
package struct ListKeyOrdersReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  package var orders: [KeyOrder]
  /// To pass as `after`; empty when there is no more.
  package var next: [UInt8]

  package init(salt: [UInt8], orders: [KeyOrder], next: [UInt8]) {
    self.salt = salt
    self.orders = orders
    self.next = next
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__list_key_orders_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    orders = try fields.messages(2)
    next = try fields.digestOrNothing(3)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, orders)
    fields.set(3, next)
  }
}

/// Body of `Supervision/RegisterKey`.
package struct RegisterKeyRequest: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// 16 bytes; the same for every repeat of this act.
  package var operationID: [UInt8]
  package var tenantID: String
  /// DER, of a key that waits for it.
  package var certificate: [UInt8]
  /// DER, when its order asks for one.
  package var tlsCertificate: [UInt8]
  /// How long the replaced key stays after this one is ready; 0: 30 days.
  package var overlapMilliseconds: UInt64

  package init(
    salt: [UInt8], operationID: [UInt8], tenantID: String, certificate: [UInt8], tlsCertificate: [UInt8],
    overlapMilliseconds: UInt64
  ) {
    self.salt = salt
    self.operationID = operationID
    self.tenantID = tenantID
    self.certificate = certificate
    self.tlsCertificate = tlsCertificate
    self.overlapMilliseconds = overlapMilliseconds
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__register_key_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    operationID = try fields.bytes(2, exactly: WireLength.identifier)
    tenantID = try fields.identifier(3)
    certificate = try fields.bytes(4, 1...WireLength.certificate)
    tlsCertificate = fields.bytes(5)
    overlapMilliseconds = fields.uint64(6)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, operationID)
    fields.set(3, tenantID)
    fields.set(4, certificate)
    fields.set(5, tlsCertificate)
    fields.set(6, overlapMilliseconds)
  }
}

/// Reply of `Supervision/RegisterKey`.
package struct RegisterKeyReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// Number of the ledger's event.
  package var event: UInt64
  /// As it stands now.
  package var key: KeyRecord

  package init(salt: [UInt8], event: UInt64, key: KeyRecord) {
    self.salt = salt
    self.event = event
    self.key = key
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__register_key_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    event = fields.uint64(2)
    key = try fields.message(3)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, event)
    fields.set(3, key)
  }
}

/// Body of `Supervision/ListKeys`.
package struct ListKeysRequest: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// Empty: all.
  package var tenantID: String
  /// The key id to continue behind; empty: from the first.
  package var after: [UInt8]
  /// Keys, at most 500.
  package var limit: UInt32

  package init(salt: [UInt8], tenantID: String, after: [UInt8], limit: UInt32) {
    self.salt = salt
    self.tenantID = tenantID
    self.after = after
    self.limit = limit
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__list_keys_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    tenantID = try fields.identifierOrNothing(2)
    after = try fields.digestOrNothing(3)
    limit = fields.uint32(4)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, tenantID)
    fields.set(3, after)
    fields.set(4, limit)
  }
}

/// Reply of `Supervision/ListKeys`.
package struct ListKeysReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// In the order of their ids, certificates left out.
  package var keys: [KeyRecord]
  /// To pass as `after`; empty when there is no more.
  package var next: [UInt8]
  /// Keys of the deployment that are tainted and still accepted.
  package var tainted: UInt64

  package init(salt: [UInt8], keys: [KeyRecord], next: [UInt8], tainted: UInt64) {
    self.salt = salt
    self.keys = keys
    self.next = next
    self.tainted = tainted
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__list_keys_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    keys = try fields.messages(2)
    next = try fields.digestOrNothing(3)
    tainted = fields.uint64(4)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, keys)
    fields.set(3, next)
    fields.set(4, tainted)
  }
}

/// Body of `Supervision/RevokeKey`.
package struct RevokeKeyRequest: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// 16 bytes; the same for every repeat of this act.
  package var operationID: [UInt8]
  package var tenantID: String
  /// SHA-256 of the SubjectPublicKeyInfo, 32 bytes.
  package var keyID: [UInt8]
  /// 1 to 2,000 characters.
  package var reason: String

  package init(salt: [UInt8], operationID: [UInt8], tenantID: String, keyID: [UInt8], reason: String) {
    self.salt = salt
    self.operationID = operationID
    self.tenantID = tenantID
    self.keyID = keyID
    self.reason = reason
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__revoke_key_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    operationID = try fields.bytes(2, exactly: WireLength.identifier)
    tenantID = try fields.identifier(3)
    keyID = try fields.bytes(4, exactly: WireLength.digest)
    reason = try fields.line(5)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, operationID)
    fields.set(3, tenantID)
    fields.set(4, keyID)
    fields.set(5, reason)
  }
}

/// Reply of `Supervision/RevokeKey`.
package struct RevokeKeyReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// Number of the ledger's event.
  package var event: UInt64
  /// As it stands now.
  package var key: KeyRecord

  package init(salt: [UInt8], event: UInt64, key: KeyRecord) {
    self.salt = salt
    self.event = event
    self.key = key
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__revoke_key_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    event = fields.uint64(2)
    key = try fields.message(3)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, event)
    fields.set(3, key)
  }
}

/// Body of `Supervision/TaintIssuer`.
package struct TaintIssuerRequest: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// 16 bytes; the same for every repeat of this act.
  package var operationID: [UInt8]
  /// The subject key identifier of the issuing certificate.
  package var issuer: [UInt8]
  /// 1 to 2,000 characters.
  package var reason: String

  package init(salt: [UInt8], operationID: [UInt8], issuer: [UInt8], reason: String) {
    self.salt = salt
    self.operationID = operationID
    self.issuer = issuer
    self.reason = reason
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__taint_issuer_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    operationID = try fields.bytes(2, exactly: WireLength.identifier)
    issuer = try fields.bytes(3, WireLength.keyIdentifier)
    reason = try fields.line(4)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, operationID)
    fields.set(3, issuer)
    fields.set(4, reason)
  }
}

/// Reply of `Supervision/TaintIssuer`.
package struct TaintIssuerReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// Number of the ledger's event.
  package var event: UInt64
  /// Unix time.
  package var taintedMilliseconds: UInt64
  /// Keys of both deployments that are tainted and still accepted.
  package var tainted: UInt64

  package init(salt: [UInt8], event: UInt64, taintedMilliseconds: UInt64, tainted: UInt64) {
    self.salt = salt
    self.event = event
    self.taintedMilliseconds = taintedMilliseconds
    self.tainted = tainted
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__taint_issuer_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    event = fields.uint64(2)
    taintedMilliseconds = fields.uint64(3)
    tainted = fields.uint64(4)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, event)
    fields.set(3, taintedMilliseconds)
    fields.set(4, tainted)
  }
}
