@testable import PassgateDomain

extension CaseExplorer {
  /// What a step did against the law, told without the table.
  static func violations(of event: CaseEvent, before: Node, after: Node) -> [String] {
    var found: [String] = []
    func require(_ condition: Bool, _ what: String) {
      if !condition { found.append("#\(event.number) \(event.act): \(what)") }
    }
    let (old, new) = (before.law, after.law)
    if new.state == .open, old.state == .agreement { require(after.steps == .all, "a step was skipped") }
    if new.state == .open, old.state != .open {
      require(old.state == .agreement || old.state == .suspended, "opened from \(old.state)")
      require(new.matters.allSatisfy { !$0.isSuspension || $0.closure == .corrected }, "a ground is left")
      require(new.lapsedMaterials.isEmpty, "materials are missing")
    }
    if old.state == .terminated {
      require(new.state == .terminated && new.matters == old.matters, "the end is final")
      let allowed: Set<CaseAct.Kind> = [.refer, .propose, .direct, .complain, .inspect]
      require(allowed.contains(event.act.kind), "an act after the end")
    }
    checkMatters(event, old, new, require)
    checkMaterials(event, old, new, require)
    require(grounds[event.act.kind]?.contains(event.clause) ?? true, "cites \(event.clause)")
    if new.state == .suspended, old.state != .suspended {
      require(event.clause.article == 13, "suspended under \(event.clause)")
    }
    if new.state == .terminated, old.state != .terminated {
      require(event.clause.article == 14, "terminated under \(event.clause)")
      require(event.actors == [.clock] || Set(event.actors).count == 2, "terminated by one officer")
    }
    return found
  }

  private static let grounds: [CaseAct.Kind: Set<Clause>] = [
    .notice: [Clause(12, 1), Clause(12, 2), Clause(12, 3)],
    .suspend: [Clause(13, 2), Clause(13, 3), Clause(13, 4), Clause(13, 5), Clause(13, 6)],
    .terminate: Set((2...8).map { Clause(14, $0) }),
    .lapse: [Clause(13, 1), Clause(13, 2), Clause(14, 1), Clause(6, 2)],
    .review: [Clause(7, 2)], .refer: [Clause(15)],
  ]

  /// No clock is lost or reset.
  private static func checkMatters(
    _ event: CaseEvent, _ old: Case, _ new: Case, _ require: (Bool, String) -> Void
  ) {
    for (was, now) in zip(old.matters, new.matters) {
      require(was.number == now.number, "a matter is gone")
      require(was.dueAt == nil || was.dueAt == now.dueAt, "a term was moved")
      require(was.receivedAt == nil || was.receivedAt == now.receivedAt, "a receipt was moved")
      require(was.isOpen || was == now, "a closed matter was changed")
      guard was.isOpen, !now.isOpen else { continue }
      switch event.act {
      case .verifyCorrection(now.number, true, _):
        require(now.closure == .corrected, "closed as \(now.stage)")
      case .lapse(.correction(now.number)), .lapse(.suspension(now.number)):
        require(now.closure == .lapsed && event.at >= (was.dueAt ?? .max), "lapsed before its end")
        require(was.answeredBy == nil, "lapsed while feedback was to be verified")
      default: require(false, "closed without correction or lapse")
      }
    }
    require(new.matters.count >= old.matters.count, "a matter is gone")
    let isIssued =
      [.notice, .suspend].contains(event.act.kind) || new.state == .suspended && event.act.kind == .lapse
    require(new.matters.count == old.matters.count + (isIssued ? 1 : 0), "matters were not counted")
    if old.state == .open || old.state == .suspended, new.state != .terminated {
      for matter in new.matters where matter.isOpen {
        require(matter.answeredBy != nil || matter.running != nil, "a matter without a clock")
      }
    }
  }

  private static func checkMaterials(
    _ event: CaseEvent, _ old: Case, _ new: Case, _ require: (Bool, String) -> Void
  ) {
    let isRenewal = [.renewMaterials, .supplement, .apply].contains(event.act.kind)
    for (kind, was) in old.materialTerms {
      guard let now = new.materialTerms[kind] else {
        require(isRenewal, "a material's term is gone")
        continue
      }
      require(now.dueAt <= was.dueAt, "a material's term was prolonged")
      require(now.isLapsed || !was.isLapsed, "a lapse was undone")
    }
  }
}
