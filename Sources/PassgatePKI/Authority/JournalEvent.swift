package import PassgateCrypto
import PassgateSettings
import PassgateSystem

/// One line of an authority's journal: what was done, once and for all.
package enum JournalEvent: Sendable, Equatable {
  /// A certificate was issued.
  case issued(CertificateRecord)
  /// A certificate was revoked.
  case revoked(RevocationRecord)
  /// A key that issues certificates came under suspicion.
  case tainted(TaintRecord)
  /// The number of a revocation list was taken, before the list was written.
  case listed(ListRecord)
}

/// A certificate as the journal has it, with the certificate itself: what the journal has can be given out again.
package struct CertificateRecord: Sendable, Equatable {
  /// Milliseconds since 1970.
  package var issued: UInt64
  /// A purpose, or "root" or "issuing".
  package var purpose: String
  /// The tenant that the key is bound to, where it is a tenant's.
  package var tenant: String?
  package var serial: [UInt8]
  package var subject: String
  /// The first and the last second of the validity, seconds since 1970.
  package var notBefore: Int64
  package var notAfter: Int64
  package var keyID: [UInt8]
  /// The key id of the key that signed it.
  package var issuer: [UInt8]
  /// The kind of the certified key.
  package var kind: String
  /// SHA-256 of the certificate.
  package var fingerprint: [UInt8]
  /// The certificate in DER.
  package var der: [UInt8]

  /// What the journal will have of `certificate`, which the key `issuer` signed.
  package init(
    _ certificate: Certificate, purpose: String, tenant: String? = nil, issuer: [UInt8], issued: UInt64
  ) {
    self.issued = issued
    self.purpose = purpose
    self.tenant = tenant
    self.issuer = issuer
    serial = certificate.serial
    subject = certificate.subject
    notBefore = certificate.notBefore
    notAfter = certificate.notAfter
    keyID = certificate.publicKey.keyID
    kind = certificate.publicKey.kind.rawValue
    fingerprint = certificate.fingerprint
    der = certificate.der
  }
}

/// The withdrawal of one certificate, with what a revocation list needs of it.
package struct RevocationRecord: Sendable, Equatable {
  /// When it was entered, milliseconds since 1970.
  package var entered: UInt64
  /// From when on the certificate counts as withdrawn, seconds since 1970.
  package var revoked: Int64
  /// A name of RFC 5280 section 5.3.1.
  package var reason: String
  package var serial: [UInt8]
  package var keyID: [UInt8]
  package var issuer: [UInt8]
  package var notAfter: Int64

  package init(
    entered: UInt64, revoked: Int64, reason: String, serial: [UInt8], keyID: [UInt8], issuer: [UInt8],
    notAfter: Int64
  ) {
    self.entered = entered
    self.revoked = revoked
    self.reason = reason
    self.serial = serial
    self.keyID = keyID
    self.issuer = issuer
    self.notAfter = notAfter
  }
}

/// The suspicion against a key that issues certificates.
package struct TaintRecord: Sendable, Equatable {
  /// When it was entered, milliseconds since 1970.
  package var entered: UInt64
  package var keyID: [UInt8]
  /// What is suspected, in the officer's words.
  package var cause: String

  package init(entered: UInt64, keyID: [UInt8], cause: String) {
    self.entered = entered
    self.keyID = keyID
    self.cause = cause
  }
}

/// One revocation list.
package struct ListRecord: Sendable, Equatable {
  /// When it was entered, milliseconds since 1970.
  package var entered: UInt64
  /// The key id of the key that signs it.
  package var issuer: [UInt8]
  /// From 1 for each issuer.
  package var number: Int
  /// The validity of the list, seconds since 1970.
  package var thisUpdate: Int64
  package var nextUpdate: Int64
  /// How many certificates it withdraws.
  package var entries: Int

  package init(
    entered: UInt64, issuer: [UInt8], number: Int, thisUpdate: Int64, nextUpdate: Int64, entries: Int
  ) {
    self.entered = entered
    self.issuer = issuer
    self.number = number
    self.thisUpdate = thisUpdate
    self.nextUpdate = nextUpdate
    self.entries = entries
  }
}

// MARK: - As JSON

extension JournalEvent {
  /// The line of the journal: JSON, and a line feed.
  package var line: [UInt8] {
    var json = JSONWriter()
    json.object { json in
      switch self {
      case .issued(let record):
        json.string("event", "issued")
        json.string("issued", CivilTime.timestamp(milliseconds: record.issued))
        record.writeMembers(&json)
        json.string("certificate", Base64.encode(record.der))
      case .revoked(let record): record.write(&json)
      case .tainted(let record):
        json.string("event", "tainted")
        json.string("entered", CivilTime.timestamp(milliseconds: record.entered))
        json.string("keyId", Hex.encode(record.keyID))
        json.string("cause", record.cause)
      case .listed(let record): record.write(&json)
      }
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }

  /// Reads a line without its end; nil when it is none.
  package init?(line: [UInt8]) {
    guard case .object(let members)? = try? parseJSON(line) else { return nil }
    let fields = JournalFields(members: members)
    switch fields.text("event") {
    case "issued": self.init(CertificateRecord(fields).map(Self.issued))
    case "revoked": self.init(RevocationRecord(fields).map(Self.revoked))
    case "tainted": self.init(TaintRecord(fields).map(Self.tainted))
    case "crl": self.init(ListRecord(fields).map(Self.listed))
    default: return nil
    }
  }

  private init?(_ event: JournalEvent?) {
    guard let event else { return nil }
    self = event
  }
}

extension CertificateRecord {
  /// The members that describe the certificate wherever it is reported.
  func writeMembers(_ json: inout JSONWriter) {
    json.string("purpose", purpose)
    if let tenant { json.string("tenant", tenant) }
    json.string("serial", Hex.encode(serial))
    json.string("subject", subject)
    json.string("notBefore", timestamp(notBefore))
    json.string("notAfter", timestamp(notAfter))
    json.string("keyId", Hex.encode(keyID))
    json.string("kind", kind)
    json.string("issuer", Hex.encode(issuer))
    json.string("fingerprint", Hex.encode(fingerprint))
  }

  fileprivate init?(_ fields: JournalFields) {
    guard let issued = fields.milliseconds("issued"), let purpose = fields.text("purpose"),
      let serial = fields.bytes("serial"), let subject = fields.text("subject"),
      let notBefore = fields.seconds("notBefore"), let notAfter = fields.seconds("notAfter"),
      let keyID = fields.bytes("keyId"), let kind = fields.text("kind"), let issuer = fields.bytes("issuer"),
      let fingerprint = fields.bytes("fingerprint"),
      let der = fields.text("certificate").flatMap(Base64.decode)
    else { return nil }
    self.issued = issued
    self.purpose = purpose
    tenant = fields.text("tenant")
    self.serial = serial
    self.subject = subject
    self.notBefore = notBefore
    self.notAfter = notAfter
    self.keyID = keyID
    self.kind = kind
    self.issuer = issuer
    self.fingerprint = fingerprint
    self.der = der
  }
}

extension RevocationRecord {
  fileprivate func write(_ json: inout JSONWriter) {
    json.string("event", "revoked")
    json.string("entered", CivilTime.timestamp(milliseconds: entered))
    json.string("revoked", timestamp(revoked))
    json.string("reason", reason)
    json.string("serial", Hex.encode(serial))
    json.string("keyId", Hex.encode(keyID))
    json.string("issuer", Hex.encode(issuer))
    json.string("notAfter", timestamp(notAfter))
  }

  fileprivate init?(_ fields: JournalFields) {
    guard let entered = fields.milliseconds("entered"), let revoked = fields.seconds("revoked"),
      let reason = fields.text("reason"), let serial = fields.bytes("serial"),
      let keyID = fields.bytes("keyId"), let issuer = fields.bytes("issuer"),
      let notAfter = fields.seconds("notAfter")
    else { return nil }
    self.init(
      entered: entered, revoked: revoked, reason: reason, serial: serial, keyID: keyID, issuer: issuer,
      notAfter: notAfter)
  }
}

extension TaintRecord {
  fileprivate init?(_ fields: JournalFields) {
    guard let entered = fields.milliseconds("entered"), let keyID = fields.bytes("keyId"),
      let cause = fields.text("cause")
    else { return nil }
    self.init(entered: entered, keyID: keyID, cause: cause)
  }
}

extension ListRecord {
  fileprivate func write(_ json: inout JSONWriter) {
    json.string("event", "crl")
    json.string("entered", CivilTime.timestamp(milliseconds: entered))
    json.string("issuer", Hex.encode(issuer))
    json.number("number", number)
    json.string("thisUpdate", timestamp(thisUpdate))
    json.string("nextUpdate", timestamp(nextUpdate))
    json.number("entries", entries)
  }

  fileprivate init?(_ fields: JournalFields) {
    guard let entered = fields.milliseconds("entered"), let issuer = fields.bytes("issuer"),
      let number = fields.integer("number"), let thisUpdate = fields.seconds("thisUpdate"),
      let nextUpdate = fields.seconds("nextUpdate"), let entries = fields.integer("entries")
    else { return nil }
    self.init(
      entered: entered, issuer: issuer, number: number, thisUpdate: thisUpdate, nextUpdate: nextUpdate,
      entries: entries)
  }
}

/// The members of a line, read as what they should be.
private struct JournalFields {
  let members: [String: JSONValue]

  func text(_ name: String) -> String? {
    guard case .string(let text)? = members[name] else { return nil }
    return text
  }

  func integer(_ name: String) -> Int? {
    guard case .integer(let number)? = members[name] else { return nil }
    return Int(number)
  }

  func bytes(_ name: String) -> [UInt8]? { text(name).flatMap(Hex.decode) }

  func milliseconds(_ name: String) -> UInt64? { text(name).flatMap { CivilTime($0) }?.milliseconds }

  func seconds(_ name: String) -> Int64? { milliseconds(name).map { Int64($0 / 1000) } }
}
