import PassgateClient
import PassgateSystem
import PassgateWire

/// The result of a chip check for people and for programs.
struct ChipReport {
  private static let labelWidth = 12

  let result: ChipResult
  /// Of a chip on a reader, for portrait checks; empty where files were judged.
  let readingID: [UInt8]

  init(result: ChipResult, readingID: [UInt8] = []) {
    self.result = result
    self.readingID = readingID
  }

  /// One line for the verdict, then one for each question.
  var text: String {
    let lines = answers.map { label, sentence in
      "  " + label + String(repeating: " ", count: max(1, Self.labelWidth - label.count))
        + terminalSafe(sentence)
    }
    return ([headline] + lines).joined(separator: "\n")
  }

  private var headline: String {
    switch (result.verdict.verdict, result.verdict.undeterminedReason) {
    case (.consistent, _):
      "CONSISTENT  the chip's data are authentic and agree with the claim (\(result.ruleSet))"
    case (.inconsistent, _):
      "INCONSISTENT  the chip's data are not authentic, or do not agree with what is stated"
    case (.undetermined, .issuerUnknown):
      "UNDETERMINED  the platform cannot tell whether the data are authentic: it does not know their issuer"
    case (.undetermined, .superseded):
      "UNDETERMINED  the person agrees, but the document has been replaced: ask for the current one"
    case (.undetermined, .attemptsExhausted):
      "UNDETERMINED  too many different wrong claims were made for this number, and the chip does not settle it"
    case (.undetermined, _): "UNDETERMINED  the registry cannot answer now: try again later"
    }
  }

  /// Each question with its answer.
  private var answers: [(label: String, sentence: String)] {
    let findings = result.findings
    var lines = [
      ("chip", findings.chipGenuine.word.sentence), ("signature", findings.sodSignature.word.sentence),
      ("issuer", findings.chain.word.sentence),
    ]
    if let missing = result.missingAuthority { lines.append(("", Self.describe(missing))) }
    lines += [
      ("validity", findings.validity.word.sentence), ("revocation", findings.revocation.word.sentence),
      ("algorithms", findings.algorithmPolicy.word.sentence),
    ]
    lines += findings.groups.map { ($0.kind.name, $0.hash.word.sentence) }
    if !findings.uncoveredFiles.isEmpty {
      let names = findings.uncoveredFiles.map(\.name).joined(separator: ", ")
      lines.append(("unsigned", "\(names): the issuer's signature does not cover it, so it was not used"))
    }
    lines.append(("access", access))
    if let expiry = findings.documentExpiry { lines.append(("expiry", expiry.word.sentence)) }
    lines.append(("claim", findings.claim.word(beside: "the claim").sentence))
    lines.append(("record", findings.registry.word(beside: "the issuer's record").sentence))
    return lines + holder + reading
  }

  /// Only such a reading can be compared with.
  private var isForPortraits: Bool { !readingID.isEmpty && result.verdict.verdict == .consistent }

  private var reading: [(label: String, sentence: String)] {
    guard isForPortraits else { return [] }
    return [("reading", "\(Hex.encode(readingID)), for two minutes: 'passgate verify portrait --reading'")]
  }

  private var access: String {
    let opened = result.findings.access.word.sentence
    return result.findings.accessSecret.map { "\(opened), \($0.word.sentence)" } ?? opened
  }

  private static func describe(_ missing: MissingAuthority) -> String {
    let key = missing.authorityKeyID.isEmpty ? "" : ", key \(Hex.encode(missing.authorityKeyID))"
    let country = missing.country.isEmpty ? "no country" : missing.country
    return "to be imported by the platform: \(missing.issuer) (\(country)\(key))"
  }

  private var holder: [(label: String, sentence: String)] {
    guard let fields = result.fields else { return [] }
    let rows = [
      ("number", fields.number),
      ("name", [fields.hanName, fields.latinName].filter { !$0.isEmpty }.joined(separator: "  ")),
      ("born", fields.birthDate), ("sex", fields.sex.map { $0 == .female ? "F" : "M" } ?? ""),
      ("expires", fields.expiry),
    ]
    return rows.filter { !$0.1.isEmpty }
  }

  // MARK: JSON

  /// The members of the answer.
  func write(to json: inout JSONWriter) {
    json.string("verdict", VerifyCommand.name(result.verdict.verdict))
    json.string("undeterminedReason", result.verdict.undeterminedReason.name)
    json.string("ruleSet", result.ruleSet)
    if isForPortraits { json.string("readingId", Hex.encode(readingID)) }
    json.object("findings", write(findings:))
    if let missing = result.missingAuthority {
      json.object("missingAuthority") { json in
        json.string("country", missing.country)
        json.string("issuer", missing.issuer)
        json.string("authorityKeyId", Hex.encode(missing.authorityKeyID))
      }
    }
    guard let fields = result.fields else { return }
    json.object("fields") { Self.write(fields, to: &$0) }
  }

  private func write(findings json: inout JSONWriter) {
    let findings = result.findings
    json.string("sodSignature", findings.sodSignature.word.name)
    json.array("groups") { json in
      for group in findings.groups {
        json.object { json in
          json.string("file", group.kind.name)
          json.string("hash", group.hash.word.name)
        }
      }
    }
    json.string("chain", findings.chain.word.name)
    json.string("validity", findings.validity.word.name)
    json.string("revocation", findings.revocation.word.name)
    json.string("algorithmPolicy", findings.algorithmPolicy.word.name)
    json.string("access", findings.access.word.name)
    json.string("accessSecret", findings.accessSecret?.word.name ?? "")
    json.string("chipGenuine", findings.chipGenuine.word.name)
    json.string("documentExpiry", findings.documentExpiry?.word.name ?? "")
    json.array("uncoveredFiles") { json in
      for kind in findings.uncoveredFiles { json.string(kind.name) }
    }
    json.string("claim", findings.claim.word(beside: "").name)
    json.string("registry", findings.registry.word(beside: "").name)
  }

  private static func write(_ fields: ChipFields, to json: inout JSONWriter) {
    json.string("number", fields.number)
    json.string("latinName", fields.latinName)
    json.string("hanName", fields.hanName)
    json.string("birthDate", fields.birthDate)
    json.string("sex", fields.sex.map { $0 == .female ? "F" : "M" } ?? "")
    json.string("expiry", fields.expiry)
    json.array("mrz") { json in
      for line in fields.mrz { json.string(line) }
    }
    json.number("portraitBytes", fields.portrait.count)
  }
}
