import PassgateDomain
import PassgateEngines
import PassgateWire

// What is found about chips, in the words of the wire.

extension PassgateWire.ChipFile.Kind {
  init(_ file: PassgateDomain.ChipFile) {
    switch file {
    case .dg1: self = .dg1
    case .dg2: self = .dg2
    case .dg3: self = .dg3
    case .dg4: self = .dg4
    case .dg5: self = .dg5
    case .dg6: self = .dg6
    case .dg7: self = .dg7
    case .dg8: self = .dg8
    case .dg9: self = .dg9
    case .dg10: self = .dg10
    case .dg11: self = .dg11
    case .dg12: self = .dg12
    case .dg13: self = .dg13
    case .dg14: self = .dg14
    case .dg15: self = .dg15
    case .dg16: self = .dg16
    case .com: self = .com
    case .sod: self = .sod
    case .cardAccess: self = .cardAccess
    case .cardSecurity: self = .cardSecurity
    case .attributes: self = .attributes
    }
  }
}

extension PassgateDomain.ChipFile {
  init(_ kind: PassgateWire.ChipFile.Kind) {
    switch kind {
    case .dg1: self = .dg1
    case .dg2: self = .dg2
    case .dg3: self = .dg3
    case .dg4: self = .dg4
    case .dg5: self = .dg5
    case .dg6: self = .dg6
    case .dg7: self = .dg7
    case .dg8: self = .dg8
    case .dg9: self = .dg9
    case .dg10: self = .dg10
    case .dg11: self = .dg11
    case .dg12: self = .dg12
    case .dg13: self = .dg13
    case .dg14: self = .dg14
    case .dg15: self = .dg15
    case .dg16: self = .dg16
    case .com: self = .com
    case .sod: self = .sod
    case .cardAccess: self = .cardAccess
    case .cardSecurity: self = .cardSecurity
    case .attributes: self = .attributes
    }
  }
}

extension ChipFindings {
  init(_ verdict: ChipVerdict) {
    self.init(
      sodSignature: Signature(verdict.sodSignature),
      groups: verdict.groups.map {
        ChipGroup(kind: PassgateWire.ChipFile.Kind($0.file), hash: ChipGroup.Hash($0.hash))
      },
      chain: Chain(verdict.chain), validity: Validity(verdict.validity),
      revocation: Revocation(verdict.revocation), algorithmPolicy: AlgorithmPolicy(verdict.algorithmPolicy),
      access: Access(verdict.access), accessSecret: verdict.secret.map { AccessSecret($0) },
      chipGenuine: Genuine(verdict.chipGenuine),
      documentExpiry: verdict.isDocumentExpired.map { $0 ? .expired : .notExpired },
      uncoveredFiles: verdict.uncoveredFiles.map { PassgateWire.ChipFile.Kind($0) },
      claim: Consistency(verdict.claim), registry: Consistency(verdict.registry))
  }
}

extension ChipGroup.Hash {
  fileprivate init(_ hash: ChipVerdict.GroupHash) {
    switch hash {
    case .match: self = .match
    case .mismatch: self = .mismatch
    case .notInSOD: self = .notInSOD
    case .notSupplied: self = .notSupplied
    }
  }
}

extension ChipFindings.Signature {
  fileprivate init(_ signature: ChipVerdict.SODSignature) {
    switch signature {
    case .valid: self = .valid
    case .invalid: self = .invalid
    case .missing: self = .missing
    }
  }
}

extension ChipFindings.Chain {
  fileprivate init(_ chain: ChipVerdict.Chain) {
    switch chain {
    case .trusted: self = .trusted
    case .unknownCSCA: self = .unknownCSCA
    case .dscNotFound: self = .dscNotFound
    case .invalid: self = .invalid
    }
  }
}

extension ChipFindings.Validity {
  fileprivate init(_ validity: ChipVerdict.Validity) {
    switch validity {
    case .ok: self = .ok
    case .dscExpired: self = .dscExpired
    case .cscaExpired: self = .cscaExpired
    case .notYetValid: self = .notYetValid
    case .unknown: self = .unknown
    }
  }
}

extension ChipFindings.Revocation {
  fileprivate init(_ revocation: ChipVerdict.Revocation) {
    switch revocation {
    case .good: self = .good
    case .revoked: self = .revoked
    case .stale: self = .stale
    case .noCRL: self = .noCRL
    }
  }
}

extension ChipFindings.AlgorithmPolicy {
  fileprivate init(_ policy: ChipVerdict.AlgorithmPolicy) {
    switch policy {
    case .ok: self = .ok
    case .weak: self = .weak
    }
  }
}

extension ChipFindings.Access {
  fileprivate init(_ access: ChipVerdict.Access) {
    switch access {
    case .uploaded: self = .uploaded
    case .bac: self = .bac
    case .paceGM: self = .paceGM
    case .paceIM: self = .paceIM
    case .paceCAM: self = .paceCAM
    }
  }
}

extension ChipFindings.AccessSecret {
  fileprivate init(_ secret: ChipVerdict.AccessSecret) {
    switch secret {
    case .mrz: self = .mrz
    case .can: self = .can
    }
  }
}

extension ChipFindings.Genuine {
  fileprivate init(_ genuine: ChipVerdict.ChipGenuine) {
    switch genuine {
    case .chipAuthentication: self = .chipAuthentication
    case .chipAuthenticationMapping: self = .chipAuthenticationMapping
    case .activeAuthentication: self = .activeAuthentication
    case .failed: self = .failed
    case .notSupported: self = .notSupported
    case .notPerformed: self = .notPerformed
    }
  }
}

extension ChipFindings.Consistency {
  fileprivate init(_ consistency: ChipVerdict.Consistency) {
    switch consistency {
    case .consistent: self = .agrees
    case .inconsistent: self = .differs
    case .notCompared: self = .notCompared
    }
  }
}

extension MissingAuthority {
  /// What the platform would have to import; nil unless the signer is known and its authority is not.
  init?(_ finding: PassiveFinding) {
    guard finding.chain == .unknownCSCA, let signer = finding.signer else { return nil }
    self.init(
      country: carriedText(signer.country ?? "", limit: 2), issuer: carriedText(signer.issuer),
      authorityKeyID: signer.authorityKeyIdentifier ?? [])
  }
}

extension PassgateWire.ChipFields {
  init(_ fields: PassgateEngines.ChipFields) {
    self.init(
      number: carriedText(fields.number), latinName: carriedText(fields.latinName),
      hanName: carriedText(fields.hanName), birthDate: fields.birthDate?.iso ?? "",
      sex: fields.sex.map { PassgateWire.Sex($0) }, expiry: fields.expiry?.iso ?? "",
      mrz: fields.mrz.map { carriedText($0) }, portrait: fields.portrait)
  }
}
