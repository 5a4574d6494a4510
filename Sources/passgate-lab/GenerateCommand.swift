import PassgateDomain
import PassgateEngines
import PassgateSystem
import PassgateWire

/// `passgate-lab generate`: invented registry records, and claims about them.
struct GenerateCommand {
  private let count: Int
  private let records: RecordGenerator
  private let asCSV: Bool
  private let output: TextFile
  private let claims: TextFile?
  private let lifelike: LifelikeClaims

  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    try GenerateCommand(invocation).run()
    return .done
  }

  private init(_ invocation: CommandLine.Invocation) throws {
    count = invocation.integer("--count") ?? 1_000
    records = RecordGenerator(seed: UInt64(invocation.integer("--seed") ?? 1))
    lifelike = LifelikeClaims(records: records, wrongPercent: invocation.integer("--wrong") ?? 10)
    asCSV = invocation.value("--format") != "ndjson"
    output = try TextFile(invocation.value("--out"))
    claims = try invocation.value("--claims").map { path throws(SystemError) in try TextFile(path) }
  }

  private func run() throws {
    var progress = Progress(label: "Generating", total: count)
    if asCSV { try output.write(line: DocumentRecord.columns.joined(separator: ",")) }
    for index in 0..<count {
      let record = try records.record(at: index)
      try output.write(line: asCSV ? record.csvLine : jsonLine(record))
      try claims?.write(line: jsonLine(lifelike.claim(about: record, at: index)))
      progress.update(index + 1)
    }
    try output.flush()
    try claims?.flush()
    progress.finish(count)
  }

  private func jsonLine(_ record: DocumentRecord) -> String {
    var json = JSONWriter()
    json.object { json in
      json.string("documentType", record.number.type == .permit ? "permit" : "passport")
      json.string("number", record.number.text)
      json.string("hanName", record.hanName)
      json.string("latinName", record.latinName)
      json.array("formerNames") { json in for name in record.formerNames { json.string(name) } }
      json.string("birthDate", record.birthDate.iso)
      if let sex = record.sex { json.string("sex", sex == .female ? "F" : "M") }
      if let expiry = record.expiry { json.string("expiry", expiry.iso) }
      json.array("previousNumbers") { json in for number in record.previousNumbers { json.string(number) } }
    }
    return json.result
  }

  /// The form that `passgate verify identity --batch` reads.
  private func jsonLine(_ claim: PassgateWire.IdentityClaim) -> String {
    var json = JSONWriter()
    json.object { json in
      json.string("documentType", claim.documentType == .permit ? "permit" : "passport")
      json.string("number", claim.number)
      json.string("name", claim.name)
      json.string("birthDate", claim.birthDate)
      if let sex = claim.sex { json.string("sex", sex == .female ? "F" : "M") }
      if !claim.expiry.isEmpty { json.string("expiry", claim.expiry) }
    }
    return json.result
  }
}
