/// The case of a using organisation, from its application to its end: the fold of its events.
package struct Case: Sendable, Equatable {
  package let tenantID: String
  package internal(set) var state: CaseState
  /// The number of its last event; there are as many.
  package internal(set) var lastNumber: UInt64
  /// When its last event happened, milliseconds since 1970. Time does not run backwards in a case.
  package internal(set) var lastAt: UInt64
  /// As submitted last.
  package internal(set) var dossier: Dossier
  /// Every document that was ever submitted: only another one renews a material.
  var seenDocuments: Set<[UInt8]>
  /// The day in Beijing on which it applied.
  var appliedOn: CalendarDate
  package internal(set) var findings: [ConditionFinding] = []
  package internal(set) var assessment: Assessment?
  /// A draft that both have not signed yet.
  package internal(set) var draft: Agreement?
  /// True when the tenant has signed the draft.
  package internal(set) var isDraftSigned = false
  /// The latest version that both have signed.
  package internal(set) var agreementInForce: Agreement?
  /// The highest version that was drafted.
  var lastVersion: UInt32 = 0
  package internal(set) var conformance: ConformancePass?
  package internal(set) var certificates: [RegisteredCertificate] = []
  /// Certificates asked for and not registered yet.
  package internal(set) var orders: [CertificateOrder] = []
  /// Notices and suspensions, closed ones included, in their order.
  package internal(set) var matters: [Matter] = []
  /// Terms of materials that are to be submitted anew, and those that lapsed.
  package internal(set) var materialTerms: [MaterialKind: MaterialTerm] = [:]
  /// The technical restriction ordered last.
  package internal(set) var throttle: Throttle?
  /// What waits for its second officer, or did in vain.
  package internal(set) var proposals: [Proposal] = []
  /// True when the case was reported to the authorities (art.15).
  package internal(set) var isReferred = false
  /// The terms at whose end the clock acts, the earliest first. Terms that stand still are not among them.
  package internal(set) var runningTerms: [RunningTerm] = []
  /// Events whose content this reader does not know.
  var hiddenEvents = 0

  /// A notice (art.12) or a suspension (art.13), by the number of the event that issued it.
  package struct Matter: Sendable, Hashable {
    package enum Stage: Sendable, Hashable {
      /// No receipt yet.
      case issued
      /// The term runs.
      case received
      /// Feedback in time waits for its verification; the term stands still.
      case answered
      /// Closed: corrected in time, and verified.
      case corrected
      /// Closed: the term ran out.
      case lapsed
    }

    package enum Closure: Sendable, Hashable {
      case corrected, lapsed
    }

    package let number: UInt64
    package let isSuspension: Bool
    package let clause: Clause
    /// What the officer wrote; empty when the clock issued it.
    package let text: String
    package let issuedAt: UInt64
    /// When it counts as received if nothing acknowledges it.
    package let receiptDueAt: UInt64
    /// The materials whose missing is the ground (art.13(2)).
    package let materials: Set<MaterialKind>
    /// Those of them that have not been submitted anew.
    var awaited: Set<MaterialKind>
    package internal(set) var receivedAt: UInt64?
    /// The end of the term to correct; never moved.
    package internal(set) var dueAt: UInt64?
    /// The number of the event that brought the feedback now to be verified.
    package internal(set) var answeredBy: UInt64?
    package internal(set) var closure: Closure?

    package var stage: Stage {
      switch closure {
      case .corrected: .corrected
      case .lapsed: .lapsed
      case nil: answeredBy != nil ? .answered : receivedAt != nil ? .received : .issued
      }
    }

    package var isOpen: Bool { closure == nil }
  }

  /// The fifteen days of a material (art.6(2)).
  package struct MaterialTerm: Sendable, Hashable {
    /// The number of the event that began it.
    package let number: UInt64
    package internal(set) var dueAt: UInt64
    package internal(set) var hasExpired: Bool
    package internal(set) var isLapsed = false
  }

  /// An act that waits for a second officer.
  package struct Proposal: Sendable, Hashable {
    package let number: UInt64
    package let act: CaseAct
    package let clause: Clause
    package let evidence: [[UInt8]]
    /// The first officer's id.
    package let officer: String
    package let dueAt: UInt64
  }

  /// A case begins with an application.
  package init(first event: CaseEvent) throws(CaseFault) {
    guard case .apply(let dossier) = event.act, event.from == nil, event.number == 1 else {
      throw CaseFault(reason: .noSuchCase, text: "a case begins with an application")
    }
    tenantID = event.tenantID
    state = event.to
    lastNumber = 0
    lastAt = event.at
    self.dossier = dossier
    seenDocuments = []
    appliedOn = LegalCalendar.day(of: event.at)
    try Self.check(event, in: nil)
    fold(event)
  }

  /// Takes the next event in. An event that the law's table does not allow here changes nothing.
  package mutating func apply(_ event: CaseEvent) throws(CaseFault) {
    guard event.tenantID == tenantID, event.number == lastNumber + 1, event.from == state else {
      throw CaseFault(reason: .wrongState, text: "this event does not follow the last one of the case")
    }
    guard event.at >= lastAt else {
      throw CaseFault(reason: .wrongState, text: "this event is older than the one before it")
    }
    try Self.check(event, in: self)
    fold(event)
  }

  /// Takes the place of an internal event that this reader is not shown (`CaseEvent.isInternal`).
  package mutating func applyHidden() {
    lastNumber += 1
    hiddenEvents += 1
  }

  /// The notice or suspension that this event issued.
  package func matter(_ number: UInt64) -> Matter? { matters.first { $0.number == number } }

  /// The first ground of the suspension that is not corrected, or the last one when all are; nil when not suspended.
  package var suspensionGround: Clause? {
    guard state == .suspended else { return nil }
    let grounds = matters.filter(\.isSuspension)
    return (grounds.first(where: \.isOpen) ?? grounds.last)?.clause
  }

  /// The restriction that holds at this time.
  package func throttle(at now: UInt64) -> Throttle? { throttle.flatMap { now < $0.until ? $0 : nil } }
}
