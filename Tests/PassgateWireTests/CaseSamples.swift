import PassgateWire

/// One value of every message of cases and of conformance.
enum CaseSamples {
  private static let salt = filled(16, 0xA5)
  private static let identifier = filled(16, 0x5A)
  private static let digest = filled(32, 0x3C)
  private static let volume = Volume(checksPerDay: 20_000, peakPerMinute: 300)

  static let scope = SceneScope(
    scene: "account-opening", field: .finance, checks: [.realName, .chip], elements: [.sex, .mrz],
    documentTypes: [.permit, .passport], fromMinute: 480, untilMinute: 1_440, legalBasis: "反洗錢法第十六條")
  static let dossier = Dossier(
    organisation: Organisation(name: "银行甲", kind: .enterprise, creditCode: "91350100M000100Y43"),
    scopes: [scope], volume: volume,
    materials: [
      Material(
        kind: 2, mediaType: .pdf, title: "營業執照", digest: digest, byteCount: 400_000, expiresOn: "2031-01-01")
    ])
  static let finding = ConditionFinding(condition: 3, met: true, evidence: digest, reviewBy: "2027-11-23")
  static let agreement = Agreement(
    version: 2, mode: .signingServer, quota: volume, scopes: [scope], deemedReceiptDays: 5,
    lines: ["一", "", "二"], digest: digest)
  private static let order = CertificateOrder(
    deployment: .production, algorithm: 5, request: filled(200), keyID: digest)
  private static let certificate = RegisteredCertificate(
    deployment: .sandbox, algorithm: 5, certificate: filled(300), keyID: digest, tlsCertificate: filled(250))
  private static let assessment = Assessment(
    mode: .mobileCertificate, declared: volume, measured: volume, quota: volume, reason: "small")

  /// Every act, in the order of its kinds.
  static let acts: [CaseAct] = [
    .apply(dossier), .supplement(dossier), .declareChange(material: 2, on: "2026-11-20"),
    .renewMaterials(dossier), .acknowledge(subject: 7), .giveFeedback(subject: 7, text: "改正"),
    .signAgreement(digest: digest), .requestCertificate(order),
    .review(Review(outcome: .pass, findings: [finding], reasons: [])), .assess(assessment),
    .draftAgreement(agreement), .countersignAgreement(digest: digest), .registerCertificate(certificate),
    .open, .inspect(text: "found"), .notice(text: "correct it"),
    .verifyCorrection(subject: 7, accepted: true, text: "seen"), .suspend(text: "s"), .reopen(text: "r"),
    .terminate(text: "t"), .recheckEligibility([finding]),
    .throttle(checksPerMinute: 10, untilMilliseconds: 1_790_000_000_000, text: "load"), .refer(text: "r"),
    .direct(text: "d"), .propose(.terminate(text: "t")), .confirm(proposal: 9),
    .passConformance(suite: 1, cases: 64, report: digest),
    .reportAnomaly(
      detector: "sequential-numbers", text: "40 in a row", sinceMilliseconds: 1, untilMilliseconds: 2),
    .deemReceived(subject: 7), .expireMaterial(kind: 4), .lapse(Term(kind: .suspension, subject: 7)),
    .complain(caseID: identifier, digest: digest),
  ]

  /// The variants that the acts above leave out.
  private static let variants: [CaseAct] = [
    .review(Review(outcome: .supplement, findings: [], reasons: ["a", "b"])),
    .review(Review(outcome: .fail, findings: [], reasons: ["a"])), .propose(.refer(text: "r")),
    .verifyCorrection(subject: 7, accepted: false, text: "not yet"),
    .assess(
      Assessment(
        mode: .signingServer, declared: volume, measured: nil,
        quota: Volume(checksPerDay: 0, peakPerMinute: 0),
        reason: "large")),
  ]

  static func event(_ act: CaseAct) -> CaseEvent {
    CaseEvent(
      number: 3, tenantID: "bank-a", atMilliseconds: 1_790_000_000_000,
      actors: [
        CaseActor(kind: .officer, officer: "officer-1", keyID: []),
        CaseActor(kind: .officer, officer: "officer-2", keyID: []),
      ], act: act, from: .open, to: .suspended, clause: Clause(article: 13, item: 3),
      evidence: [digest, digest],
      dueMilliseconds: 1_790_000_000_001, previous: digest, requestDigest: digest)
  }

  private static let first = CaseEvent(
    number: 1, tenantID: "bank-a", atMilliseconds: 1,
    actors: [CaseActor(kind: .clock, officer: "", keyID: [])],
    act: .open, from: nil, to: .submitted, clause: Clause(article: 7, item: 0), evidence: [],
    dueMilliseconds: 0, previous: filled(32, 0), requestDigest: [])

  static let signed = SignedEvent(
    event: filled(90), digest: digest, signature: Samples.signature, keyID: digest,
    requestHeader: filled(80), requestBody: filled(70), requestSignature: Samples.signature)
  private static let ofClock = SignedEvent(
    event: filled(90), digest: digest, signature: Samples.signature, keyID: digest, requestHeader: [],
    requestBody: [], requestSignature: nil)
  private static let withheld = signed.withheld
  private static let key = ReplyKey(state: .active, algorithm: 1, certificates: [filled(50)])
  private static let summary = CaseSummary(
    tenantID: "bank-a", name: "银行甲", state: .suspended, events: 12, nextDueMilliseconds: 5, openMatters: 2,
    creditCode: "91350100M000100Y43")
  private static let evidence = EvidenceRecord(
    number: 4, atMilliseconds: 5, entries: [], unverified: [], gap: nil)

  static let parts: [any WireMessage] =
    (acts + variants).map { $0 as any WireMessage }
    + [
      scope, dossier, finding, agreement, order, certificate, assessment, volume,
      CaseActor(kind: .anyone, officer: "", keyID: digest), first, event(.suspend(text: "s")), signed,
      ofClock,
      withheld, CaseStatement(tenantID: "bank-a", events: 12, head: digest, atMilliseconds: 5), summary,
    ]

  static let calls: [any WireMessage] = [
    ActRequest(
      salt: salt, operationID: identifier, tenantID: "bank-a", clause: Clause(article: 14, item: 4),
      act: .terminate(text: "t"), evidence: [digest]),
    ActRequest(
      salt: salt, operationID: identifier, tenantID: "bank-a", clause: nil, act: .open, evidence: []),
    ActReply(salt: salt, event: signed), GetCaseRequest(salt: salt, tenantID: "bank-a", after: 4),
    GetCaseReply(salt: salt, events: [signed, withheld], next: 6, keys: [key]),
    ListCasesRequest(salt: salt, after: "bank-a"), ListCasesRequest(salt: salt, after: ""),
    ListCasesReply(salt: salt, cases: [summary], next: "bank-a"),
    AttestCaseRequest(salt: salt, tenantID: "bank-a"),
    AttestCaseReply(salt: salt, statement: filled(60), signature: Samples.signature, key: key),
    PutDocumentRequest(salt: salt, digest: digest, byteCount: 90_000, offset: 49_152, bytes: filled(100)),
    PutDocumentReply(salt: salt, nextOffset: 49_252),
    GetDocumentRequest(salt: salt, tenantID: "bank-a", digest: digest, offset: 5),
    GetDocumentReply(salt: salt, bytes: filled(50), byteCount: 55),
    ComplainRequest(
      salt: salt, operationID: identifier, tenantID: "bank-a", organisation: "", text: "陳大文 was charged"),
    ComplainRequest(salt: salt, operationID: identifier, tenantID: "", organisation: "银行甲", text: "charged"),
    GetFiguresRequest(salt: salt, tenantID: "bank-a"),
    GetFiguresReply(salt: salt, measured: nil, quota: nil),
    GetFiguresReply(
      salt: salt, measured: Volume(checksPerDay: 900, peakPerMinute: 12),
      quota: Volume(checksPerDay: 1_500, peakPerMinute: 60)),
    ComplainReply(salt: salt, caseID: identifier), ListComplaintsRequest(salt: salt, after: 7),
    ListComplaintsReply(
      salt: salt,
      complaints: [
        ComplaintSummary(
          number: 8, caseID: identifier, atMilliseconds: 5, tenantID: "bank-a", digest: digest)
      ], next: 8),
    EvidencePack(
      statement: filled(60), signature: Samples.signature, keyID: digest, keys: [key],
      parts: [EvidencePack.Part(events: [signed], records: [evidence])], exportedMilliseconds: 9,
      exporter: "officer-1"),
  ]

  static let conformance: [any WireMessage] = [
    StartConformanceRequest(salt: salt),
    StartConformanceReply(
      salt: salt, run: identifier, suite: 1,
      specimens: [
        ReplySpecimen(
          requestHeader: filled(80),
          response: Response(header: filled(60), body: filled(20), signature: Samples.signature), keys: [key])
      ], untilMilliseconds: 7),
    FinishConformanceRequest(
      salt: salt, operationID: identifier, run: identifier,
      requests: [CaseRequest(name: "wrong-digest", requestDigest: digest)], believed: [true, false, true]),
    ConformanceReport(
      tenantID: "bank-a", keyID: digest, suite: 1, atMilliseconds: 5,
      results: [CaseResult(name: "wrong-digest", passed: true, seen: "NOT_AUTHENTIC")], passed: true),
    FinishConformanceReply(salt: salt, report: filled(80), signature: Samples.signature, key: key),
  ]
}
