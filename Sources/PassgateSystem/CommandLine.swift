/// One program's command line as a table: what it understands is what its `--help` says.
package struct CommandLine: Sendable {
  /// One `--name`.
  package struct Option: Sendable {
    /// With its dashes: "--profile".
    package let name: String
    /// What the help calls its value, "FILE"; nil for a flag.
    package let value: String?
    /// Whether it may be given more than once.
    package let repeated: Bool
    package let required: Bool
    /// The only values it takes; any where empty.
    package let choices: [String]
    /// The only whole numbers it takes; text where nil.
    package let range: ClosedRange<Int>?
    /// A sentence or more.
    package let help: String

    package init(
      name: String, value: String? = nil, repeated: Bool = false, required: Bool = false,
      choices: [String] = [], range: ClosedRange<Int>? = nil, help: String
    ) {
      self.name = name
      self.value = value
      self.repeated = repeated
      self.required = required
      self.choices = choices
      self.range = range
      self.help = help
    }
  }

  /// A command line to copy, and what it does.
  package struct Example: Sendable {
    package let line: String
    package let meaning: String

    package init(_ line: String, _ meaning: String) {
      self.line = line
      self.meaning = meaning
    }
  }

  /// What an exit status means.
  package struct ExitStatus: Sendable {
    package let code: Int32
    package let meaning: String

    package init(_ code: Int32, _ meaning: String) {
      self.code = code
      self.meaning = meaning
    }
  }

  /// One thing the program does.
  package struct Command: Sendable {
    /// The words that choose it: ["operator", "provision"]; empty for a program that does one thing.
    package let path: [String]
    /// "FILE" must be there, "[FILE]" may, "FILE..." is one or more, "[FILE...]" any number; the last alone may
    /// be other than the first form.
    package let arguments: [String]
    package let options: [Option]
    /// One line, no full stop.
    package let summary: String
    /// Paragraphs, an empty line between two; a line that begins with a space is kept as it is.
    package let details: String
    package let examples: [Example]

    package init(
      path: [String], arguments: [String] = [], options: [Option] = [], summary: String,
      details: String = "", examples: [Example] = []
    ) {
      self.path = path
      self.arguments = arguments
      self.options = options
      self.summary = summary
      self.details = details
      self.examples = examples
    }
  }

  /// A command with what was given to it, checked against the table.
  package struct Invocation: Sendable {
    package let command: Command
    /// What was given to each option, by name; a flag holds one empty string each time it was given.
    package fileprivate(set) var options: [String: [String]] = [:]
    package fileprivate(set) var arguments: [String] = []

    /// Whether a flag was given.
    package func flag(_ name: String) -> Bool { options[name] != nil }

    /// The value of an option given once; nil where it was not given.
    package func value(_ name: String) -> String? { options[name]?.first }

    /// The values of a repeated option, in their order.
    package func values(_ name: String) -> [String] { options[name] ?? [] }

    /// The value of an option that has a range; nil where it was not given.
    package func integer(_ name: String) -> Int? { value(name).flatMap { Int($0) } }

    fileprivate init(_ command: Command) { self.command = command }
  }

  /// What a command line asks for.
  package enum Outcome: Sendable {
    /// The text to print on standard output.
    case help(String)
    case version
    case run(Invocation)
    /// What is wrong, what was probably meant and where to read on: for standard error, then exit 2.
    case usage(String)
  }

  package let program: String
  /// One line, no full stop.
  package let summary: String
  /// As in `Command`.
  package let details: String
  /// Options every command takes.
  package let options: [Option]
  package let exitStatus: [ExitStatus]
  package let commands: [Command]

  package init(
    program: String, summary: String, details: String = "", options: [Option] = [],
    exitStatus: [ExitStatus] = [], commands: [Command]
  ) {
    self.program = program
    self.summary = summary
    self.details = details
    self.options = options
    self.exitStatus = exitStatus
    self.commands = commands
  }

  /// Reads the arguments behind the program's name.
  package func parse(_ words: [String] = Array(Swift.CommandLine.arguments.dropFirst())) -> Outcome {
    if words.first == "--version" { return .version }
    guard let command = command(of: words) else { return withoutCommand(words) }
    do {
      return try parse(Array(words.dropFirst(command.path.count)), for: command)
    } catch {
      return usage(error.sentence, command.path)
    }
  }
}

/// What is wrong with a command line, as a sentence without its end.
private struct UsageFault: Error {
  let sentence: String
}

// MARK: - Which command

extension CommandLine {
  /// The command with the longest path that begins the words.
  private func command(of words: [String]) -> Command? {
    commands.filter { words.starts(with: $0.path) }.max { $0.path.count < $1.path.count }
  }

  /// No command has these first words: a group's name, a wish for help, or a mistake.
  private func withoutCommand(_ words: [String]) -> Outcome {
    let group = longestGroup(words)
    let choices = Set(commands.filter { $0.path.starts(with: group) }.map { $0.path[group.count] }).sorted()
    guard words.count > group.count else {
      return usage("name a command: \(choices.joined(separator: ", "))", group)
    }
    let word = words[group.count]
    if Self.asksForHelp(word) { return .help(overview(of: group)) }
    if word.hasPrefix("-") { return usage("the command comes before its options", group) }
    return usage(Self.unknown("command", word, among: choices), group)
  }

  /// The longest beginning of the words that begins a command's path too.
  private func longestGroup(_ words: [String]) -> [String] {
    var group: [String] = []
    for word in words {
      guard commands.contains(where: { $0.path.starts(with: group + [word]) }) else { break }
      group.append(word)
    }
    return group
  }

  private static func asksForHelp(_ word: String) -> Bool { word == "--help" || word == "-h" }

  private static func unknown(_ kind: String, _ name: String, among known: [String]) -> String {
    let guess = nearestName(to: name, among: known).map { "; did you mean '\($0)'?" } ?? ""
    return "unknown \(kind) '\(name)'\(guess)"
  }

  private func usage(_ sentence: String, _ path: [String]) -> Outcome {
    let name = ([program] + path).joined(separator: " ")
    return .usage("\(name): \(terminalSafe(sentence))\nTry '\(name) --help'.")
  }
}

// MARK: - What was given to it

extension CommandLine {
  private func parse(_ words: [String], for command: Command) throws(UsageFault) -> Outcome {
    var invocation = Invocation(command)
    var rest = words[...]
    while let word = rest.popFirst() {
      if Self.asksForHelp(word) { return .help(manual(of: command)) }
      if word == "--" { break }
      if word.hasPrefix("-") && word != "-" {
        try take(word, &rest, into: &invocation)
      } else {
        invocation.arguments.append(word)
      }
    }
    invocation.arguments += rest
    try checkComplete(invocation)
    return .run(invocation)
  }

  private func take(
    _ word: String, _ rest: inout ArraySlice<String>, into invocation: inout Invocation
  ) throws(UsageFault) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let option = try find(parts[0], invocation.command)
    if invocation.flag(option.name) && !option.repeated {
      throw UsageFault(sentence: "\(option.name) is given twice")
    }
    let value = try Self.value(of: option, attached: parts.dropFirst().first, &rest)
    invocation.options[option.name, default: []].append(value)
  }

  private func find(_ name: String, _ command: Command) throws(UsageFault) -> Option {
    let known = command.options + options
    if let option = known.first(where: { $0.name == name }) { return option }
    throw UsageFault(sentence: Self.unknown("option", name, among: known.map(\.name) + ["--help"]))
  }

  private static func value(
    of option: Option, attached: String?, _ rest: inout ArraySlice<String>
  ) throws(UsageFault) -> String {
    guard let placeholder = option.value else {
      guard attached == nil else { throw UsageFault(sentence: "\(option.name) takes no value") }
      return ""
    }
    guard let value = attached ?? rest.popFirst() else {
      throw UsageFault(sentence: "\(option.name) needs a value: \(option.name) \(placeholder)")
    }
    try check(value, of: option)
    return value
  }

  private static func check(_ value: String, of option: Option) throws(UsageFault) {
    if let range = option.range, !(Int(value).map(range.contains) ?? false) {
      let bounds = "\(range.lowerBound) to \(range.upperBound)"
      throw UsageFault(sentence: "\(option.name) must be a whole number from \(bounds)")
    }
    if !option.choices.isEmpty && !option.choices.contains(value) {
      let guess = nearestName(to: value, among: option.choices).map { "; did you mean '\($0)'?" } ?? ""
      throw UsageFault(
        sentence: "\(option.name) must be one of \(option.choices.joined(separator: ", "))\(guess)")
    }
  }

  private func checkComplete(_ invocation: Invocation) throws(UsageFault) {
    let command = invocation.command
    for option in command.options + options where option.required && !invocation.flag(option.name) {
      throw UsageFault(sentence: "\(option.name) is missing: \(Self.form(of: option))")
    }
    let least = command.arguments.count { !$0.hasPrefix("[") }
    let isOpen = command.arguments.last.map { $0.contains("...") } ?? false
    let given = invocation.arguments.count
    if given < least { throw UsageFault(sentence: "\(command.arguments[given]) is missing") }
    if given > command.arguments.count && !isOpen {
      let expected = command.arguments.isEmpty ? "no argument" : command.arguments.joined(separator: " ")
      throw UsageFault(sentence: "expected \(expected), but got \(given)")
    }
  }

  static func form(of option: Option) -> String {
    option.value.map { "\(option.name) \($0)" } ?? option.name
  }
}
