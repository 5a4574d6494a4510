package import PassgateDomain

/// Reading of a document's chip (Measures art.4(3)): is it authentic, and is what it says what the tenant claims and
/// the issuer recorded?
//= Measures art.4(3)
package struct ChipEngine: Sendable {
  /// Everything that a check of a chip comes to.
  package struct Judgement: Sendable, Hashable, Confidential {
    package let findings: ChipVerdict
    /// Nil unless the data are authentic and do not contradict the claim.
    package let fields: ChipFields?
    package let verdict: Verdict
    /// Whether the issuer has signed everything that is claimed. A claim that states more guesses at the record, and
    /// counts as any other guess.
    package let isBorneOut: Bool
    /// The holder's, to be compared with, whatever may be told of it: JPEG or JPEG 2000 as DG2 has it. Empty where there
    /// is none or the fields are not told.
    package let portrait: [UInt8]
  }

  package init() {}

  /// Judges a chip, or its files.
  ///
  /// - Parameters:
  ///   - passive: what EF.SOD proves about these very files.
  ///   - isCardSecurityTrusted: whether EF.CardSecurity has a valid signature of a trusted signer.
  ///   - record: the issuer's record of the claimed number: nil when the registry cannot be read, and a nil within
  ///     when there is no such document. Only authentic data are held against it, so that files which anybody can
  ///     make tell nothing about it.
  ///   - elements: what the agreement allows to be told.
  ///   - wallMilliseconds: since 1970; the document's own expiry is held against the day in Beijing.
  package func judge(
    _ evidence: ChipEvidence, _ passive: PassiveFinding, isCardSecurityTrusted: Bool = false,
    claim: IdentityClaim, record: DocumentRecord??, allowing elements: ClaimElements,
    at wallMilliseconds: UInt64
  ) -> Judgement {
    let today = LegalCalendar.day(of: wallMilliseconds)
    let holder = ChipHolder(evidence.files, covered: passive.coveredFiles)
    var findings = ChipVerdict(evidence, passive)
    findings.isDocumentExpired = holder?.zone.expiry?.nearest(to: today).map { $0 < today }
    if findings.chain == .trusted, let holder, !Self.isIssuer(of: holder.zone, passive.signer) {
      findings.chain = .invalid
    }
    let rule = ChipGenuineRule(
      evidence: evidence, passive: passive, isCardSecurityTrusted: isCardSecurityTrusted)
    findings.chipGenuine = rule.judge(isTrusted: findings.isSignerTrusted)
    findings.claim = Self.compare(holder, claim, evidence.password)
    if findings.isAuthentic { findings.registry = Self.compare(holder, record) }
    // A chip that is known to be a copy tells nothing, however genuine what was copied.
    let agrees =
      findings.isAuthentic && findings.claim == .consistent && findings.chipGenuine != .failed
    return Judgement(
      findings: findings,
      fields: agrees ? holder.map { ChipFields($0, allowing: elements, on: today) } : nil,
      verdict: Self.verdict(findings, holder, claim, record),
      isBorneOut: agrees && holder?.states(claim) == true, portrait: agrees ? holder?.portrait() ?? [] : [])
  }

  /// The signer's country must be that of the issuer in DG1.
  private static func isIssuer(of zone: ChipZone, _ signer: PassiveFinding.Signer?) -> Bool {
    guard let country = signer?.country else { return false }
    return IssuingState.country(ofIssuer: zone.issuer) == country
  }

  private static func compare(
    _ holder: ChipHolder?, _ claim: IdentityClaim, _ password: AccessPassword?
  ) -> ChipVerdict.Consistency {
    guard let holder else { return .notCompared }
    return holder.agrees(with: claim) && holder.isOpened(by: password) ? .consistent : .inconsistent
  }

  /// A document that is not on record is compared with one that nobody has, and reads like one that differs.
  private static func compare(_ holder: ChipHolder?, _ record: DocumentRecord??) -> ChipVerdict.Consistency {
    guard let holder, let record else { return .notCompared }
    let agrees = holder.agrees(with: record ?? .dummy)
    return agrees && record != nil ? .consistent : .inconsistent
  }

  private static func verdict(
    _ findings: ChipVerdict, _ holder: ChipHolder?, _ claim: IdentityClaim, _ record: DocumentRecord??
  ) -> Verdict {
    guard !findings.isDisproven else { return .inconsistent }
    guard findings.isAuthentic, let holder else { return .undetermined(.issuerUnknown) }
    guard let record else { return .undetermined(.sourceUnavailable) }
    let byClaim = RealNameEngine().judge(claim, against: record)
    guard byClaim != .inconsistent, findings.registry == .consistent else { return .inconsistent }
    return record.map(holder.isOlder(than:)) ?? false ? .undetermined(.superseded) : byClaim
  }
}

extension ChipVerdict {
  /// What passive authentication and the way of access answer; the other questions are open.
  fileprivate init(_ evidence: ChipEvidence, _ passive: PassiveFinding) {
    let covered = passive.coveredFiles
    self.init(
      sodSignature: passive.signature, groups: passive.groups, chain: passive.chain,
      validity: passive.validity, revocation: passive.revocation, algorithmPolicy: passive.algorithmPolicy,
      access: evidence.access, secret: evidence.secret, chipGenuine: .notPerformed, isDocumentExpired: nil,
      uncoveredFiles: evidence.files.keys.filter { $0.group != nil && !covered.contains($0) }.sorted(),
      claim: .notCompared, registry: .notCompared)
  }

  /// Whether EF.SOD is valid, and its signer trusted and not revoked.
  fileprivate var isSignerTrusted: Bool {
    sodSignature == .valid && chain == .trusted && revocation != .revoked && validity != .notYetValid
  }

  /// Whether something speaks against the chip or the claim, and not only for want of a proof: a signature whose
  /// signer is not found shows nothing.
  fileprivate var isDisproven: Bool {
    let isForged = sodSignature == .invalid && chain != .dscNotFound
    return isForged || chain == .invalid || revocation == .revoked || chipGenuine == .failed
      || claim == .inconsistent || groups.contains { $0.hash == .mismatch }
  }
}
