package import PassgateCrypto

/// The issuing state of invented documents: its Country Signing CA and document signer, and what it publishes.
package struct SoftIssuer: Sendable {
  /// What relying parties are to trust, in DER.
  package let authority: [UInt8]
  package let signer: DocumentSigner
  /// Of `authority`, in DER.
  package let revocationList: [UInt8]
  /// Signed by a list signer of the authority and holding its certificate; in DER.
  package let masterList: [UInt8]

  private static let day: Int64 = 86_400
  private static let year: Int64 = 365 * day

  /// Fresh keys, valid around `unixSeconds`.
  init(
    _ recipe: SoftRecipe, _ twist: SoftFault.DocumentTwist?, at unixSeconds: Int64
  ) throws(CryptoError) {
    let own = try Self.makeAuthority(recipe, name: recipe.authorityName, at: unixSeconds)
    signer = try Self.makeSigner(recipe, twist, own, at: unixSeconds)
    let published = try Self.published(recipe, twist, own, at: unixSeconds)
    authority = published.certificate.der
    revocationList = try Self.revocations(recipe, twist, published, signer, at: unixSeconds)
    masterList = try Self.list(recipe, published, at: unixSeconds)
  }

  private static func makeAuthority(
    _ recipe: SoftRecipe, name: String, at unixSeconds: Int64
  ) throws(CryptoError) -> DocumentAuthority {
    try DocumentAuthority(
      country: recipe.country, name: name, key: .generate(recipe.authority.kind), recipe.authority.algorithm,
      validity: unixSeconds - 3 * year...unixSeconds + 12 * year)
  }

  private static func makeSigner(
    _ recipe: SoftRecipe, _ twist: SoftFault.DocumentTwist?, _ authority: DocumentAuthority,
    at now: Int64
  ) throws(CryptoError) -> DocumentSigner {
    if twist == .signerAsAuthority {
      return DocumentSigner(
        certificate: authority.certificate, key: authority.key, algorithm: authority.algorithm)
    }
    let validity =
      switch twist {
      case .expiredSigner: now - 2 * year...now - year
      case .futureSigner: now + year...now + 11 * year
      default: now - year...now + 10 * year
      }
    let key = try DocumentPrivateKey.generate(recipe.signer.kind)
    let certificate = try authority.certify(
      key.publicKey, country: twist == .foreignSigner ? "XX" : nil, name: "Software Document Signer",
      role: twist == .signerOfLists ? .masterListSigner : .documentSigner, validity: validity)
    return DocumentSigner(certificate: certificate, key: key, algorithm: recipe.signer.algorithm)
  }

  /// The authority that is given out: the signer's own, unless the fault is that it is another.
  private static func published(
    _ recipe: SoftRecipe, _ twist: SoftFault.DocumentTwist?, _ own: DocumentAuthority, at now: Int64
  ) throws(CryptoError) -> DocumentAuthority {
    switch twist {
    case .unknownAuthority: try makeAuthority(recipe, name: "Another Authority", at: now)
    case .sameName: try makeAuthority(recipe, name: recipe.authorityName, at: now)
    default: own
    }
  }

  private static func revocations(
    _ recipe: SoftRecipe, _ twist: SoftFault.DocumentTwist?, _ authority: DocumentAuthority,
    _ signer: DocumentSigner, at now: Int64
  ) throws(CryptoError) -> [UInt8] {
    let issuer =
      twist == .foreignList ? try makeAuthority(recipe, name: recipe.authorityName, at: now) : authority
    let isRevoked = twist == .revokedSigner || twist == .foreignList
    let begin = now + (twist == .futureList ? day : -30 * day)
    return try issuer.revocationList(
      of: isRevoked ? [signer.certificate.serial] : [], number: 1, thisUpdate: begin,
      nextUpdate: now + (twist == .staleList ? -day : 90 * day))
  }

  private static func list(
    _ recipe: SoftRecipe, _ authority: DocumentAuthority, at now: Int64
  ) throws(CryptoError) -> [UInt8] {
    let signer = try authority.signer(
      .generate(recipe.authority.kind), recipe.authority.algorithm, name: "Software Master List Signer",
      role: .masterListSigner, validity: now - year...now + year)
    return try signer.masterList(
      of: [authority.certificate.der], signedAt: now, authority: authority.certificate)
  }
}
