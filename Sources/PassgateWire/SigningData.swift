import CPassgate

/// A key of a signing server that the asking application may use.
package struct SigningServerKey: MappedMessage {
  /// What the platform has registered it for; nil for a general-purpose key.
  package struct Registration: Sendable, Equatable {
    package var tenantID: String
    package var deployment: Deployment
    /// Whether it is the one to use now.
    package var isCurrent: Bool

    package init(tenantID: String, deployment: Deployment, isCurrent: Bool) {
      self.tenantID = tenantID
      self.deployment = deployment
      self.isCurrent = isCurrent
    }
  }

  /// 32 bytes.
  package var keyID: [UInt8]
  package var algorithm: UInt32
  /// DER.
  package var certificate: [UInt8]
  package var registration: Registration?
  /// Of a general-purpose key, else empty.
  package var name: String

  package init(
    keyID: [UInt8], algorithm: UInt32, certificate: [UInt8], registration: Registration?, name: String
  ) {
    self.keyID = keyID
    self.algorithm = algorithm
    self.certificate = certificate
    self.registration = registration
    self.name = name
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__signing_server_key__init)

  init(from fields: FieldReader) throws(WireError) {
    keyID = try fields.bytes(1, exactly: WireLength.digest)
    algorithm = try fields.algorithm(2)
    certificate = fields.bytes(3)
    name = fields.text(7)
    let tenantID = fields.text(4)
    registration =
      tenantID.isEmpty
      ? nil
      : Registration(
        tenantID: tenantID, deployment: try fields.choice(of: fields.enumeration(5), 5),
        isCurrent: fields.bool(6))
  }

  func write(to fields: FieldWriter) {
    fields.set(1, keyID)
    fields.set(2, algorithm)
    fields.set(3, certificate)
    if let registration {
      fields.set(4, registration.tenantID)
      fields.set(5, registration.deployment.rawValue)
      fields.set(6, registration.isCurrent)
    }
    fields.set(7, name)
  }
}

struct SigningServerKeys: MappedMessage {
  var keys: [SigningServerKey]

  init(keys: [SigningServerKey]) {
    self.keys = keys
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__signing_server_keys__init)

  init(from fields: FieldReader) throws(WireError) {
    keys = try fields.messages(1)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, keys)
  }
}

/// Data to be signed with a general-purpose key, each piece by itself (after GM/T 0029).
package struct SignData: MappedMessage {
  /// Pieces of one call.
  package static let pieces = 1...256
  /// Bytes of a piece.
  package static let length = 1...65_536

  /// 32 bytes.
  package var keyID: [UInt8]
  package var data: [[UInt8]]

  package init(keyID: [UInt8], data: [[UInt8]]) {
    self.keyID = keyID
    self.data = data
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__sign_data__init)

  init(from fields: FieldReader) throws(WireError) {
    keyID = try fields.bytes(1, exactly: WireLength.digest)
    data = fields.byteStrings(2)
    guard Self.pieces.contains(data.count) else {
      throw WireError(data.isEmpty ? .missing : .tooMany, field: fields.name(2))
    }
    guard data.allSatisfy({ Self.length.contains($0.count) }) else {
      throw WireError(.badLength, field: fields.name(2))
    }
  }

  func write(to fields: FieldWriter) {
    fields.set(1, keyID)
    fields.set(2, data)
  }
}

struct DataSignatures: MappedMessage {
  var values: [[UInt8]]

  init(values: [[UInt8]]) {
    self.values = values
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__data_signatures__init)

  init(from fields: FieldReader) throws(WireError) {
    values = fields.byteStrings(1)
    guard values.allSatisfy({ WireLength.signature.contains($0.count) }) else {
      throw WireError(.badLength, field: fields.name(1))
    }
  }

  func write(to fields: FieldWriter) {
    fields.set(1, values)
  }
}

/// A signature of data that is to be verified.
package struct VerifyData: MappedMessage {
  /// DER, of the key that is said to have signed.
  package var certificate: [UInt8]
  package var algorithm: UInt32
  package var data: [UInt8]
  package var value: [UInt8]

  package init(certificate: [UInt8], algorithm: UInt32, data: [UInt8], value: [UInt8]) {
    self.certificate = certificate
    self.algorithm = algorithm
    self.data = data
    self.value = value
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__verify_data__init)

  init(from fields: FieldReader) throws(WireError) {
    certificate = fields.bytes(1)
    algorithm = try fields.algorithm(2)
    data = fields.bytes(3)
    value = fields.bytes(4)
    guard SignData.length.contains(data.count) else { throw WireError(.badLength, field: fields.name(3)) }
    guard WireLength.signature.contains(value.count) else {
      throw WireError(.badLength, field: fields.name(4))
    }
  }

  func write(to fields: FieldWriter) {
    fields.set(1, certificate)
    fields.set(2, algorithm)
    fields.set(3, data)
    fields.set(4, value)
  }
}

struct DataVerdict: MappedMessage {
  var isValid: Bool

  init(isValid: Bool) {
    self.isValid = isValid
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__data_verdict__init)

  init(from fields: FieldReader) throws(WireError) {
    isValid = fields.bool(1)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, isValid)
  }
}
