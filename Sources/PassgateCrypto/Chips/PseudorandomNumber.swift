/// The pseudorandom function of the integrated mapping (ICAO 9303-11 section 4.4.3.3.2).
extension ChipCipher {
  /// The length of the chip's nonce, of the constants and of each piece of the output, in bytes; 9303-11's l.
  package var mappingLength: Int { keyLength == 16 ? 16 : 32 }

  /// R(s, t): so many pieces that the number, taken modulo the prime of `group`, is as good as evenly spread.
  ///
  /// - Parameters:
  ///   - nonce: s of the chip, `mappingLength` bytes.
  ///   - other: t of the terminal, as many bytes as a key.
  /// - Throws: `.malformed` for other lengths, `.library`.
  package func pseudorandomNumber(
    _ nonce: SecretBytes, _ other: [UInt8], for group: AgreementGroup
  ) throws(CryptoError) -> SecretBytes {
    guard nonce.bytes.count == mappingLength else {
      throw CryptoError(.malformed, "a nonce of the integrated mapping has \(mappingLength) bytes")
    }
    var key = try encrypt(nonce.bytes, key: other)
    var number: [UInt8] = []
    number.reserveCapacity(pieces(for: group) * mappingLength)
    defer { wipe(&key) }
    for _ in 0..<pieces(for: group) {
      let current = SecretBytes(Array(key.prefix(keyLength)))
      number += SecretBytes(try encrypt(constants.piece, key: current.bytes)).bytes
      wipe(&key)
      key = try encrypt(constants.key, key: current.bytes)
    }
    return SecretBytes(number)
  }

  /// The smallest number of pieces with 64 bits more than the prime.
  private func pieces(for group: AgreementGroup) -> Int {
    (group.primeBits + 64 + mappingLength * 8 - 1) / (mappingLength * 8)
  }

  /// c0, which gives the next key, and c1, which gives a piece.
  private var constants: (key: [UInt8], piece: [UInt8]) { mappingLength == 16 ? Self.short : Self.long }

  private static let short: ([UInt8], [UInt8]) = (
    [
      0xA6, 0x68, 0x89, 0x2A, 0x7C, 0x41, 0xE3, 0xCA, 0x73, 0x9F, 0x40, 0xB0, 0x57, 0xD8, 0x59, 0x04,
    ],
    [
      0xA4, 0xE1, 0x36, 0xAC, 0x72, 0x5F, 0x73, 0x8B, 0x01, 0xC1, 0xF6, 0x02, 0x17, 0xC1, 0x88, 0xAD,
    ]
  )

  private static let long: ([UInt8], [UInt8]) = (
    [
      0xD4, 0x63, 0xD6, 0x52, 0x34, 0x12, 0x4E, 0xF7, 0x89, 0x70, 0x54, 0x98, 0x6D, 0xCA, 0x0A, 0x17,
      0x4E, 0x28, 0xDF, 0x75, 0x8C, 0xBA, 0xA0, 0x3F, 0x24, 0x06, 0x16, 0x41, 0x4D, 0x5A, 0x16, 0x76,
    ],
    [
      0x54, 0xBD, 0x72, 0x55, 0xF0, 0xAA, 0xF8, 0x31, 0xBE, 0xC3, 0x42, 0x3F, 0xCF, 0x39, 0xD6, 0x9B,
      0x6C, 0xBF, 0x06, 0x66, 0x77, 0xD0, 0xFA, 0xAE, 0x5A, 0xAD, 0xD9, 0x9D, 0xF8, 0xE5, 0x35, 0x17,
    ]
  )
}

extension AgreementGroup {
  /// The size of the prime, in bits.
  package var primeBits: Int {
    switch self {
    case .curve(let curve): curve.bits
    case .modular(let numbers): numbers.primeLength * 8
    }
  }
}
