import PassgateWire

/// What an answer is called in JSON, and what it means to the person at the desk.
struct ChipWord {
  let name: String
  let sentence: String

  init(_ name: String, _ sentence: String) { (self.name, self.sentence) = (name, sentence) }
}

extension ChipFile.Kind {
  /// `DG1`, `EF.SOD`
  var name: String {
    switch self {
    case .com: "EF.COM"
    case .sod: "EF.SOD"
    case .cardAccess: "EF.CardAccess"
    case .cardSecurity: "EF.CardSecurity"
    case .attributes: "EF.ATR/INFO"
    default: "DG\(rawValue)"
    }
  }
}

extension ChipGroup.Hash {
  var word: ChipWord {
    switch self {
    case .match: ChipWord("MATCH", "unchanged since the issuer signed")
    case .mismatch: ChipWord("MISMATCH", "CHANGED since the issuer signed")
    case .notInSOD: ChipWord("NOT_IN_SOD", "not covered by the issuer's signature, and not used")
    case .notSupplied: ChipWord("NOT_SUPPLIED", "signed by the issuer, but not read or sent")
    }
  }
}

extension ChipFindings.Signature {
  var word: ChipWord {
    switch self {
    case .valid: ChipWord("VALID", "valid: the data are as they were signed")
    case .invalid: ChipWord("INVALID", "INVALID: the data were altered or forged")
    case .missing: ChipWord("MISSING", "missing: there is no EF.SOD, so nothing is proven")
    }
  }
}

extension ChipFindings.Chain {
  var word: ChipWord {
    switch self {
    case .trusted: ChipWord("TRUSTED", "trusted: the signer belongs to an authority that the platform knows")
    case .unknownCSCA: ChipWord("UNKNOWN_CSCA", "unknown: the platform does not know the signer's authority")
    case .dscNotFound:
      ChipWord("DSC_NOT_FOUND", "unknown: the signer's certificate is neither there nor known")
    case .invalid: ChipWord("INVALID", "INVALID: the signer's certificate is not what it says")
    }
  }
}

extension ChipFindings.Validity {
  var word: ChipWord {
    switch self {
    case .ok: ChipWord("OK", "in force")
    case .dscExpired:
      ChipWord("DSC_EXPIRED", "the signer's certificate has expired, as those of old documents do")
    case .cscaExpired: ChipWord("CSCA_EXPIRED", "the authority's certificate has expired")
    case .notYetValid: ChipWord("NOT_YET_VALID", "NOT YET in force: the certificate begins in the future")
    case .unknown: ChipWord("UNKNOWN", "not known: there is no signer")
    }
  }
}

extension ChipFindings.Revocation {
  var word: ChipWord {
    switch self {
    case .good: ChipWord("GOOD", "the signer is not revoked")
    case .revoked: ChipWord("REVOKED", "REVOKED: the issuer has withdrawn the signer")
    case .stale: ChipWord("STALE", "not known: the issuer's list is out of date")
    case .noCRL: ChipWord("NO_CRL", "not known: the platform has no list of the issuer")
    }
  }
}

extension ChipFindings.AlgorithmPolicy {
  var word: ChipWord {
    switch self {
    case .ok: ChipWord("OK", "as strong as today's documents should be")
    case .weak: ChipWord("WEAK", "weaker than today's documents should be (SHA-1, or a short key)")
    }
  }
}

extension ChipFindings.Access {
  var word: ChipWord {
    switch self {
    case .uploaded: ChipWord("UPLOADED", "no chip was seen: files were sent")
    case .bac: ChipWord("BAC", "the chip was opened with basic access control")
    case .paceGM: ChipWord("PACE_GM", "the chip was opened with PACE")
    case .paceIM: ChipWord("PACE_IM", "the chip was opened with PACE (integrated mapping)")
    case .paceCAM: ChipWord("PACE_CAM", "the chip was opened with PACE (chip authentication mapping)")
    }
  }
}

extension ChipFindings.AccessSecret {
  var word: ChipWord {
    switch self {
    case .mrz: ChipWord("MRZ", "by the number and the dates of the claim")
    case .can: ChipWord("CAN", "by the card access number")
    }
  }
}

extension ChipFindings.Genuine {
  var word: ChipWord {
    switch self {
    case .chipAuthentication:
      ChipWord("CHIP_AUTHENTICATION", "genuine: it holds the issuer's key (chip authentication)")
    case .chipAuthenticationMapping:
      ChipWord("CHIP_AUTHENTICATION_MAPPING", "genuine: it holds the issuer's key (PACE with mapping)")
    case .activeAuthentication:
      ChipWord("ACTIVE_AUTHENTICATION", "genuine: it signed the platform's challenge (active authentication)")
    case .failed: ChipWord("FAILED", "NOT GENUINE: it could not show the issuer's key")
    case .notSupported:
      ChipWord("NOT_SUPPORTED", "a copy is possible: the issuer gave such chips no key to show")
    case .notPerformed: ChipWord("NOT_PERFORMED", "a copy is possible: the chip itself was not asked")
    }
  }
}

extension ChipFindings.Expiry {
  var word: ChipWord {
    switch self {
    case .notExpired: ChipWord("NOT_EXPIRED", "the document has not expired")
    case .expired: ChipWord("EXPIRED", "the document has EXPIRED")
    }
  }
}

extension ChipFindings.Consistency {
  /// - Parameter other: what stands beside the chip.
  func word(beside other: String) -> ChipWord {
    switch self {
    case .agrees: ChipWord("AGREES", "the chip agrees with \(other)")
    case .differs: ChipWord("DIFFERS", "the chip DIFFERS from \(other)")
    case .notCompared: ChipWord("NOT_COMPARED", "the chip was not compared with \(other)")
    }
  }
}
