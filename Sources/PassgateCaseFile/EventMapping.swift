package import PassgateDomain
package import PassgateWire

extension PassgateDomain.Clause {
  package init(_ clause: PassgateWire.Clause) {
    self.init(UInt8(clamping: clause.article), UInt8(clamping: clause.item))
  }
}

extension PassgateWire.Clause {
  package init(_ clause: PassgateDomain.Clause) {
    self.init(article: UInt32(clause.article), item: UInt32(clause.item))
  }
}

extension PassgateDomain.CaseActor {
  package init(_ actor: PassgateWire.CaseActor) {
    self =
      switch actor.kind {
      case .tenant: .tenant
      case .officer: .officer(actor.officer)
      case .clock: .clock
      case .platform: .platform
      case .anyone: .anyone(actor.keyID)
      }
  }
}

extension PassgateWire.CaseActor {
  package init(_ actor: PassgateDomain.CaseActor) {
    switch actor {
    case .tenant: self.init(kind: .tenant, officer: "", keyID: [])
    case .officer(let id): self.init(kind: .officer, officer: id, keyID: [])
    case .clock: self.init(kind: .clock, officer: "", keyID: [])
    case .platform: self.init(kind: .platform, officer: "", keyID: [])
    case .anyone(let keyID): self.init(kind: .anyone, officer: "", keyID: keyID)
    }
  }
}

extension PassgateDomain.CaseEvent {
  /// Throws with the field's path from the event.
  package init(_ event: PassgateWire.CaseEvent) throws(WireError) {
    self.init(
      number: event.number, tenantID: event.tenantID, at: event.atMilliseconds,
      actors: event.actors.map { PassgateDomain.CaseActor($0) },
      act: try inside("act") { () throws(WireError) in try PassgateDomain.CaseAct(event.act) },
      from: event.from.map { PassgateDomain.CaseState($0) }, to: PassgateDomain.CaseState(event.to),
      clause: PassgateDomain.Clause(event.clause), evidence: event.evidence,
      dueAt: event.dueMilliseconds == 0 ? nil : event.dueMilliseconds)
  }
}

extension PassgateWire.CaseEvent {
  /// - Parameters:
  ///   - previous: SHA-256 of the event before, as encoded; nil for the first of a case.
  ///   - requestDigest: leaf hash of the request that ordered it; nil when the clock or the platform acted.
  package init(
    _ event: PassgateDomain.CaseEvent, previous: [UInt8]?, requestDigest: [UInt8]?
  ) throws(WireError) {
    self.init(
      number: event.number, tenantID: event.tenantID, atMilliseconds: event.at,
      actors: event.actors.map { PassgateWire.CaseActor($0) },
      act: try inside("act") { () throws(WireError) in try PassgateWire.CaseAct(event.act) },
      from: event.from.map { PassgateWire.CaseState($0) }, to: PassgateWire.CaseState(event.to),
      clause: PassgateWire.Clause(event.clause), evidence: event.evidence,
      dueMilliseconds: event.dueAt ?? 0, previous: previous ?? Self.noPrevious,
      requestDigest: requestDigest ?? [])
  }

  /// What the first event of a case names as the one before.
  package static let noPrevious = [UInt8](repeating: 0, count: WireLength.digest)
}
