/// What an agreement must satisfy before anybody signs it (art.9).
package enum AgreementRules {
  /// Days after which an unacknowledged notice may count as received.
  package static let deemedReceiptDays: ClosedRange<UInt8> = 1...30

  /// Refuses an agreement with its first problem. That `digest` is the text's is the caller's to check.
  package static func check(
    _ agreement: Agreement, for dossier: Dossier, assessment: Assessment
  ) throws(CaseFault) {
    try findings(agreement, dossier, assessment).settle()
  }

  /// Everything that is wrong with an agreement, in the order of its terms.
  package static func problems(
    _ agreement: Agreement, for dossier: Dossier, assessment: Assessment
  ) -> [CaseFault] {
    findings(agreement, dossier, assessment).faults
  }

  private static func findings(
    _ agreement: Agreement, _ dossier: Dossier, _ assessment: Assessment
  ) -> CaseFindings {
    var findings = CaseFindings(.agreementRefused)
    findings.require(agreement.version > 0, "version", "versions are counted from 1")
    checkAssessed(agreement, assessment, into: &findings)
    ScopeRules.check(agreement.scopes, into: &findings)
    for (index, scope) in agreement.scopes.enumerated() {
      checkWithin(dossier.scopes, scope, at: "scopes[\(index)]", into: &findings)
    }
    findings.require(
      deemedReceiptDays.contains(agreement.deemedReceiptDays), "deemed_receipt_days",
      "a notice counts as received after 1 to 30 days")
    checkText(agreement, dossier.organisation, into: &findings)
    return findings
  }

  //= Measures art.8
  private static func checkAssessed(
    _ agreement: Agreement, _ assessment: Assessment, into findings: inout CaseFindings
  ) {
    findings.require(agreement.mode == assessment.mode, "mode", "the access mode is the one assessed (art.8)")
    findings.require(agreement.quota == assessment.quota, "quota", "the quota is the one assessed (art.8)")
    findings.require(
      agreement.quota.isPlausible, "quota",
      "the busiest minute has at least a 1,440th of the day's checks and at most all of them")
  }

  /// What is agreed may be less than what was applied for, never more.
  //= Measures art.9(1)
  private static func checkWithin(
    _ asked: [SceneScope], _ scope: SceneScope, at path: String, into findings: inout CaseFindings
  ) {
    guard let asked = asked.first(where: { $0.scene == scope.scene }) else {
      return findings.require(false, "\(path).scene", "the dossier does not ask for this scene")
    }
    let more = "more than the dossier asks for in this scene"
    findings.require(scope.field == asked.field, "\(path).field", "another field than in the dossier")
    findings.require(scope.checks.isSubset(of: asked.checks), "\(path).checks", more)
    findings.require(scope.elements.isSubset(of: asked.elements), "\(path).elements", more)
    findings.require(scope.documentTypes.isSubset(of: asked.documentTypes), "\(path).document_types", more)
    findings.require(scope.hours.isWithin(asked.hours), "\(path).from_minute", more)
    findings.require(
      scope.legalBasis == asked.legalBasis, "\(path).legal_basis", "another legal basis than in the dossier")
  }

  /// Text and terms say the same: every clause of art.9 as the template renders it for these terms, and nothing
  /// besides but special terms, which replace none of them.
  private static func checkText(
    _ agreement: Agreement, _ organisation: Organisation, into findings: inout CaseFindings
  ) {
    guard let special = AgreementTemplate.specialTerms(of: agreement, for: organisation) else {
      let missing = AgreementTemplate.missingClauses(of: agreement)
      for clause in missing { findings.require(false, "text", clause.isMissing) }
      return findings.require(
        !missing.isEmpty, "text", "beside its clauses the text is not the template's for these terms")
    }
    findings.require(
      AgreementTemplate.specialTerms.contains(special.count), "text", "there are at most 20 special terms")
    for term in special {
      findings.require(
        CaseText.isClean(term, characters: AgreementTemplate.specialTermCharacters), "text",
        "a special term has 1 to 500 characters on one line")
    }
  }
}

extension AgreementClause {
  fileprivate var isMissing: String {
    let source = isMandatory ? " (art.9(\(rawValue)))" : ""
    return "clause \(rawValue)\(source) does not stand there as the template renders it for these terms"
  }
}
