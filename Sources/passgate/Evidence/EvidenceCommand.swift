import PassgateClient
import PassgateSystem
import PassgateWire

/// `passgate evidence list`: what was asked and answered, without a person in it.
enum EvidenceCommand {
  private static let pageSize: UInt32 = 200

  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let platform = try PlatformCalls(invocation)
    let limit = invocation.integer("--limit") ?? Int.max
    let tenantID = invocation.value("--tenant") ?? ""
    var after = UInt64(invocation.integer("--after") ?? 0)
    var shown = 0
    while shown < limit {
      let answer = try platform.call("passgate.v1.Supervision/ListEvidence") { [after] salt in
        ListEvidenceRequest(salt: salt, after: after, limit: pageSize, tenantID: tenantID)
      }
      guard let reply = try platform.success(answer, as: ListEvidenceReply.self) else { return .refused }
      for record in reply.records where shown < limit {
        shown += show(record, platform, limit: limit - shown)
      }
      guard reply.next > after else { break }
      after = reply.next
    }
    if !platform.asJSON { writeError(shown == 1 ? "1 entry\n" : "\(shown) entries\n") }
    return .done
  }

  private static func show(_ record: EvidenceRecord, _ platform: PlatformCalls, limit: Int) -> Int {
    for entry in record.entries.prefix(limit) { show(entry, of: record, platform) }
    for count in record.unverified { show(count, of: record, platform) }
    if let gap = record.gap { show(gap, of: record, platform) }
    return min(record.entries.count, limit)
  }

  private static func show(_ entry: EvidenceEntry, of record: EvidenceRecord, _ platform: PlatformCalls) {
    guard let request = try? RequestHeader(decoding: entry.requestHeader.span),
      let response = try? ResponseHeader(decoding: entry.responseHeader.span)
    else { return }
    let verdicts = entry.verdicts.map { "\($0)".uppercased() }
    let time = CivilTime.timestamp(milliseconds: response.createdMilliseconds)
    guard platform.asJSON else {
      let answer = verdicts.isEmpty ? word(response.reason) : verdicts.joined(separator: " ")
      print(
        "\(record.number)  \(time)  \(request.tenantID)  \(request.sceneID)  \(request.method)  \(answer)")
      return
    }
    printJSON { json in
      json.number("record", record.number)
      json.string("time", time)
      json.string("tenant", request.tenantID)
      json.string("scene", request.sceneID)
      json.string("method", request.method)
      json.string("keyId", Hex.encode(request.keyID))
      json.string("traceId", Hex.encode(request.traceID))
      json.number("sequence", request.sequence)
      json.string("requestDigest", Hex.encode(response.requestDigest))
      json.string("status", response.status.name)
      json.string("reason", response.reason.name)
      json.array("verdicts") { json in for verdict in verdicts { json.string(verdict) } }
    }
  }

  /// A call that was answered has no reason.
  private static func word(_ reason: Reason) -> String { reason == .noReason ? "OK" : reason.name }

  private static func show(_ count: UnverifiedCount, of record: EvidenceRecord, _ platform: PlatformCalls) {
    let time = CivilTime.timestamp(milliseconds: count.minute * 60_000)
    guard platform.asJSON else {
      print("\(record.number)  \(time)  from strangers: \(count.count) x \(word(count.reason))")
      return
    }
    printJSON { json in
      json.number("record", record.number)
      json.string("time", time)
      json.string("unverified", count.reason.name)
      json.number("count", count.count)
    }
  }

  private static func show(_ gap: EvidenceGap, of record: EvidenceRecord, _ platform: PlatformCalls) {
    let since = CivilTime.timestamp(milliseconds: gap.sinceMilliseconds)
    let until = CivilTime.timestamp(milliseconds: gap.untilMilliseconds)
    guard platform.asJSON else {
      print("\(record.number)  \(since) to \(until)  gap: \(gap.count) replies were withheld")
      return
    }
    printJSON { json in
      json.number("record", record.number)
      json.string("gapSince", since)
      json.string("gapUntil", until)
      json.number("count", gap.count)
    }
  }
}
