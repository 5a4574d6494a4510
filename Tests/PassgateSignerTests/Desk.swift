import Glibc
import PassgateCrypto
@testable import PassgateRPC
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Synchronization

@testable import passgate_signer

/// Certificates and keys of the tests, made once.
struct Identities: Sendable {
  let authority: TestAuthority
  let server: TestIdentity
  let ticketing: TestIdentity
  let lounge: TestIdentity
  let airline: TestIdentity
  let airlineSM2: TestIdentity
  let hotel: TestIdentity
  let stranger: TestIdentity
  let archive: TestIdentity
  let archiveSM2: TestIdentity

  static let shared = Result { try Identities() }

  private init() throws {
    authority = try TestAuthority()
    server = try authority.issue(.signerTLS)
    ticketing = try authority.issue(.applicationTLS)
    lounge = try authority.issue(.applicationTLS)
    stranger = try authority.issue(.applicationTLS)
    airline = try authority.issue(.tenantSigning, name: "airline")
    airlineSM2 = try authority.issue(.tenantSigning, .sm2SM3, name: "airline")
    hotel = try authority.issue(.tenantSigning, .ed25519, name: "hotel")
    archive = try authority.issue(.generalSigning)
    archiveSM2 = try authority.issue(.generalSigning, .sm2SM3)
  }
}

/// A handler with two applications and three keys, a clock that stands still, and its log.
final class Desk {
  let identities: Identities
  let clock = ManualClock()
  let lines = LineBox()
  let handler: SigningHandler
  let office: SigningOffice
  let mailbox: Mailbox
  private var nextCall: UInt64 = 1

  static let method = "passgate.v1.Verification/VerifyIdentity"
  static let batchMethod = "passgate.v1.Verification/VerifyBatch"

  init() throws {
    identities = try Identities.shared.get()
    let log = Log(clock: clock) { [lines] in lines.append($0) }
    office = try SigningOffice(clock: clock, log: log, auditLog: log)
    mailbox = try Mailbox()
    handler = try SigningHandler(Self.material(identities), office: office, mailbox: mailbox)
  }

  deinit { office.stop() }

  static func material(
    _ identities: Identities, applications: [[UInt8]: Application]? = nil, keys: [HeldKey]? = nil,
    dataKeys: [DataKey]? = nil
  ) throws -> SigningMaterial {
    let keys = try keys ?? Self.keys(identities)
    let byID = Dictionary(uniqueKeysWithValues: keys.map { ($0.certificate.publicKey.keyID, $0) })
    let dataByID = try (dataKeys ?? Self.dataKeys(identities)).map { ($0.certificate.publicKey.keyID, $0) }
    return SigningMaterial(
      policy: SigningPolicy(
        applications: applications ?? Self.applications(identities), keys: byID,
        dataKeys: Dictionary(uniqueKeysWithValues: dataByID)),
      chain: identities.server.chain, key: identities.server.key, anchors: [identities.authority.root])
  }

  static func applications(_ identities: Identities) -> [[UInt8]: Application] {
    [
      identities.ticketing.certificate.fingerprint: Application(
        name: "ticketing", tenants: ["airline"], methods: [method], scenes: ["transport", "check-in"]),
      identities.lounge.certificate.fingerprint: Application(
        name: "lounge", tenants: ["airline", "hotel"], methods: [method, batchMethod], scenes: ["lodging"],
        dataKeys: ["archive", "archive-sm2"]),
    ]
  }

  static func keys(_ identities: Identities) throws -> [HeldKey] {
    [
      try key("airline", .sandbox, identities.airline, .ecdsaP256SHA256),
      try key("airline", .production, identities.airlineSM2, .sm2SM3),
      try key("hotel", .sandbox, identities.hotel, .ed25519),
    ]
  }

  static func dataKeys(_ identities: Identities) throws -> [DataKey] {
    [
      DataKey(
        name: "archive", certificate: identities.archive.certificate,
        signer: try FileSigner(identities.archive.key, .ecdsaP256SHA256)),
      DataKey(
        name: "archive-sm2", certificate: identities.archiveSM2.certificate,
        signer: try FileSigner(identities.archiveSM2.key, .sm2SM3)),
    ]
  }

  static func key(
    _ tenant: String, _ deployment: Deployment, _ identity: TestIdentity, _ algorithm: SignatureAlgorithm
  ) throws -> HeldKey {
    HeldKey(
      tenantID: tenant, deployment: deployment, certificate: identity.certificate,
      signer: try FileSigner(identity.key, algorithm))
  }

  // MARK: Headers

  /// A header that ticketing may have signed.
  func header(sequence: UInt64 = 1) -> RequestHeader {
    RequestHeader(
      deployment: .sandbox, tenantID: "airline", keyID: identities.airline.key.publicKey.keyID,
      algorithm: SignatureAlgorithm.ecdsaP256SHA256.rawValue, method: Self.method, sceneID: "transport",
      createdMilliseconds: clock.wallMilliseconds(), channelBinding: [UInt8](repeating: 1, count: 32),
      sequence: sequence, bodyDigest: [UInt8](repeating: 2, count: 32),
      traceID: [UInt8](repeating: 3, count: 16))
  }

  /// The same under the tenant's SM2 key.
  func headerSM2() -> RequestHeader {
    var header = header()
    header.deployment = .production
    header.keyID = identities.airlineSM2.key.publicKey.keyID
    header.algorithm = SignatureAlgorithm.sm2SM3.rawValue
    return header
  }

  /// Consecutive headers, encoded.
  func headers(_ count: Int) -> [[UInt8]] { (0..<count).map { header(sequence: UInt64($0) + 1).encoded() } }

  // MARK: Calls

  func peer(_ identity: TestIdentity, slot: UInt32 = 0) -> Peer {
    Peer(
      id: ConnectionID(slot: slot, generation: 1), address: "192.0.2.7",
      identity: TransportIdentity(certificate: identity.certificate, channelBinding: []))
  }

  func call(_ peer: Peer, _ call: SigningCall) -> Call {
    defer { nextCall += 1 }
    return Call(peer: peer, id: nextCall, kind: .signingCall(call), arrived: 0)
  }

  /// One tick with one call of one application.
  func reply(_ call: SigningCall, from identity: TestIdentity? = nil) -> SigningReply? {
    replies([self.call(peer(identity ?? identities.ticketing), call)]).first
  }

  /// What a thread has sent back: waits for it.
  func delivered() -> [SigningReply] {
    var waiting = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
    _ = unsafe poll(&waiting, 1, 10_000)
    return mailbox.takeAll().flatMap { mail -> [SigningReply] in
      guard case .service(let mail) = mail else { return [] }
      return handler.receive(mail, now: 0).compactMap(\.signingReply)
    }
  }

  /// One tick.
  func replies(_ calls: [Call]) -> [SigningReply] {
    handler.handle(calls, now: 0).compactMap(\.signingReply)
  }
}

/// Collects log lines.
final class LineBox: Sendable {
  private let lines = Mutex<[String]>([])

  func append(_ line: [UInt8]) { lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }

  /// Those of one event, oldest first.
  func of(_ event: String) -> [String] {
    lines.withLock { $0.filter { $0.contains("\"event\":\"\(event)\"") } }
  }
}

extension Reply {
  var signingReply: SigningReply? {
    guard case .signingReply(let reply) = kind else { return nil }
    return reply
  }
}

extension SigningReply {
  var signatures: [Signature]? {
    guard case .signed(let signatures) = self else { return nil }
    return signatures
  }

  /// Reason and detail of a refusal.
  var refusal: (reason: Reason, detail: String)? {
    guard case .refused(let status, let reason, let detail) = self, status == reason.code else { return nil }
    return (reason, detail)
  }
}

/// Whether the platform would take `signature` for `header` under the key of `identity`.
func isAuthentic(
  _ signature: Signature, of header: [UInt8], by identity: TestIdentity, _ algorithm: SignatureAlgorithm
) throws -> Bool {
  let hasher = try Hasher(algorithm.hash)
  let signature = MerkleSignature(
    value: signature.value, treeSize: signature.treeSize, leafIndex: signature.leafIndex,
    path: signature.path)
  return try Verifier(identity.key.publicKey, algorithm).isValid(
    signature, leaf: SignedStatement.leaf(.request, header: header.span, hasher: hasher), hasher: hasher)
}
