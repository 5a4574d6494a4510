import CPassgate

/// Body of `Keys/Renew`, signed by the key that is to be replaced.
package struct RenewKeyRequest: MappedMessage {
  /// Why a key is replaced.
  package enum Cause: UInt32, Sendable, CaseIterable {
    /// From one third of the certificate's life left.
    case regular = 1
    /// At any time; the key that signs becomes tainted.
    case suspected = 2
    /// At any time.
    case algorithmChange = 3
  }

  /// 16 random bytes.
  package var salt: [UInt8]
  /// 16 bytes; the same for every repeat of this act.
  package var operationID: [UInt8]
  /// PKCS#10 in DER, signed by the new key.
  package var request: [UInt8]
  package var algorithm: UInt32
  /// PKCS#10 in DER of a new connection key; SM2 keys of mobile certificates only.
  package var tlsRequest: [UInt8]
  package var cause: Cause

  package init(
    salt: [UInt8], operationID: [UInt8], request: [UInt8], algorithm: UInt32, tlsRequest: [UInt8],
    cause: Cause
  ) {
    self.salt = salt
    self.operationID = operationID
    self.request = request
    self.algorithm = algorithm
    self.tlsRequest = tlsRequest
    self.cause = cause
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__renew_key_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    operationID = try fields.bytes(2, exactly: WireLength.identifier)
    request = try fields.bytes(3, 1...WireLength.certificate)
    algorithm = try fields.algorithm(4)
    tlsRequest = fields.bytes(5)
    cause = try fields.choice(6)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, operationID)
    fields.set(3, request)
    fields.set(4, algorithm)
    fields.set(5, tlsRequest)
    fields.set(6, cause.rawValue)
  }
}

/// Reply of `Keys/Renew`.
package struct RenewKeyReply: MappedMessage {
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

  static let descriptor = unsafe MessageDescriptor(passgate__v1__renew_key_reply__init)

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

/// Body of `Keys/List`.
package struct ListOwnKeysRequest: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]

  package init(salt: [UInt8]) {
    self.salt = salt
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__list_own_keys_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
  }
}

/// Reply of `Keys/List`.
package struct ListOwnKeysReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// In the order of their ids.
  package var keys: [KeyRecord]
  /// DER, the platform's issuing authorities.
  package var issuers: [[UInt8]]

  package init(salt: [UInt8], keys: [KeyRecord], issuers: [[UInt8]]) {
    self.salt = salt
    self.keys = keys
    self.issuers = issuers
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__list_own_keys_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    keys = try fields.messages(2)
    issuers = fields.byteStrings(3)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, keys)
    fields.set(3, issuers)
  }
}

/// Body of `Keys/Revoke`.
package struct RevokeOwnKeyRequest: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// 16 bytes; the same for every repeat of this act.
  package var operationID: [UInt8]
  /// SHA-256 of the SubjectPublicKeyInfo, 32 bytes.
  package var keyID: [UInt8]
  /// 1 to 2,000 characters.
  package var reason: String
  /// The last working key may go as well.
  package var last: Bool

  package init(salt: [UInt8], operationID: [UInt8], keyID: [UInt8], reason: String, last: Bool) {
    self.salt = salt
    self.operationID = operationID
    self.keyID = keyID
    self.reason = reason
    self.last = last
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__revoke_own_key_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    operationID = try fields.bytes(2, exactly: WireLength.identifier)
    keyID = try fields.bytes(3, exactly: WireLength.digest)
    reason = try fields.line(4)
    last = fields.bool(5)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, operationID)
    fields.set(3, keyID)
    fields.set(4, reason)
    fields.set(5, last)
  }
}

/// Reply of `Keys/Revoke`.
package struct RevokeOwnKeyReply: MappedMessage {
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

  static let descriptor = unsafe MessageDescriptor(passgate__v1__revoke_own_key_reply__init)

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

/// What the clock did to a key; in the ledger alone.
package struct KeyTurn: MappedMessage {
  package var deployment: Deployment
  package var tenantID: String
  /// SHA-256 of the SubjectPublicKeyInfo, 32 bytes.
  package var keyID: [UInt8]
  /// Retiring or retired.
  package var state: KeyRecord.State
  /// Unix time.
  package var atMilliseconds: UInt64

  package init(
    deployment: Deployment, tenantID: String, keyID: [UInt8], state: KeyRecord.State, atMilliseconds: UInt64
  ) {
    self.deployment = deployment
    self.tenantID = tenantID
    self.keyID = keyID
    self.state = state
    self.atMilliseconds = atMilliseconds
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__key_turn__init)

  init(from fields: FieldReader) throws(WireError) {
    deployment = try fields.choice(1)
    tenantID = try fields.identifier(2)
    keyID = try fields.bytes(3, exactly: WireLength.digest)
    state = try fields.choice(4)
    atMilliseconds = fields.uint64(5)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, deployment.rawValue)
    fields.set(2, tenantID)
    fields.set(3, keyID)
    fields.set(4, state.rawValue)
    fields.set(5, atMilliseconds)
  }
}
