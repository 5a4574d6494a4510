/// A case as it is told: what happened, where it stands, which terms run, and what may come next.
package struct CaseStory: Sendable {
  /// One step.
  package struct Line: Sendable, Equatable {
    package let number: UInt64
    /// Milliseconds since 1970.
    package let at: UInt64
    package let sentence: String
    package let clause: Clause
  }

  /// One term, and what its end brings.
  package struct TermLine: Sendable, Equatable {
    package let dueAt: UInt64
    package let sentence: String
    package let clause: Clause
  }

  /// One act that may come next.
  package struct NextLine: Sendable, Equatable {
    package let who: String
    package let sentence: String
    package let clauses: [Clause]
  }

  package let lines: [Line]
  package let standing: String
  package let terms: [TermLine]
  package let next: [NextLine]
  /// What the reader is to bear in mind: reminders, and terms whose end may move when a year's holidays are known.
  package let notes: [String]

  /// Tells the case that these events are. Numbers that are left out are events that the reader is not shown.
  /// - Parameter now: milliseconds since 1970.
  package static func tell(
    _ events: [CaseEvent], at now: UInt64, calendar: LegalCalendar
  ) throws(CaseFault) -> CaseStory {
    guard let first = events.first else { throw .noCase }
    var current = try Case(first: first)
    var lines = [Line(first, in: current)]
    for event in events.dropFirst() {
      while current.lastNumber + 1 < event.number { current.applyHidden() }
      try current.apply(event)
      lines.append(Line(event, in: current))
    }
    return CaseStory(
      lines: lines, standing: current.standing(at: now), terms: current.termLines(at: now),
      next: NextLine.told(current.possibleActs(at: now)), notes: current.notes(at: now, calendar))
  }
}

extension CaseStory.Line {
  init(_ event: CaseEvent, in current: Case) {
    number = event.number
    at = event.at
    clause = event.clause
    let end = event.dueAt.map { " \(event.termName) ends at \(BeijingClock.text($0))." } ?? ""
    let move = event.from.map { $0 == event.to ? "" : " The case is now \(event.to.words)." } ?? ""
    let act = event.act.words(in: current)
    let stop = act.hasSuffix(".") || act.hasSuffix("。") ? "" : "."
    sentence = "\(event.actors.words) \(act)\(stop)\(end)\(move)"
  }
}

extension CaseStory.NextLine {
  /// Each thing once: a review can end in three ways, and is one thing that may happen.
  fileprivate static func told(_ acts: [PossibleAct]) -> [CaseStory.NextLine] {
    acts.map(CaseStory.NextLine.init).reduce(into: []) { told, line in
      if !told.contains(line) { told.append(line) }
    }
  }

  init(_ act: PossibleAct) {
    let names = act.subjects.map { "#\($0)" }.joined(separator: ", ")
    let about = names.isEmpty ? "" : " \(names)"
    let pair = act.officers == 2 ? " (a second officer confirms)" : ""
    let obstacle = act.obstacle.map { ", but not yet: \($0.text)" } ?? ""
    who = act.actor.words
    sentence = "may \(act.kind.verb)\(act.variant.words)\(about)\(pair)\(obstacle)"
    clauses = act.clauses
  }
}

extension Case {
  fileprivate func standing(at now: UInt64) -> String {
    let open = matters.filter(\.isOpen)
    let unsettled =
      open.isEmpty ? "" : "; \(open.count) not closed: " + open.map(\.words).joined(separator: ", ")
    return "\(dossier.organisation.name) is \(state.words)\(unsettled)\(slowness(at: now))."
  }

  private func slowness(at now: UInt64) -> String {
    guard state == .open, let throttle = throttle(at: now) else { return "" }
    let rate = "\(counted(throttle.checksPerMinute, "check")) a minute"
    return "; for technical reasons at most \(rate) until \(BeijingClock.text(throttle.until))"
  }

  fileprivate func termLines(at now: UInt64) -> [CaseStory.TermLine] {
    let clocks = runningTerms.map { term in
      CaseStory.TermLine(
        dueAt: term.dueAt, sentence: "the clock \(term.act.words(in: self))", clause: clause(of: term.act))
    }
    let confirmations = proposals.filter { now <= $0.dueAt }.map {
      CaseStory.TermLine(
        dueAt: $0.dueAt, sentence: "proposal #\($0.number) can no longer be confirmed", clause: $0.clause)
    }
    // Both are in order; of equal ends the clock's comes first.
    return (clocks + confirmations).sorted { $0.dueAt < $1.dueAt }
  }

  /// What the clock will cite.
  private func clause(of act: CaseAct) -> Clause {
    let rule = try? Self.rule(for: act, by: [.clock], in: self)
    return rule?.clauses.first ?? Clause(7)
  }

  fileprivate func notes(at now: UInt64, _ calendar: LegalCalendar) -> [String] {
    reviews(LegalCalendar.day(of: now)) + unknownYears(calendar)
  }

  //= Measures art.5
  private func reviews(_ today: CalendarDate) -> [String] {
    guard state != .terminated && state != .rejected else { return [] }
    return findings.filter { $0.reviewBy <= today }.map {
      "Condition \($0.condition) of art.5 was to be looked at again by \($0.reviewBy.iso)."
    }
  }

  /// The day on which a material expires is stated in it, whatever the calendar.
  private func unknownYears(_ calendar: LegalCalendar) -> [String] {
    let computed = runningTerms.filter { $0.act.kind != .expireMaterial }
    return Set(computed.map { LegalCalendar.day(of: $0.dueAt - 1).year }).filter { !calendar.knows($0) }
      .sorted().map {
        "The public holidays of \($0) are not known yet: a term computed in it counts weekends alone."
      }
  }
}
