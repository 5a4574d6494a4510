package import PassgateDomain

/// What one reading may cost, and what it is for.
package struct ReadingTerms: Sendable {
  /// The data groups that are read where EF.SOD covers them; fingerprints and irises never are.
  package var groups: Set<ChipFile>
  /// Whether the reader passes commands and answers of more than 256 bytes.
  package var allowsExtendedLength: Bool
  /// From the beginning to the last answer, in milliseconds.
  package var duration: UInt64
  /// The most commands of one batch, two at least: fewer make progress visible, more save round trips.
  package var batch: Int
  package var commandLimit: Int
  package var turnLimit: Int
  /// The most bytes of all answers together, and so of what is kept.
  package var byteLimit: Int

  package init(
    groups: Set<ChipFile> = [.dg1, .dg2, .dg11, .dg12, .dg14, .dg15], allowsExtendedLength: Bool = false,
    duration: UInt64 = 120_000, batch: Int = 64, commandLimit: Int = 16_384, turnLimit: Int = 400,
    byteLimit: Int = 3 << 20
  ) {
    self.groups = groups.filter { $0.group != nil && !$0.isForbidden }
    self.allowsExtendedLength = allowsExtendedLength
    self.duration = duration
    self.batch = max(2, batch)
    self.commandLimit = commandLimit
    self.turnLimit = turnLimit
    self.byteLimit = byteLimit
  }
}

/// What a reading has cost so far.
struct ReadingCost: Sendable {
  private let terms: ReadingTerms
  let deadline: UInt64
  private(set) var commands = 0
  private(set) var turns = 0
  private var bytes = 0

  init(_ terms: ReadingTerms, now: UInt64) {
    self.terms = terms
    deadline = now.addingReportingOverflow(terms.duration).overflow ? .max : now + terms.duration
  }

  mutating func send(_ batch: [CommandAPDU]) throws(ChipFault) {
    commands += batch.count
    turns += 1
    guard commands <= terms.commandLimit, turns <= terms.turnLimit else { throw .tooMany }
  }

  mutating func receive(_ answers: [[UInt8]], now: UInt64) throws(ChipFault) {
    guard now <= deadline else { throw .timedOut }
    for answer in answers {
      guard answer.count <= terms.byteLimit - bytes else { throw .tooMany }
      bytes += answer.count
    }
  }
}

/// What was read of a chip, all of it in one session of secure messaging. It does not print.
package struct ChipReadingResult: Sendable, Confidential {
  /// Each whole, as its first bytes say; unproven until EF.SOD is judged.
  package let files: [ChipFile: [UInt8]]
  package let access: ChipVerdict.Access
  package let secret: ChipVerdict.AccessSecret
  /// In the order in which they were given; empty where the chip has no key for it. They count only when EF.SOD, or
  /// the signature of EF.CardSecurity, covers the key.
  package let proofs: [ChipProof]
  /// How often the reader was asked, and for how many commands.
  package let turns: Int
  package let commands: Int

  init(_ contents: ReadingCourse.Contents, _ cost: ReadingCost) {
    files = contents.files
    access = contents.access
    secret = contents.secret
    proofs = contents.proofs
    turns = cost.turns
    commands = cost.commands
  }
}
