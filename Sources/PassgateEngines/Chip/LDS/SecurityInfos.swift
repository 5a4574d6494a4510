import PassgateDomain

/// What a chip offers and with which keys: EF.CardAccess, DG14, and the content of EF.CardSecurity (ICAO 9303-11
/// section 9.2, TR-03110-3 A.1). They are a set: their order means nothing, keys are found by their id.
package struct SecurityInfos: Sendable, Hashable {
  /// The cipher of the secure messaging that a protocol ends in, by the last arc of its identifier.
  package enum Cipher: UInt8, Sendable, Hashable, CaseIterable {
    case tripleDES = 1
    case aes128 = 2
    case aes192 = 3
    case aes256 = 4
  }

  /// The group in which keys are agreed.
  package enum Agreement: UInt8, Sendable, Hashable, CaseIterable {
    case dh = 1
    case ecdh = 2
  }

  /// How PACE maps the nonce.
  package enum Mapping: UInt8, Sendable, Hashable, CaseIterable {
    case generic = 1
    case integrated = 2
    case chipAuthentication = 3
  }

  /// A variant of PACE that the chip offers.
  package struct PACE: Sendable, Hashable {
    package let identifier: ProtocolIdentifier
    package let mapping: Mapping
    package let agreement: Agreement
    package let cipher: Cipher
    /// 2 in all documents of ICAO 9303.
    package let version: Int
    /// The standardised domain parameters, or the id of explicit ones; nil when there is no choice.
    package let parameterID: Int?
  }

  /// Domain parameters of PACE.
  package struct PACEDomainParameters: Sendable, Hashable {
    package let identifier: ProtocolIdentifier
    /// AlgorithmIdentifier, DER.
    package let parameters: [UInt8]
    package let parameterID: Int?
  }

  /// A variant of chip authentication that the chip offers.
  package struct ChipAuthentication: Sendable, Hashable {
    package let identifier: ProtocolIdentifier
    package let agreement: Agreement
    package let cipher: Cipher
    package let version: Int
    package let keyID: Int?
  }

  /// A key of the chip for chip authentication, or for chip authentication mapping.
  package struct ChipAuthenticationKey: Sendable, Hashable {
    package let identifier: ProtocolIdentifier
    package let agreement: Agreement
    /// SubjectPublicKeyInfo, DER; explicit parameters and points are not checked here.
    package let spki: [UInt8]
    package let keyID: Int?
  }

  /// How the chip signs in active authentication with an elliptic curve.
  package struct ActiveAuthentication: Sendable, Hashable {
    package enum Hash: UInt8, Sendable, Hashable, CaseIterable {
      case sha1 = 1
      case sha224 = 2
      case sha256 = 3
      case sha384 = 4
      case sha512 = 5
    }

    package let version: Int
    package let signatureAlgorithm: ProtocolIdentifier
    /// Nil for an algorithm that is not in the table.
    package let hash: Hash?
  }

  /// What is not known here, kept as it is.
  package struct Unknown: Sendable, Hashable {
    package let identifier: ProtocolIdentifier
    /// The whole SecurityInfo, DER.
    package let der: [UInt8]
  }

  package private(set) var pace: [PACE] = []
  package private(set) var paceDomainParameters: [PACEDomainParameters] = []
  package private(set) var chipAuthentication: [ChipAuthentication] = []
  package private(set) var chipAuthenticationKeys: [ChipAuthenticationKey] = []
  package private(set) var activeAuthentication: [ActiveAuthentication] = []
  /// The versions of terminal authentication, which is never asked for.
  package private(set) var terminalAuthentication: [Int] = []
  package private(set) var unknown: [Unknown] = []

  /// The most infos that one file has.
  private static let limit = 64

  /// EF.CardAccess, or the signed content of EF.CardSecurity: a SET of SecurityInfo and nothing else.
  package init(_ bytes: [UInt8]) throws(LDSFault) {
    guard bytes.count <= ChipFile.cardAccess.sizeLimit else { throw .tooLarge }
    try self.init(set: TLV(bytes, tag: 0x31))
  }

  /// DG14.
  package init(dg14 bytes: [UInt8]) throws(LDSFault) {
    guard bytes.count <= ChipFile.dg14.sizeLimit else { throw .tooLarge }
    var content = try TLV(bytes, tag: 0x6E).inside()
    let set = try content.next(0x31)
    try content.requireEnd()
    try self.init(set: set)
  }

  /// EF.CardSecurity: what is signed in it (RFC 5652 section 5.1), before the signature is verified.
  package init(cardSecurity bytes: [UInt8]) throws(LDSFault) {
    guard bytes.count <= ChipFile.cardSecurity.sizeLimit else { throw .tooLarge }
    var info = try TLV(bytes, tag: 0x30).inside()
    _ = try info.next(0x06)
    var data = try info.next(0xA0).inside()
    var fields = try data.next(0x30).inside()
    _ = try fields.next(0x02)
    _ = try fields.next(0x31)
    var encapsulated = try fields.next(0x30).inside()
    _ = try encapsulated.next(0x06)
    var content = try encapsulated.next(0xA0).inside()
    try self.init(Array(try content.next(0x04).content))
  }

  private init(set: TLV) throws(LDSFault) {
    try set.checkNesting()
    for info in try set.children(limit: Self.limit) { try take(info) }
  }

  /// Whether the chip names PACE at all, in a form that is known here or not: then BAC would be a step back.
  package var namesPACE: Bool {
    !pace.isEmpty || !paceDomainParameters.isEmpty
      || unknown.contains { $0.identifier.arcs(below: .pace) != nil }
  }

  /// The key that this variant of chip authentication uses: the one with its id, or the only one where no id is
  /// given; nil when there is none or the choice is open.
  package func key(for variant: ChipAuthentication) -> ChipAuthenticationKey? {
    let candidates = chipAuthenticationKeys.filter {
      $0.agreement == variant.agreement && $0.keyID == variant.keyID
    }
    return candidates.count == 1 ? candidates.first : nil
  }

  private mutating func take(_ info: TLV) throws(LDSFault) {
    guard info.tag == 0x30 else { throw .unexpected(tag: info.tag) }
    var fields = SecurityInfoFields(try info.inside())
    let identifier = try fields.objectIdentifier()
    switch Kind(identifier) {
    case .pace(let mapping, let agreement, let cipher):
      pace.append(
        PACE(
          identifier: identifier, mapping: mapping, agreement: agreement, cipher: cipher,
          version: try fields.integer(), parameterID: try fields.lastInteger()))
    case .paceDomainParameters:
      paceDomainParameters.append(
        PACEDomainParameters(
          identifier: identifier, parameters: try fields.sequence(), parameterID: try fields.lastInteger()))
    case .chipAuthentication(let agreement, let cipher):
      chipAuthentication.append(
        ChipAuthentication(
          identifier: identifier, agreement: agreement, cipher: cipher, version: try fields.integer(),
          keyID: try fields.lastInteger()))
    case .chipAuthenticationKey(let agreement):
      chipAuthenticationKeys.append(
        ChipAuthenticationKey(
          identifier: identifier, agreement: agreement, spki: try fields.sequence(),
          keyID: try fields.lastInteger()))
    case .activeAuthentication:
      activeAuthentication.append(
        ActiveAuthentication(version: try fields.integer(), algorithm: try fields.objectIdentifier()))
    case .terminalAuthentication:
      terminalAuthentication.append(try fields.integer())
    case .unknown:
      unknown.append(Unknown(identifier: identifier, der: Array(info.whole)))
    }
  }
}

/// What an identifier stands for (ICAO 9303-11 section 9.2, TR-03110-3 A.1.1).
private enum Kind {
  case pace(SecurityInfos.Mapping, SecurityInfos.Agreement, SecurityInfos.Cipher)
  case paceDomainParameters
  case chipAuthentication(SecurityInfos.Agreement, SecurityInfos.Cipher)
  case chipAuthenticationKey(SecurityInfos.Agreement)
  case activeAuthentication
  case terminalAuthentication
  case unknown

  /// The arc below id-PACE of each mapping and group.
  private static let mappings: [UInt8: (SecurityInfos.Mapping, SecurityInfos.Agreement)] = [
    1: (.generic, .dh), 2: (.generic, .ecdh), 3: (.integrated, .dh), 4: (.integrated, .ecdh),
    6: (.chipAuthentication, .ecdh),
  ]

  init(_ identifier: ProtocolIdentifier) {
    self =
      switch identifier {
      case .activeAuthentication: .activeAuthentication
      case .terminalAuthentication: .terminalAuthentication
      default:
        Self.pace(identifier.arcs(below: .pace)) ?? Self.chip(identifier.arcs(below: .chipAuthentication))
          ?? Self.key(identifier.arcs(below: .publicKey)) ?? .unknown
      }
  }

  private static func pace(_ arcs: [UInt8]?) -> Kind? {
    guard let arcs, let first = arcs.first, let (mapping, agreement) = mappings[first] else { return nil }
    if arcs.count == 1 { return .paceDomainParameters }
    return cipher(arcs).map { .pace(mapping, agreement, $0) }
  }

  private static func chip(_ arcs: [UInt8]?) -> Kind? {
    guard let arcs, let agreement = arcs.first.flatMap(SecurityInfos.Agreement.init(rawValue:)) else {
      return nil
    }
    return cipher(arcs).map { .chipAuthentication(agreement, $0) }
  }

  private static func key(_ arcs: [UInt8]?) -> Kind? {
    guard let arcs, arcs.count == 1 else { return nil }
    return SecurityInfos.Agreement(rawValue: arcs[0]).map(Kind.chipAuthenticationKey)
  }

  private static func cipher(_ arcs: [UInt8]) -> SecurityInfos.Cipher? {
    arcs.count == 2 ? SecurityInfos.Cipher(rawValue: arcs[1]) : nil
  }
}

extension SecurityInfos.ActiveAuthentication {
  /// TR-03111 section 5.2.1, and the names of X9.62 that some issuers use instead.
  private static let hashes: [String: Hash] = [
    "0.4.0.127.0.7.1.1.4.1.1": .sha1, "0.4.0.127.0.7.1.1.4.1.2": .sha224,
    "0.4.0.127.0.7.1.1.4.1.3": .sha256, "0.4.0.127.0.7.1.1.4.1.4": .sha384,
    "0.4.0.127.0.7.1.1.4.1.5": .sha512, "1.2.840.10045.4.1": .sha1, "1.2.840.10045.4.3.1": .sha224,
    "1.2.840.10045.4.3.2": .sha256, "1.2.840.10045.4.3.3": .sha384, "1.2.840.10045.4.3.4": .sha512,
  ]

  fileprivate init(version: Int, algorithm: ProtocolIdentifier) {
    self.version = version
    signatureAlgorithm = algorithm
    hash = Self.hashes[algorithm.dotted]
  }
}

/// The fields of one SecurityInfo; versions to come may add some at the end, which are passed over.
private struct SecurityInfoFields {
  private var fields: TLVReader

  init(_ fields: TLVReader) {
    self.fields = fields
  }

  /// An INTEGER of 0 to 2^31 - 1.
  mutating func integer() throws(LDSFault) -> Int { try Self.number(fields.next(0x02)) }

  /// An INTEGER that may be left out.
  mutating func lastInteger() throws(LDSFault) -> Int? {
    guard let object = try fields.nextIf(0x02) else { return nil }
    return try Self.number(object)
  }

  mutating func objectIdentifier() throws(LDSFault) -> ProtocolIdentifier {
    guard let identifier = ProtocolIdentifier(try fields.next(0x06).content) else {
      throw .malformed(tag: 0x06)
    }
    return identifier
  }

  /// A SEQUENCE, whole.
  mutating func sequence() throws(LDSFault) -> [UInt8] { Array(try fields.next(0x30).whole) }

  private static func number(_ object: TLV) throws(LDSFault) -> Int {
    let digits = object.content.drop { $0 == 0 }
    guard let first = object.content.first, first < 0x80, digits.count <= 4,
      let number = Int32(exactly: digits.reduce(0) { $0 << 8 | Int($1) })
    else { throw .malformed(tag: 0x02) }
    return Int(number)
  }
}
