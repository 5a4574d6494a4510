extension CaseAct {
  /// The kinds of acts, named as on the wire: `declareChange` is the method "…/DeclareChange" and the act
  /// "declare_change".
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case apply
    case supplement
    case declareChange
    case renewMaterials
    case acknowledge
    case giveFeedback
    case signAgreement
    case requestCertificate
    case review
    case assess
    case draftAgreement
    case countersignAgreement
    case registerCertificate
    case open
    case inspect
    case notice
    case verifyCorrection
    case suspend
    case reopen
    case terminate
    case recheckEligibility
    case throttle
    case refer
    case direct
    case propose
    case confirm
    case passConformance
    case reportAnomaly
    case deemReceived
    case expireMaterial
    case lapse
    case complain

    /// "DeclareChange".
    package var methodName: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

    /// "declare_change".
    package var fieldName: String { FieldName.onWire(rawValue) }
  }

  package var kind: Kind {
    switch self {
    case .apply: .apply
    case .supplement: .supplement
    case .declareChange: .declareChange
    case .renewMaterials: .renewMaterials
    case .acknowledge: .acknowledge
    case .giveFeedback: .giveFeedback
    case .signAgreement: .signAgreement
    case .requestCertificate: .requestCertificate
    case .review: .review
    case .assess: .assess
    case .draftAgreement: .draftAgreement
    case .countersignAgreement: .countersignAgreement
    case .registerCertificate: .registerCertificate
    case .open: .open
    case .inspect: .inspect
    case .notice: .notice
    case .verifyCorrection: .verifyCorrection
    case .suspend: .suspend
    case .reopen: .reopen
    case .terminate: .terminate
    case .recheckEligibility: .recheckEligibility
    case .throttle: .throttle
    case .refer: .refer
    case .direct: .direct
    case .propose: .propose
    case .confirm: .confirm
    case .passConformance: .passConformance
    case .reportAnomaly: .reportAnomaly
    case .deemReceived: .deemReceived
    case .expireMaterial: .expireMaterial
    case .lapse: .lapse
    case .complain: .complain
    }
  }

  /// What somebody has written into the act, each piece with its field on the wire.
  var texts: [(field: String, text: String)] {
    switch self {
    case .giveFeedback(_, let text), .inspect(let text), .notice(let text), .suspend(let text),
      .reopen(let text), .terminate(let text), .refer(let text), .direct(let text),
      .verifyCorrection(_, _, let text), .throttle(_, _, let text):
      [("text", text)]
    case .review(.fail(let reasons)), .review(.supplement(let reasons)): reasons.map { ("reasons", $0) }
    case .assess(let assessment): [("reason", assessment.reason)]
    case .reportAnomaly(let anomaly): [("text", anomaly.text)]
    default: []
    }
  }
}

extension CaseActor {
  /// Who may act, whatever the name.
  package enum Kind: Sendable, Hashable, CaseIterable {
    case tenant
    case officer
    case clock
    case platform
    case anyone
  }

  package var kind: Kind {
    switch self {
    case .tenant: .tenant
    case .officer: .officer
    case .clock: .clock
    case .platform: .platform
    case .anyone: .anyone
    }
  }
}
