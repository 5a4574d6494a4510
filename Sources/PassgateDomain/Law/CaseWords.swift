extension CaseAct.Kind {
  /// "issue a notice": what somebody may do.
  var verb: String {
    switch self {
    case .apply: "apply"
    case .supplement: "submit the materials that the review asked for"
    case .declareChange: "declare that a material has changed"
    case .renewMaterials: "submit materials anew"
    case .acknowledge: "acknowledge the receipt of"
    case .giveFeedback: "report the correction of"
    case .signAgreement: "sign the agreement"
    case .requestCertificate: "request a certificate"
    case .review: "conclude the review"
    case .assess: "assess the access mode"
    case .draftAgreement: "draft the agreement"
    case .countersignAgreement: "countersign the agreement"
    case .registerCertificate: "register a certificate"
    case .open: "open the service"
    case .inspect: "inspect how the service is used"
    case .notice: "issue a notice"
    case .verifyCorrection: "verify the correction of"
    case .suspend: "suspend the service"
    case .reopen: "reopen the service"
    case .terminate: "propose to terminate the service"
    case .recheckEligibility: "look at the conditions of art.5 again"
    case .throttle: "restrict the rate for technical reasons"
    case .refer: "propose to report the case to the authorities"
    case .direct: "give the supervisor's direction"
    case .propose: "propose"
    case .confirm: "confirm proposal"
    case .passConformance: "attest the conformance run"
    case .reportAnomaly: "report abnormal traffic"
    case .deemReceived: "take as received"
    case .expireMaterial: "note an expiry"
    case .lapse: "let a term lapse"
    case .complain: "complain"
    }
  }
}

extension CaseAct {
  /// What was done, after the name of who did it.
  /// - Parameter current: the case that has the events which the act names.
  func words(in current: Case) -> String {
    switch self {
    case .apply(let dossier): "applied \(dossier.words)"
    case .supplement(let dossier): "supplemented the application \(dossier.words)"
    case .renewMaterials(let dossier): "submitted materials anew \(dossier.words)"
    case .declareChange(let kind, let day): "declared that \(kind.english) changed on \(day.iso)"
    case .requestCertificate(let order): "requested a certificate for \(place(order.isProduction))"
    case .registerCertificate(let certificate):
      "registered a certificate for \(place(certificate.isProduction))"
    case .review(let outcome): outcome.words
    case .assess(let assessment): assessment.words
    case .draftAgreement(let agreement): "drafted version \(agreement.version) of the agreement"
    case .signAgreement: "signed the agreement"
    case .countersignAgreement:
      "countersigned version \(current.lastVersion) of the agreement: it is signed by both"
    case .passConformance(let pass):
      "attested that \(pass.cases) conformance cases were passed (suite \(pass.suite))"
    case .open: "opened the service"
    case .reopen(let text): "reopened the service: \(text)"
    case .terminate(let text): "terminated the service: \(text)"
    case .inspect(let text): "inspected: \(text)"
    case .throttle(let checks, _, let text):
      "restricted the rate to \(counted(checks, "check")) a minute for technical reasons: \(text)"
    default: matterWords(in: current) ?? noteWords(in: current) ?? kind.verb
    }
  }

  private func place(_ isProduction: Bool) -> String { isProduction ? "production" : "the sandbox" }

  private func matterWords(in current: Case) -> String? {
    let name = subject.flatMap(current.matter)?.name ?? subject.map { "#\($0)" } ?? ""
    return switch self {
    case .notice(let text): "issued a notice: \(text)"
    case .suspend(let text): "suspended the service: \(text)"
    case .acknowledge: "acknowledged the receipt of \(name)"
    case .deemReceived: "takes \(name) as received"
    case .giveFeedback(_, let text): "reported on \(name): \(text)"
    case .verifyCorrection(_, true, let text): "verified the correction of \(name): \(text)"
    case .verifyCorrection(_, false, let text): "did not accept the correction of \(name): \(text)"
    case .lapse(.correction): "suspends the service: \(name) was not corrected in time"
    case .lapse(.suspension): "terminates the service: \(name) was not corrected in time"
    default: nil
    }
  }

  private func noteWords(in current: Case) -> String? {
    switch self {
    case .expireMaterial(let kind): "notes that \(kind.english) has expired"
    case .lapse(.material(let kind)): "notes that \(kind.english) was not submitted anew in time"
    case .recheckEligibility(let findings):
      "looked at conditions of art.5 again: \(findings.map(\.words).joined(separator: ", "))"
    case .refer(let text): "reported the case to the authorities: \(text)"
    case .direct(let text): "directed: \(text)"
    case .propose(let act):
      "proposed to \(act.kind == .terminate ? "terminate" : "report"): \(act.texts.first?.text ?? "")"
    case .reportAnomaly(let anomaly): "reported abnormal traffic (\(anomaly.detector)): \(anomaly.text)"
    case .complain: "complained"
    default: nil
    }
  }
}

extension Dossier {
  fileprivate var words: String {
    let fields = PublicField.allCases.filter { field in scopes.contains { $0.field == field } }.map(\.english)
    return
      "with \(counted(materials.count, "document")) for \(counted(scopes.count, "scene")) (\(fields.joined(separator: ", ")))"
  }
}

extension ReviewOutcome {
  fileprivate var words: String {
    switch self {
    case .pass: "passed the application: the five conditions of art.5 are met"
    case .fail(let reasons): "did not pass the application: \(reasons.joined(separator: "; "))"
    case .supplement(let reasons): "asked for more: \(reasons.joined(separator: "; "))"
    }
  }
}

extension Assessment {
  fileprivate var words: String {
    "decided on access by \(mode.english) for \(counted(quota.checksPerDay, "check")) a day, \(quota.peakPerMinute) in the busiest minute: \(reason)"
  }
}

extension ConditionFinding {
  fileprivate var words: String { "(\(condition)) \(isMet ? "met" : "not met")" }
}

extension Case.Matter {
  /// "notice #12 under art.12(2)".
  package var name: String { "\(isSuspension ? "suspension" : "notice") #\(number) under \(clause)" }

  /// "notice #12 under art.12(2) (not received yet)".
  package var words: String {
    let stands =
      switch stage {
      case .issued: "not received yet"
      case .received: "to be corrected by \(BeijingClock.text(dueAt ?? issuedAt))"
      case .answered: "correction to be verified"
      case .corrected: "corrected"
      case .lapsed: "lapsed"
      }
    return "\(name) (\(stands))"
  }
}

extension CaseEvent {
  var termName: String {
    switch act {
    case .throttle: "The restriction"
    case .propose: "The time to confirm"
    case .acknowledge, .deemReceived: "The term to correct"
    case .declareChange, .expireMaterial: "The term to submit it anew"
    default: "The time to acknowledge"
    }
  }
}

extension CaseState {
  /// "open": how a case stands.
  package var words: String {
    switch self {
    case .submitted: "waiting for its review"
    case .supplement: "waiting for a supplement"
    case .rejected: "rejected"
    case .approved: "approved, and waiting for the assessment of its access mode"
    case .debugging: "in joint debugging"
    case .agreement: "waiting for its agreement and its opening"
    case .open: "open"
    case .suspended: "suspended"
    case .terminated: "terminated"
    }
  }
}

extension CaseRule.Variant {
  /// " for the sandbox": what tells two lines of one act apart.
  var words: String {
    switch self {
    case .forSandbox: " for the sandbox"
    case .forProduction: " for production"
    case .any, .passed, .failed, .incomplete, .ofNotice, .ofSuspension, .ofMaterial: ""
    }
  }
}

/// "1 check", "2 checks".
func counted(_ number: some BinaryInteger, _ noun: String) -> String {
  number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
}

extension CaseActor.Kind {
  var words: String {
    switch self {
    case .tenant: "the organisation"
    case .officer: "an officer"
    case .clock: "the clock"
    case .platform: "the platform"
    case .anyone: "anybody"
    }
  }
}

extension [CaseActor] {
  /// "Officers li and wang".
  var words: String {
    if count == 2, case .officer(let first) = self[0], case .officer(let second) = self[1] {
      return "Officers \(first) and \(second)"
    }
    return map { actor in
      switch actor {
      case .officer(let id): "Officer \(id)"
      case .tenant: "The organisation"
      case .clock: "The clock"
      case .platform: "The platform"
      case .anyone: "Somebody"
      }
    }.joined(separator: " and ")
  }
}
