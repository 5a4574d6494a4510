/// An act that may come next.
package struct PossibleAct: Sendable, Equatable {
  package let kind: CaseAct.Kind
  package let variant: CaseRule.Variant
  package let actor: CaseActor.Kind
  /// One is fixed; of several the actor names one.
  package let clauses: [Clause]
  /// The events of the case that it can be about; empty when it is about none.
  package let subjects: [UInt64]
  /// Two when the first proposes and the second confirms.
  package let officers: Int
  /// The step that is missing before it.
  package let obstacle: CaseFault?
}

extension Case {
  /// What the table allows now, in its order, but for the clock's acts, which `runningTerms` has.
  package func possibleActs(at now: UInt64) -> [PossibleAct] {
    CaseRules.rows.filter { $0.from.contains(state) && $0.actor != .clock }.compactMap(possible)
      + confirmations(at: now)
  }

  private func possible(_ rule: CaseRule) -> PossibleAct? {
    let subjects = subjects(rule)
    if subjects?.isEmpty == true || !isWaited(for: rule) { return nil }
    let clauses = rule.clauses.filter {
      rule.act != .suspend || $0 != Clause(13, 2) || !lapsedMaterials.isEmpty
    }
    return PossibleAct(
      kind: rule.act, variant: rule.variant, actor: rule.actor, clauses: clauses, subjects: subjects ?? [],
      officers: rule.officers, obstacle: obstacle(to: rule.act))
  }

  /// Nil when the act is about no matter.
  private func subjects(_ rule: CaseRule) -> [UInt64]? {
    let isWaiting: (Matter) -> Bool
    switch rule.act {
    case .acknowledge: isWaiting = { $0.receivedAt == nil }
    case .giveFeedback: isWaiting = { $0.stage == .received && $0.materials.isEmpty }
    case .verifyCorrection: isWaiting = { $0.stage == .answered }
    default: return nil
    }
    return matters.filter {
      $0.isOpen && $0.isSuspension == (rule.variant == .ofSuspension) && isWaiting($0)
    }.map(\.number)
  }

  private func isWaited(for rule: CaseRule) -> Bool {
    switch rule.act {
    case .signAgreement: draft != nil && !isDraftSigned
    case .countersignAgreement: draft != nil && isDraftSigned
    case .registerCertificate: orders.contains { $0.isProduction == (rule.variant == .forProduction) }
    default: true
    }
  }

  private func obstacle(to act: CaseAct.Kind) -> CaseFault? {
    do throws(CaseFault) {
      switch act {
      case .open: try checkOpening()
      case .reopen: try checkReopening()
      case .passConformance: try require(hasCertificate(isProduction: false), .registerCertificate)
      default: break
      }
      return nil
    } catch {
      return error
    }
  }

  private func confirmations(at now: UInt64) -> [PossibleAct] {
    proposals.filter { now <= $0.dueAt && !CaseRules.rows($0.act.kind, in: state, by: .officer).isEmpty }.map
    {
      PossibleAct(
        kind: .confirm, variant: .any, actor: .officer, clauses: [$0.clause], subjects: [$0.number],
        officers: 1, obstacle: nil)
    }
  }
}
