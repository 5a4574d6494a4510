import PassgateDomain

/// Whether the chip is the one that its issuer made. A proof counts only when the key that it was given by is the
/// issuer's: in a data group that EF.SOD covers, or in an EF.CardSecurity that is signed itself.
struct ChipGenuineRule {
  let evidence: ChipEvidence
  let passive: PassiveFinding
  /// Whether EF.CardSecurity has a valid signature of a trusted signer.
  let isCardSecurityTrusted: Bool

  /// - Parameter isTrusted: whether EF.SOD is valid, and its signer trusted and not revoked.
  func judge(isTrusted: Bool) -> ChipVerdict.ChipGenuine {
    guard evidence.access != .uploaded else { return .notPerformed }
    if evidence.proofs.contains(where: isFailure) { return .failed }
    if isTrusted {
      let genuine = Set(evidence.proofs.filter(counts).compactMap(\.answer))
      if let first = ChipVerdict.ChipGenuine.allCases.first(where: genuine.contains) { return first }
    }
    return hasKey ? .notPerformed : .notSupported
  }

  /// A chip that cannot use a key which its issuer gave it, or that keeps it back, is another chip; a key that
  /// somebody else put beside the issuer's files says nothing.
  private func isFailure(_ proof: ChipProof) -> Bool {
    guard case .failed(let file) = proof else { return false }
    return isIssuers(keyIn: file) || isKeptBack(file) || (file == .cardSecurity && hasMappingKey)
  }

  /// Whether a valid EF.SOD lists a file that the chip has not given.
  private func isKeptBack(_ file: ChipFile) -> Bool {
    passive.signature == .valid && passive.groups.contains(ChipVerdict.Group(file, .notSupplied))
  }

  /// Whether the issuer has signed that the chip proves itself in PACE, for which it needs a key in EF.CardSecurity.
  private var hasMappingKey: Bool {
    coveredDG14?.pace.contains { $0.mapping == .chipAuthentication } == true
  }

  private func counts(_ proof: ChipProof) -> Bool { proof.file.map(isIssuers(keyIn:)) ?? false }

  private func isIssuers(keyIn file: ChipFile) -> Bool {
    file == .cardSecurity ? isCardSecurityTrusted || hasOnlyKeysOfDG14 : passive.coveredFiles.contains(file)
  }

  /// Whether all keys in EF.CardSecurity are in DG14 too, which EF.SOD covers.
  private var hasOnlyKeysOfDG14: Bool {
    guard let signed = coveredDG14, let bytes = evidence.files[.cardSecurity],
      let other = try? SecurityInfos(cardSecurity: bytes), !other.chipAuthenticationKeys.isEmpty
    else { return false }
    let known = Set(signed.chipAuthenticationKeys.map(\.spki))
    return other.chipAuthenticationKeys.allSatisfy { known.contains($0.spki) }
  }

  private var coveredDG14: SecurityInfos? {
    guard passive.coveredFiles.contains(.dg14) else { return nil }
    return evidence.files[.dg14].flatMap { try? SecurityInfos(dg14: $0) }
  }

  /// Whether the issuer gave the chip a key, as far as can be seen: EF.SOD lists DG15, or DG14 that has a key, or says
  /// that EF.CardSecurity has one, or is unread.
  /// Without a valid EF.SOD nobody knows.
  private var hasKey: Bool {
    guard passive.signature == .valid else { return true }
    let listed = Set(passive.groups.filter { $0.hash != .notInSOD }.map(\.file))
    if listed.contains(.dg15) { return true }
    return listed.contains(.dg14) && (hasMappingKey || coveredDG14?.chipAuthenticationKeys.isEmpty != true)
  }
}

extension ChipProof {
  /// Where the key is.
  fileprivate var file: ChipFile? {
    switch self {
    case .chipAuthentication: .dg14
    case .chipAuthenticationMapping: .cardSecurity
    case .activeAuthentication: .dg15
    case .failed: nil
    }
  }

  fileprivate var answer: ChipVerdict.ChipGenuine? {
    switch self {
    case .chipAuthentication: .chipAuthentication
    case .chipAuthenticationMapping: .chipAuthenticationMapping
    case .activeAuthentication: .activeAuthentication
    case .failed: nil
    }
  }
}
