import CPassgate

/// How a tenant connects (Measures art. 8).
package enum AccessMode: UInt32, Sendable, CaseIterable {
  case mobileCertificate = 1
  case signingServer = 2
}

/// Where a tenant stands.
package enum TenantState: UInt32, Sendable, CaseIterable {
  case open = 1
  case suspended = 2
  case terminated = 3
  /// The case has not come to the opening yet.
  case notOpen = 4
}

/// A key that a tenant signs with.
package struct TenantKey: MappedMessage {
  package enum State: UInt32, Sendable, CaseIterable {
    case live = 1
    case revoked = 2
  }

  /// DER; its key signs requests.
  package var certificate: [UInt8]
  package var algorithm: UInt32
  package var state: State
  /// DER, only for SM2 mobile certificates: the P-256 certificate of the connection.
  package var tlsCertificate: [UInt8]

  package init(certificate: [UInt8], algorithm: UInt32, state: State, tlsCertificate: [UInt8]) {
    self.certificate = certificate
    self.algorithm = algorithm
    self.state = state
    self.tlsCertificate = tlsCertificate
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__tenant_key__init)

  init(from fields: FieldReader) throws(WireError) {
    certificate = fields.bytes(1)
    algorithm = try fields.algorithm(2)
    state = try fields.choice(3)
    tlsCertificate = fields.bytes(4)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, certificate)
    fields.set(2, algorithm)
    fields.set(3, state.rawValue)
    fields.set(4, tlsCertificate)
  }
}

/// A using organisation as the platform has provisioned it; texts to be judged by the domain.
package struct Tenant: MappedMessage {
  package var id: String
  package var name: String
  package var mode: AccessMode
  package var state: TenantState
  /// Business scenes of the agreement.
  package var scenes: [String]
  package var keys: [TenantKey]
  /// 0: the platform's default.
  package var checksPerMinute: UInt32
  /// DER, signing servers only: the pinned client certificate of its connections.
  package var tlsCertificate: [UInt8]

  package init(
    id: String, name: String, mode: AccessMode, state: TenantState, scenes: [String], keys: [TenantKey],
    checksPerMinute: UInt32, tlsCertificate: [UInt8]
  ) {
    self.id = id
    self.name = name
    self.mode = mode
    self.state = state
    self.scenes = scenes
    self.keys = keys
    self.checksPerMinute = checksPerMinute
    self.tlsCertificate = tlsCertificate
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__tenant__init)

  init(from fields: FieldReader) throws(WireError) {
    id = fields.text(1)
    name = fields.text(2)
    mode = try fields.choice(3)
    state = try fields.choice(4)
    scenes = fields.texts(5)
    keys = try fields.messages(6)
    checksPerMinute = fields.uint32(7)
    tlsCertificate = fields.bytes(8)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, id)
    fields.set(2, name)
    fields.set(3, mode.rawValue)
    fields.set(4, state.rawValue)
    fields.set(5, scenes)
    fields.set(6, keys)
    fields.set(7, checksPerMinute)
    fields.set(8, tlsCertificate)
  }
}

/// Body of `Supervision/Provision`: each tenant named becomes exactly what is stated.
package struct ProvisionRequest: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// 16 bytes; the same for every repeat of this act.
  package var operationID: [UInt8]
  package var tenants: [Tenant]

  package init(salt: [UInt8], operationID: [UInt8], tenants: [Tenant]) {
    self.salt = salt
    self.operationID = operationID
    self.tenants = tenants
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__provision_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    operationID = try fields.bytes(2, exactly: WireLength.identifier)
    tenants = try fields.messages(3)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, operationID)
    fields.set(3, tenants)
  }
}

/// Reply of `Supervision/Provision`.
package struct ProvisionReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// Number of the ledger's event.
  package var event: UInt64
  /// Ids of the tenants that changed.
  package var changed: [String]

  package init(salt: [UInt8], event: UInt64, changed: [String]) {
    self.salt = salt
    self.event = event
    self.changed = changed
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__provision_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    event = fields.uint64(2)
    changed = fields.texts(3)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, event)
    fields.set(3, changed)
  }
}

/// Body of `Supervision/ListTenants`.
package struct ListTenantsRequest: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]

  package init(salt: [UInt8]) {
    self.salt = salt
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__list_tenants_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
  }
}

/// Reply of `Supervision/ListTenants`.
package struct ListTenantsReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  package var tenants: [Tenant]

  package init(salt: [UInt8], tenants: [Tenant]) {
    self.salt = salt
    self.tenants = tenants
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__list_tenants_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    tenants = try fields.messages(2)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, tenants)
  }
}

/// Body of `Supervision/ListEvidence`.
package struct ListEvidenceRequest: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// Number of the record to continue behind.
  package var after: UInt64
  /// Records, at most 1,000.
  package var limit: UInt32
  /// Empty: all.
  package var tenantID: String

  package init(salt: [UInt8], after: UInt64, limit: UInt32, tenantID: String) {
    self.salt = salt
    self.after = after
    self.limit = limit
    self.tenantID = tenantID
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__list_evidence_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    after = fields.uint64(2)
    limit = fields.uint32(3)
    tenantID = fields.text(4)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, after)
    fields.set(3, limit)
    fields.set(4, tenantID)
  }
}

/// Body of `Supervision/GetComparison`.
package struct GetComparisonRequest: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// The leaf hash of a portrait check's request, 32 bytes.
  package var requestDigest: [UInt8]

  package init(salt: [UInt8], requestDigest: [UInt8]) {
    self.salt = salt
    self.requestDigest = requestDigest
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__get_comparison_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    requestDigest = try fields.bytes(2, exactly: WireLength.digest)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, requestDigest)
  }
}

/// Reply of `Supervision/GetComparison`.
package struct GetComparisonReply: MappedMessage, Withheld {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// SHA-256 of the calibration file; empty where nothing is kept.
  package var calibrationID: [UInt8]
  /// As the model gives it, in millionths; nil where nothing of the document was compared with.
  package var distanceMillionths: UInt64?

  package init(salt: [UInt8], calibrationID: [UInt8] = [], distanceMillionths: UInt64? = nil) {
    self.salt = salt
    self.calibrationID = calibrationID
    self.distanceMillionths = distanceMillionths
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__get_comparison_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    calibrationID = fields.bytes(2)
    guard calibrationID.isEmpty || calibrationID.count == WireLength.digest else {
      throw WireError(.badLength, field: fields.name(2))
    }
    let distance = fields.uint64(4)
    guard fields.bool(3) || distance == 0 else { throw WireError(.notAllowed, field: fields.name(4)) }
    distanceMillionths = fields.bool(3) ? distance : nil
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, calibrationID)
    fields.set(3, distanceMillionths != nil)
    fields.set(4, distanceMillionths ?? 0)
  }
}

/// Reply of `Supervision/ListEvidence`.
package struct ListEvidenceReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  package var records: [EvidenceRecord]
  /// To pass as `after`; 0 when there is no more.
  package var next: UInt64

  package init(salt: [UInt8], records: [EvidenceRecord], next: UInt64) {
    self.salt = salt
    self.records = records
    self.next = next
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__list_evidence_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    records = try fields.messages(2)
    next = fields.uint64(3)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, records)
    fields.set(3, next)
  }
}
