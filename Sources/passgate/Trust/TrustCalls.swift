import PassgateClient
import PassgateCrypto
import PassgateSystem
import PassgateWire

/// The methods about trust for chips.
extension PlatformCalls {
  /// Makes a call that may take the time that long lists take.
  func trustCall(_ method: String, _ body: ([UInt8]) -> some WireMessage) throws -> Answer {
    try session.call(
      Draft(
        method: "passgate.v1.Trust/" + method, body: body(try randomBytes(16)).encoded(), timeout: 30_000))
  }

  /// The sources in force and the proposals that wait; nil after a refusal has been shown.
  func trustSources() throws -> (reply: ListTrustReply, answer: Answer)? {
    let answer = try trustCall("List") { ListTrustRequest(salt: $0) }
    return try success(answer, as: ListTrustReply.self).map { ($0, answer) }
  }

  /// All entries in force, or of a proposal; nil after a refusal has been shown.
  func trustEntries(of digest: [UInt8] = []) throws -> [TrustEntry]? {
    var (entries, after): ([TrustEntry], UInt32) = ([], 0)
    repeat {
      let answer = try trustCall("ListEntries") { salt in
        ListTrustEntriesRequest(salt: salt, digest: digest, after: after, limit: 500)
      }
      guard let page = try success(answer, as: ListTrustEntriesReply.self) else { return nil }
      entries += page.entries
      after = page.next
    } while after > 0
    return entries
  }
}
