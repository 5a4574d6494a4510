/// What is to be thought of a document signer at a time.
package struct DocumentSignerJudgement: Sendable {
  /// The way to a trusted authority.
  package enum Chain: Sendable, Hashable {
    case trusted
    /// No authority that is trusted here has signed it.
    case unknownAuthority
    /// It breaks a rule, whoever has signed it.
    case invalid(Fault)
  }

  /// The rules of ICAO 9303-12 section 7.1 that a document signer can break.
  package enum Fault: String, Error, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    case isAuthority = "the signer's certificate is that of a certification authority"
    case isListSigner = "the signer's certificate is for signing master lists"
    case isForOtherUse = "the signer's certificate is for something else than signing documents"
    case issuerIsNoAuthority = "the signer's issuer is itself a signer and no certification authority"
    case otherCountry = "the signer and the authority that has signed it are of different countries"
    case forged = "the signer names a trusted authority whose key has not signed it"

    package var description: String { rawValue }
  }

  package enum Validity: Sendable, Hashable {
    case ok
    case signerExpired
    case authorityExpired
    case notYetValid
  }

  package enum Revocation: Sendable, Hashable {
    case good
    case revoked
    /// The next list is overdue.
    case stale
    case noList
  }

  package let chain: Chain
  /// The authority that has signed it; nil for a pinned signer, and when none is known.
  package let authority: DocumentCertificate?
  package let validity: Validity
  package let revocation: Revocation
  /// Whether its key, its authority's, or the signature between them is below today's strength.
  package let isWeak: Bool
}

extension DocumentTrust {
  /// Judges a document signer at a time, in seconds since 1970.
  package func judge(_ signer: DocumentCertificate, at unixSeconds: Int64) -> DocumentSignerJudgement {
    let signed = pinned.contains(signer) ? [] : knownAuthorities(thatSigned: signer)
    let fit = signed.filter { Self.fault(of: signer, signedBy: $0) == nil }
    // One key may have several certificates: the one that is valid answers.
    let authority = fit.first { $0.isValid(at: unixSeconds) } ?? fit.first ?? signed.first
    return DocumentSignerJudgement(
      chain: chain(of: signer, authority), authority: authority,
      validity: Self.validity(signer, authority, at: unixSeconds),
      revocation: revocation(of: signer, at: unixSeconds),
      isWeak: signer.key.isWeak || signer.algorithm.isWeak || authority?.key.isWeak == true)
  }

  private func chain(
    of signer: DocumentCertificate, _ authority: DocumentCertificate?
  ) -> DocumentSignerJudgement.Chain {
    if let fault = Self.fault(of: signer) { return .invalid(fault) }
    if pinned.contains(signer) { return .trusted }
    guard let authority else { return namesTrustedKey(signer) ? .invalid(.forged) : .unknownAuthority }
    return Self.fault(of: signer, signedBy: authority).map { .invalid($0) } ?? .trusted
  }

  private static func fault(of signer: DocumentCertificate) -> DocumentSignerJudgement.Fault? {
    if signer.isForMasterLists { return .isListSigner }
    if signer.isForOtherUse { return .isForOtherUse }
    return signer.isCA ? .isAuthority : nil
  }

  private static func fault(
    of signer: DocumentCertificate, signedBy authority: DocumentCertificate
  ) -> DocumentSignerJudgement.Fault? {
    if !authority.isCA { return .issuerIsNoAuthority }
    return signer.country == authority.country ? nil : .otherCountry
  }

  /// Whether the key and the name that it gives its issuer are those of one trusted authority.
  private func namesTrustedKey(_ signer: DocumentCertificate) -> Bool {
    guard let identifier = signer.authorityKeyIdentifier else { return false }
    return candidates(for: signer).contains {
      $0.subjectKeyIdentifier == identifier && $0.subjectName == signer.issuerName
    }
  }

  private static func validity(
    _ signer: DocumentCertificate, _ authority: DocumentCertificate?, at unixSeconds: Int64
  ) -> DocumentSignerJudgement.Validity {
    if unixSeconds < max(signer.notBefore, authority?.notBefore ?? signer.notBefore) { return .notYetValid }
    if unixSeconds > signer.notAfter { return .signerExpired }
    if let authority, unixSeconds > authority.notAfter { return .authorityExpired }
    return .ok
  }
}
