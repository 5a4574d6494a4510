extension Case {
  /// Refuses an event that the table or the case does not allow: whoever decides and whoever folds checks the same.
  /// What an act states (`checkStatement`) is checked by who decides alone, for such rules may change.
  static func check(_ event: CaseEvent, in current: Case?) throws(CaseFault) {
    let rule = try rule(for: event.act, by: event.actors, in: current)
    guard rule.clauses.contains(event.clause) else { throw .grounds }
    guard event.to == rule.outcome(from: event.from), (event.dueAt != nil) == (rule.period != nil) else {
      throw .notPossible
    }
    try current?.checkActors(event, rule)
    try current?.checkClock(event)
    try current?.checkSteps(event)
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

  /// What must have happened before.
  private func checkSteps(_ event: CaseEvent) throws(CaseFault) {
    switch event.act {
    case .review(.pass(let findings)): try checkPass(findings)
    case .requestCertificate(let order): try check(order)
    case .registerCertificate(let certificate): try check(certificate)
    case .passConformance: try require(hasCertificate(isProduction: false), .registerCertificate)
    case .draftAgreement(let agreement): try checkDraft(agreement)
    case .signAgreement(let digest): try checkSigning(digest)
    case .countersignAgreement(let digest): try checkCountersigning(digest)
    case .open: try checkOpening()
    case .suspend: guard event.clause != Clause(13, 2) || !lapsedMaterials.isEmpty else { throw .grounds }
    default: try checkMatter(event)
    }
  }

  /// The five conditions found met.
  //= Measures art.5
  private func checkPass(_ findings: [ConditionFinding]) throws(CaseFault) {
    guard findings.map(\.condition).sorted() == EligibilityCondition.numbers, findings.allSatisfy(\.isMet)
    else {
      throw CaseFault(
        reason: .groundsRefused, field: "act.review.findings",
        text: "a review is passed when each of the five conditions of art.5 was found to be met")
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

  func hasCertificate(isProduction: Bool) -> Bool {
    certificates.contains { $0.isProduction == isProduction }
  }

  func require(_ condition: Bool, _ step: CaseAct.Kind) throws(CaseFault) {
    guard condition else { throw .missing(step, "this step comes first") }
  }
}

extension CaseFault {
  static func certificate(_ kind: CaseAct.Kind, _ field: String, _ text: String) -> CaseFault {
    CaseFault(reason: .certificateRefused, field: field, text: text).below(kind)
  }
}
