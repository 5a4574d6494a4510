/// One step of a case as it is recorded: the case is the fold of its events.
package struct CaseEvent: Sendable, Hashable {
  /// In its case, from 1 without gaps.
  package var number: UInt64
  package var tenantID: String
  /// Milliseconds since 1970.
  package var at: UInt64
  /// One, or two where the table demands two officers (the proposer first).
  package var actors: [CaseActor]
  package var act: CaseAct
  /// Nil for the first event of a case.
  package var from: CaseState?
  package var to: CaseState
  /// What the act rests on.
  package var clause: Clause
  /// SHA-256 of what shows the grounds, 32 bytes each.
  package var evidence: [[UInt8]]
  /// The end of the term that this event sets, milliseconds since 1970; nil when it sets none.
  package var dueAt: UInt64?

  package init(
    number: UInt64, tenantID: String, at: UInt64, actors: [CaseActor], act: CaseAct, from: CaseState?,
    to: CaseState, clause: Clause, evidence: [[UInt8]], dueAt: UInt64?
  ) {
    self.number = number
    self.tenantID = tenantID
    self.at = at
    self.actors = actors
    self.act = act
    self.from = from
    self.to = to
    self.clause = clause
    self.evidence = evidence
    self.dueAt = dueAt
  }
}
