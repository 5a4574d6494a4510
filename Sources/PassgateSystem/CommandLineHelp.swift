/// The pages `--help` prints, in the order of a manual page.
extension CommandLine {
  private static let width = 78
  private static let indent = "    "

  private static let builtIn = [Option(name: "--help", help: "Print this page and exit.")]
  private static let version = Option(name: "--version", help: "Print the version and exit.")

  /// The page of a group of commands; of the whole program where the path is empty.
  func overview(of group: [String]) -> String {
    let name = ([program] + group).joined(separator: " ")
    let members = commands.filter { $0.path.starts(with: group) }
    let list = members.map { Self.entry($0.path.joined(separator: " "), $0.summary) }
    return Self.page([
      (
        "NAME",
        Self.indent
          + (group.isEmpty ? "\(name) - \(summary)" : "\(name) - \(group.joined(separator: " ")) commands")
      ),
      ("SYNOPSIS", "\(Self.indent)\(name) COMMAND [OPTION]... [ARGUMENT]..."),
      ("DESCRIPTION", group.isEmpty ? Self.wrapped(details) : ""),
      ("COMMANDS", list.joined(separator: "\n")),
      ("OPTIONS", Self.list(options + Self.builtIn + (group.isEmpty ? [Self.version] : []))),
      ("EXIT STATUS", exitStatusList),
      ("SEE ALSO", Self.wrapped("'\(name) COMMAND --help' tells all about one command.")),
    ])
  }

  /// The page of one command.
  func manual(of command: Command) -> String {
    let name = ([program] + command.path).joined(separator: " ")
    let isWhole = command.path.isEmpty
    let all = command.options + options + Self.builtIn + (isWhole ? [Self.version] : [])
    return Self.page([
      ("NAME", "\(Self.indent)\(name) - \(command.summary)"),
      ("SYNOPSIS", synopsis(of: command, name)),
      (
        "DESCRIPTION",
        Self.wrapped(
          [isWhole ? details : "", command.details].filter { !$0.isEmpty }.joined(separator: "\n\n"))
      ),
      ("OPTIONS", Self.list(all)),
      ("EXAMPLES", command.examples.map(Self.text).joined(separator: "\n\n")),
      ("EXIT STATUS", exitStatusList),
    ])
  }

  private func synopsis(of command: Command, _ name: String) -> String {
    let words = (command.options + options).map { option in
      let form = Self.form(of: option) + (option.repeated ? "..." : "")
      return option.required ? form : "[\(form)]"
    }
    return Self.wrapped(
      words: words + command.arguments, first: Self.indent + name, hanging: "\(Self.indent)  ")
  }

  private var exitStatusList: String {
    exitStatus.map { Self.entry(String($0.code), $0.meaning, column: 8) }.joined(separator: "\n")
  }

  private static func page(_ sections: [(title: String, text: String)]) -> String {
    sections.filter { !$0.text.isEmpty }.map { "\($0.title)\n\($0.text)\n" }.joined(separator: "\n")
  }

  private static func list(_ options: [Option]) -> String {
    options.map { option in
      let help = wrapped(
        [option.help, limits(of: option)].filter { !$0.isEmpty }.joined(separator: " "), indent + indent)
      return "\(indent)\(form(of: option))\n\(help)"
    }.joined(separator: "\n")
  }

  private static func limits(of option: Option) -> String {
    let notes = [
      option.choices.isEmpty ? nil : "One of \(option.choices.joined(separator: ", ")).",
      option.range.map { "From \($0.lowerBound) to \($0.upperBound)." },
      option.repeated ? "May be repeated." : nil,
      option.required ? "Required." : nil,
    ]
    return notes.compactMap(\.self).joined(separator: " ")
  }

  private static func text(of example: Example) -> String {
    "\(wrapped(example.meaning))\n\(indent)\(indent)\(example.line)"
  }

  /// A term, and its meaning from a column on: on the same line where the term is short enough.
  private static func entry(_ term: String, _ meaning: String, column: Int = 28) -> String {
    let padding = String(repeating: " ", count: column)
    let body = wrapped(meaning, padding)
    let head = indent + term
    guard head.count < column else { return "\(head)\n\(body)" }
    return head + body.dropFirst(head.count)
  }
}

// MARK: - Paragraphs

extension CommandLine {
  private static func wrapped(_ text: String, _ margin: String = indent) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var paragraphs: [String] = []
    var words: [String] = []
    func flush() {
      if !words.isEmpty { paragraphs.append(wrapped(words: words, first: margin, hanging: margin)) }
      words = []
    }
    for line in lines {
      if line.isEmpty || line.hasPrefix(" ") {
        flush()
        paragraphs.append(line.isEmpty ? "" : margin + line)
      } else {
        words += line.split(separator: " ").map(String.init)
      }
    }
    flush()
    return paragraphs.joined(separator: "\n")
  }

  /// Fills lines with words; `first` and `hanging` begin the first line and the others.
  private static func wrapped(words: [String], first: String, hanging: String) -> String {
    var (lines, line, isFresh) = ([String](), first, first.allSatisfy { $0 == " " })
    for word in words {
      if !isFresh && line.count + 1 + word.count > width {
        lines.append(line)
        (line, isFresh) = (hanging, true)
      }
      line += isFresh ? word : " " + word
      isFresh = false
    }
    return (lines + [line]).joined(separator: "\n")
  }
}
