import CPassgate

/// One key of a tenant as the platform has it now. Times are Unix times, 0 for what has not been decided.
package struct KeyRecord: MappedMessage {
  /// Where a key stands.
  package enum State: UInt32, Sendable, CaseIterable {
    case pending = 1
    case published = 2
    case active = 3
    case retiring = 4
    case retired = 5
    case tainted = 6
    case revoked = 7
  }

  package var tenantID: String
  /// SHA-256 of the SubjectPublicKeyInfo, 32 bytes.
  package var keyID: [UInt8]
  package var algorithm: UInt32
  package var state: State
  package var requestedMilliseconds: UInt64
  package var publishedMilliseconds: UInt64
  /// Ready from then on.
  package var activeMilliseconds: UInt64
  package var retiringMilliseconds: UInt64
  /// As planned until it is over: use of the key defers it.
  package var retiredMilliseconds: UInt64
  package var taintedMilliseconds: UInt64
  package var revokedMilliseconds: UInt64
  /// The end of the certificate; 0 while there is none.
  package var notAfterMilliseconds: UInt64
  /// Requests accepted since the platform started.
  package var uses: UInt64
  /// 0: not since the platform started.
  package var lastUsedMilliseconds: UInt64
  /// The key id that asked for it; empty for keys that no renewal made.
  package var replaces: [UInt8]
  /// DER, of a key that a renewal made.
  package var certificate: [UInt8]
  /// DER, registered together with it.
  package var tlsCertificate: [UInt8]

  package init(
    tenantID: String, keyID: [UInt8], algorithm: UInt32, state: State, requestedMilliseconds: UInt64,
    publishedMilliseconds: UInt64, activeMilliseconds: UInt64, retiringMilliseconds: UInt64,
    retiredMilliseconds: UInt64, taintedMilliseconds: UInt64, revokedMilliseconds: UInt64,
    notAfterMilliseconds: UInt64, uses: UInt64, lastUsedMilliseconds: UInt64, replaces: [UInt8],
    certificate: [UInt8], tlsCertificate: [UInt8]
  ) {
    self.tenantID = tenantID
    self.keyID = keyID
    self.algorithm = algorithm
    self.state = state
    self.requestedMilliseconds = requestedMilliseconds
    self.publishedMilliseconds = publishedMilliseconds
    self.activeMilliseconds = activeMilliseconds
    self.retiringMilliseconds = retiringMilliseconds
    self.retiredMilliseconds = retiredMilliseconds
    self.taintedMilliseconds = taintedMilliseconds
    self.revokedMilliseconds = revokedMilliseconds
    self.notAfterMilliseconds = notAfterMilliseconds
    self.uses = uses
    self.lastUsedMilliseconds = lastUsedMilliseconds
    self.replaces = replaces
    self.certificate = certificate
    self.tlsCertificate = tlsCertificate
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__key_record__init)

  init(from fields: FieldReader) throws(WireError) {
    tenantID = try fields.identifier(1)
    keyID = try fields.bytes(2, exactly: WireLength.digest)
    algorithm = try fields.algorithm(3)
    state = try fields.choice(4)
    requestedMilliseconds = fields.uint64(5)
    publishedMilliseconds = fields.uint64(6)
    activeMilliseconds = fields.uint64(7)
    retiringMilliseconds = fields.uint64(8)
    retiredMilliseconds = fields.uint64(9)
    taintedMilliseconds = fields.uint64(10)
    revokedMilliseconds = fields.uint64(11)
    notAfterMilliseconds = fields.uint64(12)
    uses = fields.uint64(13)
    lastUsedMilliseconds = fields.uint64(14)
    replaces = try fields.digestOrNothing(15)
    certificate = fields.bytes(16)
    tlsCertificate = fields.bytes(17)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, tenantID)
    fields.set(2, keyID)
    fields.set(3, algorithm)
    fields.set(4, state.rawValue)
    fields.set(5, requestedMilliseconds)
    fields.set(6, publishedMilliseconds)
    fields.set(7, activeMilliseconds)
    fields.set(8, retiringMilliseconds)
    fields.set(9, retiredMilliseconds)
    fields.set(10, taintedMilliseconds)
    fields.set(11, revokedMilliseconds)
    fields.set(12, notAfterMilliseconds)
    fields.set(13, uses)
    fields.set(14, lastUsedMilliseconds)
    fields.set(15, replaces)
    fields.set(16, certificate)
    fields.set(17, tlsCertificate)
  }
}
