package import PassgateCrypto
import PassgateDomain

/// The keys of one session of secure messaging. They do not print.
package struct SessionKeys: Sendable, Confidential {
  package let cipher: ChipCipher
  package private(set) var encryption: [UInt8]
  package private(set) var authentication: [UInt8]
  /// The send sequence counter before the first command, one block.
  package let counter: [UInt8]

  /// - Parameter counter: zeros when it is nil, as after PACE and chip authentication.
  package init(
    _ cipher: ChipCipher, encryption: [UInt8], authentication: [UInt8], counter: [UInt8]? = nil
  ) {
    self.cipher = cipher
    self.encryption = encryption
    self.authentication = authentication
    self.counter = counter ?? [UInt8](repeating: 0, count: cipher.blockLength)
  }

  /// The keys of a shared secret (ICAO 9303-11 section 9.7.1).
  package init(sharing secret: [UInt8], _ cipher: ChipCipher, counter: [UInt8]? = nil) {
    self.init(
      cipher, encryption: ChipKDF.derive(secret, for: .encryption, cipher),
      authentication: ChipKDF.derive(secret, for: .authentication, cipher), counter: counter)
  }

  /// Overwrites the keys; copies that were made of them stay.
  package mutating func drop() {
    wipe(&encryption)
    wipe(&authentication)
  }
}

/// Where a protocol's random bytes come from: injected, so that worked examples come out byte for byte.
package typealias ChipRandom = @Sendable (_ count: Int) throws(CryptoError) -> [UInt8]
