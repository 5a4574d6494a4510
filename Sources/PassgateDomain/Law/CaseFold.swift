extension Case {
  /// What an event that was found lawful changes.
  mutating func fold(_ event: CaseEvent) {
    state = event.to
    lastNumber = event.number
    lastAt = event.at
    take(event)
    runningTerms = termsNow
  }

  private mutating func take(_ event: CaseEvent) {
    switch event.act {
    case .apply(let dossier): begin(dossier, at: event.at)
    case .supplement(let dossier), .renewMaterials(let dossier): renew(dossier, by: event.number)
    case .declareChange(let kind, _): runTerm(of: kind, hasExpired: false, event)
    case .expireMaterial(let kind): runTerm(of: kind, hasExpired: true, event)
    case .review(.pass(let found)), .recheckEligibility(let found): take(found)
    case .assess(let assessment): take(assessment)
    case .requestCertificate(let order): orders.append(order)
    case .registerCertificate(let certificate): take(certificate)
    case .passConformance(let pass): conformance = pass
    case .draftAgreement, .signAgreement, .countersignAgreement: foldAgreement(event.act)
    case .throttle(let checks, let until, _): throttle = Throttle(checksPerMinute: checks, until: until)
    case .propose(let act): propose(act, event)
    case .terminate, .refer: carryOut(event)
    default: foldMatter(event)
    }
  }

  private mutating func begin(_ dossier: Dossier, at time: UInt64) {
    self.dossier = dossier
    appliedOn = LegalCalendar.day(of: time)
    materialTerms = [:]
    findings = []
    seenDocuments.formUnion(dossier.materials.map(\.digest))
  }

  /// A kind is renewed when one of its documents was never submitted before.
  //= Measures art.6(2)
  private mutating func renew(_ dossier: Dossier, by number: UInt64) {
    let fresh = Set(dossier.materials.filter { !seenDocuments.contains($0.digest) }.map(\.kind))
    for kind in fresh { materialTerms[kind] = nil }
    for index in matters.indices { matters[index].renew(fresh, by: number) }
    self.dossier = dossier
    seenDocuments.formUnion(dossier.materials.map(\.digest))
  }

  private mutating func runTerm(of kind: MaterialKind, hasExpired: Bool, _ event: CaseEvent) {
    guard let dueAt = event.dueAt else { return }
    var term = materialTerms[kind] ?? MaterialTerm(number: event.number, dueAt: dueAt, hasExpired: hasExpired)
    term.dueAt = min(term.dueAt, dueAt)
    term.hasExpired = term.hasExpired || hasExpired
    materialTerms[kind] = term
  }

  private mutating func take(_ found: [ConditionFinding]) {
    let conditions = Set(found.map(\.condition))
    findings = (findings.filter { !conditions.contains($0.condition) } + found)
      .sorted { $0.condition < $1.condition }
  }

  /// A draft that states another mode or quota than the new assessment is void.
  private mutating func take(_ assessment: Assessment) {
    self.assessment = assessment
    guard let draft, draft.mode != assessment.mode || draft.quota != assessment.quota else { return }
    self.draft = nil
    isDraftSigned = false
  }

  private mutating func take(_ certificate: RegisteredCertificate) {
    orders.removeAll { $0.keyID == certificate.keyID }
    certificates.append(certificate)
  }

  //= Measures art.9
  private mutating func foldAgreement(_ act: CaseAct) {
    switch act {
    case .draftAgreement(let agreement):
      draft = agreement
      lastVersion = agreement.version
      isDraftSigned = false
    case .signAgreement: isDraftSigned = true
    default:
      agreementInForce = draft
      draft = nil
      isDraftSigned = false
    }
  }

  private mutating func propose(_ act: CaseAct, _ event: CaseEvent) {
    guard case .officer(let id)? = event.actors.first, let dueAt = event.dueAt else { return }
    proposals.append(
      Proposal(
        number: event.number, act: act, clause: event.clause, evidence: event.evidence, officer: id,
        dueAt: dueAt))
  }

  private mutating func carryOut(_ event: CaseEvent) {
    proposals.removeAll { $0.act == event.act && $0.clause == event.clause }
    if event.act.kind == .refer { isReferred = true }
  }

  private mutating func foldMatter(_ event: CaseEvent) {
    switch event.act {
    case .notice(let text): issue(event, text, isSuspension: false)
    case .suspend(let text):
      issue(event, text, isSuspension: true, for: event.clause == Clause(13, 2) ? lapsedMaterials : [])
    case .acknowledge(let subject): update(subject) { $0.receive(at: event.at, event.dueAt) }
    case .deemReceived(let subject): update(subject) { $0.receive(at: $0.deemedReceipt, event.dueAt) }
    case .giveFeedback(let subject, _): update(subject) { $0.answeredBy = event.number }
    case .verifyCorrection(let subject, let isAccepted, _): update(subject) { $0.verify(isAccepted) }
    case .lapse(let term): lapse(term, event)
    default: break
    }
  }

  private mutating func lapse(_ term: Term, _ event: CaseEvent) {
    switch term {
    case .correction(let subject):
      update(subject) { $0.closure = .lapsed }
      issue(event, matter(subject)?.text ?? "", isSuspension: true)
    case .suspension(let subject): update(subject) { $0.closure = .lapsed }
    case .material(let kind):
      materialTerms[kind]?.isLapsed = true
      if event.to == .suspended { issue(event, "", isSuspension: true, for: [kind]) }
    }
  }

  private mutating func issue(
    _ event: CaseEvent, _ text: String, isSuspension: Bool, for materials: Set<MaterialKind> = []
  ) {
    guard let receiptDueAt = event.dueAt else { return }
    matters.append(
      Matter(
        number: event.number, isSuspension: isSuspension, clause: event.clause, text: text,
        issuedAt: event.at, receiptDueAt: receiptDueAt, materials: materials, awaited: materials))
  }

  private mutating func update(_ number: UInt64, _ change: (inout Matter) -> Void) {
    guard let index = matters.firstIndex(where: { $0.number == number }) else { return }
    change(&matters[index])
  }

  /// The kinds of materials whose fifteen days ran out.
  package var lapsedMaterials: Set<MaterialKind> { Set(materialTerms.filter(\.value.isLapsed).keys) }
}

extension Case.Matter {
  /// The last moment of the day on which it counts as received.
  var deemedReceipt: UInt64 { receiptDueAt - 1 }

  mutating func receive(at time: UInt64, _ end: UInt64?) {
    receivedAt = time
    dueAt = end
  }

  /// Accepted feedback closes the matter; refused, the same term goes on.
  mutating func verify(_ isAccepted: Bool) {
    answeredBy = nil
    awaited = materials
    closure = isAccepted ? .corrected : nil
  }

  /// Materials submitted anew correct a suspension for their missing, once all are there.
  mutating func renew(_ kinds: Set<MaterialKind>, by number: UInt64) {
    guard isOpen, !awaited.isEmpty else { return }
    awaited.subtract(kinds)
    if awaited.isEmpty { answeredBy = number }
  }
}
