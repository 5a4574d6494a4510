import PassgateSystem

/// What an import has come to so far, and how it is told.
struct ImportTally {
  /// Problems shown one by one; the rest are counted.
  private static let shownProblems = 20

  private let file: String
  private let rejects: FileDescriptorWriter?
  private let asJSON: Bool
  /// Records on the platform.
  var stored: UInt64 = 0
  private var accepted = 0
  private var rejected = 0
  private var portraits = 0
  private var refusedPortraits: [(line: Int, reason: String)] = []
  private var problems = 0

  init(file: String, rejects: FileDescriptorWriter?, asJSON: Bool) {
    (self.file, self.rejects, self.asJSON) = (file, rejects, asJSON)
  }

  /// Whether nothing was kept out.
  var isClean: Bool { rejected == 0 && refusedPortraits.isEmpty }

  /// For the line of progress.
  var portraitNote: String {
    portraits == 0 && refusedPortraits.isEmpty
      ? "" : "  \(portraits) portraits, \(refusedPortraits.count) kept out"
  }

  mutating func accept(_ line: RegistryLine) {
    accepted += 1
    switch line.portrait {
    case .absent: return
    case .image: portraits += 1
    case .unusable(let reason):
      portraits += 1
      refusePortrait(line: line.number, reason)
    }
  }

  mutating func reject(_ problem: BadLine) {
    rejected += 1
    // A reason may name a key of the line, and that is whatever somebody wrote there.
    show(problem.number, terminalSafe(problem.reason))
  }

  /// The record of this line stays; its portrait does not.
  mutating func refusePortrait(line: Int, _ reason: String) {
    portraits -= 1
    refusedPortraits.append((line, reason))
    show(line, "portrait kept out: \(reason)")
  }

  private mutating func show(_ line: Int, _ reason: String) {
    problems += 1
    rejects?.write("\(line)\t\(reason)\n")
    if problems <= Self.shownProblems {
      writeError("\(file) line \(line): \(reason)\n")
    } else if problems == Self.shownProblems + 1 {
      writeError("more bad lines follow; --rejects FILE keeps them all\n")
    }
  }

  /// A word to people.
  func tell(_ sentence: String) {
    if !asJSON { writeError("\(sentence)\n") }
  }

  func report(_ what: String) {
    if asJSON { return printJSON(members(what)) }
    var sentence = "\(what): \(stored) records stored, \(accepted) lines good, \(rejected) lines kept out"
    if portraits > 0 || !refusedPortraits.isEmpty {
      sentence += ", \(portraits) portraits good, \(refusedPortraits.count) portraits kept out"
    }
    print(sentence)
  }

  private func members(_ what: String) -> (inout JSONWriter) -> Void {
    return { json in
      json.string("result", what)
      json.number("accepted", accepted)
      json.number("rejected", rejected)
      json.number("stored", stored)
      json.number("portraits", portraits)
      json.array("refusedPortraits") { json in
        for refused in refusedPortraits.sorted(by: { $0.line < $1.line }) {
          json.object { json in
            json.number("line", refused.line)
            json.string("reason", refused.reason)
          }
        }
      }
    }
  }
}
