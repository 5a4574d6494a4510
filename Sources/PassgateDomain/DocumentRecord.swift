/// One document as its issuer recorded it.
package struct DocumentRecord: Sendable, Hashable, Confidential {
  package let number: DocumentNumber
  /// Empty when the document has none.
  package let hanName: String
  /// "SURNAME, GIVEN NAMES" or as printed; empty when the document has none.
  package let latinName: String
  /// Names that the document endorses beside the present one.
  package let formerNames: [String]
  package let birthDate: CalendarDate
  package let sex: Sex?
  package let expiry: CalendarDate?
  /// A passport's earlier numbers.
  package let previousNumbers: [String]
  /// True for a row that stands under an earlier number.
  package let isSuperseded: Bool
  /// All names, normalised: any of them is the holder's.
  package let names: [PersonName]

  /// Checks every field; `birthDate` and `expiry` are "YYYY-MM-DD", `expiry` empty when unknown.
  package init(
    type: DocumentType, number: String, hanName: String, latinName: String, formerNames: [String] = [],
    birthDate: String, sex: Sex? = nil, expiry: String = "", previousNumbers: [String] = [],
    isSuperseded: Bool = false, accepting permits: PermitNumbers = .measures2019
  ) throws(ClaimFault) {
    self.number = try DocumentNumber(number, type: type, accepting: permits)
    names = try Self.normalised(han: hanName, latin: latinName, former: formerNames)
    self.birthDate = try CalendarDate(required: birthDate, field: "birthDate")
    self.expiry = try CalendarDate.optional(expiry, field: "expiry")
    self.hanName = hanName
    self.latinName = latinName
    self.formerNames = formerNames
    self.sex = sex
    self.previousNumbers = try Self.normalised(previousNumbers, of: self.number)
    self.isSuperseded = isSuperseded
  }

  /// What a number without a record is compared with, so that a miss takes a hit's time.
  package static let dummy = DocumentRecord(
    number: DocumentNumber(kind: .permit, key: "H00000000", reissue: 0), hanName: "陳大文",
    latinName: "CHAN, TAI MAN", birthDate: CalendarDate.unixEpoch)

  /// The rows of the registry: this one, and one superseded row for each earlier number.
  ///
  /// An earlier document's own expiry is not known, so its row has none.
  package func rows() -> [(number: DocumentNumber, record: DocumentRecord)] {
    [(number, self)]
      + previousNumbers.map { key in
        let earlier = DocumentNumber(kind: number.kind, key: key, reissue: nil)
        return (earlier, DocumentRecord(self, supersededAs: earlier))
      }
  }

  private init(_ record: DocumentRecord, supersededAs number: DocumentNumber) {
    self.number = number
    hanName = record.hanName
    latinName = record.latinName
    formerNames = record.formerNames
    birthDate = record.birthDate
    sex = record.sex
    expiry = nil
    previousNumbers = []
    isSuperseded = true
    names = record.names
  }

  private init(number: DocumentNumber, hanName: String, latinName: String, birthDate: CalendarDate) {
    self.number = number
    self.hanName = hanName
    self.latinName = latinName
    formerNames = []
    self.birthDate = birthDate
    sex = .female
    expiry = birthDate
    previousNumbers = []
    isSuperseded = false
    names = [hanName, latinName].compactMap { try? PersonName(recorded: $0, field: "") }
  }

  private static func normalised(
    han: String, latin: String, former: [String]
  ) throws(ClaimFault) -> [PersonName] {
    var names: [PersonName] = []
    if !han.isEmpty { names.append(try name(han, in: .han, field: "hanName")) }
    if !latin.isEmpty { names.append(try name(latin, in: .latin, field: "latinName")) }
    guard !names.isEmpty else {
      throw ClaimFault(field: "hanName", problem: "a record has a Han name or a Latin name")
    }
    for text in former { names.append(try PersonName(recorded: text, field: "formerNames")) }
    return names
  }

  private static func name(
    _ text: String, in script: PersonName.Script, field: String
  ) throws(ClaimFault) -> PersonName {
    let name = try PersonName(recorded: text, field: field)
    guard name.script == script else {
      throw ClaimFault(
        field: field, problem: "the name is in the other script: Han and Latin have a field each")
    }
    return name
  }

  /// The keys of a passport's earlier numbers; a permit's number is for life and has none.
  private static func normalised(
    _ previous: [String], of number: DocumentNumber
  ) throws(ClaimFault) -> [String] {
    var keys: [String] = []
    for text in previous {
      guard let earlier = try? DocumentNumber(text, type: .passport), number.type == .passport,
        earlier.key != number.key, !keys.contains(earlier.key)
      else {
        throw ClaimFault(
          field: "previousNumbers",
          problem: "a passport lists its earlier numbers, each once; a permit has none")
      }
      keys.append(earlier.key)
    }
    return keys
  }
}
