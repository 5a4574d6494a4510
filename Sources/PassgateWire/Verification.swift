import CPassgate

/// The documents that are checked (Measures art. 4).
package enum DocumentType: UInt32, Sendable, CaseIterable {
  /// Mainland Travel Permit for Hong Kong and Macao Residents.
  case permit = 1
  /// Passport of an overseas Chinese.
  case passport = 2
}

/// As the document states it.
package enum Sex: UInt32, Sendable, CaseIterable {
  case female = 1
  case male = 2
}

/// The outcome of a check.
package enum Verdict: UInt32, Sendable, CaseIterable {
  case consistent = 1
  case inconsistent = 2
  case undetermined = 3
}

/// Why a check has no outcome.
package enum UndeterminedReason: UInt32, Sendable, CaseIterable {
  /// The verdict is not UNDETERMINED.
  case notApplicable = 1
  /// Everything matches, but the document has been replaced.
  case superseded = 2
  /// Too many different wrong claims for this number.
  case attemptsExhausted = 3
  case sourceUnavailable = 4
  /// The platform does not know the chip's issuer: chip checks alone.
  case issuerUnknown = 5
  // Portrait checks alone. Of the live picture, whatever is on record:
  case noFace = 6
  case multipleFaces = 7
  case faceTooSmall = 8
  case blurred = 9
  case tooDark = 10
  case overexposed = 11
  /// A mask, dark glasses, a hand.
  case occluded = 12
  /// No whole JPEG or JPEG 2000, or too large a one.
  case badImage = 13
  /// This picture was sent before, or is the document's own.
  case replayed = 14
  /// The frames do not show this person turning the head as asked.
  case challengeFailed = 15
  // Only where name, number and birth date all match:
  /// There is no portrait on record, or it cannot be used.
  case noReference = 16
  /// Neither like enough nor unlike enough: let a person look.
  case nearThreshold = 17

  /// `ISSUER_UNKNOWN`; empty where the verdict is not UNDETERMINED.
  package var name: String { Self.names[self] ?? "" }

  private static let names: [UndeterminedReason: String] = [
    .superseded: "SUPERSEDED", .attemptsExhausted: "ATTEMPTS_EXHAUSTED",
    .sourceUnavailable: "SOURCE_UNAVAILABLE", .issuerUnknown: "ISSUER_UNKNOWN", .noFace: "NO_FACE",
    .multipleFaces: "MULTIPLE_FACES", .faceTooSmall: "FACE_TOO_SMALL", .blurred: "BLURRED",
    .tooDark: "TOO_DARK", .overexposed: "OVEREXPOSED", .occluded: "OCCLUDED", .badImage: "BAD_IMAGE",
    .replayed: "REPLAYED", .challengeFailed: "CHALLENGE_FAILED", .noReference: "NO_REFERENCE",
    .nearThreshold: "NEAR_THRESHOLD",
  ]
}

/// What the tenant already holds and asks to be compared; texts as received, to be judged by the domain.
package struct IdentityClaim: MappedMessage {
  package var documentType: DocumentType
  package var number: String
  package var name: String
  /// YYYY-MM-DD
  package var birthDate: String
  /// nil: not compared.
  package var sex: Sex?
  /// YYYY-MM-DD; empty: not compared.
  package var expiry: String
  /// 2 or 3 lines; none: not compared.
  package var mrz: [String]

  package init(
    documentType: DocumentType, number: String, name: String, birthDate: String, sex: Sex?, expiry: String,
    mrz: [String]
  ) {
    self.documentType = documentType
    self.number = number
    self.name = name
    self.birthDate = birthDate
    self.sex = sex
    self.expiry = expiry
    self.mrz = mrz
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__identity_claim__init)

  init(from fields: FieldReader) throws(WireError) {
    documentType = try fields.choice(1)
    number = fields.text(2)
    name = fields.text(3)
    birthDate = fields.text(4)
    sex = Sex(rawValue: fields.enumeration(5))
    expiry = fields.text(6)
    mrz = fields.texts(7)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, documentType.rawValue)
    fields.set(2, number)
    fields.set(3, name)
    fields.set(4, birthDate)
    fields.set(5, sex?.rawValue ?? 0)
    fields.set(6, expiry)
    fields.set(7, mrz)
  }
}

/// The outcome for one claim.
package struct IdentityVerdict: MappedMessage {
  package var verdict: Verdict
  package var undeterminedReason: UndeterminedReason

  package init(verdict: Verdict, undeterminedReason: UndeterminedReason) {
    self.verdict = verdict
    self.undeterminedReason = undeterminedReason
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__identity_verdict__init)

  init(from fields: FieldReader) throws(WireError) {
    verdict = try fields.choice(1)
    undeterminedReason = try fields.choice(2)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, verdict.rawValue)
    fields.set(2, undeterminedReason.rawValue)
  }
}

/// Body of `Verification/VerifyIdentity`.
package struct VerifyIdentityRequest: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  package var claim: IdentityClaim

  package init(salt: [UInt8], claim: IdentityClaim) {
    self.salt = salt
    self.claim = claim
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__verify_identity_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    claim = try fields.message(2)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, claim)
  }
}

/// Reply of `Verification/VerifyIdentity`.
package struct VerifyIdentityReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  package var result: IdentityVerdict
  /// Version of the name rules.
  package var ruleSet: String

  package init(salt: [UInt8], result: IdentityVerdict, ruleSet: String) {
    self.salt = salt
    self.result = result
    self.ruleSet = ruleSet
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__verify_identity_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    result = try fields.message(2)
    ruleSet = fields.text(3)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, result)
    fields.set(3, ruleSet)
  }
}

/// Body of `Verification/VerifyBatch`.
package struct VerifyBatchRequest: MappedMessage {
  /// Claims of one batch.
  package static let claimLimit = 256

  /// 16 random bytes.
  package var salt: [UInt8]
  /// 1 to 256.
  package var claims: [IdentityClaim]

  package init(salt: [UInt8], claims: [IdentityClaim]) {
    self.salt = salt
    self.claims = claims
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__verify_batch_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    claims = try fields.messages(2)
    guard !claims.isEmpty else { throw WireError(.missing, field: fields.name(2)) }
    guard claims.count <= VerifyBatchRequest.claimLimit else {
      throw WireError(.tooMany, field: fields.name(2))
    }
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, claims)
  }
}

/// Reply of `Verification/VerifyBatch`.
package struct VerifyBatchReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// In the order of the claims.
  package var results: [IdentityVerdict]
  /// Version of the name rules.
  package var ruleSet: String

  package init(salt: [UInt8], results: [IdentityVerdict], ruleSet: String) {
    self.salt = salt
    self.results = results
    self.ruleSet = ruleSet
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__verify_batch_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    results = try fields.messages(2)
    ruleSet = fields.text(3)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, results)
    fields.set(3, ruleSet)
  }
}
