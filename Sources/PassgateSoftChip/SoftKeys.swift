package import PassgateCrypto
import PassgateDomain
import PassgateEngines

/// The private keys in a chip. They do not print.
package struct SoftKeys: Sendable, Confidential {
  /// A key of chip authentication or of its mapping.
  package struct Agreement: Sendable {
    package let group: AgreementGroup
    /// As many bytes as the group's order.
    package let privateKey: SecretBytes
    /// Nil when the chip's files name none.
    package let identifier: Int?

    package init(_ group: AgreementGroup, _ privateKey: SecretBytes, identifier: Int?) {
      (self.group, self.privateKey, self.identifier) = (group, privateKey, identifier)
    }
  }

  /// How the chip signs a challenge: with RSA by ISO 9796-2 scheme 1, with a curve as r beside s.
  package struct Active: Sendable {
    package let key: DocumentPrivateKey
    package let digest: DocumentDigest

    package init(_ key: DocumentPrivateKey, _ digest: DocumentDigest) {
      (self.key, self.digest) = (key, digest)
    }
  }

  /// Of active authentication.
  package var active: Active?
  /// Of chip authentication, in DG14.
  package var agreement: [Agreement] = []
  /// Of the chip authentication mapping of PACE, in EF.CardSecurity.
  package var mapping: Agreement?

  package init() {}

  /// Keys of the same kinds that nobody has signed.
  var replaced: SoftKeys {
    var other = SoftKeys()
    other.active = active.flatMap { old in
      (try? DocumentPrivateKey.generate(old.key.publicKey.kind)).map { Active($0, old.digest) }
    }
    other.agreement = agreement.compactMap(\.replaced)
    other.mapping = mapping.flatMap(\.replaced)
    return other
  }
}

extension SoftKeys.Agreement {
  fileprivate var replaced: SoftKeys.Agreement? {
    (try? group.privateKey { count throws(CryptoError) in try randomBytes(count) })
      .map { SoftKeys.Agreement(group, $0, identifier: identifier) }
  }
}

extension SoftKeys.Active {
  /// The answer to a challenge of INTERNAL AUTHENTICATE (ICAO 9303-11 section 6.1).
  ///
  /// - Parameter form: of a signature on a curve.
  func signature(
    of challenge: [UInt8], _ form: DocumentSignatureAlgorithm.Form, random: ChipRandom
  ) throws(CardRefusal) -> [UInt8] {
    guard case .rsa(let bits) = key.publicKey.kind else {
      return try run { () throws(CryptoError) in try key.sign(challenge, .ecdsa(digest, form)) }
    }
    let trailer: [UInt8] = digest == .sha1 ? [0xbc] : [Self.hashIdentifiers[digest] ?? 0x34, 0xcc]
    let known = bits / 8 - 1 - digest.length - trailer.count
    let own = try draw(max(0, known), random)
    return try run { () throws(CryptoError) in
      try key.signBlock([0x6a] + own + digest.digest(own + challenge) + trailer)
    }
  }

  /// ISO/IEC 10118-3.
  private static let hashIdentifiers: [DocumentDigest: UInt8] = [
    .sha1: 0x33, .sha256: 0x34, .sha512: 0x35, .sha384: 0x36, .sha224: 0x38,
  ]
}
