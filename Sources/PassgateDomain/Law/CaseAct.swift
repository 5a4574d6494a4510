/// What somebody does in a case. Each kind has its row in `CaseRules`.
///
/// A *subject* is the number of the case's event that the act is about: a notice, a suspension.
/// Texts are written by officers and organisations: 1 to 2,000 characters, never a holder's data.
package enum CaseAct: Sendable, Hashable {
  // The organisation
  case apply(Dossier)
  case supplement(Dossier)
  /// What a material states has changed on this day.
  case declareChange(MaterialKind, on: CalendarDate)
  case renewMaterials(Dossier)
  /// The receipt of a notice or of a suspension.
  case acknowledge(subject: UInt64)
  /// What was corrected.
  case giveFeedback(subject: UInt64, text: String)
  /// - Parameter digest: SHA-256 of the agreement's text, 32 bytes.
  case signAgreement(digest: [UInt8])
  case requestCertificate(CertificateOrder)
  // Officers
  case review(ReviewOutcome)
  case assess(Assessment)
  case draftAgreement(Agreement)
  case countersignAgreement(digest: [UInt8])
  case registerCertificate(RegisteredCertificate)
  case open
  case inspect(text: String)
  case notice(text: String)
  case verifyCorrection(subject: UInt64, isAccepted: Bool, text: String)
  case suspend(text: String)
  case reopen(text: String)
  case terminate(text: String)
  /// The conditions of art.5 looked at again.
  case recheckEligibility([ConditionFinding])
  /// A technical act, never a suspension: fewer checks a minute until a time in milliseconds since 1970.
  case throttle(checksPerMinute: Int, until: UInt64, text: String)
  /// Reported to the authorities; the tenant does not see it (art.15).
  case refer(text: String)
  /// The supervisor's direction (art.2, art.10).
  case direct(text: String)
  /// The first officer of an act that needs two; `confirm` with its number carries it out.
  indirect case propose(CaseAct)
  case confirm(proposal: UInt64)
  // The platform
  case passConformance(ConformancePass)
  /// A detector's draft of a notice, for an officer to decide.
  case reportAnomaly(Anomaly)
  // The clock
  case deemReceived(subject: UInt64)
  /// A material has passed the last day that it states.
  case expireMaterial(MaterialKind)
  /// A term has run out: of a notice, a suspension, or a material that was to be renewed.
  case lapse(Term)
  // Anybody
  /// A complaint under its case id, 16 bytes; its text is kept sealed, `digest` is its SHA-256.
  case complain(caseID: [UInt8], digest: [UInt8])
}

/// Which term has run out.
package enum Term: Sendable, Hashable {
  /// Ten days to correct what a notice names (art.12).
  case correction(notice: UInt64)
  /// Thirty days to correct what a suspension names (art.13).
  case suspension(subject: UInt64)
  /// Fifteen days to renew a material (art.6(2)).
  case material(MaterialKind)
}

/// What a review comes to (art.7(2)).
package enum ReviewOutcome: Sendable, Hashable {
  /// Each of the five conditions of art.5 was found to be met.
  case pass([ConditionFinding])
  case fail(reasons: [String])
  case supplement(reasons: [String])
}

/// What an officer found about one condition of art.5.
package struct ConditionFinding: Sendable, Hashable {
  /// The item of art.5, 1 to 5.
  package var condition: UInt8
  package var isMet: Bool
  /// SHA-256 of what shows it, 32 bytes.
  package var evidence: [UInt8]
  /// When it is to be looked at again.
  package var reviewBy: CalendarDate

  package init(condition: UInt8, isMet: Bool, evidence: [UInt8], reviewBy: CalendarDate) {
    self.condition = condition
    self.isMet = isMet
    self.evidence = evidence
    self.reviewBy = reviewBy
  }
}

/// A certificate that the organisation asks for.
package struct CertificateOrder: Sendable, Hashable {
  /// True for production, false for the sandbox: a key serves one deployment.
  package var isProduction: Bool
  /// The wire's number of the algorithm.
  package var algorithm: UInt32
  /// PKCS#10, DER, at most 8 KiB.
  package var request: [UInt8]
  /// SHA-256 of the requested key's SubjectPublicKeyInfo, 32 bytes.
  package var keyID: [UInt8]

  package init(isProduction: Bool, algorithm: UInt32, request: [UInt8], keyID: [UInt8]) {
    self.isProduction = isProduction
    self.algorithm = algorithm
    self.request = request
    self.keyID = keyID
  }
}

/// A certificate that a key officer has registered for the case's tenant.
package struct RegisteredCertificate: Sendable, Hashable {
  package var isProduction: Bool
  package var algorithm: UInt32
  /// DER.
  package var certificate: [UInt8]
  /// SHA-256 of the key's SubjectPublicKeyInfo, 32 bytes.
  package var keyID: [UInt8]
  /// DER of the connection's certificate: an SM2 key of a mobile certificate only, else empty.
  package var tlsCertificate: [UInt8]

  package init(
    isProduction: Bool, algorithm: UInt32, certificate: [UInt8], keyID: [UInt8], tlsCertificate: [UInt8]
  ) {
    self.isProduction = isProduction
    self.algorithm = algorithm
    self.certificate = certificate
    self.keyID = keyID
    self.tlsCertificate = tlsCertificate
  }
}

/// A passed conformance run (art.7(3)).
package struct ConformancePass: Sendable, Hashable {
  /// The version of the table of cases.
  package var suite: UInt32
  package var cases: UInt32
  /// SHA-256 of the signed report, 32 bytes.
  package var report: [UInt8]

  package init(suite: UInt32, cases: UInt32, report: [UInt8]) {
    self.suite = suite
    self.cases = cases
    self.report = report
  }
}

/// What a detector saw (art.12(2)): figures about traffic, never about a holder.
package struct Anomaly: Sendable, Hashable {
  /// The detector's name in its table, `[a-z-]{1,40}`.
  package var detector: String
  /// One sentence with the figures.
  package var text: String
  /// The span looked at, milliseconds since 1970.
  package var since, until: UInt64

  package init(detector: String, text: String, since: UInt64, until: UInt64) {
    self.detector = detector
    self.text = text
    self.since = since
    self.until = until
  }
}
