/// What a certificate says, taken apart for the lint: bytes as they stand, and meanings where rules need them.
struct CertificateFacts: Sendable {
  /// One Extension.
  struct Extension: Sendable {
    /// The contents of the object identifier.
    let identifier: [UInt8]
    let isCritical: Bool
    /// What the octet string holds.
    let value: [UInt8]
  }

  let certificate: Certificate
  /// 3, unless the certificate is of the last century.
  let version: Int
  /// The content of the INTEGER.
  let serial: [UInt8]
  /// Nil for an algorithm that Passgate does not know, or that is written in other parameters.
  let signatureAlgorithm: SignatureAlgorithm?
  /// The Names in DER.
  let issuer: [UInt8]
  let subject: [UInt8]
  /// Whether both times are written as RFC 5280 section 4.1.2.5 says.
  let hasProperTimes: Bool
  let extensions: [Extension]

  /// - Throws: `.malformed`.
  init(_ certificate: Certificate) throws(CryptoError) {
    self.certificate = certificate
    var outer = DERReader(certificate.der)
    var whole = outer.inside(try outer.next(0x30))
    var body = whole.inside(try whole.next(0x30))
    version = try body.nextIfTagged(0xa0).map { Int(certificate.der[$0.content].last ?? 0) + 1 } ?? 1
    serial = body.content(try body.next(0x02))
    let algorithm = Array(body.bytes[try body.next(0x30).whole])
    signatureAlgorithm = SignatureAlgorithm.allCases.first { $0.identifier == algorithm }
    issuer = Array(body.bytes[try body.next(0x30).whole])
    hasProperTimes = Self.areProper(body.inside(try body.next(0x30)))
    subject = Array(body.bytes[try body.next(0x30).whole])
    _ = try body.next(0x30)
    _ = try body.nextIfTagged(0x81)
    _ = try body.nextIfTagged(0x82)
    extensions =
      try body.nextIfTagged(0xa3).map { element throws(CryptoError) in
        try Self.extensions(body.inside(element))
      } ?? []
    try body.requireEnd()
  }

  /// Until 2049 in two digits of the year, from 2050 in four; to the second, in UTC.
  private static func areProper(_ reader: DERReader) -> Bool {
    var reader = reader
    for _ in 0..<2 {
      let isShort = reader.rest.first == 0x17
      guard let time = try? reader.time(), isShort == (time < 2_524_608_000) else { return false }
    }
    return reader.isAtEnd
  }

  private static func extensions(_ reader: DERReader) throws(CryptoError) -> [Extension] {
    var reader = reader
    var items = reader.inside(try reader.next(0x30))
    try reader.requireEnd()
    var list: [Extension] = []
    while !items.isAtEnd {
      var fields = items.inside(try items.next(0x30))
      let identifier = fields.content(try fields.next(0x06))
      let critical = try fields.nextIfTagged(0x01)
      let value = fields.content(try fields.next(0x04))
      try fields.requireEnd()
      list.append(
        Extension(
          identifier: identifier, isCritical: critical.map { fields.content($0) } == [0xff], value: value))
    }
    return list
  }
}

// MARK: - What the rules ask

extension CertificateFacts {
  /// The contents of the object identifiers of the extensions that rules know.
  enum Identifier {
    static let subjectKeyIdentifier: [UInt8] = [0x55, 0x1d, 14]
    static let keyUsage: [UInt8] = [0x55, 0x1d, 15]
    static let subjectAlternativeName: [UInt8] = [0x55, 0x1d, 17]
    static let basicConstraints: [UInt8] = [0x55, 0x1d, 19]
    static let nameConstraints: [UInt8] = [0x55, 0x1d, 30]
    static let certificatePolicies: [UInt8] = [0x55, 0x1d, 32]
    static let authorityKeyIdentifier: [UInt8] = [0x55, 0x1d, 35]
    static let extendedKeyUsage: [UInt8] = [0x55, 0x1d, 37]
    static let authorityInformation: [UInt8] = [0x2b, 6, 1, 5, 5, 7, 1, 1]
    static let subjectInformation: [UInt8] = [0x2b, 6, 1, 5, 5, 7, 1, 11]
  }

  func find(_ identifier: [UInt8]) -> Extension? { extensions.first { $0.identifier == identifier } }

  /// The elements of the one SEQUENCE that the extension is; nil when it is not there or no such thing.
  func members(_ identifier: [UInt8]) -> [(tag: UInt8, content: [UInt8])]? {
    find(identifier).flatMap { Self.members(of: $0.value) }
  }

  /// The elements of the one constructed element that `bytes` is.
  static func members(of bytes: [UInt8], tag: UInt8 = 0x30) -> [(tag: UInt8, content: [UInt8])]? {
    var reader = DERReader(bytes)
    guard let outer = try? reader.next(tag), reader.isAtEnd else { return nil }
    return elements(reader.inside(outer))
  }

  /// Every element of `bytes`; nil when they are no DER.
  static func elements(of bytes: [UInt8]) -> [(tag: UInt8, content: [UInt8])]? { elements(DERReader(bytes)) }

  private static func elements(_ reader: DERReader) -> [(tag: UInt8, content: [UInt8])]? {
    var reader = reader
    var list: [(tag: UInt8, content: [UInt8])] = []
    while !reader.isAtEnd {
      guard let element = try? reader.next() else { return nil }
      list.append((element.tag, reader.content(element)))
    }
    return list
  }

  /// The bits of the key usage; nil when the extension is not there, none when it cannot be read.
  var keyUsage: [KeyUsage]? {
    guard let found = find(Identifier.keyUsage) else { return nil }
    var reader = DERReader(found.value)
    guard let element = try? reader.next(0x03), reader.isAtEnd else { return [] }
    let bits = reader.content(element).dropFirst()
    return KeyUsage.allCases.filter { usage in
      let byte = bits.startIndex + usage.rawValue / 8
      return byte < bits.endIndex && bits[byte] & (0x80 >> UInt8(usage.rawValue % 8)) != 0
    }
  }

  /// The extended key usage in dotted form; nil when the extension is not there.
  var extendedKeyUsage: [String]? {
    find(Identifier.extendedKeyUsage) == nil ? nil : certificate.extendedKeyUsage
  }

  /// Whether it calls itself an authority, and how many may follow.
  var authority: (isOne: Bool, pathLength: Int?) {
    let fields = members(Identifier.basicConstraints) ?? []
    let length = fields.first { $0.tag == 0x02 }.map { $0.content.reduce(0) { $0 << 8 | Int($1) } }
    return (fields.first?.tag == 0x01 && fields.first?.content == [0xff], length)
  }

  /// Whether issuer and subject are the same and the certificate is signed with its own key.
  var isSelfSigned: Bool { issuer == subject && certificate.isSignedByItself }

  /// The first algorithm of `algorithms` that the key is good for; nil when there is none.
  func algorithm(of algorithms: [SignatureAlgorithm]) -> SignatureAlgorithm? {
    algorithms.first { algorithm in
      (try? certificate.publicKey.check(for: algorithm)) != nil
    }
  }
}
