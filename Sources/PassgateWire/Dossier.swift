import CPassgate

/// The fields of public service in which documents are used, as the publication lists them.
package enum PublicField: UInt32, Sendable, CaseIterable {
  case transport = 1
  case finance = 2
  case telecoms = 3
  case education = 4
  case medical = 5
  case lodging = 6
  case employment = 7
  case internet = 8
}

/// The ways of checking, by their item of art. 4.
package enum CheckKind: UInt32, Sendable, CaseIterable {
  case realName = 1
  case realPerson = 2
  case chip = 3
}

/// What a check may deal with beyond name, number and birth date.
package enum OptionalElement: UInt32, Sendable, CaseIterable {
  case sex = 1
  case expiry = 2
  case mrz = 3
  /// The portrait in a chip; no claim states one.
  case portrait = 4
}

/// One business scene with what may be checked in it and when; to be judged by the domain.
package struct SceneScope: MappedMessage {
  /// `[a-z0-9-]{1,32}`
  package var scene: String
  package var field: PublicField
  package var checks: [CheckKind]
  package var elements: [OptionalElement]
  package var documentTypes: [DocumentType]
  /// Of the day, Beijing time.
  package var fromMinute: UInt32
  /// Equal to `fromMinute`: all day; below it: over midnight.
  package var untilMinute: UInt32
  /// The law or regulation that demands the check.
  package var legalBasis: String

  package init(
    scene: String, field: PublicField, checks: [CheckKind], elements: [OptionalElement],
    documentTypes: [DocumentType], fromMinute: UInt32, untilMinute: UInt32, legalBasis: String
  ) {
    self.scene = scene
    self.field = field
    self.checks = checks
    self.elements = elements
    self.documentTypes = documentTypes
    self.fromMinute = fromMinute
    self.untilMinute = untilMinute
    self.legalBasis = legalBasis
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__scene_scope__init)

  init(from fields: FieldReader) throws(WireError) {
    scene = try fields.identifier(1)
    field = try fields.choice(2)
    checks = try fields.choices(3)
    elements = try fields.choices(4)
    documentTypes = try fields.choices(5)
    fromMinute = fields.uint32(6)
    untilMinute = fields.uint32(7)
    legalBasis = try fields.line(8)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, scene)
    fields.set(2, field.rawValue)
    fields.set(3, checks.map(\.rawValue))
    fields.set(4, elements.map(\.rawValue))
    fields.set(5, documentTypes.map(\.rawValue))
    fields.set(6, fromMinute)
    fields.set(7, untilMinute)
    fields.set(8, legalBasis)
  }
}

/// How much is checked.
package struct Volume: MappedMessage {
  package var checksPerDay: UInt32
  /// In the busiest minute.
  package var peakPerMinute: UInt32

  package init(checksPerDay: UInt32, peakPerMinute: UInt32) {
    self.checksPerDay = checksPerDay
    self.peakPerMinute = peakPerMinute
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__volume__init)

  init(from fields: FieldReader) throws(WireError) {
    checksPerDay = fields.uint32(1)
    peakPerMinute = fields.uint32(2)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, checksPerDay)
    fields.set(2, peakPerMinute)
  }
}

/// An organisation as its form states it; to be judged by the domain.
package struct Organisation: MappedMessage {
  /// The kinds of legal persons of art. 6(1).
  package enum Kind: UInt32, Sendable, CaseIterable {
    case enterprise = 1
    case publicInstitution = 2
    case socialOrganisation = 3
    case foundation = 4
    case socialService = 5
  }

  package var name: String
  package var kind: Kind
  /// GB 32100-2015.
  package var creditCode: String

  package init(name: String, kind: Kind, creditCode: String) {
    self.name = name
    self.kind = kind
    self.creditCode = creditCode
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__organisation__init)

  init(from fields: FieldReader) throws(WireError) {
    name = try fields.line(1)
    kind = try fields.choice(2)
    creditCode = fields.text(3)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, name)
    fields.set(2, kind.rawValue)
    fields.set(3, creditCode)
  }
}

/// One document of the dossier; its bytes are uploaded before, in chunks.
package struct Material: MappedMessage {
  /// What the bytes are.
  package enum MediaType: UInt32, Sendable, CaseIterable {
    case pdf = 1
    case jpeg = 2
    case png = 3
  }

  /// The item of art. 6(1), 1 to 5.
  package var kind: UInt32
  package var mediaType: MediaType
  package var title: String
  /// SHA-256 of its bytes.
  package var digest: [UInt8]
  package var byteCount: UInt64
  /// YYYY-MM-DD, the last day of validity.
  package var expiresOn: String

  package init(
    kind: UInt32, mediaType: MediaType, title: String, digest: [UInt8], byteCount: UInt64, expiresOn: String
  ) {
    self.kind = kind
    self.mediaType = mediaType
    self.title = title
    self.digest = digest
    self.byteCount = byteCount
    self.expiresOn = expiresOn
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__material__init)

  init(from fields: FieldReader) throws(WireError) {
    kind = fields.uint32(1)
    mediaType = try fields.choice(2)
    title = try fields.line(3)
    digest = try fields.bytes(4, exactly: WireLength.digest)
    byteCount = fields.uint64(5)
    expiresOn = fields.text(6)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, kind)
    fields.set(2, mediaType.rawValue)
    fields.set(3, title)
    fields.set(4, digest)
    fields.set(5, byteCount)
    fields.set(6, expiresOn)
  }
}

/// What an organisation applies with (art. 6).
package struct Dossier: MappedMessage {
  package var organisation: Organisation
  package var scopes: [SceneScope]
  /// Declared.
  package var volume: Volume
  package var materials: [Material]

  package init(organisation: Organisation, scopes: [SceneScope], volume: Volume, materials: [Material]) {
    self.organisation = organisation
    self.scopes = scopes
    self.volume = volume
    self.materials = materials
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__dossier__init)

  init(from fields: FieldReader) throws(WireError) {
    organisation = try fields.message(1)
    scopes = try fields.messages(2)
    volume = try fields.message(3)
    materials = try fields.messages(4)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, organisation)
    fields.set(2, scopes)
    fields.set(3, volume)
    fields.set(4, materials)
  }
}
