import PassgateCrypto

/// The second step of PACE: the nonce moves the generator to where only a knower of the password can follow.
struct PACEMapping: Sendable {
  private enum Method: Sendable {
    case generic(AgreementKey)
    /// The terminal's own nonce.
    case integrated([UInt8])
  }

  private let variant: PACEVariant
  private let nonce: SecretBytes
  private let method: Method

  init(_ variant: PACEVariant, _ nonce: SecretBytes, _ random: ChipRandom) throws(ChipFault) {
    self.variant = variant
    self.nonce = nonce
    method = try ChipStage.pace.attempt { () throws(CryptoError) -> Method in
      if variant.mapping == .integrated { return .integrated(try random(variant.cipher.keyLength)) }
      return .generic(try AgreementKey(generator: try variant.group.generator(), random))
    }
  }

  /// What the chip is sent.
  var data: [UInt8] {
    switch method {
    case .generic(let key): key.publicKey.bytes
    case .integrated(let other): other
    }
  }

  /// The generator, and the chip's public key of this step where it has one.
  func generator(_ answer: [UInt8]) throws(ChipFault) -> (GroupElement, GroupElement?) {
    switch method {
    case .generic(let key):
      let bytes = try PACEMessages.object(0x82, of: answer)
      return try ChipStage.pace.attempt { () throws(CryptoError) in try generic(key, bytes) }
    case .integrated(let other):
      try Self.requireEmpty(answer)
      return try ChipStage.pace.attempt { () throws(CryptoError) in (try integrated(other), nil) }
    }
  }

  private func generic(
    _ key: AgreementKey, _ bytes: [UInt8]
  ) throws(CryptoError) -> (GroupElement, GroupElement?) {
    let chipKey = try GroupElement(bytes, in: variant.group)
    guard chipKey != key.publicKey else { throw PACEConfirmation.echo }
    let generator = try variant.group.generator(mapping: nonce, with: try key.agree(with: chipKey))
    return (generator, chipKey)
  }

  private func integrated(_ other: [UInt8]) throws(CryptoError) -> GroupElement {
    let number = try variant.cipher.pseudorandomNumber(nonce, other, for: variant.group)
    return try variant.group.generator(encoding: number)
  }

  /// Data object 82 is there and empty; a chip that leaves it out says the same.
  private static func requireEmpty(_ answer: [UInt8]) throws(ChipFault) {
    let objects = try PACEMessages.objects(of: answer)
    guard objects.isEmpty || objects == [0x82: []] else { throw .protocolViolation(.pace) }
  }
}
