package import PassgateDomain

/// What EF.SOD proves about the data groups (ICAO 9303-11 section 5.1), one answer to each question.
package struct PassiveFinding: Sendable, Hashable {
  /// Who has signed, or says so: what security staff need to find the missing certificate. No data of the holder.
  package struct Signer: Sendable, Hashable {
    /// Two letters nearly always, in upper case; nil when the certificate names none.
    package var country: String?
    /// The issuer of the document signer on one line.
    package var issuer: String
    /// The key of that issuer; nil when the certificate does not name it.
    package var authorityKeyIdentifier: [UInt8]?
    /// SHA-256 of the document signer's certificate.
    package var fingerprint: [UInt8]

    package init(country: String?, issuer: String, authorityKeyIdentifier: [UInt8]?, fingerprint: [UInt8]) {
      self.country = country
      self.issuer = issuer
      self.authorityKeyIdentifier = authorityKeyIdentifier
      self.fingerprint = fingerprint
    }
  }

  package var signature: ChipVerdict.SODSignature
  /// Every data group that was supplied or that EF.SOD covers, in the order of their numbers.
  package var groups: [ChipVerdict.Group]
  package var chain: ChipVerdict.Chain
  package var validity: ChipVerdict.Validity
  package var revocation: ChipVerdict.Revocation
  package var algorithmPolicy: ChipVerdict.AlgorithmPolicy
  /// Nil when no certificate of the signer is known.
  package var signer: Signer?
  /// What is wrong, as sentences for people, without data; empty when nothing is.
  package var problems: [String]

  package init(
    signature: ChipVerdict.SODSignature, groups: [ChipVerdict.Group], chain: ChipVerdict.Chain,
    validity: ChipVerdict.Validity, revocation: ChipVerdict.Revocation,
    algorithmPolicy: ChipVerdict.AlgorithmPolicy, signer: Signer?, problems: [String]
  ) {
    self.signature = signature
    self.groups = groups
    self.chain = chain
    self.validity = validity
    self.revocation = revocation
    self.algorithmPolicy = algorithmPolicy
    self.signer = signer
    self.problems = problems
  }

  /// Whether EF.CardSecurity is signed by somebody who is trusted, and is of the same country as EF.SOD: another state's
  /// chip, whose keys may be known, must not vouch for this one.
  package func isBeside(_ cardSecurity: SignatureFinding) -> Bool {
    guard let country = signer?.country else { return false }
    return cardSecurity.isTrusted && cardSecurity.signer?.country == country
  }

  /// The data groups whose contents a valid EF.SOD covers. Whether its signer is trusted is another question.
  package var coveredFiles: Set<ChipFile> {
    guard signature == .valid else { return [] }
    return Set(groups.filter { $0.hash == .match }.map(\.file))
  }
}
