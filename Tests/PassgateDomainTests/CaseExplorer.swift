import Testing

@testable import PassgateDomain

/// A walk through everything that can happen to a case: breadth first, through all acts and around the end of every
/// term. Cases that differ in nothing that matters to the law are walked once.
struct CaseExplorer {
  /// How far a walk goes: what it leaves out another one has.
  struct Extent: Sendable {
    /// Open notices and suspensions up to which more are ordered.
    let orders: Int
    /// Whether materials change.
    let hasMaterials: Bool
  }

  let range: Extent

  init(_ range: Extent) { self.range = range }

  /// A case at a time, and what an observer who knows no table has seen of its steps.
  struct Node {
    var law: Case
    var now: UInt64
    var steps: Steps
    var parent: Int
    var event: CaseEvent?
  }

  /// The steps of art.7 that were taken, as the events tell them.
  struct Steps: OptionSet, Hashable {
    let rawValue: UInt8
    static let passed = Steps(rawValue: 1)
    static let assessed = Steps(rawValue: 2)
    static let debugged = Steps(rawValue: 4)
    static let signed = Steps(rawValue: 8)
    static let countersigned = Steps(rawValue: 16)
    static let connected = Steps(rawValue: 32)
    static let all: Steps = [.passed, .assessed, .debugged, .signed, .countersigned, .connected]

    mutating func take(_ act: CaseAct) {
      switch act {
      case .apply: self = []
      case .review(.pass): insert(.passed)
      case .assess: insert(.assessed)
      case .passConformance: insert(.debugged)
      case .draftAgreement: subtract([.signed, .countersigned])
      case .signAgreement: insert(.signed)
      case .countersignAgreement: insert(.countersigned)
      case .registerCertificate(let certificate) where certificate.isProduction: insert(.connected)
      default: break
      }
    }
  }

  /// What of a case at a time matters to what can happen next.
  private struct Essence: Hashable {
    var state: CaseState
    var steps: Steps
    var flags: UInt32
    /// The open matters.
    var matters: [UInt16]
    /// The running terms in the order of their ends.
    var terms: [CaseAct]
    /// How far the first of them is: 0 far, 1 at its last moment, 2 over.
    var edge: UInt8
  }

  private(set) var nodes: [Node] = []
  private var seen: Set<Essence> = []
  private var uses: Set<Use> = []
  /// What was found against the law; empty when there is none.
  private(set) var violations: [String] = []

  private static let calendar = LegalCalendar.builtIn
  private static let anna = CaseDesk.anna
  private static let texts = "x"

  mutating func run(limit: Int) throws {
    var desk = CaseDesk()
    let days: [MaterialKind: String] = range.hasMaterials ? [.lawfulness: "2026-03-20"] : [:]
    let first = try desk.tenant(.apply(CaseDesk.dossier(expiring: days)))
    use(first)
    try add(
      Node(law: Case(first: first), now: desk.now, steps: [], parent: -1, event: first))
    var next = 0
    while next < nodes.count, nodes.count < limit {
      try explore(next)
      next += 1
    }
  }

  /// The events that led to a node.
  func events(to index: Int) -> [CaseEvent] {
    var (events, place): ([CaseEvent], Int) = ([], index)
    while place >= 0 {
      if let event = nodes[place].event { events.append(event) }
      place = nodes[place].parent
    }
    return events.reversed()
  }

  private mutating func add(_ node: Node) {
    guard seen.insert(Self.essence(node)).inserted else { return }
    nodes.append(node)
  }

  // MARK: Steps

  private mutating func explore(_ index: Int) throws {
    let node = nodes[index]
    wait(node, index)
    if let due = node.law.dueActs(at: node.now).first {
      // Nothing overtakes a term that has run out.
      try step(.complain(caseID: [1], digest: [2]), .anyone([1]), nil, node, index, isExpected: false)
      try step(due, .clock, nil, node, index, isExpected: true)
      return
    }
    for (act, actor, clauses) in moves(node, index) where Self.isTried(act, actor, node.law.state, index) {
      for clause in clauses { try step(act, actor, clause, node, index, isExpected: nil) }
    }
  }

  /// To the last moment of the next term, to its end, past it; and past a proposal's.
  private mutating func wait(_ node: Node, _ index: Int) {
    guard let due = node.law.nextDue, node.now <= due else { return }
    let proposals = node.law.proposals.map { $0.dueAt + 1 }.filter { $0 > node.now && $0 < due }
    // The clock is late for every second case.
    let end = index % 2 == 0 ? due : due + 3_600_000
    for moment in proposals + [due - 1, end] where moment > node.now {
      var later = node
      later.now = moment
      later.parent = index
      later.event = nil
      add(later)
    }
  }

  private mutating func step(
    _ act: CaseAct, _ actor: CaseActor, _ clause: Clause?, _ node: Node, _ index: Int, isExpected: Bool?
  ) throws {
    do throws(CaseFault) {
      let event = try Case.decide(
        act, by: actor, clause: clause, evidence: [], tenantID: "bank", in: node.law, at: node.now,
        calendar: Self.calendar)
      if isExpected == false { violations.append("\(act.kind) was not refused: \(node.law)") }
      var next = node
      try next.law.apply(event)
      next.steps.take(event.act)
      next.parent = index
      next.event = event
      use(event)
      violations += Self.violations(of: event, before: node, after: next)
      add(next)
    } catch {
      if isExpected == true { violations.append("\(act) was refused: \(error)") }
    }
  }

  /// What tells the table's rows apart.
  struct Use: Hashable {
    let kind: CaseAct.Kind
    let from: CaseState?
    let to: CaseState
    let clause: Clause
  }

  private mutating func use(_ event: CaseEvent) {
    var kind = event.act.kind
    if case .propose(let act) = event.act { kind = act.kind }
    uses.insert(Use(kind: kind, from: event.from, to: event.to, clause: event.clause))
  }

  /// The table's rows that nothing has used.
  var unusedRows: [CaseRule] {
    CaseRules.rows.filter { row in
      !uses.contains {
        row.act == $0.kind && row.from.contains($0.from) && row.clauses.contains($0.clause)
          && row.outcome(from: $0.from) == $0.to
      }
    }
  }

  // MARK: What is tried

  private static let inert: Set<CaseAct.Kind> = [
    .inspect, .direct, .recheckEligibility, .throttle, .reportAnomaly, .complain,
  ]

  /// What the table refuses is tried elsewhere (`CaseMatrixTests`), and what only notes something not every time.
  private static func isTried(_ act: CaseAct, _ actor: CaseActor, _ state: CaseState, _ index: Int) -> Bool {
    if inert.contains(act.kind), index % 16 != 0 { return false }
    return act.kind == .confirm || !CaseRules.rows(act.kind, in: state, by: actor.kind).isEmpty
  }

  private typealias Move = (CaseAct, CaseActor, [Clause?])

  private func moves(_ node: Node, _ index: Int) -> [Move] {
    let law = node.law
    var moves = officerMoves(law) + Self.matterMoves(law, index)
    if law.matters.isEmpty { moves += Self.applicationMoves(law) + Self.certificateMoves(law) }
    if range.hasMaterials { moves += Self.materialMoves(law, at: node.now) }
    return moves
  }

  private static func applicationMoves(_ law: Case) -> [Move] {
    let edition = UInt8(truncatingIfNeeded: law.lastNumber)
    let digest = law.draft?.digest ?? []
    var moves: [Move] = [
      (.apply(CaseDesk.dossier(edition)), .tenant, [nil]),
      (.supplement(CaseDesk.dossier(edition)), .tenant, [nil]),
      (.review(.pass(CaseDesk.findings())), anna, [nil]),
      (.review(.fail(reasons: [texts])), anna, [nil]),
      (.review(.supplement(reasons: [texts])), anna, [nil]),
      (.assess(CaseDesk.assessment), anna, [nil]),
      (.passConformance(CaseDesk.pass), .platform, [nil]),
      (.signAgreement(digest: digest), .tenant, [nil]),
      (.countersignAgreement(digest: digest), anna, [nil]),
      (.open, anna, [nil]),
    ]
    if law.draft == nil { moves.append((.draftAgreement(agreement(law.lastVersion + 1)), anna, [nil])) }
    return moves
  }

  /// Rendered once: its text is long.
  private static let drafts = (1...40).map { CaseDesk.agreement($0) }

  private static func agreement(_ version: UInt32) -> Agreement {
    drafts[Int(min(version, UInt32(drafts.count))) - 1]
  }

  private static func certificateMoves(_ law: Case) -> [Move] {
    [(UInt8(1), false), (2, true)].flatMap { key, isProduction -> [Move] in
      [
        (.requestCertificate(CaseDesk.order(key, isProduction: isProduction)), .tenant, [nil]),
        (.registerCertificate(CaseDesk.certificate(key, isProduction: isProduction)), anna, [nil]),
      ]
    }
  }

  /// Two of the five kinds: one that changes, one that expires.
  private static func materialMoves(_ law: Case, at now: UInt64) -> [Move] {
    let edition = UInt8(truncatingIfNeeded: law.lastNumber)
    let changed: CaseAct = .declareChange(.registration, on: LegalCalendar.day(of: now))
    let renewals = [Set([MaterialKind.registration]), [.lawfulness], [.registration, .lawfulness]]
    let isChanged = law.materialTerms[.registration] != nil || law.matters.filter(\.isOpen).count > 1
    return (isChanged ? [] : [(changed, .tenant, [nil])])
      + renewals.map { (.renewMaterials(CaseDesk.dossier(edition, fresh: $0)), .tenant, [nil]) }
  }

  private static let suspensions: [Clause?] = [Clause(13, 2), Clause(13, 3)]

  private func officerMoves(_ law: Case) -> [Move] {
    let open = law.matters.filter(\.isOpen)
    var moves: [Move] = [
      (.inspect(text: Self.texts), Self.anna, [nil]), (.direct(text: Self.texts), Self.anna, [nil]),
      (.recheckEligibility(CaseDesk.findings()), Self.anna, [nil]),
      (.reopen(text: Self.texts), Self.anna, [nil]),
      (.throttle(checksPerMinute: 1, until: law.lastAt + 1_000_000, text: Self.texts), Self.anna, [nil]),
      (.reportAnomaly(Anomaly(detector: "x", text: Self.texts, since: 0, until: 1)), .platform, [nil]),
      (.complain(caseID: [1], digest: [2]), .anyone([1]), [nil]),
    ]
    if open.count < range.orders {
      moves.append((.notice(text: Self.texts), Self.anna, [Clause(12, 1)]))
      moves.append(
        (.suspend(text: Self.texts), Self.anna, range.hasMaterials ? Self.suspensions : [Clause(13, 3)]))
    }
    if law.proposals.isEmpty, open.isEmpty, range.hasMaterials || law.state == .open {
      moves.append((.terminate(text: Self.texts), Self.anna, [Clause(14, 3)]))
      moves.append((.refer(text: Self.texts), Self.anna, [nil]))
    }
    return moves
      + law.proposals.flatMap { proposal in
        [Self.anna, CaseDesk.bela].map { (CaseAct.confirm(proposal: proposal.number), $0, [nil]) }
      }
  }

  /// What fits how a matter stands; for every eighth case what does not, too.
  private static func matterMoves(_ law: Case, _ index: Int) -> [Move] {
    law.matters.flatMap { matter -> [Move] in
      let isAnything = index % 8 == 0
      var moves: [Move] = []
      if isAnything || matter.isOpen && matter.receivedAt == nil {
        moves.append((.acknowledge(subject: matter.number), .tenant, [nil]))
      }
      if isAnything || matter.stage == .received {
        moves.append((.giveFeedback(subject: matter.number, text: texts), .tenant, [nil]))
      }
      if isAnything || matter.stage == .answered {
        moves += [true, false].map {
          (.verifyCorrection(subject: matter.number, isAccepted: $0, text: texts), anna, [nil])
        }
      }
      return moves
    }
  }

  // MARK: What matters

  private static func essence(_ node: Node) -> Essence {
    let law = node.law
    let terms = law.runningTerms
    // Which of two was issued first does not matter, only whose term ends first.
    let open = law.matters.filter(\.isOpen).sorted {
      (code($0), $0.dueAt ?? $0.receiptDueAt) < (code($1), $1.dueAt ?? $1.receiptDueAt)
    }
    let places = Dictionary(uniqueKeysWithValues: open.enumerated().map { ($1.number, UInt64($0)) })
    var edge: UInt8 = 0
    if let due = terms.first?.dueAt { edge = node.now >= due ? 2 : node.now == due - 1 ? 1 : 0 }
    return Essence(
      state: law.state, steps: law.matters.isEmpty ? node.steps : [], flags: flags(node),
      matters: open.map(code), terms: terms.map { $0.act.renumbered(places) }, edge: edge)
  }

  private static func code(_ matter: Case.Matter) -> UInt16 {
    let stage: UInt16 = matter.answeredBy != nil ? 2 : matter.receivedAt != nil ? 1 : 0
    return (matter.isSuspension ? 1 : 0) | (matter.receivedAt != nil ? 2 : 0) | stage << 2
      | UInt16(matter.materials.count) << 4 | UInt16(matter.awaited.count) << 8
  }

  private static func flags(_ node: Node) -> UInt32 {
    let law = node.law
    guard law.state != .terminated else { return law.isReferred ? 1 : 0 }
    let proposal = law.proposals.last.map { node.now > $0.dueAt ? 0 : $0.act.kind == .refer ? 2 : 3 } ?? 0
    let isOpen = law.state == .open || law.state == .suspended
    let isQuiet = law.matters.isEmpty
    let bits: [Bool] = [
      isQuiet && law.hasCertificate(isProduction: false), isQuiet && law.draft != nil,
      isQuiet && law.isDraftSigned,
      !isOpen && law.orders.contains { !$0.isProduction },
      !isOpen && law.orders.contains(where: \.isProduction),
      law.lapsedMaterials.contains(.registration), law.lapsedMaterials.contains(.lawfulness),
      law.materialTerms[.lawfulness]?.hasExpired == true,
    ]
    return bits.reduce(UInt32(proposal)) { $0 << 1 | ($1 ? 1 : 0) }
  }
}

extension CaseAct {
  /// With matters counted among the open ones.
  fileprivate func renumbered(_ places: [UInt64: UInt64]) -> CaseAct {
    switch self {
    case .deemReceived(let subject): .deemReceived(subject: places[subject] ?? 99)
    case .lapse(.correction(let subject)): .lapse(.correction(notice: places[subject] ?? 99))
    case .lapse(.suspension(let subject)): .lapse(.suspension(subject: places[subject] ?? 99))
    default: self
    }
  }
}
