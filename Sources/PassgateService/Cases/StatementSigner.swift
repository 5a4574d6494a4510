import PassgateCrypto
import PassgateRPC
import PassgateWire

/// Signs documents of the platform with an active reply key: steps of cases, statements, reports.
struct StatementSigner: Sendable {
  private let key: SigningKey

  /// With the key that signs replies of this family at `now`, milliseconds since 1970.
  init(_ keys: ReplyKeys, for family: ReplyFamily = .p256, at now: UInt64) throws(CryptoError) {
    key = try keys.signing(for: family, at: now)
  }

  /// The key with its chain, as a client verifies it.
  var announcement: PassgateWire.ReplyKey { key.announcement }

  func sign(_ document: [UInt8], as label: SignedStatement.Label) throws(CryptoError) -> Signature {
    let hasher = try Hasher(key.signer.algorithm.hash)
    let leaf = SignedStatement.leaf(label, header: document.span, hasher: hasher)
    let signatures = try MerkleSignature.sign(leaves: [leaf], with: key.signer, hasher: hasher)
    return Signature(signatures[0])
  }

  func seal(_ event: [UInt8]) throws(CryptoError) -> SealedStep {
    SealedStep(event: event, signature: try sign(event, as: .event), certificates: key.chain.map(\.der))
  }
}
