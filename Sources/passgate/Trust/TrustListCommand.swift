import PassgateClient
import PassgateCrypto
import PassgateSystem
import PassgateWire

/// `passgate trust list` and `passgate trust diff`: what is in force, and what would change.
enum TrustListCommand {
  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let platform = try PlatformCalls(invocation)
    guard let (reply, answer) = try platform.trustSources(), let entries = try platform.trustEntries() else {
      return .refused
    }
    let shown = invocation.flag("--certificates") ? entries : []
    if platform.asJSON {
      print(
        envelopeJSON(answer) { json in TrustText.write(reply, entries, shown: shown, to: &json) })
    } else {
      for line in TrustText.list(reply, entries) + shown.map(TrustText.line) { print(line) }
    }
    return .done
  }

  static func diff(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let platform = try PlatformCalls(invocation)
    guard let (reply, answer) = try platform.trustSources() else { return .refused }
    guard let proposal = try choose(invocation.arguments.first, reply.proposals) else {
      if platform.asJSON { print(envelopeJSON(answer) { $0.array("entries") { _ in } }) }
      note("no proposal waits")
      return .done
    }
    guard let entries = try platform.trustEntries(of: proposal.digest) else { return .refused }
    if platform.asJSON {
      print(
        envelopeJSON(answer) { json in
          json.object("proposal") { json in TrustText.write(proposal, to: &json) }
          json.array("entries") { json in
            for entry in entries { json.object { json in TrustText.write(entry, to: &json) } }
          }
        })
    } else {
      for line in TrustText.difference(proposal, entries) { print(line) }
    }
    return .done
  }

  /// The proposal that is meant; nil where none waits and none is named.
  static func choose(_ beginning: String?, _ proposals: [TrustProposal]) throws -> TrustProposal? {
    guard let beginning else {
      guard proposals.count > 1 else { return proposals.first }
      let waiting = proposals.map { "\($0.source)  \(Hex.encode($0.digest))" }
      throw Failure("several proposals wait; name the digest of one:\n\(waiting.joined(separator: "\n"))")
    }
    guard beginning.utf8.count >= 16 else { throw Failure("give at least 16 digits of the digest") }
    guard
      let found = proposals.first(where: { Hex.encode($0.digest).hasPrefix(beginning.lowercased()) })
    else {
      throw Failure("no such proposal waits; 'passgate trust list' names those that do", .refused)
    }
    return found
  }
}

/// `passgate trust activate DIGEST`
enum TrustActivateCommand {
  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    guard let digest = Hex.decode(invocation.arguments[0]), digest.count == WireLength.digest else {
      throw Failure("DIGEST has 64 hexadecimal digits: all that 'passgate trust diff' shows")
    }
    let operationID = try invocation.operationID { try randomBytes(16) }
    let platform = try PlatformCalls(invocation)
    guard let (listed, _) = try platform.trustSources() else { return .refused }
    if let proposal = listed.proposals.first(where: { $0.digest == digest }) {
      try invocation.confirm(TrustText.summary(proposal) + ".")
    }
    platform.announce(operationID)
    let answer = try platform.trustCall("Activate") { salt in
      ActivateTrustRequest(salt: salt, operationID: operationID, digest: digest)
    }
    guard let reply = try platform.success(answer, as: ActivateTrustReply.self) else { return .refused }
    if platform.asJSON {
      print(
        envelopeJSON(answer) { json in
          json.string("operationId", Hex.encode(operationID))
          json.number("event", reply.event)
          json.string("source", reply.source)
          json.number("certificates", reply.certificates)
          json.number("lists", reply.lists)
        })
    } else {
      let sum = "\(count(reply.certificates, "certificate")) and \(count(reply.lists, "revocation list"))"
      print("\(reply.source): in force; recorded as event \(reply.event) of the ledger")
      print("chips are judged by \(sum) now")
      platform.printSignatureLine(answer)
    }
    return .done
  }
}
