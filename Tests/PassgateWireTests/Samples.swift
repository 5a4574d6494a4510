import Testing
import PassgateWire

/// One value of every message, every field set, and variants where a field may be absent.
enum Samples {
  struct Sample: Sendable, CustomTestStringConvertible {
    let message: any WireMessage
    var testDescription: String { "\(type(of: message))" }
  }

  static let all: [Sample] =
    (messages + CaseSamples.parts + CaseSamples.calls + CaseSamples.conformance + KeySamples.all
    + ChipSamples.all + PortraitSamples.all + TrustSamples.all + PortraitWorkerSamples.all).map(
      Sample.init)
  private static let messages = envelope + bodies + stored + frames

  static let signature = Signature(
    value: filled(71, 1), treeSize: 3, leafIndex: 2, path: [filled(32, 2), filled(32, 3)])

  static let header = RequestHeader(
    deployment: .sandbox, tenantID: "bank-a", keyID: filled(32, 4), algorithm: 5,
    method: "passgate.v1.Verification/VerifyIdentity", sceneID: "account-opening",
    createdMilliseconds: 1_790_000_000_000, timeoutMilliseconds: 2_000, channelBinding: filled(32, 5),
    sequence: 1 << 40, bodyDigest: filled(32, 6), traceID: filled(16, 7), publicKey: filled(91, 8))

  static let responseHeader = ResponseHeader(
    deployment: .production, tenantID: "bank-a", keyID: filled(32), algorithm: 1,
    requestDigest: filled(32, 9), status: .permissionDenied, reason: .tenantSuspended,
    createdMilliseconds: .max, bodyDigest: filled(32))

  static let request = Request(header: header.encoded(), body: filled(40), signature: signature)

  static let hello = Hello(
    serverTimeMilliseconds: 1_790_000_000_000, software: "passgated 1.0", limits: Limits(),
    replyKeys: [
      ReplyKey(state: .active, algorithm: 1, certificates: [filled(50), filled(40)]),
      ReplyKey(state: .next, algorithm: 5, certificates: [filled(30)]),
    ])

  private static let salt = filled(16, 0xA5)
  private static let identifier = filled(16, 0x5A)
  private static let claim = IdentityClaim(
    documentType: .permit, number: "H12345678", name: "陳大文 🪪", birthDate: "1985-03-09", sex: .female,
    expiry: "2031-01-01", mrz: ["CRH12345678<<", "8503091F3101011"])
  private static let plainClaim = IdentityClaim(
    documentType: .passport, number: "E12345678", name: "ZHANG, SAN", birthDate: "1990-12-31", sex: nil,
    expiry: "", mrz: [])
  private static let verdict = IdentityVerdict(verdict: .undetermined, undeterminedReason: .superseded)
  private static let record = RegistryRecord(
    documentType: .passport, number: "E12345678", hanName: "张三", latinName: "ZHANG, SAN",
    formerNames: ["ZHANG, SI"], birthDate: "1990-12-31", sex: .male, expiry: "",
    previousNumbers: ["E11111111"],
    superseded: true)
  private static let tenant = Tenant(
    id: "bank-a", name: "银行甲", mode: .signingServer, state: .suspended, scenes: ["account-opening", "loan"],
    keys: [TenantKey(certificate: filled(50), algorithm: 4, state: .revoked, tlsCertificate: filled(3))],
    checksPerMinute: 600, tlsCertificate: filled(40))
  private static let entry = EvidenceEntry(
    requestHeader: filled(20), requestSignature: signature, responseHeader: filled(18),
    responseSignature: signature, verdicts: [.consistent, .inconsistent, .undetermined])
  private static let evidence = EvidenceRecord(
    number: 4, atMilliseconds: 5, entries: [entry],
    unverified: [UnverifiedCount(minute: 29_000_000, reason: .notAuthentic, count: 12)],
    gap: EvidenceGap(sinceMilliseconds: 1, untilMilliseconds: 2, count: 3))

  private static let envelope: [any WireMessage] = [
    signature, header, responseHeader, request,
    Response(header: responseHeader.encoded(), body: filled(20), signature: signature),
    Refusal(
      salt: salt, article: "Measures art.13", remedy: "Correct it.", field: "claim.name",
      retryAfterMilliseconds: 1_000),
    hello, Limits(), GoAway(reason: .idle, lastCallID: .max, detail: "idle"),
    SigningHealthReply(software: "passgate-signer 1.0", keys: 2, signed: 9),
    CertificateReply(certificate: filled(50), algorithm: 2),
  ]

  private static let bodies: [any WireMessage] = [
    claim, plainClaim, verdict, VerifyIdentityRequest(salt: salt, claim: claim),
    VerifyIdentityReply(salt: salt, result: verdict, ruleSet: "names-1"),
    VerifyBatchRequest(salt: salt, claims: [claim, plainClaim]),
    VerifyBatchReply(salt: salt, results: [verdict, verdict], ruleSet: "names-1"),
    record,
    ImportChunkRequest(
      salt: salt, operationID: identifier, importID: identifier, chunk: 7, records: [record], last: true),
    ImportChunkRequest(
      salt: salt, operationID: identifier, importID: identifier, chunk: 7, records: [record, record, record],
      last: true,
      portraits: [
        RegistryPortrait(record: 0, image: filled(40)), RegistryPortrait(record: 2, image: filled(30)),
      ]),
    ImportChunkReply(salt: salt, nextChunk: 8, records: 4_000),
    ImportChunkReply(
      salt: salt, nextChunk: 8, records: 4_000,
      refusedPortraits: [
        RefusedPortrait(record: 0, reason: .noFace), RefusedPortrait(record: 3, reason: .badImage),
      ]),
    StoredPortrait(image: filled(40)),
    StoredPortrait(image: filled(40), vector: filled(64), modelID: filled(32)),
    ImportStatusRequest(salt: salt, importID: identifier),
    ImportStatusReply(salt: salt, nextChunk: 8, records: 4_000, complete: true),
    DeleteRecordRequest(salt: salt, operationID: identifier, documentType: .permit, number: "H12345678"),
    DeleteRecordReply(salt: salt, existed: true),
    tenant, ProvisionRequest(salt: salt, operationID: identifier, tenants: [tenant]),
    ProvisionReply(salt: salt, event: 3, changed: ["bank-a"]),
    ListTenantsRequest(salt: salt), ListTenantsReply(salt: salt, tenants: [tenant]),
    ListEvidenceRequest(salt: salt, after: 4, limit: 100, tenantID: "bank-a"),
    ListEvidenceReply(salt: salt, records: [evidence], next: 9),
    HealthCheckRequest(salt: salt),
    HealthCheckReply(
      salt: salt, status: .notServing, deployment: .sandbox, software: "passgated 1.0", uptimeMilliseconds: 5),
    ListMethodsRequest(salt: salt),
    ListMethodsReply(salt: salt, methods: Method.all.map(MethodDescription.init)),
  ]

  private static let stored: [any WireMessage] = [
    evidence, EvidenceRecord(number: 0, atMilliseconds: 5, entries: [], unverified: [], gap: nil),
    LedgerEvent(
      number: 1, atMilliseconds: 2, actor: "officer-1", operationID: identifier, contentDigest: filled(32),
      requestHeader: filled(20), requestBody: filled(99), requestSignature: signature, outcome: filled(20),
      caseEvent: filled(40), caseSignature: signature, caseCertificates: [filled(50)], keyTurn: filled(30)),
  ]

  static let frames: [any WireMessage] = [
    Frame(kind: .hello(hello)), Frame(callID: 1, kind: .request(request)),
    Frame(
      callID: .max,
      kind: .response(Response(header: responseHeader.encoded(), body: [], signature: signature))),
    Frame(callID: 300, kind: .cancel), Frame(kind: .ping(filled(8))), Frame(kind: .pong(filled(8))),
    Frame(kind: .goAway(GoAway(reason: .shutdown, lastCallID: 4))),
    Frame(callID: 2, kind: .signingCall(.signRequests(headers: [filled(20), filled(21)]))),
    Frame(callID: 3, kind: .signingCall(.getCertificate(keyID: filled(32)))),
    Frame(callID: 4, kind: .signingCall(.health)),
    Frame(callID: 2, kind: .signingReply(.signed([signature, signature]))),
    Frame(
      callID: 3,
      kind: .signingReply(.certificate(CertificateReply(certificate: filled(50), algorithm: 2)))),
    Frame(
      callID: 4, kind: .signingReply(.health(SigningHealthReply(software: "s", keys: 0, signed: 0)))),
    Frame(
      callID: 5,
      kind: .signingReply(
        .refused(status: .permissionDenied, reason: .signerRefused, detail: "header 3: method not allowed"))),
  ]
}
