import PassgateCrypto

/// Basic access control (ICAO 9303-11 section 4.3): the terminal's side.
package struct BAC: Sendable {
  private enum State {
    case ready
    case challengeAsked
    case answered(Exchange)
    case over
  }

  /// What the chip's answer is compared with.
  private struct Exchange {
    let chipChallenge: [UInt8]
    let challenge: [UInt8]
    let secret: [UInt8]
  }

  private static let cipher = ChipCipher.tripleDES
  private static let codeLength = ChipCipher.codeLength

  private let keys: SessionKeys
  private let random: ChipRandom
  private var state = State.ready

  /// - Throws: `.accessNotOffered` for a card access number, which opens no chip of this kind.
  package init(_ password: AccessPassword, random: @escaping ChipRandom) throws(ChipFault) {
    guard case .mrz = password else { throw .accessNotOffered }
    keys = SessionKeys(sharing: Array(password.sharedSecret.prefix(16)), Self.cipher)
    self.random = random
  }

  /// Whether the chip's challenge is answered, and its own answer waited for.
  var isAuthenticating: Bool {
    if case .answered = state { true } else { false }
  }

  /// The keys of the session, in three steps.
  ///
  /// - Throws: `.accessDenied` when the chip does not take the password; it is not tried again.
  package mutating func next(_ answers: [ResponseAPDU]) throws(ChipFault) -> ChipStep<SessionKeys> {
    let state = state
    self.state = .over
    switch state {
    case .ready:
      self.state = .challengeAsked
      return .send([CommandAPDU(0x00, 0x84, 0x00, 0x00, le: 8)])
    case .challengeAsked: return .send([try authenticate(to: try Self.only(answers))])
    case .answered(let exchange): return .done(try sessionKeys(exchange, try Self.only(answers)))
    case .over: throw .protocolViolation(.bac)
    }
  }

  private static func only(_ answers: [ResponseAPDU]) throws(ChipFault) -> ResponseAPDU {
    guard let answer = answers.first else { throw .notAnswered }
    guard answers.count == 1 else { throw .tooMany }
    return answer
  }

  /// EXTERNAL AUTHENTICATE
  private mutating func authenticate(to answer: ResponseAPDU) throws(ChipFault) -> CommandAPDU {
    guard answer.isSuccess else { throw .refused(.bac, status: answer.status) }
    guard answer.data.count == 8 else { throw .protocolViolation(.bac) }
    do throws(CryptoError) {
      let exchange = Exchange(chipChallenge: answer.data, challenge: try random(8), secret: try random(16))
      let text = exchange.challenge + exchange.chipChallenge + exchange.secret
      let sealed = try Self.cipher.encrypt(text, key: keys.encryption)
      let code = try Self.cipher.authenticate(sealed, key: keys.authentication)
      state = .answered(exchange)
      return CommandAPDU(0x00, 0x82, 0x00, 0x00, sealed + code, le: sealed.count + code.count)
    } catch {
      throw .unavailable(.bac)
    }
  }

  private func sessionKeys(_ exchange: Exchange, _ answer: ResponseAPDU) throws(ChipFault) -> SessionKeys {
    if StatusWord.isWrongPassword(answer.status) { throw .accessDenied }
    guard answer.isSuccess else { throw .refused(.bac, status: answer.status) }
    let text = try opened(answer.data)
    guard constantTimeEqual(Array(text[..<8]), exchange.chipChallenge),
      constantTimeEqual(Array(text[8..<16]), exchange.challenge)
    else { throw .protocolViolation(.bac) }
    var seed = zip(exchange.secret, text[16...]).map { $0 ^ $1 }
    defer { wipe(&seed) }
    return SessionKeys(
      sharing: seed, Self.cipher, counter: exchange.chipChallenge.suffix(4) + exchange.challenge.suffix(4))
  }

  /// RND.IC, RND.IFD and K.IC, 32 bytes.
  private func opened(_ data: [UInt8]) throws(ChipFault) -> [UInt8] {
    guard data.count == 40 else { throw .protocolViolation(.bac) }
    let sealed = Array(data.dropLast(Self.codeLength))
    do throws(CryptoError) {
      let code = try Self.cipher.authenticate(sealed, key: keys.authentication)
      if constantTimeEqual(code, Array(data.suffix(Self.codeLength))) {
        return try Self.cipher.decrypt(sealed, key: keys.encryption)
      }
    } catch {
      throw .unavailable(.bac)
    }
    throw .protocolViolation(.bac)
  }
}
