import PassgateSystem
import Testing

private let table = CommandLine(
  program: "passgate", summary: "ask and be answered", details: "Every request is signed.",
  options: [.init(name: "--json", help: "Answer in JSON.")],
  exitStatus: [.init(0, "Done."), .init(2, "Could not run.")],
  commands: [
    .init(
      path: ["verify", "identity"],
      options: [
        .init(name: "--claim", value: "FILE", help: "The claim."),
        .init(name: "--scene", value: "ID", repeated: true, help: "A scene."),
        .init(name: "--jobs", value: "N", range: 1...64, help: "How many at once."),
        .init(name: "--deployment", value: "NAME", choices: ["sandbox", "production"], help: "Which."),
      ],
      summary: "ask whether a claim is consistent", details: "Asks.\n\n  kept as it is",
      examples: [.init("passgate verify identity --claim c.json", "Ask about one claim:")]),
    .init(path: ["verify", "chip"], arguments: ["FILE", "[REPORT]"], summary: "check a chip"),
    .init(
      path: ["import"], arguments: ["FILE..."],
      options: [.init(name: "--into", value: "NAME", required: true, help: "Where to.")],
      summary: "import files"),
    .init(path: ["import", "status"], summary: "tell how far an import is"),
  ])

private let single = CommandLine(
  program: "passgated", summary: "serve", details: "Serves.",
  commands: [.init(path: [], options: [.init(name: "--check", help: "Check only.")], summary: "serve")])

private func usage(_ words: [String], _ table: CommandLine = table) -> String? {
  guard case .usage(let text) = table.parse(words) else { return nil }
  return text
}

private func invocation(_ words: [String], _ table: CommandLine = table) -> CommandLine.Invocation? {
  guard case .run(let invocation) = table.parse(words) else { return nil }
  return invocation
}

private func help(_ words: [String], _ table: CommandLine = table) -> String {
  guard case .help(let text) = table.parse(words) else { return "" }
  return text
}

@Suite struct CommandLineTests {
  @Test func optionsAndArgumentsAreRead() throws {
    let words = ["verify", "identity", "--scene", "a", "--json", "--scene=b", "--jobs=64", "--claim", "-"]
    let got = try #require(invocation(words))
    #expect(got.command.path == ["verify", "identity"])
    #expect(got.flag("--json"))
    #expect(got.values("--scene") == ["a", "b"])
    #expect(got.integer("--jobs") == 64)
    #expect(got.value("--claim") == "-")
    #expect(got.value("--deployment") == nil)
    #expect(!got.flag("--deployment"))
  }

  @Test(arguments: [
    (["import", "a", "--into", "x", "-", "b"], ["a", "-", "b"]),
    (["import", "--into=", "--", "--into", "-h"], ["--into", "-h"]),
    (["verify", "chip", "a"], ["a"]), (["verify", "chip", "a", "b"], ["a", "b"]),
  ])
  func argumentsKeepTheirOrder(words: [String], expected: [String]) {
    #expect(invocation(words)?.arguments == expected)
  }

  @Test(arguments: [
    (["verfy"], "passgate: unknown command 'verfy'; did you mean 'verify'?"),
    (["verify", "identiy"], "passgate verify: unknown command 'identiy'; did you mean 'identity'?"),
    (["something"], "passgate: unknown command 'something'"),
    ([], "passgate: name a command: import, verify"),
    (["verify"], "passgate verify: name a command: chip, identity"),
    (["--json", "import"], "passgate: the command comes before its options"),
    (
      ["verify", "identity", "--clam=secret"],
      "passgate verify identity: unknown option '--clam'; did you mean '--claim'?"
    ),
    (["verify", "identity", "--claim"], "passgate verify identity: --claim needs a value: --claim FILE"),
    (["verify", "identity", "--json=1"], "passgate verify identity: --json takes no value"),
    (["verify", "identity", "--json", "--json"], "passgate verify identity: --json is given twice"),
    (
      ["verify", "identity", "--jobs", "65"],
      "passgate verify identity: --jobs must be a whole number from 1 to 64"
    ),
    (
      ["verify", "identity", "--jobs", "x"],
      "passgate verify identity: --jobs must be a whole number from 1 to 64"
    ),
    (
      ["verify", "identity", "--deployment", "sandbx"],
      "passgate verify identity: --deployment must be one of sandbox, production; did you mean 'sandbox'?"
    ),
    (["verify", "identity", "x"], "passgate verify identity: expected no argument, but got 1"),
    (["verify", "chip"], "passgate verify chip: FILE is missing"),
    (["verify", "chip", "a", "b", "c"], "passgate verify chip: expected FILE [REPORT], but got 3"),
    (["import", "--into", "x"], "passgate import: FILE... is missing"),
    (["import", "f"], "passgate import: --into is missing: --into NAME"),
  ])
  func mistakesAreExplained(words: [String], expected: String) throws {
    let lines = try #require(usage(words)).split(separator: "\n")
    #expect(lines.first.map(String.init) == expected)
    #expect(lines.last?.hasPrefix("Try 'passgate") == true)
    #expect(lines.count == 2)
  }

  @Test func aMistakeCannotSteerTheTerminal() {
    #expect(usage(["\u{1B}[2J"])?.contains("\u{1B}") == false)
  }

  @Test func theLongerPathWins() {
    #expect(invocation(["import", "status"])?.command.path == ["import", "status"])
    #expect(invocation(["import", "--into", "x", "status"])?.arguments == ["status"])
  }

  @Test func theVersionIsAsked() {
    guard case .version = table.parse(["--version"]) else { return #expect(Bool(false), "not the version") }
  }

  @Test(arguments: [
    (["--help"], ["NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "EXIT STATUS", "SEE ALSO"]),
    (["-h"], ["NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "EXIT STATUS", "SEE ALSO"]),
    (["verify", "--help"], ["NAME", "SYNOPSIS", "COMMANDS", "OPTIONS", "EXIT STATUS", "SEE ALSO"]),
    (
      ["verify", "identity", "-h"], ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "EXIT STATUS"]
    ),
    (
      ["verify", "identity", "--claim", "x", "--help"],
      [
        "NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "EXIT STATUS",
      ]
    ),
  ])
  func helpIsAManualPageAtEveryLevel(words: [String], sections: [String]) {
    let lines = help(words).split(separator: "\n")
    #expect(lines.filter { !$0.hasPrefix(" ") }.map(String.init) == sections)
    #expect(lines.allSatisfy { $0.count <= 78 })
  }

  @Test func aPageTellsAllTheTableKnows() {
    let page = help(["verify", "identity", "--help"])
    for text in [
      "passgate verify identity - ask whether", "[--scene ID...]", "Asks.\n\n      kept as it is",
      "May be repeated.",
      "From 1 to 64.", "One of sandbox, production.", "--json\n        Answer in JSON.",
      "    2   Could not run.",
      "    Ask about one claim:\n        passgate verify identity --claim c.json",
    ] { #expect(page.contains(text), "\(text)") }
    #expect(help(["import", "--help"]).contains("passgate import --into NAME [--json] FILE..."))
  }

  @Test func aProgramMayDoOneThing() {
    #expect(invocation(["--check"], single)?.flag("--check") == true)
    #expect(invocation([], single)?.flag("--check") == false)
    #expect(help(["--help"], single).contains("passgated - serve"))
    #expect(help(["--help"], single).contains("--version"))
    #expect(usage(["--chek"], single)?.contains("did you mean '--check'?") == true)
  }
}
