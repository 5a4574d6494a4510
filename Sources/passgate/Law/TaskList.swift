import PassgateDomain

/// What waits for the organisation in its case, each with the command that does it.
struct TaskList {
  struct Task {
    let what: String
    let command: String
  }

  private let current: Case
  private let possible: [PossibleAct]

  init(_ current: Case, at now: UInt64) {
    self.current = current
    possible = current.possibleActs(at: now).filter { $0.actor == .tenant }
  }

  /// In the order of urgency.
  var tasks: [Task] { receipts + materials + application + agreement + certificates }

  /// What is said when there is no task.
  static func nothing(in state: CaseState) -> String {
    switch state {
    case .open: "nothing: the service is open"
    case .terminated: "nothing: the service was terminated for good"
    default: "nothing: the next step is the platform's"
    }
  }

  private func isPossible(_ kind: CaseAct.Kind) -> Bool { possible.contains { $0.kind == kind } }

  private func subjects(_ kind: CaseAct.Kind) -> [UInt64] {
    possible.filter { $0.kind == kind }.flatMap(\.subjects)
  }

  private var receipts: [Task] {
    subjects(.acknowledge).map { number in
      Task(what: "confirm the receipt of #\(number)", command: "passgate notice acknowledge \(number)")
    }
      + subjects(.giveFeedback).map { number in
        Task(
          what: "correct what #\(number) names, and report it",
          command: "passgate notice feedback \(number) --text FILE")
      }
  }

  private var materials: [Task] {
    guard isPossible(.renewMaterials) else { return [] }
    return current.materialTerms.keys.sorted { $0.rawValue < $1.rawValue }.map { kind in
      Task(what: "submit anew \(kind.english)", command: "passgate materials renew --dossier DIR")
    }
  }

  private var application: [Task] {
    if isPossible(.supplement) {
      return [Task(what: "submit what was asked for", command: "passgate supplement --dossier DIR")]
    }
    return isPossible(.apply)
      ? [Task(what: "apply again, if the reasons no longer hold", command: "passgate apply --dossier DIR")]
      : []
  }

  private var agreement: [Task] {
    guard isPossible(.signAgreement) else { return [] }
    return [
      Task(what: "read and sign the agreement", command: "passgate agreement show, passgate agreement sign")
    ]
  }

  private var certificates: [Task] {
    switch current.state {
    case .debugging where isRegistered(production: false):
      return [
        Task(
          what: "fetch the certificate, and pass the conformance run with a profile of the sandbox",
          command: "passgate certificate fetch --out FILE, passgate conformance --profile FILE")
      ]
    case .debugging: return request("sandbox", production: false)
    case .agreement where !isRegistered(production: true): return request("production", production: true)
    default: return []
    }
  }

  private func isRegistered(production: Bool) -> Bool {
    current.certificates.contains { $0.isProduction == production }
  }

  private func request(_ deployment: String, production: Bool) -> [Task] {
    guard !current.orders.contains(where: { $0.isProduction == production }) else { return [] }
    return [
      Task(
        what: "ask for a certificate for \(deployment)",
        command: "passgate certificate request --key FILE --new-key --deployment \(deployment)")
    ]
  }
}
