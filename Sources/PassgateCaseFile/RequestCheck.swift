import PassgateDomain
import PassgateWire

/// Holds an event against the request that ordered it.
struct RequestCheck {
  let event: OpenedEvent
  /// The key that the tenant's own acts are signed with.
  let owner: [UInt8]
  let tenantID: String
  /// The events before this one.
  let entries: [CaseFile.Entry]

  func proof(_ trust: CaseTrust) throws(CaseFileError) -> CaseFile.RequestProof {
    guard let header = event.header, let signature = event.signed.requestSignature else {
      try require(event.wire.requestDigest.isEmpty && !isPerson, .requestMissing)
      return .none
    }
    try require(!event.wire.requestDigest.isEmpty, .requestUnexpected)
    let digest = trust.digest(of: header, event.signed.requestHeader)
    try require(digest == event.wire.requestDigest, .otherRequest)
    try require(isSignedByActor(header), .otherSigner)
    let isAuthentic = trust.isAuthentic(header, event.signed.requestHeader, signature)
    try require(isAuthentic != false, .badRequestSignature)
    try checkBody(header, trust)
    return isAuthentic == nil ? .unchecked : .verified
  }

  private func require(_ condition: Bool, _ fault: CaseFileError.Fault) throws(CaseFileError) {
    guard condition else { throw CaseFileError(event.place, fault) }
  }

  private var isPerson: Bool {
    event.event.actors.contains { $0 != .clock && $0 != .platform }
  }

  /// Of two officers the second one's request carries the act out.
  private func isSignedByActor(_ header: RequestHeader) -> Bool {
    switch event.event.actors.last {
    case .tenant: header.tenantID == RequestHeader.selfDeclaredTenantID && header.keyID == owner
    case .officer(let id): header.tenantID == id && header.publicKey.isEmpty
    case .anyone(let keyID):
      header.tenantID == RequestHeader.selfDeclaredTenantID && header.keyID == keyID
    case .clock, .platform, nil: false
    }
  }

  // MARK: The body

  /// The body of a complaint is not kept with the case.
  private func checkBody(_ header: RequestHeader, _ trust: CaseTrust) throws(CaseFileError) {
    let body = event.signed.requestBody
    guard let method = Method.named(header.method) else { throw CaseFileError(event.place, .otherAct) }
    if !body.isEmpty { try require(trust.covers(header, body), .otherBody) }
    switch event.event.act {
    case .complain: try require(method.name == Self.complain, .otherAct)
    default:
      try require(!body.isEmpty, .requestMissing)
      try checkAct(try decode(body, at: event.place, .requestUndecodable), method)
    }
  }

  private static let complain = "passgate.v1.Onboarding/Complain"

  private func checkAct(_ body: ActRequest, _ method: Method) throws(CaseFileError) {
    let ordered: PassgateDomain.CaseAct
    do throws(WireError) {
      ordered = try PassgateDomain.CaseAct(body.act)
    } catch {
      throw CaseFileError(event.place, .requestUndecodable, error.description)
    }
    let clause = body.clause.map { PassgateDomain.Clause($0) }
    try require(method.act == body.act.kind && body.tenantID == tenantID, .otherAct)
    try require(clause == nil || clause == event.event.clause, .otherAct)
    try require(isOutcome(of: ordered, evidence: body.evidence), .otherAct)
  }

  /// An order becomes its act, or the proposal of it; a confirmation becomes the act that was proposed.
  private func isOutcome(of ordered: PassgateDomain.CaseAct, evidence: [[UInt8]]) -> Bool {
    let act = event.event.act
    guard case .confirm(let number) = ordered else {
      return (act == ordered || act == .propose(ordered)) && event.event.evidence == evidence
    }
    guard event.event.actors.count == 2, Set(evidence).isSubset(of: event.event.evidence),
      let entry = entries.first(where: { $0.number == number })
    else { return false }
    guard let proposal = entry.event else { return true }
    return proposal.act == .propose(act)
  }
}
