import PassgateCrypto
import PassgateDomain

/// Chip authentication version 1 (ICAO 9303-11 section 6.2): the terminal's side, within secure messaging.
///
/// The chip proves itself by going on with the new keys: whatever it answers here, it has shown nothing until it has
/// answered one more command that the caller protects with `Outcome.keys`. When `SecureMessaging.open` throws on that
/// answer, the chip does not hold the private key.
package struct ChipAuthentication: Sendable {
  package struct Outcome: Sendable {
    /// For all that follows; the counter starts anew.
    package let keys: SessionKeys
    /// The key of DG14 that was used. It counts only when EF.SOD covers DG14.
    package let key: SecurityInfos.ChipAuthenticationKey
  }

  private let variant: ChipAuthenticationVariant
  private let random: ChipRandom
  private var fresh: AgreementKey?

  /// With the strongest key and cipher that DG14 has; nil when it has none, which is no fault of the chip.
  ///
  /// - Throws: `.malformed(.dg14)` when it has keys, but none that is whole and that the platform can use.
  package init?(_ dg14: SecurityInfos, random: @escaping ChipRandom) throws(ChipFault) {
    guard !dg14.chipAuthenticationKeys.isEmpty else { return nil }
    variant = try ChipAuthenticationVariant.strongest(of: dg14)
    self.random = random
  }

  /// The new keys, after one batch of commands.
  ///
  /// - Throws: `.refused` when the chip does not do it; `.notAnswered`, `.tooMany`, `.protocolViolation`,
  ///   `.unavailable`.
  package mutating func next(_ answers: [ResponseAPDU]) throws(ChipFault) -> ChipStep<Outcome> {
    guard let fresh else { return .send(try begin()) }
    for answer in answers where !answer.isSuccess {
      throw .refused(.chipAuthentication, status: answer.status)
    }
    let count = variant.commands(with: []).count
    guard answers.count <= count else { throw .tooMany }
    guard answers.count == count else { throw .notAnswered }
    let secret = try ChipStage.chipAuthentication.attempt { () throws(CryptoError) in
      try fresh.agree(with: variant.element).sharedSecret()
    }
    return .done(Outcome(keys: SessionKeys(sharing: secret.bytes, variant.cipher), key: variant.key))
  }

  private mutating func begin() throws(ChipFault) -> [CommandAPDU] {
    let key = try ChipStage.chipAuthentication.attempt { () throws(CryptoError) in
      try AgreementKey(generator: try variant.element.group.generator(), random)
    }
    fresh = key
    return variant.commands(with: key.publicKey.bytes)
  }
}

/// A key of the chip and how it is used.
struct ChipAuthenticationVariant: Sendable {
  let identifier: ProtocolIdentifier
  let cipher: ChipCipher
  let key: SecurityInfos.ChipAuthenticationKey
  let element: GroupElement
  /// What data object 84 says; nil when the chip has one key and gives it no number.
  private let keyID: Int?

  static func strongest(of infos: SecurityInfos) throws(ChipFault) -> ChipAuthenticationVariant {
    let offered = infos.chipAuthentication.filter { $0.version == 1 }
    let known =
      infos.chipAuthentication.isEmpty
      ? infos.chipAuthenticationKeys.compactMap(Self.init(unnamed:))
      : offered.compactMap { Self($0, infos) }
    guard let strongest = known.max(by: { $0.rank.lexicographicallyPrecedes($1.rank) }) else {
      throw .malformed(.dg14)
    }
    return strongest
  }

  private init?(_ info: SecurityInfos.ChipAuthentication, _ infos: SecurityInfos) {
    guard let key = infos.key(for: info) ?? Self.sole(infos, info) else { return nil }
    self.init(info.identifier, ChipCipher(info.cipher), key, keyID: info.keyID)
  }

  /// The first passports have a key alone, which means 3DES.
  private init?(unnamed key: SecurityInfos.ChipAuthenticationKey) {
    let identifier = ProtocolIdentifier(.chipAuthentication, key.agreement.rawValue, 1)
    self.init(identifier, .tripleDES, key, keyID: key.keyID)
  }

  private init?(
    _ identifier: ProtocolIdentifier, _ cipher: ChipCipher, _ key: SecurityInfos.ChipAuthenticationKey,
    keyID: Int?
  ) {
    guard let element = try? GroupElement(keyInfo: key.spki), element.group.agreement == key.agreement
    else { return nil }
    self.identifier = identifier
    self.cipher = cipher
    self.key = key
    self.element = element
    self.keyID = keyID
  }

  /// The only key of its kind, for an info without an id.
  private static func sole(
    _ infos: SecurityInfos, _ info: SecurityInfos.ChipAuthentication
  ) -> SecurityInfos.ChipAuthenticationKey? {
    let keys = infos.chipAuthenticationKeys.filter { $0.agreement == info.agreement }
    return info.keyID == nil && keys.count == 1 ? keys.first : nil
  }

  private var rank: [Int] {
    let (group, cipher) = (element.group.strength, cipher.strength)
    return [min(group, cipher), cipher, group]
  }

  /// MSE:Set KAT with 3DES; else MSE:Set AT and GENERAL AUTHENTICATE, which go out together.
  func commands(with publicKey: [UInt8]) -> [CommandAPDU] {
    let reference = keyID.map { TLV.encoded(0x84, Self.number($0)) } ?? []
    guard cipher != .tripleDES else {
      return [CommandAPDU(0x00, 0x22, 0x41, 0xA6, TLV.encoded(0x91, publicKey) + reference)]
    }
    let data = TLV.encoded(0x7C, TLV.encoded(0x80, publicKey))
    return [
      CommandAPDU(0x00, 0x22, 0x41, 0xA4, TLV.encoded(0x80, identifier.bytes) + reference),
      CommandAPDU(0x00, 0x86, 0x00, 0x00, data, le: 256),
    ]
  }

  /// Big-endian in the fewest bytes, at least one.
  private static func number(_ value: Int) -> [UInt8] {
    let bytes = [24, 16, 8].map { UInt8(truncatingIfNeeded: value >> $0) }.drop { $0 == 0 }
    return bytes + [UInt8(truncatingIfNeeded: value)]
  }
}
