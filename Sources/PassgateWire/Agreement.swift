import CPassgate

/// What an officer found about one condition of art. 5.
package struct ConditionFinding: MappedMessage {
  /// The item of art. 5, 1 to 5.
  package var condition: UInt32
  package var met: Bool
  /// SHA-256 of what shows it.
  package var evidence: [UInt8]
  /// YYYY-MM-DD
  package var reviewBy: String

  package init(condition: UInt32, met: Bool, evidence: [UInt8], reviewBy: String) {
    self.condition = condition
    self.met = met
    self.evidence = evidence
    self.reviewBy = reviewBy
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__condition_finding__init)

  init(from fields: FieldReader) throws(WireError) {
    condition = fields.uint32(1)
    met = fields.bool(2)
    evidence = try fields.bytes(3, exactly: WireLength.digest)
    reviewBy = fields.text(4)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, condition)
    fields.set(2, met)
    fields.set(3, evidence)
    fields.set(4, reviewBy)
  }
}

/// The provider's decision on the way of access (art. 8).
package struct Assessment: MappedMessage {
  package var mode: AccessMode
  package var declared: Volume
  /// Nil before the tenant was open.
  package var measured: Volume?
  package var quota: Volume
  package var reason: String

  package init(mode: AccessMode, declared: Volume, measured: Volume?, quota: Volume, reason: String) {
    self.mode = mode
    self.declared = declared
    self.measured = measured
    self.quota = quota
    self.reason = reason
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__assessment__init)

  init(from fields: FieldReader) throws(WireError) {
    mode = try fields.choice(1)
    declared = try fields.message(2)
    measured = try fields.optionalMessage(3)
    quota = try fields.message(4)
    reason = try fields.line(5)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, mode.rawValue)
    fields.set(2, declared)
    fields.set(3, measured)
    fields.set(4, quota)
    fields.set(5, reason)
  }
}

/// An agreement on use, security and confidentiality (art. 9); to be judged by the domain.
package struct Agreement: MappedMessage {
  /// From 1.
  package var version: UInt32
  package var mode: AccessMode
  package var quota: Volume
  package var scopes: [SceneScope]
  package var deemedReceiptDays: UInt32
  /// The text without its line feeds.
  package var lines: [String]
  /// SHA-256 over each line followed by a line feed.
  package var digest: [UInt8]

  package init(
    version: UInt32, mode: AccessMode, quota: Volume, scopes: [SceneScope], deemedReceiptDays: UInt32,
    lines: [String], digest: [UInt8]
  ) {
    self.version = version
    self.mode = mode
    self.quota = quota
    self.scopes = scopes
    self.deemedReceiptDays = deemedReceiptDays
    self.lines = lines
    self.digest = digest
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__agreement__init)

  init(from fields: FieldReader) throws(WireError) {
    version = fields.uint32(1)
    mode = try fields.choice(2)
    quota = try fields.message(3)
    scopes = try fields.messages(4)
    deemedReceiptDays = fields.uint32(5)
    lines = fields.texts(6)
    digest = try fields.bytes(7, exactly: WireLength.digest)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, version)
    fields.set(2, mode.rawValue)
    fields.set(3, quota)
    fields.set(4, scopes)
    fields.set(5, deemedReceiptDays)
    fields.set(6, lines)
    fields.set(7, digest)
  }
}

/// A certificate that the organisation asks for.
package struct CertificateOrder: MappedMessage {
  /// A key serves one.
  package var deployment: Deployment
  package var algorithm: UInt32
  /// PKCS#10, DER.
  package var request: [UInt8]
  /// SHA-256 of the key's SubjectPublicKeyInfo.
  package var keyID: [UInt8]

  package init(deployment: Deployment, algorithm: UInt32, request: [UInt8], keyID: [UInt8]) {
    self.deployment = deployment
    self.algorithm = algorithm
    self.request = request
    self.keyID = keyID
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__certificate_order__init)

  init(from fields: FieldReader) throws(WireError) {
    deployment = try fields.choice(1)
    algorithm = try fields.algorithm(2)
    request = try fields.bytes(3, 1...certificateLimit)
    keyID = try fields.bytes(4, exactly: WireLength.digest)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, deployment.rawValue)
    fields.set(2, algorithm)
    fields.set(3, request)
    fields.set(4, keyID)
  }
}

/// A certificate that a key officer has registered for the case's tenant.
package struct RegisteredCertificate: MappedMessage {
  package var deployment: Deployment
  package var algorithm: UInt32
  /// DER.
  package var certificate: [UInt8]
  /// SHA-256 of the key's SubjectPublicKeyInfo.
  package var keyID: [UInt8]
  /// DER, an SM2 key of a mobile certificate only, else empty.
  package var tlsCertificate: [UInt8]

  package init(
    deployment: Deployment, algorithm: UInt32, certificate: [UInt8], keyID: [UInt8], tlsCertificate: [UInt8]
  ) {
    self.deployment = deployment
    self.algorithm = algorithm
    self.certificate = certificate
    self.keyID = keyID
    self.tlsCertificate = tlsCertificate
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__registered_certificate__init)

  init(from fields: FieldReader) throws(WireError) {
    deployment = try fields.choice(1)
    algorithm = try fields.algorithm(2)
    certificate = try fields.bytes(3, 1...certificateLimit)
    keyID = try fields.bytes(4, exactly: WireLength.digest)
    tlsCertificate = fields.bytes(5)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, deployment.rawValue)
    fields.set(2, algorithm)
    fields.set(3, certificate)
    fields.set(4, keyID)
    fields.set(5, tlsCertificate)
  }
}

/// Bytes of a certificate or a request for one.
private let certificateLimit = 16 * 1024
