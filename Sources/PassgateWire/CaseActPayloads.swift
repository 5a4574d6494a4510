extension CaseAct {
  /// The act's place in the oneof.
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

  static func payload(of kind: Kind, _ fields: FieldReader) throws(WireError) -> CaseAct {
    switch kind {
    case .apply: .apply(try Dossier(from: fields))
    case .supplement: .supplement(try Dossier(from: fields))
    case .declareChange: .declareChange(material: fields.uint32(1), on: fields.text(2))
    case .renewMaterials: .renewMaterials(try Dossier(from: fields))
    case .acknowledge: .acknowledge(subject: try fields.positive(1))
    case .giveFeedback: .giveFeedback(subject: try fields.positive(1), text: try fields.line(2))
    case .signAgreement: .signAgreement(digest: try digest(fields))
    case .requestCertificate: .requestCertificate(try CertificateOrder(from: fields))
    case .review: .review(try Review(from: fields))
    case .assess: .assess(try Assessment(from: fields))
    case .draftAgreement: .draftAgreement(try Agreement(from: fields))
    case .countersignAgreement: .countersignAgreement(digest: try digest(fields))
    case .registerCertificate: .registerCertificate(try RegisteredCertificate(from: fields))
    case .open: .open
    case .inspect: .inspect(text: try line(fields))
    case .notice: .notice(text: try line(fields))
    case .verifyCorrection:
      .verifyCorrection(
        subject: try fields.positive(1), accepted: fields.bool(2), text: try fields.line(3))
    case .suspend: .suspend(text: try line(fields))
    case .reopen: .reopen(text: try line(fields))
    case .terminate: .terminate(text: try line(fields))
    case .recheckEligibility: .recheckEligibility(try findings(fields))
    case .throttle:
      .throttle(
        checksPerMinute: fields.uint32(1), untilMilliseconds: fields.uint64(2), text: try fields.line(3))
    case .refer: .refer(text: try line(fields))
    case .direct: .direct(text: try line(fields))
    case .propose: .propose(try Proposal(from: fields))
    case .confirm: .confirm(proposal: try fields.positive(1))
    case .passConformance:
      .passConformance(
        suite: fields.uint32(1), cases: fields.uint32(2),
        report: try fields.bytes(3, exactly: WireLength.digest))
    case .reportAnomaly:
      .reportAnomaly(
        detector: try fields.line(1), text: try fields.line(2), sinceMilliseconds: fields.uint64(3),
        untilMilliseconds: fields.uint64(4))
    case .deemReceived: .deemReceived(subject: try fields.positive(1))
    case .expireMaterial: .expireMaterial(kind: fields.uint32(1))
    case .lapse: .lapse(try Term(from: fields))
    case .complain:
      .complain(
        caseID: try fields.bytes(1, exactly: WireLength.identifier),
        digest: try fields.bytes(2, exactly: WireLength.digest))
    }
  }

  func writePayload(to fields: FieldWriter) {
    switch self {
    case .apply(let dossier), .supplement(let dossier), .renewMaterials(let dossier):
      dossier.write(to: fields)
    case .declareChange(let material, let on):
      fields.set(1, material)
      fields.set(2, on)
    case .acknowledge(let subject), .confirm(let subject), .deemReceived(let subject):
      fields.set(1, subject)
    case .giveFeedback(let subject, let text):
      fields.set(1, subject)
      fields.set(2, text)
    case .signAgreement(let digest), .countersignAgreement(let digest): fields.set(1, digest)
    case .requestCertificate(let order): order.write(to: fields)
    case .review(let review): review.write(to: fields)
    case .assess(let assessment): assessment.write(to: fields)
    case .draftAgreement(let agreement): agreement.write(to: fields)
    case .registerCertificate(let certificate): certificate.write(to: fields)
    case .open: break
    case .inspect(let text), .notice(let text), .suspend(let text), .reopen(let text), .terminate(let text),
      .refer(let text), .direct(let text):
      fields.set(1, text)
    case .verifyCorrection(let subject, let accepted, let text):
      fields.set(1, subject)
      fields.set(2, accepted)
      fields.set(3, text)
    case .recheckEligibility(let findings): fields.set(1, findings)
    case .throttle(let checksPerMinute, let until, let text):
      fields.set(1, checksPerMinute)
      fields.set(2, until)
      fields.set(3, text)
    case .propose(let proposal): proposal.write(to: fields)
    case .passConformance(let suite, let cases, let report):
      fields.set(1, suite)
      fields.set(2, cases)
      fields.set(3, report)
    case .reportAnomaly(let detector, let text, let since, let until):
      fields.set(1, detector)
      fields.set(2, text)
      fields.set(3, since)
      fields.set(4, until)
    case .expireMaterial(let kind): fields.set(1, kind)
    case .lapse(let term): term.write(to: fields)
    case .complain(let caseID, let digest):
      fields.set(1, caseID)
      fields.set(2, digest)
    }
  }

  static func line(_ fields: FieldReader) throws(WireError) -> String { try fields.line(1) }

  private static func digest(_ fields: FieldReader) throws(WireError) -> [UInt8] {
    try fields.bytes(1, exactly: WireLength.digest)
  }

  private static func findings(_ fields: FieldReader) throws(WireError) -> [ConditionFinding] {
    let findings: [ConditionFinding] = try fields.messages(1)
    guard !findings.isEmpty else { throw WireError(.missing, field: fields.name(1)) }
    return findings
  }
}
