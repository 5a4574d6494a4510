import PassgateClient
import PassgateCrypto
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService

/// A tenant that renews its keys, and the officer who registers them: signed calls over TLS.
final class KeyHolder {
  /// A key that signs, with what its connections show.
  struct Holding {
    let key: PrivateKey
    let algorithm: SignatureAlgorithm
    /// Nil for signing servers.
    let connection: TestIdentity?
  }

  let platform: TestPlatform
  let id: String
  let deployment: Deployment
  let mode: AccessMode
  private(set) var holding: Holding

  init(
    _ platform: TestPlatform, _ id: String, _ mode: AccessMode, _ holding: Holding, in deployment: Deployment
  ) {
    (self.platform, self.id, self.mode, self.holding, self.deployment) =
      (platform, id, mode, holding, deployment)
  }

  /// A tenant of the sandbox by provisioning. Its certificate has a third of its life left, but for the time of a test.
  convenience init(
    provisionedOn platform: TestPlatform, _ id: String = "hotel", _ mode: AccessMode = .mobileCertificate,
    _ algorithm: SignatureAlgorithm = .ecdsaP256SHA256, validity: ClosedRange<Int64>? = nil
  ) throws {
    let now = Int64(platform.clock.wallMilliseconds() / 1_000)
    let life = validity ?? now - 265 * 86_400...now + 131 * 86_400
    let identity = try platform.authority.issue(
      mode == .mobileCertificate ? .tenantMobile : .tenantSigning, algorithm, name: id, validity: life)
    let isBound = mode == .mobileCertificate && algorithm == .sm2SM3
    let bound = isBound ? try platform.authority.issue(.tenantTLS, name: id) : nil
    let answer = try platform.provision([platform.tenant(id, mode, identity, algorithm, tls: bound)])
    try #require(answer.status == .ok)
    self.init(
      platform, id, mode,
      Holding(
        key: identity.key, algorithm: algorithm,
        connection: mode == .mobileCertificate ? bound ?? identity : nil),
      in: .sandbox)
  }

  // MARK: Connections

  func profile(_ holding: Holding? = nil) -> Profile {
    let holding = holding ?? self.holding
    return platform.profile(
      tenant: id, identity: holding.connection, key: holding.key, holding.algorithm, in: deployment)
  }

  func session(_ holding: Holding? = nil) throws -> ClientSession { try platform.session(profile(holding)) }

  /// What a check comes to. The goodbye to a key that was revoked a moment ago may come before its call does, when
  /// the loop that took the connection hears of it in between: that refuses the key as well.
  func check(_ holding: Holding? = nil) throws -> Reason {
    do {
      return try session(holding).call(Guest.draft()).reason
    } catch let error as ClientError {
      guard case .farewell("notAuthentic the key was revoked", _) = error else { throw error }
      return .notAuthentic
    }
  }

  /// The key officer's connection.
  func office() throws -> ClientSession {
    try platform.officerSession(deployment == .sandbox ? "officer-1" : "key-officer", in: deployment)
  }

  // MARK: The tenant's calls

  /// PKCS#10 of a key, signed by it.
  func request(for key: PrivateKey, _ algorithm: SignatureAlgorithm) throws -> [UInt8] {
    try CertificateRequest(
      subject: DistinguishedName(commonName: id), signer: FileSigner(key, algorithm)
    ).der
  }

  func renewal(
    _ key: PrivateKey, _ algorithm: SignatureAlgorithm? = nil, tls: PrivateKey? = nil,
    cause: RenewKeyRequest.Cause = .regular
  ) throws -> RenewKeyRequest {
    let algorithm = algorithm ?? holding.algorithm
    return RenewKeyRequest(
      salt: freshSalt(), operationID: try randomBytes(16),
      request: try request(for: key, algorithm), algorithm: algorithm.rawValue,
      tlsRequest: try tls.map { try request(for: $0, .ecdsaP256SHA256) } ?? [], cause: cause)
  }

  func ask(_ renewal: RenewKeyRequest, with holding: Holding? = nil) throws -> ClientAnswer {
    try session(holding).call(ClientDraft(method: "passgate.v1.Keys/Renew", body: renewal.encoded()))
  }

  func keys(_ holding: Holding? = nil) throws -> [KeyRecord] {
    let body = ListOwnKeysRequest(salt: freshSalt()).encoded()
    let answer = try session(holding).call(ClientDraft(method: "passgate.v1.Keys/List", body: body))
    return try ListOwnKeysReply(decoding: answer.body.span).keys
  }

  func record(of key: PrivateKey, by holding: Holding? = nil) throws -> KeyRecord {
    try #require(try keys(holding).first { $0.keyID == key.publicKey.keyID })
  }

  func revoke(_ key: PrivateKey, last: Bool = false, with holding: Holding? = nil) throws -> ClientAnswer {
    let body = RevokeOwnKeyRequest(
      salt: freshSalt(), operationID: try randomBytes(16), keyID: key.publicKey.keyID, reason: "lost",
      last: last)
    return try session(holding).call(ClientDraft(method: "passgate.v1.Keys/Revoke", body: body.encoded()))
  }

  // MARK: The officer's calls

  func orders() throws -> [KeyOrder] {
    let body = ListKeyOrdersRequest(salt: freshSalt(), after: [], limit: 100).encoded()
    let answer = try office().call(ClientDraft(method: "passgate.v1.Supervision/ListKeyOrders", body: body))
    return try ListKeyOrdersReply(decoding: answer.body.span).orders
  }

  func register(
    _ certificate: Certificate, tls: Certificate? = nil, overlap: UInt64 = 0, operation: [UInt8]? = nil
  ) throws -> ClientAnswer {
    let body = RegisterKeyRequest(
      salt: freshSalt(), operationID: try operation ?? randomBytes(16), tenantID: id,
      certificate: certificate.der, tlsCertificate: tls?.der ?? [], overlapMilliseconds: overlap)
    return try office().call(
      ClientDraft(method: "passgate.v1.Supervision/RegisterKey", body: body.encoded()))
  }

  func officerRevokes(_ keyID: [UInt8]) throws -> ClientAnswer {
    let body = RevokeKeyRequest(
      salt: freshSalt(), operationID: try randomBytes(16), tenantID: id, keyID: keyID, reason: "reported lost"
    )
    return try office().call(ClientDraft(method: "passgate.v1.Supervision/RevokeKey", body: body.encoded()))
  }

  func inventory() throws -> ListKeysReply {
    let body = ListKeysRequest(salt: freshSalt(), tenantID: "", after: [], limit: 500).encoded()
    let answer = try office().call(ClientDraft(method: "passgate.v1.Supervision/ListKeys", body: body))
    return try ListKeysReply(decoding: answer.body.span)
  }

  // MARK: Ways that many tests go

  /// A certificate of the platform's authority for a key that asks for it.
  func certify(_ key: PrivateKey) throws -> TestIdentity {
    try platform.authority.issue(
      mode == .mobileCertificate ? .tenantMobile : .tenantSigning, name: id, key: key)
  }

  /// Requests a key and has it registered; the tenant does not switch yet.
  func prepare(
    _ algorithm: SignatureAlgorithm? = nil, cause: RenewKeyRequest.Cause = .regular, overlap: UInt64 = 0
  ) throws -> Holding {
    let algorithm = algorithm ?? holding.algorithm
    let key = try PrivateKey.generate(algorithm)
    let isBound = mode == .mobileCertificate && algorithm == .sm2SM3
    let tls = isBound ? try PrivateKey.generate(.ecdsaP256SHA256) : nil
    let asked = try ask(renewal(key, algorithm, tls: tls, cause: cause))
    try #require(asked.reason == .noReason, "\(asked.reason) \(asked.refusal?.field ?? "")")
    let identity = try certify(key)
    let connection = try tls.map { try platform.authority.issue(.tenantTLS, name: id, key: $0) }
    let answer = try register(identity.certificate, tls: connection?.certificate, overlap: overlap)
    try #require(answer.reason == .noReason, "\(answer.reason) \(answer.refusal?.field ?? "")")
    return Holding(
      key: key, algorithm: algorithm,
      connection: mode == .mobileCertificate ? connection ?? identity : nil)
  }

  func use(_ holding: Holding) { self.holding = holding }

  /// Waits until the loops have told of a key's use; they do so four times a second.
  func awaitUses(_ count: UInt64, of key: PrivateKey) throws {
    let keys = try platform.service(of: deployment).keys
    let deadline = SystemClock().monotonicNanoseconds() + 10_000_000_000
    while keys.uses[key.publicKey.keyID]?.count ?? 0 < count {
      try #require(SystemClock().monotonicNanoseconds() < deadline, "the use of the key is not told")
    }
    keys.runClock()
  }

  /// Lets days pass, with nobody doubting the clock.
  func pass(days: UInt64) throws {
    platform.clock.advance(milliseconds: days * 86_400_000)
    try platform.trustClock()
    try platform.service(of: deployment).keys.runClock()
  }
}
