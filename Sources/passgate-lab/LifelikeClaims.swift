import PassgateDomain
import PassgateEngines
import PassgateWire

/// Claims about the records of a registry that was filled from the same seed.
struct LifelikeClaims {
  let records: RecordGenerator
  /// Of a hundred claims, how many are wrong.
  let wrongPercent: Int

  /// The wrong claims of every hundred are spread over it, the same ones each time.
  func isWrong(at index: Int) -> Bool { index &* 37 % 100 < wrongPercent }

  /// What a tenant would ask about the record at `index`; a wrong claim has another person's birth date.
  func claim(at index: Int) throws(ClaimFault) -> PassgateWire.IdentityClaim {
    claim(about: try records.record(at: index), at: index)
  }

  func claim(about record: DocumentRecord, at index: Int) -> PassgateWire.IdentityClaim {
    let birthDate = isWrong(at: index) ? Self.otherDay(record.birthDate) : record.birthDate
    return PassgateWire.IdentityClaim(
      documentType: record.number.type == .permit ? .permit : .passport, number: record.number.text,
      name: index % 2 == 0 ? record.hanName : record.latinName, birthDate: birthDate.iso,
      sex: record.sex.map { $0 == .female ? .female : .male }, expiry: record.expiry?.iso ?? "", mrz: [])
  }

  private static func otherDay(_ day: CalendarDate) -> CalendarDate {
    CalendarDate(unixDay: day.unixDay - 1) ?? day
  }
}
