import PassgateCrypto
import PassgateEngines

/// The chip's side of PACE (ICAO 9303-11 section 4.4), step by step.
struct CardPACE: Sendable {
  /// What one step gives.
  struct Result {
    let answer: [UInt8]
    /// Of the session that begins with the next command; nil before the last step.
    let keys: SessionKeys?
  }

  private enum Step: Sendable {
    case nonce
    case mapping(SecretBytes)
    case agreement(GroupElement, mapping: AgreementKey?)
    case tokens(CardAgreement, mapping: AgreementKey?)
    case over
  }

  private let variant: SecurityInfos.PACE
  private let group: AgreementGroup
  private let cipher: ChipCipher
  private let secret: [UInt8]
  private let settings: Settings
  private let random: ChipRandom
  private var step = Step.nonce

  /// What the document adds to the protocol.
  struct Settings: Sendable {
    /// The chip's own key of the chip authentication mapping.
    var own: SoftKeys.Agreement?
    /// The authority's name that the last answer tells terminals with a certificate, in DO'87'.
    var authority: [UInt8] = []
    var twist: SoftFault.PACETwist?
  }

  /// - Parameter secret: SHA-1 of what the document prints, or the card access number.
  init(
    _ variant: SecurityInfos.PACE, _ group: AgreementGroup, secret: [UInt8], _ settings: Settings,
    random: @escaping ChipRandom
  ) {
    (self.variant, self.group, self.secret, self.settings) = (variant, group, secret, settings)
    cipher = ChipCipher(variant.cipher)
    self.random = random
  }

  /// The answer to one GENERAL AUTHENTICATE; a chip begins anew after any refusal.
  mutating func answer(_ data: [UInt8]) throws(CardRefusal) -> Result {
    let taken = step
    step = .over
    guard let outer = BER.elements(data), outer.count == 1, let content = outer.first(0x7c),
      let objects = BER.elements(content)
    else { throw CardRefusal(StatusWord.wrongData) }
    switch taken {
    case .nonce: return try nonce()
    case .mapping(let nonce): return try map(nonce, objects)
    case .agreement(let generator, let mapping): return try agree(generator, mapping, objects)
    case .tokens(let agreement, let mapping): return try finish(agreement, mapping, objects)
    case .over: throw CardRefusal(StatusWord.conditionsNotSatisfied)
    }
  }

  // MARK: - Steps

  private mutating func nonce() throws(CardRefusal) -> Result {
    let nonce = try draw(variant.mapping == .integrated ? cipher.mappingLength : 16, random)
    let key = ChipKDF.derive(secret, for: .password, cipher)
    let hidden = try run { () throws(CryptoError) in try cipher.encrypt(nonce, key: key) }
    step = .mapping(SecretBytes(nonce))
    return Result(0x80, settings.twist == .shortNonce ? Array(hidden.prefix(8)) : hidden)
  }

  private mutating func map(_ nonce: SecretBytes, _ objects: [BER.Element]) throws(CardRefusal) -> Result {
    guard let theirs = objects.first(0x81) else { throw CardRefusal(StatusWord.wrongData) }
    if variant.mapping == .integrated {
      let generator = try run { () throws(CryptoError) in
        try group.generator(encoding: try cipher.pseudorandomNumber(nonce, theirs, for: group))
      }
      step = .agreement(generator, mapping: nil)
      return Result(0x82, [])
    }
    let (key, generator) = try genericMapping(nonce, theirs)
    step = .agreement(generator, mapping: key)
    return Result(settings.twist == .wrongTag ? 0x83 : 0x82, twisted(key.publicKey.bytes, theirs))
  }

  private func genericMapping(
    _ nonce: SecretBytes, _ theirs: [UInt8]
  ) throws(CardRefusal) -> (AgreementKey, GroupElement) {
    try run { () throws(CryptoError) in
      let key = try AgreementKey(generator: try group.generator(), random)
      let shared = try key.agree(with: try GroupElement(theirs, in: group))
      return (key, try group.generator(mapping: nonce, with: shared))
    }
  }

  private mutating func agree(
    _ generator: GroupElement, _ mapping: AgreementKey?, _ objects: [BER.Element]
  ) throws(CardRefusal) -> Result {
    guard let theirs = objects.first(0x83) else { throw CardRefusal(StatusWord.wrongData) }
    let agreement = try run { () throws(CryptoError) in
      try CardAgreement(generator, with: theirs, cipher, random)
    }
    step = .tokens(agreement, mapping: mapping)
    return Result(0x84, settings.twist == .echoedKey ? theirs : agreement.own.bytes)
  }

  private func finish(
    _ agreement: CardAgreement, _ mapping: AgreementKey?, _ objects: [BER.Element]
  ) throws(CardRefusal) -> Result {
    guard let theirs = objects.first(0x85) else { throw CardRefusal(StatusWord.wrongData) }
    let expected = try token(over: agreement.own, agreement)
    // A wrong password shows here, and nowhere before.
    guard constantTimeEqual(theirs, expected) else { throw CardRefusal(0x6300) }
    var token = try token(over: agreement.theirs, agreement)
    if settings.twist == .reflectedToken { token = theirs }
    if settings.twist == .wrongToken { token[0] ^= 1 }
    var objects = BER.element(0x86, token)
    if !settings.authority.isEmpty { objects += BER.element(0x87, settings.authority) }
    if variant.mapping == .chipAuthentication, let mapping {
      objects += BER.element(0x8a, try chipData(mapping, agreement.keys))
    }
    return Result(answer: BER.element(0x7c, objects), keys: agreement.keys)
  }

  /// The code over the other side's public key (ICAO 9303-11 section 4.4.3.4).
  private func token(over key: GroupElement, _ agreement: CardAgreement) throws(CardRefusal) -> [UInt8] {
    let tag: UInt16 = if case .curve = group { 0x86 } else { 0x84 }
    let input = BER.element(
      0x7f49, [BER.element(0x06, variant.identifier.bytes), BER.element(tag, key.bytes)])
    return try run { () throws(CryptoError) in
      try cipher.authenticate(input, key: agreement.keys.authentication)
    }
  }

  /// The chip authentication data, hidden with an IV that is the encrypted block of ones
  /// (ICAO 9303-11 section 4.4.3.5.1).
  private func chipData(_ mapping: AgreementKey, _ keys: SessionKeys) throws(CardRefusal) -> [UInt8] {
    guard let own = settings.own else { throw CardRefusal(StatusWord.referenceNotFound) }
    return try run { () throws(CryptoError) in
      let data = try mapping.chipAuthenticationData(own: own.privateKey).bytes
      let ones = [UInt8](repeating: 0xff, count: cipher.blockLength)
      let vector = try cipher.encrypt(ones, key: keys.encryption)
      return try cipher.encrypt(
        ChipPadding.pad(data, to: cipher.blockLength), key: keys.encryption, vector: vector)
    }
  }

  /// The chip's mapping key, or what a fault puts in its place.
  private func twisted(_ own: [UInt8], _ theirs: [UInt8]) -> [UInt8] {
    switch settings.twist {
    case .echoedMapping: theirs
    // The neutral element: a point without coordinates, or the number one.
    case .infinity: if case .curve = group { [0] } else { [1] }
    // With the last byte of y changed no point is left on the curve; a number leaves its subgroup.
    case .offGroup: own.dropLast() + [(own.last ?? 0) ^ 1]
    default: own
    }
  }
}

extension CardPACE.Result {
  fileprivate init(_ tag: UInt16, _ content: [UInt8]) {
    self.init(answer: BER.element(0x7c, BER.element(tag, content)), keys: nil)
  }
}

/// A pair of keys that agreed, and the session that they give.
struct CardAgreement: Sendable {
  let own: GroupElement
  let theirs: GroupElement
  let keys: SessionKeys

  init(
    _ generator: GroupElement, with theirs: [UInt8], _ cipher: ChipCipher,
    _ random: ChipRandom
  ) throws(CryptoError) {
    let key = try AgreementKey(generator: generator, random)
    self.theirs = try GroupElement(theirs, in: generator.group)
    own = key.publicKey
    keys = SessionKeys(sharing: try key.agree(with: self.theirs).sharedSecret().bytes, cipher)
  }
}
