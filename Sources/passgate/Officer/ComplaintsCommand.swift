import PassgateCrypto
import PassgateDomain
import PassgateSystem
import PassgateWire

/// `passgate operator complaints`: what people complain of, those about organisations unknown to the platform too.
enum ComplaintsCommand {
  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let calls = try CaseCalls(officer: invocation, tenantID: "")
    guard let complaints = try list(calls) else { return .refused }
    if let id = invocation.value("--read") { return try read(id, complaints, calls) }
    for complaint in complaints { print(calls.platform.asJSON ? json(complaint) : line(complaint)) }
    if !calls.platform.asJSON { note(count(complaints.count, "complaint")) }
    return .done
  }

  /// All of them; nil after a refusal has been shown.
  private static func list(_ calls: CaseCalls) throws -> [ComplaintSummary]? {
    var complaints: [ComplaintSummary] = []
    var after: UInt64 = 0
    repeat {
      let answer = try calls.call("ListComplaints") { [after] in ListComplaintsRequest(salt: $0, after: after)
      }
      guard let reply = try calls.platform.success(answer, as: ListComplaintsReply.self) else { return nil }
      complaints += reply.complaints
      // A page that does not go on ends the list.
      after = reply.next > after ? reply.next : 0
    } while after > 0
    return complaints
  }

  private static func read(_ id: String, _ complaints: [ComplaintSummary], _ calls: CaseCalls) throws
    -> ExitStatus
  {
    guard let complaint = complaints.first(where: { Hex.encode($0.caseID) == id }) else {
      throw Failure(
        "there is no complaint \(terminalSafe(id)): 'passgate operator complaints' lists them", .refused)
    }
    guard let bytes = try DocumentCommand.fetch(complaint.digest, calls.inCase(of: complaint.tenantID)) else {
      return .refused
    }
    guard sha256(bytes.span) == complaint.digest else {
      throw Failure("the text that came is another one")
    }
    for line in String(decoding: bytes, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    {
      print(terminalSafe(String(line)))
    }
    return .done
  }

  private static func line(_ complaint: ComplaintSummary) -> String {
    let about = complaint.tenantID.isEmpty ? "(no tenant named)" : terminalSafe(complaint.tenantID)
    return "\(BeijingClock.short(complaint.atMilliseconds))  \(Hex.encode(complaint.caseID))  \(about)"
  }

  private static func json(_ complaint: ComplaintSummary) -> String {
    var json = JSONWriter()
    json.object { json in
      json.string("caseId", Hex.encode(complaint.caseID))
      json.string("time", CivilTime.timestamp(milliseconds: complaint.atMilliseconds))
      json.string("tenant", complaint.tenantID)
      json.string("digest", Hex.encode(complaint.digest))
    }
    return json.result
  }
}
