package import PassgateDomain
package import PassgateWire

extension PassgateDomain.CaseAct {
  /// Throws with the field's path from the act, `apply.materials[2].expires_on`.
  package init(_ act: PassgateWire.CaseAct) throws(WireError) {
    let field = PassgateDomain.CaseAct.Kind(act.kind)?.fieldName ?? ""
    self = try inside(field) { () throws(WireError) in try Self.read(act) }
  }

  private static func read(_ act: PassgateWire.CaseAct) throws(WireError) -> Self {
    switch act {
    case .apply(let dossier): .apply(try PassgateDomain.Dossier(dossier))
    case .supplement(let dossier): .supplement(try PassgateDomain.Dossier(dossier))
    case .declareChange(let material, let on):
      .declareChange(try materialKind(material, in: "kind"), on: try day(on, in: "on"))
    case .renewMaterials(let dossier): .renewMaterials(try PassgateDomain.Dossier(dossier))
    case .acknowledge(let subject): .acknowledge(subject: subject)
    case .giveFeedback(let subject, let text): .giveFeedback(subject: subject, text: text)
    case .signAgreement(let digest): .signAgreement(digest: digest)
    case .requestCertificate(let order): .requestCertificate(PassgateDomain.CertificateOrder(order))
    case .review(let review): .review(try ReviewOutcome(review))
    case .assess(let assessment): .assess(try PassgateDomain.Assessment(assessment))
    case .draftAgreement(let agreement): .draftAgreement(try PassgateDomain.Agreement(agreement))
    case .countersignAgreement(let digest): .countersignAgreement(digest: digest)
    case .registerCertificate(let certificate):
      .registerCertificate(PassgateDomain.RegisteredCertificate(certificate))
    case .open: .open
    case .inspect(let text): .inspect(text: text)
    case .notice(let text): .notice(text: text)
    case .verifyCorrection(let subject, let accepted, let text):
      .verifyCorrection(subject: subject, isAccepted: accepted, text: text)
    case .suspend(let text): .suspend(text: text)
    case .reopen(let text): .reopen(text: text)
    case .terminate(let text): .terminate(text: text)
    case .recheckEligibility(let findings): .recheckEligibility(try conditionFindings(findings))
    case .throttle(let checks, let until, let text):
      .throttle(checksPerMinute: Int(checks), until: until, text: text)
    case .refer(let text): .refer(text: text)
    case .direct(let text): .direct(text: text)
    case .propose(.terminate(let text)): .propose(.terminate(text: text))
    case .propose(.refer(let text)): .propose(.refer(text: text))
    case .confirm(let proposal): .confirm(proposal: proposal)
    case .passConformance(let suite, let cases, let report):
      .passConformance(ConformancePass(suite: suite, cases: cases, report: report))
    case .reportAnomaly(let detector, let text, let since, let until):
      .reportAnomaly(Anomaly(detector: detector, text: text, since: since, until: until))
    case .deemReceived(let subject): .deemReceived(subject: subject)
    case .expireMaterial(let kind): .expireMaterial(try materialKind(kind, in: "kind"))
    case .lapse(let term): .lapse(try PassgateDomain.Term(term))
    case .complain(let caseID, let digest): .complain(caseID: caseID, digest: digest)
    }
  }
}

extension PassgateWire.CaseAct {
  /// Throws for a proposal of an act that needs no second officer: the wire has none.
  package init(_ act: PassgateDomain.CaseAct) throws(WireError) {
    self =
      switch act {
      case .apply(let dossier): .apply(PassgateWire.Dossier(dossier))
      case .supplement(let dossier): .supplement(PassgateWire.Dossier(dossier))
      case .declareChange(let kind, let on): .declareChange(material: UInt32(kind.rawValue), on: on.iso)
      case .renewMaterials(let dossier): .renewMaterials(PassgateWire.Dossier(dossier))
      case .acknowledge(let subject): .acknowledge(subject: subject)
      case .giveFeedback(let subject, let text): .giveFeedback(subject: subject, text: text)
      case .signAgreement(let digest): .signAgreement(digest: digest)
      case .requestCertificate(let order): .requestCertificate(PassgateWire.CertificateOrder(order))
      case .review(let outcome): .review(PassgateWire.Review(outcome))
      case .assess(let assessment): .assess(PassgateWire.Assessment(assessment))
      case .draftAgreement(let agreement): .draftAgreement(PassgateWire.Agreement(agreement))
      case .countersignAgreement(let digest): .countersignAgreement(digest: digest)
      case .registerCertificate(let certificate):
        .registerCertificate(PassgateWire.RegisteredCertificate(certificate))
      case .open: .open
      case .inspect(let text): .inspect(text: text)
      case .notice(let text): .notice(text: text)
      case .verifyCorrection(let subject, let isAccepted, let text):
        .verifyCorrection(subject: subject, accepted: isAccepted, text: text)
      case .suspend(let text): .suspend(text: text)
      case .reopen(let text): .reopen(text: text)
      case .terminate(let text): .terminate(text: text)
      case .recheckEligibility(let findings):
        .recheckEligibility(findings.map { PassgateWire.ConditionFinding($0) })
      case .throttle(let checks, let until, let text):
        .throttle(checksPerMinute: UInt32(clamping: checks), untilMilliseconds: until, text: text)
      case .refer(let text): .refer(text: text)
      case .direct(let text): .direct(text: text)
      case .propose(.terminate(let text)): .propose(.terminate(text: text))
      case .propose(.refer(let text)): .propose(.refer(text: text))
      case .propose: throw WireError(.notAllowed, field: "propose")
      case .confirm(let proposal): .confirm(proposal: proposal)
      case .passConformance(let pass):
        .passConformance(suite: pass.suite, cases: pass.cases, report: pass.report)
      case .reportAnomaly(let anomaly):
        .reportAnomaly(
          detector: anomaly.detector, text: anomaly.text, sinceMilliseconds: anomaly.since,
          untilMilliseconds: anomaly.until)
      case .deemReceived(let subject): .deemReceived(subject: subject)
      case .expireMaterial(let kind): .expireMaterial(kind: UInt32(kind.rawValue))
      case .lapse(let term): .lapse(PassgateWire.Term(term))
      case .complain(let caseID, let digest): .complain(caseID: caseID, digest: digest)
      }
  }
}

extension ReviewOutcome {
  init(_ review: PassgateWire.Review) throws(WireError) {
    self =
      switch review.outcome {
      case .pass: .pass(try conditionFindings(review.findings))
      case .fail: .fail(reasons: review.reasons)
      case .supplement: .supplement(reasons: review.reasons)
      }
  }
}

extension PassgateWire.Review {
  init(_ outcome: ReviewOutcome) {
    switch outcome {
    case .pass(let findings):
      self.init(outcome: .pass, findings: findings.map { PassgateWire.ConditionFinding($0) }, reasons: [])
    case .fail(let reasons): self.init(outcome: .fail, findings: [], reasons: reasons)
    case .supplement(let reasons): self.init(outcome: .supplement, findings: [], reasons: reasons)
    }
  }
}

extension PassgateDomain.Term {
  init(_ term: PassgateWire.Term) throws(WireError) {
    switch term.kind {
    case .correction: self = .correction(notice: term.subject)
    case .suspension: self = .suspension(subject: term.subject)
    case .material:
      self = .material(try materialKind(UInt32(clamping: term.subject), in: "subject"))
    }
  }
}

extension PassgateWire.Term {
  init(_ term: PassgateDomain.Term) {
    switch term {
    case .correction(let notice): self.init(kind: .correction, subject: notice)
    case .suspension(let subject): self.init(kind: .suspension, subject: subject)
    case .material(let kind): self.init(kind: .material, subject: UInt64(kind.rawValue))
    }
  }
}

private func conditionFindings(
  _ findings: [PassgateWire.ConditionFinding]
) throws(WireError) -> [PassgateDomain.ConditionFinding] {
  try each(findings, in: "findings") { finding throws(WireError) in
    try PassgateDomain.ConditionFinding(finding)
  }
}
