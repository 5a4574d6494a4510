extension Case {
  /// The event that comes of an act, or why there is none. Nothing changes until the event is recorded and applied.
  ///
  /// The clock comes first: while `dueActs` at this time is not empty, only its first act is possible. An act that
  /// needs two officers becomes a proposal; `.confirm` of it becomes the act itself, with both as its actors.
  ///
  /// - Parameters:
  ///   - clause: the grounds, where the table leaves a choice.
  ///   - current: nil while there is no case.
  ///   - now: milliseconds since 1970; the event is never dated before the one it follows.
  package static func decide(
    _ act: CaseAct, by actor: CaseActor, clause: Clause?, evidence: [[UInt8]], tenantID: String,
    in current: Case?, at now: UInt64, calendar: LegalCalendar
  ) throws(CaseFault) -> CaseEvent {
    let now = max(now, current?.lastAt ?? 0)
    let ordered = try order(act, by: actor, clause, evidence, in: current, at: now)
    let rule = try rule(for: ordered.act, by: ordered.actors, in: current)
    let event = CaseEvent(
      number: (current?.lastNumber ?? 0) + 1, tenantID: tenantID, at: now, actors: ordered.actors,
      act: ordered.act, from: current?.state, to: rule.outcome(from: current?.state),
      clause: try rule.clause(chosen: ordered.clause), evidence: ordered.evidence,
      dueAt: current?.end(of: rule.period, for: ordered.act, at: now, calendar))
    try check(event, in: current)
    try checkStatement(event.act, in: current, at: now)
    return event
  }

  /// An act as it will be recorded.
  private struct Order {
    var act: CaseAct
    var actors: [CaseActor]
    var clause: Clause?
    var evidence: [[UInt8]]
  }

  //= Measures art.14
  private static func order(
    _ act: CaseAct, by actor: CaseActor, _ clause: Clause?, _ evidence: [[UInt8]], in current: Case?,
    at now: UInt64
  ) throws(CaseFault) -> Order {
    switch act {
    case .confirm(let number):
      return try confirmation(of: number, by: actor, clause, evidence, in: current, at: now)
    case _ where CaseRules.needsTwo(act.kind):
      return Order(act: .propose(act), actors: [actor], clause: clause, evidence: evidence)
    default: return Order(act: act, actors: [actor], clause: clause, evidence: evidence)
    }
  }

  private static func confirmation(
    of number: UInt64, by actor: CaseActor, _ clause: Clause?, _ evidence: [[UInt8]], in current: Case?,
    at now: UInt64
  ) throws(CaseFault) -> Order {
    guard let current else { throw .noCase }
    guard case .officer(let id) = actor else { throw .notPossible }
    guard let proposal = current.proposals.first(where: { $0.number == number }) else {
      throw .noSubject("act.confirm.subject")
    }
    guard proposal.officer != id, now <= proposal.dueAt else { throw .secondOfficer }
    guard clause == nil || clause == proposal.clause else { throw .grounds }
    return Order(
      act: proposal.act, actors: [.officer(proposal.officer), actor], clause: proposal.clause,
      evidence: proposal.evidence + evidence.filter { !proposal.evidence.contains($0) })
  }

  /// The table's row that allows the act.
  static func rule(
    for act: CaseAct, by actors: [CaseActor], in current: Case?
  ) throws(CaseFault) -> CaseRule {
    guard current != nil || act.kind == .apply else { throw .noCase }
    guard let actor = actors.first else { throw .notPossible }
    if case .propose(let inner) = act {
      let rule = try rule(for: inner, by: actors, in: current)
      guard rule.officers == 2 else { throw .notPossible }
      return rule.proposal
    }
    let rows = CaseRules.rows(act.kind, in: current?.state, by: actor.kind)
    guard !rows.isEmpty else { throw act.kind == .apply ? .caseExists : .notPossible(in: current) }
    let variant = try current?.variant(of: act) ?? .any
    guard let rule = rows.first(where: { $0.variant == variant }) else { throw .notPossible(in: current) }
    return rule
  }

  /// Which of the table's variants an act is.
  private func variant(of act: CaseAct) throws(CaseFault) -> CaseRule.Variant {
    switch act {
    case .review(.pass): .passed
    case .review(.fail): .failed
    case .review(.supplement): .incomplete
    case .requestCertificate(let order): order.isProduction ? .forProduction : .forSandbox
    case .registerCertificate(let certificate): certificate.isProduction ? .forProduction : .forSandbox
    case .lapse(.material): .ofMaterial
    case .lapse(.correction): .ofNotice
    case .lapse(.suspension): .ofSuspension
    case .acknowledge(let subject), .giveFeedback(let subject, _), .verifyCorrection(let subject, _, _),
      .deemReceived(let subject):
      try openMatter(subject, act).isSuspension ? .ofSuspension : .ofNotice
    default: .any
    }
  }

  /// The matter that an act is about, refused when there is none or its end has come.
  func openMatter(_ number: UInt64, _ act: CaseAct) throws(CaseFault) -> Matter {
    guard let matter = matter(number), matter.closure != .corrected else {
      throw .noSubject("act.\(act.kind.fieldName).subject")
    }
    guard matter.closure == nil else { throw .termOver }
    return matter
  }
}

extension CaseRules {
  /// True for acts that one officer proposes and another confirms.
  package static func needsTwo(_ kind: CaseAct.Kind) -> Bool {
    rowsOfActs[kind]?.contains { $0.officers == 2 } ?? false
  }
}

extension CaseRule {
  /// The state that follows; the first event of a case states its own.
  func outcome(from state: CaseState?) -> CaseState {
    switch to {
    case .becomes(let next): next
    case .stays: state ?? .submitted
    }
  }

  /// What the event cites: the actor's choice, or what is fixed.
  func clause(chosen: Clause?) throws(CaseFault) -> Clause {
    if let chosen {
      guard clauses.contains(chosen) else { throw .grounds }
      return chosen
    }
    guard clauses.count == 1, let fixed = clauses.first else { throw .grounds }
    return fixed
  }
}

extension CaseFault {
  static let noCase = CaseFault(reason: .noSuchCase, field: "tenant_id", text: "there is no such case")
  static let caseExists = CaseFault(
    reason: .caseExists, field: "tenant_id", text: "there is a case under this id already")
  static let notPossible = CaseFault(
    reason: .wrongState, field: "act",
    text: "not possible where the case stands now, done already, or not for who asks")

  /// The table has no such act in this state, or not of this actor.
  static func notPossible(in current: Case?) -> CaseFault {
    guard let current else { return .notPossible }
    return CaseFault(
      reason: .wrongState, field: "act",
      text: "the case is in state \(current.state), in which this act is not possible, or not for who asks")
  }

  /// - Parameter what: what was done before.
  static func doneAlready(_ what: String) -> CaseFault {
    CaseFault(reason: .wrongState, field: "act", text: what)
  }

  static let grounds = CaseFault(
    reason: .groundsRefused, field: "clause", text: "cite an article and item on which this act can rest")
  static let secondOfficer = CaseFault(
    reason: .secondOfficer, field: "act.confirm.subject",
    text: "it was proposed by the same officer, or longer ago than 24 hours")
  static let termOver = CaseFault(reason: .termOver, field: "act", text: "the term for this has run out")

  static func noSubject(_ field: String) -> CaseFault {
    CaseFault(reason: .noSuchSubject, field: field, text: "nothing of this number waits for this act")
  }

  /// - Parameter step: the name of the act that is missing.
  static func missing(_ step: CaseAct.Kind, _ text: String) -> CaseFault {
    CaseFault(reason: .stepMissing, field: step.fieldName, text: text)
  }
}
