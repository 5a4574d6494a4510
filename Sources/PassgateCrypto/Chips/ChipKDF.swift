/// How keys are derived from a shared secret (ICAO 9303-11 section 9.7.1).
package enum ChipKDF {
  /// What a derived key is for; the raw value is the counter.
  package enum Use: UInt32, Sendable {
    case encryption = 1
    case authentication = 2
    /// The nonce of PACE.
    case password = 3
  }

  /// A key for `cipher`; parity bits are adjusted where it is 3DES.
  package static func derive(_ secret: [UInt8], for use: Use, _ cipher: ChipCipher) -> [UInt8] {
    var input = secret + use.rawValue.bigEndianBytes
    defer { wipe(&input) }
    let key = Array(cipher.derivationDigest.digest(input).prefix(cipher.keyLength))
    return cipher == .tripleDES ? key.map(withOddParity) : key
  }

  /// The same with the lowest bit chosen so that the number of ones is odd (FIPS 46-3).
  private static func withOddParity(_ byte: UInt8) -> UInt8 {
    let bits = byte & 0xfe
    return bits.nonzeroBitCount.isMultiple(of: 2) ? bits | 1 : bits
  }
}

extension ChipCipher {
  fileprivate var derivationDigest: DocumentDigest {
    switch self {
    case .tripleDES, .aes128: .sha1
    case .aes192, .aes256: .sha256
    }
  }
}

extension UInt32 {
  fileprivate var bigEndianBytes: [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: self >> $0) } }
}
