import Foundation
import PassgateDomain
import PassgateEngines
import Testing

/// The committed specimens, read as a registry file and a file of claims are.
enum Specimens {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Specimens")

  static let records: [DocumentRecord] = {
    let lines = bytes(of: "registry.csv").split(separator: UInt8(ascii: "\n")).map { Array($0) }
    do {
      let parser = try CSVParser(
        header: lines[0], known: DocumentRecord.columns, required: DocumentRecord.requiredColumns)
      return try lines.dropFirst().map { try DocumentRecord(fields: parser.record($0)) }
    } catch {
      return []
    }
  }()

  static let registry = Dictionary(
    records.flatMap { $0.rows() }.map { ($0.number.keyBytes, $0.record) },
    uniquingKeysWith: { first, _ in first })

  static let claims: [Specimen] = bytes(of: "claims.ndjson").split(separator: UInt8(ascii: "\n")).compactMap {
    try? JSONDecoder().decode(Specimen.self, from: Data($0))
  }

  static func bytes(of name: String) -> [UInt8] {
    (try? Data(contentsOf: folder.appending(path: name))).map { [UInt8]($0) } ?? []
  }
}

/// One line of `claims.ndjson`.
struct Specimen: Decodable, Sendable, CustomTestStringConvertible {
  struct Claim: Decodable {
    let documentType: String
    let number: String
    let name: String
    let birthDate: String
    let sex: String?
    let expiry: String?
    let mrz: [String]?
  }

  let id: String
  let rule: String
  let note: String
  let claim: Claim
  let verdict: String?
  let undeterminedReason: String?
  let fault: String?

  var testDescription: String { "\(id) \(rule): \(note)" }

  /// The answer in the terms of the file: a verdict, an undetermined reason, or the field at fault.
  var expected: String { fault ?? undeterminedReason ?? verdict ?? "nothing" }

  func parsed() throws(ClaimFault) -> IdentityClaim {
    try IdentityClaim(
      type: claim.documentType == "permit" ? .permit : .passport, number: claim.number, name: claim.name,
      birthDate: claim.birthDate, sex: claim.sex.map { $0 == "F" ? .female : .male },
      expiry: claim.expiry ?? "", mrz: claim.mrz ?? [])
  }
}
