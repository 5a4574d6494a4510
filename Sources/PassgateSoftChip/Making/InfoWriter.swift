import PassgateCrypto
import PassgateEngines

/// Writes what a chip offers: EF.CardAccess, DG14, the content of EF.CardSecurity (ICAO 9303-11 section 9.2).
struct InfoWriter {
  let recipe: SoftRecipe

  /// Nil where the chip has no PACE.
  var cardAccess: [UInt8]? {
    recipe.pace.isEmpty ? nil : BER.element(0x31, recipe.pace.map(Self.info))
  }

  /// EF.CardAccess with the weakest variant there is.
  static let weakAccess = BER.element(
    0x31, info(SoftRecipe.PACE(.generic, .tripleDES, .curve(.secp192r1))))

  /// The key of the mapping has the id of its group, which PACE names (BSI TR-03110-3 section A.1.1.2).
  func cardSecurity(_ mapping: GroupElement) -> [UInt8] {
    let key = Self.keyInfo(mapping, mapping.group.parameterID, isStandardised: true)
    return BER.element(0x31, recipe.pace.map(Self.info) + [key])
  }

  /// Nil where there is nothing to say in it.
  func group14(_ keys: [(SoftRecipe.Agreement, GroupElement)]) -> [UInt8]? {
    var infos = recipe.pace.map(Self.info)
    infos += keys.map { Self.info($0.0) }
    infos += keys.map { Self.keyInfo($0.1, $0.0.identifier, isStandardised: false) }
    if let active = recipe.active, case .ec = active.kind { infos.append(Self.info(active)) }
    // A chip with PACE alone has no need of DG14.
    guard infos.count > recipe.pace.count else { return nil }
    return BER.element(0x6e, BER.element(0x31, infos))
  }

  // MARK: - One info

  private static func info(_ pace: SoftRecipe.PACE) -> [UInt8] {
    let arc =
      pace.mapping == .chipAuthentication ? 6 : 2 * pace.mapping.rawValue - (pace.group.isCurve ? 0 : 1)
    let identifier = ProtocolIdentifier(.pace, arc, pace.cipher.rawValue)
    return BER.sequence(
      object(identifier.bytes), BER.integer(2), BER.integer(pace.group.parameterID))
  }

  private static func info(_ agreement: SoftRecipe.Agreement) -> [UInt8] {
    let identifier = ProtocolIdentifier(
      .chipAuthentication, agreement.group.isCurve ? 2 : 1, agreement.cipher.rawValue)
    return BER.sequence(
      object(identifier.bytes), BER.integer(1), agreement.identifier.map { BER.integer($0) } ?? [])
  }

  private static func info(_ active: SoftRecipe.Active) -> [UInt8] {
    let plain = OID(0, 4, 0, 127, 0, 7, 1, 1, 4, 1)
    return BER.sequence(
      object(ProtocolIdentifier.activeAuthentication.bytes), BER.integer(1),
      object(plain.bytes + [active.digest.plainArc]))
  }

  private static func keyInfo(
    _ key: GroupElement, _ identifier: UInt8?, isStandardised: Bool
  ) -> [UInt8] {
    let name = ProtocolIdentifier(.publicKey, key.group.isCurve ? 2 : 1)
    return BER.sequence(
      object(name.bytes), spki(key, isStandardised), identifier.map { BER.integer($0) } ?? [])
  }

  /// SubjectPublicKeyInfo, its group named by the curve or by the parameter id (BSI TR-03110-3 section A.2.1.1).
  private static func spki(_ key: GroupElement, _ isStandardised: Bool) -> [UInt8] {
    let algorithm: [UInt8]
    if !isStandardised, case .curve(let curve) = key.group, let name = curve.objectIdentifier {
      algorithm = BER.sequence(object(OID(1, 2, 840, 10045, 2, 1).bytes), object(name.bytes))
    } else {
      algorithm = BER.sequence(
        object(OID(0, 4, 0, 127, 0, 7, 1, 2).bytes), BER.integer(key.group.parameterID))
    }
    let content = key.group.isCurve ? key.bytes : BER.positive(key.bytes)
    return BER.sequence(algorithm, BER.element(0x03, [0] + content))
  }

  private static func object(_ identifier: [UInt8]) -> [UInt8] { BER.element(0x06, identifier) }
}

extension AgreementGroup {
  var isCurve: Bool { if case .curve = self { true } else { false } }
}

extension DocumentDigest {
  /// Below ecdsa-plain-signatures of TR-03111.
  fileprivate var plainArc: UInt8 {
    switch self {
    case .sha1: 1
    case .sha224: 2
    case .sha256: 3
    case .sha384: 4
    case .sha512: 5
    }
  }
}

extension ECGroup {
  /// The curve's name in keys; nil for those that chips of these documents do not use.
  fileprivate var objectIdentifier: OID? {
    switch self {
    case .secp256r1: OID(1, 2, 840, 10045, 3, 1, 7)
    case .brainpoolP224r1: OID(1, 3, 36, 3, 3, 2, 8, 1, 1, 5)
    case .brainpoolP256r1: OID(1, 3, 36, 3, 3, 2, 8, 1, 1, 7)
    default: nil
    }
  }
}

extension BER {
  /// An INTEGER of these big-endian digits, which are not negative.
  static func positive(_ digits: [UInt8]) -> [UInt8] {
    element(0x02, (digits.first ?? 0) >= 0x80 ? [0] + digits : digits)
  }
}
