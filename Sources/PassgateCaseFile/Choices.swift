package import PassgateDomain
package import PassgateWire

// Each enumeration is paired with its counterpart once; the way back of what a peer may choose is a search.

extension PassgateWire.PublicField {
  package init(_ field: PassgateDomain.PublicField) {
    self =
      switch field {
      case .transport: .transport
      case .finance: .finance
      case .telecoms: .telecoms
      case .education: .education
      case .medical: .medical
      case .lodging: .lodging
      case .employment: .employment
      case .internet: .internet
      }
  }
}

extension PassgateWire.CheckKind {
  package init(_ kind: PassgateDomain.CheckKind) {
    self =
      switch kind {
      case .realName: .realName
      case .realPerson: .realPerson
      case .chip: .chip
      }
  }
}

extension PassgateWire.OptionalElement {
  package init(_ element: PassgateDomain.OptionalElement) {
    self =
      switch element {
      case .sex: .sex
      case .expiry: .expiry
      case .mrz: .mrz
      case .portrait: .portrait
      }
  }
}

extension PassgateWire.DocumentType {
  package init(_ type: PassgateDomain.DocumentType) {
    self =
      switch type {
      case .permit: .permit
      case .passport: .passport
      }
  }
}

extension PassgateWire.AccessMode {
  package init(_ mode: PassgateDomain.AccessMode) {
    self =
      switch mode {
      case .mobileCertificate: .mobileCertificate
      case .signingServer: .signingServer
      }
  }
}

extension PassgateWire.Organisation.Kind {
  package init(_ kind: PassgateDomain.Organisation.Kind) {
    self =
      switch kind {
      case .enterprise: .enterprise
      case .publicInstitution: .publicInstitution
      case .socialOrganisation: .socialOrganisation
      case .foundation: .foundation
      case .socialService: .socialService
      }
  }
}

extension PassgateWire.Material.MediaType {
  package init(_ type: PassgateDomain.Material.MediaType) {
    self =
      switch type {
      case .pdf: .pdf
      case .jpeg: .jpeg
      case .png: .png
      }
  }
}

extension PassgateWire.CaseState {
  package init(_ state: PassgateDomain.CaseState) {
    self =
      switch state {
      case .submitted: .submitted
      case .supplement: .supplement
      case .rejected: .rejected
      case .approved: .approved
      case .debugging: .debugging
      case .agreement: .agreement
      case .open: .open
      case .suspended: .suspended
      case .terminated: .terminated
      }
  }
}

extension PassgateWire.CaseAct.Kind {
  package init(_ kind: PassgateDomain.CaseAct.Kind) {
    self =
      switch kind {
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
}

extension PassgateWire.Deployment {
  package init(isProduction: Bool) { self = isProduction ? .production : .sandbox }
}

extension PassgateDomain.CaseAct.Kind {
  private static let byWire = Dictionary(
    uniqueKeysWithValues: allCases.map { (PassgateWire.CaseAct.Kind($0), $0) })

  /// Nil for an act of the wire that the law does not know.
  package init?(_ kind: PassgateWire.CaseAct.Kind) {
    guard let known = Self.byWire[kind] else { return nil }
    self = known
  }
}

extension PassgateDomain.CaseState {
  package init(_ state: PassgateWire.CaseState) {
    self =
      switch state {
      case .submitted: .submitted
      case .supplement: .supplement
      case .rejected: .rejected
      case .approved: .approved
      case .debugging: .debugging
      case .agreement: .agreement
      case .open: .open
      case .suspended: .suspended
      case .terminated: .terminated
      }
  }
}

/// The case whose counterpart is `choice`.
func counterpart<Choice: CaseIterable, Other: Equatable>(
  of choice: Other, in field: String, _ pair: (Choice) -> Other
) throws(WireError) -> Choice {
  guard let found = Choice.allCases.first(where: { pair($0) == choice }) else {
    throw WireError(.outOfRange, field: field)
  }
  return found
}

/// The cases whose counterparts are `choices`, each of which appears once.
func counterparts<Choice: CaseIterable & Hashable, Other: Hashable>(
  of choices: [Other], in field: String, _ pair: (Choice) -> Other
) throws(WireError) -> Set<Choice> {
  guard Set(choices).count == choices.count else { throw WireError(.repeatedField, field: field) }
  var found: Set<Choice> = []
  for choice in choices { found.insert(try counterpart(of: choice, in: field, pair)) }
  return found
}

/// Counterparts in the order of the wire's numbers, so that equal sets give equal bytes.
func sorted<Choice, Other: RawRepresentable<UInt32>>(
  _ choices: Set<Choice>, _ pair: (Choice) -> Other
) -> [Other] {
  choices.map(pair).sorted { $0.rawValue < $1.rawValue }
}
