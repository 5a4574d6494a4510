/// What the clocks do if nobody acts.
package enum Rehearsal {
  /// The events that the clock will bring up to and including this time, each at the moment when it is due. Throws
  /// when a due act is refused, which the table does not let happen.
  package static func run(
    _ current: Case, until: UInt64, calendar: LegalCalendar
  ) throws(CaseFault) -> [CaseEvent] {
    var future = current
    var events: [CaseEvent] = []
    while let next = future.runningTerms.first, next.dueAt <= until {
      let event = try Case.decide(
        next.act, by: .clock, clause: nil, evidence: [], tenantID: future.tenantID, in: future,
        at: next.dueAt, calendar: calendar)
      try future.apply(event)
      events.append(event)
    }
    return events
  }
}
