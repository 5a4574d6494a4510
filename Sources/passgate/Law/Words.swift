import PassgateCrypto
import PassgateDomain

/// What stands for a value in files and in JSON: one table for each kind, in the order in which they are listed.
enum Words {
  typealias Table<Value> = KeyValuePairs<Value, String>

  static let materials: Table<MaterialKind> = [
    .organisationForm: "organisation-form", .registration: "registration", .lawfulness: "lawfulness",
    .systemRights: "system-rights", .systemSecurity: "system-security",
  ]

  static let organisations: Table<Organisation.Kind> = [
    .enterprise: "enterprise", .publicInstitution: "public-institution",
    .socialOrganisation: "social-organisation", .foundation: "foundation", .socialService: "social-service",
  ]

  static let fields: Table<PublicField> = [
    .transport: "transport", .finance: "finance", .telecoms: "telecoms", .education: "education",
    .medical: "medical", .lodging: "lodging", .employment: "employment", .internet: "internet",
  ]

  static let checks: Table<CheckKind> = [
    .realName: "real-name", .realPerson: "real-person", .chip: "chip",
  ]

  static let elements: Table<OptionalElement> = [
    .sex: "sex", .expiry: "expiry", .mrz: "mrz", .portrait: "portrait",
  ]

  static let documentTypes: Table<DocumentType> = [.permit: "permit", .passport: "passport"]

  static let modes: Table<AccessMode> = [
    .mobileCertificate: "mobile-certificate", .signingServer: "signing-server",
  ]

  static let states: Table<CaseState> = [
    .submitted: "submitted", .supplement: "supplement", .rejected: "rejected", .approved: "approved",
    .debugging: "debugging", .agreement: "agreement", .open: "open", .suspended: "suspended",
    .terminated: "terminated",
  ]

  /// The value that a word of a table stands for.
  static func value<Value>(_ word: String, in table: Table<Value>) -> Value? {
    table.first { $0.value == word }?.key
  }

  /// The word of a value.
  static func word<Value: Equatable>(_ value: Value, in table: Table<Value>) -> String {
    table.first { $0.key == value }?.value ?? "\(value)"
  }

  /// The words of some values, in the order of the table.
  static func words<Value: Hashable>(_ values: Set<Value>, in table: Table<Value>) -> [String] {
    table.filter { values.contains($0.key) }.map(\.value)
  }

  /// Where a certificate serves.
  static func deployment(isProduction: Bool) -> String { isProduction ? "production" : "sandbox" }

  /// An algorithm by the wire's number, which stands where this release has no name for it.
  static func algorithm(_ number: UInt32) -> String {
    SignatureAlgorithm(rawValue: number)?.name ?? "\(number)"
  }
}
