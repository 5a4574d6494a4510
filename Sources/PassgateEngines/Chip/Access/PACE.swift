import PassgateCrypto
package import PassgateDomain

/// Password Authenticated Connection Establishment (ICAO 9303-11 section 4.4): the terminal's side, in four steps.
///
/// A wrong password is tried once. Whatever is out of order ends the protocol, and nothing of it is used.
package struct PACE: Sendable {
  package struct Outcome: Sendable {
    package let variant: PACEVariant
    /// What the password was made of.
    package let secret: ChipVerdict.AccessSecret
    package let keys: SessionKeys
    /// What the chip gave to prove itself, with chip authentication mapping alone: see `judge` there.
    package let chipAuthentication: ChipAuthenticationMapping?
  }

  private enum State: Sendable {
    case ready
    /// The protocol is chosen and the nonce asked for; `named` when the group was named too.
    case chosen(named: Bool)
    case mapping(PACEMapping)
    case agreeing(AgreementKey, mappingKey: GroupElement?)
    case confirming(PACEConfirmation)
    case over
  }

  package let variant: PACEVariant
  private let secret: ChipVerdict.AccessSecret
  private let passwordKey: SecretBytes
  private let random: ChipRandom
  private var state = State.ready

  /// With the strongest variant that EF.CardAccess offers.
  ///
  /// - Throws: `.accessNotOffered` when there is none that the platform can do.
  package init(
    _ cardAccess: SecurityInfos, _ password: AccessPassword, random: @escaping ChipRandom
  ) throws(ChipFault) {
    try self.init(PACEVariant.strongest(of: cardAccess), password, random: random)
  }

  package init(_ variant: PACEVariant, _ password: AccessPassword, random: @escaping ChipRandom) {
    self.variant = variant
    self.random = random
    secret = password.secret
    let shared = SecretBytes(password.sharedSecret)
    passwordKey = SecretBytes(ChipKDF.derive(shared.bytes, for: .password, variant.cipher))
  }

  /// The keys of the session, after four batches of commands (five when the chip wants the group named).
  ///
  /// - Throws: `.accessDenied` when the chip does not take the password; `.refused`, `.protocolViolation`,
  ///   `.notAnswered`, `.tooMany`, `.unavailable`.
  package mutating func next(_ answers: [ResponseAPDU]) throws(ChipFault) -> ChipStep<Outcome> {
    let state = state
    self.state = .over
    switch state {
    case .ready: return choose(naming: variant.isAmbiguous)
    case .chosen(let named): return try map(answers, named: named)
    case .mapping(let mapping): return try agree(mapping, try Self.only(answers))
    case .agreeing(let key, let mappingKey): return try confirm(key, mappingKey, try Self.only(answers))
    case .confirming(let expected): return .done(try finish(expected, try Self.only(answers)))
    case .over: throw .protocolViolation(.pace)
    }
  }

  // MARK: - Steps

  /// MSE:Set AT, and the nonce asked for in the same batch.
  private mutating func choose(naming: Bool) -> ChipStep<Outcome> {
    state = .chosen(named: naming)
    return .send([
      PACEMessages.choose(variant, password: secret, naming: naming), PACEMessages.askNonce,
    ])
  }

  /// Some chips want the group named though it is the only one, so that is tried once.
  private mutating func map(
    _ answers: [ResponseAPDU], named: Bool
  ) throws(ChipFault) -> ChipStep<Outcome> {
    guard answers.count <= 2 else { throw .tooMany }
    if let status = answers.last?.status, !named, PACEMessages.wantsGroupNamed(status) {
      return choose(naming: true)
    }
    for answer in answers { try Self.requireSuccess(answer) }
    guard answers.count == 2 else { throw .notAnswered }
    let mapping = try PACEMapping(variant, try nonce(answers[1].data), random)
    state = .mapping(mapping)
    return .send([PACEMessages.exchange(0x81, mapping.data)])
  }

  private func nonce(_ data: [UInt8]) throws(ChipFault) -> SecretBytes {
    let sealed = try PACEMessages.object(0x80, of: data)
    guard variant.takesNonce(of: sealed.count) else { throw .protocolViolation(.pace) }
    return try ChipStage.pace.attempt { () throws(CryptoError) in
      SecretBytes(try variant.cipher.decrypt(sealed, key: passwordKey.bytes))
    }
  }

  private mutating func agree(
    _ mapping: PACEMapping, _ answer: ResponseAPDU
  ) throws(ChipFault) -> ChipStep<Outcome> {
    try Self.requireSuccess(answer)
    let (generator, mappingKey) = try mapping.generator(answer.data)
    let key = try ChipStage.pace.attempt { () throws(CryptoError) in
      try AgreementKey(generator: generator, random)
    }
    state = .agreeing(key, mappingKey: mappingKey)
    return .send([PACEMessages.exchange(0x83, key.publicKey.bytes)])
  }

  private mutating func confirm(
    _ key: AgreementKey, _ mappingKey: GroupElement?, _ answer: ResponseAPDU
  ) throws(ChipFault) -> ChipStep<Outcome> {
    try Self.requireSuccess(answer)
    let bytes = try PACEMessages.object(0x84, of: answer.data)
    let confirmation = try ChipStage.pace.attempt { () throws(CryptoError) in
      try PACEConfirmation(variant, key, chipKey: bytes, mappingKey: mappingKey)
    }
    state = .confirming(confirmation)
    return .send([PACEMessages.confirm(confirmation.token)])
  }

  private func finish(_ expected: PACEConfirmation, _ answer: ResponseAPDU) throws(ChipFault) -> Outcome {
    try Self.requireSuccess(answer)
    let proof = try expected.check(answer.data, variant)
    return Outcome(variant: variant, secret: secret, keys: expected.keys, chipAuthentication: proof)
  }

  private static func requireSuccess(_ answer: ResponseAPDU) throws(ChipFault) {
    if StatusWord.isWrongPassword(answer.status) { throw .accessDenied }
    guard answer.isSuccess else { throw .refused(.pace, status: answer.status) }
  }

  private static func only(_ answers: [ResponseAPDU]) throws(ChipFault) -> ResponseAPDU {
    guard let answer = answers.first else { throw .notAnswered }
    guard answers.count == 1 else { throw .tooMany }
    return answer
  }
}

extension PACEVariant {
  /// Whole blocks; of 16 to 32 bytes, since a shorter nonce could be guessed and a longer one gives nothing. The
  /// integrated mapping fixes the length.
  func takesNonce(of length: Int) -> Bool {
    guard mapping == .integrated else {
      return 16...32 ~= length && length.isMultiple(of: cipher.blockLength)
    }
    return length == cipher.mappingLength
  }
}

extension ChipStage {
  /// Runs cryptography over what the chip sent: the chip's fault, unless the server's own cryptography failed.
  func attempt<Value>(_ body: () throws(CryptoError) -> Value) throws(ChipFault) -> Value {
    do throws(CryptoError) {
      return try body()
    } catch {
      throw error.reason == .library ? .unavailable(self) : .protocolViolation(self)
    }
  }
}
