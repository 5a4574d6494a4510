import Testing

@testable import PassgateDomain

/// Every act by every actor in every state: in the table, or refused.
struct CaseMatrixTests {
  private static let actors: [CaseActor] = [
    .tenant, .officer("anna"), .clock, .platform, .anyone([1]),
  ]

  /// One act of each kind, about nothing that exists.
  static let acts: [CaseAct] = [
    .apply(CaseDesk.dossier()), .supplement(CaseDesk.dossier(1)),
    .declareChange(.registration, on: CalendarDate(iso: "2026-03-02") ?? .unixEpoch),
    .renewMaterials(CaseDesk.dossier(1)), .acknowledge(subject: 1),
    .giveFeedback(subject: 1, text: "x"), .signAgreement(digest: []),
    .requestCertificate(CaseDesk.order(9, isProduction: false)), .review(.fail(reasons: ["x"])),
    .assess(CaseDesk.assessment), .draftAgreement(CaseDesk.agreement(2)), .countersignAgreement(digest: []),
    .registerCertificate(CaseDesk.certificate(9, isProduction: false)), .open, .inspect(text: "x"),
    .notice(text: "x"), .verifyCorrection(subject: 1, isAccepted: true, text: "x"), .suspend(text: "x"),
    .reopen(text: "x"), .terminate(text: "x"), .recheckEligibility(CaseDesk.findings()),
    .throttle(checksPerMinute: 1, until: beijing("2026-03-03 00:00"), text: "x"), .refer(text: "x"),
    .direct(text: "x"), .propose(.refer(text: "x")), .confirm(proposal: 1), .passConformance(CaseDesk.pass),
    .reportAnomaly(Anomaly(detector: "x", text: "x", since: 0, until: 1)), .deemReceived(subject: 1),
    .expireMaterial(.registration), .lapse(.material(.registration)),
    .complain(caseID: [1], digest: [2]),
  ]

  @Test func thereIsAnActOfEachKind() {
    #expect(CaseMatrixTests.acts.map(\.kind) == CaseAct.Kind.allCases)
  }

  @Test(arguments: CaseState.allCases) func whatIsNotInTheTableIsRefused(_ state: CaseState) throws {
    let desk = try CaseSpecimens.desk(in: state)
    for act in Self.acts {
      for actor in Self.actors {
        let kind = act.kind == .propose ? .refer : act.kind
        let isInTable = CaseRules.rows.contains {
          $0.act == kind && $0.from.contains(state) && $0.actor == actor.kind
        }
        let clause = CaseRules.rows.first { $0.act == kind && $0.from.contains(state) }?.clauses.last
        let reason = desk.refusal(act, by: actor, clause)
        if act.kind == .confirm {
          #expect(reason == (actor.kind == .officer ? .noSuchSubject : .wrongState))
        } else if !isInTable {
          #expect(reason == (act.kind == .apply ? .caseExists : .wrongState), "\(act.kind) by \(actor.kind)")
        } else {
          #expect(
            !unlawful.contains(reason) || isClockless(act), "\(act.kind) by \(actor.kind): \(reason as Any)")
        }
      }
    }
  }

  private let unlawful: [CaseFault.Reason?] = [.wrongState, .caseExists, .noSuchCase, .groundsRefused]

  /// The clock's acts are in the table, and possible only when they are due.
  private func isClockless(_ act: CaseAct) -> Bool { [.expireMaterial, .lapse].contains(act.kind) }

  /// The shape of the table itself.
  @Test func everyRowCitesAnArticleWithKnownWords() {
    for row in CaseRules.rows {
      #expect(!row.clauses.isEmpty && !row.from.isEmpty)
      for clause in row.clauses {
        #expect(Clause.texts[clause] != nil, "\(clause)")
        #expect(clause.chinese != clause.english)
      }
      #expect((row.officers == 2) == [.terminate, .refer].contains(row.act))
      #expect(row.from.contains(.terminated) == false || row.to == .stays, "final")
      if row.actor == .clock { #expect(row.clauses.count == 1, "the clock has no choice") }
    }
    let kinds = Set(CaseRules.rows.map(\.act))
    #expect(kinds.union([.propose, .confirm]) == Set(CaseAct.Kind.allCases))
  }

  @Test func namesAreTheWires() {
    #expect(CaseAct.Kind.declareChange.fieldName == "declare_change")
    #expect(CaseAct.Kind.declareChange.methodName == "DeclareChange")
    #expect(CaseAct.Kind.open.fieldName == "open" && CaseAct.Kind.open.methodName == "Open")
  }

  /// What may come next is what is not refused, but for what its content lacks.
  @Test(arguments: CaseState.allCases) func whatMayComeNextIsInTheTable(_ state: CaseState) throws {
    let desk = try CaseSpecimens.desk(in: state)
    let possible = try #require(desk.law).possibleActs(at: desk.now)
    for act in possible {
      #expect(act.kind == .confirm || !CaseRules.rows(act.kind, in: state, by: act.actor).isEmpty)
      if act.kind == .open { #expect(act.obstacle?.reason == .stepMissing) }
    }
    let kinds = Set(possible.map(\.kind))
    #expect(kinds.contains(.terminate) == (state != .terminated))
    #expect(kinds.contains(.acknowledge) == (state == .suspended), "its suspension is not received")
    #expect(!kinds.contains(.countersignAgreement) && !kinds.contains(.registerCertificate))
  }

  @Test func anEventThatBreaksTheLawDoesNotFold() throws {
    let desk = try CaseDesk.open()
    let notice = try Case.decide(
      .notice(text: "x"), by: CaseDesk.anna, clause: Clause(12, 1), evidence: [], tenantID: "bank",
      in: desk.law, at: desk.now, calendar: desk.calendar)
    let breaks: [(String, (inout CaseEvent) -> Void)] = [
      ("number", { $0.number += 1 }), ("tenant", { $0.tenantID = "other" }),
      ("from", { $0.from = .agreement }), ("to", { $0.to = .suspended }),
      ("clause", { $0.clause = Clause(13, 3) }), ("actor", { $0.actors = [.tenant] }),
      ("nobody", { $0.actors = [] }), ("two", { $0.actors.append(CaseDesk.bela) }),
      ("term", { $0.dueAt = nil }), ("act", { $0.act = .reopen(text: "x") }),
      ("confirmation", { $0.act = .confirm(proposal: 1) }),
      (
        "unproposed",
        {
          $0.act = .terminate(text: "x")
          $0.clause = Clause(14, 2)
          $0.to = .terminated
          $0.actors = [CaseDesk.anna, CaseDesk.bela]
          $0.dueAt = nil
        }
      ),
    ]
    for (what, change) in breaks {
      var (law, event) = (try #require(desk.law), notice)
      change(&event)
      #expect(throws: CaseFault.self, "\(what)") { try law.apply(event) }
      #expect(law == desk.law, "nothing has changed")
    }
    var law = try #require(desk.law)
    try law.apply(notice)
  }

  @Test func aCaseBeginsWithAnApplication() throws {
    let desk = try CaseSpecimens.desk(in: .submitted)
    var event = desk.events[0]
    #expect(try Case(first: event) == desk.law)
    event.actors = [CaseDesk.anna]
    #expect(throws: CaseFault.self) { try Case(first: event) }
    event = desk.events[0]
    event.number = 2
    #expect(throws: CaseFault.self) { try Case(first: event) }
    event.number = 1
    event.to = .open
    #expect(throws: CaseFault.self) { try Case(first: event) }
  }
}
