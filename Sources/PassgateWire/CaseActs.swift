import CPassgate

/// What is done in a case: one of the fields of the oneof, each of which has its kind.
package enum CaseAct: MappedMessage {
  /// The acts, by their field's number.
  package enum Kind: UInt32, Sendable, CaseIterable {
    case apply = 1
    case supplement = 2
    case declareChange = 3
    case renewMaterials = 4
    case acknowledge = 5
    case giveFeedback = 6
    case signAgreement = 7
    case requestCertificate = 8
    case review = 9
    case assess = 10
    case draftAgreement = 11
    case countersignAgreement = 12
    case registerCertificate = 13
    case open = 14
    case inspect = 15
    case notice = 16
    case verifyCorrection = 17
    case suspend = 18
    case reopen = 19
    case terminate = 20
    case recheckEligibility = 21
    case throttle = 22
    case refer = 23
    case direct = 24
    case propose = 25
    case confirm = 26
    case passConformance = 27
    case reportAnomaly = 28
    case deemReceived = 29
    case expireMaterial = 30
    case lapse = 31
    case complain = 32
  }

  // The organisation
  case apply(Dossier)
  case supplement(Dossier)
  /// - Parameter on: YYYY-MM-DD.
  case declareChange(material: UInt32, on: String)
  case renewMaterials(Dossier)
  /// - Parameter subject: the number of the event that the act is about, as in the acts below.
  case acknowledge(subject: UInt64)
  case giveFeedback(subject: UInt64, text: String)
  /// - Parameter digest: SHA-256 of the agreement's text, 32 bytes.
  case signAgreement(digest: [UInt8])
  case requestCertificate(CertificateOrder)
  // Officers
  case review(Review)
  case assess(Assessment)
  case draftAgreement(Agreement)
  case countersignAgreement(digest: [UInt8])
  case registerCertificate(RegisteredCertificate)
  case open
  case inspect(text: String)
  case notice(text: String)
  case verifyCorrection(subject: UInt64, accepted: Bool, text: String)
  case suspend(text: String)
  case reopen(text: String)
  case terminate(text: String)
  case recheckEligibility([ConditionFinding])
  case throttle(checksPerMinute: UInt32, untilMilliseconds: UInt64, text: String)
  case refer(text: String)
  case direct(text: String)
  case propose(Proposal)
  case confirm(proposal: UInt64)
  // The platform
  /// - Parameter report: SHA-256 of the signed report, 32 bytes.
  case passConformance(suite: UInt32, cases: UInt32, report: [UInt8])
  case reportAnomaly(detector: String, text: String, sinceMilliseconds: UInt64, untilMilliseconds: UInt64)
  // The clock
  case deemReceived(subject: UInt64)
  case expireMaterial(kind: UInt32)
  case lapse(Term)
  // Anybody
  /// - Parameters:
  ///   - caseID: 16 bytes.
  ///   - digest: SHA-256 of the text, which is kept sealed.
  case complain(caseID: [UInt8], digest: [UInt8])

  static let descriptor = unsafe MessageDescriptor(passgate__v1__case_act__init)

  init(from fields: FieldReader) throws(WireError) {
    guard let kind = Kind(rawValue: UInt32(fields.oneof(of: 1))) else {
      throw WireError(.missing, field: "act")
    }
    self = try fields.inside(Int(kind.rawValue)) { inner throws(WireError) in
      try CaseAct.payload(of: kind, inner)
    }
  }

  func write(to fields: FieldWriter) {
    fields.set(Int(kind.rawValue)) { writePayload(to: $0) }
  }
}

/// What a review comes to (art. 7(2)).
package struct Review: MappedMessage {
  /// The three notices of art. 7(2).
  package enum Outcome: UInt32, Sendable, CaseIterable {
    case pass = 1
    case fail = 2
    case supplement = 3
  }

  package var outcome: Outcome
  /// Of a review that was passed, else none.
  package var findings: [ConditionFinding]
  /// Of a review that was not, else none; 1 to 32 texts.
  package var reasons: [String]

  package init(outcome: Outcome, findings: [ConditionFinding], reasons: [String]) {
    self.outcome = outcome
    self.findings = findings
    self.reasons = reasons
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__case_act__review__init)

  init(from fields: FieldReader) throws(WireError) {
    outcome = try fields.choice(1)
    findings = try fields.messages(2)
    try fields.require(2, !findings.isEmpty, exactlyIf: outcome == .pass)
    if outcome == .pass {
      try fields.allow(3, !fields.texts(3).isEmpty, onlyIf: false)
      reasons = []
    } else {
      reasons = try fields.lines(3)
    }
  }

  func write(to fields: FieldWriter) {
    fields.set(1, outcome.rawValue)
    fields.set(2, findings)
    fields.set(3, reasons)
  }
}

/// An act that needs two officers, as the first proposes it.
package enum Proposal: MappedMessage {
  case terminate(text: String)
  case refer(text: String)

  static let descriptor = unsafe MessageDescriptor(passgate__v1__case_act__proposal__init)

  init(from fields: FieldReader) throws(WireError) {
    switch fields.oneof(of: 1) {
    case 1: self = .terminate(text: try fields.inside(1, CaseAct.line))
    case 2: self = .refer(text: try fields.inside(2, CaseAct.line))
    default: throw WireError(.missing, field: "act")
    }
  }

  func write(to fields: FieldWriter) {
    switch self {
    case .terminate(let text): fields.set(1) { $0.set(1, text) }
    case .refer(let text): fields.set(2) { $0.set(1, text) }
    }
  }
}

/// A term that has run out.
package struct Term: MappedMessage {
  /// The three terms.
  package enum Kind: UInt32, Sendable, CaseIterable {
    /// Art. 12, ten days; the subject is the notice.
    case correction = 1
    /// Art. 13, thirty days; the subject is the suspension.
    case suspension = 2
    /// Art. 6(2), fifteen days; the subject is the kind of material.
    case material = 3
  }

  package var kind: Kind
  package var subject: UInt64

  package init(kind: Kind, subject: UInt64) {
    self.kind = kind
    self.subject = subject
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__term__init)

  init(from fields: FieldReader) throws(WireError) {
    kind = try fields.choice(1)
    subject = try fields.positive(2)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, kind.rawValue)
    fields.set(2, subject)
  }
}
