package import PassgateCrypto
package import PassgateDomain

/// A variant of PACE that the chip offers and the platform can do.
package struct PACEVariant: Sendable, Hashable {
  package let identifier: ProtocolIdentifier
  package let mapping: SecurityInfos.Mapping
  package let group: AgreementGroup
  package let cipher: ChipCipher
  /// Whether the chip has more than one group, so that it has to be told which one is meant.
  package let isAmbiguous: Bool

  /// The strongest variant that the chip offers; what is not known or not sound is passed over.
  ///
  /// - Throws: `.accessNotOffered` when none is left. Going on with basic access control would be a step back that
  ///   anybody between chip and reader could force.
  package static func strongest(of infos: SecurityInfos) throws(ChipFault) -> PACEVariant {
    let isAmbiguous = Set(infos.pace.compactMap(\.parameterID)).count > 1
    let known = infos.pace.compactMap { PACEVariant($0, isAmbiguous: isAmbiguous) }
    guard let strongest = known.max(by: { $0.rank.lexicographicallyPrecedes($1.rank) }) else {
      throw .accessNotOffered
    }
    return strongest
  }

  /// How the chip was opened, for the verdict.
  package var access: ChipVerdict.Access {
    switch mapping {
    case .generic: .paceGM
    case .integrated: .paceIM
    case .chipAuthentication: .paceCAM
    }
  }

  /// Nil for another version than 2, a group that is not standardized or not of the info's kind, or a combination
  /// that ICAO 9303-11 section 4.4.3 does not have.
  private init?(_ info: SecurityInfos.PACE, isAmbiguous: Bool) {
    guard info.version == 2, let group = info.parameterID.flatMap(AgreementGroup.init(parameterID:)),
      group.agreement == info.agreement, info.mapping != .integrated || group.hasIntegratedMapping,
      info.mapping != .chipAuthentication || (info.agreement == .ecdh && info.cipher != .tripleDES)
    else { return nil }
    identifier = info.identifier
    mapping = info.mapping
    cipher = ChipCipher(info.cipher)
    self.group = group
    self.isAmbiguous = isAmbiguous
  }

  /// What counts, the weightiest first: the weaker of group and cipher, then whether the chip proves itself on the
  /// way, then each of the two. Of equals it is the greater number of a group, so that
  /// curves come first and the order of the infos means nothing.
  private var rank: [Int] {
    [
      min(group.strength, cipher.strength), Self.preference[mapping] ?? 0, cipher.strength, group.strength,
      Int(group.parameterID),
    ]
  }

  private static let preference: [SecurityInfos.Mapping: Int] = [
    .chipAuthentication: 3, .generic: 2, .integrated: 1,
  ]
}

extension AgreementGroup {
  /// The kind of group, as infos name it.
  package var agreement: SecurityInfos.Agreement {
    if case .curve = self { .ecdh } else { .dh }
  }

  /// In bits (NIST SP 800-57 part 1 table 2).
  var strength: Int {
    switch self {
    case .curve(let curve): curve.bits / 2
    case .modular(.modp1024): 80
    case .modular(.modp2048q224), .modular(.modp2048q256): 112
    }
  }
}

extension ChipCipher {
  package init(_ cipher: SecurityInfos.Cipher) {
    switch cipher {
    case .tripleDES: self = .tripleDES
    case .aes128: self = .aes128
    case .aes192: self = .aes192
    case .aes256: self = .aes256
    }
  }

  /// In bits.
  var strength: Int { self == .tripleDES ? 112 : keyLength * 8 }
}
