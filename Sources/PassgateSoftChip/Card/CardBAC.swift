import PassgateCrypto
import PassgateEngines

/// The chip's side of basic access control (ICAO 9303-11 section 4.3).
enum CardBAC {
  private static let cipher = ChipCipher.tripleDES

  /// The chip's answer to the terminal's 40 bytes, and the keys of the session that begins.
  ///
  /// - Parameters:
  ///   - secret: SHA-1 of what the document prints; its first half is the seed.
  ///   - challenge: the 8 bytes that the chip gave before.
  static func answer(
    _ token: [UInt8], secret: [UInt8], challenge: [UInt8], random: ChipRandom
  ) throws(CardRefusal) -> (answer: [UInt8], keys: SessionKeys) {
    let keys = SessionKeys(sharing: Array(secret.prefix(16)), cipher)
    let terminal = try opened(token, keys)
    guard terminal[8..<16].elementsEqual(challenge) else { throw CardRefusal(0x6300) }
    let part = try draw(16, random)
    let hidden = try run { () throws(CryptoError) in
      try cipher.encrypt(challenge + terminal[..<8] + part, key: keys.encryption)
    }
    let code = try run { () throws(CryptoError) in
      try cipher.authenticate(hidden, key: keys.authentication)
    }
    let seed = zip(terminal[16..<32], part).map { $0 ^ $1 }
    let counter = Array(challenge.suffix(4) + terminal[4..<8])
    return (hidden + code, SessionKeys(sharing: seed, cipher, counter: counter))
  }

  /// RND.IFD, RND.IC and K.IFD, whose code holds.
  private static func opened(_ token: [UInt8], _ keys: SessionKeys) throws(CardRefusal) -> [UInt8] {
    guard token.count == 40 else { throw CardRefusal(StatusWord.wrongLength) }
    let hidden = Array(token[..<32])
    let code = try run { () throws(CryptoError) in
      try cipher.authenticate(hidden, key: keys.authentication)
    }
    guard constantTimeEqual(code, Array(token[32...])) else { throw CardRefusal(0x6300) }
    return try run { () throws(CryptoError) in try cipher.decrypt(hidden, key: keys.encryption) }
  }
}

/// So many bytes of the chip's own randomness.
func draw(_ count: Int, _ random: ChipRandom) throws(CardRefusal) -> [UInt8] {
  let bytes = try run { () throws(CryptoError) in try random(count) }
  guard bytes.count == count else { throw CardRefusal(StatusWord.noDiagnosis) }
  return bytes
}
