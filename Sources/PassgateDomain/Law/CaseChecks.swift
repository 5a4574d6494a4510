extension Case {
  /// Refuses an event that the table or the case does not allow: whoever decides and whoever folds checks the same.
  static func check(_ event: CaseEvent, in current: Case?) throws(CaseFault) {
    let rule = try rule(for: event.act, by: event.actors, in: current)
    guard rule.clauses.contains(event.clause) else { throw .grounds }
    guard event.to == rule.outcome(from: event.from), (event.dueAt != nil) == (rule.period != nil) else {
      throw .notPossible
    }
    try checkTexts(event.act)
    if let current {
      try current.checkActors(event, rule)
      try current.checkClock(event)
      try current.checkContent(event)
    } else if case .apply(let dossier) = event.act {
      try check(dossier, .apply, on: LegalCalendar.day(of: event.at))
    }
  }

  /// Two officers for a termination and a referral, and what they do was proposed as they do it.
  //= Measures art.14
  private func checkActors(_ event: CaseEvent, _ rule: CaseRule) throws(CaseFault) {
    guard event.actors.count == rule.officers else { throw .secondOfficer }
    guard rule.officers == 2 else { return }
    guard case .officer(let first) = event.actors[0], case .officer(let second) = event.actors[1],
      first != second
    else { throw .secondOfficer }
    // A reader who is not shown proposals trusts the platform's signature that there was one.
    guard hiddenEvents == 0 else { return }
    let isProposed = proposals.contains {
      $0.act == event.act && $0.clause == event.clause && $0.officer == first && event.at <= $0.dueAt
    }
    guard isProposed else { throw .secondOfficer }
  }

  /// No term is overtaken: what the clock must do comes first.
  private func checkClock(_ event: CaseEvent) throws(CaseFault) {
    let due = dueActs(at: event.at).first
    if event.actors == [.clock] {
      guard due == event.act else { throw .notPossible }
    } else if due != nil {
      throw CaseFault(
        reason: .termOver, field: "act",
        text: "a term of this case has run out and the clock has not recorded it yet; ask again")
    }
  }

  private static let textLength = 1...2000

  private static func checkTexts(_ act: CaseAct) throws(CaseFault) {
    if case .propose(let inner) = act { return try checkTexts(inner) }
    for (field, text) in act.texts where !CaseText.isClean(text, characters: textLength) {
      throw CaseFault(
        reason: .groundsRefused, field: "act.\(act.kind.fieldName).\(field)",
        text: "state it in 1 to 2,000 characters on one line")
    }
  }

  private func checkContent(_ event: CaseEvent) throws(CaseFault) {
    let today = LegalCalendar.day(of: event.at)
    switch event.act {
    case .apply(let dossier), .supplement(let dossier), .renewMaterials(let dossier):
      try Self.check(dossier, event.act.kind, on: today)
    case .declareChange(_, let day): try checkChange(day, today)
    case .review(let outcome): try check(outcome, today)
    case .recheckEligibility(let findings): try checkRecheck(findings)
    case .requestCertificate(let order): try check(order)
    case .registerCertificate(let certificate): try check(certificate)
    case .passConformance: try require(hasCertificate(isProduction: false), .registerCertificate)
    case .draftAgreement(let agreement): try check(agreement, .draftAgreement)
    case .signAgreement(let digest): try checkSigning(digest)
    case .countersignAgreement(let digest): try checkCountersigning(digest)
    case .open: try checkOpening()
    case .suspend: guard event.clause != Clause(13, 2) || !lapsedMaterials.isEmpty else { throw .grounds }
    case .throttle(let checks, let until, _): try checkThrottle(checks, until, event.at)
    default: try checkMatter(event)
    }
  }

  //= Measures art.6(1)
  private static func check(
    _ dossier: Dossier, _ kind: CaseAct.Kind, on day: CalendarDate
  ) throws(CaseFault) {
    do throws(CaseFault) {
      try DossierRules.check(dossier, on: day)
    } catch {
      throw error.below(kind)
    }
  }

  //= Measures art.6(2)
  private func checkChange(_ day: CalendarDate, _ today: CalendarDate) throws(CaseFault) {
    guard day >= appliedOn, day <= today else {
      throw CaseFault(
        reason: .dossierRefused, field: "act.declare_change.on",
        text: "a change lies between the application and today, Beijing time")
    }
  }

  /// The five conditions found met, and materials that are still valid.
  //= Measures art.5
  private func check(_ outcome: ReviewOutcome, _ today: CalendarDate) throws(CaseFault) {
    switch outcome {
    case .pass(let findings):
      guard findings.map(\.condition).sorted() == [1, 2, 3, 4, 5], findings.allSatisfy(\.isMet) else {
        throw CaseFault(
          reason: .groundsRefused, field: "act.review.findings",
          text: "a review is passed when each of the five conditions of art.5 was found to be met")
      }
      try Self.check(dossier, .review, on: today)
    case .fail(let reasons), .supplement(let reasons):
      guard !reasons.isEmpty else {
        throw CaseFault(
          reason: .groundsRefused, field: "act.review.reasons", text: "say what is missing or wrong")
      }
    }
  }

  private func checkRecheck(_ findings: [ConditionFinding]) throws(CaseFault) {
    let conditions = Set(findings.map(\.condition))
    guard !conditions.isEmpty, conditions.count == findings.count, conditions.isSubset(of: [1, 2, 3, 4, 5])
    else {
      throw CaseFault(
        reason: .groundsRefused, field: "act.recheck_eligibility.findings",
        text: "state what was found about conditions of art.5, each once")
    }
  }

  private func check(_ order: CertificateOrder) throws(CaseFault) {
    let known = orders.map(\.keyID) + certificates.map(\.keyID)
    guard !known.contains(order.keyID) else {
      throw .certificate(.requestCertificate, "key_id", "a key serves once and in one deployment")
    }
    guard orders.count < CaseRules.waitingCertificates else {
      throw .certificate(.requestCertificate, "request", "8 certificates wait for registration already")
    }
  }

  private func check(_ certificate: RegisteredCertificate) throws(CaseFault) {
    let isOrdered = orders.contains {
      $0.keyID == certificate.keyID && $0.isProduction == certificate.isProduction
        && $0.algorithm == certificate.algorithm
    }
    guard isOrdered else {
      throw .certificate(
        .registerCertificate, "key_id",
        "the tenant asked for no certificate of this key, deployment and algorithm")
    }
  }

  private func checkThrottle(_ checks: Int, _ until: UInt64, _ now: UInt64) throws(CaseFault) {
    guard checks > 0 else {
      throw CaseFault(
        reason: .groundsRefused, field: "act.throttle.checks_per_minute",
        text: "a restriction leaves at least one check a minute; more would be a suspension")
    }
    guard until > now, until - now <= CaseRules.longestThrottle else {
      throw CaseFault(
        reason: .groundsRefused, field: "act.throttle.until_ms",
        text: "a restriction ends by itself, after 30 days at the latest")
    }
  }

  func hasCertificate(isProduction: Bool) -> Bool {
    certificates.contains { $0.isProduction == isProduction }
  }

  func require(_ condition: Bool, _ step: CaseAct.Kind) throws(CaseFault) {
    guard condition else { throw .missing(step, "this step comes first") }
  }
}

extension CaseFault {
  /// With its field as that of an act on the wire.
  func below(_ kind: CaseAct.Kind) -> CaseFault {
    CaseFault(
      reason: reason, field: "act.\(kind.fieldName)" + (field.isEmpty ? "" : ".\(field)"), text: text)
  }

  static func certificate(_ kind: CaseAct.Kind, _ field: String, _ text: String) -> CaseFault {
    CaseFault(reason: .certificateRefused, field: field, text: text).below(kind)
  }
}
