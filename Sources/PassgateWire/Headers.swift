import CPassgate

/// The separate registry, port and reply keys a call belongs to.
package enum Deployment: UInt32, Sendable, CaseIterable {
  case sandbox = 1
  case production = 2
}

/// What a request's signature covers. Decoding is strict: what a header may not say never reaches a key.
package struct RequestHeader: MappedMessage {
  /// `tenantID` of self-declared calls.
  package static let selfDeclaredTenantID = "self"

  package var deployment: Deployment
  /// `[a-z0-9-]`, 1 to 32 characters; an officer's id for operators, `self` for self-declared calls.
  package var tenantID: String
  /// SHA-256 of the key's SubjectPublicKeyInfo.
  package var keyID: [UInt8]
  /// Number of the signature algorithm, 1 to 5.
  package var algorithm: UInt32
  /// `passgate.v1.Verification/VerifyIdentity`
  package var method: String
  /// `[a-z0-9-]`, up to 32 characters; empty where the method needs none.
  package var sceneID: String
  /// Unix time.
  package var createdMilliseconds: UInt64
  /// 0: the method's default.
  package var timeoutMilliseconds: UInt32
  /// RFC 9266 `tls-exporter` of the connection the request travels on, 32 bytes.
  package var channelBinding: [UInt8]
  /// From 1, used once for this connection and key.
  package var sequence: UInt64
  /// The algorithm's hash of the body, 32 bytes.
  package var bodyDigest: [UInt8]
  /// 16 bytes.
  package var traceID: [UInt8]
  /// SubjectPublicKeyInfo, DER, at most 600 bytes; empty but for self-declared methods.
  package var publicKey: [UInt8]

  package init(
    deployment: Deployment, tenantID: String, keyID: [UInt8], algorithm: UInt32, method: String,
    sceneID: String = "", createdMilliseconds: UInt64, timeoutMilliseconds: UInt32 = 0,
    channelBinding: [UInt8], sequence: UInt64, bodyDigest: [UInt8], traceID: [UInt8],
    publicKey: [UInt8] = []
  ) {
    self.deployment = deployment
    self.tenantID = tenantID
    self.keyID = keyID
    self.algorithm = algorithm
    self.method = method
    self.sceneID = sceneID
    self.createdMilliseconds = createdMilliseconds
    self.timeoutMilliseconds = timeoutMilliseconds
    self.channelBinding = channelBinding
    self.sequence = sequence
    self.bodyDigest = bodyDigest
    self.traceID = traceID
    self.publicKey = publicKey
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__request_header__init)

  init(from fields: FieldReader) throws(WireError) {
    deployment = try fields.choice(1)
    tenantID = try fields.text(2, WireLength.tenant, of: isIdentifierCharacter)
    keyID = try fields.bytes(3, exactly: WireLength.digest)
    algorithm = try fields.algorithm(4)
    method = try fields.text(5, WireLength.method, of: isMethodCharacter)
    sceneID = try fields.text(6, 0...WireLength.tenant.upperBound, of: isIdentifierCharacter)
    createdMilliseconds = fields.uint64(7)
    timeoutMilliseconds = fields.uint32(8)
    channelBinding = try fields.bytes(9, exactly: WireLength.digest)
    sequence = fields.uint64(10)
    guard sequence > 0 else { throw WireError(.missing, field: fields.name(10)) }
    bodyDigest = try fields.bytes(11, exactly: WireLength.digest)
    traceID = try fields.bytes(12, exactly: WireLength.identifier)
    publicKey = try fields.bytes(13, 0...WireLength.publicKey.upperBound)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, deployment.rawValue)
    fields.set(2, tenantID)
    fields.set(3, keyID)
    fields.set(4, algorithm)
    fields.set(5, method)
    fields.set(6, sceneID)
    fields.set(7, createdMilliseconds)
    fields.set(8, timeoutMilliseconds)
    fields.set(9, channelBinding)
    fields.set(10, sequence)
    fields.set(11, bodyDigest)
    fields.set(12, traceID)
    fields.set(13, publicKey)
  }
}

/// What a reply's signature covers.
package struct ResponseHeader: MappedMessage {
  package var deployment: Deployment
  /// The request's.
  package var tenantID: String
  /// SHA-256 of the reply key's SubjectPublicKeyInfo.
  package var keyID: [UInt8]
  /// Number of the reply key's algorithm, 1 to 5.
  package var algorithm: UInt32
  /// Leaf hash of the request, 32 bytes.
  package var requestDigest: [UInt8]
  package var status: StatusCode
  /// `.internal` where `laterReason` is set: only the status counts then.
  package var reason: Reason
  /// The number of a reason that this release does not have; nil for those of its table.
  package var laterReason: UInt32?
  /// Unix time.
  package var createdMilliseconds: UInt64
  /// The reply algorithm's hash of the body, 32 bytes.
  package var bodyDigest: [UInt8]
  /// The key that will sign such replies next, 32 bytes; empty while none is announced.
  package var nextKeyID: [UInt8]

  package init(
    deployment: Deployment, tenantID: String, keyID: [UInt8], algorithm: UInt32, requestDigest: [UInt8],
    status: StatusCode, reason: Reason, createdMilliseconds: UInt64, bodyDigest: [UInt8],
    nextKeyID: [UInt8] = []
  ) {
    self.deployment = deployment
    self.tenantID = tenantID
    self.keyID = keyID
    self.algorithm = algorithm
    self.requestDigest = requestDigest
    self.status = status
    self.reason = reason
    self.createdMilliseconds = createdMilliseconds
    self.bodyDigest = bodyDigest
    self.nextKeyID = nextKeyID
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__response_header__init)

  init(from fields: FieldReader) throws(WireError) {
    deployment = try fields.choice(1)
    tenantID = try fields.text(2, WireLength.tenant, of: isIdentifierCharacter)
    keyID = try fields.bytes(3, exactly: WireLength.digest)
    algorithm = try fields.algorithm(4)
    requestDigest = try fields.bytes(5, exactly: WireLength.digest)
    status = try fields.choice(of: fields.uint32(6), 6)
    let number = fields.uint32(7)
    reason = Reason(rawValue: number) ?? .internal
    laterReason = Reason(rawValue: number) == nil ? number : nil
    createdMilliseconds = fields.uint64(8)
    bodyDigest = try fields.bytes(9, exactly: WireLength.digest)
    nextKeyID = fields.bytes(10).isEmpty ? [] : try fields.bytes(10, exactly: WireLength.digest)
  }

  /// What to call the reason: `CLOCK_SKEW`, or `REASON_4000` for one that came after this release.
  package var reasonName: String { laterReason.map { "REASON_\($0)" } ?? reason.name }

  /// Whether the reason may come with the status; of a later reason no more is known than that it refuses.
  package var reasonFitsStatus: Bool { laterReason == nil ? reason.code == status : status != .ok }

  func write(to fields: FieldWriter) {
    fields.set(1, deployment.rawValue)
    fields.set(2, tenantID)
    fields.set(3, keyID)
    fields.set(4, algorithm)
    fields.set(5, requestDigest)
    fields.set(6, status.rawValue)
    fields.set(7, laterReason ?? reason.rawValue)
    fields.set(8, createdMilliseconds)
    fields.set(9, bodyDigest)
    fields.set(10, nextKeyID)
  }
}

extension FieldReader {
  /// Text whose count of bytes is within `lengths` and each of whose bytes `isAllowed`.
  func text(
    _ number: Int, _ lengths: ClosedRange<Int>, of isAllowed: (UInt8) -> Bool
  ) throws(WireError) -> String {
    let value = text(number)
    guard lengths.contains(value.utf8.count) else {
      throw WireError(value.isEmpty ? .missing : .badLength, field: name(number))
    }
    let bytes = value.utf8.span
    for index in bytes.indices where !isAllowed(bytes[index]) {
      throw WireError(.notAllowed, field: name(number))
    }
    return value
  }
}

/// Of the ids of tenants, officers, scenes and cases.
func isIdentifierCharacter(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
  default: false
  }
}

private func isMethodCharacter(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."), UInt8(ascii: "/"): true
  case UInt8(ascii: "-"): false
  default: isIdentifierCharacter(byte)
  }
}
