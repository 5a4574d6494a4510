import PassgateDomain
import PassgateSystem

// What the commands of the legal path take from the command line.
extension CommandLine.Invocation {
  /// The case's tenant, the first argument of an officer's command.
  func tenantArgument() throws -> String {
    let id = arguments[0]
    guard CaseText.isIdentifier(id) else {
      throw Failure("\(terminalSafe(id)): a tenant's id is 1 to 32 of a-z, 0-9 and -")
    }
    return id
  }

  /// The number of an event of the case, at this place of the arguments.
  func numberArgument(_ place: Int) throws -> UInt64 {
    guard let number = UInt64(arguments[place]), number > 0 else {
      throw Failure(
        "\(terminalSafe(arguments[place])): a notice, suspension or proposal is named by its number, from 1")
    }
    return number
  }

  /// The article and item of `--clause`, such as "13(3)".
  func clause() throws -> Clause? {
    guard let text = value("--clause") else { return nil }
    guard let clause = Clause(text) else {
      throw Failure("--clause: name an article and its item, such as 13(3), not \(terminalSafe(text))")
    }
    return clause
  }

  /// The text of `--text FILE`: its lines in one line, as a case keeps it.
  func text() throws -> String {
    guard let source = value("--text") else { throw Failure("--text is missing: --text FILE") }
    let lines = try Self.lines(source)
    let text = lines.map(Self.trimmed).filter { !$0.isEmpty }.joined(separator: " ")
    let place = source == "-" ? "standard input" : source
    return try Self.checked(text, place)
  }

  /// The texts of a repeated option that is given at least once.
  func texts(_ name: String) throws -> [String] {
    guard flag(name) else { throw Failure("\(name) is missing: \(name) TEXT") }
    return try values(name).map { try Self.checked($0, name) }
  }

  /// `--operation`, or a new id.
  func operationID(orNew random: () throws -> [UInt8]) throws -> [UInt8] {
    guard let text = value("--operation") else { return try random() }
    guard let id = Hex.decode(text), id.count == 16 else {
      throw Failure("--operation: an operation id is 32 hexadecimal digits")
    }
    return id
  }

  /// SHA-256 of each file of `--evidence`; the files stay here.
  func evidence() throws -> [[UInt8]] {
    let files = values("--evidence")
    guard files.count <= 32 else { throw Failure("--evidence: at most 32 files for one act") }
    return try files.map { try digest(ofFile: $0) }
  }

  /// A day, "YYYY-MM-DD".
  func date(_ name: String) throws -> CalendarDate? {
    guard let text = value(name) else { return nil }
    guard let date = CalendarDate(iso: text) else { throw Failure("\(name) must be a day, YYYY-MM-DD") }
    return date
  }

  private static func checked(_ text: String, _ place: String) throws -> String {
    guard CaseText.isClean(text, characters: 1...2_000) else {
      throw Failure("\(place): a text has 1 to 2,000 visible characters; it has \(text.unicodeScalars.count)")
    }
    return text
  }

  private static func lines(_ source: String) throws -> [String] {
    var reader = try LineReader(path: source)
    var lines: [String] = []
    while let line = try reader.next() {
      lines.append(String(decoding: line, as: UTF8.self))
      guard reader.byteOffset <= 64 << 10 else {
        throw Failure("--text: a text has at most 2,000 characters")
      }
    }
    return lines
  }

  private static func trimmed(_ line: String) -> Substring {
    var line = line[...]
    while let first = line.first, first.isWhitespace { line.removeFirst() }
    while let last = line.last, last.isWhitespace { line.removeLast() }
    return line
  }
}

extension Clause {
  /// Reads "13(3)", "art.13(3)" or "8"; nil for anything else.
  init?(_ text: String) {
    let body = text.hasPrefix("art.") ? text.dropFirst(4) : text[...]
    let parts = body.split(separator: "(", maxSplits: 1, omittingEmptySubsequences: false)
    guard let article = UInt8(parts[0]), article > 0 else { return nil }
    guard parts.count == 2 else {
      self.init(article)
      return
    }
    guard parts[1].hasSuffix(")"), let item = UInt8(parts[1].dropLast()), item > 0 else { return nil }
    self.init(article, item)
  }
}
