import PassgateCaseFile
import PassgateDomain
import PassgateWire
import Testing

private typealias CaseEvent = PassgateDomain.CaseEvent
private typealias PublicField = PassgateDomain.PublicField
private typealias CheckKind = PassgateDomain.CheckKind
private typealias OptionalElement = PassgateDomain.OptionalElement

@Suite struct MappingTests {
  @Test func everyKindIsTried() {
    #expect(CaseActs.all.map(\.kind) == PassgateDomain.CaseAct.Kind.allCases)
  }

  @Test(arguments: CaseActs.all + CaseActs.variants) func anActComesBackOverTheWire(
    _ act: PassgateDomain.CaseAct
  ) throws {
    let bytes = try PassgateWire.CaseAct(act).encoded()
    #expect(try PassgateDomain.CaseAct(PassgateWire.CaseAct(decoding: bytes.span)) == act)
  }

  @Test(arguments: PassgateDomain.CaseAct.Kind.allCases) func kindsHaveTheSameNames(
    _ kind: PassgateDomain.CaseAct.Kind
  ) {
    let wire = PassgateWire.CaseAct.Kind(kind)
    #expect("\(wire)" == kind.rawValue)
    #expect(PassgateDomain.CaseAct.Kind(wire) == kind)
  }

  @Test func theTableOfMethodsNamesTheActs() throws {
    for method in Method.all {
      guard let act = method.act else { continue }
      let kind = try #require(PassgateDomain.CaseAct.Kind(act))
      #expect(method.name.hasSuffix("/" + kind.methodName))
    }
  }

  @Test func enumerationsHaveTheSameNumbers() {
    #expect(
      PublicField.pairs { PassgateWire.PublicField($0) } && CheckKind.pairs { PassgateWire.CheckKind($0) })
    #expect(OptionalElement.pairs { PassgateWire.OptionalElement($0) })
    #expect(PassgateDomain.CaseState.pairs { PassgateWire.CaseState($0) })
    #expect(PassgateDomain.DocumentType.pairs { PassgateWire.DocumentType($0) })
    #expect(PassgateDomain.AccessMode.pairs { PassgateWire.AccessMode($0) })
    #expect(PassgateDomain.Organisation.Kind.pairs { PassgateWire.Organisation.Kind($0) })
    #expect(PassgateDomain.Material.MediaType.pairs { PassgateWire.Material.MediaType($0) })
    for state in PassgateDomain.CaseState.allCases {
      #expect(PassgateDomain.CaseState(PassgateWire.CaseState(state)) == state)
    }
  }

  @Test(
    arguments: [.tenant, .officer("o-1"), .clock, .platform, .anyone(CaseActs.digest)]
      as [PassgateDomain.CaseActor])
  func anEventComesBackOverTheWire(_ actor: PassgateDomain.CaseActor) throws {
    let event = CaseEvent(
      number: 3, tenantID: "bank-a", at: 5, actors: [actor], act: .open, from: .agreement, to: .open,
      clause: Clause(7, 5), evidence: [CaseActs.digest], dueAt: 9)
    let wire = try PassgateWire.CaseEvent(
      event, previous: CaseActs.digest, requestDigest: CaseActs.digest)
    let decoded = try PassgateWire.CaseEvent(decoding: wire.encoded().span)
    #expect(decoded.previous == CaseActs.digest && decoded.requestDigest == CaseActs.digest)
    #expect(try CaseEvent(decoded) == event)
  }

  @Test func theFirstEventNamesNoneBefore() throws {
    let event = CaseEvent(
      number: 1, tenantID: "bank-a", at: 5, actors: [.tenant], act: .apply(CaseActs.dossier), from: nil,
      to: .submitted, clause: Clause(7, 1), evidence: [], dueAt: nil)
    let wire = try PassgateWire.CaseEvent(event, previous: nil, requestDigest: nil)
    #expect(wire.previous == [UInt8](repeating: 0, count: 32) && wire.requestDigest.isEmpty)
    #expect(try CaseEvent(PassgateWire.CaseEvent(decoding: wire.encoded().span)) == event)
  }

  @Test func onlyWhatNeedsTwoOfficersIsProposed() {
    #expect(throws: WireError(.notAllowed, field: "propose")) {
      try PassgateWire.CaseAct(.propose(.suspend(text: "s")))
    }
  }

  struct Breach: Sendable, CustomTestStringConvertible {
    let error: WireError
    let act: PassgateWire.CaseAct
    var testDescription: String { error.description }

    init(_ fault: WireError.Fault, _ field: String, _ act: PassgateWire.CaseAct) {
      (error, self.act) = (WireError(fault, field: field), act)
    }
  }

  static let breaches = [
    Breach(.outOfRange, "declare_change.kind", .declareChange(material: 6, on: "2026-01-01")),
    Breach(.missing, "declare_change.kind", .declareChange(material: 0, on: "2026-01-01")),
    Breach(.outOfRange, "expire_material.kind", .expireMaterial(kind: 256)),
    Breach(.notAllowed, "declare_change.on", .declareChange(material: 1, on: "2026-02-29")),
    Breach(.missing, "declare_change.on", .declareChange(material: 1, on: "")),
    Breach(
      .notAllowed, "apply.materials[1].expires_on",
      .apply(dossier { $0.materials[1].expiresOn = "2026-1-1" })),
    Breach(.outOfRange, "supplement.materials[0].kind", .supplement(dossier { $0.materials[0].kind = 6 })),
    Breach(
      .outOfRange, "renew_materials.scopes[0].until_minute",
      .renewMaterials(dossier { $0.scopes[0].untilMinute = 1_441 })),
    Breach(
      .repeatedField, "apply.scopes[0].checks", .apply(dossier { $0.scopes[0].checks = [.chip, .chip] })),
    Breach(.notAllowed, "draft_agreement.digest", .draftAgreement(agreement { $0.lines[0] += "," })),
    Breach(.notAllowed, "draft_agreement.digest", .draftAgreement(agreement { $0.lines += [""] })),
    Breach(
      .outOfRange, "draft_agreement.deemed_receipt_days",
      .draftAgreement(agreement { $0.deemedReceiptDays = 256 })),
    Breach(
      .outOfRange, "draft_agreement.scopes[0].from_minute",
      .draftAgreement(agreement { $0.scopes[0].fromMinute = 2_000 })),
    Breach(
      .outOfRange, "review.findings[1].condition",
      .review(Review(outcome: .pass, findings: [finding(1), finding(6)], reasons: []))),
    Breach(.outOfRange, "recheck_eligibility.findings[0].condition", .recheckEligibility([finding(0)])),
    Breach(.outOfRange, "lapse.subject", .lapse(PassgateWire.Term(kind: .material, subject: 6))),
  ]

  @Test(arguments: breaches) func whatTheWireCannotJudgeIsNamedByItsPath(_ breach: Breach) {
    #expect(throws: breach.error) { try PassgateDomain.CaseAct(breach.act) }
  }

  private static func dossier(
    _ change: (inout PassgateWire.Dossier) -> Void
  ) -> PassgateWire.Dossier {
    var dossier = PassgateWire.Dossier(CaseActs.dossier)
    change(&dossier)
    return dossier
  }

  private static func agreement(
    _ change: (inout PassgateWire.Agreement) -> Void
  ) -> PassgateWire.Agreement {
    var agreement = PassgateWire.Agreement(CaseActs.agreement)
    change(&agreement)
    return agreement
  }

  private static func finding(_ condition: UInt32) -> PassgateWire.ConditionFinding {
    PassgateWire.ConditionFinding(
      condition: condition, met: true, evidence: CaseActs.digest, reviewBy: "2026-01-01")
  }
}

extension CaseIterable where Self: RawRepresentable<UInt8> {
  /// Whether each has the counterpart of its number.
  fileprivate static func pairs<Other: CaseIterable & RawRepresentable<UInt32>>(
    _ pair: (Self) -> Other
  ) -> Bool {
    allCases.map { UInt32($0.rawValue) } == allCases.map { pair($0).rawValue }
      && Other.allCases.count == allCases.count
  }
}
