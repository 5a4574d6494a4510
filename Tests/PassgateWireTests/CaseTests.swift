import Testing

@testable import PassgateWire

@Suite struct CaseActTests {
  @Test func everyKindHasItsAct() {
    #expect(CaseSamples.acts.map(\.kind) == CaseAct.Kind.allCases)
  }

  @Test(arguments: CaseAct.Kind.allCases) func aKindIsTheNumberOfItsField(_ kind: CaseAct.Kind) throws {
    let act = CaseSamples.acts[Int(kind.rawValue) - 1]
    let bytes = act.encoded()
    let tag = Raw.tag(UInt64(kind.rawValue), wireType: 2)
    #expect(Array(bytes.prefix(tag.count)) == tag)
    let field = CaseAct.descriptor.field(number: Int(kind.rawValue))
    #expect(field.name == snakeCase("\(kind)"))
  }

  @Test func thereIsExactlyOneAct() {
    #expect(throws: WireError(.missing, field: "act")) { try CaseAct(decoding: [UInt8]().span) }
    let two = CaseAct.open.encoded() + CaseAct.notice(text: "n").encoded()
    #expect(throws: WireError(.repeatedField, field: "notice")) { try CaseAct(decoding: two.span) }
    // The highest and the lowest number exclude each other too.
    let apart = CaseAct.complain(caseID: filled(16), digest: filled(32)).encoded() + Raw.content(1, [])
    #expect(throws: WireError(.repeatedField, field: "apply")) { try CaseAct(decoding: apart.span) }
  }

  @Test(arguments: 1...34) func anActOfNoFieldIsRefused(_ number: Int) {
    guard CaseAct.Kind(rawValue: UInt32(number)) == nil else { return }
    let bytes = Raw.content(UInt64(number), [])
    #expect(throws: WireError(.unknownField)) { try CaseAct(decoding: bytes.span) }
  }

  struct Refused: Sendable, CustomTestStringConvertible {
    let act: CaseAct
    let error: WireError
    var testDescription: String { error.description }

    init(_ act: CaseAct, _ fault: WireError.Fault, _ field: String) {
      (self.act, error) = (act, WireError(fault, field: field))
    }
  }

  static let refused = [
    Refused(.notice(text: ""), .missing, "notice.text"),
    Refused(.notice(text: text(2_001)), .badLength, "notice.text"),
    Refused(.refer(text: text(2_001)), .badLength, "refer.text"),
    Refused(.propose(.refer(text: "")), .missing, "propose.refer.text"),
    Refused(.giveFeedback(subject: 0, text: "a"), .missing, "give_feedback.subject"),
    Refused(.acknowledge(subject: 0), .missing, "acknowledge.subject"),
    Refused(.signAgreement(digest: filled(31)), .badLength, "sign_agreement.digest"),
    Refused(.countersignAgreement(digest: []), .missing, "countersign_agreement.digest"),
    Refused(.complain(caseID: filled(15), digest: filled(32)), .badLength, "complain.case_id"),
    Refused(.complain(caseID: filled(16), digest: filled(33)), .badLength, "complain.digest"),
    Refused(.passConformance(suite: 1, cases: 1, report: []), .missing, "pass_conformance.report"),
    Refused(.recheckEligibility([]), .missing, "recheck_eligibility.findings"),
    Refused(.lapse(Term(kind: .material, subject: 0)), .missing, "lapse.subject"),
    Refused(review(.pass, [], []), .missing, "review.findings"),
    Refused(review(.pass, [CaseSamples.finding], ["a"]), .notAllowed, "review.reasons"),
    Refused(review(.fail, [CaseSamples.finding], ["a"]), .notAllowed, "review.findings"),
    Refused(review(.fail, [], []), .missing, "review.reasons"),
    Refused(review(.supplement, [], ["a", ""]), .badLength, "review.reasons[1]"),
    Refused(
      review(.supplement, [], [String](repeating: "a", count: 33)),
      .tooMany, "review.reasons"
    ),
  ]

  @Test(arguments: refused) func whatAnActMayNotSayIsNamed(_ refused: Refused) {
    #expect(throws: refused.error) { try CaseAct(decoding: refused.act.encoded().span) }
  }

  @Test func aTextHas2000CharactersOfAnyScript() throws {
    for text in [text(2_000), String(repeating: "證", count: 2_000), String(repeating: "🪪", count: 2_000)] {
      let bytes = CaseAct.notice(text: text).encoded()
      #expect(try CaseAct(decoding: bytes.span) == .notice(text: text))
    }
  }

  private static func review(
    _ outcome: Review.Outcome, _ findings: [ConditionFinding], _ reasons: [String]
  ) -> CaseAct {
    .review(Review(outcome: outcome, findings: findings, reasons: reasons))
  }
}

private func text(_ count: Int) -> String { String(repeating: "a", count: count) }

/// `recheckEligibility` as `Protos/` writes it.
private func snakeCase(_ name: String) -> String {
  name.map { $0.isUppercase ? "_\($0.lowercased())" : String($0) }.joined()
}

@Suite struct CaseMessageTests {
  /// What somebody does to a message, and the error that it is refused with.
  struct Breach<Message>: Sendable, CustomTestStringConvertible {
    let error: WireError
    let change: @Sendable (inout Message) -> Void
    var testDescription: String { error.description }

    init(_ fault: WireError.Fault, _ field: String, _ change: @escaping @Sendable (inout Message) -> Void) {
      (error, self.change) = (WireError(fault, field: field), change)
    }
  }

  @Test(
    arguments: [
      Breach(.missing, "number") { $0.number = 0 },
      Breach(.notAllowed, "tenant_id") { $0.tenantID = "Bank" },
      Breach(.missing, "actors") { $0.actors = [] },
      Breach(.tooMany, "actors") { $0.actors += $0.actors },
      Breach(.missing, "actors[1].officer") { $0.actors[1].officer = "" },
      Breach(.notAllowed, "actors[0].key_id") { $0.actors[0].keyID = filled(32) },
      Breach(.notAllowed, "actors[0].officer") { $0.actors[0].kind = .tenant },
      Breach(.missing, "clause.article") { $0.clause = Clause(article: 0, item: 1) },
      Breach(.outOfRange, "clause.article") { $0.clause = Clause(article: 18, item: 0) },
      Breach(.outOfRange, "clause.item") { $0.clause = Clause(article: 14, item: 9) },
      Breach(.badLength, "evidence[1]") { $0.evidence = [filled(32), filled(31)] },
      Breach(.tooMany, "evidence") { $0.evidence = [[UInt8]](repeating: filled(32), count: 65) },
      Breach(.missing, "previous") { $0.previous = [] },
      Breach(.badLength, "request_digest") { $0.requestDigest = filled(20) },
      Breach(.missing, "act.notice.text") { $0.act = .notice(text: "") },
    ] as [Breach<CaseEvent>])
  func anEventIsHeldToItsRules(_ breach: Breach<CaseEvent>) {
    var event = CaseSamples.event(.suspend(text: "s"))
    breach.change(&event)
    #expect(throws: breach.error) { try CaseEvent(decoding: event.encoded().span) }
  }

  @Test(
    arguments: [
      Breach(.missing, "digest") { $0.digest = [] },
      Breach(.missing, "signature") { $0.signature = nil },
      Breach(.missing, "key_id") { $0.keyID = [] },
      Breach(.missing, "request_signature") { $0.requestSignature = nil },
      Breach(.badLength, "request_header") { $0.requestHeader = filled(1_025) },
      Breach(.notAllowed, "request_body") { $0.requestHeader = [] },
      Breach(.notAllowed, "signature") { $0.event = [] },
      Breach(.notAllowed, "request_header") {
        $0.event = []
        $0.signature = nil
        $0.keyID = []
      },
    ] as [Breach<SignedEvent>])
  func aSignedEventIsWholeOrWithheld(_ breach: Breach<SignedEvent>) {
    var event = CaseSamples.signed
    breach.change(&event)
    #expect(throws: breach.error) { try SignedEvent(decoding: event.encoded().span) }
  }

  @Test func aSealedBodyIsLeftOut() throws {
    var event = CaseSamples.signed
    event.requestBody = []
    #expect(try SignedEvent(decoding: event.encoded().span) == event)
  }

  @Test(
    arguments: [
      Breach(.badLength, "operation_id") { $0.operationID = filled(15) },
      Breach(.missing, "tenant_id") { $0.tenantID = "" },
      Breach(.badLength, "tenant_id") { $0.tenantID = String(repeating: "a", count: 33) },
      Breach(.tooMany, "evidence") { $0.evidence = [[UInt8]](repeating: filled(32), count: 33) },
      Breach(.badLength, "evidence[0]") { $0.evidence = [[]] },
    ] as [Breach<ActRequest>])
  func aRequestIsHeldToItsRules(_ breach: Breach<ActRequest>) {
    var request = ActRequest(
      salt: filled(16), operationID: filled(16), tenantID: "bank-a", clause: nil, act: .open, evidence: [])
    breach.change(&request)
    #expect(throws: breach.error) { try ActRequest(decoding: request.encoded().span) }
  }

  @Test(
    arguments: [
      Breach(.missing, "organisation") { $0.organisation = "" },
      Breach(.badLength, "organisation") { $0.organisation = text(2_001) },
      Breach(.missing, "text") { $0.text = "" },
      Breach(.badLength, "text") { $0.text = text(2_001) },
      Breach(.notAllowed, "tenant_id") { $0.tenantID = "Bank" },
    ] as [Breach<ComplainRequest>])
  func aComplaintNamesSomebody(_ breach: Breach<ComplainRequest>) {
    var request = ComplainRequest(
      salt: filled(16), operationID: filled(16), tenantID: "", organisation: "a", text: "a")
    breach.change(&request)
    #expect(throws: breach.error) { try ComplainRequest(decoding: request.encoded().span) }
  }

  @Test(arguments: [
    (0, 1, WireError(.missing, field: "byte_count")), (1, 0, WireError(.missing, field: "bytes")),
    (100_000, 49_153, WireError(.badLength, field: "bytes")),
  ])
  func aChunkIsBounded(_ byteCount: UInt64, _ count: Int, _ error: WireError) {
    let request = PutDocumentRequest(
      salt: filled(16), digest: filled(32), byteCount: byteCount, offset: 0, bytes: filled(count))
    #expect(throws: error) { try PutDocumentRequest(decoding: request.encoded().span) }
  }
}
