import PassgateDomain
import PassgateWire

/// A tenant and its keys as the law sees them; the wire's statement of one is always written in full.
typealias Tenant = PassgateDomain.Tenant
typealias TenantKey = PassgateDomain.TenantKey

// The wire's messages as the domain's values and back: the one place where both vocabularies meet.

extension PassgateDomain.DocumentType {
  init(_ type: PassgateWire.DocumentType) {
    switch type {
    case .permit: self = .permit
    case .passport: self = .passport
    }
  }
}

extension PassgateWire.DocumentType {
  init(_ type: PassgateDomain.DocumentType) {
    switch type {
    case .permit: self = .permit
    case .passport: self = .passport
    }
  }
}

extension PassgateDomain.Sex {
  init(_ sex: PassgateWire.Sex) {
    switch sex {
    case .female: self = .female
    case .male: self = .male
    }
  }
}

extension PassgateWire.Sex {
  init(_ sex: PassgateDomain.Sex) {
    switch sex {
    case .female: self = .female
    case .male: self = .male
    }
  }
}

extension PassgateDomain.IdentityClaim {
  /// - Parameter path: where the claim stands in the body, for the field named in a refusal.
  static func parse(_ claim: PassgateWire.IdentityClaim, at path: String) throws(BodyFault) -> Self {
    do throws(ClaimFault) {
      return try Self(
        type: PassgateDomain.DocumentType(claim.documentType), number: claim.number, name: claim.name,
        birthDate: claim.birthDate, sex: claim.sex.map { PassgateDomain.Sex($0) },
        expiry: claim.expiry, mrz: claim.mrz)
    } catch {
      throw BodyFault(field: "\(path).\(FieldName.onWire(error.field))")
    }
  }
}

extension DocumentRecord {
  init(_ record: RegistryRecord) throws(ClaimFault) {
    try self.init(
      type: PassgateDomain.DocumentType(record.documentType), number: record.number, hanName: record.hanName,
      latinName: record.latinName, formerNames: record.formerNames, birthDate: record.birthDate,
      sex: record.sex.map { PassgateDomain.Sex($0) }, expiry: record.expiry,
      previousNumbers: record.previousNumbers, isSuperseded: record.superseded)
  }
}

extension RegistryRecord {
  init(_ record: DocumentRecord) {
    self.init(
      documentType: PassgateWire.DocumentType(record.number.type), number: record.number.text,
      hanName: record.hanName, latinName: record.latinName, formerNames: record.formerNames,
      birthDate: record.birthDate.iso, sex: record.sex.map { PassgateWire.Sex($0) },
      expiry: record.expiry?.iso ?? "", previousNumbers: record.previousNumbers,
      superseded: record.isSuperseded)
  }
}

extension IdentityVerdict {
  init(_ verdict: PassgateDomain.Verdict) {
    switch verdict {
    case .consistent: self.init(verdict: .consistent, undeterminedReason: .notApplicable)
    case .inconsistent: self.init(verdict: .inconsistent, undeterminedReason: .notApplicable)
    case .undetermined(let reason):
      self.init(verdict: .undetermined, undeterminedReason: PassgateWire.UndeterminedReason(reason))
    }
  }
}

extension PassgateWire.UndeterminedReason {
  init(_ reason: PassgateDomain.UndeterminedReason) {
    switch reason {
    case .superseded: self = .superseded
    case .attemptsExhausted: self = .attemptsExhausted
    case .sourceUnavailable: self = .sourceUnavailable
    case .issuerUnknown: self = .issuerUnknown
    case .picture(let fault): self = Self(fault)
    case .replayed: self = .replayed
    case .challengeFailed: self = .challengeFailed
    case .noReference: self = .noReference
    case .nearThreshold: self = .nearThreshold
    }
  }

  private init(_ fault: PassgateDomain.PortraitFault) {
    switch fault {
    case .noFace: self = .noFace
    case .multipleFaces: self = .multipleFaces
    case .tooSmall: self = .faceTooSmall
    case .blurred: self = .blurred
    case .tooDark: self = .tooDark
    case .overexposed: self = .overexposed
    case .occluded: self = .occluded
    case .badImage: self = .badImage
    }
  }
}
