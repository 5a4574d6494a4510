import PassgateDomain
import PassgateWire

/// What was done to a tenant's key, as the ledger has it. Times are milliseconds since 1970.
enum KeyAct: Sendable {
  case requested(KeyName, KeyFacts.Request, at: UInt64)
  /// - overlap: milliseconds.
  case registered(KeyName, RegisterKeyRequest, at: UInt64, active: UInt64)
  case revoked(KeyName, at: UInt64)
  case tainted(issuer: [UInt8], at: UInt64)
  /// The clock's.
  case turned(KeyTurn)
}

extension KeyAct {
  /// The act of an event; nil when it is about something else.
  init?(_ event: LedgerEvent) throws {
    if !event.keyTurn.isEmpty {
      self = .turned(try KeyTurn(decoding: event.keyTurn.span))
      return
    }
    guard !event.requestHeader.isEmpty else { return nil }
    let header = try RequestHeader(decoding: event.requestHeader.span)
    guard let read = Self.readers[header.method] else { return nil }
    self = try read(event, header)
  }

  private typealias Reader = @Sendable (LedgerEvent, RequestHeader) throws -> KeyAct

  private static let readers: [String: Reader] = [
    "passgate.v1.Keys/Renew": { event, header in
      let body = try RenewKeyRequest(decoding: event.requestBody.span)
      let key = try RenewKeyReply(decoding: event.outcome.span).key
      return .requested(
        KeyName(key, header), KeyFacts.Request(body: body, replaces: header.keyID),
        at: key.requestedMilliseconds)
    },
    "passgate.v1.Keys/Revoke": { event, header in
      let key = try RevokeOwnKeyReply(decoding: event.outcome.span).key
      return .revoked(KeyName(key, header), at: key.revokedMilliseconds)
    },
    "passgate.v1.Supervision/RegisterKey": { event, header in
      let body = try RegisterKeyRequest(decoding: event.requestBody.span)
      let key = try RegisterKeyReply(decoding: event.outcome.span).key
      return .registered(
        KeyName(key, header), body, at: key.publishedMilliseconds, active: key.activeMilliseconds)
    },
    "passgate.v1.Supervision/RevokeKey": { event, header in
      let key = try RevokeKeyReply(decoding: event.outcome.span).key
      return .revoked(KeyName(key, header), at: key.revokedMilliseconds)
    },
    "passgate.v1.Supervision/TaintIssuer": { event, _ in
      .tainted(
        issuer: try TaintIssuerRequest(decoding: event.requestBody.span).issuer,
        at: try TaintIssuerReply(decoding: event.outcome.span).taintedMilliseconds)
    },
  ]
}

extension KeyName {
  fileprivate init(_ key: KeyRecord, _ header: RequestHeader) {
    self.init(deployment: header.deployment, tenantID: key.tenantID, keyID: key.keyID)
  }

  init(_ turn: KeyTurn) {
    self.init(deployment: turn.deployment, tenantID: turn.tenantID, keyID: turn.keyID)
  }
}
