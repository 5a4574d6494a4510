import PassgateWire

/// What was done about the sources of trust of one deployment, as the ledger has it.
enum DocumentTrustAct: Sendable {
  case proposed(TrustProposal)
  /// - at: milliseconds since 1970.
  case activated(digest: [UInt8], by: String, at: UInt64, event: UInt64)

  private static let proposing = "passgate.v1.Trust/Propose"
  private static let activating = "passgate.v1.Trust/Activate"

  /// The act of an event; nil when it is about something else, or another deployment.
  init?(_ event: LedgerEvent, of deployment: Deployment) throws {
    guard !event.requestHeader.isEmpty else { return nil }
    let header = try RequestHeader(decoding: event.requestHeader.span)
    guard header.deployment == deployment else { return nil }
    switch header.method {
    case Self.proposing:
      self = .proposed(try ProposeTrustReply(decoding: event.outcome.span).proposal)
    case Self.activating:
      let reply = try ActivateTrustReply(decoding: event.outcome.span)
      self = .activated(
        digest: try ActivateTrustRequest(decoding: event.requestBody.span).digest, by: event.actor,
        at: reply.activatedMilliseconds, event: reply.event)
    default: return nil
    }
  }
}

/// The sources in force and the proposals that wait: the fold of all acts.
struct DocumentTrustBook: Sendable {
  /// How long a proposal waits for a second officer, milliseconds.
  static let patience: UInt64 = 24 * 3_600_000

  /// By name.
  private(set) var sources: [String: TrustSource] = [:]
  /// By source: a later one takes the place of an earlier.
  private(set) var proposals: [String: TrustProposal] = [:]
  /// The event by which a source went last.
  private var removed: UInt64 = 0

  init() {}

  /// Folds the ledger.
  init(_ events: [LedgerEvent], of deployment: Deployment) throws {
    for event in events {
      if let act = try DocumentTrustAct(event, of: deployment) { take(act) }
    }
  }

  mutating func take(_ act: DocumentTrustAct) {
    switch act {
    case .proposed(let proposal): proposals[proposal.source] = proposal
    case .activated(let digest, let officer, let now, let event):
      guard let proposal = proposals.values.first(where: { $0.digest == digest }) else { return }
      proposals[proposal.source] = nil
      if proposal.removal { removed = event }
      sources[proposal.source] =
        proposal.removal
        ? nil
        : TrustSource(
          name: proposal.source, use: proposal.use, files: proposal.files,
          proposer: proposal.proposer, activator: officer, activatedMilliseconds: now, event: event)
    }
  }

  /// The proposals that another officer may activate now, by source.
  func waiting(at now: UInt64) -> [TrustProposal] {
    proposals.values.filter { now <= $0.proposedMilliseconds + Self.patience }
      .sorted { $0.source < $1.source }
  }

  /// The number of the last event that changed something here; 0 for none.
  var lastEvent: UInt64 {
    max(sources.values.map(\.event).max() ?? 0, proposals.values.map(\.event).max() ?? 0, removed)
  }

  /// Digests of the files that are in force or proposed.
  func files(at now: UInt64) -> Set<[UInt8]> {
    Set((sources.values.flatMap(\.files) + waiting(at: now).flatMap(\.files)).map(\.digest))
  }
}
