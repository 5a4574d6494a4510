import PassgateCrypto
import PassgateDomain
import PassgateEngines

/// The chip behind the faults of the connection: what is selected, how it was opened, and its answers.
struct Card: Sendable {
  /// An answer, and the keys that the session has from the next command on.
  struct Outcome {
    var answer: ResponseAPDU
    var keys: SessionKeys?

    init(_ data: [UInt8] = [], status: UInt16 = StatusWord.success, keys: SessionKeys? = nil) {
      answer = ResponseAPDU(data, status: status)
      self.keys = keys
    }
  }

  let document: SoftDocument
  let effect: SoftFault.Effect?
  let random: ChipRandom
  let infos: CardInfos
  var files: CardFiles
  var messaging: CardMessaging?
  var twist: MessagingTwister
  /// Of GET CHALLENGE, good for the next command.
  var challenge: [UInt8]?
  var pace: CardPACE?
  /// The variant of chip authentication that was chosen.
  var agreement: CardAgreementChoice?

  init(_ document: SoftDocument, _ effect: SoftFault.Effect?, delay: Int, random: @escaping ChipRandom) {
    (self.document, self.effect, self.random) = (document, effect, random)
    infos = CardInfos(document.files)
    files = CardFiles(document.files)
    twist = MessagingTwister(effect, delay: delay)
  }

  mutating func reset() {
    files.selectFolder(.masterFile)
    (messaging, challenge, pace, agreement) = (nil, nil, nil, nil)
  }

  /// The answer to one command as it travels.
  mutating func answer(_ bytes: [UInt8]) -> [UInt8] {
    guard let command = CommandAPDU(decoding: bytes) else { return refusal(StatusWord.wrongLength) }
    // A chip without extended length does not even find the end of such a command.
    if command.isExtended(bytes), !document.hasExtendedLength { return refusal(StatusWord.wrongLength) }
    guard command.cla & 0x0c == 0x0c else {
      messaging = nil
      return plainAnswer(command).answer.bytes
    }
    return protectedAnswer(command, isExtended: command.isExtended(bytes)).bytes
  }

  private mutating func refusal(_ status: UInt16) -> [UInt8] {
    messaging = nil
    return ResponseAPDU(status: status).bytes
  }

  private mutating func protectedAnswer(_ command: CommandAPDU, isExtended: Bool) -> ResponseAPDU {
    guard var session = messaging else { return ResponseAPDU(status: StatusWord.messagingNotSupported) }
    do {
      let plain = try session.open(command)
      var outcome = plainAnswer(plain)
      outcome.answer = fitted(
        outcome.answer, to: plain, session, into: isExtended ? document.longestAnswer : 256)
      let answer = try twist.protect(outcome.answer, to: plain, &session)
      messaging = twist.hasDropped ? nil : outcome.keys.map { CardMessaging($0) } ?? session
      return answer
    } catch {
      messaging = nil
      return ResponseAPDU(status: error.status)
    }
  }

  /// What can travel in `room` bytes: of a file as much as fits, and of anything else all or nothing.
  private func fitted(
    _ answer: ResponseAPDU, to command: CommandAPDU, _ session: CardMessaging, into room: Int
  ) -> ResponseAPDU {
    // DO'99', DO'8E', the head of DO'87' and at least one byte of padding come in addition.
    let block = session.keys.cipher.blockLength
    let limit = (room - 4 - 10 - (room > 256 ? 5 : 4)) / block * block - 1
    guard answer.data.count > limit else { return answer }
    return command.isRead
      ? ResponseAPDU(Array(answer.data.prefix(limit)), status: answer.status)
      : ResponseAPDU(status: StatusWord.wrongLength)
  }

  /// The answer to a command in the clear, faults of that level included.
  private mutating func plainAnswer(_ command: CommandAPDU) -> Outcome {
    if case .refuses(let status) = effect, let status = status(command) { return Outcome(status: status) }
    var outcome: Outcome
    do { outcome = try execute(command) } catch { outcome = Outcome(status: error.status) }
    if case .alters(let alter) = effect { outcome.answer = alter(command, outcome.answer) }
    return outcome
  }

  private mutating func execute(_ command: CommandAPDU) throws(CardRefusal) -> Outcome {
    let given = challenge
    challenge = nil
    switch command.ins {
    case 0xa4: return try select(command)
    case 0xb0: return try read(command)
    case 0xb1: return try readFar(command)
    case 0x84: return try giveChallenge(command)
    case 0x82: return try openBasic(command, given)
    case 0x22: return try set(command)
    case 0x86: return try authenticate(command)
    case 0x88: return try sign(command)
    default: throw CardRefusal(StatusWord.instructionNotSupported)
    }
  }

  /// Whether files that access control protects can be read.
  var isOpen: Bool { messaging != nil }
}

extension CommandAPDU {
  /// Whether it came in the extended form: behind the header stands a zero and more than one byte.
  fileprivate func isExtended(_ bytes: [UInt8]) -> Bool { bytes.count > 5 && bytes[4] == 0 }
}
