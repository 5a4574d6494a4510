import CPassgate

/// An authority that the platform does not know: what its security staff would have to import.
package struct MissingAuthority: MappedMessage {
  /// Two capital letters; empty where the signer names none.
  package var country: String
  /// Distinguished name as the signer states it.
  package var issuer: String
  /// Empty where the signer has none.
  package var authorityKeyID: [UInt8]

  package init(country: String, issuer: String, authorityKeyID: [UInt8]) {
    self.country = country
    self.issuer = issuer
    self.authorityKeyID = authorityKeyID
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__missing_authority__init)

  init(from fields: FieldReader) throws(WireError) {
    country = fields.text(1)
    issuer = fields.text(2)
    authorityKeyID = fields.bytes(3)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, country)
    fields.set(2, issuer)
    fields.set(3, authorityKeyID)
  }
}

/// What a chip says of its holder, from files that EF.SOD covers, and only what the agreement names.
package struct ChipFields: MappedMessage, Withheld {
  package var number: String
  /// "SURNAME, GIVEN NAMES".
  package var latinName: String
  /// Empty where the chip has none.
  package var hanName: String
  /// YYYY-MM-DD
  package var birthDate: String
  /// nil where not agreed, or not said.
  package var sex: Sex?
  /// YYYY-MM-DD
  package var expiry: String
  package var mrz: [String]
  /// JPEG or JPEG 2000 as the chip has it.
  package var portrait: [UInt8]

  package init(
    number: String, latinName: String, hanName: String, birthDate: String, sex: Sex?, expiry: String,
    mrz: [String], portrait: [UInt8]
  ) {
    self.number = number
    self.latinName = latinName
    self.hanName = hanName
    self.birthDate = birthDate
    self.sex = sex
    self.expiry = expiry
    self.mrz = mrz
    self.portrait = portrait
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__chip_fields__init)

  init(from fields: FieldReader) throws(WireError) {
    number = fields.text(1)
    latinName = fields.text(2)
    hanName = fields.text(3)
    birthDate = fields.text(4)
    sex = Sex(rawValue: fields.enumeration(5))
    expiry = fields.text(6)
    mrz = fields.texts(7)
    portrait = fields.bytes(8)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, number)
    fields.set(2, latinName)
    fields.set(3, hanName)
    fields.set(4, birthDate)
    fields.set(5, sex?.rawValue ?? 0)
    fields.set(6, expiry)
    fields.set(7, mrz)
    fields.set(8, portrait)
  }
}

/// The outcome of a chip check.
package struct ChipResult: MappedMessage {
  package var verdict: IdentityVerdict
  package var findings: ChipFindings
  /// nil unless the data are authentic.
  package var fields: ChipFields?
  /// nil unless the chain ends at an unknown authority.
  package var missingAuthority: MissingAuthority?
  /// Version of the name rules.
  package var ruleSet: String

  package init(
    verdict: IdentityVerdict, findings: ChipFindings, fields: ChipFields?,
    missingAuthority: MissingAuthority?, ruleSet: String
  ) {
    self.verdict = verdict
    self.findings = findings
    self.fields = fields
    self.missingAuthority = missingAuthority
    self.ruleSet = ruleSet
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__chip_result__init)

  init(from reader: FieldReader) throws(WireError) {
    verdict = try reader.message(1)
    findings = try reader.message(2)
    fields = try reader.optionalMessage(3)
    missingAuthority = try reader.optionalMessage(4)
    ruleSet = reader.text(5)
  }

  func write(to writer: FieldWriter) {
    writer.set(1, verdict)
    writer.set(2, findings)
    writer.set(3, fields)
    writer.set(4, missingAuthority)
    writer.set(5, ruleSet)
  }
}
