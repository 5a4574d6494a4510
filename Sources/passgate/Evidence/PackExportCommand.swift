import PassgateCaseFile
import PassgateClient
import PassgateCrypto
import PassgateDomain
import PassgateSystem
import PassgateWire

/// `passgate evidence export`: a case in one file, which a third party verifies offline (Measures art.15).
enum PackExportCommand {
  private static let pageSize: UInt32 = 500

  //= Measures art.15
  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let tenantID = invocation.value("--case") ?? ""
    guard CaseText.isIdentifier(tenantID) else {
      throw Failure("--case: a tenant's id is 1 to 32 of a-z, 0-9 and -")
    }
    let path = invocation.value("--out") ?? ""
    guard !Files.exists(path) else { throw Failure("\(path) exists already: nothing was written") }
    let calls = try CaseCalls(officer: invocation, tenantID: tenantID)
    guard let pack = try collect(calls) else { return .refused }
    let bytes = pack.encoded()
    try check(pack, calls)
    try Files.writeDurably(bytes, to: path, mode: 0o600, replace: false)
    report(pack, path, digest: sha256(bytes.span), asJSON: calls.platform.asJSON)
    return .done
  }

  /// Nil after a refusal has been shown.
  private static func collect(_ calls: CaseCalls) throws -> EvidencePack? {
    guard let records = try records(of: calls) else { return nil }
    guard let history = try calls.history() else { return nil }
    let answer = try calls.call("AttestCase") { salt in
      AttestCaseRequest(salt: salt, tenantID: calls.tenantID)
    }
    guard let attested = try calls.platform.success(answer, as: AttestCaseReply.self) else { return nil }
    guard let leaf = attested.key.certificates.first else {
      throw Failure("the platform's statement comes without its certificate")
    }
    return EvidencePack(
      attested, keyID: try Certificate(der: leaf.span).publicKey.keyID,
      events: history.file.entries.map(\.signed),
      keys: history.keys + calls.platform.session.hello.replyKeys, records: records, exportedAt: history.now,
      exporter: calls.callerID)
  }

  /// What the tenant called, with nobody else's entries.
  private static func records(of calls: CaseCalls) throws -> [EvidenceRecord]? {
    var records: [EvidenceRecord] = []
    var after: UInt64 = 0
    var progress = Progress(label: "Evidence", total: 0)
    repeat {
      let answer = try calls.call("ListEvidence") { [after] salt in
        ListEvidenceRequest(salt: salt, after: after, limit: pageSize, tenantID: calls.tenantID)
      }
      guard let page = try calls.platform.success(answer, as: ListEvidenceReply.self) else { return nil }
      for var record in page.records where !record.entries.isEmpty {
        (record.unverified, record.gap) = ([], nil)
        records.append(record)
      }
      guard page.next == 0 || page.next > after else {
        throw Failure("the platform repeats a page of evidence")
      }
      after = page.next
      progress.update(records.count)
    } while after > 0
    progress.finish(records.count)
    return records
  }

  /// A pack that would not convince anybody is not written: something happened in the case meanwhile, or worse.
  private static func check(_ pack: EvidencePack, _ calls: CaseCalls) throws {
    let summary = pack.verify(try CaseTrust(anchors: calls.platform.profile.anchors))
    guard summary.isGood else {
      throw Failure(
        "nothing was written: what the platform told does not verify\n"
          + summary.problems.prefix(20).map(\.description).joined(separator: "\n")
          + "\nif the case went on meanwhile, run the command again")
    }
  }

  private static func report(_ pack: EvidencePack, _ path: String, digest: [UInt8], asJSON: Bool) {
    let events = pack.parts.reduce(0) { $0 + $1.events.count }
    let entries = pack.parts.reduce(0) { $0 + $1.records.reduce(0) { $0 + $1.entries.count } }
    if asJSON {
      printJSON { json in
        json.string("file", path)
        json.number("events", events)
        json.number("evidenceEntries", entries)
        json.string("sha256", Hex.encode(digest))
      }
    } else {
      print("\(path): \(events) events, \(entries) calls; SHA-256 \(Hex.encode(digest))")
      print("anybody verifies it with 'passgate evidence verify \(path) --trust ROOT.pem'")
    }
  }
}
