import PassgateClient
import PassgateCrypto
import PassgateSystem
import PassgateWire

/// `passgate key list` and `passgate key revoke`: a tenant's own keys.
enum KeyCommands {
  /// `passgate key list`
  static func list(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let platform = try PlatformCalls(invocation)
    guard let (keys, _, answer) = try keys(platform) else { return .refused }
    if platform.asJSON {
      print(
        envelopeJSON(answer) { json in
          json.array("keys") { json in
            for key in keys { json.object { json in KeyText.write(key, to: &json) } }
          }
        })
      return .done
    }
    print(KeyText.header)
    for key in keys { print(KeyText.line(key)) }
    note("this profile signs with \(Hex.encode(Array(platform.session.keyID.prefix(8))))")
    if let due = due(
      keys.first { $0.keyID == platform.session.keyID }, now: answer.header.createdMilliseconds)
    {
      note(due)
    }
    return .done
  }

  /// Says what is to be done about the key that signs, if anything is.
  private static func due(_ key: KeyRecord?, now: UInt64) -> String? {
    guard let key else { return nil }
    switch key.state {
    case .tainted: return "it is suspected: replace it with 'passgate key renew --new-key FILE'"
    case .retiring: return "it ends \(KeyText.time(KeyText.end(of: key))): switch to the key that replaces it"
    case .active where isDue(key, now: now):
      return "a third of its life is left: renew it with 'passgate key renew --new-key FILE'"
    default: return nil
    }
  }

  /// The platform goes by the certificate, which begins when the key was published, or before.
  private static func isDue(_ key: KeyRecord, now: UInt64) -> Bool {
    let (from, until) = (key.publishedMilliseconds, key.notAfterMilliseconds)
    return from < until && now < until && until - now <= (until - from) / 3
  }

  /// The tenant's keys and the platform's issuing authorities; nil after a refusal has been shown.
  static func keys(
    _ platform: PlatformCalls
  ) throws -> (keys: [KeyRecord], issuers: [Certificate], answer: Answer)? {
    let answer = try platform.call("passgate.v1.Keys/List") { ListOwnKeysRequest(salt: $0) }
    return try platform.success(answer, as: ListOwnKeysReply.self).map { reply in
      (reply.keys, reply.issuers.compactMap { try? Certificate(der: $0.span) }, answer)
    }
  }

  /// `passgate key revoke KEYID`
  static func revoke(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let reason = try invocation.reason()
    let operationID = try invocation.operationID { try randomBytes(16) }
    let platform = try PlatformCalls(invocation)
    guard let (keys, _, _) = try keys(platform) else { return .refused }
    let key = try choose(invocation.arguments[0], keys)
    let own = key.keyID == platform.session.keyID ? " It is the one that this profile signs with." : ""
    try invocation.confirm(
      "Key \(Hex.encode(key.keyID)), \(key.state), is refused at once and for good.\(own)")
    platform.announce(operationID)
    let answer = try platform.call("passgate.v1.Keys/Revoke") { salt in
      RevokeOwnKeyRequest(
        salt: salt, operationID: operationID, keyID: key.keyID, reason: reason,
        last: invocation.flag("--last"))
    }
    guard let reply = try platform.success(answer, as: RevokeOwnKeyReply.self) else { return .refused }
    KeyText.report(reply.key, "revoked", event: reply.event, answer, platform)
    return .done
  }

  /// The key whose id begins so.
  static func choose(_ beginning: String, _ keys: [KeyRecord]) throws -> KeyRecord {
    let fitting = keys.filter { Hex.encode($0.keyID).hasPrefix(beginning.lowercased()) }
    guard beginning.count >= 8, let key = fitting.first, fitting.count == 1 else {
      throw Failure(
        "\(terminalSafe(beginning)): \(fitting.count) keys begin so; give at least 8 digits of one key's id")
    }
    return key
  }
}

extension CommandLine.Invocation {
  /// The text of `--reason`.
  func reason() throws -> String {
    guard let text = try texts("--reason").first else { throw Failure("--reason is missing") }
    return text
  }
}
