extension Case {
  private static let textLength = 1...2000

  /// Refuses an act that does not state what it must.
  /// - Parameter current: nil for the application that begins a case.
  static func checkStatement(_ act: CaseAct, in current: Case?, at now: UInt64) throws(CaseFault) {
    if case .propose(let inner) = act { return try checkStatement(inner, in: current, at: now) }
    try checkTexts(act)
    do throws(CaseFault) {
      try current?.checkTerms(of: act)
      try checkContent(of: act, in: current, at: now)
    } catch {
      throw error.below(act.kind)
    }
  }

  private static func checkTexts(_ act: CaseAct) throws(CaseFault) {
    for (field, text) in act.texts where !CaseText.isClean(text, characters: textLength) {
      throw CaseFault.statement(field, "state it in 1 to 2,000 characters on one line").below(act.kind)
    }
  }

  private static func checkContent(of act: CaseAct, in current: Case?, at now: UInt64) throws(CaseFault) {
    let today = LegalCalendar.day(of: now)
    switch act {
    //= Measures art.6(1)
    case .apply(let dossier), .supplement(let dossier), .renewMaterials(let dossier):
      try DossierRules.check(dossier, on: today)
    case .review(.pass): if let current { try DossierRules.check(current.dossier, on: today) }
    case .review(.fail(let reasons)), .review(.supplement(let reasons)):
      guard !reasons.isEmpty else { throw .statement("reasons", "say what is missing or wrong") }
    case .declareChange(_, let day): try checkChange(day, since: current?.appliedOn ?? today, today)
    case .recheckEligibility(let findings): try checkRecheck(findings)
    case .throttle(let checks, let until, _): try checkThrottle(checks, until, now)
    default: break
    }
  }

  /// The agreement is right for the dossier and the assessment, when it is drafted and when it comes into force.
  //= Measures art.9
  private func checkTerms(of act: CaseAct) throws(CaseFault) {
    let agreement: Agreement?
    switch act {
    case .draftAgreement(let drafted): agreement = drafted
    case .countersignAgreement: agreement = draft
    default: return
    }
    guard let agreement, let assessment else { return }
    try AgreementRules.check(agreement, for: dossier, assessment: assessment)
  }

  //= Measures art.6(2)
  private static func checkChange(
    _ day: CalendarDate, since applied: CalendarDate, _ today: CalendarDate
  ) throws(CaseFault) {
    guard day >= applied, day <= today else {
      throw CaseFault(
        reason: .dossierRefused, field: "on",
        text: "a change lies between the application and today, Beijing time")
    }
  }

  //= Measures art.5
  private static func checkRecheck(_ findings: [ConditionFinding]) throws(CaseFault) {
    let conditions = Set(findings.map(\.condition))
    guard !conditions.isEmpty, conditions.count == findings.count,
      conditions.isSubset(of: EligibilityCondition.numbers)
    else { throw .statement("findings", "state what was found about conditions of art.5, each once") }
  }

  private static func checkThrottle(_ checks: Int, _ until: UInt64, _ now: UInt64) throws(CaseFault) {
    guard checks > 0 else {
      throw .statement(
        "checks_per_minute", "a restriction leaves at least one check a minute; less would be a suspension")
    }
    guard until > now, until - now <= CaseRules.longestThrottle else {
      throw .statement("until_ms", "a restriction ends by itself, after 30 days at the latest")
    }
  }
}

extension CaseFault {
  /// With its field as that of an act on the wire.
  func below(_ kind: CaseAct.Kind) -> CaseFault {
    CaseFault(reason: reason, field: "act.\(kind.fieldName)" + (field.isEmpty ? "" : ".\(field)"), text: text)
  }

  static func statement(_ field: String, _ text: String) -> CaseFault {
    CaseFault(reason: .groundsRefused, field: field, text: text)
  }
}
