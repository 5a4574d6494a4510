/// What a tenant already holds about a holder and asks to be compared (Measures art.3, art.4(1)).
//= Measures art.3
package struct IdentityClaim: Sendable, Hashable, Confidential {
  package let number: DocumentNumber
  package let name: PersonName
  package let birthDate: CalendarDate
  package let sex: Sex?
  package let expiry: CalendarDate?
  package let mrz: MRZ?

  /// Reads a claim; `expiry` is empty and `mrz` has no lines when they are not claimed.
  package init(
    type: DocumentType, number: String, name: String, birthDate: String, sex: Sex? = nil,
    expiry: String = "", mrz: [String] = [], accepting permits: PermitNumbers = .measures2019
  ) throws(ClaimFault) {
    self.number = try DocumentNumber(number, type: type, accepting: permits)
    self.birthDate = try CalendarDate(required: birthDate, field: "birthDate")
    self.sex = sex
    self.expiry = try CalendarDate.optional(expiry, field: "expiry")
    let zone = mrz.isEmpty ? nil : try MRZ(lines: mrz, type: type)
    self.mrz = zone
    self.name = try PersonName(claimed: name, type: type).cut(like: zone?.name)
  }

  /// All values in one order, normalised: equal for two claims exactly when they claim the same.
  ///
  /// It is personal data: hash it with a key before it is stored.
  package var canonicalBytes: [UInt8] {
    var fields = CanonicalFields()
    fields.append(number.kind.rawValue)
    fields.append(number.key.utf8)
    fields.append(number.reissue)
    fields.append(birthDate.number)
    fields.append(sex.map { Int($0.rawValue) })
    fields.append(expiry?.number)
    fields.append(name.canonicalBytes)
    fields.append(mrz?.canonicalBytes ?? [])
    return fields.bytes
  }
}

/// Fields of which each is fixed in length or tells it, so that no two lists of fields have the same bytes.
private struct CanonicalFields {
  private(set) var bytes: [UInt8] = []

  init() {
    bytes.reserveCapacity(256)
  }

  mutating func append(_ byte: UInt8) { bytes.append(byte) }

  /// Text or bytes of at most 65,535, behind their length.
  mutating func append(_ field: some Collection<UInt8>) {
    bytes.append(UInt8(truncatingIfNeeded: field.count >> 8))
    bytes.append(UInt8(truncatingIfNeeded: field.count))
    bytes.append(contentsOf: field)
  }

  /// A number up to 2^31; one that is not claimed is told from zero.
  mutating func append(_ number: Int?) {
    let value = number.map { $0 + 1 } ?? 0
    for shift in stride(from: 24, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}

extension CalendarDate {
  init(required text: String, field: String) throws(ClaimFault) {
    guard let date = CalendarDate(iso: text) else {
      throw ClaimFault(field: field, problem: "a date is YYYY-MM-DD and exists in the calendar")
    }
    self = date
  }

  /// The date of an optional field, nil for the empty text.
  static func optional(_ text: String, field: String) throws(ClaimFault) -> CalendarDate? {
    text.isEmpty ? nil : try CalendarDate(required: text, field: field)
  }
}
