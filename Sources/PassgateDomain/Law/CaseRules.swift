/// A row of the law's table: who may do what where, on which grounds, and what comes of it.
package struct CaseRule: Sendable {
  /// Which of the acts of one kind, where the law tells them apart.
  package enum Variant: Sendable, Hashable {
    case any
    case passed, failed, incomplete
    case ofNotice, ofSuspension, ofMaterial
    case forSandbox, forProduction
  }

  /// What becomes of the case.
  package enum Outcome: Sendable, Hashable {
    case stays
    case becomes(CaseState)
  }

  /// What the event's `dueAt` is the end of.
  package enum Period: Sendable, Hashable {
    /// The agreement's days after which a notice counts as received.
    case receipt
    /// Days from receipt.
    case days(Int)
    /// Fifteen days from the day of a material's change or expiry.
    case material
    /// A throttle's own end.
    case own
    /// The hours that a second officer has.
    case confirmation
  }

  package let act: CaseAct.Kind
  package let variant: Variant
  /// Nil: there is no case yet.
  package let from: [CaseState?]
  package let actor: CaseActor.Kind
  /// One is fixed; of several the actor names one.
  package let clauses: [Clause]
  package let to: Outcome
  package let period: Period?
  /// Two: the first officer's call proposes, the second's confirms.
  package let officers: Int
  /// True when the tenant is not shown the event.
  package let isInternal: Bool

  init(
    _ act: CaseAct.Kind, _ variant: Variant = .any, in from: [CaseState?], by actor: CaseActor.Kind,
    _ clauses: [Clause], to outcome: Outcome = .stays, period: Period? = nil, officers: Int = 1,
    isInternal: Bool = false
  ) {
    self.act = act
    self.variant = variant
    self.from = from
    self.actor = actor
    self.clauses = clauses
    to = outcome
    self.period = period
    self.officers = officers
    self.isInternal = isInternal
  }

  /// The row as its first officer uses it: nothing but the proposal comes of it.
  var proposal: CaseRule {
    CaseRule(.propose, variant, in: from, by: actor, clauses, period: .confirmation, isInternal: true)
  }
}

/// The law as one table (Measures art.5 to 15). What it does not allow is refused.
package enum CaseRules {
  /// Days to correct what a notice names, from its receipt.
  //= Measures art.12
  package static let correctionDays = 10
  /// Days to correct what a suspension names, from its receipt.
  //= Measures art.13
  package static let suspensionDays = 30
  /// Days to submit a material anew, from its change or expiry.
  //= Measures art.6(2)
  package static let materialDays = 15
  /// Days after which a notice counts as received while no agreement says otherwise.
  package static let deemedReceiptDays = 5
  /// Milliseconds in which a second officer may confirm: 24 hours.
  package static let confirmationTime: UInt64 = 24 * 60 * 60 * 1000
  /// The longest technical restriction: 30 days in milliseconds.
  package static let longestThrottle: UInt64 = 30 * 24 * 60 * 60 * 1000
  /// Certificates that may wait for registration at once.
  package static let waitingCertificates = 8

  private static let applying: [CaseState?] = [.submitted, .supplement, .approved, .debugging, .agreement]
  private static let connected: [CaseState?] = [.debugging, .agreement, .open, .suspended]
  private static let contracting: [CaseState?] = [.agreement, .open]
  private static let supervised: [CaseState?] = [.open, .suspended]
  private static let holdingMaterials = applying + supervised
  private static let living: [CaseState?] = holdingMaterials + [.rejected]
  private static let all: [CaseState?] = living + [.terminated]

  package static let rows: [CaseRule] = application + materials + agreements + corrections + orders + watch

  /// From the application to the opening.
  private static let application: [CaseRule] = [
    //= Measures art.7(1)
    CaseRule(.apply, in: [nil, .rejected], by: .tenant, [Clause(7, 1)], to: .becomes(.submitted)),
    //= Measures art.7(2)
    CaseRule(.supplement, in: [.supplement], by: .tenant, [Clause(7, 2)], to: .becomes(.submitted)),
    CaseRule(.review, .passed, in: [.submitted], by: .officer, [Clause(7, 2)], to: .becomes(.approved)),
    CaseRule(.review, .failed, in: [.submitted], by: .officer, [Clause(7, 2)], to: .becomes(.rejected)),
    CaseRule(.review, .incomplete, in: [.submitted], by: .officer, [Clause(7, 2)], to: .becomes(.supplement)),
    //= Measures art.8
    CaseRule(.assess, in: [.approved], by: .officer, [Clause(8)], to: .becomes(.debugging)),
    CaseRule(.assess, in: [.debugging, .agreement, .open], by: .officer, [Clause(8)]),
    //= Measures art.7(3)
    CaseRule(.requestCertificate, .forSandbox, in: connected, by: .tenant, [Clause(7, 3)]),
    CaseRule(.registerCertificate, .forSandbox, in: connected, by: .officer, [Clause(7, 3)]),
    CaseRule(.passConformance, in: [.debugging], by: .platform, [Clause(7, 3)], to: .becomes(.agreement)),
    //= Measures art.7(5)
    CaseRule(.open, in: [.agreement], by: .officer, [Clause(7, 5)], to: .becomes(.open)),
  ]

  /// The duty to keep materials true and in date.
  private static let materials: [CaseRule] = [
    //= Measures art.6(2)
    CaseRule(.declareChange, in: holdingMaterials, by: .tenant, [Clause(6, 2)], period: .material),
    CaseRule(.renewMaterials, in: holdingMaterials.filter { $0 != .supplement }, by: .tenant, [Clause(6, 2)]),
    CaseRule(.expireMaterial, in: holdingMaterials, by: .clock, [Clause(6, 2)], period: .material),
    CaseRule(.lapse, .ofMaterial, in: applying, by: .clock, [Clause(6, 2)]),
  ]

  /// What both sign, and what they connect with.
  private static let agreements: [CaseRule] = [
    //= Measures art.9
    CaseRule(.draftAgreement, in: contracting, by: .officer, [Clause(9)]),
    //= Measures art.7(4)
    CaseRule(.signAgreement, in: contracting, by: .tenant, [Clause(7, 4)]),
    CaseRule(.countersignAgreement, in: contracting, by: .officer, [Clause(7, 4)]),
    //= Measures art.8
    CaseRule(.requestCertificate, .forProduction, in: contracting + [.suspended], by: .tenant, [Clause(8)]),
    CaseRule(.registerCertificate, .forProduction, in: contracting + [.suspended], by: .officer, [Clause(8)]),
    //= Measures art.9(3)
    CaseRule(.throttle, in: [.open], by: .officer, [Clause(9, 3)], period: .own),
  ]

  /// What follows a notice or a suspension.
  private static let corrections: [CaseRule] = [
    //= Measures art.12
    CaseRule(
      .acknowledge, .ofNotice, in: supervised, by: .tenant, [Clause(12)], period: .days(correctionDays)),
    CaseRule(
      .deemReceived, .ofNotice, in: supervised, by: .clock, [Clause(12)], period: .days(correctionDays)),
    CaseRule(.giveFeedback, .ofNotice, in: supervised, by: .tenant, [Clause(12)]),
    CaseRule(.verifyCorrection, .ofNotice, in: supervised, by: .officer, [Clause(12)]),
    //= Measures art.13
    CaseRule(
      .acknowledge, .ofSuspension, in: [.suspended], by: .tenant, [Clause(13)], period: .days(suspensionDays)),
    CaseRule(
      .deemReceived, .ofSuspension, in: [.suspended], by: .clock, [Clause(13)], period: .days(suspensionDays)),
    CaseRule(.giveFeedback, .ofSuspension, in: [.suspended], by: .tenant, [Clause(13)]),
    CaseRule(.verifyCorrection, .ofSuspension, in: [.suspended], by: .officer, [Clause(13)]),
    CaseRule(.reopen, in: [.suspended], by: .officer, [Clause(13)], to: .becomes(.open)),
  ]

  private static let noticeGrounds = [
    //= Measures art.12(1)
    Clause(12, 1),
    //= Measures art.12(2)
    Clause(12, 2),
    //= Measures art.12(3)
    Clause(12, 3),
  ]

  private static let suspensionGrounds = [
    //= Measures art.13(2)
    Clause(13, 2),
    //= Measures art.13(3)
    Clause(13, 3),
    //= Measures art.13(4)
    Clause(13, 4),
    //= Measures art.13(5)
    Clause(13, 5),
    //= Measures art.13(6)
    Clause(13, 6),
  ]

  private static let terminationGrounds = [
    //= Measures art.14(2)
    Clause(14, 2),
    //= Measures art.14(3)
    Clause(14, 3),
    //= Measures art.14(4)
    Clause(14, 4),
    //= Measures art.14(5)
    Clause(14, 5),
    //= Measures art.14(6)
    Clause(14, 6),
    //= Measures art.14(7)
    Clause(14, 7),
    //= Measures art.14(8)
    Clause(14, 8),
  ]

  /// Notices, suspensions, terminations: by officers, and by the clock. A case that is suspended already gets a
  /// further ground.
  private static let orders: [CaseRule] = [
    CaseRule(.notice, in: supervised, by: .officer, noticeGrounds, period: .receipt),
    CaseRule(
      .suspend, in: supervised, by: .officer, suspensionGrounds, to: .becomes(.suspended), period: .receipt),
    //= Measures art.13(1)
    CaseRule(
      .lapse, .ofNotice, in: supervised, by: .clock, [Clause(13, 1)], to: .becomes(.suspended),
      period: .receipt),
    //= Measures art.13(2)
    CaseRule(
      .lapse, .ofMaterial, in: supervised, by: .clock, [Clause(13, 2)], to: .becomes(.suspended),
      period: .receipt),
    //= Measures art.14(1)
    CaseRule(.lapse, .ofSuspension, in: [.suspended], by: .clock, [Clause(14, 1)], to: .becomes(.terminated)),
    CaseRule(
      .terminate, in: living, by: .officer, terminationGrounds, to: .becomes(.terminated), officers: 2),
  ]

  /// What is noted for the provider and the supervisor.
  private static let watch: [CaseRule] = [
    //= Measures art.10
    CaseRule(.inspect, in: connected + [.terminated], by: .officer, [Clause(10)]),
    CaseRule(.direct, in: all, by: .officer, [Clause(10)], isInternal: true),
    //= Measures art.5
    CaseRule(.recheckEligibility, in: [.approved] + connected, by: .officer, [Clause(5)], isInternal: true),
    //= Measures art.12(2)
    CaseRule(.reportAnomaly, in: supervised, by: .platform, [Clause(12, 2)], isInternal: true),
    //= Measures art.11
    CaseRule(.complain, in: all, by: .anyone, [Clause(11)], isInternal: true),
    //= Measures art.15
    CaseRule(.refer, in: all, by: .officer, [Clause(15)], officers: 2, isInternal: true),
  ]

  static let rowsOfActs = Dictionary(grouping: rows, by: \.act)

  /// The rows of this act, by this actor, in a case that stands so.
  static func rows(_ kind: CaseAct.Kind, in state: CaseState?, by actor: CaseActor.Kind) -> [CaseRule] {
    (rowsOfActs[kind] ?? []).filter { $0.actor == actor && $0.from.contains(state) }
  }
}

extension CaseEvent {
  private static let internalActs = Set(CaseRules.rows.lazy.filter(\.isInternal).map(\.act)).union([.propose])

  /// True when the tenant sees of this event nothing but its digest: what it tells is for the provider and the
  /// supervisor, and it changes nothing in what the tenant sees.
  package var isInternal: Bool { Self.internalActs.contains(act.kind) }
}
