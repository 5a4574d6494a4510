import PassgateCrypto
import PassgateDomain

/// Writes EF.SOD as the recipe's issuer does (ICAO 9303-10 section 4.6.2).
struct SecurityObjectWriter {
  let recipe: SoftRecipe
  let signer: DocumentSigner

  func file(over groups: [ChipFile: [UInt8]]) throws(CryptoError) -> [UInt8] {
    let type = recipe.namesContentAsData ? OID(1, 2, 840, 113549, 1, 7, 1) : OID(2, 23, 136, 1, 1, 1)
    let draft = SignedDocumentDraft(type, content(groups), signers: [signer])
    return BER.element(0x77, try draft.encoded())
  }

  /// LDSSecurityObject; the version of the LDS stands in it from 1.8 on.
  private func content(_ groups: [ChipFile: [UInt8]]) -> [UInt8] {
    var hashes: [UInt8] = []
    for (file, bytes) in groups.sorted(by: { $0.key < $1.key }) {
      guard let number = file.group else { continue }
      hashes += BER.sequence(
        BER.integer(UInt8(number)), BER.element(0x04, recipe.digest.digest(bytes)))
    }
    let hasVersion = recipe.version != "0107"
    let algorithm = BER.sequence(BER.element(0x06, recipe.digest.name), BER.element(0x05, [UInt8]()))
    return BER.sequence(
      BER.integer(hasVersion ? 1 : 0), algorithm, BER.element(0x30, hashes), hasVersion ? version : [])
  }

  private var version: [UInt8] {
    BER.sequence(
      BER.element(0x13, Array(recipe.version.utf8)), BER.element(0x13, Array("040000".utf8)))
  }
}

extension DocumentDigest {
  fileprivate var name: [UInt8] {
    switch self {
    case .sha1: OID(1, 3, 14, 3, 2, 26).bytes
    case .sha224: OID(2, 16, 840, 1, 101, 3, 4, 2, 4).bytes
    case .sha256: OID(2, 16, 840, 1, 101, 3, 4, 2, 1).bytes
    case .sha384: OID(2, 16, 840, 1, 101, 3, 4, 2, 2).bytes
    case .sha512: OID(2, 16, 840, 1, 101, 3, 4, 2, 3).bytes
    }
  }
}
