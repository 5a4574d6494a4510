extension Case {
  // MARK: The agreement

  //= Measures art.9
  func checkDraft(_ agreement: Agreement) throws(CaseFault) {
    guard assessment != nil else { throw .missing(.assess, "the access mode is assessed first") }
    guard agreement.version == lastVersion + 1 else {
      throw CaseFault(
        reason: .agreementRefused, field: "act.draft_agreement.version",
        text: "the next version is \(lastVersion + 1)")
    }
  }

  //= Measures art.7(4)
  func checkSigning(_ digest: [UInt8]) throws(CaseFault) {
    guard let draft else { throw .missing(.draftAgreement, "no draft waits for its signature") }
    guard draft.digest == digest else { throw .otherText(.signAgreement) }
    guard !isDraftSigned else { throw .doneAlready("the draft is signed already") }
  }

  /// After the tenant.
  //= Measures art.7(4)
  func checkCountersigning(_ digest: [UInt8]) throws(CaseFault) {
    guard let draft else { throw .missing(.draftAgreement, "no draft waits for its signature") }
    guard draft.digest == digest else { throw .otherText(.countersignAgreement) }
    guard isDraftSigned else { throw .missing(.signAgreement, "the tenant signs first") }
  }

  // MARK: The opening

  /// No step can be skipped.
  //= Measures art.7(5)
  func checkOpening() throws(CaseFault) {
    try require(conformance != nil, .passConformance)
    guard let agreement = agreementInForce, draft == nil else {
      throw .missing(
        draft == nil ? .draftAgreement : isDraftSigned ? .countersignAgreement : .signAgreement,
        "both sign the latest version of the agreement first")
    }
    guard agreement.mode == assessment?.mode, agreement.quota == assessment?.quota else {
      throw .missing(.draftAgreement, "the agreement states another mode or quota than the last assessment")
    }
    guard hasCertificate(isProduction: true) else {
      throw .missing(
        orders.contains(where: \.isProduction) ? .registerCertificate : .requestCertificate,
        "a certificate for production is registered first")
    }
    guard materialTerms.values.allSatisfy({ !$0.isLapsed && !$0.hasExpired }) else {
      throw .missing(.renewMaterials, "materials that are out of date are submitted anew first")
    }
  }

  // MARK: Notices and suspensions

  func checkMatter(_ event: CaseEvent) throws(CaseFault) {
    switch event.act {
    case .acknowledge(let subject):
      guard try openMatter(subject, event.act).receivedAt == nil else {
        throw .doneAlready("its receipt was signed before, or it counts as received")
      }
    case .giveFeedback(let subject, _): try checkFeedback(on: try openMatter(subject, event.act), event)
    case .verifyCorrection(let subject, _, _):
      guard try openMatter(subject, event.act).answeredBy != nil else {
        throw .missing(.giveFeedback, "there is no feedback to verify")
      }
    case .reopen: try checkReopening()
    default: break
    }
  }

  /// In time, and one at a time.
  //= Measures art.12
  private func checkFeedback(on matter: Matter, _ event: CaseEvent) throws(CaseFault) {
    guard let dueAt = matter.dueAt else {
      throw .missing(.acknowledge, "the receipt comes before the feedback")
    }
    guard event.at < dueAt else { throw .termOver }
    guard matter.materials.isEmpty else {
      throw .missing(.renewMaterials, "materials that are missing are corrected by submitting them")
    }
    guard matter.answeredBy == nil else { throw .doneAlready("feedback on it waits for its verification") }
  }

  /// Every ground was corrected in time, and verified.
  //= Measures art.13
  func checkReopening() throws(CaseFault) {
    guard let ground = matters.first(where: { $0.isSuspension && $0.isOpen }) else { return }
    throw .missing(
      ground.answeredBy == nil ? .giveFeedback : .verifyCorrection,
      "every ground of the suspension is corrected and verified first")
  }
}

extension CaseFault {
  static func otherText(_ kind: CaseAct.Kind) -> CaseFault {
    CaseFault(
      reason: .agreementRefused, field: "act.\(kind.fieldName).digest",
      text: "this is not the digest of the latest draft")
  }
}
