import PassgateCrypto
import PassgateDomain
import PassgateWire

/// How a specimen differs from a right, directly signed success.
typealias SpecimenRecipe = @Sendable (inout SpecimenDraft, SpecimenWorkshop) throws(CryptoError) -> Void

/// The recipe of each case of replies, by its id. Each wrong one is wrong in one thing alone, as far as a platform
/// without its authority's key can make it.
let specimenRecipes: [String: SpecimenRecipe] =
  rightRecipes.merging(alterationRecipes) { first, _ in first }
  .merging(misplacedRecipes) { first, _ in first }
  .merging(mistrustedRecipes) { first, _ in first }

private let rightRecipes: [String: SpecimenRecipe] = [
  "reply-direct": { _, _ in },
  "reply-undetermined": { draft, _ in draft.body = SpecimenWorkshop.reply(.undetermined(.superseded)) },
  "reply-refusal": { draft, _ in draft.refuse(.sceneNotAgreed) },
  "reply-refusal-elsewhere": { draft, _ in
    draft.request.deployment = draft.request.deployment == .sandbox ? .production : .sandbox
    draft.refuse(.wrongDeployment)
  },
  "reply-later-reason": { draft, _ in
    draft.refuse(.notPermitted)
    draft.header.laterReason = 60_000
  },
  "reply-of-two": { draft, _ in draft.leafCount = 2 },
  "reply-last-of-nine": { draft, _ in (draft.leafCount, draft.leafIndex) = (9, 8) },
  "reply-of-256": { draft, _ in (draft.leafCount, draft.leafIndex) = (256, 97) },
  "reply-beside-unreadable-key": { draft, _ in
    draft.announced.insert(
      PassgateWire.ReplyKey(
        state: .active, algorithm: SignatureAlgorithm.rsaPSSSHA256.rawValue,
        certificates: [[0x30, 0x03, 0x02, 0x01, 0x01]]),
      at: 0)
  },
  "reply-by-next-key": { draft, _ in draft.announced[0].state = .next },
]

private let alterationRecipes: [String: SpecimenRecipe] = [
  "reply-header-bit": { draft, _ in draft.alter { $0.createdMilliseconds ^= 1 } },
  "reply-body-bit": { draft, _ in draft.alteration = { flipBit(&$0.body, at: 2) } },
  "reply-verdict-turned": { draft, _ in
    draft.alteration = { $0.body = SpecimenWorkshop.reply(.inconsistent) }
  },
  "reply-signature-bit": { draft, _ in
    draft.alteration = { flipBit(&$0.signature.value, at: $0.signature.value.count - 1) }
  },
  "reply-path-bit": { draft, _ in
    draft.leafCount = 2
    draft.alteration = { flipBit(&$0.signature.path[0], at: 31) }
  },
  "reply-path-too-long": { draft, _ in
    draft.alteration = { $0.signature.path.append([UInt8](repeating: 7, count: 32)) }
  },
  "reply-path-too-short": { draft, _ in
    draft.leafCount = 9
    draft.alteration = { $0.signature.path.removeLast() }
  },
  "reply-tree-size-zero": { draft, _ in draft.alteration = { $0.signature.treeSize = 0 } },
  // Trees of five and of six have paths of one length: only the statement tells them apart.
  "reply-tree-size-larger": { draft, _ in
    draft.leafCount = 5
    draft.alteration = { $0.signature.treeSize = 6 }
  },
  "reply-leaf-outside-tree": { draft, _ in
    draft.leafCount = 2
    draft.alteration = { $0.signature.leafIndex = 2 }
  },
  "reply-leaf-of-neighbour": { draft, _ in
    draft.leafCount = 2
    draft.alteration = { $0.signature.leafIndex = 1 }
  },
  "reply-other-label": { draft, _ in draft.label = .request },
  "reply-bare-root": { draft, _ in draft.signsBareRoot = true },
]

private let misplacedRecipes: [String: SpecimenRecipe] = [
  "reply-to-other-request": { (draft, _) throws(CryptoError) in draft.requestDigest = try randomBytes(32) },
  "reply-of-other-deployment": { draft, _ in
    draft.header.deployment = draft.header.deployment == .sandbox ? .production : .sandbox
  },
  "reply-for-other-tenant": { draft, _ in
    draft.header.tenantID = draft.header.tenantID == "other" ? "another" : "other"
  },
  "reply-status-ok-with-reason": { draft, _ in draft.header.reason = .notAuthentic },
  "reply-status-of-other-reason": { draft, _ in
    draft.refuse(.sceneNotAgreed)
    draft.header.reason = .clockSkew
  },
  "reply-refusal-as-success": { draft, _ in draft.body = Outcome.refusal(.notAuthentic).body },
  "reply-verdict-as-refusal": { draft, _ in
    draft.refuse(.sceneNotAgreed)
    draft.body = SpecimenWorkshop.reply(.consistent)
  },
  // Field 100, empty.
  "reply-header-unknown-field": { draft, _ in draft.suffix = [0xA2, 0x06, 0x00] },
]

private let mistrustedRecipes: [String: SpecimenRecipe] = [
  "reply-key-not-announced": { (draft, workshop) throws(CryptoError) in
    let announced = draft.announced
    draft.sign(with: try workshop.stranger.certify(workshop.newSigner()))
    draft.announced = announced
  },
  "reply-no-keys": { draft, _ in draft.announced = [] },
  "reply-strange-authority": { (draft, workshop) throws(CryptoError) in
    draft.sign(with: try workshop.stranger.certify(draft.signer))
  },
  "reply-authority-missing": { (draft, workshop) throws(CryptoError) in
    // A chain of one leads to the root by itself.
    if workshop.key.chain.count == 1 { draft.sign(with: try workshop.stranger.certify(draft.signer)) }
    draft.announced[0].certificates = Array(draft.announced[0].certificates.prefix(1))
  },
  "reply-other-purpose": { (draft, workshop) throws(CryptoError) in
    draft.sign(with: try workshop.keyOfOtherPurpose())
  },
  "reply-expired-key": { (draft, workshop) throws(CryptoError) in
    draft.sign(with: try workshop.stranger.certify(draft.signer, isExpired: true))
  },
  "reply-other-algorithm": { draft, _ in draft.header.algorithm = otherAlgorithm(draft.signer) },
  "reply-announced-algorithm": { draft, _ in
    draft.header.algorithm = otherAlgorithm(draft.signer)
    draft.announced[0].algorithm = otherAlgorithm(draft.signer)
  },
  "reply-key-replaced": { (draft, workshop) throws(CryptoError) in
    let strange = try workshop.stranger.certify(workshop.newSigner()).announcement
    draft.announced = workshop.others.isEmpty ? [strange] : workshop.others
  },
]

/// An algorithm of the same hash that the key is not for.
private func otherAlgorithm(_ signer: any Signer) -> UInt32 {
  let other: SignatureAlgorithm = signer.algorithm == .sm2SM3 ? .ecdsaP256SHA256 : .ed25519
  return other.rawValue
}

private func flipBit(_ bytes: inout [UInt8], at index: Int) {
  if bytes.indices.contains(index) { bytes[index] ^= 1 }
}

extension SpecimenDraft {
  /// Changes the header after it was signed.
  fileprivate mutating func alter(_ change: @escaping @Sendable (inout ResponseHeader) -> Void) {
    alteration = { response in
      guard var header = try? ResponseHeader(decoding: response.header.span) else { return }
      change(&header)
      response.header = header.encoded()
    }
  }
}

extension SpecimenWorkshop {
  fileprivate func keyOfOtherPurpose() throws(CryptoError) -> SigningKey {
    if let misused { return misused }
    return try stranger.certify(key.signer, for: .serverTLS)
  }

  /// A new key of the family's algorithm.
  fileprivate func newSigner() throws(CryptoError) -> any Signer {
    let algorithm = key.signer.algorithm
    return try FileSigner(PrivateKey.generate(algorithm), algorithm)
  }
}
