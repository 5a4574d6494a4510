/// The extensions of a certificate that travel documents rest on (ICAO 9303-12 section 7.1.1); others say nothing
/// about who has signed what, and are passed over even when they are critical.
struct DocumentExtensions {
  private(set) var subjectKeyIdentifier: [UInt8]?
  private(set) var authorityKeyIdentifier: [UInt8]?
  /// The basic constraints say that it is a certification authority.
  private(set) var isAuthority = false
  /// Whether the key usage allows certificates to be signed; nil without one.
  private(set) var mayCertify: Bool?
  /// Whether the key usage allows revocation lists to be signed; nil without one.
  private(set) var mayRevoke: Bool?
  /// The extended key usage.
  private(set) var purposes: [OID] = []

  private static let limit = 64

  /// Reads what follows the key in a certificate, to its end.
  init(_ fields: inout DERReader, version: CertificateVersion) throws(CryptoError) {
    if version != .one {
      // Unique identifiers of issuer and subject, which nobody uses.
      _ = try fields.nextIfTagged(0x81, 0xa1)
      _ = try fields.nextIfTagged(0x82, 0xa2)
    }
    if version == .three, let element = try fields.nextIfTagged(0xa3) {
      var inner = fields.inside(element)
      var items = inner.inside(try inner.next(0x30))
      try inner.requireEnd()
      try read(&items)
    }
    try fields.requireEnd()
  }

  private mutating func read(_ items: inout DERReader) throws(CryptoError) {
    var seen: Set<OID> = []
    while !items.isAtEnd {
      var item = items.inside(try items.next(0x30))
      let name = try item.identifier()
      guard seen.count < Self.limit, seen.insert(name).inserted else { throw DERReader.fault }
      _ = try item.nextIfTagged(0x01)
      let value = item.inside(try item.next(0x04))
      try item.requireEnd()
      try read(name, value)
    }
  }

  private mutating func read(_ name: OID, _ value: DERReader) throws(CryptoError) {
    var value = value
    switch name {
    case ExtensionName.subjectKey: subjectKeyIdentifier = value.content(try value.next(0x04))
    case ExtensionName.authorityKey: try readAuthorityKey(&value)
    case ExtensionName.constraints: try readConstraints(&value)
    case ExtensionName.usage: try readUsage(&value)
    case ExtensionName.purposes: try readPurposes(&value)
    default: return
    }
    try value.requireEnd()
  }

  /// The key identifier alone: certificates that name the issuer's serial number beside it are found without.
  private mutating func readAuthorityKey(_ value: inout DERReader) throws(CryptoError) {
    var fields = value.inside(try value.next(0x30))
    authorityKeyIdentifier = try fields.nextIfTagged(0x80).map { fields.content($0) }
    while !fields.isAtEnd { _ = try fields.next() }
  }

  /// Ukrainian certificates write the boolean's default out, or truth as another number than 255.
  private mutating func readConstraints(_ value: inout DERReader) throws(CryptoError) {
    var fields = value.inside(try value.next(0x30))
    if let authority = try fields.nextIfTagged(0x01) {
      isAuthority = fields.content(authority).contains { $0 != 0 }
    }
    _ = try fields.nextIfTagged(0x02)
    try fields.requireEnd()
  }

  /// Bit 5 is keyCertSign, bit 6 cRLSign, counted from the first bit.
  private mutating func readUsage(_ value: inout DERReader) throws(CryptoError) {
    let bits = value.content(try value.next(0x03)).dropFirst()
    let first = bits.first ?? 0
    (mayCertify, mayRevoke) = (first & 0x04 != 0, first & 0x02 != 0)
  }

  private mutating func readPurposes(_ value: inout DERReader) throws(CryptoError) {
    var fields = value.inside(try value.next(0x30))
    while !fields.isAtEnd, purposes.count < Self.limit { purposes.append(try fields.identifier()) }
    try fields.requireEnd()
  }
}

private enum ExtensionName {
  static let subjectKey = OID(2, 5, 29, 14)
  static let usage = OID(2, 5, 29, 15)
  static let constraints = OID(2, 5, 29, 19)
  static let authorityKey = OID(2, 5, 29, 35)
  static let purposes = OID(2, 5, 29, 37)
}
