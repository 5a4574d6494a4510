import PassgateSystem

/// Two pictures, and whether they are of one person.
struct NamedPair: Sendable, Equatable {
  /// The one on record.
  let reference: String
  /// The one taken.
  let live: String
  let isSame: Bool
  /// What is measured apart: "document".
  let kind: String
}

/// A table of pairs: a line of headings with `a`, `b`, `same` (1 or 0) and `kind` among them, then one pair a line,
/// tabs between.
struct PairsFile: Sendable, Equatable {
  let pairs: [NamedPair]

  /// The most bytes a table may have.
  static let limit = 64 << 20

  /// Reads a table, which `path` names in what is wrong with it.
  init(_ bytes: [UInt8], _ path: String) throws(PairsFault) {
    let text = String(decoding: bytes, as: UTF8.self)
    let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    let headings = Self.cells(lines.first ?? "")
    let columns = ["a", "b", "same", "kind"].map { headings.firstIndex(of: $0) }
    guard let a = columns[0], let b = columns[1], let same = columns[2], let kind = columns[3] else {
      throw PairsFault(path: path, line: 1, problem: "the headings a, b, same and kind are expected")
    }
    var pairs: [NamedPair] = []
    for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty {
      let cells = Self.cells(line)
      guard cells.count == headings.count, ["0", "1"].contains(cells[same]), !cells[kind].isEmpty else {
        throw PairsFault(
          path: path, line: index + 1, problem: "\(headings.count) columns with 'same' 1 or 0 are expected")
      }
      pairs.append(
        NamedPair(reference: cells[a], live: cells[b], isSame: cells[same] == "1", kind: cells[kind]))
    }
    guard !pairs.isEmpty else { throw PairsFault(path: path, line: 2, problem: "a pair is expected") }
    self.pairs = pairs
  }

  private static func cells(_ line: Substring) -> [String] {
    line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
  }
}

/// What is wrong with a table of pairs, and where.
struct PairsFault: Error, Sendable, Equatable, CustomStringConvertible {
  let path: String
  let line: Int
  let problem: String

  var description: String { "\(path), line \(line): \(problem)" }
}
