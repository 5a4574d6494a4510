/// A term that runs, and what the clock does at its end.
package struct RunningTerm: Sendable, Hashable {
  /// Milliseconds since 1970.
  package let dueAt: UInt64
  package let act: CaseAct
}

extension Case {
  /// The terms that run after what was folded, the earliest first.
  var termsNow: [RunningTerm] {
    let terms = matterTerms + expiries + renewals
    return terms.enumerated().sorted { ($0.element.dueAt, $0.offset) < ($1.element.dueAt, $1.offset) }
      .map(\.element)
  }

  /// When the clock acts next; nil when no term runs. A proposal's and a throttle's end need no act of the clock.
  package var nextDue: UInt64? { runningTerms.first?.dueAt }

  /// What the clock must do now, the oldest first. Each act may begin or end other terms: when the first is recorded
  /// ask again.
  package func dueActs(at now: UInt64) -> [CaseAct] {
    runningTerms.prefix { $0.dueAt <= now }.map(\.act)
  }

  /// Receipts and corrections.
  private var matterTerms: [RunningTerm] {
    guard state == .open || state == .suspended else { return [] }
    return matters.compactMap(\.running)
  }

  private var holdsMaterials: Bool { state != .rejected && state != .terminated }

  /// The ends of the days that the materials state.
  //= Measures art.6(2)
  private var expiries: [RunningTerm] {
    guard holdsMaterials else { return [] }
    return MaterialKind.allCases.compactMap { kind in
      guard let day = expiry(of: kind), materialTerms[kind].map({ !$0.hasExpired && !$0.isLapsed }) ?? true
      else { return nil }
      return RunningTerm(dueAt: LegalCalendar.end(of: day), act: .expireMaterial(kind))
    }
  }

  /// The last day on which every document of this kind is valid.
  func expiry(of kind: MaterialKind) -> CalendarDate? {
    dossier.materials.lazy.filter { $0.kind == kind }.map(\.expiresOn).min()
  }

  private var renewals: [RunningTerm] {
    guard holdsMaterials else { return [] }
    return MaterialKind.allCases.compactMap { kind in
      guard let term = materialTerms[kind], !term.isLapsed else { return nil }
      return RunningTerm(dueAt: term.dueAt, act: .lapse(.material(kind)))
    }
  }

  /// The end of the term that this act sets, computed once and recorded.
  func end(
    of period: CaseRule.Period?, for act: CaseAct, at now: UInt64, _ calendar: LegalCalendar
  ) -> UInt64? {
    switch period {
    case nil: nil
    case .receipt: calendar.end(ofDays: deemedReceiptDays, after: now)
    case .days(let days): correctionEnd(days, act, at: now, calendar)
    case .material: materialEnd(act, calendar)
    case .own: if case .throttle(_, let until, _) = act { until } else { nil }
    case .confirmation: now + CaseRules.confirmationTime
    }
  }

  /// As the agreement in force says.
  var deemedReceiptDays: Int {
    agreementInForce.map { Int($0.deemedReceiptDays) } ?? CaseRules.deemedReceiptDays
  }

  /// From receipt; a further ground of a suspension has no longer than the grounds before it.
  private func correctionEnd(
    _ days: Int, _ act: CaseAct, at now: UInt64, _ calendar: LegalCalendar
  ) -> UInt64? {
    guard let matter = act.subject.flatMap(matter) else { return nil }
    let own = calendar.end(ofDays: days, after: act.kind == .deemReceived ? matter.deemedReceipt : now)
    guard matter.isSuspension else { return own }
    return matters.filter { $0.isSuspension && $0.isOpen }.compactMap(\.dueAt).reduce(own, min)
  }

  /// From the day of the change or the last day of validity; a term that runs already is not prolonged.
  private func materialEnd(_ act: CaseAct, _ calendar: LegalCalendar) -> UInt64? {
    let (kind, day): (MaterialKind, CalendarDate?)
    switch act {
    case .declareChange(let changed, let on): (kind, day) = (changed, on)
    case .expireMaterial(let expired): (kind, day) = (expired, expiry(of: expired))
    default: return nil
    }
    guard let day else { return nil }
    let own = calendar.end(ofDays: CaseRules.materialDays, after: LegalCalendar.start(of: day))
    return min(own, materialTerms[kind]?.dueAt ?? own)
  }
}

extension Case.Matter {
  /// Nil when it is closed, or while feedback in time waits for its verification.
  var running: RunningTerm? {
    guard isOpen else { return nil }
    guard let dueAt else { return RunningTerm(dueAt: receiptDueAt, act: .deemReceived(subject: number)) }
    guard answeredBy == nil else { return nil }
    return RunningTerm(
      dueAt: dueAt, act: .lapse(isSuspension ? .suspension(subject: number) : .correction(notice: number)))
  }
}

extension CaseAct {
  /// The number of the event that the act is about.
  package var subject: UInt64? {
    switch self {
    case .acknowledge(let subject), .giveFeedback(let subject, _), .verifyCorrection(let subject, _, _),
      .deemReceived(let subject), .confirm(let subject), .lapse(.correction(let subject)),
      .lapse(.suspension(let subject)):
      subject
    default: nil
    }
  }
}
