extension DocumentRecord {
  /// The columns of a registry file, in CSV and as keys of NDJSON, in the order in which they are written.
  package static let columns = [
    "documentType", "number", "hanName", "latinName", "formerNames", "birthDate", "sex", "expiry",
    "previousNumbers",
  ]

  /// The column that a registry file may have besides: where the portrait is.
  package static let portraitColumn = "portrait"

  /// The columns that no registry file can lack.
  package static let requiredColumns: Set<String> = ["documentType", "number", "birthDate"]

  /// Reads one record by column; absent and empty fields are the same, lists are separated by `;`.
  package init(
    fields: [String: String], accepting permits: PermitNumbers = .measures2019
  ) throws(ClaimFault) {
    func text(_ column: String) -> String { fields[column] ?? "" }
    func list(_ column: String) -> [String] { text(column).split(separator: ";").map { String($0) } }
    if let unknown = fields.keys.sorted().first(where: { !Self.columns.contains($0) }) {
      throw ClaimFault(field: unknown, problem: "no such column in a registry file")
    }
    try self.init(
      type: Self.documentType(text("documentType")), number: text("number"), hanName: text("hanName"),
      latinName: text("latinName"), formerNames: list("formerNames"), birthDate: text("birthDate"),
      sex: Self.sex(text("sex")), expiry: text("expiry"), previousNumbers: list("previousNumbers"),
      accepting: permits)
  }

  /// The record as a line of a registry file with all `columns`, without a line feed.
  package var csvLine: String {
    let kind = number.type == .permit ? "permit" : "passport"
    let sex = sex.map { $0 == .female ? "F" : "M" }
    let fields = [
      kind, number.text, hanName, latinName, formerNames.joined(separator: ";"), birthDate.iso, sex ?? "",
      expiry?.iso ?? "", previousNumbers.joined(separator: ";"),
    ]
    return fields.map(CSVParser.quoted).joined(separator: ",")
  }

  private static func documentType(_ text: String) throws(ClaimFault) -> DocumentType {
    switch text {
    case "permit": return .permit
    case "passport": return .passport
    default: throw ClaimFault(field: "documentType", problem: "expected permit or passport")
    }
  }

  private static func sex(_ text: String) throws(ClaimFault) -> Sex? {
    switch text {
    case "": return nil
    case "F": return .female
    case "M": return .male
    default: throw ClaimFault(field: "sex", problem: "expected F, M or nothing")
    }
  }
}
