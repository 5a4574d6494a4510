import Testing

@testable import PassgateDomain

/// A case in each state, by the shortest way.
enum CaseSpecimens {
  static func desk(in state: CaseState, at moment: String = "2026-03-02 09:00") throws -> CaseDesk {
    var desk = CaseDesk(at: moment)
    switch state {
    case .open: return try .open(at: moment)
    case .suspended:
      desk = try .open(at: moment)
      _ = try desk.suspend()
    case .terminated:
      desk = try .open(at: moment)
      try desk.both(.terminate(text: "fraud"), Clause(14, 6))
    case .agreement: try desk.comeToAgreement()
    default:
      try desk.tenant(.apply(CaseDesk.dossier()))
      if let step = steps[state] { try desk.act(step) }
      if state == .debugging { try desk.act(.assess(CaseDesk.assessment)) }
    }
    return desk
  }

  private static let steps: [CaseState: CaseAct] = [
    .supplement: .review(.supplement(reasons: ["the licence is not legible"])),
    .rejected: .review(.fail(reasons: ["no duty to check"])),
    .approved: .review(.pass(CaseDesk.findings())), .debugging: .review(.pass(CaseDesk.findings())),
  ]
}
