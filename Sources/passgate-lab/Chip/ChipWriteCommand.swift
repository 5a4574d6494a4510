import PassgateDomain
import PassgateSoftChip
import PassgateSystem

/// `passgate-lab chip write`: the files of an invented document, and what its issuer publishes.
enum ChipWriteCommand {
  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let folder = invocation.arguments.first ?? "."
    let made = try makeDocument(invocation)
    try ChipFolder.write(made.document, to: folder)
    try Files.createDirectory("\(folder)/trust")
    let published = [
      ("csca.cer", made.issuer.authority), ("csca.crl", made.issuer.revocationList),
      ("masterlist.ml", made.issuer.masterList),
    ]
    for (name, content) in published { try Files.writeDurably(content, to: "\(folder)/trust/\(name)") }
    if let record = made.record {
      try Files.writeDurably(Array((claim(record) + "\n").utf8), to: "\(folder)/claim.json")
    }
    if let number = made.document.accessNumber {
      try Files.writeDurably(Array("\(number)\n".utf8), to: "\(folder)/can.txt")
    }
    print(
      "\(made.document.files.count) files of a chip are in \(folder), and what is to be trusted in \(folder)/trust."
    )
    return .done
  }

  /// The form that `passgate verify` and `passgate chip read` take.
  private static func claim(_ record: DocumentRecord) -> String {
    var json = JSONWriter()
    json.object { json in
      json.string("documentType", record.number.type == .permit ? "permit" : "passport")
      json.string("number", record.number.text)
      json.string("name", record.hanName.isEmpty ? record.latinName : record.hanName)
      json.string("birthDate", record.birthDate.iso)
      if let sex = record.sex { json.string("sex", sex == .female ? "F" : "M") }
      if let expiry = record.expiry { json.string("expiry", expiry.iso) }
    }
    return json.result
  }
}

/// The document that the command line names, made now.
func makeDocument(_ invocation: CommandLine.Invocation) throws -> MadeDocument {
  guard let name = invocation.value("--document"), let recipe = SoftRecipe(name: name) else {
    throw Failure("name a document with --document; passgate-lab chip simulate --list shows them")
  }
  let now = Int64(clamping: SystemClock().wallMilliseconds() / 1_000)
  let seed = UInt64(invocation.integer("--seed") ?? 1)
  return try DocumentMaker(recipe, fault: try chosenFault(invocation), seed: seed).make(at: now)
}

/// The fault that the command line names, nil when it names none.
func chosenFault(_ invocation: CommandLine.Invocation) throws -> SoftFault? {
  guard let name = invocation.value("--fault") else { return nil }
  guard let fault = SoftFault(name: name) else {
    throw Failure("there is no fault \(terminalSafe(name)); passgate-lab chip simulate --list shows them")
  }
  return fault
}
