package import PassgateCrypto

/// Active authentication (ICAO 9303-11 section 6.1): the chip signs a challenge by the key whose public half is in
/// DG15. What comes out counts only when EF.SOD covers DG15.
package struct ActiveAuthentication: Sendable {
  private let key: DocumentKey
  private let digest: DocumentDigest
  private let random: ChipRandom
  private var challenge: [UInt8] = []
  /// The lengths to ask for: all that fits in a short answer, then in an extended one. Some chips answer nothing
  /// to the latter, others cut the former.
  private var lengths: [Int]
  private var isOver = false

  private static let challengeLength = 8

  /// - Parameters:
  ///   - key: of DG15.
  ///   - info: of DG14, which names the hash function of signatures on curves.
  ///   - allowsExtendedLength: whether the reader can pass answers of more than 256 bytes.
  package init(
    key: DocumentKey, info: SecurityInfos.ActiveAuthentication?, allowsExtendedLength: Bool,
    random: @escaping ChipRandom
  ) {
    self.key = key
    self.random = random
    digest = info?.hash.map(DocumentDigest.init) ?? DocumentDigest(nearest: key)
    lengths = allowsExtendedLength ? [256, 65_536] : [256]
  }

  /// Whether the chip has the key: one command, and another one where the first answer was cut.
  package mutating func next(_ answers: [ResponseAPDU]) throws(ChipFault) -> ChipStep<Bool> {
    guard !isOver else { throw .protocolViolation(.activeAuthentication) }
    if challenge.isEmpty { return .send([try ask()]) }
    guard let answer = answers.first else { throw .notAnswered }
    guard answers.count == 1 else { throw .tooMany }
    if let again = retry(after: answer) { return .send([again]) }
    isOver = true
    return .done(answer.isSuccess && isSigned(answer.data))
  }

  private mutating func ask() throws(ChipFault) -> CommandAPDU {
    do throws(CryptoError) {
      challenge = try random(Self.challengeLength)
    } catch {
      throw .unavailable(.activeAuthentication)
    }
    return command(lengths.removeFirst())
  }

  /// INTERNAL AUTHENTICATE
  private func command(_ length: Int) -> CommandAPDU {
    CommandAPDU(0x00, 0x88, 0x00, 0x00, challenge, le: length)
  }

  private mutating func retry(after answer: ResponseAPDU) -> CommandAPDU? {
    if let length = StatusWord.lengthWanted(answer.status), !lengths.isEmpty {
      lengths = []
      return command(length)
    }
    guard !lengths.isEmpty, isShort(answer) else { return nil }
    return command(lengths.removeFirst())
  }

  private func isShort(_ answer: ResponseAPDU) -> Bool {
    guard answer.isSuccess || answer.status == StatusWord.endOfFile else {
      return answer.status == StatusWord.wrongLength
    }
    guard case .rsa = key.kind else { return answer.data.isEmpty }
    return answer.data.count < key.width
  }

  private func isSigned(_ signature: [UInt8]) -> Bool {
    switch key.kind {
    case .rsa:
      guard let block = try? key.recover(signature) else { return false }
      return ISO9796.accepts(block, tail: challenge)
    case .ec:
      // ICAO wants both numbers beside each other; some issuers write DER.
      return [.plain, .der].contains {
        key.isValid(signature: signature, of: challenge, algorithm: .ecdsa(digest, $0))
      }
    }
  }
}

extension DocumentDigest {
  fileprivate init(_ hash: SecurityInfos.ActiveAuthentication.Hash) {
    switch hash {
    case .sha1: self = .sha1
    case .sha224: self = .sha224
    case .sha256: self = .sha256
    case .sha384: self = .sha384
    case .sha512: self = .sha512
    }
  }

  /// The function whose digests are as long as the field, where DG14 names none.
  fileprivate init(nearest key: DocumentKey) {
    switch key.width {
    case ...28: self = .sha224
    case ...32: self = .sha256
    case ...48: self = .sha384
    default: self = .sha512
    }
  }
}
