/// The fields of public service in which the documents are used, as the publication lists them.
package enum PublicField: UInt8, Sendable, Hashable, CaseIterable {
  case transport = 1
  case finance = 2
  case telecoms = 3
  case education = 4
  case medical = 5
  case lodging = 6
  case employment = 7
  case internet = 8
}

/// The three ways of checking (art.4), by their item.
package enum CheckKind: UInt8, Sendable, Hashable, CaseIterable {
  case realName = 1
  case realPerson = 2
  case chip = 3
}

/// What a check may deal with beyond name, number and birth date, with which every check deals: what a claim states
/// of it, and what a chip tells of it.
package enum OptionalElement: UInt8, Sendable, Hashable, CaseIterable {
  case sex = 1
  case expiry = 2
  case mrz = 3
  /// The portrait in a chip; no claim states one.
  case portrait = 4
}

/// One business scene with what may be checked in it and when.
package struct SceneScope: Sendable, Hashable {
  /// `[a-z0-9-]{1,32}`, unique in its agreement.
  package var scene: String
  package var field: PublicField
  package var checks: Set<CheckKind>
  package var elements: Set<OptionalElement>
  package var documentTypes: Set<DocumentType>
  /// Hours of the day, Beijing time.
  package var hours: DailyHours
  /// The law or regulation that demands the check (art.5(2), art.6(1)), 1 to 500 characters.
  package var legalBasis: String

  package init(
    scene: String, field: PublicField, checks: Set<CheckKind>, elements: Set<OptionalElement>,
    documentTypes: Set<DocumentType>, hours: DailyHours, legalBasis: String
  ) {
    self.scene = scene
    self.field = field
    self.checks = checks
    self.elements = elements
    self.documentTypes = documentTypes
    self.hours = hours
    self.legalBasis = legalBasis
  }
}

/// Minutes of the day, Beijing time, from 0 to 1440; `from` after `until` runs over midnight; both 0 is all day.
package struct DailyHours: Sendable, Hashable {
  package static let allDay = DailyHours(from: 0, until: 0)

  package var from, until: UInt16

  package init(from: UInt16, until: UInt16) {
    self.from = from
    self.until = until
  }
}

/// How much is checked: as declared, or as measured.
package struct Volume: Sendable, Hashable {
  package var checksPerDay: UInt32
  /// In the busiest minute.
  package var peakPerMinute: UInt32

  package init(checksPerDay: UInt32, peakPerMinute: UInt32) {
    self.checksPerDay = checksPerDay
    self.peakPerMinute = peakPerMinute
  }
}

/// The provider's decision on the way of access (art.8), from volume declared and measured.
package struct Assessment: Sendable, Hashable {
  package var mode: AccessMode
  package var declared: Volume
  /// Nil before the tenant was open.
  package var measured: Volume?
  /// The quota that follows.
  package var quota: Volume
  package var reason: String

  package init(mode: AccessMode, declared: Volume, measured: Volume?, quota: Volume, reason: String) {
    self.mode = mode
    self.declared = declared
    self.measured = measured
    self.quota = quota
    self.reason = reason
  }
}

/// An agreement on use, security and confidentiality (art.9): its terms and the text that both sign.
package struct Agreement: Sendable, Hashable {
  /// From 1; a new version needs both signatures anew.
  package var version: UInt32
  package var mode: AccessMode
  package var quota: Volume
  package var scopes: [SceneScope]
  /// Days after which an unacknowledged notice counts as received, 1 to 30.
  package var deemedReceiptDays: UInt8
  /// The whole text, with the five clauses of art.9; UTF-8.
  package var text: String
  /// SHA-256 of the text, 32 bytes.
  package var digest: [UInt8]

  package init(
    version: UInt32, mode: AccessMode, quota: Volume, scopes: [SceneScope], deemedReceiptDays: UInt8,
    text: String, digest: [UInt8]
  ) {
    self.version = version
    self.mode = mode
    self.quota = quota
    self.scopes = scopes
    self.deemedReceiptDays = deemedReceiptDays
    self.text = text
    self.digest = digest
  }
}
