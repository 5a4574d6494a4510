import PassgateCrypto
import PassgateDomain
import PassgateEngines

/// What a chip's own files say that it can do.
struct CardInfos: Sendable {
  /// Of EF.CardAccess.
  let access: SecurityInfos?
  /// Of DG14.
  let authentication: SecurityInfos?

  init(_ files: [ChipFile: [UInt8]]) {
    access = files[.cardAccess].flatMap { try? SecurityInfos($0) }
    authentication = files[.dg14].flatMap { try? SecurityInfos(dg14: $0) }
  }
}

/// A variant of chip authentication and the key for it.
struct CardAgreementChoice: Sendable {
  let cipher: ChipCipher
  let key: SoftKeys.Agreement
}

// The commands that open a chip and prove that it is genuine (ICAO 9303-11 sections 4 and 6).

extension Card {
  /// GET CHALLENGE.
  mutating func giveChallenge(_ command: CommandAPDU) throws(CardRefusal) -> Outcome {
    try require(command.le == 8, StatusWord.wrongLength)
    let drawn = try draw(8, random)
    challenge = drawn
    return Outcome(drawn)
  }

  mutating func openBasic(_ command: CommandAPDU, _ challenge: [UInt8]?) throws(CardRefusal) -> Outcome {
    guard let challenge, files.folder == .travelApplication, document.hasBasicAccess else {
      throw CardRefusal(StatusWord.conditionsNotSatisfied)
    }
    do {
      let (answer, keys) = try CardBAC.answer(
        command.data, secret: document.secret(of: .mrz, effect), challenge: challenge, random: random)
      messaging = CardMessaging(keys)
      return Outcome(answer)
    } catch {
      if case .otherPassword = effect, error.status == 0x6300 { throw CardRefusal(0x63cf) }
      throw error
    }
  }

  /// MANAGE SECURITY ENVIRONMENT.
  mutating func set(_ command: CommandAPDU) throws(CardRefusal) -> Outcome {
    guard let objects = BER.elements(command.data) else { throw CardRefusal(StatusWord.wrongData) }
    switch (command.p1, command.p2) {
    case (0xc1, 0xa4): return try setPACE(objects)
    case (0x41, 0xa4): return try setAgreement(objects)
    case (0x41, 0xa6): return try agreeAtOnce(objects)
    default: throw CardRefusal(StatusWord.wrongParameters)
    }
  }

  /// GENERAL AUTHENTICATE: the next step of what was set.
  mutating func authenticate(_ command: CommandAPDU) throws(CardRefusal) -> Outcome {
    if pace != nil { return try continuePACE(command) }
    guard let choice = agreement, isOpen else { throw CardRefusal(StatusWord.conditionsNotSatisfied) }
    agreement = nil
    guard let content = BER.elements(command.data)?.first(0x7c),
      let theirs = BER.elements(content)?.first(0x80)
    else { throw CardRefusal(StatusWord.wrongData) }
    var outcome = try agree(choice, theirs)
    outcome.answer.data = [0x7c, 0x00]
    return outcome
  }

  // MARK: - PACE

  private mutating func setPACE(_ objects: [BER.Element]) throws(CardRefusal) -> Outcome {
    guard let identifier = objects.first(0x80), let password = objects.first(0x83) else {
      throw CardRefusal(StatusWord.wrongData)
    }
    let wanted = objects.first(0x84)?.first.map { Int($0) }
    let variant = infos.access?.pace.first {
      $0.identifier.bytes == identifier && (wanted == nil || wanted == $0.parameterID)
    }
    guard let variant, let group = variant.parameterID.flatMap(AgreementGroup.init(parameterID:)) else {
      throw CardRefusal(StatusWord.wrongData)
    }
    let secret = try secret(numbered: password)
    var settings = CardPACE.Settings(
      own: document.keys.mapping, authority: document.terminalAuthority, twist: nil)
    if case .pace(let twist) = effect { settings.twist = twist }
    pace = CardPACE(variant, group, secret: secret, settings, random: random)
    return Outcome()
  }

  private func secret(numbered password: [UInt8]) throws(CardRefusal) -> [UInt8] {
    switch password {
    case [1]: return document.secret(of: .mrz, effect)
    case [2] where document.accessNumber != nil: return document.secret(of: .can, effect)
    default: throw CardRefusal(StatusWord.referenceNotFound)
    }
  }

  private mutating func continuePACE(_ command: CommandAPDU) throws(CardRefusal) -> Outcome {
    guard var protocolRun = pace else { throw CardRefusal(StatusWord.conditionsNotSatisfied) }
    pace = nil
    let result = try protocolRun.answer(command.data)
    if let keys = result.keys {
      messaging = CardMessaging(keys)
    } else {
      pace = protocolRun
    }
    return Outcome(result.answer)
  }

  // MARK: - Chip authentication

  private mutating func setAgreement(_ objects: [BER.Element]) throws(CardRefusal) -> Outcome {
    try require(isOpen, StatusWord.securityNotSatisfied)
    let variant = infos.authentication?.chipAuthentication.first {
      $0.identifier.bytes == objects.first(0x80) ?? []
    }
    guard let variant else { throw CardRefusal(StatusWord.wrongData) }
    agreement = CardAgreementChoice(
      cipher: ChipCipher(variant.cipher), key: try key(numbered: objects.first(0x84)))
    return Outcome()
  }

  /// MSE:SET KAT, of 3DES alone: the terminal's key comes along.
  private func agreeAtOnce(_ objects: [BER.Element]) throws(CardRefusal) -> Outcome {
    try require(isOpen, StatusWord.securityNotSatisfied)
    guard let theirs = objects.first(0x91) else { throw CardRefusal(StatusWord.wrongData) }
    let key = try key(numbered: objects.first(0x84))
    return try agree(CardAgreementChoice(cipher: .tripleDES, key: key), theirs)
  }

  private func key(numbered identifier: [UInt8]?) throws(CardRefusal) -> SoftKeys.Agreement {
    let number = identifier.map { $0.reduce(0) { $0 << 8 & 0xffff | Int($1) } }
    let key = document.keys(under: effect).agreement.first { number == nil || $0.identifier == number }
    guard let key else { throw CardRefusal(StatusWord.referenceNotFound) }
    return key
  }

  private func agree(_ choice: CardAgreementChoice, _ theirs: [UInt8]) throws(CardRefusal) -> Outcome {
    let secret = try run { () throws(CryptoError) in
      try GroupElement(theirs, in: choice.key.group).power(choice.key.privateKey).sharedSecret()
    }
    if case .authentication(.sameKeys) = effect { return Outcome() }
    return Outcome(keys: SessionKeys(sharing: secret.bytes, choice.cipher))
  }

  // MARK: - Active authentication

  /// INTERNAL AUTHENTICATE.
  func sign(_ command: CommandAPDU) throws(CardRefusal) -> Outcome {
    guard let key = document.keys(under: effect).active else {
      throw CardRefusal(StatusWord.instructionNotSupported)
    }
    try require(isOpen && files.folder == .travelApplication, StatusWord.securityNotSatisfied)
    try require(command.data.count == 8 && command.le != nil, StatusWord.wrongLength)
    var challenge = command.data
    if case .authentication(.otherChallenge) = effect { challenge[0] ^= 1 }
    var form = DocumentSignatureAlgorithm.Form.plain
    if case .authentication(.sequence) = effect { form = .der }
    return Outcome(try key.signature(of: challenge, form, random: random))
  }
}
