import PassgateClient
import PassgateCrypto
import PassgateDomain
import PassgateWire

/// What the tenant's side does for a case of requests.
typealias Play = @Sendable (Stage) throws(ClientError) -> Void

/// Right requests that are changed on their way, and those of strangers.
let alterationPlays: [String: Play] = headerPlays.merging(requestPlays) { first, _ in first }

private let headerPlays: [String: Play] = [
  "altered-deployment": header {
    $0.deployment = $0.deployment == .sandbox ? .production : .sandbox
  },
  "altered-tenant": header { $0.tenantID = $0.tenantID == "other" ? "another" : "other" },
  "altered-key-id": header { $0.keyID[31] ^= 1 },
  // Of the same hash where there is one, so that nothing but the algorithm differs.
  "altered-algorithm": header { $0.algorithm = $0.algorithm == 1 ? 2 : 1 },
  "altered-method": header { $0.method = Stage.batchMethod },
  "altered-scene": header { $0.sceneID = $0.sceneID == "other" ? "another" : "other" },
  "altered-created": header { $0.createdMilliseconds -= 1 },
  "altered-timeout": header { $0.timeoutMilliseconds += 1_000 },
  "altered-channel-binding": header { $0.channelBinding[31] ^= 1 },
  "altered-sequence": header { $0.sequence += 1 },
  "altered-body-digest": header { $0.bodyDigest[31] ^= 1 },
  "altered-trace-id": header { $0.traceID[15] ^= 1 },
  "altered-public-key": header { $0.publicKey = [0x30] },
]

private let requestPlays: [String: Play] = [
  "altered-body": request { $0.body[$0.body.count - 1] ^= 1 },
  "altered-signature": request { $0.signature.value[$0.signature.value.count - 1] ^= 1 },
  "altered-tree-size": request { $0.signature.treeSize += 1 },
  "altered-leaf-index": request { $0.signature.leafIndex += 1 },
  "altered-path": request { $0.signature.path.append([UInt8](repeating: 7, count: 32)) },
  "exchanged-signatures": { (stage) throws(ClientError) in
    let session = try stage.openIntroduced()
    var requests = [
      try stage.request(try stage.check(), on: session), try stage.request(try stage.check(), on: session),
    ]
    (requests[0].signature, requests[1].signature) = (requests[1].signature, requests[0].signature)
    try stage.send(requests, on: session)
  },
  "stranger-signs": { (stage) throws(ClientError) in
    let stranger = try stage.stranger(stage.profile.algorithm)
    try send(from: stage, signedBy: stranger) { _ in }
  },
  "stranger-names-itself": { (stage) throws(ClientError) in
    let stranger = try stage.stranger(stage.profile.algorithm)
    let keyID = stranger.keyID
    try send(from: stage, signedBy: stranger) { $0.keyID = keyID }
  },
]

private func header(_ change: @escaping @Sendable (inout RequestHeader) -> Void) -> Play {
  { (stage) throws(ClientError) in
    let session = try stage.openIntroduced()
    try stage.send(
      [try stage.altered(try stage.request(try stage.check(), on: session), change)], on: session)
  }
}

private func request(_ change: @escaping @Sendable (inout Request) -> Void) -> Play {
  { (stage) throws(ClientError) in
    let session = try stage.openIntroduced()
    var request = try stage.request(try stage.check(), on: session)
    change(&request)
    try stage.send([request], on: session)
  }
}

private func send(
  from stage: Stage, signedBy stranger: LocalSigning, _ change: (inout RequestHeader) -> Void
) throws(ClientError) {
  let session = try stage.openIntroduced()
  let draft = try stage.check()
  var header = try session.header(for: draft)
  change(&header)
  let bytes = header.encoded()
  let signature = try stranger.sign(headers: [bytes])[0]
  try stage.send([Request(header: bytes, body: draft.body, signature: signature)], on: session)
}

// MARK: Bodies

/// Bodies that are signed but wrong.
let bodyPlays: [String: Play] = [
  "salt-missing": body { (_) throws(ClientError) in
    VerifyIdentityRequest(salt: [], claim: plainClaim).encoded()
  },
  "salt-short": body { (stage) throws(ClientError) in
    VerifyIdentityRequest(salt: try stage.random(8), claim: plainClaim).encoded()
  },
  "body-empty": body { (_) throws(ClientError) in [] },
  "body-truncated": body { (stage) throws(ClientError) in
    Array(try stage.identityBody(plainClaim).dropLast(3))
  },
  // Field 100, empty.
  "field-unknown": body { (stage) throws(ClientError) in
    try stage.identityBody(plainClaim) + [0xA2, 0x06, 0x00]
  },
  "number-malformed": claim { $0.number = "X12345678" },
  "number-of-other-type": claim { $0.number = "EJ1234567" },
  "birth-date-impossible": claim { $0.birthDate = "1985-02-30" },
  "birth-date-missing": claim { $0.birthDate = "" },
  "expiry-impossible": claim { $0.expiry = "2031-13-01" },
  "name-missing": claim { $0.name = "" },
  "name-with-digit": claim { $0.name = "CHAN, ME1 LING" },
  "name-with-hidden-control": claim { $0.name = "陳\u{202E}美玲" },
  "mrz-check-digit": claim { ($0.number, $0.documentType, $0.mrz) = zone("EJ12345674") },
  "mrz-one-line": claim {
    ($0.number, $0.documentType, $0.mrz) = zone("EJ12345673")
    $0.mrz.removeFirst()
  },
  "batch-empty": body(Stage.batchMethod) { (stage) throws(ClientError) in try stage.batchBody([]) },
  "batch-too-long": body(Stage.batchMethod) { (stage) throws(ClientError) in
    try stage.batchBody(
      Array(repeating: ConformanceSuite.plainClaim, count: ConformanceSuite.batchLimit + 1))
  },
  "body-too-large": claim { $0.name = String(repeating: "A", count: 9_000) },
]

private let plainClaim = IdentityClaim(ConformanceSuite.plainClaim)

/// A passport with its zone, whose second line begins like this.
private func zone(_ start: String) -> (String, PassgateWire.DocumentType, [String]) {
  (
    "EJ1234567", .passport,
    ["POCHNHUANG<<ZHIQIANG<<<<<<<<<<<<<<<<<<<<<<<<", start + "CHN7911026M3008199<<<<<<<<<<<<<<<0"]
  )
}

private func claim(_ change: @escaping @Sendable (inout PassgateWire.IdentityClaim) -> Void) -> Play {
  body { (stage) throws(ClientError) in
    var claim = plainClaim
    change(&claim)
    return try stage.identityBody(claim)
  }
}

private func body(
  _ method: String = Stage.identityMethod, _ make: @escaping @Sendable (Stage) throws(ClientError) -> [UInt8]
) -> Play {
  { (stage) throws(ClientError) in
    let session = try stage.connection()
    try stage.ask(stage.draft(try make(stage), method: method), on: session)
  }
}
