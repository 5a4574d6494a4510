import PassgateCrypto

/// The last step of PACE: each side shows that it came to the same keys.
struct PACEConfirmation: Sendable {
  let keys: SessionKeys
  /// The terminal's token, over the chip's key.
  let token: [UInt8]
  private let expected: [UInt8]
  private let mappingKey: GroupElement?

  /// - Parameter chipKey: as the chip sent it, since its token is over that.
  init(
    _ variant: PACEVariant, _ key: AgreementKey, chipKey: [UInt8], mappingKey: GroupElement?
  ) throws(CryptoError) {
    let other = try GroupElement(chipKey, in: variant.group)
    guard other != key.publicKey else { throw Self.echo }
    let secret = try key.agree(with: other).sharedSecret()
    keys = SessionKeys(sharing: secret.bytes, variant.cipher)
    token = try Self.token(over: chipKey, keys, variant)
    expected = try Self.token(over: key.publicKey.bytes, keys, variant)
    self.mappingKey = mappingKey
  }

  private static func token(
    over key: [UInt8], _ keys: SessionKeys, _ variant: PACEVariant
  ) throws(CryptoError) -> [UInt8] {
    let object = PACEMessages.publicKey(variant.identifier, key, in: variant.group)
    return try variant.cipher.authenticate(object, key: keys.authentication)
  }

  /// Checks the chip's token, and decrypts what it gives to prove itself where the variant has that.
  ///
  /// References to certification authorities (87 and 88) may stand beside it: some chips give them unasked.
  func check(_ answer: [UInt8], _ variant: PACEVariant) throws(ChipFault) -> ChipAuthenticationMapping? {
    var objects = try PACEMessages.objects(of: answer)
    guard let received = objects.removeValue(forKey: 0x86), constantTimeEqual(received, expected) else {
      throw .protocolViolation(.pace)
    }
    let sealed = objects.removeValue(forKey: 0x8A)
    guard (sealed != nil) == (variant.mapping == .chipAuthentication),
      objects.keys.allSatisfy({ $0 == 0x87 || $0 == 0x88 })
    else { throw .protocolViolation(.pace) }
    guard let sealed, let mappingKey else { return nil }
    return try ChipAuthenticationMapping(sealed, keys, mappingKey: mappingKey)
  }

  static let echo = CryptoError(.mismatch, "the chip sends the terminal's own key back")
}
