import PassgateDomain

/// What comes after an act, said to whoever did it.
enum NextStep {
  /// What to do or to wait for; nil where nothing follows of it alone.
  static func after(_ event: CaseEvent, _ side: CaseCalls.Side) -> String? {
    if case .propose = event.act {
      return "another officer confirms it with 'passgate operator confirm \(event.tenantID) \(event.number)'"
    }
    let step = side == .officer ? officers(event) : organisations[event.act.kind]
    return step?.replacing("NUMBER", with: event.act.subject.map { "\($0)" } ?? "NUMBER")
  }

  private static let organisations: [CaseAct.Kind: String] = [
    .apply: "the platform now reviews the materials (art.7(2)); see 'passgate status'",
    .supplement: "the platform now reviews the materials again (art.7(2)); see 'passgate status'",
    .declareChange: "submit the material anew in time: 'passgate materials renew --dossier DIR'",
    .acknowledge: "correct what it names, then answer with 'passgate notice feedback NUMBER --text FILE'",
    .giveFeedback: "an officer verifies it; until then the term stands still",
    .signAgreement: "an officer countersigns it; see 'passgate status'",
    .requestCertificate: "when it is registered, fetch it with 'passgate certificate fetch --out FILE'",
  ]

  private static func officers(_ event: CaseEvent) -> String? {
    switch event.act {
    case .review(.pass):
      "a reviewer now decides on the way of access: 'passgate operator assess \(event.tenantID) --suggest'"
    case .verifyCorrection(_, true, _) where event.to == .suspended:
      "when every ground is verified, the service may be reopened: 'passgate operator reopen'"
    case .verifyCorrection(_, true, _): "the matter is closed"
    case .verifyCorrection(_, false, _): "the same term goes on"
    case .refer:
      "a supervisor makes the file for them: 'passgate evidence export --case \(event.tenantID) --out FILE'"
    default: officers[event.act.kind]
    }
  }

  private static let officers: [CaseAct.Kind: String] = [
    .registerCertificate: "the organisation fetches it with 'passgate certificate fetch --out FILE'",
    .assess: "the organisation now debugs in the sandbox and needs a certificate for it (art.7(3))",
    .draftAgreement: "the organisation signs it first: 'passgate agreement sign'",
    .countersignAgreement: "the version is in force",
    .open: "production answers from now on",
    .notice: "the service goes on; the term of ten days begins with the receipt",
    .suspend: "checks are refused from now on; the term of thirty days begins with the receipt",
    .terminate: "final: checks are refused and its certificates revoked from now on",
    .reopen: "production answers from now on",
  ]

  /// What an act that is grave would mean; nil for the others.
  static func consequence(of event: CaseEvent) -> String? {
    switch event.act {
    case .suspend: "every check would be refused at once; the sandbox and the case's own calls go on"
    case .propose(.terminate):
      "when another officer confirms within 24 hours: final; certificates are revoked, and no act leads back"
    case .review(.fail): "the application would end; the same key may apply again"
    default: nil
    }
  }
}
