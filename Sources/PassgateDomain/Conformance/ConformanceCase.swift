/// One case of joint debugging: what the tenant's side does, and what the platform must have seen of it.
//= Measures art.7(3)
package struct ConformanceCase: Sendable, Hashable {
  /// What a case is about.
  package enum Group: String, Sendable, Hashable, CaseIterable {
    case good
    case bad
    case edge
    case errorHandling = "error-handling"
    case keyRoll = "key-roll"
    case replyVerification = "reply-verification"

    package var title: String {
      switch self {
      case .good: "right requests"
      case .bad: "wrong requests"
      case .edge: "edges"
      case .errorHandling: "error handling"
      case .keyRoll: "key roll"
      case .replyVerification: "reply verification"
      }
    }

    package var titleChinese: String {
      switch self {
      case .good: "正确请求"
      case .bad: "错误请求"
      case .edge: "边界情形"
      case .errorHandling: "差错处理"
      case .keyRoll: "密钥轮换"
      case .replyVerification: "应答验证"
      }
    }
  }

  /// What shows that the case was passed.
  package enum Kind: Sendable, Hashable {
    /// The platform saw requests of this pattern, or of one that takes its place under a circumstance.
    case requests(RequestPattern, instead: [Circumstance: RequestPattern])
    /// The tenant's side believed a reply that is right, or did not believe one that is wrong.
    case reply(isRight: Bool)
  }

  /// `[a-z0-9-]{1,32}`, unique in the suite and never given to another case.
  package let id: String
  package let group: Group
  /// What a pass shows, in one sentence.
  package let shows: String
  package let showsChinese: String
  package let kind: Kind

  package init(id: String, group: Group, shows: String, showsChinese: String, kind: Kind) {
    self.id = id
    self.group = group
    self.shows = shows
    self.showsChinese = showsChinese
    self.kind = kind
  }

  /// True when these requests, each with everything that was seen of it, pass a case of requests.
  package func isPassed(by requests: [[Sighting]], under circumstances: Set<Circumstance>) -> Bool {
    patterns(under: circumstances).contains { $0.matches(requests) }
  }

  /// The patterns any of which passes a case of requests; none for a case of replies.
  package func patterns(under circumstances: Set<Circumstance>) -> [RequestPattern] {
    guard case .requests(let pattern, let instead) = kind else { return [] }
    return [pattern] + circumstances.compactMap { instead[$0] }
  }
}

/// What cannot be otherwise for some tenants.
package enum Circumstance: Sendable, Hashable, CaseIterable {
  /// A signing server signs, and refuses headers that its own rules forbid.
  case signingServer
  /// Only one key of the tenant is live.
  case oneKey
}

/// What a check came to, as evidence has it: without the reason of an UNDETERMINED.
package enum VerdictClass: String, Sendable, Hashable {
  case consistent = "CONSISTENT"
  case inconsistent = "INCONSISTENT"
  case undetermined = "UNDETERMINED"
}

/// What one request came to.
package enum ConformanceOutcome: Sendable, Hashable, CustomStringConvertible {
  /// One for each of its claims.
  case verdicts([VerdictClass])
  /// The name of the reason, and the field at fault where one is named.
  case refused(String, field: String = "")

  package static let consistent = ConformanceOutcome.verdicts([.consistent])
  package static let inconsistent = ConformanceOutcome.verdicts([.inconsistent])
  package static let undetermined = ConformanceOutcome.verdicts([.undetermined])

  package var description: String {
    switch self {
    case .verdicts(let verdicts): inWords(verdicts.map(\.rawValue), between: "+")
    case .refused(let reason, ""): reason
    case .refused(let reason, let field): "\(reason) \(field)"
    }
  }
}

/// One time that a request reached the platform.
package struct Sighting: Sendable, Hashable {
  package let outcome: ConformanceOutcome
  /// What tells its connection from others: the channel binding.
  package let connection: [UInt8]
  package let keyID: [UInt8]
  /// Of its signature: how many requests share it.
  package let treeSize: UInt64
  package let sequence: UInt64
  /// The check of the suite whose claim it made, word for word; nil for every other request.
  package let check: String?

  package init(
    outcome: ConformanceOutcome, connection: [UInt8], keyID: [UInt8], treeSize: UInt64, sequence: UInt64,
    check: String? = nil
  ) {
    self.outcome = outcome
    self.connection = connection
    self.keyID = keyID
    self.treeSize = treeSize
    self.sequence = sequence
    self.check = check
  }
}

/// What must have been seen of a case's requests.
package struct RequestPattern: Sendable, Hashable {
  /// How the requests of a case stand to each other.
  package enum Relation: Sendable, Hashable {
    case any
    /// All under one signature.
    case oneSignature
    /// Each time on a connection of its own.
    case differentConnections
    /// Each signed with a key of its own.
    case differentKeys
    case sameSequence
    case fallingSequence
  }

  /// For each request in order: its outcomes, one for each time that it was sent.
  package let outcomes: [[ConformanceOutcome]]
  package let relation: Relation
  /// The check whose claim each of them makes; nil where the claim does not matter.
  package let check: String?

  package init(_ outcomes: [[ConformanceOutcome]], _ relation: Relation = .any, check: String? = nil) {
    self.outcomes = outcomes
    self.relation = relation
    self.check = check
  }

  /// True when exactly this was seen.
  package func matches(_ requests: [[Sighting]]) -> Bool {
    let all = requests.flatMap(\.self)
    return requests.map { $0.map(\.outcome) } == outcomes && isKept(by: all)
      && (check == nil || all.allSatisfy { $0.check == check })
  }

  private func isKept(by all: [Sighting]) -> Bool {
    switch relation {
    case .any: true
    case .oneSignature: all.allSatisfy { $0.treeSize == UInt64(outcomes.count) }
    case .differentConnections: Set(all.map(\.connection)).count == all.count
    case .differentKeys: Set(all.map(\.keyID)).count == all.count
    case .sameSequence: Set(all.map(\.sequence)).count == 1
    case .fallingSequence: zip(all, all.dropFirst()).allSatisfy { $0.sequence > $1.sequence }
    }
  }
}

extension [[Sighting]] {
  /// What was seen, in few words: `24 CONSISTENT`, `CONSISTENT then SEQUENCE_USED, CONSISTENT`.
  package var inWords: String {
    PassgateDomain.inWords(
      map { $0.map(\.outcome.description).joined(separator: " then ") }, between: ", ")
  }
}

/// The words, equal neighbours counted.
private func inWords(_ words: [String], between separator: String) -> String {
  var parts: [(word: String, count: Int)] = []
  for word in words {
    if parts.last?.word == word { parts[parts.count - 1].count += 1 } else { parts.append((word, 1)) }
  }
  return parts.map { $0.count == 1 ? $0.word : "\($0.count) \($0.word)" }.joined(separator: separator)
}
