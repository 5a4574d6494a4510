package import PassgateCrypto
import PassgateStore
import PassgateSystem
import PassgateWire
import Synchronization

/// Whom one deployment trusts for chips: officers import lists, one proposes and another activates, and the loops
/// follow. Each deployment has its own, because whoever tries chips in the sandbox has the key of their CSCA.
///
/// Runs on the deployment's worker, which makes its acts come one at a time; what they come to is in the ledger.
package final class DocumentTrustDesk: Sendable {
  /// Entries in one reply.
  private static let pageEntries: UInt32 = 500
  /// Problems of a proposal that are told one by one.
  private static let shownProblems = 50
  /// Sources in force, and proposals that wait.
  private static let sourceLimit = 64

  private struct State {
    var book: DocumentTrustBook
    var contents: DocumentTrustContents = [:]
    /// Digests of files in force that the store lacks.
    var missing: [[UInt8]] = []
    /// The last listing, which is read in pages.
    var listing: (name: [UInt8], event: UInt64, entries: [TrustEntry])?
  }

  /// What chips are judged by.
  package let trust = Published(DocumentTrust(authorities: []))
  private let deployment: Deployment
  private let files: DocumentTrustFiles
  private let ledger: Ledger
  private let clock: any Clock
  private let log: Log
  private let state: Mutex<State>

  /// Folds the ledger and reads the files that are in force.
  init(
    _ store: DocumentTrustStore, of deployment: Deployment, ledger: Ledger, clock: any Clock, log: Log
  ) throws {
    (self.deployment, self.ledger, self.clock, self.log) = (deployment, ledger, clock, log)
    files = DocumentTrustFiles(store: store, clock: clock, log: log)
    state = Mutex(State(book: try DocumentTrustBook(ledger.events(), of: deployment)))
    load()
  }

  // MARK: What is in force

  /// Reads the sources in force. Where a file is gone nothing is trusted: without a revocation list a signer that is
  /// revoked would pass.
  private func load() {
    state.withLock { state in
      state.contents = [:]
      state.missing = []
      for source in state.book.sources.values {
        do throws(DocumentTrustFault) {
          state.contents[source.name] = try read(source, missing: &state.missing)
        } catch {
          log.error(
            "trust_unreadable", ["source": .string(source.name), "problem": .string(error.field)])
          state.missing += source.files.map(\.digest)
        }
      }
      if !state.missing.isEmpty {
        log.error(
          "trust_incomplete", ["deployment": .string("\(deployment)"), "files": .number(state.missing.count)])
      }
      publish(state)
    }
  }

  /// What was judged when it was activated is a fact now.
  private func read(_ source: TrustSource, missing: inout [[UInt8]]) throws(DocumentTrustFault)
    -> DocumentTrustContent
  {
    var content = DocumentTrustContent(use: source.use)
    for file in source.files {
      guard let bytes = try files.read(file.digest) else {
        missing.append(file.digest)
        continue
      }
      try content.add(bytes, anchors: .judged, at: now)
    }
    return content
  }

  private func publish(_ state: State) {
    trust.replace(state.missing.isEmpty ? state.contents.trust : DocumentTrust(authorities: []))
  }

  /// The anchors of master lists, and the revocation lists that count.
  var inForce: (anchors: [DocumentCertificate], lists: [DocumentRevocationList]) {
    let anchors = state.withLock { $0.contents }.values.filter { $0.use == .anchors }
    return (anchors.flatMap(\.certificates), trust.read().lists)
  }

  private var milliseconds: UInt64 { clock.wallMilliseconds() }
  var now: Int64 { Int64(clamping: milliseconds / 1_000) }

  // MARK: Files

  /// Takes a chunk of a file.
  func putFile(_ order: Order) -> Outcome {
    answer { () throws(DocumentTrustFault) in
      let body = try Self.body(PutTrustFileRequest.self, order)
      let (kept, missing) = state.withLock { ($0.book.files(at: milliseconds), $0.missing) }
      let file = try files.put(body, keeping: kept)
      if file.received == file.byteCount, missing.contains(body.digest) { load() }
      return PutTrustFileReply(salt: freshSalt(), nextOffset: file.received).encoded()
    }
  }

  // MARK: Proposals

  /// Proposes what a source is to be. The lists are judged by what is in force now.
  func propose(_ order: Order) -> Outcome {
    answer(order, ProposeTrustRequest.self) { body in
      var proposal: Result<TrustProposal, DocumentTrustFault> = .failure(.unavailable)
      do throws(DocumentTrustFault) {
        proposal = .success(try draft(body, by: order))
      } catch {
        proposal = .failure(error)
      }
      return ledger.once(
        order, operationID: body.operationID, contentDigest: sha256(body.content.span), keepsBody: true,
        act: { event in
          if case .success(let drafted) = proposal { proposal = .success(drafted.recorded(as: event)) }
          return Deed(
            proposal.outcome { ProposeTrustReply(salt: freshSalt(), proposal: $0).encoded() })
        },
        whenRecorded: {
          guard case .success(let recorded) = proposal else { return }
          state.withLock { $0.book.take(.proposed(recorded)) }
        })
    }
  }

  private func draft(_ body: ProposeTrustRequest, by order: Order) throws(DocumentTrustFault)
    -> TrustProposal
  {
    let (book, contents) = state.withLock { ($0.book, $0.contents) }
    let source = book.sources[body.source]
    guard let use = body.use ?? source?.use else { throw .refused("source: there is none of this name") }
    let names = Set(book.sources.keys).union(book.waiting(at: milliseconds).map(\.source))
    guard names.contains(body.source) || names.count < Self.sourceLimit else {
      throw .refused("source: there are \(Self.sourceLimit) already")
    }
    let next = try content(body.files, for: use, of: body.source, in: contents)
    let former = contents[body.source]
    let changes = DocumentTrustEntries.changes(
      from: former ?? .nothing(use), to: next, of: body.source)
    return TrustProposal(
      digest: digest(of: body, use: use, since: source?.event ?? 0), source: body.source, use: use,
      removal: body.files.isEmpty, files: next.files, proposer: order.actor,
      proposedMilliseconds: milliseconds, event: 0, added: changes.entries.count(of: .added),
      removed: changes.entries.count(of: .removed), replaced: changes.entries.count(of: .replaced),
      unchanged: UInt32(clamping: changes.unchanged),
      problems: next.problems.prefix(Self.shownProblems).map { TrustProblem($0) })
  }

  /// What second officers activate: the files of a source, its use, and the event that it would replace.
  private func digest(of body: ProposeTrustRequest, use: TrustUse, since event: UInt64) -> [UInt8] {
    var bytes = Array("passgate/1 trust proposal".utf8) + [0, UInt8(deployment.rawValue)]
    bytes.append(body.files.isEmpty ? 0 : UInt8(use.rawValue))
    for shift in stride(from: 56, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: event >> shift))
    }
    bytes += Array(body.source.utf8) + [0] + body.files.joined()
    return sha256(bytes.span)
  }

  /// The content of files, judged by what is in force; nothing for no files.
  private func content(
    _ digests: [[UInt8]], for use: TrustUse, of source: String, in contents: DocumentTrustContents
  ) throws(DocumentTrustFault) -> DocumentTrustContent {
    var next = DocumentTrustContent(use: use)
    if digests.isEmpty { return next }
    let former = contents[source]
    guard former.map({ $0.use == use }) != false else {
      throw .refused("use: this source has another; remove it first, or take another name")
    }
    guard Set(digests).count == digests.count else { throw .refused("files: one is named twice") }
    guard former?.files.map(\.digest) != digests else {
      throw .refused("files: they are in force already")
    }
    let anchors = contents.anchors
    for (index, digest) in digests.enumerated() {
      guard let bytes = try files.read(digest) else {
        throw .refused("files[\(index)]: upload it first")
      }
      try next.add(bytes, anchors: .any(anchors), at: now)
    }
    var all = contents
    all[source] = next
    next.keepOut(lists: all.refusedLists(of: source))
    try next.requireSomething()
    if let former, let fault = next.fault(after: former) { throw .refused(fault) }
    return next
  }

  // MARK: Activation

  /// What an activation comes to.
  private struct Activation {
    let proposal: TrustProposal
    /// Nil when the source goes.
    let content: DocumentTrustContent?
    /// With it.
    let contents: DocumentTrustContents
    let trust: DocumentTrust
  }

  /// Activates what another officer has proposed. The lists are judged again: an anchor may have gone since.
  func activate(_ order: Order) -> Outcome {
    answer(order, ActivateTrustRequest.self) { body in
      let activation: Result<Activation, DocumentTrustFault>
      do throws(DocumentTrustFault) {
        activation = .success(try judge(body.digest, activatedBy: order.actor))
      } catch {
        activation = .failure(error)
      }
      let now = milliseconds
      var number: UInt64 = 0
      return ledger.once(
        order, operationID: body.operationID, contentDigest: sha256(body.content.span), keepsBody: true,
        act: { event in
          number = event
          return Deed(activation.outcome { Self.reply($0, event: event, at: now).encoded() })
        },
        whenRecorded: {
          guard case .success(let activation) = activation else { return }
          commit(
            activation, .activated(digest: body.digest, by: order.actor, at: now, event: number))
        })
    }
  }

  private func judge(_ digest: [UInt8], activatedBy officer: String) throws(DocumentTrustFault) -> Activation
  {
    let (book, contents, missing) = state.withLock { ($0.book, $0.contents, $0.missing) }
    let proposal = try waiting(digest, in: book)
    guard proposal.proposer != officer else {
      throw DocumentTrustFault(reason: .secondOfficer, field: "digest: this officer has proposed it")
    }
    guard missing.isEmpty else {
      throw .refused("files: some in force are missing on the platform; import them again first")
    }
    var next = contents
    next[proposal.source] =
      proposal.removal
      ? nil
      : try content(
        proposal.files.map(\.digest), for: proposal.use, of: proposal.source, in: contents)
    return Activation(
      proposal: proposal, content: next[proposal.source], contents: next, trust: next.trust)
  }

  /// The proposal with this digest, if it still stands on what is in force.
  private func waiting(_ digest: [UInt8], in book: DocumentTrustBook) throws(DocumentTrustFault)
    -> TrustProposal
  {
    guard let proposal = book.waiting(at: milliseconds).first(where: { $0.digest == digest }) else {
      throw DocumentTrustFault(reason: .noSuchProposal, field: "digest")
    }
    return proposal
  }

  private static func reply(_ activation: Activation, event: UInt64, at now: UInt64) -> ActivateTrustReply {
    let trust = activation.trust
    return ActivateTrustReply(
      salt: freshSalt(), event: event, source: activation.proposal.source, activatedMilliseconds: now,
      certificates: UInt32(
        clamping: trust.authorities.count + trust.signers.count + trust.pinned.count),
      lists: UInt32(clamping: trust.lists.count))
  }

  /// Makes an activation visible after it is durable; the loops follow with their next tick.
  private func commit(_ activation: Activation, _ act: DocumentTrustAct) {
    state.withLock { state in
      state.book.take(act)
      state.contents = activation.contents
      trust.replace(activation.trust)
    }
    log.info(
      "trust_activated",
      [
        "deployment": .string("\(deployment)"), "source": .string(activation.proposal.source),
        "certificates": .number(activation.content?.certificates.count ?? 0),
      ])
  }

  // MARK: Lists

  /// The sources in force and the proposals that wait.
  func list(_ order: Order) -> Outcome {
    answer { () throws(DocumentTrustFault) in
      _ = try Self.body(ListTrustRequest.self, order)
      let (book, missing) = state.withLock { ($0.book, $0.missing) }
      return ListTrustReply(
        salt: freshSalt(), sources: book.sources.values.sorted { $0.name < $1.name },
        proposals: book.waiting(at: milliseconds), missing: missing
      ).encoded()
    }
  }

  /// A page of what is in force, or of what a proposal would change.
  func listEntries(_ order: Order) -> Outcome {
    answer { () throws(DocumentTrustFault) in
      let body = try Self.body(ListTrustEntriesRequest.self, order)
      let entries = try entries(of: body.digest)
      let start = min(Int(body.after), entries.count)
      let end = min(start + Int(min(max(body.limit, 1), Self.pageEntries)), entries.count)
      return ListTrustEntriesReply(
        salt: freshSalt(), entries: Array(entries[start..<end]),
        next: end < entries.count ? UInt32(clamping: end) : 0
      ).encoded()
    }
  }

  private func entries(of digest: [UInt8]) throws(DocumentTrustFault) -> [TrustEntry] {
    let (book, contents, listing) = state.withLock { ($0.book, $0.contents, $0.listing) }
    let proposal = digest.isEmpty ? nil : try waiting(digest, in: book)
    if let listing, listing.name == digest, listing.event == book.lastEvent { return listing.entries }
    let entries =
      try proposal.map { proposal throws(DocumentTrustFault) in
        try changes(of: proposal, in: contents)
      } ?? contents.flatMap { DocumentTrustEntries.all($1, of: $0) }.sorted(by: DocumentTrustEntries.precedes)
    state.withLock { $0.listing = (digest, book.lastEvent, entries) }
    return entries
  }

  private func changes(of proposal: TrustProposal, in contents: DocumentTrustContents)
    throws(DocumentTrustFault) -> [TrustEntry]
  {
    let next =
      proposal.removal
      ? .nothing(proposal.use)
      : try content(proposal.files.map(\.digest), for: proposal.use, of: proposal.source, in: contents)
    return DocumentTrustEntries.changes(
      from: contents[proposal.source] ?? .nothing(proposal.use), to: next, of: proposal.source
    ).entries
  }
}
