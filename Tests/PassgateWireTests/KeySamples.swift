import PassgateWire

/// One value of every message about tenants' keys.
enum KeySamples {
  private static let salt = filled(16, 0xA5)
  private static let identifier = filled(16, 0x5A)
  private static let keyID = filled(32, 7)

  static let key = KeyRecord(
    tenantID: "bank-a", keyID: keyID, algorithm: 5, state: .tainted, requestedMilliseconds: 1,
    publishedMilliseconds: 2, activeMilliseconds: 3, retiringMilliseconds: 4, retiredMilliseconds: .max,
    taintedMilliseconds: 6, revokedMilliseconds: 7, notAfterMilliseconds: 8, uses: 9,
    lastUsedMilliseconds: 10,
    replaces: filled(32, 8), certificate: filled(50), tlsCertificate: filled(40))
  private static let stated = KeyRecord(
    tenantID: "bank-a", keyID: keyID, algorithm: 1, state: .active, requestedMilliseconds: 0,
    publishedMilliseconds: 0, activeMilliseconds: 0, retiringMilliseconds: 0, retiredMilliseconds: 0,
    taintedMilliseconds: 0, revokedMilliseconds: 0, notAfterMilliseconds: 0, uses: 0, lastUsedMilliseconds: 0,
    replaces: [], certificate: [], tlsCertificate: [])
  private static let order = KeyOrder(
    key: key, mode: .mobileCertificate, cause: .algorithmChange, request: filled(60), tlsRequest: filled(61))

  static let all: [any WireMessage] = [
    key, stated,
    RenewKeyRequest(
      salt: salt, operationID: identifier, request: filled(60), algorithm: 5, tlsRequest: filled(61),
      cause: .suspected),
    RenewKeyReply(salt: salt, event: 3, key: key),
    ListOwnKeysRequest(salt: salt),
    ListOwnKeysReply(salt: salt, keys: [key, stated], issuers: [filled(50), filled(51)]),
    RevokeOwnKeyRequest(
      salt: salt, operationID: identifier, keyID: keyID, reason: "the machine was lost", last: true),
    RevokeOwnKeyReply(salt: salt, event: 4, key: key),
    order, ListKeyOrdersRequest(salt: salt, after: keyID, limit: 100),
    ListKeyOrdersReply(salt: salt, orders: [order], next: keyID),
    RegisterKeyRequest(
      salt: salt, operationID: identifier, tenantID: "bank-a", certificate: filled(50),
      tlsCertificate: filled(40), overlapMilliseconds: 1 << 33),
    RegisterKeyReply(salt: salt, event: 5, key: key),
    ListKeysRequest(salt: salt, tenantID: "", after: [], limit: 500),
    ListKeysReply(salt: salt, keys: [key], next: keyID, tainted: 3),
    RevokeKeyRequest(
      salt: salt, operationID: identifier, tenantID: "bank-a", keyID: keyID, reason: "reported lost"),
    RevokeKeyReply(salt: salt, event: 6, key: key),
    TaintIssuerRequest(
      salt: salt, operationID: identifier, issuer: filled(20), reason: "the token was stolen"),
    TaintIssuerReply(salt: salt, event: 7, taintedMilliseconds: 8, tainted: 9),
    KeyTurn(deployment: .production, tenantID: "bank-a", keyID: keyID, state: .retired, atMilliseconds: 5),
  ]
}
