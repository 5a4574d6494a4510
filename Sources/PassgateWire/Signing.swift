import CPassgate

/// What an application asks of its tenant's signing server.
package enum SigningCall: MappedMessage {
  /// Headers of one call: 1 to 1,024.
  package static let headersPerCall = 1024

  /// Headers as the platform will receive them; the server decodes and checks each and builds the tree itself.
  case signRequests(headers: [[UInt8]])
  case getCertificate(keyID: [UInt8])
  case health
  case listKeys
  case signData(SignData)
  case verifyData(VerifyData)

  static let descriptor = unsafe MessageDescriptor(passgate__v1__signing_call__init)

  init(from fields: FieldReader) throws(WireError) {
    switch fields.oneof(of: 1) {
    case 1: self = .signRequests(headers: try fields.message(1, as: SignRequests.self).headers)
    case 2: self = .getCertificate(keyID: try fields.message(2, as: GetCertificate.self).keyID)
    case 3: self = .health
    case 4: self = .listKeys
    case 5: self = .signData(try fields.message(5))
    case 6: self = .verifyData(try fields.message(6))
    default: throw WireError(.missing, field: "kind")
    }
  }

  func write(to fields: FieldWriter) {
    switch self {
    case .signRequests(let headers): fields.set(1, SignRequests(headers: headers))
    case .getCertificate(let keyID): fields.set(2, GetCertificate(keyID: keyID))
    case .health: fields.set(3) { _ in }
    case .listKeys: fields.set(4) { _ in }
    case .signData(let data): fields.set(5, data)
    case .verifyData(let data): fields.set(6, data)
    }
  }
}

/// A signing server's answer.
package enum SigningReply: MappedMessage {
  /// The detail says what is wrong with which header, for people.
  case refused(status: StatusCode, reason: Reason, detail: String)
  /// In the order of the headers.
  case signed([Signature])
  case certificate(CertificateReply)
  case health(SigningHealthReply)
  case keys([SigningServerKey])
  /// Signatures in the order of the data.
  case dataSignatures([[UInt8]])
  case dataVerdict(isValid: Bool)

  static let descriptor = unsafe MessageDescriptor(passgate__v1__signing_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    let status: StatusCode = try fields.choice(of: fields.uint32(1), 1)
    let reason: Reason = try fields.choice(of: fields.uint32(2), 2)
    let result = fields.oneof(of: 4)
    guard (status == .ok) == (result != 0) else { throw WireError(.notAllowed, field: fields.name(1)) }
    switch result {
    case 4: self = .signed(try fields.message(4, as: Signed.self).signatures)
    case 5: self = .certificate(try fields.message(5))
    case 6: self = .health(try fields.message(6))
    case 7: self = .keys(try fields.message(7, as: SigningServerKeys.self).keys)
    case 8: self = .dataSignatures(try fields.message(8, as: DataSignatures.self).values)
    case 9: self = .dataVerdict(isValid: try fields.message(9, as: DataVerdict.self).isValid)
    default: self = .refused(status: status, reason: reason, detail: fields.text(3))
    }
  }

  func write(to fields: FieldWriter) {
    switch self {
    case .refused(let status, let reason, let detail):
      fields.set(1, status.rawValue)
      fields.set(2, reason.rawValue)
      fields.set(3, detail)
    case .signed(let signatures): fields.set(4, Signed(signatures: signatures))
    case .certificate(let certificate): fields.set(5, certificate)
    case .health(let health): fields.set(6, health)
    case .keys(let keys): fields.set(7, SigningServerKeys(keys: keys))
    case .dataSignatures(let values): fields.set(8, DataSignatures(values: values))
    case .dataVerdict(let isValid): fields.set(9, DataVerdict(isValid: isValid))
    }
  }
}

struct SignRequests: MappedMessage {
  var headers: [[UInt8]]

  init(headers: [[UInt8]]) {
    self.headers = headers
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__sign_requests__init)

  init(from fields: FieldReader) throws(WireError) {
    headers = fields.byteStrings(1)
    guard !headers.isEmpty else { throw WireError(.missing, field: fields.name(1)) }
    guard headers.count <= SigningCall.headersPerCall else {
      throw WireError(.tooMany, field: fields.name(1))
    }
    guard headers.allSatisfy({ WireLength.header.contains($0.count) }) else {
      throw WireError(.badLength, field: fields.name(1))
    }
  }

  func write(to fields: FieldWriter) {
    fields.set(1, headers)
  }
}

struct Signed: MappedMessage {
  var signatures: [Signature]

  init(signatures: [Signature]) {
    self.signatures = signatures
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__signed__init)

  init(from fields: FieldReader) throws(WireError) {
    signatures = try fields.messages(1)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, signatures)
  }
}

struct GetCertificate: MappedMessage {
  var keyID: [UInt8]

  init(keyID: [UInt8]) {
    self.keyID = keyID
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__get_certificate__init)

  init(from fields: FieldReader) throws(WireError) {
    keyID = try fields.bytes(1, exactly: WireLength.digest)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, keyID)
  }
}

/// The certificate of a key that the signing server holds.
package struct CertificateReply: MappedMessage {
  /// DER.
  package var certificate: [UInt8]
  package var algorithm: UInt32

  package init(certificate: [UInt8], algorithm: UInt32) {
    self.certificate = certificate
    self.algorithm = algorithm
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__certificate_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    certificate = fields.bytes(1)
    guard !certificate.isEmpty else { throw WireError(.missing, field: fields.name(1)) }
    algorithm = try fields.algorithm(2)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, certificate)
    fields.set(2, algorithm)
  }
}

/// How a signing server is.
package struct SigningHealthReply: MappedMessage {
  package var software: String
  /// Keys it can sign with.
  package var keys: UInt32
  /// Requests signed since the start.
  package var signed: UInt64
  /// Data signed since the start.
  package var dataSigned: UInt64
  /// Keys whose device did not answer when it was last asked.
  package var lost: UInt32

  package init(software: String, keys: UInt32, signed: UInt64, dataSigned: UInt64 = 0, lost: UInt32 = 0) {
    self.software = software
    self.keys = keys
    self.signed = signed
    self.dataSigned = dataSigned
    self.lost = lost
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__signing_health_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    software = fields.text(1)
    keys = fields.uint32(2)
    signed = fields.uint64(3)
    dataSigned = fields.uint64(4)
    lost = fields.uint32(5)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, software)
    fields.set(2, keys)
    fields.set(3, signed)
    fields.set(4, dataSigned)
    fields.set(5, lost)
  }
}
